"""One asset for every table of the catalogue; a new table needs no line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

import dagster as dg

from contract.snapshot import CheckOutcome
from dagster_project.defs.resources import one_line_failures
from dagster_project.gate_checks import known_checks
from dagster_project.raw.ingest import IngestResult
from dagster_project.running.night import Night
from dagster_project.sources.catalogue import CatalogueEntry

ARRIVED = "newest_answer_arrived"
GATE = "gate"
GROUP = "sources"
LOADS_KEY = dg.AssetKey(["raw_meta", "load"])


def raw_asset(entry: CatalogueEntry) -> dg.AssetsDefinition:
    """The asset of one source table, with its checks.

    It never fails because of its source: the earlier version stays and a check that blocks nothing is failed.
    """
    key = dg.AssetKey(list(entry.key))
    names = known_checks().get(entry.qualified_name, ())

    @dg.asset(
        key=key,
        group_name=GROUP,
        kinds={entry.protocol, "duckdb"},
        description=f"{entry.titles.en}. {entry.publisher}, table {entry.table_id}, {entry.licence}.",
        metadata={"page": dg.MetadataValue.url(entry.page_url), "rhythm": entry.rhythm},
        check_specs=[
            dg.AssetCheckSpec(
                ARRIVED, asset=key, description="The newest try to read the publisher succeeded."
            ),
            dg.AssetCheckSpec(GATE, asset=key, description="Every Great Expectations check of the table."),
            *(dg.AssetCheckSpec(name, asset=key) for name in names),
        ],
    )
    def load_table(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        with one_line_failures(night):
            result = night.ingest(entry)
            known = night.book.source(entry.source, entry.table_name)
        checks = known.checks if known else ()
        return dg.MaterializeResult(
            metadata=_metadata(result),
            check_results=[_arrived(result), _gate(checks), *_each(names, checks)],
        )

    return load_table


def loads_asset(entries: Iterable[CatalogueEntry]) -> dg.AssetsDefinition:
    """What is loaded, and the point where a night without news ends: nothing after it runs then."""

    @dg.asset(
        key=LOADS_KEY,
        group_name=GROUP,
        kinds={"duckdb"},
        deps=[dg.AssetKey(list(entry.key)) for entry in entries],
        output_required=False,
        description="One row per loaded table; left out when nothing differs from what is published.",
    )
    def loads(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult]:
        with one_line_failures(night):
            if night.look_for_news():
                yield dg.MaterializeResult(metadata={"tables": len(night.results)})

    return loads


def _metadata(result: IngestResult) -> dict[str, dg.MetadataValue]:
    metadata: dict[str, dg.MetadataValue] = {
        "outcome": dg.MetadataValue.text(result.outcome),
        "message": dg.MetadataValue.text(result.message),
        "municipalities": dg.MetadataValue.int(result.municipalities),
        "dagster/row_count": dg.MetadataValue.int(result.rows),
    }
    if result.landing_id:
        metadata["landing"] = dg.MetadataValue.text(result.landing_id)
    if result.publisher_stamp:
        metadata["publisher_stamp"] = dg.MetadataValue.timestamp(result.publisher_stamp.replace(tzinfo=UTC))
    return metadata


def _arrived(result: IngestResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=ARRIVED,
        passed=result.error is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=result.message,
    )


def _gate(checks: tuple[CheckOutcome, ...]) -> dg.AssetCheckResult:
    """The gate's newest verdict, of this night or of the one that last judged an answer."""
    failed = [check for check in checks if not check.passed]
    return dg.AssetCheckResult(
        check_name=GATE,
        passed=bool(checks) and not failed,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(checks) - len(failed)} of {len(checks)} checks passed",
        metadata={check.name: dg.MetadataValue.text(_words(check)) for check in checks},
    )


def _each(names: Sequence[str], checks: tuple[CheckOutcome, ...]) -> Iterator[dg.AssetCheckResult]:
    """One result for every check that Dagster knows; one that the answer gave no cause for has passed."""
    made = {check.name: check for check in checks}
    for name in names:
        check = made.get(name)
        yield dg.AssetCheckResult(
            check_name=name,
            passed=check is None or check.passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=_words(check) if check else "not asked of this answer",
        )


def _words(check: CheckOutcome) -> str:
    verdict = "passed" if check.passed else "FAILED"
    return f"{verdict}: expected {check.expected}, saw {check.observed}"
