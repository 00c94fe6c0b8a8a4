"""What services will be needed, in numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from foresight.cohorts import InputError
from foresight.day_care import (
    STAFF_RATIOS,
    AgeRate,
    DayCareChildren,
    NationalParticipation,
    OwnParticipation,
    StaffRatios,
    day_care_children,
    day_care_need,
    groups_needed,
    national_participation,
    ratios_in_force,
    staff_needed,
)
from foresight.event_probability import event_probability
from foresight.schools import School, joined_classes, school_draws, school_need
from foresight.service_need import (
    NEED_GROUPS,
    SCHEMES,
    AgeGroup,
    Need,
    band,
    grade_age,
    group_need,
)

BASE = 2020
EVERYBODY = AgeGroup("total", "total", 0, 100)


def by_age(draws: dict[int, list[float]], years: int = 1) -> np.ndarray:
    """`[year, age, draw]` with these draws at these ages in every year, nobody at others."""
    number = len(next(iter(draws.values())))
    population = np.zeros((years, 101, number))
    for age, figures in draws.items():
        population[:, age] = figures
    return population


def by_birth_year(counts: dict[int, float], years: int = 12, draws: int = 2) -> np.ndarray:
    """Closed cohorts: as many of each birth year on every 31 December from `BASE` + 1 on."""
    population = np.zeros((years, 101, draws))
    for position in range(years):
        for age in range(101):
            population[position, age] = counts.get(BASE + 1 + position - age, 0.0)
    return population


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def measured(draws: np.ndarray, label: str) -> Need:
    """The need of one of `NEED_GROUPS`."""
    (group,) = (group for group in NEED_GROUPS if group.label == label)
    return group_need(draws, BASE, group)


def test_those_born_in_2014_start_pre_primary_in_2020_and_school_in_2021() -> None:
    cohorts = by_birth_year({2014: 31.0, 2015: 22.0})
    grade_one = measured(cohorts, "grade_1")
    assert [grade_one.years[k] for k, b in enumerate(grade_one.bands) if b.mean == 31.0] == [2021]
    assert [grade_one.years[k] for k, b in enumerate(grade_one.bands) if b.mean == 22.0] == [2022]
    assert measured(cohorts, "pre_primary").bands[0].mean == 22.0


def test_a_cohort_is_in_grade_nine_eight_autumns_after_grade_one() -> None:
    cohort = by_birth_year({2014: 31.0})
    grades = [measured(cohort, f"grade_{grade}") for grade in range(1, 10)]
    there = [
        (g + 1, need.years[k]) for g, need in enumerate(grades) for k, b in enumerate(need.bands) if b.mean
    ]
    assert there == [(grade, 2020 + grade) for grade in range(1, 10)]


def test_ages_of_last_december_are_not_those_of_this_autumn() -> None:
    assert grade_age(1, autumn=2025, standing=2025) == 7
    assert grade_age(1, autumn=2025, standing=2024) == 6
    assert grade_age(0, autumn=2025, standing=2020) == 1
    assert grade_age(9, autumn=2025, standing=2025) == 15


def test_born_and_unborn_are_told_apart_by_birth_year() -> None:
    # six years on, those of grade 1 (aged 7) were born in 2019, those of 1–6 years partly after the base
    flat = np.ones((7, 101, 4))
    one_to_six = group_need(flat, BASE, AgeGroup("report", "1-6", 1, 6))
    assert one_to_six.years == tuple(range(2021, 2028))
    assert [b.mean for b in one_to_six.born] == [6, 5, 4, 3, 2, 1, 0]
    assert [b.mean for b in one_to_six.unborn] == [0, 1, 2, 3, 4, 5, 6]
    assert one_to_six.born_share[2] == pytest.approx(4 / 6)
    assert measured(flat, "grade_1").born_share == (1, 1, 1, 1, 1, 1, 1)
    newborn = group_need(flat, BASE, AgeGroup("service", "0", 0, 0))
    assert newborn.born_share == (0, 0, 0, 0, 0, 0, 0)


def test_grade_one_is_unborn_from_the_eighth_autumn_on() -> None:
    grade_one = measured(np.ones((9, 101, 2)), "grade_1")
    assert dict(zip(grade_one.years, grade_one.born_share, strict=True))[2027] == 1.0
    assert dict(zip(grade_one.years, grade_one.born_share, strict=True))[2028] == 0.0


def test_bands_of_a_group_come_from_sums_within_draws() -> None:
    opposite = by_age({1: [0.0, 10.0], 2: [10.0, 0.0]})
    assert group_need(opposite, BASE, AgeGroup("service", "1-2", 1, 2)).bands == (band(np.full(2, 10.0)),)


def test_every_scheme_holds_everybody_born_and_unborn() -> None:
    population = np.random.default_rng(1).uniform(0, 50, (25, 101, 3))
    service = [group_need(population, BASE, g) for g in SCHEMES if g.scheme == "service"]
    total = group_need(population, BASE, EVERYBODY)
    for year in (0, 9, 24):
        parts = sum(g.born[year].mean + g.unborn[year].mean for g in service)
        assert parts == pytest.approx(total.bands[year].mean)


def test_75_and_over_includes_85_and_over() -> None:
    people = by_age({80: [100.0, 120.0], 90: [30.0, 30.0]})
    assert measured(people, "people_75_plus").bands[0].mean == 140.0
    assert measured(people, "people_85_plus").bands[0].mean == 30.0


def test_single_precision_draws_are_summed_in_double() -> None:
    population = np.full((1, 101, 2), 100_000.1, np.float32)
    assert group_need(population, BASE, EVERYBODY).bands[0].mean == pytest.approx(
        101 * float(np.float32(100_000.1)), rel=1e-12
    )


OWN = OwnParticipation(
    2020, (0.0, 0.5, 0.75, 1.0, 1.0, 1.0, 0.5), "own register 31.12.2020", part_time_share=0.25, places=115
)
AGES_0_TO_6 = {
    0: [40.0] * 2,
    1: [40.0] * 2,
    2: [40.0] * 2,
    3: [40.0] * 2,
    4: [24.0, 32.0],
    5: [24.0] * 2,
    6: [16.0] * 2,
}


def test_day_care_children_staff_and_groups_by_the_law_of_2020() -> None:
    children = day_care_children(by_age(AGES_0_TO_6), OWN)
    # 20 + 30 under three; from three 40 + 24 + 24 + 8 = 96 and 104, a quarter of them part-time
    assert children.under_three.tolist() == [[50.0, 50.0]]
    assert children.from_three.tolist() == [[72.0, 78.0]]
    assert children.part_time.tolist() == [[24.0, 26.0]]
    law = ratios_in_force(2025)
    assert staff_needed(children, law)[0, 0] == pytest.approx(50 / 4 + 72 / 7 + 24 / 13)
    # 50/12 makes 5; (72/7 + 24/13)/3 = 4.04 and (78/7 + 26/13)/3 = 4.38 make 5
    assert groups_needed(children, law).tolist() == [[10.0, 10.0]]


def test_exactly_full_groups_need_no_further_one() -> None:
    law = ratios_in_force(2021)
    for under, older, groups in ((12.0, 21.0, 2), (12.0 + 1e-12, 0.0, 1), (13.0, 22.0, 4), (0.0, 0.0, 0)):
        children = DayCareChildren(np.array([[under]]), np.array([[older]]), np.zeros((1, 1)))
        assert groups_needed(children, law).tolist() == [[groups]]


def test_the_expected_number_of_groups_is_not_the_groups_of_the_expected_number() -> None:
    rates = OwnParticipation(2020, (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0), "own")
    need = day_care_need(by_age({1: [12.0, 13.0, 24.0, 25.0]}), BASE, rates)
    assert need.children[0].mean == 18.5
    assert need.groups[0].mean == (1 + 2 + 2 + 3) / 4
    assert need.exceeds is None


def test_ratios_are_those_of_the_year() -> None:
    rates = OwnParticipation(2018, (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), "own")
    need = day_care_need(by_age({3: [56.0, 56.0]}, years=3), 2018, rates)
    assert need.years == (2019, 2020, 2021)
    assert [staff.mean for staff in need.staff] == [7.0, 8.0, 8.0]
    assert [groups.mean for groups in need.groups] == [3.0, 3.0, 3.0]


def test_probability_that_day_care_exceeds_its_places() -> None:
    assert OWN.places == 115
    need = day_care_need(by_age(AGES_0_TO_6), BASE, OWN)
    fewer = OwnParticipation(2020, OWN.rates, OWN.source, OWN.part_time_share, places=150)
    assert need.exceeds is not None and need.exceeds[0].now == 1.0
    between = day_care_need(by_age(AGES_0_TO_6), BASE, fewer).exceeds
    assert between is not None and between[0].now == 0.5


def test_chance_attendance_is_whole_children_around_the_expected_number() -> None:
    population = by_age({1: [100.0] * 4000, 4: [60.4] * 4000})
    rates = OwnParticipation(2020, (0.0, 0.4, 0.0, 0.0, 0.9, 0.0, 0.0), "own", part_time_share=0.1)
    drawn = day_care_children(population, rates, generator())
    assert np.array_equal(drawn.everyone, np.floor(drawn.everyone))
    assert drawn.under_three.mean() == pytest.approx(40.0, abs=0.3)
    assert drawn.under_three.std() == pytest.approx(np.sqrt(100 * 0.4 * 0.6), rel=0.05)
    assert drawn.part_time.mean() == pytest.approx(60.4 * 0.09, abs=0.15)
    again = day_care_children(population, rates, generator())
    assert np.array_equal(drawn.everyone, again.everyone)


def test_a_rate_is_not_named_before_it_was_published() -> None:
    told = [
        NationalParticipation(2020, 2021, (AgeRate(1, 6, 0.77),), "THL"),
        NationalParticipation(2021, 2022, (AgeRate(1, 6, 0.75),), "Vipunen"),
    ]
    assert national_participation(told, 2020) is None
    named = [national_participation(told, year) for year in (2021, 2022, 2026)]
    assert [rate.year for rate in named if rate] == [2020, 2021, 2021]


@pytest.mark.parametrize(
    "rates", [(AgeRate(0, 7, 0.5),), (AgeRate(0, 2, 0.4), AgeRate(2, 5, 0.9)), (AgeRate(3, 5, 90.0),)]
)
def test_rates_of_no_age_of_the_same_age_twice_or_in_per_cent_are_refused(rates: tuple[AgeRate, ...]) -> None:
    with pytest.raises(InputError, match="participation of 2023"):
        NationalParticipation(2023, 2024, rates, "Statistics Finland")


def test_the_years_behind_the_built_in_parameters() -> None:
    assert [(law.valid_from, law.from_three) for law in STAFF_RATIOS] == [(2018, 8), (2020, 7)]


ONE_SCHOOL = School("Kirkonkylä", dict.fromkeys(range(1, 10), 1.0), group_limit=24)


def test_expected_classes_are_the_mean_of_rounded_up_draws() -> None:
    draws = by_age({7: [24.0, 25.0], 8: [20.0, 20.0]})
    (school,) = school_draws(draws, BASE, [ONE_SCHOOL], generator())
    need = school_need(school, BASE)
    assert need.classes_by_grade[0][0].mean == 1.5
    assert need.pupils_by_grade[0][0].mean == 24.5
    assert need.classes[0].mean == 2.5
    assert event_probability(school.grade(1), "at_most", 1, BASE)[0].now == 0.5


def test_each_grade_may_have_a_limit_of_its_own() -> None:
    own = School("Kirkonkylä", {1: 1.0, 2: 1.0}, {1: 20, 2: 24})
    (school,) = school_draws(by_age({7: [22.0] * 2, 8: [22.0] * 2}), BASE, [own], generator())
    assert [school.grade(grade)[0, 0] for grade in (1, 2)] == [2.0, 1.0]
    with pytest.raises(InputError, match="group limits"):
        School("Kirkonkylä", {1: 1.0, 2: 1.0}, {1: 20})


def test_a_cohort_below_the_limit_is_one_class_and_an_empty_one_none() -> None:
    draws = by_age({7: [1.0, 0.0]})
    (school,) = school_draws(draws, BASE, [ONE_SCHOOL], generator())
    assert school.grade(1).tolist() == [[1.0, 0.0]]


def test_fractions_of_a_child_do_not_open_a_class() -> None:
    # 24.2 expected children are 24 in four draws of five, and 25 in the fifth
    (school,) = school_draws(by_age({7: [24.2] * 20_000}), BASE, [ONE_SCHOOL], generator())
    assert school_need(school, BASE).classes_by_grade[0][0].mean == pytest.approx(1.2, abs=0.01)


def test_schools_share_out_whole_children_and_lose_none() -> None:
    thirds = [School(name, dict.fromkeys(range(1, 7), 1 / 3), 20) for name in "ABC"]
    draws = by_birth_year(dict.fromkeys(range(2009, 2020), 37.0), years=5, draws=500)
    schools = school_draws(draws, BASE, thirds, generator())
    together = sum(school.pupils for school in schools)
    assert np.array_equal(together, np.full((6, 5, 500), 37.0))
    first = schools[0].pupils[0, 0]
    assert first.mean() == pytest.approx(37 / 3, abs=0.4)
    assert first.std() == pytest.approx(np.sqrt(37 * 2 / 9), rel=0.12)


def test_children_stay_in_their_school_from_year_to_year() -> None:
    halves = [
        School("A", dict.fromkeys(range(1, 7), 0.5), 20),
        School("B", dict.fromkeys(range(1, 7), 0.5), 20),
    ]
    draws = by_birth_year({2014: 30.0}, years=6, draws=200)
    school = school_draws(draws, BASE, halves, generator())[0]
    followed = np.stack([school.pupils[grade, grade] for grade in range(6)])
    assert np.array_equal(followed, np.broadcast_to(followed[0], (6, 200)))
    assert followed[0].std() > 1


def test_those_without_a_school_in_the_register_go_elsewhere() -> None:
    part = School("A", {1: 0.25}, 20)
    (school,) = school_draws(by_age({7: [40.0] * 4000}), BASE, [part], generator())
    assert school.pupils[0, 0].mean() == pytest.approx(10.0, abs=0.2)


def test_small_neighbouring_grades_are_taught_together() -> None:
    village = School("Kyläkoulu", dict.fromkeys(range(1, 7), 1.0), group_limit=24, combined_limit=20)
    sizes = {7: 6.0, 8: 7.0, 9: 12.0, 10: 12.0, 11: 0.0, 12: 3.0}
    draws = by_age({age: [size, size] for age, size in sizes.items()})
    (school,) = school_draws(draws, BASE, [village], generator())
    # 1 and 2 make 13; 3 and 4 would make 24, over 20; 5 is empty, so 4 and 6 are neighbours and make 15
    assert school.classes.tolist() == [[3.0, 3.0]]
    assert school.combined.tolist() == [[2.0, 2.0]]
    assert school.classes_by_grade[:, 0, 0].tolist() == [1, 1, 1, 1, 0, 1]


def test_grades_six_and_seven_are_never_joined_and_three_only_where_the_register_says_so() -> None:
    small = np.array([4.0, 4.0, 4.0])
    assert [int(x) for x in joined_classes(small, [5, 6, 7], [24] * 3, 20, 3)] == [2, 1]
    assert [int(x) for x in joined_classes(small, [4, 5, 6], [24] * 3, 20, 3)] == [1, 1]
    assert [int(x) for x in joined_classes(small, [4, 5, 6], [24] * 3, 20, 2)] == [2, 1]


def test_same_seed_same_pupils() -> None:
    draws = np.random.default_rng(2).uniform(10, 40, (15, 101, 20))
    schools = [
        School("A", dict.fromkeys(range(1, 10), 0.3), 22),
        School("B", dict.fromkeys(range(1, 7), 0.6), 22),
    ]
    first, again = (school_draws(draws, BASE, schools, generator()) for _ in range(2))
    assert all(np.array_equal(a.pupils, b.pupils) for a, b in zip(first, again, strict=True))


def test_it_has_happened_by_then_counts_paths_not_years() -> None:
    classes = np.array([[2.0, 2.0, 2.0, 1.0], [2.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0]])
    events = event_probability(classes, "at_most", 1, BASE)
    assert [e.year for e in events] == [2021, 2022, 2023]
    assert [e.now for e in events] == [0.25, 0.25, 0.5]
    assert [e.first for e in events] == [0.25, 0.25, 0.25]
    assert [e.by_then for e in events] == [0.25, 0.5, 0.75]


def test_a_limit_itself_belongs_to_at_most_and_at_least_only() -> None:
    at_limit = np.array([[5.0]])
    happens = {side: event_probability(at_limit, side, 5.0, BASE)[0].now for side in ("at_most", "at_least")}
    assert happens == {"at_most": 1.0, "at_least": 1.0}
    assert event_probability(at_limit, "below", 5.0, BASE)[0].now == 0.0
    assert event_probability(at_limit, "above", 5.0, BASE)[0].now == 0.0


NOBODY = np.zeros((1, 101, 2))


@pytest.mark.parametrize(
    ("asking", "says"),
    [
        (lambda: group_need(np.zeros((1, 100, 2)), BASE, EVERYBODY), "shape"),
        (lambda: group_need(np.zeros((1, 101, 0)), BASE, EVERYBODY), "shape"),
        (lambda: group_need(by_age({7: [1.0, -1.0]}), BASE, EVERYBODY), "age 7, draw 1"),
        (lambda: group_need(by_age({9: [np.nan]}), BASE, EVERYBODY), "age 9, draw 0"),
        (lambda: group_need(NOBODY, BASE, AgeGroup("x", "odd", 5, 4)), "odd has ages"),
        (lambda: grade_age(10, autumn=2025, standing=2025), "grade 10"),
        (lambda: grade_age(1, autumn=2030, standing=2020), "not born"),
        (lambda: OwnParticipation(2020, (0.5,) * 6, "own"), "6 participation rates"),
        (lambda: OwnParticipation(2020, (0.5,) * 6 + (77.0,), "own"), "age 6 is 77"),
        (lambda: OwnParticipation(2020, (0.5,) * 7, "own", part_time_share=-0.1), "part-time"),
        (lambda: OwnParticipation(2020, (0.5,) * 7, "own", places=-1), "-1 places"),
        (lambda: StaffRatios(2020, 4, 0, 13, 3, "law"), "staff ratios from 2020"),
        (lambda: ratios_in_force(2015), "2015"),
        (lambda: day_care_need(NOBODY, 2010, OWN), "2011"),
        (lambda: School("A", {}, 20), "A has grades"),
        (lambda: School("A", {1: 1.0, 3: 1.0}, 20), "neighbouring"),
        (lambda: School("A", {0: 1.0}, 20), "1 to 9"),
        (lambda: School("A", {1: 1.2}, 20), "share of 1.2"),
        (lambda: School("A", {1: 1.0}, 0), "group limit of 0"),
        (lambda: School("A", {1: 1.0}, 20, combined_limit=21), "up to 21"),
        (
            lambda: school_draws(NOBODY, BASE, [School(n, {1: 0.6}, 20) for n in "AB"], generator()),
            "1.2000 of grade 1",
        ),
        (lambda: school_draws(NOBODY, BASE, [ONE_SCHOOL], generator())[0].grade(0), "not 0"),
        (lambda: event_probability(np.zeros(3), "above", 1, BASE), "shape"),
        (lambda: event_probability(np.full((1, 1), np.nan), "above", 1, BASE), "missing"),
        (lambda: event_probability(np.zeros((1, 1)), "over", 1, BASE), "'over'"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(asking: Callable[[], object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        asking()
