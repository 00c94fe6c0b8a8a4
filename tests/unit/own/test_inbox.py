"""The inbox: what is dropped is accepted, refused in words or nothing new, and never lost or loaded twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from contract.submission import (
    CONTENT,
    ENVELOPE,
    Envelope,
    Submission,
    drop_submission,
    new_submission_id,
    read_book,
)
from dagster_project.own.inbox import take_in, write_book
from dagster_project.own.journal import Journal
from dagster_project.own.loading import applied_landings, load_own
from dagster_project.own.rows import read_grids
from tests.unit.own.filled import DAY_CARE_ROW, csv_file, known, places_under, workbook

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TOUCHES = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"})
OTHER_MONTH = ("305", "2025-10", *DAY_CARE_ROW[2:])


def hand_in(
    root: Path, body: bytes, user: str = "opetuspäällikkö", base: int | None = None, **more: object
) -> str:
    envelope = Envelope(
        submission_id=new_submission_id(), submitted_by=user, submitted_at=NOW, base_version=base, **more
    )
    drop_submission(places_under(root).inbox, body, envelope)
    return envelope.submission_id


def decide(root: Path, now: datetime = NOW, steady_seconds: float = 0.0) -> list[Submission]:
    places = places_under(root)
    journal = Journal.read(places)
    return take_in(places, journal, lambda: now, steady_seconds=steady_seconds, known=known())


@contextlib.contextmanager
def warehouse(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse under `root` with everything accepted loaded."""
    connection = duckdb.connect(str(root / "warehouse.duckdb"))
    try:
        load_own(connection, Journal.read(places_under(root)), LATER)
        yield connection
    finally:
        connection.close()


def places_by_unit(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select month, unit_code, places, _version, _submitted_by from raw_own.day_care_places order by all"
    ).fetchall()


def test_a_good_file_is_landed_unchanged_and_loaded_with_who_and_when(tmp_path: Path) -> None:
    body = workbook([DAY_CARE_ROW])
    hand_in(tmp_path, body)
    (decided,) = decide(tmp_path)
    assert (decided.state, decided.version, decided.scopes) == ("accepted", 1, (("305", "2025M09"),))
    kept = Journal.read(places_under(tmp_path)).directory(decided)
    assert (kept / "file.xlsx").read_bytes() == body
    assert list(places_under(tmp_path).inbox.iterdir()) == []
    with warehouse(tmp_path) as con:
        assert places_by_unit(con) == [("2025M09", "PK1", 21, 1, "opetuspäällikkö")]
        lineage = con.execute("select _landing_id, _submitted_at from raw_own.day_care_places").fetchone()
        assert lineage == (decided.landing_id, NOW.replace(tzinfo=None))


def test_handing_in_the_same_twice_changes_nothing(tmp_path: Path) -> None:
    hand_in(tmp_path, workbook([DAY_CARE_ROW]))
    hand_in(tmp_path, csv_file([(*DAY_CARE_ROW[:7], "18,5")]), user="toinen")
    assert sorted(each.state for each in decide(tmp_path)) == ["accepted", "unchanged"]
    with warehouse(tmp_path) as con:
        assert [row[:4] for row in places_by_unit(con)] == [("2025M09", "PK1", 21, 1)]
        assert con.execute("select count(*) from raw_own.day_care_places_history").fetchone() == (1,)


def test_a_corrected_file_replaces_what_it_covers_and_history_is_kept(tmp_path: Path) -> None:
    hand_in(tmp_path, csv_file([DAY_CARE_ROW, OTHER_MONTH]), user="eka")
    decide(tmp_path)
    hand_in(tmp_path, csv_file([("305", "2025-09", "PK1", "Tuiskula", "oma päiväkoti", 0)]), user="toka")
    decide(tmp_path, LATER)
    with warehouse(tmp_path) as con:
        assert places_by_unit(con) == [
            ("2025M09", "PK1", 0, 2, "toka"),
            ("2025M10", "PK1", 21, 1, "eka"),
        ]
        history = con.execute(
            "select places, children_present, _valid_from, _valid_to from raw_own.day_care_places_history "
            "where month = '2025M09' order by _valid_from"
        ).fetchall()
        then, now = NOW.replace(tzinfo=None), LATER.replace(tzinfo=None)
        assert history == [(21, 18.5, then, now), (0, None, now, None)]
    hand_in(tmp_path, csv_file([DAY_CARE_ROW]), user="eka")
    assert [each.version for each in decide(tmp_path, LATER)] == [3]


def test_a_change_to_a_version_that_is_gone_is_refused_with_who_changed_it(tmp_path: Path) -> None:
    hand_in(tmp_path, csv_file([DAY_CARE_ROW]), user="eka", base=0)
    decide(tmp_path)
    changed = csv_file([("305", "2025-09", "PK1", "Tuiskula", "oma päiväkoti", 30)])
    hand_in(tmp_path, changed, user="toka", base=0)
    (refused,) = decide(tmp_path)
    assert refused.state == "refused"
    assert "eka tallensi version 1 21.11.2026 05.00" in str(refused.problems[0]["fi"])
    hand_in(tmp_path, csv_file([OTHER_MONTH]), user="toka", base=0)
    assert [each.state for each in decide(tmp_path)] == ["accepted"]
    hand_in(tmp_path, changed, user="toka", base=2)
    assert [each.state for each in decide(tmp_path)] == ["accepted"]


def test_a_refused_file_is_kept_with_its_reasons_in_three_languages(tmp_path: Path) -> None:
    body = csv_file([(*DAY_CARE_ROW[:5], "kaksi")])
    name = hand_in(tmp_path, body, file_name="paikat.csv")
    (refused,) = decide(tmp_path)
    kept = places_under(tmp_path).quarantine / name
    assert (kept / "file.csv").read_bytes() == body
    assert "Rivi 4, sarake Paikkoja" in (kept / "reasons.fi.txt").read_text("utf-8")
    assert "Rad 4, kolumn Platser" in (kept / "reasons.sv.txt").read_text("utf-8")
    assert "Row 4, column Places" in (kept / "reasons.en.txt").read_text("utf-8")
    (told,) = json.loads((kept / "reasons.json").read_text("utf-8"))["problems"]
    assert (told["row"], told["column"], told["value"], told["code"]) == (
        4,
        "Paikkoja",
        "kaksi",
        "not_integer",
    )
    assert refused.rows == 0
    with warehouse(tmp_path) as con:
        assert places_by_unit(con) == []
        assert con.execute("select state, problems from raw_own.submission").fetchall() == [("refused", 1)]


def test_a_row_that_stands_twice_is_told_in_three_languages(tmp_path: Path) -> None:
    name = hand_in(tmp_path, csv_file([DAY_CARE_ROW, DAY_CARE_ROW]), file_name="paikat.csv")
    (refused,) = decide(tmp_path)
    assert refused.problems[0]["code"] == "repeated"
    kept = places_under(tmp_path).quarantine / name
    for language, said in (("fi", "rivillä 4"), ("sv", "rad 4"), ("en", "row 4")):
        assert said in (kept / f"reasons.{language}.txt").read_text("utf-8")


def test_a_fault_of_our_own_refuses_one_file_and_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(body: bytes, *_: object) -> object:
        if b"PK9" in body:
            raise ZeroDivisionError
        return read_grids(body)

    monkeypatch.setattr("dagster_project.own.intake.read_grids", faulty)
    body = csv_file([("305", "2025-09", "PK9", *DAY_CARE_ROW[3:])])
    spoilt, good = hand_in(tmp_path, body), hand_in(tmp_path, csv_file([DAY_CARE_ROW]))
    states = {each.submission_id: each for each in decide(tmp_path)}
    assert (states[spoilt].state, states[good].state) == ("refused", "accepted")
    assert states[spoilt].problems[0]["code"] == "program_fault"
    assert (places_under(tmp_path).quarantine / spoilt / "file.unread").read_bytes() == body
    assert list(places_under(tmp_path).inbox.iterdir()) == []


def test_a_file_with_an_unusable_envelope_is_kept_beside_the_reasons(tmp_path: Path) -> None:
    name, body = "c" * 32, csv_file([DAY_CARE_ROW])
    drop = places_under(tmp_path).inbox / name
    drop.mkdir(parents=True)
    (drop / CONTENT).write_bytes(body)
    (drop / ENVELOPE).write_text("{}")
    (refused,) = decide(tmp_path)
    assert refused.problems[0]["code"] == "envelope"
    assert (places_under(tmp_path).quarantine / name / "file.unread").read_bytes() == body
    assert list(places_under(tmp_path).inbox.iterdir()) == []


def test_a_file_that_is_still_being_copied_is_left_alone(tmp_path: Path) -> None:
    inbox = places_under(tmp_path).inbox
    inbox.mkdir()
    (inbox / "../inbox/paikat.csv").write_bytes(csv_file([DAY_CARE_ROW]))
    os.utime(inbox / "paikat.csv", (0, 0))  # a copy that keeps the file's old date
    now = datetime.now(UTC)
    assert decide(tmp_path, now, steady_seconds=20) == []
    (decided,) = decide(tmp_path, now + timedelta(seconds=21), steady_seconds=20)
    assert (decided.state, decided.submitted_role) == ("accepted", "importer")
    assert not (inbox / "paikat.csv").exists()


def test_links_devices_and_wrong_envelopes_are_refused_and_never_followed(tmp_path: Path) -> None:
    inbox, secret = places_under(tmp_path).inbox, tmp_path / "secret.csv"
    inbox.mkdir()
    secret.write_bytes(csv_file([DAY_CARE_ROW]))
    (inbox / "link.csv").symlink_to(secret)
    os.mkfifo(inbox / "pipe.csv")
    broken = inbox / ("a" * 32)
    broken.mkdir()
    (broken / CONTENT).symlink_to(secret)
    (broken / ENVELOPE).write_text('{"submission_id": "../../x"}')
    linked = inbox / ("b" * 32)
    linked.mkdir()
    (linked / CONTENT).symlink_to(secret)
    envelope = Envelope(submission_id="b" * 32, submitted_by="x", submitted_at=NOW)
    (linked / ENVELOPE).write_text(envelope.model_dump_json())
    decided = decide(tmp_path, datetime.now(UTC) + timedelta(seconds=1))
    assert {each.state for each in decided} == {"refused"}
    codes = sorted(str(each.problems[0]["code"]) for each in decided)
    assert codes == ["envelope", "not_plain_file", "not_plain_file", "not_plain_file"]
    assert list(inbox.iterdir()) == []
    assert secret.exists()


def test_a_file_too_large_to_read_is_moved_beside_its_reasons(tmp_path: Path) -> None:
    inbox = places_under(tmp_path).inbox
    inbox.mkdir()
    with (inbox / "huge.csv").open("wb") as file:
        file.truncate(60_000_000)
    (refused,) = decide(tmp_path, datetime.now(UTC) + timedelta(seconds=1))
    kept = places_under(tmp_path).quarantine / refused.submission_id
    assert refused.problems[0]["code"] == "too_large"
    assert (kept / "file.unread").stat().st_size == 60_000_000
    assert list(inbox.iterdir()) == []


def test_a_statistical_table_becomes_a_table_of_its_own(tmp_path: Path) -> None:
    px = (
        'CHARSET="ANSI";\nAXIS-VERSION="2000";\nMATRIX="Oma Taulu";\nTITLE="Koe";\nSTUB="Alue";\n'
        'HEADING="Vuosi";\nVALUES("Alue")="305","889";\nVALUES("Vuosi")="2024","2025";\n'
        'DATA=\n1 2\n".." 0;\n'
    )
    hand_in(tmp_path, px.encode("cp1252"), file_name="../../etc/koe.px")
    (decided,) = decide(tmp_path)
    assert (decided.state, decided.register_id) == ("accepted", "table:oma_taulu")
    with warehouse(tmp_path) as con:
        cells = con.execute("select value, value_status from raw_own.table_oma_taulu order by all").fetchall()
        assert cells == [(0.0, "final"), (1.0, "final"), (2.0, "final"), (None, "not_available")]
    hand_in(tmp_path, px.replace("1 2\n", "1\n").encode(), file_name="koe.px")
    assert [each.state for each in decide(tmp_path)] == ["refused"]


def test_an_sdmx_message_becomes_a_table_of_its_own(tmp_path: Path) -> None:
    message = b"DATAFLOW,GEO,TIME_PERIOD,OBS_VALUE\nESTAT:DEMO(1.0),FI,2024,5.5\nESTAT:DEMO(1.0),AX,2024,\n"
    hand_in(tmp_path, message, file_name="x.csv")
    (decided,) = decide(tmp_path)
    assert (decided.state, decided.register_id) == ("accepted", "table:estat_demo_1_0")
    with warehouse(tmp_path) as con:
        (count,) = con.execute("select count(*) from raw_own.table_estat_demo_1_0").fetchone() or (0,)
    assert count == 2


def test_tables_are_made_again_from_the_landings(tmp_path: Path) -> None:
    for places, when in ((21, NOW), (22, LATER)):
        hand_in(tmp_path, csv_file([(*DAY_CARE_ROW[:5], places)]))
        decide(tmp_path, when)
    with warehouse(tmp_path) as con:
        before = con.execute("from raw_own.day_care_places_history order by all").fetchall()
    (tmp_path / "warehouse.duckdb").unlink()
    with warehouse(tmp_path) as con:
        assert con.execute("from raw_own.day_care_places_history order by all").fetchall() == before
        con.execute("alter table raw_own.pupils_history add column of_an_older_program integer")
        load_own(con, Journal.read(places_under(tmp_path)), LATER)
        assert con.execute("select count(*) from raw_own.pupils").fetchone() == (0,)


def test_a_landing_spoilt_on_disk_stops_nothing_but_its_own_register(tmp_path: Path) -> None:
    pupils = ("305", 2025, "12345", 1, 21)
    for body in (csv_file([DAY_CARE_ROW]), csv_file([pupils], "pupils")):
        hand_in(tmp_path, body)
    spoilt, _ = sorted(decide(tmp_path), key=lambda each: each.register_id)
    (Journal.read(places_under(tmp_path)).directory(spoilt) / "rows.parquet").write_bytes(b"PAR1 no more")
    with warehouse(tmp_path) as con:
        assert places_by_unit(con) == []
        assert con.execute("select pupils from raw_own.pupils").fetchall() == [(21,)]
        assert spoilt.landing_id not in applied_landings(con)


def test_the_pages_are_told_of_waiting_loaded_and_refused_without_names(tmp_path: Path) -> None:
    hand_in(tmp_path, csv_file([DAY_CARE_ROW]), user="eka")
    hand_in(tmp_path, b"a;b\n1;2\n", user="eka")
    decide(tmp_path)
    with warehouse(tmp_path) as con:
        journal = Journal.read(places_under(tmp_path))
        write_book(tmp_path / "marts", journal, [], applied_landings(con), NOW)
    book = read_book(tmp_path / "marts")
    assert book is not None
    assert sorted((each.state, each.problems) for each in book.submissions) == [("loaded", 0), ("refused", 1)]
    assert "eka" not in (tmp_path / "marts" / "SUBMISSIONS.json").read_text("utf-8")


def test_the_pages_are_told_which_file_a_newer_one_has_replaced(tmp_path: Path) -> None:
    for row in (DAY_CARE_ROW, OTHER_MONTH, (*DAY_CARE_ROW[:5], 22, *DAY_CARE_ROW[6:])):
        hand_in(tmp_path, csv_file([row]))
        decide(tmp_path)
    with warehouse(tmp_path) as con:
        journal = Journal.read(places_under(tmp_path))
        write_book(tmp_path / "marts", journal, [], applied_landings(con), NOW)
    book = read_book(tmp_path / "marts")
    assert book is not None
    states = {each.version: each.state for each in book.submissions}
    assert states == {1: "replaced", 2: "loaded", 3: "loaded"}


def test_the_lock_that_excel_lays_beside_a_workbook_is_no_submission(tmp_path: Path) -> None:
    inbox = places_under(tmp_path).inbox
    inbox.mkdir()
    (inbox / "~$paikat.xlsx").write_bytes(b"lock")
    assert decide(tmp_path, datetime.now(UTC) + timedelta(seconds=1)) == []
    assert (inbox / "~$paikat.xlsx").exists()


class _Mortal:
    """A connection of which every call is a moment at which the process may die."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, touch: Callable[[], None]) -> None:
        self._connection, self._touch = connection, touch

    def __getattr__(self, name: str) -> object:
        self._touch()
        return getattr(self._connection, name)


def _run_until_killed(root: Path, moment: int) -> bool:
    """Take in and load in a child that dies at its `moment`-th touch of disk or warehouse; True if it did."""
    child = os.fork()
    if child == 0:
        left = moment

        def touch() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            if event in TOUCHES and str(root) in str(arguments):
                touch()

        sys.addaudithook(watch)
        try:
            decide(root, LATER)
            connection = _Mortal(duckdb.connect(str(root / "warehouse.duckdb")), touch)
            load_own(connection, Journal.read(places_under(root)), LATER)  # type: ignore[arg-type]
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("step", [41, pytest.param(1, marks=pytest.mark.long)])
def test_killed_anywhere_nothing_is_lost_and_nothing_loaded_twice(tmp_path: Path, step: int) -> None:
    moment, killed = 0, True
    known()
    while killed:
        root = tmp_path / str(moment)
        root.mkdir()
        hand_in(root, csv_file([DAY_CARE_ROW]))
        hand_in(root, csv_file([(*DAY_CARE_ROW[:5], "kaksi")]))
        inbox = places_under(root).inbox
        (inbox / "bare.csv").write_bytes(csv_file([OTHER_MONTH]))
        killed = _run_until_killed(root, moment)
        decide(root, LATER)
        with warehouse(root) as con:
            assert [row[:3] for row in places_by_unit(con)] == [
                ("2025M09", "PK1", 21),
                ("2025M10", "PK1", 21),
            ]
            states = con.execute("select state from raw_own.submission order by all").fetchall()
            assert states == [("accepted",), ("accepted",), ("refused",)]
            assert con.execute("select count(*) from raw_own.day_care_places_history").fetchone() == (2,)
        assert [path for path in inbox.iterdir() if not path.name.startswith(".")] == []
        moment += step
    assert moment > 2 * step
