"""Service need of many areas at once, in numbers worked out by hand and against the draws of one area."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contract.engine_adapter import REST
from contract.schedules import schedules_for
from contract.service_need_files import service_need_file
from contract.service_need_rows import (
    event_rows,
    need_area_rows,
    need_rows,
    participation_rows,
    threshold_rows,
)
from foresight.cohorts import AGES, InputError, Inputs
from foresight.day_care import OwnParticipation, day_care_need
from foresight.event_probability import EventRule, event_probability
from foresight.need_paths import GROUPS, MEASURES, NeedPaths, base_counts, weights_of
from foresight.project import Projection, project
from foresight.service_need import CHILDREN, NEED_GROUPS, group_need, group_sums

HORIZON, DRAWS = 9, 20
RATES = (0.42, 0.42, 0.42, 0.9, 0.9, 0.9, 0.81)
FALLS = EventRule("falls", "grade_1", "below", limit=20)
GROWS = EventRule("grows", "people_75_plus", "at_least", factor=1.25)


def watched(by_age: np.ndarray, *rules: EventRule, keep: tuple[int, ...] = ()) -> NeedPaths:
    """Paths that took in `by_age[year, age, draw]` of one area, whose base year is the first year's mean."""
    base = by_age[:1].mean(axis=2)
    years, _, draws = by_age.shape
    paths = NeedPaths(base, horizon=years, draws=draws, day_care_rates=RATES, rules=rules, keep=keep)
    for position, year in enumerate(by_age):
        paths.observe(position, group_sums(year[None], GROUPS))
    return paths


def people(years: int, ages: dict[int, list[list[float]]]) -> np.ndarray:
    """`[year, age, draw]` with these draws by year at these ages, nobody elsewhere."""
    draws = len(next(iter(ages.values()))[0])
    found = np.zeros((years, AGES, draws))
    for age, figures in ages.items():
        found[:, age] = figures
    return found


def test_children_in_day_care_are_counted_by_the_rate_of_their_age() -> None:
    children = people(1, {0: [[10, 10]], 2: [[10, 20]], 4: [[20, 20]], 6: [[10, 30]], 7: [[50, 50]]})
    care = watched(children).day_care
    # 8.4 + 18 + 8.1 in one draw, 12.6 + 18 + 24.3 in the other
    assert care.mean[0, 0] == pytest.approx((34.5 + 54.9) / 2)
    assert care.p10[0, 0] == pytest.approx(34.5 + 0.1 * 20.4)
    assert care.p90[0, 0] == pytest.approx(34.5 + 0.9 * 20.4)


def test_a_path_that_crossed_a_limit_once_has_crossed_it() -> None:
    pupils = people(3, {7: [[25, 25, 25, 25], [19, 25, 25, 25], [21, 18, 25, 25]]})
    (event,) = watched(pupils, FALLS).events
    assert event.now[:, 0].tolist() == [0.0, 0.25, 0.25]
    assert event.by_then[:, 0].tolist() == [0.0, 0.25, 0.5]
    assert event.limits[0] == 20


def test_people_are_whole_before_they_are_fewer_than_a_limit() -> None:
    (event,) = watched(people(1, {7: [[19.6, 19.4]]}), FALLS).events
    assert event.now[0, 0] == 0.5


def test_growth_is_measured_from_the_base_year_and_makes_no_sense_from_nothing() -> None:
    elderly = people(2, {80: [[100, 100], [124, 126]]})
    (event,) = watched(elderly, GROWS).events
    assert (event.base[0], event.limits[0]) == (100, 125)
    assert event.by_then[:, 0].tolist() == [0.0, 0.5]
    (nobody,) = watched(people(1, {7: [[1, 1]]}), GROWS).events
    assert np.isnan(nobody.limits[0])
    assert nobody.now[0, 0] == 0


def test_unions_are_summed_within_draws() -> None:
    opposite = np.stack([people(1, {4: [[0, 100]]}), people(1, {4: [[100, 0]]})])[:, 0]
    paths = NeedPaths(opposite.mean(axis=2), horizon=1, draws=2, day_care_rates=RATES, unions=[[0, 1]])
    paths.observe(0, group_sums(opposite, GROUPS))
    together = paths.day_care_of_unions
    assert together.p10[0, 0] == together.p90[0, 0] == pytest.approx(90)


def test_a_rule_has_one_limit_about_a_measure_that_there_is() -> None:
    with pytest.raises(InputError, match="expected one of them"):
        EventRule("both", "grade_1", "below", limit=20, factor=0.5)
    with pytest.raises(InputError, match="unknown measure 'grade_10'"):
        watched(people(1, {7: [[1, 1]]}), EventRule("none", "grade_10", "below", limit=20))


Builder = Callable[..., Inputs]


@pytest.fixture(scope="module")
def night(moving_country: Builder) -> tuple[Projection, NeedPaths, Inputs]:
    """A projection as the night makes it, with a union of the first two areas."""
    inputs = moving_country(1)
    paths = NeedPaths(
        inputs.base.sum(axis=1),
        horizon=HORIZON,
        draws=DRAWS,
        day_care_rates=RATES,
        unions=[[0, 1]],
        rules=[FALLS, GROWS],
        keep=[0, 1],
    )
    run = project(
        inputs,
        horizon=HORIZON,
        draws=DRAWS,
        seed=1,
        groups=GROUPS,
        schedules=schedules_for(inputs.base_year),
        unions={"MK01": inputs.areas[:2]},
        observe=paths.observe,
    )
    return run, paths, inputs


def test_kept_draws_of_one_area_give_the_published_bands(night: tuple[Projection, NeedPaths, Inputs]) -> None:
    run, paths, inputs = night
    rows = need_rows(run, paths, inputs.base.sum(axis=1), RATES)
    kept = paths.kept[1]
    for group in NEED_GROUPS:
        if group.age_to > CHILDREN[-1]:
            continue
        need = group_need(kept, run.base_year, group)
        mine = (rows["municipality_code"] == run.areas[1]) & (rows["measure"] == group.label)
        assert rows["p10"][mine] == pytest.approx([band.p10 for band in need.bands], abs=0.011)
        assert rows["p90"][mine] == pytest.approx([band.p90 for band in need.bands], abs=0.011)
        assert rows["born_share"][mine] == pytest.approx(need.born_share, abs=1e-3)
    care = day_care_need(kept, run.base_year, OwnParticipation(2020, RATES, "as the country"))
    mine = (rows["municipality_code"] == run.areas[1]) & (rows["measure"] == "day_care_children")
    assert rows["p50"][mine] == pytest.approx([band.p50 for band in care.children], abs=0.011)


def test_the_means_of_measures_are_sums_of_the_projections_ages(
    night: tuple[Projection, NeedPaths, Inputs],
) -> None:
    run, paths, inputs = night
    base, everywhere = inputs.base.sum(axis=1), np.eye(len(run.areas))
    assert run.areas[-1] == REST
    municipalities = run.areas[:-1]
    for rows, key, codes, members in (
        (need_rows(run, paths, base, RATES), "municipality_code", municipalities, everywhere[:-1]),
        (
            need_area_rows(run, paths, base, RATES),
            "area_code",
            ("MK01",),
            everywhere[:2].sum(axis=0, keepdims=True),
        ),
    ):
        means = np.einsum("ui,yia->yua", members, run.by_age.mean.sum(axis=2))
        assert set(rows["measure"]) == set(MEASURES)
        for measure in MEASURES:
            at = rows["measure"] == measure
            expected = means @ weights_of(measure, RATES)
            assert rows["mean"][at] == pytest.approx(expected.ravel(), abs=0.01)
            assert rows["base_value"][at][: len(codes)] == pytest.approx(
                members @ base @ weights_of(measure, RATES), abs=0.01
            )
        assert set(rows[key]) == set(codes)


def test_by_then_never_falls_and_is_what_the_paths_say(night: tuple[Projection, NeedPaths, Inputs]) -> None:
    run, paths, _ = night
    rows = event_rows(run, paths)
    assert (rows["probability_by_then"] >= rows["probability"]).all()
    mine = (rows["municipality_code"] == run.areas[0]) & (rows["event_id"] == "falls")
    assert (np.diff(rows["probability_by_then"][mine]) >= 0).all()
    said = event_probability(np.rint(paths.kept[0][:, 7]), "below", 20, run.base_year)
    assert rows["probability_by_then"][mine] == pytest.approx([event.by_then for event in said], abs=1e-4)


def test_base_counts_are_the_measures_of_the_base_year() -> None:
    base = np.arange(float(AGES))[None]
    counts = dict(zip(MEASURES, base_counts(base, RATES)[0], strict=True))
    assert (counts["grade_1"], counts["pupils_7_9"], counts["day_care_age"]) == (7, 13 + 14 + 15, 15)
    assert counts["day_care_children"] == pytest.approx(0.42 * 3 + 0.9 * 12 + 0.81 * 6)


def test_the_newest_published_rates_and_every_threshold_are_told_with_their_reasons() -> None:
    file = service_need_file()
    rates = participation_rows(file.newest())
    assert (rates["reference_year"] == 2023).all()
    assert file.newest().entry().by_age() == RATES
    thresholds = threshold_rows(file)
    assert set(thresholds["measure"]) <= set(MEASURES)
    assert (np.isnan(thresholds["limit_value"]) != np.isnan(thresholds["base_factor"])).all()
    assert all(thresholds[f"rationale_{code}"].all() for code in ("fi", "sv", "en"))
