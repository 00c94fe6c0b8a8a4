"""Sotkanet: indicators by title, regions by the list, missing rows left missing, nothing asked for twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import RestEntry, find_entry
from dagster_project.sources.errors import PermanentSourceError, SourceFault
from dagster_project.sources.hosts import load_hosts
from dagster_project.sources.http import PoliteClient
from dagster_project.sources.live_transport import LiveTransport
from dagster_project.sources.rows import read_rows
from dagster_project.sources.sotkanet import CLIENT
from dagster_project.sources.sotkanet_titles import (
    WantedIndicator,
    find_indicators,
    normalised,
    split_qualifier,
)
from dagster_project.sources.transport import DirectoryTransport, Transport, silent
from tests.simulator import Simulator, faults
from tests.simulator.calls import SOTKANET
from tests.simulator.sotkanet import Sotkanet

VALUES = find_entry("indicator_values")
REGIONS = [
    {"id": 46, "code": "305", "category": "KUNTA", "title": {"fi": "Kuusamo"}},
    {"id": 47, "code": "911", "category": "KUNTA", "title": {"fi": "Valtimo"}},
    {"id": 974, "code": "17", "category": "HYVINVOINTIALUE", "title": {"fi": "Pohjois-Pohjanmaa"}},
    {"id": 658, "code": "1", "category": "MAA", "title": {"fi": "Koko maa"}},
    {"id": 9, "code": "2", "category": "POHJOISMAAT", "title": {"fi": "Ruotsi"}},
]


def wanted(**told: Any) -> WantedIndicator:
    return WantedIndicator(key="one", **told)


def listed(number: int, title: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "title": {"fi": title}, "range": {"start": 2019, "end": 2020}, **more}


def entry(*indicators: dict[str, Any]) -> RestEntry:
    query = {**VALUES.query, "indicators": list(indicators)}
    return VALUES.model_copy(update={"query": query})


def row(region: int, year: int, value: float | None, **more: Any) -> dict[str, Any]:
    return {"indicator": 127, "region": region, "year": year, "gender": "total", "value": value, **more}


ROWS = [row(46, 2019, 15_000), row(46, 2020, 0.0), row(658, 2020, 5_533_793), row(9, 2020, 1.0)]
POPULATION = listed(127, "Väestö 31.12.", **{"data-updated": "2021-05-20"})


@pytest.fixture
def live() -> Callable[[Simulator], LiveTransport]:
    def transport(publisher: Simulator) -> LiveTransport:
        host = load_hosts()["sotkanet"]
        simulated = {"base_url": publisher.hosts["sotkanet"], "calls": 1_000_000, "answer_seconds": 1.0}
        client = PoliteClient(
            {"sotkanet": host.model_copy(update=simulated)}, longest_wait=0.01, client=httpx.Client()
        )
        return LiveTransport(client)

    return transport


def read(one: RestEntry, transport: Transport, areas: tuple[str, ...] | None = None) -> Any:
    return CLIENT.parse(CLIENT.fetch(one, transport, areas=areas, listing_stamp=None, progress=silent))


def test_titles_are_the_same_whatever_their_spacing_dashes_and_years() -> None:
    assert normalised("Toimeentulotuki 17 - 24-vuotiaat, % väestöstä (-2019)") == normalised(
        "Toimeentulotuki 17–24-vuotiaat, % väestöstä"
    )
    assert normalised("Työttömät, % työvoimasta") != normalised("Työttömät, lkm")
    assert split_qualifier("Verotulot, euroa / asukas (-2022)") == ("Verotulot, euroa / asukas", "-2022")
    assert split_qualifier("Terveydentila (%)") == ("Terveydentila (%)", None)


def test_of_series_that_differ_in_years_the_one_that_goes_on_is_meant_unless_written_out() -> None:
    both = [listed(1, "Indeksi (-2019)"), listed(2, "Indeksi (2020-)")]
    assert find_indicators([wanted(title="Indeksi")], both, "list")[0].id == 2
    assert find_indicators([wanted(title="Indeksi (-2019)")], both, "list")[0].id == 1


def test_a_pinned_number_that_carries_another_title_shows_both_and_where_the_title_is_now() -> None:
    with pytest.raises(PermanentSourceError) as raised:
        find_indicators(
            [wanted(title="Väestö 31.12.", id=127)],
            [listed(127, "Gini"), listed(128, "Väestö 31.12.")],
            "list",
        )
    assert raised.value.kind == "drifted"
    assert all(word in raised.value.message for word in ("127", "'Gini'", "'Väestö 31.12.'", "128"))


def test_a_title_that_is_gone_names_the_closest_and_an_optional_one_is_left_out() -> None:
    there = [listed(5, "Työttömät, % väestöstä")]
    with pytest.raises(PermanentSourceError, match="5 'Työttömät, % väestöstä'"):
        find_indicators([wanted(title="Työttömät, % työvoimasta")], there, "list")
    assert find_indicators([wanted(title="Yksinäisyys", optional=True)], there, "list") == ()


def test_two_indicators_with_one_title_are_not_chosen_between() -> None:
    with pytest.raises(PermanentSourceError, match="pin the right one's id"):
        find_indicators([wanted(title="Gini")], [listed(1, "Gini"), listed(2, "Gini")], "list")


def test_figures_come_with_their_regions_and_what_is_absent_stays_absent(
    live: Callable[[Simulator], LiveTransport],
) -> None:
    with Simulator() as publisher:
        publisher.serve("sotkanet", Sotkanet(REGIONS, ROWS, [POPULATION]), limits=SOTKANET)
        candidate = read(entry({"key": "population", "title": "Väestö 31.12."}), live(publisher))
    told = candidate.frame.set_index(["region_code", "year"])["value"].to_dict()
    assert told == {("305", "2019"): 15_000.0, ("305", "2020"): 0.0, ("1", "2020"): 5_533_793.0}
    assert candidate.municipalities == ("305",)
    assert candidate.publisher_stamp is not None
    assert candidate.publisher_stamp.date().isoformat() == "2021-05-20"


def test_the_municipalities_named_are_kept_with_the_country_and_the_others_told_missing(
    live: Callable[[Simulator], LiveTransport],
) -> None:
    rows = [*ROWS, row(47, 2019, 2_000)]
    with Simulator() as publisher:
        publisher.serve("sotkanet", Sotkanet(REGIONS, rows, [POPULATION]))
        candidate = read(
            entry({"key": "population", "title": "Väestö 31.12."}), live(publisher), areas=("911", "832")
        )
    assert set(candidate.frame["region_code"]) == {"911", "1"}
    assert candidate.missing_areas == ("832",)
    assert not candidate.covers_country


def test_a_night_without_news_makes_one_call_and_passing_faults_are_waited_out(
    live: Callable[[Simulator], LiveTransport],
) -> None:
    with Simulator() as publisher:
        publisher.serve("sotkanet", Sotkanet(REGIONS, ROWS, [POPULATION]), limits=SOTKANET)
        one = entry({"key": "population", "title": "Väestö 31.12."})
        assert CLIENT.listing_stamp(one, live(publisher)) == "2021-05-20/1"
        assert [call.path for call in publisher.calls_to("sotkanet")] == ["/rest/1.1/indicators"]
        publisher.misbehave("sotkanet", faults.server_error(), containing="/json")
        publisher.misbehave("sotkanet", faults.cut_off(), containing="/regions")
        assert len(read(one, live(publisher)).frame) == 3


def test_a_region_or_an_indicator_that_was_not_expected_stops_the_table(tmp_path: Path) -> None:
    def folder(name: str, rows: list[dict[str, Any]]) -> DirectoryTransport:
        answers = tmp_path / name / "sotkanet" / "rest" / "1.1"
        answers.mkdir(parents=True)
        (answers / "regions.json").write_text(json.dumps(REGIONS))
        (answers / "json-indicator-127-years-2020-genders-total.json").write_text(json.dumps(rows))
        return DirectoryTransport(tmp_path / name)

    one = entry({"key": "population", "title": "Väestö 31.12.", "id": 127})
    with pytest.raises(PermanentSourceError, match="region 4711, which is not among the 5"):
        read(one, folder("region", [row(4711, 2020, 1.0)]))
    with pytest.raises(PermanentSourceError, match="indicator 5's, 127 was asked for"):
        read(one, folder("other", [{**row(46, 2020, 1.0), "indicator": 5}]))
    with pytest.raises(PermanentSourceError, match="value = '1,5', expected a number with a decimal point"):
        read(one, folder("comma", [row(46, 2020, "1,5")]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>Huoltokatko</html>", "html_answer"),
        (b"", "truncated"),
        (b'[{"a": 1}, ', "truncated"),
        (b'[{"a": 1},]', "truncated"),
        (b'[{"a": 1} {"a": 2}]', "truncated"),
        (b"[1]", "malformed"),
        (b'{"b": []}', "malformed"),
        (b'[{"a": "\xff"}]', "malformed"),
        (b"[" * 100_000 + b"]", "truncated"),
    ],
)
def test_broken_answers_are_faults_and_never_crashes(body: bytes, kind: str) -> None:
    with pytest.raises(SourceFault) as raised:
        read_rows(Answer("a.json", "https://sotkanet.fi/a", body))
    assert raised.value.kind == kind


@pytest.mark.reference
def test_recorded_answers_give_the_population_that_was_published(
    reference_data: Path, tmp_path: Path
) -> None:
    candidate = read(VALUES, DirectoryTransport(reference_data / "mirror"))
    sums = candidate.frame.groupby("year")["value"].sum()
    assert sums[["2018", "2019", "2020"]].tolist() == [5_517_919, 5_525_292, 5_533_793]
    assert len(candidate.municipalities) == 309
    assert len(sums) == 21

    listed_too = tmp_path / "mirror"
    shutil.copytree(reference_data / "mirror" / "sotkanet", listed_too / "sotkanet")
    path = listed_too / "sotkanet" / "rest" / "1.1"
    path.chmod(0o755)
    (path / "indicators.json").write_text(json.dumps([POPULATION | {"range": {"start": 2020, "end": 2020}}]))
    one = entry({"key": "population", "title": "Väestö 31.12.", "id": 127})
    assert read(one, DirectoryTransport(listed_too)).periods == ("2020",)
