"""One asset for every table of the catalogue, one op for every source; a new table needs no line here."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

import dagster as dg

from contract.registers import registers
from contract.snapshot import CheckOutcome
from dagster_project.defs.resources import one_line_failures
from dagster_project.gate_checks import known_checks
from dagster_project.raw.ingest import IngestResult
from dagster_project.running.night import Night
from dagster_project.sources.catalogue import CatalogueEntry

ARRIVED = "newest_answer_arrived"
GATE = "gate"
GROUP = "sources"
META = {
    "load": "One row per loaded table; left out when nothing differs from what is published.",
    "municipality": "Which municipalities each loaded table holds.",
    "correction": "The corrections that loaded tables were read with, and those whose guard failed.",
    "morning_report": "What the next snapshot tells anew; filled just before it is written.",
    "kpi_revision": "How published KPIs have changed; carried from snapshot to snapshot.",
}
"""The tables that tell of the loaded ones, of the schema `raw_meta`."""


def raw_assets(entries: Iterable[CatalogueEntry]) -> list[dg.AssetsDefinition]:
    """The assets of all source tables: one op for each source, one asset with its checks for each table."""
    by_source: dict[str, list[CatalogueEntry]] = {}
    for entry in entries:
        by_source.setdefault(entry.source, []).append(entry)
    return [_source_assets(source, tables) for source, tables in by_source.items()]


def _source_assets(source: str, entries: Sequence[CatalogueEntry]) -> dg.AssetsDefinition:
    """The tables of one source, read one after the other through one connection.

    None fails because of its source: the earlier version stays and a check that blocks nothing is failed.
    """

    @dg.multi_asset(
        name=f"read_{source}",
        specs=[_spec(entry) for entry in entries],
        check_specs=[spec for entry in entries for spec in _check_specs(entry)],
        can_subset=True,
    )
    def read_tables(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]
    ) -> Iterator[dg.MaterializeResult]:
        with one_line_failures(night), night.warehouse():
            for entry in entries:
                if (key := dg.AssetKey(list(entry.key))) not in context.selected_asset_keys:
                    continue
                result = night.ingest(entry)
                yield dg.MaterializeResult(asset_key=key, metadata=_metadata(result))
                if result.outcome not in ("absent", "unverified"):
                    _tell_checks(context, key, result)

    return read_tables


def _spec(entry: CatalogueEntry) -> dg.AssetSpec:
    described = f"{entry.titles.en}. {entry.publisher}, table {entry.table_id}, {entry.licence}."
    return dg.AssetSpec(
        dg.AssetKey(list(entry.key)),
        group_name=GROUP,
        kinds={entry.protocol, "duckdb"},
        description=described if entry.is_verified else f"{described} Not yet verified live.",
        metadata={"page": dg.MetadataValue.url(entry.page_url), "rhythm": entry.rhythm},
    )


def _check_specs(entry: CatalogueEntry) -> list[dg.AssetCheckSpec]:
    key = dg.AssetKey(list(entry.key))
    names = known_checks().get(entry.qualified_name, ())
    return [
        dg.AssetCheckSpec(ARRIVED, asset=key, description="The newest try to read the publisher succeeded."),
        dg.AssetCheckSpec(GATE, asset=key, description="Every Great Expectations check of the table."),
        *(dg.AssetCheckSpec(name, asset=key) for name in names),
    ]


def _tell_checks(context: dg.AssetExecutionContext, key: dg.AssetKey, result: IngestResult) -> None:
    """Record whether the newest answer arrived and, where one was judged tonight, every check of the gate.

    They are logged, not yielded: planning and yielding the outputs of some thousand checks takes Dagster
    longer than a night without news has, and a check that was not made tonight keeps its earlier verdict.
    """
    names = known_checks().get(".".join(key.path), ())
    made = [_arrived(result)]
    if result.checks:
        made += [_gate(result.checks), *_each(names, result.checks)]
    for check in made:
        context.log_event(
            dg.AssetCheckEvaluation(
                asset_key=key,
                check_name=check.check_name,
                passed=check.passed,
                severity=check.severity,
                description=check.description,
                metadata=check.metadata,
                blocking=False,
            )
        )


def loads_asset(entries: Iterable[CatalogueEntry]) -> dg.AssetsDefinition:
    """What is loaded, and the point where a night without news ends: nothing after it runs then.

    The municipality's own registers come in at the same point, out of the journal of what was handed in.
    """
    deps = [dg.AssetKey(list(entry.key)) for entry in entries]
    told = {("raw_meta", table): description for table, description in META.items()} | {
        ("raw_own", table): description for table, description in _own_tables().items()
    }

    @dg.multi_asset(
        name="loads",
        specs=[
            dg.AssetSpec(
                dg.AssetKey(list(key)),
                deps=deps,
                group_name=GROUP,
                kinds={"duckdb"},
                skippable=True,
                description=description,
            )
            for key, description in told.items()
        ],
    )
    def loads(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult]:
        with one_line_failures(night):
            if night.look_for_news():
                for key in told:
                    yield dg.MaterializeResult(asset_key=dg.AssetKey(list(key)))

    return loads


def _own_tables() -> dict[str, str]:
    """The tables of `raw_own`: one for every register, and the submissions themselves."""
    own = {name: f"Own data: {register.name.en}." for name, register in registers().items()}
    return own | {"submission": "Every file that was handed in, and what became of it."}


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
    """The gate's verdict."""
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
