"""The periods of a table are told in the reader's words, days of own data among them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards.components.source_periods import source_periods
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from tests.published_snapshot import TODAY


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2018", "2020", "2018–2020"),
        ("2020", "2020", "2020"),
        ("2025-09-15", "2025-10-01", "15.9.2025–1.10.2025"),
        ("2025-09-15", "2025-09-15", "15.9.2025"),
        ("latest", "latest", "uusimmat luvut"),
        (None, None, "–"),
    ],
)
def test_periods_and_days_are_told_and_what_is_neither_is_the_newest(
    store: SnapshotStore, first: str | None, last: str | None, told: str
) -> None:
    snapshot = store.current()
    assert snapshot is not None
    source = replace(snapshot.sources()[0], first_period=first, last_period=last)
    assert source_periods(RequestContext(snapshot, "305", "fi", TODAY), source) == told
