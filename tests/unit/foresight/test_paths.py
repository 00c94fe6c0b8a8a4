"""Drawn paths: the arithmetic of a year, and that chance has the spread and the independence it must have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import foresight.blocks
from benchmarks.plain_projection import Errors, plain_year
from contract.schedules import schedules_for
from foresight.chance import OLD_FROM, DrawnNoise, Flows, LocalDraws, Misjudged, YearNoise, chance_scales
from foresight.cohorts import AGES, Array, Inputs
from foresight.engine import BalanceError
from foresight.migration import BAND_OF_AGE, CLUSTERING, by_band
from foresight.normal_pool import SHORTEST_ROW, NormalPool
from foresight.paths import UNCHANGED, Factors, Paths, YearRates
from foresight.project import project

BASE_YEAR = 2020
AREAS = 30


def _flows(areas: int, moves: float, deaths: float = 2.0) -> Flows:
    cell = np.ones((areas, 2, AGES))
    return Flows(5.0 * cell[:, :, 0], deaths * cell, moves * cell, moves * cell, 0.1 * cell, 0.1 * cell)


def _nothing_lasting(areas: int, draws: int) -> Misjudged:
    nothing = np.zeros((areas, 1))
    return Misjudged(
        np.zeros((areas, 50, draws), np.float32),
        np.zeros((areas, 50)),
        np.ones(areas),
        np.zeros((areas, 2, len(CLUSTERING))),
        nothing[:, 0],
        nothing[:, 0],
    )


def _moves(flows: Flows, draws: int, seed: int = 1, year: int = 2021) -> Array:
    """Persons by which net moves of each area miss, `[area, sex, age, draw]`, for pairs of draws."""
    areas = len(flows.births)
    local = LocalDraws(seed, draws, BASE_YEAR, _nothing_lasting(areas, draws))
    scales = chance_scales(flows)
    errors = np.stack([local.moves(area, year, scales) for area in range(areas)])
    return np.asarray(errors[..., : draws // 2] * flows.internal[..., None])


def _rates(areas: int, seed: int = 3) -> YearRates:
    rng = np.random.default_rng(seed)
    cell = (areas, 2, AGES)
    fertility = np.zeros((areas, AGES))
    fertility[:, 18:42] = 0.05
    return YearRates(
        fertility=fertility,
        hazard=np.tile(np.linspace(0.001, 0.5, AGES), (areas, 2, 1)),
        out_rate=rng.uniform(0.01, 0.3, cell),
        in_weight=rng.uniform(0.0, 9.0, cell),
        immigration=rng.uniform(0.0, 1.0, cell),
        emigration_rate=rng.uniform(0.0, 0.02, cell),
        sex_shares=np.array([0.512, 0.488]),
    )


def _factors(draws: int) -> Factors:
    rng = np.random.default_rng(4)
    return Factors(*(rng.uniform(0.8, 1.2, shape) for shape in (draws, (AGES, draws), draws, draws)))


def _noise(areas: int, draws: int) -> DrawnNoise:
    lasting = replace(
        _nothing_lasting(areas, draws),
        net=np.full((areas, 2, len(CLUSTERING)), 0.1),
        fertility=np.full(areas, 0.1),
    )
    local = LocalDraws(5, draws, BASE_YEAR, lasting)
    return DrawnNoise(local, chance_scales(_flows(areas, 3.0)), 2021)


@pytest.mark.parametrize("draws", [6, 1200])
def test_a_year_in_blocks_is_the_year_written_down_plainly(draws: int) -> None:
    rates, factors, noise = _rates(3), _factors(draws), _noise(3, draws)
    base = np.random.default_rng(6).uniform(0.0, 90.0, (3, 2, AGES))
    paths = Paths(base, draws, np.float32)
    paths.step(rates, factors, noise, "2021")
    errors = [Errors(noise.moves(a)[0], noise.deaths(a)[0], noise.births(a)[0]) for a in range(3)]
    plain = plain_year(np.repeat(base[..., None], draws, axis=3), rates, factors, errors)
    np.testing.assert_allclose(paths.population, plain, rtol=2e-4, atol=1e-3)


def test_errors_written_in_place_are_those_told_area_by_area() -> None:
    noise = _noise(2, 20)
    told = YearNoise(noise.draws, noise.scales, noise.year)
    for quick, plain, ages in (
        (noise.write_moves, told.write_moves, AGES),
        (noise.write_deaths, told.write_deaths, AGES - OLD_FROM),
    ):
        here, there = np.empty((2, 2, ages, 10), np.float32)
        quick(1, here)
        plain(1, there)
        assert np.array_equal(here, there)


def test_the_result_does_not_depend_on_the_number_of_threads(
    moving_country: Callable[..., Inputs], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for threads, strip in ((1, 1), (2, 1)):
        monkeypatch.setattr(foresight.blocks, "THREADS", threads)
        monkeypatch.setattr(foresight.blocks, "SHORTEST_STRIP", strip)
        monkeypatch.setattr(foresight.blocks, "BLOCK_BYTES", 1)
        monkeypatch.setattr(foresight.blocks, "WORTH_SHARING", 0)
        found.append(project(moving_country(2), horizon=3, draws=10, seed=1, schedules=schedules_for(2018)))
    assert np.array_equal(found[0].by_age.p90, found[1].by_age.p90)
    assert np.array_equal(found[0].by_age.mean, found[1].by_age.mean)


def test_a_cell_that_cannot_be_is_named_by_its_area_and_age() -> None:
    rates = _rates(40)
    rates.hazard[37, 1, 50] = np.nan
    with pytest.raises(BalanceError, match=r"2021: cell \(37, 1, 50\)"):
        Paths(np.full((40, 2, AGES), 10.0), 400, np.float32).step(
            rates, _factors(400), _noise(40, 400), "2021"
        )


def test_a_cell_whose_flows_do_not_add_up_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = Paths(np.full((2, 2, AGES), 10.0), 1, np.float64)
    copyto = np.copyto
    monkeypatch.setattr(np, "copyto", lambda to, source: copyto(to, 1.01 * source))
    with pytest.raises(BalanceError, match="2021"):
        paths.step(_rates(2), UNCHANGED, None, "2021")


def test_however_many_leave_the_country_nobody_is_missing() -> None:
    rates = _rates(2)
    rates.out_rate[:], rates.emigration_rate[:] = 0.59, 0.21
    factors = replace(_factors(40), emigration=np.linspace(0.5, 3.0, 40))
    paths = Paths(np.full((2, 2, AGES), 10.0), 40, np.float32)
    paths.step(rates, factors, _noise(2, 40), "2021")
    assert (paths.population >= 0).all()


def test_no_number_of_the_pool_serves_two_cells_of_an_area_nor_of_a_draw_in_a_year() -> None:
    pool = NormalPool(seed=1, pairs=100, rows=226)
    windows = [pool.window(place) for place in pool.places(2021, 200).tolist()]
    one = windows[0]
    assert len(np.unique(one)) > 0.999 * one.size
    draw = np.stack([window[:, 42] for window in windows])
    apart = len(np.unique(draw)) / draw.size
    # two different normal draws are sometimes equal to the last bit: as often as among fresh ones
    fresh = np.random.default_rng(1).standard_normal(draw.size, dtype=np.float32)
    assert apart == pytest.approx(len(np.unique(fresh)) / fresh.size, abs=0.002)
    places = pool.places(2021, SHORTEST_ROW)
    assert len(np.unique(places % SHORTEST_ROW)) == SHORTEST_ROW


def test_another_area_leaves_the_draws_of_the_others_as_they_were() -> None:
    few, more = (_moves(_flows(areas, 3.0), 40) for areas in (3, 4))
    assert np.array_equal(few, more[:3])


def test_the_second_half_of_the_draws_mirrors_the_first() -> None:
    noise = _noise(1, 20)
    for error in (noise.moves(0), noise.deaths(0)):
        assert np.array_equal(error[..., 10:], -error[..., :10])


@pytest.mark.parametrize("moves", [0.3, 4.0, 60.0])
def test_single_ages_groups_areas_and_unions_have_the_variance_of_clustered_chance(moves: float) -> None:
    flows = _flows(AREAS, moves)
    flows.deaths[:, :, OLD_FROM:] = 0.0
    missed = _moves(flows, 4000)
    events = flows.internal + flows.immigration + flows.emigration
    clustered = CLUSTERING[BAND_OF_AGE] * events + flows.deaths
    # what a flow cannot carry without turning negative is left out
    carried = np.minimum(by_band(clustered), 0.8 * by_band(flows.internal) ** 2)
    alone = np.minimum((events + flows.deaths)[:, :, :OLD_FROM], 0.25 * flows.internal[:, :, :OLD_FROM] ** 2)
    assert missed[:, :, :OLD_FROM].var(axis=3).mean(axis=(0, 1)).min() >= 0.9 * alone.min()
    by_groups = np.add.reduceat(missed, (0, 2, 7, 16, 65), axis=2).var(axis=3).mean(axis=(0, 1))
    wanted = np.add.reduceat(carried, (0, 1, 2, 3, 14), axis=2).mean(axis=(0, 1))
    assert by_groups == pytest.approx(wanted, rel=0.2)
    total = missed.sum(axis=(1, 2))
    assert total.var(axis=1).mean() == pytest.approx(carried.sum(axis=(1, 2)).mean(), rel=0.15)
    assert total.sum(axis=0).var() == pytest.approx(carried.sum(), rel=0.2)


def test_areas_and_years_and_single_ages_are_independent_of_each_other() -> None:
    flows = _flows(AREAS, 3.0)
    pairs = 1000
    one, next_year = (_moves(flows, 2 * pairs, year=year) for year in (2021, 2022))
    chance = 1.0 / np.sqrt(pairs)

    def correlations(values: Array) -> Array:
        together = np.corrcoef(values)
        return np.asarray(together[~np.eye(len(together), dtype=bool)])

    areas = correlations(one.sum(axis=(1, 2)))
    years = correlations(np.concatenate([one.sum(axis=(1, 2)), next_year.sum(axis=(1, 2))]))
    # differences of neighbours within a band: what the band shares is gone, what ages have alone is left
    ages = correlations((one[0, 0, 45:65:2] - one[0, 0, 46:65:2]).reshape(10, -1)[:9])
    for found in (areas, years, ages):
        assert np.sqrt(np.mean(found**2)) == pytest.approx(chance, rel=0.25)
        assert np.abs(found).max() < 5 * chance


def test_the_same_numbers_in_other_draws_do_not_change_the_spread_of_a_whole_country() -> None:
    """309 areas take 70 000 rows from 2 048: their sum over all cells is still as spread as fresh ones'."""
    spread = []
    for seed in range(6):
        pool = NormalPool(seed=seed, pairs=500, rows=226)
        total = np.zeros(500)
        for place in pool.places(2021, 309).tolist():
            total += pool.window(place).sum(axis=0)
        spread.append((total**2).mean() / (309 * 226))
    assert np.mean(spread) == pytest.approx(1.0, abs=0.15)
