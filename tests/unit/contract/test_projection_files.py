"""The files of `kuntaluotsi project`: what they hold becomes a panel, and what is wrong is named by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from contract.file_columns import FileColumns
from contract.projection_files import Given, official_of, panel_of
from contract.schedules import schedules_for
from foresight.cohorts import EVENTS, FEMALE, MALE, InputError

YEAR = 2018
FINLAND_2018 = schedules_for(YEAR)


def population(
    areas: tuple[Any, ...] = ("091", "305"),
    years: tuple[int, ...] = (2017, YEAR),
    sexes: tuple[str, ...] = ("male", "female"),
    oldest: int = 100,
) -> dict[str, np.ndarray]:
    """One row a cell; the count tells its place: 1000 × area + 100 × (year − 2017) + age, women 0.5 more."""
    rows = [
        (area, year, sex, age, 1000 * k + 100 * (year - 2017) + age + 0.5 * (sex == "female"))
        for k, area in enumerate(areas)
        for year in years
        for sex in sexes
        for age in range(oldest + 1)
    ]
    names = ("area", "year", "sex", "age", "population")
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def events(**changes: Any) -> dict[str, np.ndarray]:
    columns = {"area": np.array(["091", "305"]), "year": np.array([YEAR, YEAR])}
    return {**columns, **{name: np.array([10.0, 20.0]) for name in EVENTS}, **changes}


def read(
    p: dict[str, np.ndarray], e: dict[str, np.ndarray] | None = None, a: dict[str, np.ndarray] | None = None
) -> Given:
    files = (e and FileColumns("E.parquet", e), a and FileColumns("A.parquet", a))
    return panel_of(FileColumns("P.parquet", p), *files, YEAR)


def with_rows(columns: dict[str, np.ndarray], **cells: Any) -> dict[str, np.ndarray]:
    """The columns with one more row."""
    return {name: np.append(values, cells[name]) for name, values in columns.items()}


def without(columns: dict[str, np.ndarray], **cells: Any) -> dict[str, np.ndarray]:
    """The columns without the rows that have all these cells."""
    gone = np.all([columns[name] == value for name, value in cells.items()], axis=0)
    return {name: values[~gone] for name, values in columns.items()}


def changed(columns: dict[str, np.ndarray], name: str, row: int, value: Any) -> dict[str, np.ndarray]:
    values = columns[name].astype(object) if isinstance(value, str) else columns[name].copy()
    values[row] = value
    return {**columns, name: values}


def masked(columns: dict[str, np.ndarray], name: str, row: int) -> dict[str, np.ndarray]:
    values = columns[name]
    return {**columns, name: np.ma.array(values, mask=np.arange(len(values)) == row)}


def test_every_cell_finds_its_place_whatever_the_order_of_rows() -> None:
    plain = population()
    mixed = np.random.default_rng(0).permutation(len(plain["age"]))
    panel = read({name: values[mixed] for name, values in plain.items()}).panel
    assert (panel.areas, panel.years, panel.oldest_age) == (("091", "305"), (2017, YEAR), 100)
    assert panel.by_sex[1, 1, FEMALE, 34] == 1134.5
    assert panel.both[0, 0, 7] == 14.5
    assert not panel.only_total.any()


def test_totals_stay_totals_and_may_stand_beside_their_parts() -> None:
    only = read(population(sexes=("total",), oldest=85)).panel
    assert only.only_total.all() and only.oldest_age == 85 and only.both[0, 0, 85] == 85.0
    both = population()
    total = population(sexes=("total",))
    total["population"] = total["population"] * 2 + 0.5
    panel = read({name: np.concatenate([both[name], total[name]]) for name in both}).panel
    np.testing.assert_array_equal(panel.by_sex, read(both).panel.by_sex)
    total["population"][3] += 7
    with pytest.raises(InputError, match="total is not male plus female in 2017/091/3"):
        read({name: np.concatenate([both[name], total[name]]) for name in both})


def test_areas_named_by_numbers_keep_their_order() -> None:
    given = read(population(areas=(9, 10)))
    assert given.areas_are_numbers and given.panel.areas == ("9", "10")
    assert given.panel.by_sex[0, 1, MALE, 0] == 1000.0


def test_events_lie_by_year_and_area_and_missing_columns_and_cells_stay_missing() -> None:
    cells = events(births=np.ma.array([10.0, 0.0], mask=[False, True]))
    del cells["immigration"]
    panel = read(population(), cells).panel
    assert panel.event_years == (YEAR,)
    assert panel.events["births"][0, 0] == 10.0 and np.isnan(panel.events["births"][0, 1])
    assert np.isnan(panel.events["immigration"]).all()


def test_no_events_at_all_and_an_empty_events_file_are_the_same() -> None:
    empty = {name: values[:0] for name, values in events().items()}
    assert read(population()).panel.event_years == read(population(), empty).panel.event_years == ()


def test_later_rows_go_before_anything_is_looked_at() -> None:
    absurd = with_rows(population(), area="zzz", year=2019, sex="none", age=-7, population=-1e9)
    later = with_rows(events(), area="zzz", year=2050, **dict.fromkeys(EVENTS, -1.0))
    given, plain = read(absurd, later), read(population(), events())
    assert given.later_rows == {"population": 1, "events": 1}
    np.testing.assert_array_equal(given.panel.both, plain.panel.both)
    assert given.panel.areas == plain.panel.areas


def test_parents_are_told_where_they_are_known() -> None:
    columns = {
        "area": np.array(["305", "091", "R1"]),
        "parent": np.ma.array(["R1", "", "SSS"], mask=[False, True, False]),
    }
    assert read(population(), None, columns).panel.parents == (None, "R1")


BAD_POPULATION = {
    "negative": (
        changed(population(), "population", 3, -5.0),
        r"population is negative in 1 row: \(area=091 year=2017 sex=male age=3 population=-5",
    ),
    "NaN": (
        changed(population(), "population", 3, np.nan),
        r"population is missing \(null or NaN\) in 1 row: .*sex=male age=3",
    ),
    "null": (masked(population(), "population", 4), r"population is missing.*age=4 population=null"),
    "hole": (
        without(population(), area="305", year=2017, sex="male", age=34),
        r"ages are missing: 2017/305/male/34 ",
    ),
    "open ages": (
        without(population(), area="305", year=2017, sex="male", age=100),
        r"mixed open ages: most tables end at 100, but 2017/305/male .*first at 99",
    ),
    "young": (population(oldest=40), r"oldest age is 40; expected"),
    "duplicate": (
        with_rows(population(), area="305", year=2017, sex="male", age=3, population=1.0),
        r"stands again in 1 row: \(area=305 year=2017 sex=male age=3",
    ),
    "sex": (
        changed(population(), "sex", 0, "men"),
        r"sex is none of male, female, total in 1 row: .*sex=men",
    ),
    "one sex": (without(population(), area="305", year=2017, sex="female"), r"one sex only in 2017/305 "),
    "age": (changed(population(), "age", 0, -1), r"age is not between 0 and 130 .*age=-1"),
    "half age": ({**population(), "age": population()["age"] + 0.5}, r"age is not a whole number"),
    "text age": (
        {**population(), "age": population()["age"].astype(str)},
        r"column age holds text; expected numbers",
    ),
    "number as area": ({**population(), "area": np.ones(808)}, r"column area holds float64; expected text"),
    "no area": (masked(population(), "area", 0), r"area is null in 1 row"),
    "column": (
        {k: v for k, v in population().items() if k != "sex"},
        r"P.parquet has no column sex; it has area, year",
    ),
    "nothing": (population(years=(2019,)), r"P.parquet has no rows up to the base year"),
}


@pytest.mark.parametrize("case", BAD_POPULATION)
def test_a_population_file_that_cannot_be_used_is_refused_by_row(case: str) -> None:
    columns, message = BAD_POPULATION[case]
    with pytest.raises(InputError, match=message):
        read(columns)


BAD_EVENTS = {
    "negative": (events(deaths=np.array([1.0, -2.0])), r"E.parquet: deaths is negative in 1 row: \(area=305"),
    "area": (
        events(area=np.array(["091", "999"])),
        r"E.parquet: area is not among those of the population file in 1 row: .*area=999",
    ),
    "number for text": (
        events(area=np.array([91, 305])),
        r"\(areas are whole numbers here and text there, such as 091\) in 1 row: \(area=91 ",
    ),
    "duplicate": (
        events(area=np.array(["091", "091"])),
        r"the same area and year stands again in 1 row: \(area=091 year=2018",
    ),
    "text": (events(births=np.array(["1", "2"])), r"column births holds text; expected numbers"),
    "column": ({"area": np.array(["091"])}, r"E.parquet has no column year"),
}


@pytest.mark.parametrize("case", BAD_EVENTS)
def test_an_events_file_that_cannot_be_used_is_refused_by_row(case: str) -> None:
    columns, message = BAD_EVENTS[case]
    with pytest.raises(InputError, match=message):
        read(population(), columns)


def test_an_areas_file_with_an_unknown_or_repeated_area_is_refused() -> None:
    with pytest.raises(InputError, match=r"A.parquet: area is not among those .*area=999"):
        read(population(), None, {"area": np.array(["999"]), "parent": np.array(["R1"])})
    with pytest.raises(InputError, match=r"A.parquet: the same area stands again in 1 row"):
        read(population(), None, {"area": np.array(["091"] * 2), "parent": np.array(["R1", "R2"])})


def official(vintages: dict[str, str], areas: tuple[str, ...] = ("091",), oldest: int = 100) -> FileColumns:
    rows = [
        (vintage, published, area, year, age, 1.0 + k)
        for k, (vintage, published) in enumerate(vintages.items())
        for area in areas
        for year in (2019, 2020)
        for age in range(oldest + 1)
    ]
    names = ("vintage", "published_at", "area", "year", "age", "population")
    columns = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    return FileColumns("O.parquet", columns)


AREAS = ("091", "305")


def test_the_newest_official_projection_of_the_time_is_taken() -> None:
    file = official({"2015": "2015-10-30", "2019": "2019-09-30", "2021": "2021-09-30"})
    vintage = official_of(file, AREAS, YEAR, FINLAND_2018)
    assert vintage is not None
    assert (vintage.name, vintage.published_at, vintage.years) == ("2019", "2019-09-30", (2019, 2020))
    assert (vintage.population[:, 0] == 2.0).all() and np.isnan(vintage.population[:, 1]).all()
    assert official_of(official({"2021": "2021-09-30"}), AREAS, YEAR, FINLAND_2018) is None


def test_dates_may_be_stored_as_dates_and_old_ages_as_one_group() -> None:
    file = official({"2019": "2019-09-30"}, oldest=90)
    columns = {**file.columns, "published_at": file.columns["published_at"].astype("datetime64[us]")}
    vintage = official_of(FileColumns("O.parquet", columns), AREAS, YEAR, FINLAND_2018)
    assert vintage is not None and vintage.published_at == "2019-09-30"
    assert vintage.population[0, 0, 90:].sum() == pytest.approx(1.0)


def test_an_official_file_that_cannot_be_used_is_refused_by_row() -> None:
    file = official({"2019": "2019-09-30"})
    cases = {
        r"area is not among those .*area=049": official({"2019": "2019-09-30"}, ("049",)),
        r"published_at is not a date": official({"2019": "autumn"}),
        r"vintages 2019a, 2019b have one date": official({"2019a": "2019-09-30", "2019b": "2019-09-30"}),
        r"ages are missing: 2019/091/total/3": FileColumns(
            "O.parquet", without(dict(file.columns), year=2019, age=3)
        ),
        r"population is negative": FileColumns(
            "O.parquet", changed(dict(file.columns), "population", 0, -1.0)
        ),
    }
    for message, columns in cases.items():
        with pytest.raises(InputError, match=message):
            official_of(columns, AREAS, YEAR, FINLAND_2018)
