"""The snapshot's manifest and the run status: the two JSON files that readers follow.

`data/marts/<snapshot_id>/manifest.json` says what a snapshot holds; it is written last, so a
directory without one was never finished. `data/marts/STATUS.json` says how the sources are doing,
also on nights that publish nothing. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

MANIFEST_FILE = "manifest.json"
DATABASE_FILE = "snapshot.duckdb"
CURRENT_FILE = "CURRENT"
STATUS_FILE = "STATUS.json"
PIN_FILE = "PINNED"
LINEAGE_FILE = "docs/lineage.html"
"""Under the data root: dbt's own pages as one file, where `kuntaluotsi docs` has built them."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TableEntry(_Frozen):
    """One published table: parquet file name, its rows and the sha256 of its bytes."""

    name: str
    file: str
    rows: int
    sha256: str
    audience: str = "public"


class SourceEntry(_Frozen):
    """One source table as it stood in the snapshot; `stale` when the newest try to read it failed."""

    source: str
    table: str
    publisher_stamp: datetime | None
    fetched_at: datetime | None
    status: Literal["ok", "stale"]


class Manifest(_Frozen):
    """What a published snapshot holds and where it came from."""

    snapshot_id: str
    created_at: datetime
    contract_version: int
    git_revision: str
    engine_version: str
    border_year: int
    is_extract: bool
    """True while any table comes from the bundled extract; every page then carries a banner."""
    tables: tuple[TableEntry, ...]
    sources: tuple[SourceEntry, ...]
    database_sha256: str = ""


class CheckOutcome(_Frozen):
    """One gate check: `name` in snake_case, what was expected and what was seen, in words for the steward."""

    name: str
    passed: bool
    expected: str
    observed: str


class SourceError(_Frozen):
    """Why the newest try failed. `transient` errors are tried again by themselves."""

    kind: str
    message: str
    transient: bool
    at: datetime


class SourceStatus(_Frozen):
    """How one source table is doing: readers show `last_error` beside the figures it left in place."""

    source: str
    table_name: str
    last_checked: datetime | None = None
    last_success: datetime | None = None
    last_error: SourceError | None = None
    publisher_stamp: datetime | None = None
    outcome: Literal["loaded", "unchanged", "older", "subset", "failed", "gate_failed", "never"] = "never"
    checks: tuple[CheckOutcome, ...] = ()
    note: str = ""
    """What the steward should know that is no fault: a table whose source is not yet verified live."""
    checks_at: datetime | None = None
    """When the checks were made: earlier than `last_checked` when the newest try did not get that far."""

    @property
    def stale(self) -> bool:
        """True when the newest try failed and the figures shown are from an earlier one."""
        return self.last_error is not None


class RunStatus(_Frozen):
    """The newest refresh: where it read from and how it ended."""

    state: Literal["running", "ok", "partial", "failed"]
    origin: str  # live | bundled | directory
    started_at: datetime
    finished_at: datetime | None = None
    message: str = ""
    published: bool = False


class Status(_Frozen):
    """STATUS.json as a whole."""

    updated_at: datetime
    snapshot_id: str | None = None
    pinned: bool = False
    run: RunStatus | None = None
    sources: tuple[SourceStatus, ...] = ()
