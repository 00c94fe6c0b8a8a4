"""The engine on Statistics Finland's figures: sizes and ages that progress sensibly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from contract.schedules import schedules_for
from foresight.cohorts import AGES, EVENTS, AgeTables, EventTotals, Inputs
from foresight.project import Projection, project
from foresight.service_need import SCHEMES, group_sums

pytestmark = pytest.mark.reference

CONTENTS = {
    "births": "muutl-vm01",
    "deaths": "muutl-vm11",
    "in_migration": "muutl-vm43_tulo",
    "out_migration": "muutl-vm43_lahto",
    "immigration": "muutl-vm41",
    "emigration": "muutl-vm42",
    "population": "muutl-vaesto",
}
KUUSAMO, RAUTAVAARA, OULU, HELSINKI = "305", "687", "564", "091"


def _cube(file: Path) -> tuple[list[list[str]], np.ndarray]:
    """Value codes of every dimension and the values, of one json-stat2 answer."""
    answer = json.loads(file.read_text("utf-8"))
    index = [answer["dimension"][name]["category"]["index"] for name in answer["id"]]
    return [sorted(i, key=i.get) for i in index], np.array(answer["value"], float).reshape(answer["size"])


@pytest.fixture(scope="module")
def finland(reference_data: Path) -> Inputs:
    statfin = reference_data / "mirror" / "StatFin"
    years, tables = (2018, 2019, 2020), []
    for year in years:
        codes, values = _cube(statfin / "vaerak" / "11re.px" / f"data-{year}.json")
        keep = [i for i, code in enumerate(codes[0]) if code != "SSS"]
        # ages after the total; both sexes after the total
        tables.append(values[keep, 1:, 1:, 0, 0].transpose(0, 2, 1))
    areas = tuple(codes[0][i].removeprefix("KU") for i in keep)
    (event_areas, event_years, contents), values = _cube(statfin / "muutl" / "11ae.px" / "data.json")
    rows = [event_areas.index(f"KU{area}") for area in areas]
    events = {name: values[rows, :, contents.index(code)].T for name, code in CONTENTS.items()}
    return Inputs(
        AgeTables(areas, years, np.stack(tables)),
        EventTotals(areas, tuple(map(int, event_years)), **events),
    )


def _with_rest(inputs: Inputs, keep: set[str]) -> Inputs:
    """The areas of `keep`, all others joined to one residual."""
    areas = (*(area for area in inputs.areas if area in keep), "rest")
    join = np.zeros((len(areas), len(inputs.areas)))
    for i, area in enumerate(inputs.areas):
        join[areas.index(area if area in keep else "rest"), i] = 1
    tables, events = inputs.tables, inputs.events
    return Inputs(
        AgeTables(areas, tables.years, np.einsum("ji,yisa->yjsa", join, tables.population)),
        EventTotals(areas, events.years, **{name: getattr(events, name) @ join.T for name in EVENTS}),
    )


@pytest.fixture(scope="module")
def some_and_the_rest(finland: Inputs) -> Inputs:
    """Every fifteenth municipality and the four looked at, the rest of the country as one area."""
    return _with_rest(finland, {*finland.areas[::15], KUUSAMO, RAUTAVAARA, OULU, HELSINKI})


@pytest.fixture(scope="module")
def projection(some_and_the_rest: Inputs) -> Projection:
    known = some_and_the_rest
    return project(
        known,
        horizon=20,
        draws=20,
        seed=1,
        schedules=schedules_for(known.base_year),
        unions={"SSS": known.areas},
    )


def _group(projection: Projection, scheme: str, label: str) -> int:
    return next(i for i, g in enumerate(projection.groups) if (g.scheme, g.label) == (scheme, label))


def _of(projection: Projection, area: str, scheme: str = "total", label: str = "total") -> np.ndarray:
    return projection.by_group.mean[:, projection.areas.index(area), _group(projection, scheme, label)]


def test_the_figures_are_those_published(finland: Inputs) -> None:
    assert finland.tables.population.sum(axis=(1, 2, 3)).tolist() == [5517919, 5525292, 5533793]
    assert len(finland.areas) == 309
    assert finland.base.shape[2] == AGES


def test_the_country_stays_near_the_official_projections(projection: Projection) -> None:
    """The vintages of 2019 and 2024 put 2040 at 5.53 and 6.00 million."""
    country = projection.by_aggregate.mean[19, 0, _group(projection, "total", "total")]
    assert 5.40e6 < country < 6.10e6
    over_85 = projection.by_aggregate.mean[19, 0, _group(projection, "service", "85+")]
    assert 300e3 < over_85 < 380e3


def test_births_neither_explode_nor_vanish(projection: Projection) -> None:
    births = [flows.births.sum() for flows in projection.flows]
    assert 38_000 < min(births) <= max(births) < 52_000


@pytest.mark.parametrize(
    ("area", "low", "high"), [(KUUSAMO, -25, -5), (RAUTAVAARA, -35, -10), (OULU, 0, 20), (HELSINKI, 3, 25)]
)
def test_municipalities_change_at_a_plausible_pace(
    projection: Projection, finland: Inputs, area: str, low: float, high: float
) -> None:
    base = finland.base[finland.areas.index(area)].sum()
    assert low < 100 * (_of(projection, area)[-1] / base - 1) < high


def test_a_student_town_keeps_its_students(projection: Projection, finland: Inputs) -> None:
    base = finland.base[finland.areas.index(OULU)]
    now = base[:, 20:25].sum() / base.sum()
    oulu = projection.areas.index(OULU)
    later = projection.expected[9, oulu, :, 20:25].sum() / projection.expected[9, oulu].sum()
    assert 0.8 < later / now < 1.2


def test_children_already_born_grow_into_school_age(projection: Projection, finland: Inputs) -> None:
    """Those aged 2–7 in 2020 are 7–12 in 2025; moves change the sum little."""
    for area in (KUUSAMO, RAUTAVAARA, OULU, HELSINKI):
        born = finland.base[finland.areas.index(area), :, 2:8].sum()
        assert _of(projection, area, "service", "7-12")[4] == pytest.approx(born, rel=0.15)


def _errors_of_2020(finland: Inputs, parents: dict[str, str] | None) -> dict[str, float]:
    """Mean error of municipalities by report group, weighted by people, %, from the one table of 2018."""
    first, events = finland.tables, finland.events
    known = Inputs(AgeTables(first.areas, (2018,), first.population[:1]), finland.until(2018).events)
    projected = project(known, horizon=2, draws=2, seed=1, schedules=schedules_for(2018), parents=parents)
    groups = tuple(group for group in SCHEMES if group.scheme in ("report", "total"))
    assert events.years[-1] == 2020
    told, came = (
        group_sums(people.sum(axis=1), groups) for people in (projected.expected[1], first.population[2])
    )
    error = 100 * np.abs(told - came).sum(axis=0) / came.sum(axis=0)
    return dict(zip((group.label for group in groups), error.tolist(), strict=True))


def test_with_one_table_the_regions_past_tells_who_grows_old_where(
    finland: Inputs, reference_data: Path
) -> None:
    """Cohort ratios of the region err by 0.65 % at 65–74; without regions the engine does by 0.79."""
    keys = pd.read_parquet(reference_data / "tidy" / "municipality_keys_2013_2026.parquet")
    newest = keys.sort_values("vuosi").drop_duplicates("kuntakoodi", keep="last")
    parents = dict(zip(newest["kuntakoodi"], newest["maakuntakoodi"], strict=True))
    alone, leaning = (_errors_of_2020(finland, known) for known in (None, parents))
    assert leaning["65-74"] <= 0.67 < 0.75 < alone["65-74"]
    assert all(leaning[group] <= alone[group] + 0.02 for group in alone)
