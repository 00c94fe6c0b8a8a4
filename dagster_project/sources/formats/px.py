"""px files as cubes. The format: https://www.scb.se/en/services/statistical-programs-for-px-files/px-file-format/"""

from __future__ import annotations

import codecs
import re
from math import prod

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.cube import Cube, Marks, cell_count, first_repeated
from dagster_project.sources.formats.px_data import figures, keyed_figures
from dagster_project.sources.formats.px_header import Header, Statement, decode, read_header, split_data
from dagster_project.sources.formats.tidy import NIL, status_of

_BEGINS = re.compile(rb"\s*+[A-Za-z][A-Za-z0-9_-]*+\s*+(?:\[[^\]]*+\]|\([^)]*+\))*+\s*+=")
_TLIST = re.compile(r"TLIST\s*\(\s*([AHQMWTD])1?\s*(?:,\s*\"(\w+)\"\s*-\s*\"(\w+)\"\s*)?\)", re.IGNORECASE)
_IN_A_YEAR = {"H": 2, "T": 3, "Q": 4, "M": 12, "W": 53}
MOST_YEARS = 1_000


def looks_like_px(body: bytes) -> bool:
    """Whether the bytes begin as a px file does: with KEYWORD=value."""
    head = body.removeprefix(codecs.BOM_UTF8)[:2_000]
    return bool(_BEGINS.match(head)) and b";" in body[:100_000]


def parse_px(body: bytes, where: str, language: str | None = None) -> tuple[Cube, tuple[str, ...]]:
    """The file's cube, and what its reader should know besides. Texts are in `language` where it has it.

    Dimensions go by VARIABLECODE, else by their name in the file's main language; categories by CODES, else
    by VALUES. Sparse files (KEYS) come whole: rows that are left out are zeros.
    Raises: PermanentSourceError truncated, malformed, too_many_cells or too_large.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.decode("utf-16", "replace").encode()
    head, data = split_data(body, where)
    header = read_header(head, where)
    chosen, remarks = _language(header, language)
    stub, heading = _names(header, "STUB"), _names(header, "HEADING")
    if not stub + heading:
        raise PermanentSourceError("malformed", f"{where}: neither STUB nor HEADING names a variable")
    if repeated := first_repeated(stub + heading):
        raise PermanentSourceError("malformed", f"{where}: STUB and HEADING name {repeated!r} twice")
    codes = {name: _categories(header, name, where) for name in stub + heading}
    size = [len(categories) for categories in codes.values()]
    cells = cell_count(size, where, sparse=bool(header.all("KEYS")))
    if header.all("KEYS"):
        keys = [_keys(header, name, codes[name], where) for name in stub]
        in_row = prod(size[len(stub) :])
        data = _utf8(data, header.charset)
        values, marks = keyed_figures(data, keys, in_row, where)
    else:
        values, marks = figures(data, where)
    if len(values) != cells:
        kind = "truncated" if len(values) < cells else "malformed"
        raise PermanentSourceError(
            kind, f"{where}: {len(values)} figures for {' × '.join(map(str, size))} = {cells} cells"
        )
    variables = {name: _variable_code(header, name) for name in codes}
    if repeated := first_repeated(tuple(variables.values())):
        raise PermanentSourceError("malformed", f"{where}: two variables have the code {repeated!r}")
    shown = _names(header, "STUB", chosen) + _names(header, "HEADING", chosen)
    spoken = (
        dict(zip(codes, shown, strict=True)) if len(shown) == len(codes) else {name: name for name in codes}
    )
    cube = Cube(
        url=where,
        dimensions={variables[name]: categories for name, categories in codes.items()},
        values=values,
        marks=_shown_marks(header, marks),
        table_id=_said(header, "TABLEID") or _said(header, "MATRIX") or None,
        title=_said(header, "TITLE", chosen) or _said(header, "DESCRIPTION", chosen),
        source=_said(header, "SOURCE", chosen),
        names={variables[name]: spoken[name] for name in codes},
        texts={variables[name]: _texts(header, name, spoken[name], codes[name], chosen) for name in codes},
        time=next((variables[name] for name in codes if _is_time(header, name)), None),
    )
    return cube, header.remarks + remarks


def last_updated(body: bytes) -> str:
    """The latest LAST-UPDATED of the file as it stands there (the publisher's own time), or nothing."""
    text, _, _ = decode(body[: body.find(b"DATA")])
    return max(re.findall(r'LAST-UPDATED[^=;]*="(\d{8} \d\d:\d\d)"', text), default="")


def _language(header: Header, language: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The language to ask statements for, None for the file's main one, and a remark if it is absent."""
    main = _said(header, "LANGUAGE")
    if language is None or language == main:
        return None, ()
    languages = (it.items for it in header.all("LANGUAGES"))
    offered = next(languages, ()) or tuple(sorted({it.language for it in header.statements if it.language}))
    if language in offered:
        return language, ()
    has = ", ".join(dict.fromkeys(filter(None, (main, *offered)))) or "one that it does not name"
    return None, (f"the file has no texts in {language!r}, only in {has}",)


def _names(header: Header, keyword: str, language: str | None = None) -> tuple[str, ...]:
    statement = _find(header, keyword, None, language)
    return tuple(name for name in statement.items if name) if statement else ()


def _find(header: Header, keyword: str, key: str | None, language: str | None) -> Statement | None:
    """The statement in the language; a main language may be written out in brackets as well."""
    return header.find(keyword, key, language) or (
        header.find(keyword, key, _said(header, "LANGUAGE") or None)
        if language is None and keyword != "LANGUAGE"
        else None
    )


def _said(header: Header, keyword: str, language: str | None = None) -> str:
    statement = _find(header, keyword, None, language) or _find(header, keyword, None, None)
    return statement.text if statement else ""


def _variable_code(header: Header, name: str) -> str:
    statement = _find(header, "VARIABLECODE", name, None)
    return (statement.text if statement else "") or name


def _categories(header: Header, name: str, where: str) -> tuple[str, ...]:
    """The codes of a variable's categories."""
    values, codes = (_find(header, keyword, name, None) for keyword in ("VALUES", "CODES"))
    given = codes or values
    categories = given.items if given else _timeval(header, name, where)
    if not categories:
        raise PermanentSourceError(
            "malformed", f'{where}: VALUES("{name}") is missing, so its categories are'
        )
    if codes and values and len(codes.items) != len(values.items):
        raise PermanentSourceError(
            "malformed",
            f"{where}: {name!r} has {len(codes.items)} CODES for {len(values.items)} VALUES",
        )
    if repeated := first_repeated(categories):
        raise PermanentSourceError("malformed", f"{where}: {name!r} has the category {repeated!r} twice")
    return categories


def _timeval(header: Header, name: str, where: str) -> tuple[str, ...]:
    """Periods that TIMEVAL alone tells: listed, or as first and last."""
    statement = _find(header, "TIMEVAL", name, None)
    found = _TLIST.match(statement.raw.strip()) if statement else None
    if statement is None or found is None:
        return ()
    if found[2] is None:
        rest = Statement("TIMEVAL", None, (), statement.raw.strip()[found.end() :].lstrip(", \r\n"))
        return rest.items
    unit, first, last = found[1].upper(), found[2], found[3]
    return _periods(unit, first, last, where)


def _periods(unit: str, first: str, last: str, where: str) -> tuple[str, ...]:
    """Every period from first to last; `1994`, and `199401` for the first month of 1994."""
    each = _IN_A_YEAR.get(unit, 1)
    try:
        (from_year, start), (to_year, end) = (
            (int(period[:4]), int(period[4:] or 1)) for period in (first, last)
        )
    except ValueError:
        from_year, start, to_year, end = 0, 0, -1, 0
    if (
        unit == "D"
        or not 0 <= to_year - from_year <= MOST_YEARS
        or not (1 <= start <= each and 1 <= end <= each)
    ):
        raise PermanentSourceError(
            "malformed", f"{where}: TLIST({unit}1) from {first!r} to {last!r} is no span of periods"
        )
    width = len(first) - 4
    return tuple(
        f"{year}{number:0{width}d}" if width else str(year)
        for year in range(from_year, to_year + 1)
        for number in range(start if year == from_year else 1, (end if year == to_year else each) + 1)
    )


def _keys(header: Header, name: str, codes: tuple[str, ...], where: str) -> dict[str, int]:
    """Key to category number, by code or by value as KEYS says."""
    statement = _find(header, "KEYS", name, None)
    kind = statement.text.upper() if statement else ""
    if kind not in ("CODES", "VALUES"):
        raise PermanentSourceError(
            "malformed",
            f'{where}: KEYS("{name}") is {kind[:40]!r}, expected CODES or VALUES for every STUB variable',
        )
    values = _find(header, "VALUES", name, None)
    keys = values.items if kind == "VALUES" and values else codes
    if repeated := first_repeated(keys):
        raise PermanentSourceError("malformed", f"{where}: {name!r} has the key {repeated!r} twice")
    return {key: number for number, key in enumerate(keys)}


def _texts(
    header: Header, name: str, spoken: str, codes: tuple[str, ...], language: str | None
) -> tuple[str, ...]:
    """What the categories are called in the language, else in the main one, else their codes."""
    for statement in (_find(header, "VALUES", spoken, language), _find(header, "VALUES", name, None)):
        if statement and len(statement.items) == len(codes):
            return statement.items
    return codes


def _is_time(header: Header, name: str) -> bool:
    kind = _find(header, "VARIABLE-TYPE", name, None)
    return _find(header, "TIMEVAL", name, None) is not None or (
        kind is not None and kind.text.casefold() in ("t", "time")
    )


def _shown_marks(header: Header, marks: Marks) -> Marks:
    """The marks as the publisher shows them: DATASYMBOL2 says what two dots stand for."""
    return Marks(marks.positions, marks.codes, tuple(_shown(header, mark) for mark in marks.names))


def _shown(header: Header, mark: str) -> str:
    shown = _said(header, f"DATASYMBOL{len(mark)}") if mark != NIL else NIL
    return shown if status_of(shown) else mark


def _utf8(data: bytes, charset: str) -> bytes:
    return data if charset in ("utf-8", "ascii") else data.decode(charset, "replace").encode()
