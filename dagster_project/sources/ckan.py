"""The client of a CKAN catalogue (avoindata.fi): one file of a package as a table, or the list of packages.

The newest file that fits is found in the package; its columns by the patterns of their headings.
docs/sources/kela.md
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator

from contract.problems import FileRefused
from dagster_project.sources.answer import Answer, decode_json
from dagster_project.sources.candidate import Candidate, of_records
from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError, TransientSourceError
from dagster_project.sources.formats.delimited import read_delimited
from dagster_project.sources.formats.grid import Grid, Limits
from dagster_project.sources.rows import Json, Kind, dumped, read_column
from dagster_project.sources.transport import Progress, Transport, WebRequest

LIMITS = Limits(file_bytes=80_000_000, rows=2_000_000, columns=200, cells=40_000_000, cell_characters=5_000)
"""Kela's files of one benefit hold 15 MB (2025)."""
PACKAGES = 1000
"""Packages asked for at once; avoindata.fi has some 2 500."""
MOST_PACKAGES = 20_000
OWN_NAMES = ("www.avoindata.fi", "avoindata.fi", "avoindata.suomi.fi", "www.opendata.fi", "opendata.fi")
"""The catalogue has gone by these names; files are asked for at the one in `hosts.yaml`."""
_ACTION = "data/api/3/action"
_KINDS: dict[str, Kind] = {"varchar": "text", "double": "number", "bigint": "count", "boolean": "flag"}


class CkanQuery(BaseModel):
    """What an entry asks for: a `file` of `package` whose name fits, or the list of `packages`.

    `headings` maps columns to the patterns of their headings; those in `optional` may be missing.
    `padded` columns hold municipalities' numbers that are written without leading zeros.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Literal["file", "packages"]
    package: str = ""
    file_format: str = "CSV"
    file_name: str = r".*"
    headings: dict[str, str] = {}
    optional: tuple[str, ...] = ()
    padded: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_possible(self) -> CkanQuery:
        if (self.content == "file") != bool(self.package and self.headings):
            raise ValueError("a file needs package and headings, a list of packages neither")
        for pattern in (self.file_name, *self.headings.values()):
            re.compile(pattern)
        if unknown := {*self.optional, *self.padded} - set(self.headings):
            raise ValueError(f"{sorted(unknown)} are not among the headings")
        return self


@dataclass(frozen=True)
class Reading:
    """What `parse` needs beside the bytes."""

    modified: datetime | None
    areas: frozenset[str] | None


class CkanClient:
    """The protocol of CKAN's action interface."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:
        """When the file was last modified; of the list of packages, their number and the newest change."""
        if transport.origin != "live":
            return None
        query = CkanQuery.model_validate(entry.query)
        if query.content == "packages":
            newest = transport.get(_search_request(entry, 0, rows=1))
            count, results = _packages(newest)
            return f"{count}/{results[0].get('metadata_modified') if results else ''}"
        return str(_newest_file(query, transport.get(_show_request(entry, query)))["last_modified"])

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        """The package's description and its file, or all pages of the list."""
        query = CkanQuery.model_validate(entry.query)
        named = None if areas is None or entry.keep_all_areas else frozenset(areas)
        if query.content == "packages":
            answers = tuple(_pages(entry, transport, progress))
            return Fetched(entry, transport.origin, answers, listing_stamp, Reading(None, named))
        shown = transport.get(_show_request(entry, query))
        file = _newest_file(query, shown)
        progress("fetch", 1, 2)
        answer = transport.get(_file_request(entry, file, shown))
        progress("fetch", 2, 2)
        reading = Reading(_moment(file["last_modified"]), named)
        return Fetched(entry, transport.origin, (shown, answer), listing_stamp, reading)

    def parse(self, fetched: Fetched) -> Candidate:
        """The rows of the file or of the list."""
        entry, reading = fetched.entry, fetched.reading
        query = CkanQuery.model_validate(entry.query)
        frame = (
            _file_frame(entry, query, fetched.answers[1])
            if query.content == "file"
            else pd.concat([_package_frame(entry, answer) for answer in fetched.answers], ignore_index=True)
        )
        where = fetched.answers[-1].url
        return of_records(
            entry,
            frame,
            reading.areas,
            where,
            publisher_stamp=reading.modified,
            border_year=entry.border_year,
        )

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """A few rows of the file: those of `areas`, else the first; or the first packages."""
        query = CkanQuery.model_validate(fetched.entry.query)
        if query.content == "packages":
            first = fetched.answers[0]
            _, results = _packages(first)
            body = {"success": True, "result": {"count": len(results[:3]), "results": results[:3]}}
            return (replace(first, body=dumped(body)),)
        shown, file = fetched.answers
        lines = file.body.decode("utf-8-sig", "replace").splitlines()
        chosen = [line for line in lines[1:] if any(_named(line, code) for code in areas)][:40]
        body_lines = "\n".join([lines[0], *(chosen or lines[1:21])]) + "\n"
        return shown, replace(file, body=body_lines.encode())


CLIENT = CkanClient()


def _named(line: str, code: str) -> bool:
    cells = re.split(r"[;,\t]", line)
    return code in cells or code.lstrip("0") in cells


def _show_request(entry: RestEntry, query: CkanQuery) -> WebRequest:
    return WebRequest(
        entry.host, f"{_ACTION}/package_show", (("id", query.package),), name="package.json", shared=True
    )


def _search_request(entry: RestEntry, start: int, rows: int = PACKAGES) -> WebRequest:
    params = (("q", ""), ("sort", "metadata_modified desc"), ("rows", str(rows)), ("start", str(start)))
    return WebRequest(
        entry.host, f"{_ACTION}/package_search", params, name=f"packages-{start:05}-{rows}.json"
    )


def _pages(entry: RestEntry, transport: Transport, progress: Progress) -> Iterator[Answer]:
    came = 0
    while True:
        page = transport.get(_search_request(entry, came))
        count, results = _packages(page)
        came += len(results)
        progress("fetch", came, count)
        yield page
        if came >= count:
            return
        if not results:
            raise TransientSourceError("truncated", f"{page.url}: {came} of {count} packages came")


def _result(answer: Answer) -> Json:
    document = decode_json(answer)
    result = document.get("result")
    if document.get("success") is not True or not isinstance(result, dict):
        raise PermanentSourceError(
            "wrong_table", f"{answer.url}: CKAN did not succeed: {str(document.get('error'))[:200]}"
        )
    return result


def _packages(answer: Answer) -> tuple[int, list[Json]]:
    result = _result(answer)
    count, results = result.get("count"), result.get("results")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_PACKAGES:
        raise PermanentSourceError(
            "malformed", f"{answer.url}: {str(count)[:40]!r} packages, expected up to {MOST_PACKAGES}"
        )
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise PermanentSourceError("malformed", f"{answer.url}: expected a list of packages under `results`")
    return count, results


def _newest_file(query: CkanQuery, shown: Answer) -> Json:
    """The file of the package that fits and was modified last.

    Raises: PermanentSourceError drifted listing the files there are.
    """
    files = _result(shown).get("resources")
    if not isinstance(files, list) or not all(isinstance(file, dict) for file in files):
        raise PermanentSourceError("malformed", f"{shown.url}: a package without a list of resources")
    fitting = [
        file
        for file in files
        if str(file.get("format", "")).casefold() == query.file_format.casefold()
        and re.fullmatch(query.file_name, _file_name(file))
        and _moment(file.get("last_modified") or file.get("created")) is not None
        and isinstance(file.get("url"), str)
    ]
    if not fitting:
        there = ", ".join(f"{_file_name(file)} ({file.get('format')})" for file in files[:8])
        raise PermanentSourceError(
            "drifted",
            f"{shown.url}: no {query.file_format} file of {query.package} fits {query.file_name!r}; there "
            f"are now: {there or 'none'}. Put the new name into sources/catalogue",
        )
    newest = max(fitting, key=lambda file: str(file.get("last_modified") or file.get("created")))
    return newest | {"last_modified": str(newest.get("last_modified") or newest.get("created"))}


def _file_name(file: Json) -> str:
    """The file's name in its address: display names are written by hand."""
    return unquote(urlsplit(str(file.get("url", ""))).path.rpartition("/")[2])


def _file_request(entry: RestEntry, file: Json, shown: Answer) -> WebRequest:
    """The download, asked of the catalogue's own machine: an address elsewhere is not followed.

    Raises: PermanentSourceError redirected.
    """
    address = urlsplit(str(file["url"]))
    path = unquote(address.path)
    if not path.startswith("/data/dataset/") and "/data/dataset/" in path:
        path = path[path.index("/data/dataset/") :]
    elsewhere = address.netloc not in (*OWN_NAMES, urlsplit(shown.url).netloc)
    climbing = ".." in path.split("/")
    if (
        address.scheme not in ("http", "https")
        or elsewhere
        or climbing
        or not path.startswith("/data/dataset/")
    ):
        raise PermanentSourceError(
            "redirected",
            f"{shown.url}: the file lies at {str(file['url'])[:200]}, not below its /data/dataset/",
        )
    stamp = re.sub(r"\D", "", str(file["last_modified"]))[:14]
    return WebRequest(
        entry.host,
        path.strip("/"),
        accept="text/csv",
        name=f"file-{stamp}.csv",
        largest=LIMITS.file_bytes,
        versioned=True,
    )


def _moment(text: object) -> datetime | None:
    """A CKAN time, which is UTC and says no zone."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _file_frame(entry: RestEntry, query: CkanQuery, answer: Answer) -> pd.DataFrame:
    """The file's rows under the entry's columns."""
    try:
        grid = read_delimited(answer.body, answer.name, LIMITS)
    except FileRefused as refused:
        raise PermanentSourceError("malformed", f"{answer.url}: {refused}") from refused
    if not grid.rows:
        raise PermanentSourceError("truncated", f"{answer.url}: the file is empty")
    if grid.ragged:
        raise PermanentSourceError(
            "malformed", f"{answer.url}: row {min(grid.ragged)} has more cells than the headings"
        )
    places = _places(query, grid, answer)
    decimal_comma = grid.separator != ","
    columns: dict[str, Any] = {}
    for column, kind in entry.raw_columns.items():
        cells = _cells(grid, places.get(column), kind, decimal_comma)
        if column in query.padded:
            cells = [cell.zfill(3) if cell is not None and cell.isdecimal() else cell for cell in cells]
        columns[column] = read_column([{column: cell} for cell in cells], column, _KINDS[kind], answer.url)
    return pd.DataFrame(columns)


def _cells(grid: Grid, place: int | None, kind: str, decimal_comma: bool) -> list[str | None]:
    """The texts of one column; a number's decimal comma becomes a point where commas separate nothing."""
    cells: list[str | None] = []
    for row in grid.rows[1:]:
        cell = row.values[place] if place is not None and place < len(row.values) else None
        text = None if cell is None else str(cell).strip()
        cells.append(text.replace(",", ".", 1) if text and decimal_comma and kind != "varchar" else text)
    return cells


def _places(query: CkanQuery, grid: Grid, answer: Answer) -> dict[str, int]:
    """The position of every column. Raises: PermanentSourceError drifted with the headings there are."""
    headings = [str(value or "").strip() for value in grid.rows[0].values]
    places = {}
    for column, pattern in query.headings.items():
        fitting = [k for k, heading in enumerate(headings) if re.fullmatch(pattern, heading, re.IGNORECASE)]
        if not fitting and column in query.optional:
            continue
        if len(fitting) != 1:
            several = f"{len(fitting)} headings fit" if fitting else "no heading fits"
            raise PermanentSourceError(
                "drifted",
                f"{answer.url}: {several} {pattern!r} of {column}; there are: {', '.join(headings[:20])}. "
                "Put the new heading into sources/catalogue",
            )
        places[column] = fitting[0]
    return places


def _package_frame(entry: RestEntry, answer: Answer) -> pd.DataFrame:
    """One row per package: its name, who keeps it, its licence and when it changed."""
    rows: list[Json] = []
    _, results = _packages(answer)
    for package in results:
        organization = package.get("organization")
        keeper: Json = organization if isinstance(organization, dict) else {}
        rows.append(
            {
                "name": package.get("name"),
                "title": package.get("title"),
                "organization_name": keeper.get("name"),
                "organization_title": keeper.get("title"),
                "license_id": package.get("license_id"),
                "metadata_modified": package.get("metadata_modified"),
            }
        )
    return _frame_of(entry, rows, answer.url)


def _frame_of(entry: RestEntry, rows: Sequence[Json], where: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            column: read_column(rows, column, _KINDS[kind], where)
            for column, kind in entry.raw_columns.items()
        },
        index=range(len(rows)),
    )
