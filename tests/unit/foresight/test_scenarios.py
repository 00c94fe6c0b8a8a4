"""Scenarios: bounds, hashes, and what each lever does to a year's flows in a small country that balances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.scenario_files import built_in, definition
from contract.schedules import schedules_for
from foresight.chance import Flows
from foresight.cohorts import FEMALE, Array, InputError, Inputs
from foresight.housing import moves_into_dwelling
from foresight.levers import age_shares, along, cohorts_of_year, national_fertility
from foresight.paths import UNCHANGED, Paths, YearRates
from foresight.project import Projection, project
from foresight.scenarios import (
    BASE,
    SCOPES,
    Choice,
    Parameter,
    Scenario,
    ScenarioDefinition,
    Sensitivity,
    applied,
    scenario,
    sensitivity,
)
from foresight.schedules import FERTILE_AGES

Builder = Callable[..., Inputs]
AREAS = ("001", "002", "003", "rest")
YEARS = 12
exact = partial(np.allclose, rtol=1e-9, atol=1e-9)


@pytest.fixture(scope="module")
def country(moving_country: Builder) -> tuple[Inputs, Projection]:
    inputs = moving_country(1)
    return inputs, project(inputs, horizon=YEARS, draws=2, seed=1, schedules=schedules_for(2018))


def walk(
    country: tuple[Inputs, Projection], chosen: Scenario
) -> tuple[list[YearRates], list[Flows], list[Array]]:
    """Rates, flows and ends of the years of the expected path under a scenario; BalanceError if it breaks."""
    inputs, night = country
    path = Paths(inputs.base, 1, np.float64)
    rates, flows, ends = [], [], []
    for position, of_year in enumerate(night.year_rates):
        before = path.population[..., 0]
        changed = applied(of_year.as_type(np.float64), before, position + 1, AREAS, chosen)
        happened = path.step(changed, UNCHANGED, None, chosen.id)
        assert happened is not None
        rates.append(changed)
        flows.append(happened)
        ends.append(path.population[..., 0].copy())
    return rates, flows, ends


def same(one: YearRates, other: YearRates) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(YearRates))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any built-in scenario with any values on its sliders, for one area, some or all, as it allows."""
    chosen = draw(st.sampled_from(list(built_in().values()))).definition()
    values: dict[str, float | str] = {}
    for parameter in chosen.parameters:
        if isinstance(parameter, Choice):
            values[parameter.name] = draw(st.sampled_from(parameter.options))
        else:
            steps = round((parameter.upper - parameter.lower) / parameter.step)
            step = draw(st.integers(0, steps))
            values[parameter.name] = min(parameter.lower + step * parameter.step, parameter.upper)
    if "age_from" in values:
        values["age_from"], values["age_to"] = sorted((values["age_from"], values["age_to"]))  # type: ignore[type-var]
    scope = draw(st.sampled_from(chosen.scopes))
    areas = {"municipality": AREAS[:1], "network": AREAS[:2], "country": None}[scope]
    return scenario(chosen, values, areas)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=scenarios())
def test_every_scenario_on_every_slider_keeps_balance_signs_and_sums(
    country: tuple[Inputs, Projection], chosen: Scenario
) -> None:
    if chosen.id in ("low_immigration", "high_immigration"):
        # this country is a twelfth of Finland: so are its nets
        lever = chosen.levers[0]
        chosen = replace(chosen, levers=(replace(lever, net_persons=lever.net_persons / 12),))
    inputs, _ = country
    _, flows, ends = walk(country, chosen)
    before = inputs.base
    for happened, after in zip(flows, ends, strict=True):
        assert all((getattr(happened, f.name) >= 0).all() for f in fields(Flows))
        assert exact(happened.moved_in.sum(axis=0), happened.moved_out.sum(axis=0))
        change = happened.births.sum() - happened.deaths.sum()
        change += happened.immigration.sum() - happened.emigration.sum()
        assert after.sum() == pytest.approx(before.sum() + change, rel=1e-12)
        before = after


def test_the_base_scenario_is_the_rates_themselves(country: tuple[Inputs, Projection]) -> None:
    inputs, night = country
    rates = night.year_rates[0]
    assert applied(rates, inputs.base, 1, AREAS, BASE) is rates
    assert scenario(definition("base"), areas=["001"]) == BASE


def test_a_scenario_of_one_area_leaves_the_rates_of_the_others_alone(
    country: tuple[Inputs, Projection],
) -> None:
    inputs, night = country
    rates = night.year_rates[0].as_type(np.float64)
    for chosen in (s for s in built_in().values() if "municipality" in s.scopes):
        changed = applied(rates, inputs.base, 2, AREAS, scenario(chosen.definition(), areas=["001"]))
        for name in ("fertility", "hazard", "out_rate", "in_weight", "immigration", "emigration_rate"):
            assert np.array_equal(getattr(changed, name)[1:], getattr(rates, name)[1:]), (chosen.id, name)


def test_without_migration_an_area_changes_by_births_and_deaths_alone(
    country: tuple[Inputs, Projection],
) -> None:
    inputs, _ = country
    _, flows, ends = walk(country, scenario(definition("no_migration"), areas=["001"]))
    natural = sum(happened.births[0].sum() - happened.deaths[0].sum() for happened in flows)
    assert ends[-1][0].sum() == pytest.approx(inputs.base[0].sum() + natural)
    assert all(happened.moved_in[1:].sum() > 0 for happened in flows)


def test_nobody_moves_when_the_whole_country_has_no_migration(country: tuple[Inputs, Projection]) -> None:
    _, flows, _ = walk(country, scenario(definition("no_migration")))
    moves = sum(f.internal.sum() + f.immigration.sum() + f.emigration.sum() for f in flows)
    assert moves == 0


@pytest.mark.parametrize(("name", "level"), [("low_births", 1.10), ("high_births", 1.60)])
def test_births_reach_the_national_level_and_areas_keep_their_own(
    country: tuple[Inputs, Projection], name: str, level: float
) -> None:
    _, night = country
    chosen = scenario(definition(name))
    rates, _, ends = walk(country, chosen)
    for position in (9, 11):
        assert national_fertility(rates[position], cohorts_of_year(ends[position - 1], rates[position])) == (
            pytest.approx(level, rel=1e-6)
        )
    base = night.year_rates[9].fertility[:, FERTILE_AGES].sum(axis=1)
    changed = rates[9].fertility[:, FERTILE_AGES].sum(axis=1)
    assert np.allclose(changed / changed[0], base / base[0], rtol=1e-5)
    halfway = rates[4].fertility.sum() / night.year_rates[4].fertility.sum() - 1
    fully = rates[9].fertility.sum() / night.year_rates[9].fertility.sum() - 1
    assert 0.3 < halfway / fully < 0.7


def test_net_immigration_is_reached_and_shares_stay(country: tuple[Inputs, Projection]) -> None:
    _, night = country
    chosen = scenario(definition("low_immigration"), {"net_persons": 3000, "reached_after": 3})
    rates, flows, _ = walk(country, chosen)
    nets = [happened.immigration.sum() - happened.emigration.sum() for happened in flows]
    # deaths and births of the year hardly touch who may leave: newborns are foreseen, not counted
    assert nets[2:] == pytest.approx([3000] * (YEARS - 2), rel=1e-4)
    base = night.year_rates[5].immigration.astype(float)
    assert np.allclose(rates[5].immigration / rates[5].immigration.sum(), base / base.sum(), atol=1e-7)


def test_an_impossible_net_says_what_is_possible(country: tuple[Inputs, Projection]) -> None:
    inputs, night = country
    asked = scenario(definition("low_immigration"), {"net_persons": 0})
    asked = replace(asked, levers=(replace(asked.levers[0], net_persons=-1e6, reached_after=1),))
    with pytest.raises(InputError, match=r"-1e\+06 persons a year is not possible"):
        applied(night.year_rates[0].as_type(np.float64), inputs.base, 1, AREAS, asked)


def test_in_migration_changes_its_ages_for_its_years_and_fades(country: tuple[Inputs, Projection]) -> None:
    _, night = country
    values = {"factor": 1.2, "age_from": 20, "age_to": 34, "starts": 2, "years": 3, "kept": 0.5}
    rates, _, _ = walk(country, scenario(definition("more_in_migration"), values, ["002"]))
    shares = [
        [r.in_weight[1].astype(float) / r.in_weight.sum(axis=0, dtype=float) for r in of]
        for of in (rates, night.year_rates)
    ]
    ratio = [changed / base for changed, base in zip(*shares, strict=True)]
    assert [float(year[0, 25].round(4)) for year in ratio[:7]] == [1, 1.2, 1.2, 1.2, 1.1, 1.05, 1.025]
    assert exact(ratio[2][:, 35:], 1)
    assert exact(ratio[2][:, :20], 1)


@pytest.mark.parametrize(("name", "factor"), [("more_in_migration", 1.15), ("less_in_migration", 0.85)])
@pytest.mark.parametrize("areas", [["003"], ["002", "003"]])
def test_in_moves_grow_by_the_factor_however_large_a_part_of_the_pool_they_are(
    country: tuple[Inputs, Projection], name: str, factor: float, areas: list[str]
) -> None:
    _, base, _ = walk(country, BASE)
    _, changed, _ = walk(country, scenario(definition(name), {"factor": factor}, areas))
    at = np.isin(AREAS, areas)
    # newborns of those who have come move too: the pool of age 0 alone is another
    assert exact(changed[0].moved_in[at][..., 1:], factor * base[0].moved_in[at][..., 1:])


def test_a_network_never_draws_everyone(country: tuple[Inputs, Projection]) -> None:
    most = scenario(definition("more_in_migration"), {"factor": 1.3}, ["rest"])
    _, base, _ = walk(country, BASE)
    _, changed, _ = walk(country, most)
    others = np.isin(AREAS, ["001", "002", "003"])
    before, after = (flows[0].moved_in[others][..., 1:].sum(axis=0) for flows in (base, changed))
    assert (after >= before / 2 - 1e-9).all()
    everyone = scenario(definition("more_in_migration"), areas=AREAS)
    rates = country[1].year_rates[0].as_type(np.float64)
    assert same(applied(rates, country[0].base, 1, AREAS, everyone), rates)


def test_ages_the_wrong_way_round_are_refused_when_the_scenario_is_made() -> None:
    with pytest.raises(InputError, match="age_from is 40 and age_to 20; expected age_from at most age_to"):
        scenario(definition("more_in_migration"), {"age_from": 40, "age_to": 20}, ["001"])


def test_whom_an_employer_brings_the_other_areas_do_not_get(country: tuple[Inputs, Projection]) -> None:
    values = {
        "jobs": 100,
        "starts": 1,
        "years": 1,
        "hired_locally": 0.5,
        "moving_share": 0.5,
        "household_size": 2,
    }
    _, base, _ = walk(country, BASE)
    _, changed, _ = walk(country, scenario(definition("employer_opens"), values, ["003"]))
    more = (changed[0].moved_in - base[0].moved_in).sum(axis=(1, 2))
    assert more[2] == pytest.approx(50, rel=0.05)
    # those who have come bear children, and some newborns move: the pool of age 0 alone is another
    grown = np.s_[:, :, 1:]
    assert exact((changed[0].moved_in - base[0].moved_in)[grown].sum(axis=0), 0)
    assert np.array_equal(changed[0].moved_out[grown], base[0].moved_out[grown])


@pytest.mark.parametrize(
    ("name", "values", "persons"),
    [
        (
            "employer_closes",
            {"jobs": 100, "starts": 1, "years": 1, "moving_away_share": 0.2, "household_size": 2},
            40,
        ),
        ("school_closes", {"pupils": 50, "years": 1, "moving_away_share": 0.1, "persons_per_pupil": 2.0}, 10),
    ],
)
def test_who_leaves_joins_the_pool(
    country: tuple[Inputs, Projection], name: str, values: dict[str, float], persons: float
) -> None:
    _, base, _ = walk(country, BASE)
    _, changed, _ = walk(country, scenario(definition(name), values, ["003"]))
    assert (changed[0].moved_out - base[0].moved_out)[2].sum() == pytest.approx(persons, rel=0.03)
    assert (changed[0].moved_in - base[0].moved_in).sum() == pytest.approx(persons, rel=0.03)


def test_a_school_that_closes_moves_nobody_unless_told_so(country: tuple[Inputs, Projection]) -> None:
    rates, _, _ = walk(country, scenario(definition("school_closes"), areas=["001"]))
    assert all(same(a, b.as_type(np.float64)) for a, b in zip(rates, country[1].year_rates, strict=True))
    values = [s.values for s in sensitivity(definition("school_closes"), areas=["001"])]
    assert [dict(v)["moving_away_share"] for v in values] == [0.0, 0.05, 0.1]


def test_movers_into_new_dwellings_come_from_outside_only_by_what_relocation_leaves(
    country: tuple[Inputs, Projection],
) -> None:
    values = {"dwellings_per_year": 10, "starts": 1, "building_years": 1, "relocation_share": 0.4}
    _, base, _ = walk(country, BASE)
    _, changed, _ = walk(country, scenario(definition("new_housing"), values, ["003"]))
    first = (changed[0].moved_in - base[0].moved_in)[2].sum()
    assert first == pytest.approx(10 * 3.2 * 0.6, rel=0.05)


def test_dwellings_hold_what_dwellings_of_their_age_hold(country: tuple[Inputs, Projection]) -> None:
    inputs, night = country
    rates = night.year_rates[0].as_type(np.float64)
    detached = definition("new_housing").dwellings[0]
    occupancy = along(detached.occupancy, np.arange(20.0))
    moved = moves_into_dwelling(occupancy, age_shares(detached.movers), rates, np.array([1]))
    living = np.zeros_like(moved[0])
    for since in range(20):
        staying = (1 - rates.out_rate[[1]] - rates.emigration_rate[[1]]) * np.exp(-rates.hazard[[1]])
        only = replace(
            rates, fertility=rates.fertility[[1]], hazard=rates.hazard[[1]], out_rate=rates.out_rate[[1]]
        )
        living = cohorts_of_year(living, only) * staying + moved[since]
        assert living.sum() >= occupancy[since] - 1e-9
        assert living.sum() == pytest.approx(occupancy[since]) or moved[since].sum() == 0
    assert moved[0].sum() == pytest.approx(3.2)
    assert (inputs.base > 0).any()


def test_persons_are_shared_by_population_among_several_areas(country: tuple[Inputs, Projection]) -> None:
    _, base, _ = walk(country, BASE)
    chosen = scenario(definition("employer_opens"), {"starts": 1, "jobs": 50}, ["002", "003"])
    _, changed, _ = walk(country, chosen)
    more = (changed[0].moved_in - base[0].moved_in).sum(axis=(1, 2))
    people = country[0].base.sum(axis=(1, 2))
    assert more[2] / more[1] == pytest.approx(people[2] / people[1], rel=0.02)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "low_births",
            {"births_per_woman": 3.0},
            r"births_per_woman is 3 births_per_woman; expected 0\.8 to 1\.2",
        ),
        (
            "new_housing",
            {"dwellings_per_year": 0},
            "dwellings_per_year is 0 dwellings_per_year; expected 1 to 500",
        ),
        ("new_housing", {"starts": 1.5}, "starts is 1.5 years_ahead; expected 1 to 15 years_ahead, whole"),
        (
            "new_housing",
            {"dwelling_type": "castle"},
            "dwelling_type is 'castle'; expected one of detached, row",
        ),
        ("high_births", {"births_per_woman": float("nan")}, "births_per_woman is nan; expected"),
        ("high_births", {"births": 1.5}, "has no parameter 'births'; known: births_per_woman, reached_after"),
    ],
)
def test_values_beyond_their_bounds_are_refused_by_name(
    name: str, values: dict[str, float | str], message: str
) -> None:
    areas = ["001"] if name == "new_housing" else None
    with pytest.raises(InputError, match=message):
        scenario(definition(name), values, areas)


def test_a_scenario_is_set_only_for_what_it_is_meant_for(country: tuple[Inputs, Projection]) -> None:
    with pytest.raises(
        InputError, match=r"new_housing cannot be set for the whole country.*municipality, network"
    ):
        scenario(definition("new_housing"))
    with pytest.raises(InputError, match=r"school_closes cannot be set for \['001', '002'\]"):
        scenario(definition("school_closes"), areas=["001", "002"])
    with pytest.raises(InputError, match=r"acts on \['999'\], which are not projected"):
        walk(country, scenario(definition("new_housing"), areas=["999"]))


def test_the_hash_tells_what_moves_figures_and_nothing_else() -> None:
    housing = definition("new_housing")
    first = scenario(housing, {"dwellings_per_year": 20, "starts": 2}, ["001"])
    assert first.hash == scenario(housing, {"starts": 2.0}, ["001"]).hash
    others = [
        scenario(housing, {"dwellings_per_year": 21}, ["001"]),
        scenario(housing, {}, ["002"]),
        scenario(housing, {"dwelling_type": "row"}, ["001"]),
    ]
    assert len({first.hash, *(other.hash for other in others)}) == 4
    assert scenario(housing, {}, ["001", "002"]).hash == scenario(housing, {}, ["002", "001", "002"]).hash


def test_the_hash_is_the_same_on_every_machine_and_day() -> None:
    path = ScenarioDefinition(
        "x",
        "fertility_path",
        SCOPES,
        (_number("births_per_woman", 1.0, 2.0), _number("reached_after", 1.0, 2.0)),
    )
    assert scenario(path).hash == "8bd5b0f5f79c"


def _number(name: str, lower: float, upper: float) -> Parameter:
    return Parameter(name, "unit", lower, upper, lower, 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "magic"}, "kind 'magic'; expected one of base, no_migration"),
        ({"parameters": ()}, r"parameters \[\]; kind fertility_path needs"),
        ({"movers": ((0.0, 1.0),)}, r"needs the tables \[\] and no others"),
        ({"scopes": ()}, "scopes"),
        (
            {"sensitivity": Sensitivity("reached_after", (5.0,))},
            "reached_after is 5 unit; expected 1 to 2 unit",
        ),
    ],
)
def test_a_definition_that_does_not_fit_its_kind_is_refused(change: dict[str, object], message: str) -> None:
    numbers = (_number("births_per_woman", 1.0, 2.0), _number("reached_after", 1.0, 2.0))
    good = ScenarioDefinition("x", "fertility_path", SCOPES, numbers)
    with pytest.raises(InputError, match=message):
        replace(good, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((2.0, 1.0, 1.5, 0.5), "expected the lower bound below the upper one"),
        ((1.0, 2.0, 1.25, 0.5), "default 1.25 persons is not reached from 1 by steps of 0.5"),
        ((1.0, 2.2, 1.5, 0.5), "upper bound 2.2 persons is not reached"),
        ((1.0, 2.0, 3.0, 0.5), "x is 3 persons; expected 1 to 2 persons"),
        ((1.0, float("inf"), 1.0, 0.5), "not a number"),
    ],
)
def test_a_parameter_whose_numbers_do_not_fit_is_refused(
    numbers: tuple[float, float, float, float], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        Parameter("x", "persons", *numbers)


def test_no_cohort_is_emptied_by_an_employer_however_large(country: tuple[Inputs, Projection]) -> None:
    values = {"jobs": 5000, "starts": 1, "years": 1, "moving_away_share": 0.4, "household_size": 3.0}
    rates, flows, ends = walk(country, scenario(definition("employer_closes"), values, ["001"]))
    assert (rates[0].out_rate[0] + rates[0].emigration_rate[0] <= 0.8 + 1e-6).all()
    assert flows[0].moved_out[0].sum() > 300
    assert (ends[-1] >= 0).all()
    assert ends[0][0, FEMALE].sum() > 0


def test_the_night_under_the_base_scenario_is_the_night_itself(moving_country: Builder) -> None:
    night = partial(project, moving_country(2), horizon=3, draws=10, seed=4, schedules=schedules_for(2018))
    plain, base = night(), night(scenario=scenario(definition("base"), areas=["001"]))
    for name in ("mean", "p10", "p50", "p90"):
        assert np.array_equal(getattr(plain.by_age, name), getattr(base.by_age, name))
    assert base.scenario.id == "base"


def test_a_night_under_a_scenario_differs_where_it_acts_and_follows_its_own_path(
    country: tuple[Inputs, Projection], moving_country: Builder
) -> None:
    chosen = scenario(definition("employer_opens"), {"jobs": 300, "starts": 1}, ["003"])
    night = partial(
        project, moving_country(1), horizon=YEARS, draws=40, seed=1, schedules=schedules_for(2018)
    )
    base, changed = night(), night(scenario=chosen)
    _, _, ends = walk(country, chosen)
    assert np.allclose(changed.expected[-1], ends[-1], rtol=1e-5, atol=1e-3)
    more = (changed.by_group.mean - base.by_group.mean)[:, :, -1]
    assert (more[:, 2] > 25).all()
    assert more[0].sum() == pytest.approx(0, abs=0.02 * more[0, 2])
    assert changed.scenario.hash == chosen.hash
