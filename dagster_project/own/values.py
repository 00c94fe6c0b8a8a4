"""From a cell to a value of its column's type, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from contract.problems import Detail
from contract.registers import Column
from contract.yaml_forms import Texts
from dagster_project.own.known import Known
from dagster_project.sources.formats.grid import CellFault, CellValue, PercentNumber

Value = str | int | float | Decimal | date | None
Convert = Callable[[CellValue], Value]

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(\.)[0-9]{3})+(?:,[0-9]+)?|[+-]?[0-9]{1,3}(?:(,)[0-9]{3})+\.[0-9]+")
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})\s*[-M/.]\s*([0-9]{1,2})|([0-9]{1,2})\s*[/.]\s*([0-9]{4})", re.IGNORECASE)
_EURO = re.compile(r"\s*(?:€|eur|euroa|euro)\s*\.?$|^\s*€\s*", re.IGNORECASE)
_DASHES = frozenset("-–—−.…") | {"..", "..."}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LARGEST = 10**15


class Wrong(Exception):
    """A cell that does not fit its column: the problem's code and what its text asks for."""

    def __init__(self, code: str, **details: Detail) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def converter(column: Column, language: str, known: Known) -> Convert:
    """A function from a cell of `column` to its value; it raises Wrong. `language` tells the decimal mark."""
    convert = _CONVERTERS[column.type](column, language, known)

    def value_of(cell: CellValue) -> Value:
        if isinstance(cell, CellFault):
            raise Wrong("error_cell" if cell.kind == "error" else "uncalculated")
        if isinstance(cell, str):
            cell = cell.strip()
            if cell in _DASHES and column.type != "text":
                raise Wrong("dash")
        if cell is None or cell == "":
            if column.required:
                raise Wrong("required")
            return None
        return convert(cell)

    return value_of


def shown_value(cell: CellValue) -> str:
    """A cell's value as a message quotes it."""
    if isinstance(cell, CellFault):
        return cell.text
    if isinstance(cell, PercentNumber):
        return f"{cell * 100:.10g} %"
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell.day}.{cell.month}.{cell.year}"
    if isinstance(cell, float):
        return f"{cell:.12g}"
    return "" if cell is None else str(cell)


def _text(column: Column, language: str, known: Known) -> Convert:  # noqa: ARG001
    longest = column.longest

    def convert(cell: CellValue) -> Value:
        if isinstance(cell, bool | date | CellFault):
            raise Wrong("not_text_value")
        text = _CONTROL.sub(" ", cell if isinstance(cell, str) else shown_value(cell)).strip()
        if len(text) > longest:
            raise Wrong("too_long", length=len(text), limit=longest)
        return text or None

    return convert


def _number(column: Column, language: str, known: Known) -> Convert:  # noqa: ARG001
    example = _example(column, language)
    whole, money = column.type == "integer", column.type == "money"
    kind = "not_integer" if whole else "not_number"
    least, most = column.min, column.max

    def convert(cell: CellValue) -> Value:
        if isinstance(cell, bool | date) or cell is None:
            raise Wrong(kind, example=example)
        number = _written(cell, column, language, example) if isinstance(cell, str) else _exact(cell, column)
        if number is None or abs(number) >= _LARGEST or (whole and number != int(number)):
            raise Wrong(kind, example=example)
        if least is not None and number < least:
            raise Wrong("below", limit=_plain(least, language))
        if most is not None and number > most:
            raise Wrong("above", limit=_plain(most, language))
        if whole:
            return int(number)
        return number.quantize(Decimal("0.01")) if money else float(number)

    return convert


def _exact(cell: CellValue, column: Column) -> Decimal:
    if isinstance(cell, PercentNumber) and column.type == "percent":
        return Decimal(f"{float(cell) * 100:.12g}")
    return Decimal(f"{cell:.15g}") if isinstance(cell, float) else Decimal(str(cell))


def _written(text: str, column: Column, language: str, example: str) -> Decimal | None:
    """A number that somebody wrote as text; Raises: Wrong when it can be read in two ways."""
    bare = text.replace("\u2212", "-").replace("–", "-")
    if column.type == "money":
        bare = _EURO.sub("", bare)
        if re.search(r"[A-Za-zÅÄÖåäö$£¥]", bare):
            raise Wrong("other_currency", example=example)
    if column.type == "percent":
        bare = bare.strip().removesuffix("%")
    bare = _SPACES.sub("", bare)
    if grouped := _GROUPED.fullmatch(bare):
        mark = "." if grouped[1] else ","
        if mark == "." and "," not in bare and bare.count(".") == 1:
            if language != "en":
                raise Wrong("ambiguous_number", example=example)
        else:
            bare = bare.replace(mark, "")
    elif language == "en" and re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", bare):
        raise Wrong("ambiguous_number", example=example)
    if not _NUMBER.fullmatch(bare) or len(bare) > 30:
        return None
    return Decimal(bare.replace(",", "."))


def _date(column: Column, language: str, known: Known) -> Convert:  # noqa: ARG001
    def convert(cell: CellValue) -> Value:
        day = _day(cell)
        if day is None or not 1800 <= day.year <= 2200:
            raise Wrong("not_date")
        return day

    return convert


def _day(cell: CellValue) -> date | None:
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else None
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        return None
    try:
        if found := _DAY.fullmatch(cell):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(cell) if len(cell) == 10 else None
    except ValueError:
        return None


def _month(column: Column, language: str, known: Known) -> Convert:  # noqa: ARG001
    def convert(cell: CellValue) -> Value:
        year, month = _year_and_month(cell)
        if not (1900 <= year <= 2200 and 1 <= month <= 12):
            raise Wrong("not_month")
        return f"{year:04d}M{month:02d}"

    return convert


def _year_and_month(cell: CellValue) -> tuple[int, int]:
    """Year and month, (0, 0) for anything else; a spreadsheet makes the first of a month of `9/2025`."""
    if isinstance(cell, int) and not isinstance(cell, bool) and 190_001 <= cell <= 220_012:
        return divmod(cell, 100)
    if (day := _day(cell)) is not None:
        return (day.year, day.month) if day.day == 1 else (0, 0)
    found = _MONTH.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return 0, 0
    return (int(found[1]), int(found[2])) if found[1] else (int(found[4]), int(found[3]))


def _choice(column: Column, language: str, known: Known) -> Convert:  # noqa: ARG001
    values = column.values or {}
    spellings = {code.casefold(): code for code in values}
    for code, texts in values.items():
        spellings |= {texts.of(each).casefold(): code for each in ("fi", "sv", "en")}
    allowed = Texts(
        **{each: ", ".join(texts.of(each) for texts in values.values()) for each in ("fi", "sv", "en")}
    )

    def convert(cell: CellValue) -> Value:
        if isinstance(cell, bool) and {"yes", "no"} <= set(values):
            return "yes" if cell else "no"
        code = spellings.get(" ".join(shown_value(cell).split()).casefold())
        if code is None:
            raise Wrong("not_choice", allowed=allowed)
        return code

    return convert


def _municipality(column: Column, language: str, known: Known) -> Convert:  # noqa: ARG001
    def convert(cell: CellValue) -> Value:
        code = known.municipality(shown_value(cell)) if isinstance(cell, str | int | float) else None
        if code is None or isinstance(cell, bool):
            raise Wrong("unknown_municipality")
        return code

    return convert


def _kpi(column: Column, language: str, known: Known) -> Convert:  # noqa: ARG001
    def convert(cell: CellValue) -> Value:
        kpi = known.kpi(cell) if isinstance(cell, str) else None
        if kpi is None:
            raise Wrong("unknown_kpi", example=str(column.example))
        return kpi

    return convert


def _example(column: Column, language: str) -> str:
    return _plain(column.example, language) if isinstance(column.example, int | float) else "21"


def _plain(number: float, language: str) -> str:
    text = f"{number:.12g}"
    return text if language == "en" else text.replace(".", ",")


_CONVERTERS: dict[str, Callable[[Column, str, Known], Convert]] = {
    "text": _text,
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "percent": _number,
    "date": _date,
    "month": _month,
    "choice": _choice,
    "municipality": _municipality,
    "kpi": _kpi,
}
