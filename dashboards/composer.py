"""Composes a page once for both its uses: what the server paints and what Dash builds.

A page follows from its address, the snapshot, the state of the sources and the day, so what was composed for
these is kept for the next reader, and for Dash's own request a moment later.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from dash.development.base_component import Component

from dashboards.components.first_paint import render
from dashboards.components.painted import mark_painted, without_painted
from dashboards.context import Page, RequestContext

KEPT_PAGES = 48
"""Composed pages kept in memory, a few hundred kilobytes each."""


@dataclass(frozen=True)
class Composed:
    """A page ready for both uses. `components` leaves out what stays as painted."""

    html: str
    components: Component


class Composer:
    """Composes pages; `live_ids` tells which elements callbacks read or write."""

    def __init__(self, live_ids: Callable[[], set[str]]) -> None:
        self._live_ids = live_ids
        self._kept: OrderedDict[Hashable, Composed] = OrderedDict()
        self._lock = Lock()

    def compose(self, page: Page, context: RequestContext) -> Composed:
        """The page for one reader's request, as kept or newly composed."""
        key = _key(page, context)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        tree = mark_painted(page.layout(context), self._live_ids(), context.snapshot.snapshot_id)
        composed = Composed(render(tree), without_painted(tree))
        with self._lock:
            self._kept[key] = composed
            while len(self._kept) > KEPT_PAGES:
                self._kept.popitem(last=False)
        return composed


def _key(page: Page, context: RequestContext) -> Hashable:
    return (
        context.snapshot.snapshot_id,
        context.status.updated_at if context.status else None,
        context.today,
        context.has_lineage,
        page.PATH,
        context.municipality_code,
        context.language,
        tuple(sorted(context.params.items())),
    )
