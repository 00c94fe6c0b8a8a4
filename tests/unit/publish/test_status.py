"""STATUS.json tells how each source and the newest refresh are doing."""

from __future__ import annotations

from datetime import timedelta

from contract.snapshot import CheckOutcome, RunStatus, SourceError, SourceStatus
from dagster_project.publish.snapshots import Marts
from dagster_project.publish.status import StatusBook, read_status
from tests.unit.publish.conftest import NOW

_CHECK = CheckOutcome(name="keys_unique", passed=True, expected="one row per key", observed="0 repeated")
_LOADED = SourceStatus(
    source="statfin",
    table_name="vital_events",
    last_checked=NOW,
    last_success=NOW,
    publisher_stamp=NOW,
    outcome="loaded",
    checks=(_CHECK,),
)
_LATER = NOW + timedelta(days=1)
_FAILED = SourceStatus(
    source="statfin",
    table_name="vital_events",
    last_checked=_LATER,
    last_error=SourceError(kind="truncated", message="stops in the middle", transient=False, at=_LATER),
    outcome="failed",
)


def test_a_failed_try_keeps_what_the_last_success_told(marts: Marts) -> None:
    book = StatusBook(marts)
    book.sources_tried([_LOADED], NOW)
    book.sources_tried([_FAILED], _LATER)

    told = book.source("statfin", "vital_events")

    assert told is not None
    assert told.stale
    assert (told.last_success, told.publisher_stamp, told.last_checked) == (NOW, NOW, _LATER)
    assert told.checks == (_CHECK,)
    assert list(book.stale()) == [("statfin", "vital_events")]


def test_a_success_after_a_failure_is_no_longer_stale(marts: Marts) -> None:
    book = StatusBook(marts)
    book.sources_tried([_FAILED], NOW)
    book.sources_tried([_LOADED], _LATER)
    assert list(book.stale()) == []


def test_sources_that_were_not_tried_and_the_run_stay_as_they_were(marts: Marts) -> None:
    book = StatusBook(marts)
    book.run_started("bundled", NOW)
    book.sources_tried([_LOADED], NOW)
    book.sources_tried([_FAILED.model_copy(update={"table_name": "unemployment_monthly"})], _LATER)

    status = read_status(marts.directory)

    assert status is not None
    assert [source.table_name for source in status.sources] == ["unemployment_monthly", "vital_events"]
    assert status.run == RunStatus(state="running", origin="bundled", started_at=NOW)
    assert status.updated_at == _LATER


def test_an_unreadable_status_is_none_and_the_next_write_mends_it(marts: Marts) -> None:
    marts.directory.mkdir()
    (marts.directory / "STATUS.json").write_text("{", "utf-8")
    assert read_status(marts.directory) is None

    StatusBook(marts).run_started("live", NOW)

    assert read_status(marts.directory) is not None


def test_answers_that_were_kept_out_leave_what_was_wrong_with_the_source(marts: Marts) -> None:
    book = StatusBook(marts)
    book.sources_tried([_LOADED], NOW)
    book.sources_tried([_FAILED], _LATER)

    book.sources_tried([_FAILED.model_copy(update={"last_error": None, "outcome": "subset"})], _LATER)

    told = book.source("statfin", "vital_events")
    assert told is not None
    assert told.last_error == _FAILED.last_error
    assert told.last_success == NOW
    assert list(book.stale()) == [("statfin", "vital_events")]
