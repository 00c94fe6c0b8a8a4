"""A live what-if of one area: as the night would have it, on the night's draws, and smooth in its sliders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from contract.scenario_files import built_in, definition
from contract.schedules import schedules_for
from foresight.cohorts import Array, InputError, Inputs
from foresight.day_care import OwnParticipation, day_care_need
from foresight.event_probability import event_probability
from foresight.one_area import WhatIfInputs, own_growth_errors, what_if_inputs
from foresight.paths import UNCHANGED, Paths
from foresight.project import ENGINE_VERSION, Projection, project
from foresight.scenarios import BASE, Parameter, Scenario, scenario
from foresight.service_need import SCHEMES, group_need
from foresight.uncertainty import growth_errors
from foresight.what_if import OtherEngine, Prepared, bands_of, prepare, what_if

Builder = Callable[..., Inputs]
AREA, STREAM = "003", 2
TOTAL = [group.scheme for group in SCHEMES].index("total")
HORIZON, DRAWS = 15, 200


@dataclass(frozen=True)
class Night:
    inputs: Inputs
    projection: Projection
    drawn: Array
    """The area's groups in every draw of the night, `[year, group, draw]`."""


@pytest.fixture(scope="module")
def night(moving_country: Builder) -> Night:
    inputs = moving_country(1)
    drawn = np.empty((HORIZON, len(SCHEMES), DRAWS))

    def watch(position: int, groups: Array) -> None:
        drawn[position] = groups[STREAM]

    run = project(inputs, horizon=HORIZON, draws=DRAWS, seed=11, schedules=schedules_for(2018), observe=watch)
    return Night(inputs, run, drawn)


@pytest.fixture(scope="module")
def known(night: Night) -> WhatIfInputs:
    return what_if_inputs(night.projection, night.inputs, AREA)


@pytest.fixture(scope="module")
def ready(known: WhatIfInputs) -> Prepared:
    return prepare(known)


def employer(jobs: float) -> Scenario:
    return scenario(definition("employer_opens"), {"jobs": jobs, "starts": 1}, [AREA])


def test_the_expected_path_is_the_nights(night: Night, ready: Prepared) -> None:
    path = Paths(ready.known.base, 1, np.float64)
    everyone = night.projection.expected.sum(axis=1)
    for position, rates in enumerate(ready.rates):
        path.step(rates, UNCHANGED, None, "pair")
        own, rest = path.population[..., 0]
        assert np.allclose(own, night.projection.expected[position, STREAM], rtol=1e-5, atol=1e-3)
        assert np.allclose(own + rest, everyone[position], rtol=1e-5, atol=1e-3)
        assert (own + rest).sum() == pytest.approx(everyone[position].sum(), rel=1e-6)


def test_every_draw_of_the_base_is_nearly_the_nights_own(night: Night, ready: Prepared) -> None:
    mine, theirs = ready.base.by_group, night.drawn
    gap = np.sqrt(((mine - theirs) ** 2).mean(axis=2)) / theirs.std(axis=2)
    # the rest is one area of nine tenths here, and its chance sways the pool; in Finland the gap is a tenth
    assert gap[:, TOTAL].max() < 0.35
    assert np.median(gap) < 0.15
    assert min(np.corrcoef(mine[-1, g], theirs[-1, g])[0, 1] for g in range(len(SCHEMES))) > 0.95


def test_bands_of_the_base_are_nearly_the_published_ones(night: Night, ready: Prepared) -> None:
    published = night.projection.by_group
    width = (published.p90 - published.p10)[:, STREAM]
    for name in ("p10", "p50", "p90", "mean"):
        gap = np.abs(getattr(ready.base.bands, name) - getattr(published, name)[:, STREAM]) / width
        assert gap.max() < 0.2, name


def test_misjudged_growth_is_drawn_as_in_the_night(night: Night, known: WhatIfInputs) -> None:
    run = night.projection
    theirs = growth_errors(run.totals.growth, DRAWS, run.seed)[STREAM]
    assert np.allclose(own_growth_errors(known)[0], theirs, rtol=1e-5, atol=1e-9)


def test_fewer_draws_are_some_of_the_same(ready: Prepared, known: WhatIfInputs) -> None:
    few = prepare(known, 50).base.by_age
    kept = [*range(25), *range(DRAWS // 2, DRAWS // 2 + 25)]
    assert np.array_equal(few, ready.base.by_age[:, :, kept])


def test_more_draws_than_the_night_had_are_not_made_up(ready: Prepared) -> None:
    assert ready.base.by_age.shape[2] == DRAWS


def test_the_base_scenario_differs_from_the_base_by_nothing(known: WhatIfInputs, ready: Prepared) -> None:
    result = what_if(known, BASE, prepared=ready)
    assert (result.scenario_id, result.scenario_hash) == (BASE.id, BASE.hash)
    assert not any(getattr(result.difference, name).any() for name in ("mean", "p10", "p50", "p90"))


def test_it_is_the_same_with_and_without_what_was_prepared(known: WhatIfInputs, ready: Prepared) -> None:
    kept, fresh = (what_if(known, employer(100), prepared=p) for p in (ready, None))
    assert np.array_equal(kept.scenario.by_age, fresh.scenario.by_age)


def test_what_was_prepared_for_another_area_is_not_used(night: Night, ready: Prepared) -> None:
    other = what_if_inputs(night.projection, night.inputs, "002")
    result = what_if(other, BASE, prepared=ready)
    assert result.base.mean[0].sum() == pytest.approx(night.projection.expected[0, 1].sum(), rel=0.02)


def test_twice_the_jobs_bring_nearly_twice_the_people_in_every_draw(
    known: WhatIfInputs, ready: Prepared
) -> None:
    some, many = (what_if(known, employer(jobs), prepared=ready) for jobs in (100, 200))
    once, twice = (w.scenario.group("total", "total") - w.base.group("total", "total") for w in (some, many))
    assert (once[3:] > 0).all()
    assert np.allclose(twice[3:] / once[3:], 2.0, rtol=0.05)


def test_the_band_of_the_difference_is_narrower_than_that_of_the_forecast(
    known: WhatIfInputs, ready: Prepared
) -> None:
    result = what_if(known, employer(200), prepared=ready)
    width = (result.difference.p90 - result.difference.p10)[-1, TOTAL]
    assert width < 0.1 * (result.base.bands.p90 - result.base.bands.p10)[-1, TOTAL]
    assert (result.difference.p10[3:, TOTAL] > 0).all()


def _night_under(night: Night, asked: Scenario) -> Projection:
    return project(
        night.inputs,
        horizon=HORIZON,
        draws=DRAWS,
        seed=night.projection.seed,
        schedules=schedules_for(2018),
        scenario=asked,
    )


@pytest.mark.parametrize("name", ["employer_opens", "new_housing", "less_in_migration", "high_births"])
def test_a_what_if_says_what_the_night_would_say_under_the_scenario(
    night: Night, known: WhatIfInputs, ready: Prepared, name: str
) -> None:
    country = definition(name).scopes == ("country",)
    asked = scenario(definition(name), areas=None if country else [AREA])
    theirs = _night_under(night, asked).by_group.mean - night.projection.by_group.mean
    mine = what_if(known, asked, prepared=ready).difference.mean
    size = np.abs(theirs[:, STREAM]).max(axis=0)
    assert (np.abs(mine - theirs[:, STREAM]) <= 0.05 * size + 0.01 * size[TOTAL]).all()


def test_without_moves_a_what_if_is_the_nights_draw_for_draw(
    night: Night, known: WhatIfInputs, ready: Prepared
) -> None:
    asked = scenario(definition("no_migration"))
    theirs = _night_under(night, asked).by_group
    mine = what_if(known, asked, prepared=ready).scenario.bands
    for name in ("mean", "p10", "p50", "p90"):
        assert np.allclose(getattr(mine, name), getattr(theirs, name)[:, STREAM], rtol=1e-4, atol=0.02), name


@pytest.mark.parametrize("end", ["lower", "upper"])
@pytest.mark.parametrize("name", [name for name in built_in() if name != "base"])
def test_draws_keep_balance_and_signs_with_every_slider_at_its_end(
    known: WhatIfInputs, ready: Prepared, name: str, end: str
) -> None:
    chosen = definition(name)
    values = {p.name: getattr(p, end) for p in chosen.parameters if isinstance(p, Parameter)}
    areas = None if "country" in chosen.scopes else [AREA]
    asked = scenario(chosen, values, areas)
    if "net_persons" in values:
        # this country is a twelfth of Finland: so are its nets
        lever = asked.levers[0]
        asked = replace(asked, levers=(replace(lever, net_persons=values["net_persons"] / 12),))  # type: ignore[type-var]
    result = what_if(known, asked, prepared=ready)
    assert np.isfinite(result.scenario.by_age).all()
    assert (result.scenario.by_age >= 0).all()


def test_births_of_the_whole_country_change_those_of_the_area(known: WhatIfInputs, ready: Prepared) -> None:
    result = what_if(known, scenario(definition("low_births")), prepared=ready)
    newborn = [(g.scheme, g.label) for g in SCHEMES].index(("service", "0"))
    fall = result.difference.mean[:, newborn] / result.base.bands.mean[:, newborn]
    assert fall[0] < 0
    assert fall[9] < fall[4] < fall[0]
    adults = [(g.scheme, g.label) for g in SCHEMES].index(("service", "65-74"))
    assert np.abs(result.difference.mean[:, adults]).max() < 1e-2


def test_groups_sum_ages_and_bands_are_ordered(ready: Prepared) -> None:
    base = ready.base
    assert np.allclose(base.group("service", "7-12"), base.by_age[:, 7:13].sum(axis=1), rtol=1e-5)
    assert np.allclose(base.mean.sum(axis=1), base.by_age.mean(axis=2), rtol=1e-4)
    assert (base.bands.p10 <= base.bands.p50).all()
    assert (base.bands.p50 <= base.bands.p90).all()


def test_needs_and_probabilities_are_read_from_its_draws(known: WhatIfInputs, ready: Prepared) -> None:
    closing = scenario(definition("less_in_migration"), {"factor": 0.8}, [AREA])
    result = what_if(known, closing, prepared=ready)
    base, changed = (outlook.group("total", "total") for outlook in (result.base, result.scenario))
    limit = float(np.quantile(base[-1], 0.3))
    before, after = (event_probability(f, "below", limit, known.base_year)[-1].now for f in (base, changed))
    assert before == pytest.approx(0.3, abs=0.01)
    assert after > before
    pupils = group_need(result.scenario.by_age, known.base_year, SCHEMES[4])
    assert pupils.bands[-1].mean == pytest.approx(result.scenario.bands.mean[-1, 4], rel=1e-5)
    participation = OwnParticipation(2020, (0.0, 0.4, 0.7, 0.8, 0.9, 0.9, 0.9), "own", places=10_000)
    care = day_care_need(result.scenario.by_age, known.base_year, participation)
    assert care.exceeds is not None
    assert care.years == result.years


def test_another_version_of_the_engine_is_refused(known: WhatIfInputs) -> None:
    with pytest.raises(OtherEngine, match=f"projected by engine 0.1.0, this is {ENGINE_VERSION}"):
        what_if(replace(known, engine_version="0.1.0"), BASE)


def test_a_scenario_of_other_areas_is_refused(known: WhatIfInputs) -> None:
    both = scenario(definition("no_migration"), areas=["001", AREA])
    with pytest.raises(InputError, match=r"acts on \['001', '003'\]; a what-if of 003"):
        what_if(known, both)


@pytest.mark.parametrize("draws", [0, 7])
def test_draws_that_cannot_be_are_refused(known: WhatIfInputs, draws: int) -> None:
    with pytest.raises(InputError, match=f"{draws} draws; expected an even number"):
        prepare(known, draws)


def test_inputs_that_tell_of_different_years_are_refused(known: WhatIfInputs) -> None:
    with pytest.raises(InputError, match=r"tell of \[14, 15\] years"):
        replace(known, own=known.own[:-1])


def test_an_area_that_is_not_projected_is_refused(night: Night) -> None:
    with pytest.raises(InputError, match="'rest' is what is beside an area"):
        what_if_inputs(night.projection, night.inputs, "rest")
    with pytest.raises(InputError, match="'999' is not projected"):
        what_if_inputs(night.projection, night.inputs, "999")


def test_bands_are_interpolated_quantiles() -> None:
    figures = np.random.default_rng(1).normal(size=(3, 41))
    bands = bands_of(figures)
    for share, values in ((0.1, bands.p10), (0.5, bands.p50), (0.9, bands.p90)):
        assert np.allclose(values, np.quantile(figures, share, axis=1))


def test_a_group_that_does_not_exist_is_refused(ready: Prepared) -> None:
    with pytest.raises(InputError, match="no age group service:7-13"):
        ready.base.group("service", "7-13")
