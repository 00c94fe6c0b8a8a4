"""A recognised file's rows, each value of its column's type, or everything that is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contract.problems import FileRefused, Problem
from contract.registers import Register, Rule
from contract.template_texts import example_marks, unit_marks
from dagster_project.own.known import Known
from dagster_project.own.personal_codes import holds_personal_code
from dagster_project.own.recognise import Recognised, recognise
from dagster_project.own.values import Convert, Value, Wrong, converter, shown_value
from dagster_project.sources.formats.delimited import read_delimited
from dagster_project.sources.formats.excel import is_workbook, read_workbook
from dagster_project.sources.formats.grid import CellValue, Grid, Limits, Row, column_letter

TOLD_AT_MOST = 200
_CELLS_OF_ONES_OWN = 2
_BROKEN_RULES = {"not_after": "before_start", "at_most": "more_than", "needs": "needs_other"}


@dataclass
class CheckedFile:
    """What a file holds: `columns` by id, as long as there are rows; good when nothing is wrong."""

    register: Register
    language: str
    columns: dict[str, list[Value]]
    numbers: list[int]
    """The file's row number of every row."""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.numbers)

    def scopes(self) -> tuple[tuple[str, ...], ...]:
        """What the file replaces: every municipality, with its periods where the register has them."""
        parts = (self.columns[name] for name in self.register.scope)
        return tuple(sorted({tuple(str(value) for value in row) for row in zip(*parts, strict=True)}))

    def digest(self) -> str:
        """Equal for equal rows, whatever their order in the file, its format and its language."""
        lines = sorted("\x1f".join(map(repr, row)) for row in zip(*self.columns.values(), strict=True))
        return hashlib.sha256("\x1e".join([*self.columns, *lines]).encode()).hexdigest()


def file_kind(body: bytes) -> str:
    """`xlsx` or `csv`, by how the bytes begin."""
    return "xlsx" if is_workbook(body) else "csv"


def read_grids(body: bytes, name: str = "", limits: Limits = Limits()) -> tuple[Grid, ...]:  # noqa: B008
    """The sheets of a workbook, or the one grid of a delimited file. Raises: FileRefused."""
    if is_workbook(body):
        return read_workbook(body, limits).sheets
    return (read_delimited(body, name, limits),)


def check_file(
    grids: tuple[Grid, ...], known: Known, register: str | None = None, language: str | None = None
) -> CheckedFile:
    """Every row of the file against its register; `register` and `language` are what the sender told.

    Raises: FileRefused when it cannot be told what the rows are.
    """
    found = recognise(grids, register, language)
    checked = CheckedFile(found.register, found.language, {}, [], list(found.problems))
    if found.problems:
        return checked
    _Reading(found, known, checked).read()
    if not checked.rows and not checked.problems:
        raise FileRefused("no_rows")
    for rule in found.register.rules:
        _keep_rule(rule, checked)
    if not checked.problems:
        _refuse_repeated(checked)
    _shorten(checked.problems)
    return checked


class _Reading:
    """Goes through the rows under the header."""

    def __init__(self, found: Recognised, known: Known, checked: CheckedFile) -> None:
        self._found, self._checked = found, checked
        columns = found.register.columns
        self._columns = columns
        self._converters: list[Convert] = [converter(column, found.language, known) for column in columns]
        self._places = [found.places.get(column.id) for column in columns]
        self._named = frozenset(found.places.values())
        self._marks, self._units = example_marks(), unit_marks()
        self._sheet = found.grid.name if len(found.grid.name) and found.grid.separator == "" else ""

    def read(self) -> None:
        """Fill the result."""
        found, checked = self._found, self._checked
        values: list[list[Value]] = [[] for _ in self._columns]
        hidden: list[int] = []
        for row in found.grid.rows:
            if row.number <= found.header.number or not any(cell is not None for cell in row.values):
                continue
            if (mark := self._mark(row)) in self._marks:
                if mark not in self._units and self._is_written_over(row):
                    self._add(Problem("marked_example", row.number, value=shown_value(row.values[0])))
                continue
            self._outside(row)
            checked.numbers.append(row.number)
            if row.hidden:
                hidden.append(row.number)
            self._one(row, values)
        checked.columns = {column.id: cells for column, cells in zip(self._columns, values, strict=True)}
        self._note(hidden)

    def _one(self, row: Row, values: list[list[Value]]) -> None:
        cells, merged = row.values, self._found.grid.merged
        for convert, place, into, column in zip(
            self._converters, self._places, values, self._columns, strict=True
        ):
            cell: CellValue = cells[place] if place is not None and place < len(cells) else None
            try:
                if isinstance(cell, str) and holds_personal_code(cell):
                    # Told without its value: reasons are read, copied and sent on.
                    into.append(None)
                    self._add(Problem("personal_code", row.number, column.name))
                    continue
                if merged and place is not None and (row.number, place) in merged:
                    raise Wrong("merged", range=merged[row.number, place])
                into.append(convert(cell))
            except Wrong as wrong:
                into.append(None)
                self._add(
                    Problem(wrong.code, row.number, column.name, shown_value(cell), details=wrong.details)
                )

    def _add(self, problem: Problem) -> None:
        self._checked.problems.append(problem)

    def _mark(self, row: Row) -> str:
        """What the mark column says, empty where there is none."""
        if self._found.mark is None or row.values[0] is None:
            return ""
        return shown_value(row.values[0]).strip().casefold()

    def _is_written_over(self, row: Row) -> bool:
        """True when two cells or more are not the form's example: a row of one's own.

        The municipality is left out, because a form may carry the sender's own.
        """
        others = 0
        for convert, place, column in zip(self._converters, self._places, self._columns, strict=True):
            cell = row.values[place] if place is not None and place < len(row.values) else None
            if cell is None or column.type == "municipality":
                continue
            try:
                others += convert(cell) != convert(column.example)
            except Wrong:
                others += 1
        return others >= _CELLS_OF_ONES_OWN

    def _outside(self, row: Row) -> None:
        for index, cell in enumerate(row.values):
            if cell is None or index in self._named:
                continue
            if isinstance(cell, str) and holds_personal_code(cell):
                self._add(Problem("personal_code", row.number, column_letter(index)))
            else:
                self._add(Problem("outside_columns", row.number, column_letter(index), shown_value(cell)))

    def _note(self, hidden: Sequence[int]) -> None:
        grid, notes = self._found.grid, self._checked.notes
        first = self._checked.numbers[0] if self._checked.numbers else 0
        formulas = sorted(
            (row, column) for row, column in grid.formulas if row >= first > 0 and column in self._named
        )
        if formulas:
            row, column = formulas[0]
            cell = f"{column_letter(column)}{row}"
            notes.append(Problem("note_formulas", details={"count": len(formulas), "cell": cell}))
        if hidden:
            notes.append(Problem("note_hidden", details={"count": len(hidden), "first": hidden[0]}))


def _keep_rule(rule: Rule, checked: CheckedFile) -> None:
    left, right = checked.columns[rule.left], checked.columns[rule.right]
    names = {name: checked.register.column(name).name for name in (rule.left, rule.right)}
    for number, one, other in zip(checked.numbers, left, right, strict=True):
        if one is None or (other is None) != (rule.relation == "needs"):
            continue
        if rule.relation != "needs" and one <= other:  # type: ignore[operator]  # both of the rule's type
            continue
        details = {"other_name": names[rule.right], "other_value": shown_value(other)}  # type: ignore[arg-type]
        if rule.relation == "needs":
            details = {"other_name": names[rule.right]}
        checked.problems.append(
            Problem(
                _BROKEN_RULES[rule.relation],
                number,
                names[rule.left],
                shown_value(one),  # type: ignore[arg-type]
                details=details,
            )
        )


def _refuse_repeated(checked: CheckedFile) -> None:
    keys = [checked.columns[name] for name in checked.register.key]
    seen: dict[tuple[Value, ...], int] = {}
    for number, key in zip(checked.numbers, zip(*keys, strict=True), strict=True):
        if key in seen:
            said = ", ".join(str(value) for value in key)
            checked.problems.append(Problem("repeated", number, details={"other": seen[key], "key": said}))
        else:
            seen[key] = number


def _shorten(problems: list[Problem]) -> None:
    problems.sort(key=lambda problem: problem.row or 0)
    if len(problems) > TOLD_AT_MOST:
        more = len(problems) - TOLD_AT_MOST
        del problems[TOLD_AT_MOST:]
        problems.append(Problem("more_of_them", details={"count": more}))


def example_row(register: Register) -> Mapping[str, object]:
    """The register's example by column."""
    return {column.id: column.example for column in register.columns}
