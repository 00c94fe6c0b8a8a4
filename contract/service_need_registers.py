"""A municipality's own registers turned into what service need is counted with, and its units' rows.

Schools with their group limits, pupils by school and grade, and day-care places come as rows of the
registers `schools`, `pupils` and `day_care_places` (contract/registers). Where a municipality has given none,
nothing is said of its classes, groups or places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array
from foresight.day_care import DAY_CARE_AGES, OwnParticipation, day_care_need
from foresight.event_probability import EventProbability, Side, event_probability
from foresight.schools import School, school_draws, school_need
from foresight.service_need import GRADES, Band, bands, grade_age

LOWER, UPPER = range(1, 7), range(7, 10)
"""Grades whose children are shared out over schools alike: one year's split of one grade is mostly chance."""
AUTUMN = (8, 1)
"""Month and day from which a school year counts: a school that has closed by then has no pupils in it."""
DECIMALS, SHARE_DECIMALS = 2, 4


class SchoolRow(NamedTuple):
    """One row of the register `schools`; `limits` by grade 1–9, None where the municipality has set none."""

    municipality_code: str
    school_year: int
    school_code: str
    school_name: str
    first_grade: int
    last_grade: int
    capacity: int
    limits: tuple[int | None, ...]
    closes_on: date | None


class PupilRow(NamedTuple):
    """One row of the register `pupils`."""

    municipality_code: str
    school_year: int
    school_code: str
    grade: int
    pupils: int


class DayCareRow(NamedTuple):
    """One row of the register `day_care_places`."""

    municipality_code: str
    month: str
    places: int
    children_enrolled: int | None


@dataclass(frozen=True)
class Registers:
    """All rows of the three registers, of any municipalities and periods."""

    schools: Sequence[SchoolRow] = ()
    pupils: Sequence[PupilRow] = ()
    day_care: Sequence[DayCareRow] = ()

    def municipalities(self) -> set[str]:
        """Those of whom something can be said."""
        with_pupils = {row.municipality_code for row in self.pupils}
        return {row.municipality_code for row in self.schools if row.municipality_code in with_pupils} | {
            row.municipality_code for row in self.day_care
        }


class _Unit(NamedTuple):
    """One figure of one unit: its bands by year, and the limit with how likely it is passed."""

    unit_type: str
    unit_code: str
    unit_name: str
    measure: str
    bands: Sequence[Band]
    limit: float | None = None
    passed: Sequence[EventProbability] | None = None
    years: int | None = None  # how many of the first years are told; None all


def unit_rows(
    registers: Registers,
    kept: Mapping[str, Array],
    base: Mapping[str, Array],
    *,
    base_year: int,
    scenario_id: str,
    rates: Sequence[float],
    rate_year: int,
    seed: int,
) -> Mapping[str, NDArray[Any]]:
    """Columns of `service_need_unit`: schools, and day care as a whole, of municipalities with registers.

    `kept[code]` are the draws of children `[year, age, draw]`, `base[code]` people by age in the base year,
    `rates` the country's participation at ages 0–6 of `rate_year`. Raises: InputError for a register that
    cannot be, such as a group limit of zero.
    """
    found: list[dict[str, object]] = []
    for code in sorted(registers.municipalities() & set(kept)):
        draws = kept[code]
        rng = np.random.default_rng([seed, int(code)])
        units = [
            *_schools(registers, code, draws, base[code], base_year, rng),
            *_day_care(registers, code, draws, base[code], base_year, rates, rate_year),
        ]
        for unit in units:
            for position, band in enumerate(unit.bands[: unit.years]):
                passed = unit.passed[position] if unit.passed else None
                found.append(_row(code, scenario_id, base_year, position + 1, unit, band, passed))
    return {name: _column(name, found) for name in _KINDS}


_KINDS: Mapping[str, type] = {
    "municipality_code": str,
    "unit_type": str,
    "unit_code": str,
    "unit_name": str,
    "scenario_id": str,
    "base_year": int,
    "projection_year": int,
    "measure": str,
    "mean": float,
    "p10": float,
    "p50": float,
    "p90": float,
    "limit_value": float,
    "probability": float,
    "probability_by_then": float,
}


def _column(name: str, rows: Sequence[Mapping[str, object]]) -> NDArray[Any]:
    return np.array([row[name] for row in rows], dtype=_KINDS[name])


def _row(
    code: str,
    scenario_id: str,
    base_year: int,
    ahead: int,
    unit: _Unit,
    band: Band,
    passed: EventProbability | None,
) -> dict[str, object]:
    return {
        "municipality_code": code,
        "unit_type": unit.unit_type,
        "unit_code": unit.unit_code,
        "unit_name": unit.unit_name,
        "scenario_id": scenario_id,
        "base_year": base_year,
        "projection_year": base_year + ahead,
        "measure": unit.measure,
        **{name: round(getattr(band, name), DECIMALS) for name in ("mean", "p10", "p50", "p90")},
        "limit_value": np.nan if unit.limit is None else unit.limit,
        "probability": np.nan if passed is None else round(passed.now, SHARE_DECIMALS),
        "probability_by_then": np.nan if passed is None else round(passed.by_then, SHARE_DECIMALS),
    }


def _schools(
    registers: Registers, code: str, draws: Array, base: Array, base_year: int, rng: np.random.Generator
) -> Iterator[_Unit]:
    rows, shares = _newest_schools(registers, code, base, base_year)
    told = [
        (row, School(row.school_name, shares[row.school_code], _limits(row) or _ANY))
        for row in rows
        if shares.get(row.school_code)
    ]
    if not told:
        return
    for (row, _), drawn in zip(
        told, school_draws(draws, base_year, [one for _, one in told], rng), strict=True
    ):
        need = school_need(drawn, base_year)
        open_years = _open_years(row, base_year)

        def unit(
            measure: str,
            bands: Sequence[Band],
            over: tuple[Array, Side, float] | None = None,
            row: SchoolRow = row,
            years: int | None = open_years,
        ) -> _Unit:
            passed = None if over is None else event_probability(*over, base_year)
            limit = None if over is None else over[2]
            return _Unit("school", row.school_code, row.school_name, measure, bands, limit, passed, years)

        pupils = drawn.pupils.sum(axis=0)
        yield unit("pupils", need.pupils, (pupils, "above", float(row.capacity)))
        if _limits(row) is None:
            continue
        yield unit("classes", need.classes)
        if 1 in drawn.grades:
            first = drawn.grade(1)
            yield unit("grade_1_classes", bands(first), (first, "at_most", 1.0))


_ANY = 10_000
"""Stands for no limit where only pupils are told."""


def _limits(row: SchoolRow) -> dict[int, int] | None:
    """The group limit of each of the school's grades; None when one of them has none."""
    limits = {grade: row.limits[grade - 1] for grade in _grades(row)}
    known = {grade: limit for grade, limit in limits.items() if limit is not None}
    return known if len(known) == len(limits) else None


def _grades(row: SchoolRow) -> list[int]:
    return [grade for grade in GRADES if row.first_grade <= grade <= row.last_grade]


def _open_years(row: SchoolRow, base_year: int) -> int | None:
    """How many projected autumns the school is open in; None without a closing day."""
    if row.closes_on is None:
        return None
    last = row.closes_on.year if row.closes_on > date(row.closes_on.year, *AUTUMN) else row.closes_on.year - 1
    return max(last - base_year, 0)


def _newest_schools(
    registers: Registers, code: str, base: Array, base_year: int
) -> tuple[list[SchoolRow], dict[str, dict[int, float]]]:
    """Schools of the newest school year with pupils, and the share of each grade's children each has."""
    mine = [row for row in registers.schools if row.municipality_code == code]
    attending = [row for row in registers.pupils if row.municipality_code == code]
    common = {row.school_year for row in mine} & {row.school_year for row in attending}
    if not common:
        return [], {}
    year = max(common)
    rows = [row for row in mine if row.school_year == year]
    pupils = {(row.school_code, row.grade): row.pupils for row in attending if row.school_year == year}
    children = {grade: float(base[_age(grade, year, base_year)]) for grade in GRADES}
    shares: dict[str, dict[int, float]] = {}
    for row in rows:
        for block in (LOWER, UPPER):
            taught = [grade for grade in _grades(row) if grade in block]
            there = sum(children[grade] for grade in taught)
            share = sum(pupils.get((row.school_code, grade), 0) for grade in taught) / there if there else 0.0
            shares.setdefault(row.school_code, {}).update(dict.fromkeys(taught, share))
    return rows, _at_most_all(shares)


def _age(grade: int, autumn: int, base_year: int) -> int:
    """Age on the base year's 31 December of those in `grade` in `autumn`: an infant's where not yet born."""
    return grade_age(grade, autumn=min(autumn, base_year + 6 + grade), standing=base_year)


def _at_most_all(shares: dict[str, dict[int, float]]) -> dict[str, dict[int, float]]:
    """The same, drawn in where pupils from elsewhere make a grade's shares more than all its children."""
    total = {grade: sum(by.get(grade, 0.0) for by in shares.values()) for grade in GRADES}
    return {
        code: {grade: min(share / max(total[grade], 1.0), 1.0) for grade, share in by.items()}
        for code, by in shares.items()
    }


def _day_care(
    registers: Registers,
    code: str,
    draws: Array,
    base: Array,
    base_year: int,
    rates: Sequence[float],
    rate_year: int,
) -> Iterator[_Unit]:
    rows = list(_newest_month(row for row in registers.day_care if row.municipality_code == code))
    if not rows:
        return
    places = sum(row.places for row in rows)
    participation = OwnParticipation(
        rate_year, tuple(_own_rates(rows, base, rates)), f"places of {rows[0].month}", places=places
    )
    need = day_care_need(draws, base_year, participation)
    for measure, told in (("children", need.children), ("groups", need.groups), ("staff", need.staff)):
        limited = measure == "children"
        limit, passed = (float(places), need.exceeds) if limited else (None, None)
        yield _Unit("day_care", "all", "", measure, told, limit, passed)


def _newest_month(rows: Iterable[DayCareRow]) -> Iterator[DayCareRow]:
    mine = list(rows)
    newest = max((row.month for row in mine), default="")
    yield from (row for row in mine if row.month == newest)


def _own_rates(rows: Sequence[DayCareRow], base: Array, rates: Sequence[float]) -> list[float]:
    """The country's rates, made as high as the children enrolled tell where every unit tells its own."""
    expected = sum(rate * float(base[age]) for age, rate in zip(DAY_CARE_AGES, rates, strict=True))
    told = [row.children_enrolled for row in rows if row.children_enrolled is not None]
    if len(told) < len(rows) or expected == 0:
        return list(rates)
    return [min(rate * sum(told) / expected, 1.0) for rate in rates]
