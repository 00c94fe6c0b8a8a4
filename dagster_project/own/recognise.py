"""Which register a file belongs to, in which language, on which sheet and under which header row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contract.messages import MESSAGE_LANGUAGES
from contract.problems import FileRefused, Problem
from contract.registers import Register, registers
from contract.template_texts import Stamp, example_marks, read_stamp
from contract.yaml_forms import Texts
from dagster_project.sources.formats.grid import CellValue, Grid, Row, column_letter

TEMPLATE_SHEET = "_kuntaluotsi"
_HEADER_WITHIN = 30
_FEWEST_NAMES = 2


@dataclass(frozen=True)
class Recognised:
    """The register's rows in a file: `places` maps a column's id to its index; `mark` is the mark column."""

    register: Register
    language: str
    grid: Grid
    header: Row
    places: Mapping[str, int]
    mark: int | None
    problems: tuple[Problem, ...] = ()


def recognise(grids: tuple[Grid, ...], asked: str | None, language: str | None) -> Recognised:
    """What the file holds; `asked` is the register that the sender named, if any.

    A template says what it is; otherwise the header's names must be one register's. Columns that are missing,
    unknown or there twice are problems of the result.
    Raises: FileRefused when no register fits, or another than the one that was asked.
    """
    stamp = _stamp(grids)
    register = _register(grids, asked, stamp)
    if stamp is not None and stamp.register_id == register.id and stamp.version > register.version:
        raise FileRefused("newer_template", found=stamp.version, known=register.version)
    visible = tuple(grid for grid in grids if not grid.hidden) or grids
    best = max(
        ((_matches(row, register), -position, grid, row) for position, grid, row in _candidates(visible)),
        key=lambda found: found[:2],
        default=None,
    )
    if best is None or best[0] == 0:
        raise FileRefused("no_rows")
    _, _, grid, header = best
    placed = _placed(register, grid, header, language or (stamp.language if stamp else None))
    return replace(placed, problems=placed.problems + _left_out(visible, placed))


def _left_out(visible: tuple[Grid, ...], placed: Recognised) -> tuple[Problem, ...]:
    """The other sheets that hold rows of the register too: nothing is left out silently."""
    found = []
    for grid in visible:
        headers = [
            row for row in grid.rows[:_HEADER_WITHIN] if _matches(row, placed.register) > _FEWEST_NAMES
        ]
        if grid is placed.grid or not headers:
            continue
        below = (row for row in grid.rows if row.number > headers[0].number)
        if any(
            cell is not None
            for row in below
            if _plain(row.values[0]) not in example_marks()
            for cell in row.values
        ):
            details = {"read": placed.grid.name}
            found.append(Problem("other_sheet", sheet=grid.name, details=details))
    return tuple(found)


def _stamp(grids: tuple[Grid, ...]) -> Stamp | None:
    for grid in grids:
        if grid.name == TEMPLATE_SHEET:
            told = {str(row.values[0]): row.values[1] for row in grid.rows if len(row.values) > 1}
            version, language = told.get("version"), told.get("language")
            if isinstance(version, int) and language in MESSAGE_LANGUAGES:
                return Stamp(str(told.get("register")), version, str(language))
    for _, _, row in _candidates(grids):
        if isinstance(row.values[0], str) and (stamp := read_stamp(row.values[0])) is not None:
            return stamp
    return None


def _register(grids: tuple[Grid, ...], asked: str | None, stamp: Stamp | None) -> Register:
    known = registers()
    if asked is not None and asked not in known:
        raise _unknown(asked)
    if stamp is not None:
        if stamp.register_id not in known:
            raise _unknown(stamp.register_id)
        if asked is not None and asked != stamp.register_id:
            raise FileRefused("other_register", found=known[stamp.register_id].name, asked=known[asked].name)
        return known[stamp.register_id]
    if asked is not None:
        return known[asked]
    scores = {
        register.id: max((_matches(row, register) for _, _, row in _candidates(grids)), default=0)
        for register in known.values()
    }
    most = max(scores.values(), default=0)
    fitting = [name for name, score in scores.items() if score == most]
    # Names such as municipality and month stand in many registers: only one clear best fit tells which it is.
    if most <= _FEWEST_NAMES or len(fitting) != 1:
        if not any(grid.rows for grid in grids):
            raise FileRefused("empty")
        raise FileRefused("not_recognised", known=_register_names())
    return known[fitting[0]]


def _unknown(name: str) -> FileRefused:
    refused = FileRefused("unknown_register", known=_register_names())
    refused.problem = Problem("unknown_register", value=name, details=refused.problem.details)
    return refused


def _register_names() -> Texts:
    """The registers as people call them, with the names that commands take."""
    return Texts(
        **{
            language: ", ".join(f"{each.name.of(language)} ({each.id})" for each in registers().values())
            for language in MESSAGE_LANGUAGES
        }
    )


def _candidates(grids: tuple[Grid, ...]) -> list[tuple[int, Grid, Row]]:
    rows = [(grid, row) for grid in grids for row in grid.rows[:_HEADER_WITHIN]]
    return [(position, grid, row) for position, (grid, row) in enumerate(rows)]


def _names(register: Register, language: str) -> dict[str, str]:
    """Casefolded name of every column in `language`, and its id, to the column's id."""
    return {column.name.of(language).casefold(): column.id for column in register.columns} | {
        column.id: column.id for column in register.columns
    }


def _plain(cell: CellValue) -> str:
    return " ".join(cell.split()).casefold() if isinstance(cell, str) else ""


def _matches(row: Row, register: Register) -> int:
    """How many of the row's cells name a column of the register, in the language that fits best."""
    cells = {_plain(cell) for cell in row.values}
    return max(len(cells & _names(register, language).keys()) for language in MESSAGE_LANGUAGES)


def _placed(register: Register, grid: Grid, header: Row, language: str | None) -> Recognised:
    cells = [_plain(cell) for cell in header.values]
    fits = {each: len(set(cells) & _names(register, each).keys()) for each in MESSAGE_LANGUAGES}
    best = max(fits, key=lambda each: (fits[each], each == language))
    language = language if language and fits[language] == fits[best] else best
    names = {name: column for each in MESSAGE_LANGUAGES for name, column in _names(register, each).items()}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    mark: int | None = None
    for index, cell in enumerate(cells):
        value = str(header.values[index] or "")
        if cell == "":
            continue
        if index == 0 and read_stamp(value) is not None:
            mark = 0
        elif (column := names.get(cell)) is None:
            known = ", ".join(each.name.of(language) for each in register.columns)
            where = Problem(
                "column_unknown", header.number, column_letter(index), value, details={"known": known}
            )
            problems.append(where)
        elif column in places:
            problems.append(Problem("column_twice", header.number, column_letter(index), value))
        else:
            places[column] = index
    for column in register.columns:
        if column.required and column.id not in places:
            details = {"header": header.number, "name": column.name}
            problems.append(Problem("column_missing", details=details))
    return Recognised(register, language, grid, header, places, mark, tuple(problems))
