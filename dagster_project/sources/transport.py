"""How answers reach us: the protocol both transports keep, and the one that reads a folder of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from dagster_project.sources.answer import JSON, Answer, fault_in_body
from dagster_project.sources.catalogue import PxWebEntry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.http import LARGEST_BYTES
from dagster_project.sources.resolve import Selection

Progress = Callable[[str, int, int], None]
"""Told `(what, done, total)` while something long goes on."""

ENDINGS = {
    JSON: "json",
    "application/geo+json": "json",
    "text/csv": "csv",
    "application/xml": "xml",
    "text/plain": "txt",
    "*/*": "bin",
}
"""The kinds of answer we ask for, with the ending of their file in a folder of answers."""
_LONGEST_NAME = 180


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class WebRequest:
    """What is asked of one host. `path` and `params` are given as they read, not percent-encoded.

    `name` is the answer's file name in the landing, by default its name in a folder of answers; `body` makes
    it a POST. `shared` is true of what several tables of a refresh need: it is asked for once. `versioned` is
    true when `name` changes with the answer: one that has landed under that name is not asked for again.
    Raises: ValueError for a name that is no plain file name, or a kind of answer we do not know.
    """

    host: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    accept: str = JSON
    name: str = ""
    largest: int = LARGEST_BYTES
    body: Mapping[str, Any] | None = None
    shared: bool = False
    versioned: bool = False

    def __post_init__(self) -> None:
        if self.accept not in ENDINGS:
            raise ValueError(f"accept is {self.accept!r}; known: {', '.join(ENDINGS)}")
        if self.name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", self.name):
            raise ValueError(f"{self.name!r} is no plain file name")

    @cached_property
    def place(self) -> str:
        """Where a folder of answers keeps it: `<host>/<path><-name-value for every parameter>.<ending>`.

        Characters that mean something to a file system become `_`, so no answer's words choose a folder.
        """
        parts = [_plain(part) for part in self.path.split("/") if part]
        told = "".join(f"-{_plain(key)}-{_plain(value)}" for key, value in self.params)
        if self.body is not None:
            told += f"-{self.digest[:12]}"
        last = (parts.pop() if parts else "root") + told
        if len(last) > _LONGEST_NAME:
            last = f"{last[:_LONGEST_NAME]}-{self.digest[:12]}"
        return "/".join([_plain(self.host), *parts, f"{last}.{ENDINGS[self.accept]}"])

    @cached_property
    def digest(self) -> str:
        """sha256 of what is asked, whatever it is called."""
        asked = [self.host, self.path, self.params, self.accept, self.body]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def answered(self, url: str, body: bytes) -> Answer:
        """The answer to this request."""
        query = dict(self.body) if self.body is not None else None
        name = self.name or self.place.rpartition("/")[2]
        return Answer(name=name, url=url, body=body, query=query, place=self.place)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).strip(".") or "_"


class KeptAnswers(Protocol):
    """Answers of an interrupted fetch that may be used again."""

    def read(self, request: WebRequest) -> bytes | None:
        """The bytes kept for the request, None when there are none."""

    def write(self, request: WebRequest, body: bytes) -> None:
        """Keep the bytes until the table has landed."""


class Transport(Protocol):
    """Where answers come from. `origin` is `live` or `directory`."""

    origin: str
    first_year: int | None
    """Earlier periods are not asked for; None takes all that is there."""

    def get(self, request: WebRequest) -> Answer:
        """The answer to one request. Raises: SourceFault."""

    def resumed(self, kept: KeptAnswers) -> Transport:
        """The same transport, keeping what it fetches in `kept` and using what lies there already."""

    def metadata(self, entry: PxWebEntry) -> Answer:
        """What a PxWeb table tells of its variables. Raises: SourceFault."""

    def data(self, entry: PxWebEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:
        """Answers that together hold the selection, perhaps more. Raises: SourceFault."""

    def listing_stamp(self, entry: PxWebEntry) -> str | None:
        """The publisher's stamp of a PxWeb table in its folder's list, when cheap to ask for, else None."""


class DirectoryTransport:
    """A folder of official answers.

    PxWeb tables lie as `<database>/<folder>/<table id>/metadata.json` and `data*.json`, the answers of other
    interfaces as `WebRequest.place` says. `may_lack_tables` is true of the bundled extract, which need not
    carry every table of the catalogue.
    Raises: PermanentSourceError missing_file when `root` is no folder or holds no answer at all.
    """

    origin = "directory"
    first_year: int | None = None

    def __init__(self, root: Path, *, may_lack_tables: bool = False) -> None:
        self.root = root
        self.may_lack_tables = may_lack_tables
        if not root.is_dir():
            raise PermanentSourceError("missing_file", f"{root} is not a folder; name a folder of answers")
        if not any(next(root.glob(pattern), None) for pattern in ("*/**/metadata.json", "*/**/*.*")):
            raise PermanentSourceError(
                "missing_file",
                f"{root} holds no PxWeb answers; expected <database>/<folder>/<table id>/metadata.json, "
                "such as StatFin/vaerak/11re.px/metadata.json, or other interfaces' as <host>/<path>.json",
            )

    def get(self, request: WebRequest) -> Answer:
        path = self.root / request.place
        if not path.is_file():
            raise self._missing(f"{self.root} has no answer at {request.place}")
        if path.stat().st_size > request.largest:
            raise PermanentSourceError("too_large", f"{path} is larger than {request.largest:_} bytes")
        answer = request.answered(path.resolve().as_uri(), self._bytes(path))
        if fault := fault_in_body(answer.body, answer.url, transient=False, accept=request.accept):
            raise fault
        return answer

    def resumed(self, kept: KeptAnswers) -> DirectoryTransport:  # noqa: ARG002
        return self

    def metadata(self, entry: PxWebEntry) -> Answer:
        return self._read(self._table_dir(entry) / "metadata.json")

    def data(self, entry: PxWebEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:  # noqa: ARG002
        paths = sorted(self._table_dir(entry).glob("data*.json"))
        if not paths:
            raise PermanentSourceError(
                "missing_file", f"{self._table_dir(entry)} has metadata.json but no data*.json"
            )
        answers = []
        for number, path in enumerate(paths, start=1):
            answers.append(self._read(path))
            progress("read", number, len(paths))
        return tuple(answers)

    def listing_stamp(self, entry: PxWebEntry) -> str | None:  # noqa: ARG002
        return None

    def _table_dir(self, entry: PxWebEntry) -> Path:
        folder = self.root / entry.database / entry.folder
        for name in (f"{entry.table_id}.px", entry.table_id):
            if (folder / name / "metadata.json").is_file():
                return folder / name
        raise self._missing(
            f"{self.root} has no answer for {entry.qualified_name}; expected {entry.path}/metadata.json"
        )

    def _missing(self, words: str) -> PermanentSourceError:
        return PermanentSourceError("not_carried" if self.may_lack_tables else "missing_file", words)

    def _read(self, path: Path) -> Answer:
        return Answer(name=path.name, url=path.resolve().as_uri(), body=self._bytes(path))

    @staticmethod
    def _bytes(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise PermanentSourceError("missing_file", f"{path} cannot be read: {error.strerror}") from error
