"""PxWeb through real sockets, both of its interfaces: what comes in, what is told, what stays."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dagster_project.quality.gate import run_gate
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.pxweb import fetch_table, parse_table
from dagster_project.sources.transport import DirectoryTransport
from tests.simulator import STATFIN, PxWebV1, Table, changes, faults, read_table, tables_in
from tests.simulator.faults import Fault
from tests.simulator.pxweb_v2 import PxWebV2

V1, V2 = "/PxWeb/api/v1", "/PxWeb/api/v2"
EVENTS = "11ae"
MIRRORED = (
    "population_by_age",
    "vital_events",
    "unemployment_monthly",
    "population_projection_2019",
    "population_projection_2024",
    "key_figures_series_2017",
    "key_figures_edition_2021",
)
"""The tables of the reference data's mirror."""


@pytest.fixture(scope="module")
def examples(project_root: Path) -> list[Table]:
    """The recorded example of every PxWeb table."""
    recorded = project_root / "tests" / "recorded"
    return [table for source in ("statfin", "keyfigures") for table in tables_in(recorded / source)]


@pytest.fixture(scope="module")
def bundled_events(project_root: Path) -> Table:
    """34 municipalities and the whole country, eleven years: what the real gate lets in."""
    return read_table(project_root / "data" / "raw" / "bundled" / find_entry("vital_events").path)


@pytest.fixture
def statfin(house: Any, examples: list[Table]) -> PxWebV1:
    service = PxWebV1(examples)
    house.publisher.serve("statfin", service, path=V1)
    return service


def figures(rows: list[tuple[Any, ...]]) -> list[float]:
    return sorted(row[-2] for row in rows if row[-2] is not None)


@pytest.mark.parametrize(
    "name",
    ["population_by_age", "unemployment_monthly", "population_projection_2019", "key_figures_series_2017"],
)
def test_both_interfaces_bring_the_same_table(house: Any, examples: list[Table], name: str) -> None:
    house.publisher.serve("statfin", PxWebV1(examples), path=V1)
    assert house.ingest(name).outcome == "loaded"
    first = house.rows(name)
    house.con.execute(f"drop table {find_entry(name).qualified_name}; delete from raw_meta.load")
    house.publisher.serve("statfin", PxWebV2(examples), path=V2)
    house.hosts["statfin"] = {"contract": "pxweb-v2"}
    house.night()
    assert house.ingest(name).outcome == "loaded"
    assert house.rows(name) == first
    table = next(t for t in examples if t.table_id == find_entry(name).table_id)
    assert figures(first) == sorted(table.figures[~np.isnan(table.figures)].tolist())


PASSING: dict[str, tuple[Fault, str]] = {
    "429 without a time": (faults.too_many_calls(), "rate_limited"),
    "429 with a time": (faults.too_many_calls(0), "rate_limited"),
    "403": (faults.refused(), "refused"),
    "500": (faults.server_error(500), "server_error"),
    "503": (faults.server_error(503, retry_after="0"), "server_error"),
    "web page": (faults.web_page(), "html_answer"),
    "cut off": (faults.cut_off(), "truncated"),
    "connection ends early": (faults.hang_up(), "truncated"),
    "longer than it said": (faults.wrong_length(-9), "truncated"),
    "shorter than it said": (faults.wrong_length(9), "truncated"),
    "reset": (faults.reset(), "unreachable"),
    "silence": (faults.no_answer(), "unreachable"),
}
"""Faults that another try may mend, and what they are called when it does not."""


@pytest.mark.usefixtures("statfin")
@pytest.mark.parametrize("fault", [fault for fault, _ in PASSING.values()], ids=PASSING)
def test_a_fault_that_passes_is_tried_again_and_leaves_no_trace(house: Any, fault: Fault) -> None:
    house.be_impatient("statfin")
    for method in ("GET", "POST"):
        house.publisher.misbehave("statfin", fault, containing="11ae.px", method=method, times=1)
    result = house.ingest("vital_events")
    assert (result.outcome, result.error) == ("loaded", None)
    asked = [call.method for call in house.publisher.calls_to("statfin", containing="11ae.px")]
    assert asked == ["GET", "GET", "POST", "POST"]


@pytest.mark.parametrize(("fault", "kind"), PASSING.values(), ids=PASSING)
def test_a_fault_that_stays_keeps_the_last_good_version_and_stops_no_other_table(
    house: Any, statfin: PxWebV1, fault: Fault, kind: str
) -> None:
    house.ingest("vital_events")
    good = house.rows("vital_events")
    statfin.change(EVENTS, changes.revised("2026-12-01T06:00:00Z"))
    house.publisher.misbehave("statfin", fault, containing="11ae.px", method="POST", times=None)

    house.be_impatient("statfin")
    house.night()
    result = house.ingest("vital_events")
    assert (result.outcome, result.error.kind, result.error.transient) == ("failed", kind, True)
    assert result.usable
    assert house.rows("vital_events") == good
    assert house.ingest("population_by_age").outcome == "loaded"

    house.publisher.behave()
    house.night()
    assert house.ingest("vital_events").outcome == "loaded"
    assert house.rows("vital_events") != good


def test_a_table_that_is_gone_is_told_once_and_stops_no_other(house: Any, statfin: PxWebV1) -> None:
    house.ingest("vital_events")
    good = house.rows("vital_events")
    statfin.remove(EVENTS)
    house.night()
    result = house.ingest("vital_events")
    assert (result.outcome, result.error.kind, result.error.transient) == ("failed", "wrong_table", False)
    assert len(house.publisher.calls_to("statfin", containing="11ae.px")) == 1
    assert house.rows("vital_events") == good
    assert house.ingest("population_by_age").outcome == "loaded"


@pytest.mark.usefixtures("statfin")
def test_a_publisher_that_is_away_is_found_out_once_for_all_its_tables(house: Any) -> None:
    house.publisher.misbehave("statfin", faults.reset(), times=None)
    started = time.monotonic()
    outcomes = [house.ingest(name) for name in ("vital_events", "population_by_age", "unemployment_monthly")]
    assert {result.error.kind for result in outcomes} == {"unreachable"}
    assert time.monotonic() - started < 1
    house.publisher.behave()
    house.night()
    assert house.ingest("vital_events").outcome == "loaded"


@pytest.mark.usefixtures("statfin")
@pytest.mark.parametrize("fault", [faults.web_page(), faults.server_error()], ids=["web page", "503"])
def test_a_publishers_maintenance_is_not_sat_out_table_by_table(house: Any, fault: Fault) -> None:
    house.ingest("vital_events")
    rule = house.publisher.misbehave("statfin", fault, times=None)
    house.night()
    results = [house.ingest(name) for name in MIRRORED]
    assert {result.outcome for result in results} == {"failed"}
    assert results[1].usable
    assert rule.seen == 4 * 5
    house.publisher.behave()
    house.night()
    assert house.ingest("population_by_age").outcome == "loaded"


@pytest.mark.usefixtures("statfin")
def test_a_slow_answer_is_waited_for_as_long_as_it_keeps_coming(house: Any) -> None:
    house.be_impatient("statfin")
    house.publisher.misbehave("statfin", faults.drip(0.7), containing="11ae.px", method="POST")
    result = house.ingest("vital_events")
    assert result.outcome == "loaded", result.message


@pytest.mark.usefixtures("statfin")
@pytest.mark.parametrize("fault", [faults.endless(), faults.gzip_bomb()], ids=["endless", "gzip bomb"])
def test_a_body_without_measure_is_given_up_at_the_size_allowed(house: Any, fault: Fault) -> None:
    house.publisher.misbehave("statfin", fault, times=None)
    with pytest.raises(Exception, match="larger than the 1_000_000 bytes") as raised:
        house.night().client.get("statfin", "fi/StatFin/muutl/11ae.px", largest_bytes=1_000_000)
    assert raised.value.kind == "too_large"
    assert len(house.publisher.calls) == 1


@pytest.mark.usefixtures("statfin")
def test_an_unchanged_night_asks_for_lists_only_and_rewrites_nothing(house: Any) -> None:
    names = ("vital_events", "population_by_age", "unemployment_monthly")
    for name in names:
        house.ingest(name)
    kept = {path: path.stat().st_mtime_ns for path in house.root.rglob("*")}
    loads = house.con.execute("select * from raw_meta.load order by all").fetchall()
    house.night()
    assert [house.ingest(name).outcome for name in names] == ["unchanged"] * 3
    addresses = [call.address for call in house.publisher.calls]
    assert addresses == [
        "/fi/?config=",
        "/fi/StatFin/muutl",
        "/fi/StatFin/vaerak",
        "/fi/StatFin/tyonv",
    ]
    assert {path: path.stat().st_mtime_ns for path in house.root.rglob("*")} == kept
    assert house.con.execute("select * from raw_meta.load order by all").fetchall() == loads


def test_an_unchanged_night_of_the_second_interface_asks_for_stamps_only(
    house: Any, examples: list[Table]
) -> None:
    house.publisher.serve("statfin", PxWebV2(examples), path=V2)
    house.hosts["statfin"] = {"contract": "pxweb-v2"}
    house.ingest("vital_events")
    house.night()
    assert house.ingest("vital_events").outcome == "unchanged"
    assert [call.address for call in house.publisher.calls] == ["/config", "/tables/11ae?lang=fi"]


def test_tables_stamped_anew_without_a_change_are_read_once_and_not_loaded(
    house: Any, statfin: PxWebV1
) -> None:
    first = house.ingest("vital_events")
    statfin.change(EVENTS, changes.stamped(updated="2026-06-06T21:04:32Z", listed="2026-12-01T09:00:00"))
    data_stamp = changes.stamped(first.publisher_stamp.strftime("%Y-%m-%dT%H:%M:%SZ"), "2026-12-01T09:00:00")
    statfin.change(EVENTS, data_stamp)
    house.night()
    again = house.ingest("vital_events")
    assert (again.outcome, again.landing_id) == ("unchanged", first.landing_id)
    assert len(house.publisher.calls_to("statfin", method="POST")) == 1
    house.night()
    house.ingest("vital_events")
    assert house.publisher.calls_to("statfin", method="POST") == []


def test_next_januarys_areas_need_no_change(house: Any, statfin: PxWebV1) -> None:
    statfin.change(EVENTS, changes.area_stamp(2027))
    assert house.ingest("vital_events").outcome == "loaded"
    borders = house.con.execute("select distinct _border_year from raw_statfin.vital_events").fetchall()
    assert borders == [(2027,)]
    asked = house.publisher.calls_to("statfin", method="POST")[0].body
    assert b"alue_23_20270101" in asked


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changes.renamed_values("contentscode", {"muutl-vm01": "muutl-births"}), "muutl-births"),
        (changes.renamed_variable("contentscode", "sisalto", "Sisältö"), "sisalto"),
        (changes.renamed_variable("timeperiod_y", "kausi", "Kausi"), None),
    ],
    ids=["contents", "variable of contents", "variable of time"],
)
def test_codes_that_drift_are_an_error_that_lists_what_is_there_now(
    house: Any, statfin: PxWebV1, change: changes.Change, told: str | None
) -> None:
    house.ingest("vital_events")
    good = house.rows("vital_events")
    statfin.change(EVENTS, change, changes.stamped("2026-12-01T06:00:00Z"))
    house.night()
    result = house.ingest("vital_events")
    if told is None:  # it still says that it is time
        assert result.outcome == "loaded"
        return
    assert (result.outcome, result.error.kind) == ("failed", "drifted")
    assert told in result.message
    assert house.rows("vital_events") == good
    assert house.publisher.calls_to("statfin", method="POST") == []


@pytest.mark.usefixtures("statfin")
def test_codes_that_drift_between_metadata_and_figures_are_found(house: Any, examples: list[Table]) -> None:
    drifted = [changes.area_stamp(2027)(table) for table in examples if table.table_id == EVENTS]
    house.publisher.misbehave(
        "statfin", faults.instead(PxWebV1(drifted)), containing="11ae.px", method="GET", times=1
    )
    result = house.ingest("vital_events")
    assert (result.outcome, result.error.kind) == ("failed", "drifted")
    house.night()
    assert house.ingest("vital_events").outcome == "loaded"


@pytest.mark.usefixtures("statfin")
def test_another_tables_answer_is_not_taken(house: Any, examples: list[Table]) -> None:
    event = next(table for table in examples if table.table_id == EVENTS)
    other = PxWebV1([changes.relabelled("99zz")(event)])
    house.publisher.misbehave("statfin", faults.instead(other), containing="11ae.px", method="POST")
    assert house.ingest("vital_events").error.kind == "wrong_table"


def test_revised_history_is_loaded_and_an_older_publishing_is_not(house: Any, statfin: PxWebV1) -> None:
    house.ingest("vital_events")
    good = house.rows("vital_events")
    statfin.change(EVENTS, changes.revised("2026-12-01T06:00:00Z", share=0.5, by=1.0))
    house.night()
    result = house.ingest("vital_events")
    assert (result.outcome, result.publisher_stamp) == ("loaded", datetime(2026, 12, 1, 6, tzinfo=UTC))
    revised = house.rows("vital_events")
    assert 0 < sum(old != new for old, new in zip(good, revised, strict=True)) < len(good)

    statfin.change(EVENTS, changes.revised("2026-11-01T06:00:00Z", by=-1.0))
    house.night()
    assert house.ingest("vital_events").outcome == "older"
    assert house.rows("vital_events") == revised


@pytest.mark.parametrize(
    ("change", "outcomes"),
    [
        (changes.repeated("geo", "KU305"), {"failed", "gate_failed"}),
        (changes.repeated("time", "2019"), {"failed", "gate_failed"}),
        (changes.without_period("2015"), {"gate_failed"}),
        (changes.scaled_cell(-50.0), {"gate_failed"}),
    ],
    ids=["a municipality twice", "a year twice", "a year missing", "one figure wrong"],
)
def test_bad_figures_stop_at_the_gate_and_the_last_good_version_stays(
    house: Any, bundled_events: Table, change: changes.Change, outcomes: set[str]
) -> None:
    statfin = PxWebV1([bundled_events])
    house.publisher.serve("statfin", statfin, path=V1)
    assert house.ingest("vital_events", gate=run_gate).outcome == "loaded"
    good = house.rows("vital_events")
    statfin.change(EVENTS, change, changes.stamped("2026-12-01T06:00:00Z"))
    house.night()
    result = house.ingest("vital_events", gate=run_gate)
    assert result.outcome in outcomes
    assert result.error is not None
    assert house.rows("vital_events") == good
    statfin.change(EVENTS, lambda _: changes.stamped("2026-12-02T06:00:00Z")(bundled_events))
    house.night()
    assert house.ingest("vital_events").outcome == "loaded"
    assert house.rows("vital_events") == good


def test_a_big_refresh_keeps_below_the_publishers_pace(house: Any, bundled_events: Table) -> None:
    """A minute lasts 0.3 s here: 35 calls at once, the others when there is room, none turned away."""
    house.publisher.serve(
        "statfin", PxWebV1([bundled_events], max_cells=60), path=V1, limits=STATFIN.scaled(0.005)
    )
    house.hosts["statfin"] = {"calls": 35, "seconds": 0.3}
    assert house.ingest("vital_events").outcome == "loaded"
    calls = house.publisher.calls_to("statfin")
    assert len(calls) > 90
    assert {call.status for call in calls} == {200}
    assert calls[-1].at - calls[0].at >= 0.3 * (len(calls) // 35 - 1)


def test_a_publisher_with_less_room_than_it_says_is_waited_for(house: Any, examples: list[Table]) -> None:
    house.publisher.serve(
        "statfin",
        PxWebV1(examples, max_cells=20),
        path=V1,
        limits=STATFIN.scaled(0.005).with_calls(4),
    )
    house.longest_wait = 0.2
    assert house.ingest("vital_events").outcome == "loaded"
    answered = [call.status for call in house.publisher.calls_to("statfin")]
    assert answered.count(429) > 0
    assert answered[-1] == 200


def test_an_interrupted_fetch_goes_on_where_it_stopped(house: Any, examples: list[Table]) -> None:
    house.publisher.serve("statfin", PxWebV1(examples, max_cells=40), path=V1)
    rule = house.publisher.misbehave("statfin", faults.server_error(), method="POST", first=3, times=None)
    assert house.ingest("vital_events").error.kind == "server_error"
    assert rule.seen == 2 + 5
    house.publisher.behave()
    house.night()
    assert house.ingest("vital_events").outcome == "loaded"
    assert len(house.publisher.calls_to("statfin", method="POST")) == 2


@pytest.mark.reference
def test_the_official_answers_come_over_sockets_as_from_their_folder(
    house: Any, reference_data: Path
) -> None:
    mirror = reference_data / "mirror"
    house.publisher.serve("statfin", PxWebV1(tables_in(mirror)), path=V1)
    carried = [find_entry(name) for name in MIRRORED]
    for entry in carried:
        over_sockets = parse_table(fetch_table(entry, house.transport or house.night()))
        from_folder = parse_table(fetch_table(entry, DirectoryTransport(mirror)))
        keys = list(entry.key_columns)
        ours, theirs = (
            candidate.frame.astype(dict.fromkeys(keys, object)).set_index(keys)[["value", "symbol"]]
            for candidate in (over_sockets, from_folder)
        )
        assert ours.astype(object).equals(theirs.reindex(ours.index).astype(object)), entry.table_name
        assert len(ours) == len(theirs)
        assert over_sockets.publisher_stamp == from_folder.publisher_stamp
    parts = len(house.publisher.calls_to("statfin", method="POST"))
    assert parts > len(carried)  # the largest tables come in parts
    assert {call.status for call in house.publisher.calls} == {200}
