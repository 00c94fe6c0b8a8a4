"""The gate: a parsed candidate enters the warehouse only when every expectation of its suite holds."""

from __future__ import annotations

from contract.snapshot import CheckOutcome
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.pxweb import Candidate


def run_gate(
    entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None
) -> tuple[CheckOutcome, ...]:
    """One outcome per check."""
    duplicated = int(candidate.frame.duplicated(list(entry.key_columns)).sum())
    return (
        CheckOutcome(
            name="key_unique",
            passed=duplicated == 0,
            expected=f"one row per {', '.join(entry.key_columns)}",
            observed=f"{duplicated} of {len(candidate.frame)} rows repeat a key",
        ),
    )
