"""What the KPI page says of a figure: light and reason, trend in words, places, targets, verification."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from published_snapshot import kpi as kpi_row
from published_snapshot import kpi_value, municipality, reader_context, source, write_snapshot

from dashboards.components.comparison_trend import CARD_ID
from dashboards.components.first_paint import render
from dashboards.components.kpi_standing import change_words, target_levels, trend_words
from dashboards.components.population_trend import CARD_ID as FORECAST_ID
from dashboards.context import RequestContext
from dashboards.data.standing_queries import ChangeBefore, Trend
from dashboards.data.store import SnapshotStore
from dashboards.figures.levels import Level
from dashboards.figures.trend import Line, TrendTexts, trend_figure
from dashboards.pages import kpi
from dashboards.theme import LIGHT

Reader = Callable[..., RequestContext]
MARGIN = "annual_margin_per_capita"
LANGUAGES = ("fi", "sv", "en")


def word(kind: str, code: str, text: str) -> dict[str, object]:
    texts = {f"text_{language}": text for language in LANGUAGES}
    return {"kind": kind, "code": code, "sort_order": 1} | texts


def judged_country() -> dict[str, list[dict[str, object]]]:
    """Two municipalities, with a light, a place, a change and a goal of Kuusamo's annual margin."""
    own = {"municipality_code": "305", "kpi_id": MARGIN}
    now = {"period_type": "year", "period": "2020", "period_end": date(2020, 12, 31)}
    before = {"period_type": "year", "period": "2016", "period_end": date(2016, 12, 31)}
    goal = {"municipality_code": "305", "theme_name": "Talous", "goal_code": "1", "measure_code": "1.1"}
    light = own | {"criterion": "rank", "basis": "people"}
    place = own | now | {"rank_order": "best_first", "place": 2, "value_status": "final"}
    progress = {"kpi_id": MARGIN, "is_newest": True, "state": "behind", "decided_by": "behind_the_line"}
    names = {"goal_name": "Tasapaino", "measure_name": "Vuosikate"}
    strategy = {"publisher": "Kuusamon kaupunki", "source_title": "Strategia"}
    return {
        "dim_municipality": [
            municipality("305", "Kuusamo", 15213.0),
            municipality("832", "Taivalkoski", 3916.0),
        ],
        "dim_area": [
            {"area_code": code, "area_type": kind} | {f"name_{language}": name for language in LANGUAGES}
            for code, kind, name in (("SSS", "country", "Koko maa"), ("MK17", "region", "Pohjois-Pohjanmaa"))
        ],
        "dim_kpi": [
            kpi_row(MARGIN, "Vuosikate", "eur_per_capita", direction="higher", verification="recomputed"),
            kpi_row("live_births", "Syntyneet"),
        ],
        "dim_source": [source("vital_events", "11ae", "Väestönmuutokset")],
        "fct_kpi_value": [
            kpi_value("305", MARGIN, "2016", 509.0),
            kpi_value("305", MARGIN, "2020", 570.0),
            kpi_value("832", MARGIN, "2020", 1057.0),
            kpi_value("305", "live_births", "2020", 122.0),
        ],
        "fct_kpi_light": [
            light | before | {"state": "good", "reason": "best_quarter", "value": 509.0},
            light | now | {"state": "cannot_say", "reason": "covers", "value": 570.0},
        ],
        "dim_goal_word": [
            word("light_state", "cannot_say", "Ei voida sanoa"),
            word("light_state", "good", "Hyvä"),
            word("light_reason", "covers", "Sattuma voi selittää eron."),
            word("criterion", "rank", "Sijoitus kuntien joukossa"),
            word("basis", "people", "Osuus ihmisistä"),
            word("progress_state", "behind", "Jäljessä tavoitteesta"),
            word("progress_rule", "behind_the_line", "Luku jää suorasta."),
        ],
        "fct_kpi_rank": [
            place | {"area_code": "SSS", "tied_count": 2, "ranked_count": 5},
            place | {"area_code": "MK17", "tied_count": 1, "ranked_count": 1},
        ],
        "fct_kpi_change": [
            own | now | {"value": 570.0, "previous_period": "2016", "change_from_previous": 61.0},
        ],
        "dim_goal": [
            goal | names | strategy | {"kpi_id": MARGIN, "target_year": 2030, "target_value": 900.0},
        ],
        "fct_goal_progress": [goal | now | progress],
    }


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> SnapshotStore:
    marts = tmp_path_factory.mktemp("judged") / "marts"
    write_snapshot(marts, judged_country())
    return SnapshotStore(marts)


def told(context: RequestContext) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", render(kpi.layout(context))))
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_newest_light_is_told_with_criterion_reason_and_basis(judged: SnapshotStore) -> None:
    page = told(reader_context(judged, mittari=MARGIN))
    assert "Sijoitus kuntien joukossa (2020): ei voida sanoa. Sattuma voi selittää eron." in page
    assert "Pohjana: osuus ihmisistä." in page
    assert "(2016): hyvä" not in page


def test_places_are_told_with_ties_and_not_among_one(judged: SnapshotStore) -> None:
    page = told(reader_context(judged, mittari=MARGIN))
    assert "Koko maa: 2 / 5 (saman sijan jakaa 2 kuntaa)" in page
    assert "Pohjois-Pohjanmaa: 2 / 1" not in page


def test_the_change_names_the_period_before(judged: SnapshotStore) -> None:
    assert "+61 €/as. edellisestä luvusta (2016)." in told(reader_context(judged, mittari=MARGIN))


def test_a_goal_is_told_with_target_state_and_strategy(judged: SnapshotStore) -> None:
    page = told(reader_context(judged, mittari=MARGIN))
    said = "Tasapaino: Vuosikate. Tavoite 2030: 900 €/as. Jäljessä tavoitteesta. Luku jää suorasta."
    assert said in page
    assert "Kuusamon kaupunki, Strategia" in page


def test_the_target_is_a_line_of_the_chart_and_others_have_none(judged: SnapshotStore) -> None:
    own = reader_context(judged, mittari=MARGIN)
    [level] = target_levels(own, own.snapshot.kpi(MARGIN))
    assert (level.value, "tavoite 2030" in level.note) == (900.0, True)
    assert target_levels(reader_context(judged, "832"), own.snapshot.kpi(MARGIN)) == []
    assert CARD_ID in render(kpi.layout(own))


def test_a_level_beyond_the_values_is_within_the_axis() -> None:
    rows = [("own", 2019.0, "2019", 1.0), ("own", 2020.0, "2020", 2.0)]
    values = pd.DataFrame(rows, columns=["series", "x", "period", "value"])
    texts = TrendTexts(empty="", number=str, tick=str)
    drawn = trend_figure(values, [Line("own", "", "own")], texts, LIGHT, levels=[Level(9.0, "tavoite")])
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [9.0]
    assert "tavoite" in [note["text"] for note in drawn["layout"]["annotations"]]
    assert drawn["layout"]["yaxis"]["range"][1] >= 9.0


@pytest.mark.parametrize(
    ("trend", "meaning", "words"),
    [
        ("rising", "better", "Nousee: +2,0"),
        ("falling", "worse", "Laskee: +2,0"),
        ("cannot_say", None, "Ei enempää kuin sattuma: +2,0"),
    ],
)
def test_a_trend_is_told_with_its_interval(
    reader: Reader, trend: str, meaning: str | None, words: str
) -> None:
    context = reader("305")
    found = Trend("year", "2020", "2010", 11, 2.0, -1.0, 5.0, trend, meaning)
    said = trend_words(context, context.snapshot.kpi(MARGIN), found)
    assert said.startswith(words)
    assert "−1,0…+5,0" in said
    assert "(2010–2020)" in said
    assert ("Suunta on" in said) == (meaning is not None)


def test_too_few_periods_give_no_trend(reader: Reader) -> None:
    context = reader("305", "en")
    found = Trend("year", "2020", None, 4, None, None, None, "too_few", None)
    assert "is 4, and at least 10" in trend_words(context, context.snapshot.kpi(MARGIN), found)


def test_no_change_is_told_across_a_break(reader: Reader) -> None:
    context = reader("305")
    found = ChangeBefore("2023", "2022", None, "break", None, "break")
    assert "sarja katkeaa" in change_words(context, context.snapshot.kpi(MARGIN), found)


def test_what_the_figure_is_held_to_is_told_where_it_is_known(judged: SnapshotStore) -> None:
    assert "Luku lasketaan toiseen kertaan" in told(reader_context(judged, mittari=MARGIN))
    assert "Mihin lukua verrataan" not in told(reader_context(judged, mittari="live_births"))


def test_only_population_has_a_forecast(reader: Reader) -> None:
    assert FORECAST_ID not in render(kpi.layout(reader("305", mittari="live_births")))


def test_a_snapshot_without_these_tables_says_nothing_of_them(reader: Reader) -> None:
    assert "Mitä luvusta voidaan sanoa" not in told(reader("305", mittari=MARGIN))
