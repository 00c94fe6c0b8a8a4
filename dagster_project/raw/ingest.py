"""One table's way in: fetch, land, parse, gate, load. What goes wrong with a source is told, never raised."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from contract.snapshot import CheckOutcome, SourceError
from dagster_project.quality.corrections import correct, corrections_of, guard_check
from dagster_project.quality.gate import run_gate
from dagster_project.quality.previous import PreviousVersion
from dagster_project.raw.known import Known, parsed
from dagster_project.raw.landing import LandingManifest, LandingStore
from dagster_project.raw.lineage import corrections_differ, note_corrections
from dagster_project.raw.load import Loaded, load, loaded
from dagster_project.raw.mergers import with_predecessors
from dagster_project.raw.partial import PartialAnswers
from dagster_project.raw.standing import previous_version
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.client import client_for
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.transport import Progress, Transport, silent

Gate = Callable[[CatalogueEntry, Candidate, PreviousVersion | None], tuple[CheckOutcome, ...]]
Outcome = Literal["loaded", "unchanged", "older", "subset", "failed", "gate_failed", "absent", "unverified"]
UNVERIFIED = "not yet verified live"


@dataclass(frozen=True)
class IngestResult:
    """How a table came in. `message` is one line for the steward; `error` is set when the newest try failed.

    `rows` and `municipalities` are those of the version that stands in the warehouse afterwards.
    """

    key: tuple[str, str]
    outcome: Outcome
    message: str
    checks: tuple[CheckOutcome, ...] = ()
    error: SourceError | None = None
    publisher_stamp: datetime | None = None
    fetched_at: datetime | None = None
    landing_id: str | None = None
    rows: int = 0
    municipalities: int = 0
    is_extract: bool = False
    fault_kind: str = ""
    """What kind of fault the newest try ended with, also where it alarms nobody."""

    @property
    def usable(self) -> bool:
        """True when the warehouse holds a good version of the table, new or old."""
        return self.rows > 0


def ingest_table(
    entry: CatalogueEntry,
    *,
    transport: Transport,
    store: LandingStore,
    con: duckdb.DuckDBPyConnection,
    now: datetime,
    areas: Collection[str] | None = None,
    allow_older: bool = False,
    progress: Progress = silent,
    gate: Gate = run_gate,
) -> IngestResult:
    """How the table came in: `loaded`, or why the version that stands was kept.

    `areas` are three-digit codes named by the caller, None for all; `now` is UTC. A fault of the source or
    the gate never raises. Raises: OSError (disk full, not writable) and duckdb.Error, which are ours.
    """
    named = areas
    areas = None if named is None else with_predecessors(named)
    standing, first_year = loaded(con, entry), transport.first_year
    known = Known(entry, store, areas, first_year, standing, now)
    run = _Run(entry, con, now, areas, first_year, standing, gate, store)
    kept: PartialAnswers | None = None
    try:
        client = client_for(entry)
        listing_stamp = client.listing_stamp(entry, transport)
        if known.listed_as_loaded(listing_stamp) and not corrections_differ(con, entry):
            return run.kept("unchanged", "the publisher has not updated the table")
        if run.is_untried and (refused := known.refused_lately(listing_stamp)) is not None:
            return run.kept("unverified", f"{UNVERIFIED}: {refused}")
        mark = known.partial_mark(listing_stamp)
        kept = PartialAnswers(store.partial_root, entry, mark, store.last_files(entry))
        fetched, candidate = known.landed_under(client, listing_stamp) or (None, None)
        if fetched is None:
            fetched = client.fetch(
                entry, transport.resumed(kept), areas=areas, listing_stamp=listing_stamp, progress=progress
            )
    except SourceFault as fault:
        if fault.kind == "not_carried" or (fault.kind == "missing_file" and standing is None):
            return run.kept("absent", fault.message)
        if kept is not None and not fault.transient:
            kept.drop()  # it may be why: variables from before a change would be read again for ever
        return run.failed(fault)
    same = known.same_as_loaded(fetched)
    if same is not None and not corrections_differ(con, entry):
        store.note_listing(entry, listing_stamp, same.landing_id)
        kept.drop()
        return run.kept("unchanged", "the same answers as loaded")
    fault = None
    if candidate is None:
        candidate, fault = parsed(client, fetched)
    landing = store.land(
        fetched, candidate, areas=areas, first_year=transport.first_year, now=now, fault=fault
    )
    store.note_listing(entry, listing_stamp, landing.landing_id)
    kept.drop()
    if candidate is None:
        return run.failed(fault, landing)
    absent = sorted(set(candidate.missing_areas) & set(named or ()))
    return run.decide(candidate, landing, allow_older, absent)


@dataclass(frozen=True)
class _Run:
    """One try to bring one table in, beside the version that stands."""

    entry: CatalogueEntry
    con: duckdb.DuckDBPyConnection
    now: datetime
    areas: Collection[str] | None
    first_year: int | None
    standing: Loaded | None
    gate: Gate
    store: LandingStore

    def decide(
        self, candidate: Candidate, landing: LandingManifest, allow_older: bool, absent: list[str]
    ) -> IngestResult:
        """Load the candidate unless it is older than the standing version, a part of it, or bad."""
        standing = self.standing
        if standing is not None:
            stamp, had = candidate.publisher_stamp, standing.publisher_stamp
            if stamp is not None and had is not None and stamp < had and not allow_older:
                return self.kept(
                    "older",
                    f"the answers are of {stamp:%Y-%m-%d %H:%M}, the loaded version of {had:%Y-%m-%d %H:%M}; "
                    "landed, not loaded (--allow-older loads it)",
                    landing,
                )
            if self.is_part(candidate, standing):
                return self.kept(
                    "subset",
                    f"{'an extract' if candidate.is_extract else 'answers'} with "
                    f"{len(candidate.municipalities)} municipalities and no newer figures, the loaded "
                    f"version has {standing.municipalities}; landed, not loaded "
                    "(name --areas to load these alone)",
                    landing,
                )
        candidate, corrected = correct(
            candidate, corrections_of(self.entry), partial=self.areas is not None or candidate.is_extract
        )
        previous = previous_version(self.con, self.entry, candidate, standing, self.areas, self.first_year)
        checks = self.gate(self.entry, candidate, previous)
        broken = [check for check in checks if not check.passed]
        if broken:
            return self.gate_failed(checks, broken, landing)
        checks += guard_check(corrected)
        rows = load(self.con, self.entry, candidate, landing, now=self.now)
        note_corrections(self.con, self.entry, corrected, self.now)
        message = f"{rows} rows, {len(candidate.municipalities)} municipalities"
        if absent:
            message += f"; not in this table: {', '.join(absent)}"
        return IngestResult(
            key=self.entry.key,
            outcome="loaded",
            message=message,
            checks=checks,
            publisher_stamp=candidate.publisher_stamp,
            fetched_at=landing.fetched_at,
            landing_id=landing.landing_id,
            rows=rows,
            municipalities=len(candidate.municipalities),
            is_extract=candidate.is_extract,
        )

    def is_part(self, candidate: Candidate, standing: Loaded) -> bool:
        """True when loading would silently give up something of the standing version.

        A publisher's newer table may have fewer municipalities because some have merged. An extract never
        replaces a table with more municipalities that is none itself, nor a whole one unless its figures are
        newer. Of two extracts the one with newer figures is wanted, and of equal figures the one made later,
        whatever their municipalities: so a folder that was carried over replaces the bundled extract, which
        does not come back. Those made at the same time are one extract, read for more areas or fewer.
        """
        if self.areas is not None:
            return False
        fewer = len(candidate.municipalities) < standing.municipalities
        stamp, had = candidate.publisher_stamp, standing.publisher_stamp
        newer = stamp is not None and had is not None and stamp > had
        if not candidate.is_extract:
            return fewer and not newer
        if not standing.is_extract:
            return fewer or not newer
        landing = self.store.manifest(self.entry, standing.landing_id)
        made, before = candidate.made_at, landing.made_at if landing else None
        if newer:
            return False
        return fewer if made is None or before is None or made == before else made < before

    def kept(self, outcome: Outcome, message: str, landing: LandingManifest | None = None) -> IngestResult:
        """A result that leaves the standing version in place without an error."""
        return self._standing_result(outcome, message, landing=landing)

    def failed(self, fault: SourceFault, landing: LandingManifest | None = None) -> IngestResult:
        """A fault of the source; of a table no answer has been seen of it is told, but alarms nobody."""
        if self.is_untried:
            return self._standing_result(
                "unverified", f"{UNVERIFIED}: {fault.message}", landing=landing, fault_kind=fault.kind
            )
        return self._standing_result(
            "failed",
            fault.message,
            landing=landing,
            error=fault.as_status(self.now),
            fault_kind=fault.kind,
        )

    @property
    def is_untried(self) -> bool:
        """True of a table that was written from a description alone and has never loaded."""
        return self.standing is None and not self.entry.is_verified

    def gate_failed(
        self, checks: tuple[CheckOutcome, ...], broken: list[CheckOutcome], landing: LandingManifest
    ) -> IngestResult:
        first = broken[0]
        message = (
            f"{self.entry.qualified_name}: {len(broken)} of {len(checks)} checks failed; {first.name}: "
            f"expected {first.expected}, saw {first.observed}"
        )
        if self.is_untried:
            return self._standing_result(
                "unverified", f"{UNVERIFIED}: {message}", landing=landing, checks=checks
            )
        error = SourceError(kind="gate_failed", message=message, transient=False, at=self.now)
        return self._standing_result("gate_failed", message, landing=landing, error=error, checks=checks)

    def _standing_result(
        self,
        outcome: Outcome,
        message: str,
        *,
        landing: LandingManifest | None = None,
        error: SourceError | None = None,
        checks: tuple[CheckOutcome, ...] = (),
        fault_kind: str = "",
    ) -> IngestResult:
        standing = self.standing
        return IngestResult(
            key=self.entry.key,
            outcome=outcome,
            message=message,
            checks=checks,
            error=error,
            publisher_stamp=standing.publisher_stamp if standing else None,
            fetched_at=standing.fetched_at if standing else None,
            landing_id=landing.landing_id if landing else standing.landing_id if standing else None,
            rows=standing.rows if standing else 0,
            municipalities=standing.municipalities if standing else 0,
            is_extract=standing.is_extract if standing else False,
            fault_kind=fault_kind,
        )
