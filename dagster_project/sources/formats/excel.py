"""Excel workbooks (.xlsx) to grids: values as the file carries them, nothing calculated, nothing followed.

Own reader, because it must tell in one pass what a library tells in two or not at all: the value that a
formula had when the file was saved and that a formula made it, errors, merges, hidden rows, and that the
file is no bomb. Macros are refused, links to other files are never opened.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from contract.problems import FileRefused
from dagster_project.sources.formats.grid import CellValue, Grid, Limits
from dagster_project.sources.formats.package import Attributes, OfficePackage
from dagster_project.sources.formats.sheet import SheetReader, unescaped

_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_PERCENT_FORMATS = frozenset([9, 10])
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True)
class Workbook:
    """The sheets of a workbook in their order, hidden ones among them."""

    sheets: tuple[Grid, ...]

    def visible(self) -> tuple[Grid, ...]:
        """The sheets that a person sees."""
        return tuple(sheet for sheet in self.sheets if not sheet.hidden)


@dataclass(frozen=True)
class Styles:
    """Which cell styles show a number as a date or as percent."""

    dates: frozenset[int]
    percents: frozenset[int]


def is_workbook(body: bytes) -> bool:
    """True for what begins like an Excel file, new or old; `read_workbook` may still refuse it."""
    return body.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def read_workbook(body: bytes, limits: Limits = Limits()) -> Workbook:  # noqa: B008
    """Every sheet of the workbook.

    Raises: FileRefused for what is no whole workbook, is encrypted, carries macros, unpacks beyond the limits
    or declares entities.
    """
    package = OfficePackage(body, limits)
    _refuse_macros(package)
    book = _workbook_part(package)
    listed, is_1904 = _listed_sheets(package, book)
    targets, kinds = _relations(package, book)
    strings = _strings(package, kinds.get("sharedStrings", ""), limits)
    styles = _styles(package, kinds.get("styles", ""))
    if len(listed) > limits.sheets:
        raise FileRefused("bomb")
    sheets: list[Grid] = []
    left = limits.cells
    for name, relation, hidden in listed:
        target = targets.get(relation, "")
        if not package.has(target) or "worksheets" not in target:
            continue  # a chart sheet, or a sheet that the file names and does not hold
        reader = SheetReader(name, strings, styles.dates, styles.percents, is_1904, limits, left)
        package.read(target, reader.start, reader.end, reader.text)
        grid = reader.grid(hidden)
        left -= sum(len(row.values) for row in grid.rows)
        sheets.append(grid)
    if not sheets:
        raise FileRefused("no_sheets")
    return Workbook(tuple(sheets))


def _refuse_macros(package: OfficePackage) -> None:
    told: list[str] = []
    if not package.has("[content_types].xml"):
        raise FileRefused("not_excel")
    package.read(
        "[content_types].xml", lambda _, attributes: told.append(attributes.get("ContentType", "").lower())
    )
    parts = [name.rpartition("/")[2] for name in package.names()]
    if any("macro" in kind or "vba" in kind for kind in told) or "vbaproject.bin" in parts:
        raise FileRefused("macros")
    if any("ms-excel.sheet.binary" in kind for kind in told):
        raise FileRefused("old_excel")


def _workbook_part(package: OfficePackage) -> str:
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/").lower())

    if package.has("_rels/.rels"):
        package.read("_rels/.rels", start)
    book = posixpath.normpath(found[0]) if found else "xl/workbook.xml"
    if not package.has(book) or not book.endswith(".xml"):
        raise FileRefused("not_excel")
    return book


def _listed_sheets(package: OfficePackage, book: str) -> tuple[list[tuple[str, str, bool]], bool]:
    sheets: list[tuple[str, str, bool]] = []
    is_1904 = False
    root: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        nonlocal is_1904
        root.append(name)
        if name == "sheet":
            relation = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), ""
            )
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append((attributes.get("name", ""), relation, hidden))
        elif name == "workbookPr":
            is_1904 = attributes.get("date1904", "0") in ("1", "true")

    package.read(book, start)
    if root[:1] != ["workbook"]:
        raise FileRefused("not_excel")
    return sheets, is_1904


def _relations(package: OfficePackage, book: str) -> tuple[dict[str, str], dict[str, str]]:
    """The parts that the workbook refers to: by the id of the reference, and by its kind."""
    folder, file = posixpath.split(book)
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if name != "Relationship" or attributes.get("TargetMode", "").lower() == "external":
            return
        target = attributes.get("Target", "")
        path = target if target.startswith("/") else posixpath.join(folder, target)
        part_name = posixpath.normpath(path).lstrip("/").lower()
        targets[attributes.get("Id", "")] = part_name
        kinds[attributes.get("Type", "").rpartition("/")[2]] = part_name

    part = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
    if package.has(part):
        package.read(part, start)
    return targets, kinds


def _strings(package: OfficePackage, part: str, limits: Limits) -> list[CellValue]:
    if not package.has(part):
        return []
    strings: list[CellValue] = []
    pieces: list[str] = []
    reading, phonetic = False, False

    def start(name: str, _: Attributes) -> None:
        nonlocal reading, phonetic
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            phonetic = True
        elif name == "t":
            reading = not phonetic

    def end(name: str) -> None:
        nonlocal reading, phonetic
        if name == "t":
            reading = False
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            text = unescaped("".join(pieces))
            if len(text) > limits.cell_characters:
                raise FileRefused("cell_too_long", limit=limits.cell_characters)
            strings.append(text if text.strip() else None)
            if len(strings) > limits.strings:
                raise FileRefused("bomb")

    def text(piece: str) -> None:
        if reading:
            pieces.append(piece)

    package.read(part, start, end, text)
    return strings


def _styles(package: OfficePackage, part: str) -> Styles:
    if not package.has(part):
        return Styles(frozenset(), frozenset())
    own: dict[int, str] = {}
    used: list[int] = []
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        if name == "numFmt":
            own[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            used.append(_number(attributes.get("numFmtId")))

    def end(name: str) -> None:
        nonlocal inside
        if name == "cellXfs":
            inside = False

    package.read(part, start, end)
    kinds = {number: _kind(number, own.get(number)) for number in set(used)}
    return Styles(
        frozenset(index for index, number in enumerate(used) if kinds[number] == "date"),
        frozenset(index for index, number in enumerate(used) if kinds[number] == "percent"),
    )


def _kind(number: int, code: str | None) -> str:
    if code is None:
        return "date" if number in _DATE_FORMATS else "percent" if number in _PERCENT_FORMATS else "number"
    bare = _NOT_FORMAT.sub("", code.split(";")[0]).lower()
    if "general" in bare or "@" in bare:
        return "number"
    if "%" in bare:
        return "percent"
    return "date" if re.search(r"[dmyhs]", bare) and not re.search(r"[0#?]/", bare) else "number"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0
