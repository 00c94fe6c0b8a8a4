"""Any statistical file as a tidy table. What a file is is told by its bytes, never by its name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace

from contract.problems import FileRefused
from dagster_project.sources.answer import Answer, decode_json
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.delimited import decode, read_delimited
from dagster_project.sources.formats.excel import read_workbook
from dagster_project.sources.formats.grid import Grid
from dagster_project.sources.formats.grid_table import tidy_grid
from dagster_project.sources.formats.jsonstat import looks_like_jsonstat, parse_jsonstat
from dagster_project.sources.formats.px import last_updated, looks_like_px, parse_px
from dagster_project.sources.formats.sdmx_csv import looks_like_sdmx, tidy_sdmx
from dagster_project.sources.formats.tidy import Tidy, tidy_cube

LARGEST_FILE = 1_000_000_000
KINDS = "px, json-stat, SDMX-CSV, CSV, Excel (xlsx)"
_ZIP, _OLD_OFFICE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def read_file(body: bytes, where: str, *, language: str | None = None, part: str | None = None) -> Tidy:
    """The file's table.

    `language` chooses the texts of a px file, `part` the dataset of a bundle or the sheet of a workbook.
    Raises: PermanentSourceError html_answer, truncated, malformed, too_large, too_many_cells, wrong_table.
    """
    if len(body) > LARGEST_FILE:
        raise PermanentSourceError(
            "too_large", f"{where}: {len(body)} bytes; at most {LARGEST_FILE} are read"
        )
    begin = body[:2_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begin:
        raise PermanentSourceError("truncated", f"{where}: the file is empty")
    if begin.lower().startswith((b"<!doctype html", b"<html")):
        raise PermanentSourceError(
            "html_answer", f"{where}: a web page, not a file of figures; download it again"
        )
    if begin.startswith(_OLD_OFFICE):
        raise PermanentSourceError(
            "malformed", f"{where}: an old Excel file (xls); save it as xlsx or CSV and read that"
        )
    if begin.startswith(_PARQUET):
        raise PermanentSourceError(
            "malformed", f"{where}: a Parquet file is a table already; known formats: {KINDS}"
        )
    try:
        return _read(body, begin, where, language, part)
    except FileRefused as refused:
        raise PermanentSourceError("malformed", f"{where}: {refused}") from refused


def is_statistics(body: bytes) -> bool:
    """Whether the bytes are of a format that only statistics come in: px, json-stat or SDMX-CSV."""
    begin = body[:2_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith((_ZIP, _OLD_OFFICE)) or not begin:
        return False
    if looks_like_px(body):
        return True
    if begin[:1] == b"{":
        try:
            return looks_like_jsonstat(decode_json(Answer(name="file.json", url="file", body=body)))
        except PermanentSourceError:
            return False
    try:
        return looks_like_sdmx(
            re.split(r"[,;\t]", decode(body[:20_000])[0].partition("\n")[0].replace('"', ""))
        )
    except FileRefused:
        return False


def _read(body: bytes, begin: bytes, where: str, language: str | None, part: str | None) -> Tidy:
    if begin.startswith(_ZIP):
        _refuse_archive(body, where)
        return tidy_grid(_sheet(read_workbook(body).sheets, part, where), "xlsx", where)
    if looks_like_px(body):
        cube, remarks = parse_px(body, where, language)
        return replace(tidy_cube(cube, "px", remarks), updated=last_updated(body))
    if begin[:1] in (b"{", b"["):
        answer = Answer(name="file.json", url=where, body=body)
        document = decode_json(answer)
        if not looks_like_jsonstat(document):
            raise PermanentSourceError("malformed", f"{where}: {_other_json(document)}")
        cube = parse_jsonstat(answer, part)
        return tidy_cube(cube, "json-stat 2" if document.get("version") else "json-stat 1")
    if begin[:1] == b"<":
        raise PermanentSourceError("malformed", f"{where}: XML is not read; known formats: {KINDS}")
    grid = read_delimited(body, where)
    if not grid.rows:
        raise PermanentSourceError("truncated", f"{where}: no row holds anything")
    headings = [str(cell or "") for cell in grid.rows[0].values]
    return tidy_sdmx(grid, where) if looks_like_sdmx(headings) else tidy_grid(grid, "csv", where)


def _other_json(document: object) -> str:
    """What JSON it is that is no json-stat."""
    keys = list(map(str, document))[:6] if isinstance(document, dict) else []
    if isinstance(document, dict) and document.get("type") in ("FeatureCollection", "Feature"):
        return f"GeoJSON holds shapes, which are not read to a table; known formats: {KINDS}"
    return f"JSON, but not json-stat; it has {', '.join(keys) or 'a list'}; known formats: {KINDS}"


def _refuse_archive(body: bytes, where: str) -> None:
    """Raise for a zip that is no workbook, naming the files in it that may be read once it is unpacked."""
    try:
        names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return  # a damaged workbook says so itself
    if "mimetype" in names and "content.xml" in names:
        raise PermanentSourceError(
            "malformed", f"{where}: an OpenDocument file; save it as xlsx or CSV and read that"
        )
    if "[content_types].xml" not in (name.lower() for name in names):
        held = ", ".join(name[:40] for name in names[:6]) or "nothing"
        raise PermanentSourceError(
            "malformed", f"{where}: a zip archive; unpack it and read a file of it ({held})"
        )


def _sheet(grids: Sequence[Grid], part: str | None, where: str) -> Grid:
    """The sheet called `part`, or the only one that can be seen and holds something."""
    if part is not None:
        for grid in grids:
            if grid.name == part:
                return grid
    seen = [grid for grid in grids if grid.rows and not grid.hidden]
    if part is None and len(seen) == 1:
        return seen[0]
    names = ", ".join(repr(grid.name) for grid in seen[:8]) or "none that holds anything"
    asked = f"there is no sheet {part!r} among" if part is not None else "say which sheet to read of"
    raise PermanentSourceError("wrong_table", f"{where}: {asked} {names}")
