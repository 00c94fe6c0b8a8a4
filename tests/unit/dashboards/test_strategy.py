"""The chosen set: eight cards at first, shared between goals, only figures with a value."""

from __future__ import annotations

from dashboards.strategy import MOST_CARDS, StrategicSet, strategic_set


def chosen(first: int, second: int) -> StrategicSet:
    return StrategicSet(
        goals={
            "people": tuple(f"p{n}" for n in range(first)),
            "livelihood": tuple(f"l{n}" for n in range(second)),
        }
    )


def test_goals_share_the_first_view() -> None:
    view = chosen(6, 6).first_view({f"{letter}{n}" for letter in "pl" for n in range(6)})
    assert {goal: len(kpis) for goal, kpis in view.items()} == {"people": 4, "livelihood": 4}


def test_a_goal_with_few_values_leaves_room_for_the_other() -> None:
    view = chosen(6, 6).first_view({"l2", *(f"p{n}" for n in range(6))})
    assert view == {"people": ["p0", "p1", "p2", "p3", "p4", "p5"], "livelihood": ["l2"]}


def test_a_goal_without_values_is_left_out() -> None:
    assert chosen(2, 2).first_view({"p1"}) == {"people": ["p1"]}


def test_the_rest_stays_within_twelve_cards() -> None:
    values = {f"{letter}{n}" for letter in "pl" for n in range(9)}
    view = chosen(9, 9).first_view(values)
    shown = [kpi for kpis in view.values() for kpi in kpis]
    assert len(shown) + len(chosen(9, 9).rest(values, shown)) == MOST_CARDS


def test_the_set_that_comes_with_the_program_is_well_formed() -> None:
    kpis = [kpi for kpis in strategic_set().goals.values() for kpi in kpis]
    assert len(kpis) == len(set(kpis)) <= MOST_CARDS
