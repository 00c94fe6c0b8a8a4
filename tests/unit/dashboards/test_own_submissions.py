"""The data page tells what the municipality has handed in, without names or figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contract.submission import Book, BookEntry
from dashboards.components.own_submissions import MOST_SHOWN, own_submissions
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from tests.published_snapshot import TODAY


def said(context: RequestContext) -> str:
    return json.dumps(
        own_submissions(context, "own").to_plotly_json(),
        default=lambda c: c.to_plotly_json(),
        ensure_ascii=False,
    )


def entry(number: int, state: str, when: datetime, **told: object) -> BookEntry:
    return BookEntry.model_validate(
        {
            "submission_id": f"s{number}",
            "register_id": "day_care_places",
            "state": state,
            "version": number,
            "municipalities": ("305",),
            "rows": 12,
            "submitted_at": when,
            "decided_at": when,
            **told,
        }
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ("julkaistu", "hyväksytty, odottaa julkaisua", "hylätty, huomautuksia (3)")),
        ("sv", ("publicerad", "godkänd, väntar på publicering", "underkänd, anmärkningar (3)")),
        ("en", ("published", "accepted, awaiting publication", "refused, remarks (3)")),
    ],
)
def test_submissions_are_awaiting_until_a_later_snapshot_holds_them(
    store: SnapshotStore, language: str, words: tuple[str, ...]
) -> None:
    snapshot = store.current()
    assert snapshot is not None
    published = snapshot.manifest.created_at
    before, after = published - timedelta(hours=1), published + timedelta(hours=1)
    book = Book(
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
        submissions=(
            entry(3, "loaded", after),
            entry(2, "refused", after, problems=3, municipalities=()),
            entry(1, "loaded", before),
            entry(4, "loaded", before, municipalities=("832",), register_id="staff"),
        ),
    )
    context = RequestContext(snapshot, "305", language, TODAY, book=book)  # type: ignore[arg-type]
    text = said(context)
    assert all(word in text for word in words)
    assert "staff" not in text
    assert text.count("Tr") >= 4


def test_without_submissions_it_says_how_to_begin(store: SnapshotStore) -> None:
    snapshot = store.current()
    assert snapshot is not None
    context = RequestContext(snapshot, "305", "fi", TODAY)
    assert "kuntaluotsi template" in said(context)
    assert "kuntaluotsi template" not in said(
        replace(
            context,
            book=Book(
                updated_at=datetime(2026, 1, 1, tzinfo=UTC),
                submissions=(entry(1, "waiting", datetime(2026, 1, 1, tzinfo=UTC)),),
            ),
        )
    )


def test_what_is_in_force_stays_in_sight_however_much_is_refused_after_it(store: SnapshotStore) -> None:
    snapshot = store.current()
    assert snapshot is not None
    now = datetime(2026, 1, 1, tzinfo=UTC)
    refused = [entry(100 - n, "refused", now, problems=1) for n in range(MOST_SHOWN + 3)]
    book = Book(updated_at=now, submissions=(*refused, entry(1, "loaded", now), entry(0, "replaced", now)))
    text = said(RequestContext(snapshot, "305", "fi", TODAY, book=book))
    assert text.count("hylätty, huomautuksia") == MOST_SHOWN
    assert "julkaistu" in text or "odottaa julkaisua" in text
    assert "ja 4 vanhempaa" in text
