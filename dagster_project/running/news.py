"""Which tables their publishers have updated since they were read, asked without touching the warehouse."""

from __future__ import annotations

from dagster_project.raw.landing import LandingStore
from dagster_project.running.exits import PlainFailure
from dagster_project.running.request import Request, transport_for
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import load_catalogue
from dagster_project.sources.client import client_for
from dagster_project.sources.errors import SourceFault


def tables_with_news(settings: Settings) -> list[str]:
    """`source.table` of every table whose stamp in the publisher's list differs from the one read last.

    A table whose publisher lists no stamp has no news. Raises: PlainFailure when no publisher answered.
    """
    transport = transport_for(Request(origin="live"), settings)
    store = LandingStore(settings.raw_dir)
    news, faults = [], []
    # What nobody has ever read is left to the night: it would be news every morning.
    entries = [entry for entry in load_catalogue() if entry.is_verified or store.listing(entry) is not None]
    for entry in entries:
        try:
            stamp = client_for(entry).listing_stamp(entry, transport)
        except SourceFault as fault:
            faults.append(fault)
            continue
        read = store.listing(entry)
        if stamp is not None and (read is None or read.listing_stamp != stamp):
            news.append(f"{entry.source}.{entry.table_name}")
    if faults and len(faults) == len(entries):
        raise PlainFailure(f"no publisher answered: {faults[0].message}")
    return news
