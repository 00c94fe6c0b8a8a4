"""Histories from a folder of official figures: the APIs' answers under `mirror/`, long panels under `tidy/`.

Borders are those of the newest age table; what a later merger joined is added up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dagster_project.settings import PROJECT_ROOT
from dagster_project.sources.answer import Answer
from dagster_project.sources.formats.cube import Cube
from dagster_project.sources.formats.jsonstat import parse_jsonstat
from foresight.cohorts import AGES, EVENTS, SEXES, Array, InputError
from foresight.known import EVENTS_PUBLISHED, POPULATION_PUBLISHED, Dated, History, published
from foresight.panel import OfficialVintage

POPULATION = "mirror/StatFin/vaerak/11re.px"
VITAL_EVENTS = "mirror/StatFin/muutl/11ae.px"
PROJECTIONS = (
    "mirror/StatFin_Passiivi/vaenn/statfinpas_vaenn_pxt_128v_2040.px",
    "mirror/StatFin/vaenn/14wx.px",
)
CONTENTS = {
    "births": "muutl-vm01",
    "deaths": "muutl-vm11",
    "in_migration": "muutl-vm43_tulo",
    "out_migration": "muutl-vm43_lahto",
    "immigration": "muutl-vm41",
    "emigration": "muutl-vm42",
    "population": "muutl-vaesto",
}
COUNTRY = "SSS"
LONGER_NAMES = {"Maarianhamina - Mariehamn": "Maarianhamina"}
"""Names of the panel of totals that differ from today's."""
MERGED_NAMES = {"Valtimo": "Nurmes", "Honkajoki": "Kankaanpää"}
MERGED_CODES = {"911": "541", "099": "214"}
"""Municipalities that joined another on 1 January 2020 and 2021 and still stand in older figures."""
BORDER_YEAR = 2021


def default_folder() -> Path:
    """The folder that KUNTALUOTSI_REFERENCE_DATA names, else the one beside the project."""
    return Path(os.environ.get("KUNTALUOTSI_REFERENCE_DATA", PROJECT_ROOT.parent / "shared" / "data"))


@dataclass(frozen=True)
class Histories:
    """The figures of a backtest: regions by age, municipalities by age, totals of municipalities."""

    regions: History | None
    municipalities: History | None
    totals: History | None


def read_reference(folder: Path) -> Histories:
    """Histories of the folder. Raises: InputError naming a file that is not there."""
    codes, tables = _population(folder)
    areas = tuple(codes)
    keys = _keys(folder)
    regions = _regions(folder)
    parents = tuple(str(keys[area][1]) for area in areas)
    events = _events(folder, areas)
    vintages = tuple(_vintage(folder / name, areas) for name in PROJECTIONS)
    municipalities = History(areas, parents, tables, events, vintages, wider=regions)
    return Histories(regions, municipalities, _totals(folder, areas, keys, events))


def _cube(file: Path) -> Cube:
    if not file.is_file():
        raise InputError(f"there is no file {file}; the folder is not laid out as expected")
    return parse_jsonstat(Answer(file.name, str(file), file.read_bytes()))


def _grid(cube: Cube, *axes: str) -> tuple[list[tuple[str, ...]], Array]:
    """Codes and values with the axes in the order of the prefixes `axes`; other axes must have one code."""
    names = list(cube.dimensions)
    place = []
    for axis in axes:
        found = [k for k, name in enumerate(names) if name.lower().startswith(tuple(axis.split("|")))]
        if len(found) != 1:
            raise InputError(f"{cube.url}: {len(found)} variables begin with {axis}, among {names}")
        place.append(found[0])
    values = cube.values.reshape([len(codes) for codes in cube.dimensions.values()])
    rest = [k for k in range(len(names)) if k not in place]
    values = values.transpose([*place, *rest])
    codes = list(cube.dimensions.values())
    return [codes[k] for k in place], values.reshape(values.shape[: len(place)])


_AREA, _YEAR, _AGE, _SEX, _CONTENTS = "alue", "timeperiod|vuosi", "ik", "sukupuoli", "contents|tiedot"


def _population(folder: Path) -> tuple[list[str], Dated]:
    years, tables = [], []
    codes: tuple[str, ...] = ()
    for file in sorted((folder / POPULATION).glob("data-*.json")):
        (areas, ages, sexes, year), values = _grid(_cube(file), _AREA, _AGE, _SEX, _YEAR)
        if codes and areas != codes:
            raise InputError(f"{file}: areas differ from those of the file before it")
        codes = areas
        keep = [k for k, code in enumerate(areas) if code != COUNTRY]
        by_sex = [sexes.index("1"), sexes.index("2")]
        single = [k for k, age in enumerate(ages) if age != COUNTRY]
        tables.append(values[np.ix_(keep, single, by_sex, [0])][..., 0].transpose(0, 2, 1))
        years.append(int(year[0]))
    if not years:
        raise InputError(f"there is no age table in {folder / POPULATION}")
    named = [code.removeprefix("KU") for code in codes if code != COUNTRY]
    dates = published(tuple(years), len(named), POPULATION_PUBLISHED)
    return named, Dated(tuple(years), np.stack(tables), dates)


def _events(folder: Path, areas: tuple[str, ...]) -> dict[str, Dated]:
    (codes, years, contents), values = _grid(
        _cube(folder / VITAL_EVENTS / "data.json"), _AREA, _YEAR, _CONTENTS
    )
    rows = [codes.index(f"KU{area}") for area in areas]
    found = {name: values[rows][:, :, contents.index(code)].T for name, code in CONTENTS.items()}
    return _dated_events(tuple(map(int, years)), found)


def _dated_events(years: tuple[int, ...], values: Mapping[str, Array]) -> dict[str, Dated]:
    """Population of 31 December is out before the events of the year."""
    return {
        name: Dated(
            years,
            values[name],
            published(
                years,
                values[name].shape[1],
                POPULATION_PUBLISHED if name == "population" else EVENTS_PUBLISHED,
            ),
        )
        for name in EVENTS
        if name in values
    }


def _vintage(folder: Path, areas: tuple[str, ...]) -> OfficialVintage:
    """An official projection on the borders of `areas`; an area without every age is NaN."""
    cube = _cube(folder / "data.json")
    if cube.updated is None:
        raise InputError(f"{cube.url} does not say when it was published")
    (codes, years, ages), values = _grid(cube, _AREA, _YEAR, _AGE)
    population = np.zeros((len(years), len(areas), AGES))
    single = [ages.index(code) if code in ages else None for code in _age_codes()]
    for position, code in enumerate(codes):
        area = MERGED_CODES.get(code.removeprefix("KU"), code.removeprefix("KU"))
        if area not in areas:
            continue
        for age, column in enumerate(single):
            population[:, areas.index(area), age] += np.nan if column is None else values[position, :, column]
    population[np.isnan(population).any(axis=2)] = np.nan
    published_at = cube.updated.date().isoformat()
    return OfficialVintage(published_at[:4], published_at, tuple(map(int, years)), population)


def _age_codes() -> list[str]:
    return [f"{age:03d}" for age in range(AGES - 1)] + [f"{AGES - 1:03d}-"]


def _columns(folder: Path, name: str) -> dict[str, np.ndarray[Any, Any]]:
    import pyarrow.parquet as pq

    file = folder / "tidy" / f"{name}.parquet"
    if not file.is_file():
        raise InputError(f"there is no file {file}; the folder is not laid out as expected")
    table = pq.read_table(file)
    return {column: table[column].to_numpy(zero_copy_only=False) for column in table.column_names}


def _keys(folder: Path) -> dict[str, tuple[str, int]]:
    """Name and region of every municipality of the border year, by code."""
    keys = _columns(folder, "municipality_keys_2013_2026")
    rows = np.flatnonzero(keys["vuosi"] == BORDER_YEAR)
    return {str(keys["kuntakoodi"][k]): (str(keys["kunta"][k]), int(keys["maakuntakoodi"][k])) for k in rows}


def _regions(folder: Path) -> History:
    panel = _columns(folder, "population_region_age_sex_1972_2020")
    names, area = np.unique(panel["region_code"], return_inverse=True)
    years, year = np.unique(panel["year"], return_inverse=True)
    values = np.zeros((len(years), len(names), len(SEXES), AGES))
    values[year, area, panel["sex"].astype(int) - 1, panel["age"]] = panel["population"]
    periods = tuple(map(int, years))
    tables = Dated(periods, values, published(periods, len(names), POPULATION_PUBLISHED))
    return History(tuple(str(name) for name in names), (None,) * len(names), tables, {})


def _totals(
    folder: Path, areas: tuple[str, ...], keys: dict[str, tuple[str, int]], events: Mapping[str, Dated]
) -> History:
    """Totals from 1972 and moves from 1990 on, continued by the events of the newer table."""
    place = {keys[area][0]: k for k, area in enumerate(areas)}
    panel = _columns(folder, "population_municipality_1972_2018")
    names = [LONGER_NAMES.get(n, MERGED_NAMES.get(n, n)) for n in map(str, panel["municipality_name"])]
    moves = _columns(folder, "migration_municipality_1990_2017")
    codes = [MERGED_CODES.get(code, code) for code in map(str, moves["municipality_code"])]
    older = {
        "population": _laid_out([place.get(n, -1) for n in names], panel, "population", len(areas)),
        **{
            name: _laid_out([areas.index(code) for code in codes], moves, name, len(areas))
            for name in ("in_migration", "out_migration")
        },
    }
    whole = {}
    for name, part in events.items():
        if name in older:
            years, values = older[name]
            before = [k for k, year in enumerate(years) if year < part.years[0]]
            periods = (*(years[k] for k in before), *part.years)
            part = _dated_events(periods, {name: np.concatenate([values[before], part.values])})[name]
        whole[name] = part
    return History(areas, (None,) * len(areas), None, whole)


def _laid_out(
    area: list[int], columns: Mapping[str, Any], name: str, areas: int
) -> tuple[tuple[int, ...], Array]:
    """`columns[name]` added up as `[year, area]`; rows of area −1 (the whole country) are left out."""
    position = np.array(area)
    kept = position >= 0
    years, year = np.unique(columns["year"][kept].astype(int), return_inverse=True)
    values = np.zeros((len(years), areas))
    np.add.at(values, (year, position[kept]), columns[name][kept])
    return tuple(map(int, years)), values
