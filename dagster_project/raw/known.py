"""What earlier nights know of the answers to one question: loaded, landed already, refused lately."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from dagster_project.raw.landed import LandingTransport
from dagster_project.raw.landing import LandingManifest, LandingStore, asked, fingerprint, question
from dagster_project.raw.load import Loaded, require_columns
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.client import Fetched, SourceClient
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.transport import silent

ASKED_AGAIN_AFTER = timedelta(days=6)


@dataclass(frozen=True)
class Known:
    """A question (table, areas, first year) beside the version that stands and the landings there are."""

    entry: CatalogueEntry
    store: LandingStore
    areas: Collection[str] | None
    first_year: int | None
    standing: Loaded | None
    now: datetime

    def listed_as_loaded(self, listing_stamp: str | None) -> bool:
        """True when the publisher's list shows the stamp under which the standing version was last read."""
        manifest = self._under(listing_stamp)
        return (
            manifest is not None
            and self.standing is not None
            and manifest.landing_id == self.standing.landing_id
            and manifest.question == question(*self._question)
        )

    def same_as_loaded(self, fetched: Fetched) -> LandingManifest | None:
        """The standing version's landing when the answers and the question are the same, else None."""
        landing = self.store.find(self.entry, fingerprint(fetched, self.areas, self.first_year))
        if landing is None or self.standing is None or landing.landing_id != self.standing.landing_id:
            return None
        return landing

    def landed_under(
        self, client: SourceClient, listing_stamp: str | None
    ) -> tuple[Fetched, Candidate] | None:
        """The answers that have landed under this stamp, read anew; None when they do not tell what is asked.

        So neither a mended reader nor a gate that says no has the publisher send the same bytes again.
        """
        manifest = self._under(listing_stamp)
        if manifest is None or manifest.fault or manifest.asked != asked(*self._question):
            return None
        there = LandingTransport(self.store, self.entry, manifest)
        try:
            fetched = client.fetch(
                self.entry, there, areas=self.areas, listing_stamp=listing_stamp, progress=silent
            )
        except SourceFault:
            return None
        candidate, _ = parsed(client, fetched)
        return None if candidate is None else (fetched, candidate)

    def refused_lately(self, listing_stamp: str | None) -> str | None:
        """Why the answers under this stamp could not be read, when that was read not long ago."""
        manifest = self._under(listing_stamp)
        if manifest is None or manifest.fault is None or manifest.question != question(*self._question):
            return None
        if self.now - manifest.fetched_at > ASKED_AGAIN_AFTER:
            return None
        return f"{manifest.fault} (answers of {manifest.fetched_at:%Y-%m-%d})"

    def partial_mark(self, listing_stamp: str | None) -> str:
        """What the answers of an interrupted fetch must share with this one to be used: question and stamp.

        Where the publisher gives no stamp, answers are of one version at most for a day.
        """
        stamp = listing_stamp or f"{self.now:%Y-%m-%d}"
        return hashlib.sha256(f"{question(*self._question)}\n{stamp}".encode()).hexdigest()

    def _under(self, listing_stamp: str | None) -> LandingManifest | None:
        """The landing that was read under this stamp."""
        listing = self.store.listing(self.entry)
        if listing_stamp is None or listing is None or listing.listing_stamp != listing_stamp:
            return None
        return self.store.manifest(self.entry, listing.landing_id)

    @property
    def _question(self) -> tuple[CatalogueEntry, Collection[str] | None, int | None]:
        return self.entry, self.areas, self.first_year


def parsed(client: SourceClient, fetched: Fetched) -> tuple[Candidate | None, SourceFault | None]:
    """The candidate in the answers, or why there is none."""
    try:
        candidate = client.parse(fetched)
        require_columns(fetched.entry, candidate)
    except SourceFault as fault:
        return None, fault
    return candidate, None
