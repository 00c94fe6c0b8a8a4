"""Landing: answers exactly as received, each set in a directory of its own with a manifest, never rewritten.

`<raw_dir>/<source>/<table_name>/<landing_id>/` holds the bytes and `manifest.json`. It is written under a
temporary name, flushed to disk and renamed, so a directory with a landing's name is always whole.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict

from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry, RestProtocol
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import SourceFault

MANIFEST = "manifest.json"
LISTING = "listing.json"
PACKAGE = Path(__file__).parents[1]
PROTOCOLS = ("pxweb", *get_args(RestProtocol))


class LandedFile(BaseModel):
    """One answer of a landing."""

    model_config = ConfigDict(frozen=True)

    name: str
    url: str
    sha256: str
    bytes: int
    query: dict[str, Any] | None = None
    place: str = ""
    """Where a folder of answers keeps it, for the answers of REST interfaces."""


class LandingManifest(BaseModel):
    """What a landing holds and where it came from. Times are UTC."""

    model_config = ConfigDict(frozen=True)

    landing_id: str
    source: str
    table_name: str
    publisher_table_id: str
    publisher: str
    licence: str
    origin: str
    fetched_at: datetime
    publisher_stamp: datetime | None
    listing_stamp: str | None
    fingerprint: str
    """Equal for equal answers to equal questions: what tells that nothing has changed."""
    question: str
    """Equal when the same is asked and read alike: catalogue entry, areas, first year and code."""
    asked: str = ""
    """Equal when the same is asked, by whatever code it is read."""
    areas_asked: tuple[str, ...] | None
    first_year: int | None
    variable_codes: dict[str, str]
    border_year: int | None
    areas: tuple[str, ...]
    is_extract: bool
    made_at: datetime | None = None
    """When the extract was made; None for a publisher's answers."""
    fault: str | None = None
    """Why the answers could not be read, when they could not."""
    files: tuple[LandedFile, ...]


class Listing(BaseModel):
    """The publisher's list stamp of a table when it was last read, and the landing that held its answers.

    Publishers stamp tables anew without changing a figure; a landing is never rewritten, so this is.
    """

    model_config = ConfigDict(frozen=True)

    listing_stamp: str
    landing_id: str


def fingerprint(fetched: Fetched, areas: Collection[str] | None, first_year: int | None) -> str:
    """sha256 over the answers' hashes, the areas and years asked for and the catalogue's description."""
    parts = sorted(f"{answer.name}:{answer.sha256}" for answer in fetched.answers)
    return _digest([*parts, question(fetched.entry, areas, first_year)])


def question(entry: CatalogueEntry, areas: Collection[str] | None, first_year: int | None) -> str:
    """A digest of what is asked, and by what code it is read: the same until one of them changes.

    The code is in it so that a corrected parser or gate reaches the tables that are loaded: each is read
    once more, and loaded again, even when the publisher has not updated it.
    """
    return _digest([asked(entry, areas, first_year), readers_digest(entry.protocol, entry.table_name)])


def asked(entry: CatalogueEntry, areas: Collection[str] | None, first_year: int | None) -> str:
    """A digest of what is asked alone: the catalogue's description, areas and first year."""
    described = entry.model_dump_json(exclude={"verification"})  # says how sure we are, not what is asked
    return _digest([described, json.dumps(sorted(areas) if areas is not None else None), str(first_year)])


@functools.cache
def readers_digest(protocol: str, table_name: str, package: Path = PACKAGE) -> str:
    """sha256 over the names and bytes of the modules that read and judge this table's answers.

    Neither another protocol's client nor another table's suite is among them: a line changed there must not
    have every table of every publisher asked for again.
    """
    others = tuple(name for name in PROTOCOLS if name != protocol)
    paths = {
        *(path for path in package.glob("sources/*.py") if not path.stem.startswith(others)),
        *package.glob("sources/formats/*.py"),
        *package.glob("quality/*.py"),
        *package.glob(f"quality/suites/{table_name}.py"),
        *package.glob("raw/load.py"),
    }
    return _digest([f"{path.relative_to(package)}:{file_digest(path)}" for path in sorted(paths)])


@functools.cache
def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class LandingStore:
    """The landings under one directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def partial_root(self) -> Path:
        """Beside the landings: answers of fetches that have not ended."""
        return self.root.with_name("partial")

    def land(
        self,
        fetched: Fetched,
        candidate: Candidate | None,
        *,
        areas: Collection[str] | None,
        first_year: int | None,
        now: datetime,
        fault: SourceFault | None = None,
    ) -> LandingManifest:
        """The manifest of the landing that holds these answers: an earlier one when it holds the same.

        Answers that could not be read never stand for the same answers once they can be, nor the other way.
        Raises: OSError when the disk is full or not writable; nothing is left behind then.
        """
        mark = fingerprint(fetched, areas, first_year)
        if fault is not None:
            mark = _digest([mark, fault.message])
        if (earlier := self.find(fetched.entry, mark)) is not None:
            return earlier
        entry = fetched.entry
        manifest = LandingManifest(
            landing_id=f"{now:%Y%m%dT%H%M%SZ}-{mark[:12]}",
            source=entry.source,
            table_name=entry.table_name,
            publisher_table_id=entry.table_id,
            publisher=entry.publisher,
            licence=entry.licence,
            origin=fetched.origin,
            fetched_at=now,
            publisher_stamp=candidate.publisher_stamp if candidate else None,
            listing_stamp=fetched.listing_stamp,
            fingerprint=mark,
            question=question(entry, areas, first_year),
            asked=asked(entry, areas, first_year),
            areas_asked=tuple(sorted(areas)) if areas is not None else None,
            first_year=first_year,
            variable_codes=dict(fetched.variable_codes),
            border_year=candidate.border_year if candidate else fetched.border_year,
            areas=candidate.areas if candidate else (),
            is_extract=candidate.is_extract if candidate else False,
            made_at=candidate.made_at if candidate else None,
            fault=fault.message if fault else None,
            files=tuple(_landed(answer) for answer in fetched.answers),
        )
        same = {file.sha256: path for path, file in self.last_files(entry).items()}
        self._write(manifest, fetched.answers, same)
        return manifest

    def find(self, entry: CatalogueEntry, mark: str) -> LandingManifest | None:
        """The landing with this fingerprint, if there is one."""
        for path in self._table_dir(entry.source, entry.table_name).glob(f"*-{mark[:12]}"):
            return self.manifest(entry, path.name)
        return None

    def manifest(self, entry: CatalogueEntry, landing_id: str) -> LandingManifest | None:
        """The manifest of one landing, None when it is not there (any more)."""
        path = self.directory(entry, landing_id) / MANIFEST
        return LandingManifest.model_validate_json(path.read_bytes()) if path.is_file() else None

    def last_files(self, entry: CatalogueEntry) -> dict[Path, LandedFile]:
        """The files of the table's youngest landing and where they lie; none when it has never landed."""
        names = sorted(
            path.parent.name for path in self._table_dir(entry.source, entry.table_name).glob(f"*/{MANIFEST}")
        )
        manifest = self.manifest(entry, names[-1]) if names else None
        if manifest is None:
            return {}
        directory = self.directory(entry, manifest.landing_id)
        return {directory / file.name: file for file in manifest.files}

    def listing(self, entry: CatalogueEntry) -> Listing | None:
        """What the publisher's list said when the table was last read, None when it never has."""
        path = self._table_dir(entry.source, entry.table_name) / LISTING
        return Listing.model_validate_json(path.read_bytes()) if path.is_file() else None

    def note_listing(self, entry: CatalogueEntry, listing_stamp: str | None, landing_id: str) -> None:
        """Remember under which list stamp these answers came; without a stamp nothing is remembered."""
        if listing_stamp is None:
            return
        path = self._table_dir(entry.source, entry.table_name) / LISTING
        unfinished = path.with_name(f".{LISTING}")
        noted = Listing(listing_stamp=listing_stamp, landing_id=landing_id)
        _write_flushed(unfinished, noted.model_dump_json().encode())
        unfinished.replace(path)

    def directory(self, entry: CatalogueEntry, landing_id: str) -> Path:
        """Where a landing's bytes lie."""
        return self._table_dir(entry.source, entry.table_name) / landing_id

    def _table_dir(self, source: str, table_name: str) -> Path:
        return self.root / source / table_name

    def _write(
        self, manifest: LandingManifest, answers: tuple[Answer, ...], same: Mapping[str, Path]
    ) -> None:
        """Write the landing; `same` are files of the one before by their sha256, which are linked to."""
        parent = self._table_dir(manifest.source, manifest.table_name)
        parent.mkdir(parents=True, exist_ok=True)
        for abandoned in parent.glob(".unfinished-*"):  # of a run that was killed; one refresh runs at a time
            shutil.rmtree(abandoned, ignore_errors=True)
        unfinished = parent / f".unfinished-{uuid.uuid4().hex}"
        if len({answer.name for answer in answers} | {MANIFEST}) <= len(answers):
            raise ValueError(
                f"two answers of {manifest.table_name} have one name: {[a.name for a in answers]}"
            )
        unfinished.mkdir()
        try:
            for answer, file in zip(answers, manifest.files, strict=True):
                if not _linked(unfinished / answer.name, same.get(file.sha256), answer.body):
                    _write_flushed(unfinished / answer.name, answer.body)
            _write_flushed(unfinished / MANIFEST, manifest.model_dump_json(indent=2).encode())
            unfinished.rename(parent / manifest.landing_id)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _flush_directory(parent)


def _landed(answer: Answer) -> LandedFile:
    return LandedFile(
        name=answer.name,
        url=answer.url,
        sha256=answer.sha256,
        bytes=len(answer.body),
        query=answer.query,
        place=answer.place,
    )


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _linked(path: Path, same: Path | None, body: bytes) -> bool:
    """True when `path` now is another name of `same`, which holds the same bytes: landings never change."""
    try:
        if same is None or same.read_bytes() != body:
            return False
        os.link(same, path)
    except OSError:  # gone, or a file system without links
        return False
    return True


def _write_flushed(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _flush_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
