"""Which tables the publisher has updated since they were loaded: a few small calls, no figures."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.raw.landing import LandingStore
from dagster_project.raw.load import loaded
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.transport import Transport


def updated_tables(
    entries: Sequence[CatalogueEntry],
    *,
    transport: Transport,
    store: LandingStore,
    con: duckdb.DuckDBPyConnection,
) -> tuple[CatalogueEntry, ...]:
    """The entries whose stamp in the publisher's list is not the one they were loaded under.

    A table that is not listed, or was never loaded from this publisher, is not among them.
    Raises: TransientSourceError unreachable.
    """
    updated = []
    for entry in entries:
        listed = transport.listing_stamp(entry)
        standing = loaded(con, entry)
        manifest = store.manifest(entry, standing.landing_id) if standing else None
        if listed is not None and manifest is not None and manifest.listing_stamp not in (None, listed):
            updated.append(entry)
    return tuple(updated)
