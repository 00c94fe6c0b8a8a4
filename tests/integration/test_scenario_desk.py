"""The scenario desk over a real refresh: its base is the night's, and a scenario moves what it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contract.locale_formats import Language
from dashboards.components.desk_answer import (
    Answer,
    answered,
    asked_for,
    scenarios_offered,
    what_if_frame,
)
from dashboards.components.desk_beside import Beside, beside_name
from dashboards.components.desk_results import desk_results, finding, parameters
from dashboards.components.first_paint import render
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_text
from dashboards.pages import scenarios

KUUSAMO = "305"


def asking(root: Path, language: Language = "fi", **params: str) -> RequestContext:
    snapshot = SnapshotStore(root / "marts").current()
    assert snapshot is not None
    return RequestContext(snapshot, KUUSAMO, language, date(2026, 11, 25), params=params)


def answer_to(context: RequestContext) -> Answer:
    prepared = context.snapshot.prepared(KUUSAMO)
    assert prepared is not None
    return answered(context, asked_for(context), prepared)


def test_the_desks_base_is_the_nights_forecast(refreshed_root: Path) -> None:
    context = asking(refreshed_root)
    ours = what_if_frame(answer_to(context)).set_index(["scheme", "age_group", "projection_year"])
    for scheme in ("total", "service"):
        night = context.snapshot.projection(KUUSAMO, scheme)
        for row in night[night["projection_year"] <= 2030].itertuples():
            mine = ours.loc[(scheme, row.age_group, row.projection_year)]
            assert mine["base_p50"] == pytest.approx(row.p50, rel=0.03, abs=3), row


def test_more_who_move_in_are_more_people_and_fewer_are_fewer(refreshed_root: Path) -> None:
    more = answer_to(asking(refreshed_root, skenaario="more_in_migration", factor="1.3"))
    fewer = answer_to(asking(refreshed_root, skenaario="less_in_migration"))
    nothing = answer_to(asking(refreshed_root, skenaario="more_in_migration", factor="1.0"))
    assert more.result.difference.p10[more.position, -1] > 500
    assert fewer.result.difference.p90[fewer.position, -1] < 0
    assert abs(nothing.result.difference.mean).max() < 0.5
    assert "enemmän kuin perusurassa" in finding(asking(refreshed_root), more)
    assert "vähemmän kuin perusurassa" in finding(asking(refreshed_root), fewer)
    assert "yhtä paljon" in finding(asking(refreshed_root), nothing)


def test_what_nobody_knows_is_shown_at_several_values(refreshed_root: Path) -> None:
    told = answer_to(asking(refreshed_root, skenaario="employer_closes")).sensitivity
    assert [value for value, _ in told] == [0.0, 0.1, 0.2]
    assert told[0][1] > told[1][1] > told[2][1], "the more move away, the fewer are left"


def test_limits_are_counted_in_the_same_draws_before_and_after(refreshed_root: Path) -> None:
    answer = answer_to(asking(refreshed_root, skenaario="no_migration"))
    assert answer.before
    assert [event.event_id for event in answer.before] == [event.event_id for event in answer.after]
    assert any(b.by_then != a.by_then for b, a in zip(answer.before, answer.after, strict=True))


def test_the_link_brings_the_same_answer_again(refreshed_root: Path) -> None:
    asked = asking(refreshed_root, skenaario="new_housing", dwellings_per_year="60", vuosi="2035")
    first = answer_to(asked)
    again = answer_to(asking(refreshed_root, **parameters(first)))
    assert again.year == first.year == 2035
    assert (again.result.scenario.by_age == first.result.scenario.by_age).all()
    assert again.result.scenario_hash == first.result.scenario_hash


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_scenario_is_painted_in_every_language(refreshed_root: Path, language: Language) -> None:
    for entry in scenarios_offered(language):
        context = asking(refreshed_root, language, skenaario=entry.id)
        beside = Beside(asked_for(context), answer_to(context).result)
        text = render(desk_results(context, answer_to(context), beside, "x"))
        assert entry.name in text
        assert beside_name(context, beside) in text
        assert ">nan" not in text
        assert "{" not in text


def test_values_that_cannot_be_are_told_on_the_page(refreshed_root: Path) -> None:
    text = render(
        scenarios.layout(asking(refreshed_root, skenaario="new_housing", starts="99", dwelling_type="igloo"))
    )
    assert "99" in text
    assert "igloo" in text
    assert "Omakotitalot" in text


def test_ages_the_wrong_way_round_are_refused_with_the_defaults_shown(refreshed_root: Path) -> None:
    text = render(scenarios.layout(asking(refreshed_root, age_from="60", age_to="20")))
    assert "eivät sovi yhteen" in text


def test_the_download_has_every_year_group_and_band(refreshed_root: Path) -> None:
    text = csv_text(asking(refreshed_root, "en", skenaario="new_housing"), "what_if")
    lines = text.splitlines()
    head = next(line for line in lines if line.startswith("area_code"))
    assert "difference_p90" in head
    assert sum(line.startswith("305") for line in lines) % 20 == 0
