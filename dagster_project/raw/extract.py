"""Extracts: a part of the answers for some municipalities, written anew in the same directory layout.

An extract is read by `DirectoryTransport` like any folder of official answers. Every PxWeb dataset in it says
under `extension.kuntaluotsi` that it is one, of what and when; the tables that ranks are made of stay whole.
Answers of other interfaces have no place for such a mark and go along as they were received, whole.
"""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from dagster_project.raw.mergers import with_predecessors
from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry, PxWebEntry, load_catalogue
from dagster_project.sources.client import client_for
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.jsonstat_writer import write_answers
from dagster_project.sources.metadata import parse_metadata
from dagster_project.sources.resolve import contents_codes, municipality_of
from dagster_project.sources.transport import Progress, Transport, silent

README = "README.md"
_GONE = ("missing_file", "not_carried")


class ExtractError(Exception):
    """An extract that cannot be made; the message is one line for whoever asked for it."""


@dataclass(frozen=True)
class ExtractedTable:
    """One table of an extract: figures (cells) and bytes written."""

    entry: CatalogueEntry
    cells: int
    bytes: int
    municipalities: int
    first_period: str
    last_period: str


def make_extract(
    transport: Transport,
    out_dir: Path,
    areas: Collection[str],
    *,
    now: datetime,
    entries: Sequence[CatalogueEntry] | None = None,
    progress: Progress = silent,
) -> tuple[ExtractedTable, ...]:
    """The tables written to `out_dir`, for the whole country and the municipalities `areas` (three digits).

    Tables that the transport has no answers of are left out.
    Raises: ExtractError when `out_dir` is not empty or an area is in no table; SourceFault; OSError.
    """
    entries = _there(transport, load_catalogue() if entries is None else entries)
    if out_dir.exists() and any(out_dir.iterdir()):
        raise ExtractError(f"{out_dir} is not empty; name a folder that does not exist yet")
    _check_areas(transport, entries, areas)
    wanted = with_predecessors(areas)
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out_dir.with_name(f".{out_dir.name}-{uuid.uuid4().hex}")
    try:
        tables = []
        for number, entry in enumerate(entries, start=1):
            if (table := _extract_table(entry, transport, unfinished, wanted, now)) is not None:
                tables.append(table)
            progress("extract", number, len(entries))
        (unfinished / README).write_text(_readme(tables, areas, now), encoding="utf-8")
        if out_dir.exists():
            out_dir.rmdir()
        unfinished.rename(out_dir)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return tuple(tables)


def _check_areas(transport: Transport, entries: Sequence[CatalogueEntry], areas: Collection[str]) -> None:
    malformed = [area for area in areas if not re.fullmatch(r"\d{3}", area)]
    if malformed or not areas:
        raise ExtractError(f"areas are three-digit municipality codes such as 305; got {malformed or 'none'}")
    known: set[str] = set()
    for entry in entries:
        if isinstance(entry, PxWebEntry):
            for variable in parse_metadata(transport.metadata(entry)).variables:
                known.update(code for value in variable.values if (code := municipality_of(value)))
    unknown = sorted(set(areas) - known)
    if known and unknown:
        raise ExtractError(f"no table has the municipalities {', '.join(unknown)}")


def _there(transport: Transport, entries: Sequence[CatalogueEntry]) -> list[CatalogueEntry]:
    """The tables that the transport has answers of. Raises: SourceFault when it has none of any."""
    there, gone = [], None
    for entry in entries:
        try:
            if isinstance(entry, PxWebEntry):
                transport.metadata(entry)
            there.append(entry)
        except PermanentSourceError as fault:
            if fault.kind not in _GONE:
                raise
            gone = fault
    if not there and gone is not None:
        raise gone
    return there


def _extract_table(
    entry: CatalogueEntry, transport: Transport, root: Path, areas: Collection[str], now: datetime
) -> ExtractedTable | None:
    """The table in the extract, None when the transport has no answers of it after all."""
    client = client_for(entry)
    try:
        wanted = areas if isinstance(entry, PxWebEntry) else None
        fetched = client.fetch(entry, transport, areas=wanted, listing_stamp=None, progress=silent)
    except PermanentSourceError as fault:
        if fault.kind in _GONE and not isinstance(entry, PxWebEntry):
            return None
        raise
    candidate = client.parse(fetched)
    if isinstance(entry, PxWebEntry):
        candidate = _needed(entry, candidate)
        written = write_answers(root / entry.path, entry, candidate, _marks(entry, candidate, now))
    else:
        written = write_received(root, fetched.answers)
    periods = sorted(candidate.periods) or [""]
    count = len(candidate.municipalities)
    return ExtractedTable(entry, len(candidate.frame), written, count, periods[0], periods[-1])


def write_received(root: Path, answers: Sequence[Answer]) -> int:
    """Bytes of the answers of a REST interface, written where a folder of answers keeps them."""
    for answer in answers:
        path = root / answer.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.body)
    return sum(len(answer.body) for answer in answers)


def _marks(entry: PxWebEntry, candidate: Candidate, now: datetime) -> dict[str, Any]:
    periods = sorted(candidate.periods) or [""]
    return {
        "extract": True,
        "publisher": entry.publisher,
        "licence": entry.licence,
        "table_id": entry.table_id,
        "areas": list(candidate.municipalities),
        "years": [periods[0], periods[-1]],
        "made_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
    }


def _needed(entry: PxWebEntry, candidate: Candidate) -> Candidate:
    """The periods and contents that the catalogue's `extract` asks for."""
    rule, frame = entry.extract, candidate.frame
    keep = np.ones(len(frame), dtype=bool)
    if rule.first_period is not None and "time" in frame:
        wanted = np.array([period >= rule.first_period for period in frame["time"].cat.categories])
        keep &= wanted[frame["time"].cat.codes]
    if rule.contents:
        codes = set(contents_codes(entry, rule.contents, candidate.selection.roles["contents"]).values())
        keep &= np.array([code in codes for code in frame["contents"].cat.categories])[
            frame["contents"].cat.codes
        ]
    return candidate.with_frame(frame[keep].reset_index(drop=True))


def _readme(tables: Sequence[ExtractedTable], areas: Collection[str], now: datetime) -> str:
    lines = [
        "# Extract of official statistics",
        "",
        f"Made on {now:%Y-%m-%d} with `kuntaluotsi extract` from the publishers' open interfaces' answers, "
        "re-encoded; the figures are as published.",
        "The whole country and the municipalities "
        + ", ".join(sorted(areas))
        + ". Tables marked * hold every municipality.",
        "",
        "| table | publisher's table | publisher | licence | municipalities | periods |",
        "|---|---|---|---|---|---|",
    ]
    for table in tables:
        entry = table.entry
        star = "*" if entry.keep_all_areas else ""
        cells = (
            entry.titles.en + star,
            entry.path.removesuffix(".px") if isinstance(entry, PxWebEntry) else entry.table_id,
            entry.publisher,
            entry.licence,
            str(table.municipalities),
            f"{table.first_period}–{table.last_period}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "Licence: Creative Commons Attribution 4.0 International (CC BY 4.0), "
        "https://creativecommons.org/licenses/by/4.0/. Source of the figures: Statistics Finland "
        "(Tilastokeskus); jobseekers: KEHA Centre's employment service statistics. Each data.json repeats "
        "its own particulars under `extension.kuntaluotsi`.",
        "",
    ]
    return "\n".join(lines)
