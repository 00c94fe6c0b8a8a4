"""The morning's look at the publishers' stamps: news is what has been read and has moved since."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.raw.landing import LandingStore
from dagster_project.running.exits import PlainFailure
from dagster_project.running.news import tables_with_news
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.hosts import load_hosts

EVENTS = find_entry("vital_events")
UNTRIED = EVENTS.model_copy(update={"table_name": "births", "verification": "unverified"})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A house with two tables, whose publisher lists both under one stamp."""
    monkeypatch.setattr("dagster_project.running.news.load_catalogue", lambda: (EVENTS, UNTRIED))
    return Settings(
        profile="test", data_root=tmp_path, hosts=dict.fromkeys(load_hosts(), "http://127.0.0.1:9")
    )


def listed(monkeypatch: pytest.MonkeyPatch, stamp: str) -> None:
    monkeypatch.setattr(
        "dagster_project.sources.live_transport.LiveTransport.listing_stamp", lambda *_: stamp
    )


def test_a_stamp_that_has_moved_is_news_and_what_was_never_read_is_left_to_the_night(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(monkeypatch, "2026-06-06")
    assert tables_with_news(settings) == ["statfin.vital_events"]
    store = LandingStore(settings.raw_dir)
    for entry in (EVENTS, UNTRIED):
        (settings.raw_dir / entry.source / entry.table_name).mkdir(parents=True)
        store.note_listing(entry, "2026-06-06", "a-landing")
    assert tables_with_news(settings) == []
    listed(monkeypatch, "2026-12-01")
    assert tables_with_news(settings) == ["statfin.vital_events", "statfin.births"]


def test_when_no_publisher_answers_that_is_a_failure_in_one_line(settings: Settings) -> None:
    with pytest.raises(PlainFailure, match="no publisher answered"):
        tables_with_news(settings)
