"""The gate: a parsed candidate enters the warehouse only when every expectation of its suite holds.

Great Expectations takes seconds to import and is imported when the first candidate comes, never before.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import pandas as pd

from contract.snapshot import CheckOutcome
from dagster_project.quality.check import Check
from dagster_project.quality.common import key_unique
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry

EXAMPLES = 3
"""Failing rows that are named in an outcome."""


def suite_for(
    entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None
) -> tuple[Check, ...]:
    """The checks of `quality/suites/<table_name>.py`.

    Raises: LookupError naming the file to write when the table has no suite.
    """
    name = f"dagster_project.quality.suites.{entry.table_name}"
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise LookupError(
            f"{entry.qualified_name} has no suite; write quality/suites/{entry.table_name}.py "
            "with suite(entry, candidate, previous)"
        ) from error
    return tuple(module.suite(entry, candidate, previous))


def run_gate(
    entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None
) -> tuple[CheckOutcome, ...]:
    """One outcome per check of the table's suite, in its order; the candidate is good when all passed.

    Raises: LookupError when the table has no suite.
    """
    if candidate.frame.duplicated(list(entry.key_columns)).any():
        return judge((key_unique(entry, candidate),))  # sums over repeated rows say nothing
    return judge(suite_for(entry, candidate, previous))


def judge(checks: Sequence[Check]) -> tuple[CheckOutcome, ...]:
    """One outcome per check, in the checks' order."""
    outcomes: dict[str, CheckOutcome] = {}
    for frame, together in _by_frame(checks):
        outcomes |= {outcome.name: outcome for outcome in _validate(frame, together)}
    return tuple(outcomes[check.name] for check in checks)


def _by_frame(checks: Sequence[Check]) -> list[tuple[pd.DataFrame, list[Check]]]:
    """Checks grouped by the frame object they look at, so that each frame is one batch."""
    groups: dict[int, tuple[pd.DataFrame, list[Check]]] = {}
    for check in checks:
        groups.setdefault(id(check.frame), (check.frame, []))[1].append(check)
    return list(groups.values())


@cache
def _great_expectations() -> tuple[Any, Any]:
    """The library and a batch definition in an ephemeral context: nothing written, nothing sent.

    One definition serves all frames: registering one for each takes longer than validating it.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("candidates").add_dataframe_asset("candidate")
    return gx, asset.add_batch_definition_whole_dataframe("whole")


def _validate(frame: pd.DataFrame, checks: list[Check]) -> list[CheckOutcome]:
    """Outcomes of the checks on one frame."""
    gx, definition = _great_expectations()
    suite = gx.ExpectationSuite(name="checks")
    for check in checks:
        expectation = getattr(gx.expectations, check.expectation)
        suite.add_expectation(expectation(**check.arguments, meta={"check": check.name}))
    report = definition.get_batch({"dataframe": frame}).validate(
        suite, result_format={"result_format": "BASIC", "partial_unexpected_count": EXAMPLES}
    )
    by_name = {result.expectation_config.meta["check"]: result for result in report.results}
    return [
        CheckOutcome(
            name=check.name,
            passed=bool(by_name[check.name].success),
            expected=check.expected,
            observed=_observed(check, by_name[check.name]),
        )
        for check in checks
    ]


def _observed(check: Check, result: Any) -> str:
    """What was seen, in words: how many rows fail and which come first."""
    if raised := [
        e for e in result.exception_info.values() if isinstance(e, dict) and e.get("raised_exception")
    ]:
        return f"the check could not be made: {raised[0]['exception_message']}"
    rows, failing = len(check.frame), result.result.get("unexpected_count", 0)
    if result.success:
        return f"all {rows} rows"
    examples = "; ".join(_examples(check, result.result.get("partial_unexpected_list") or []))
    return f"{failing} of {rows} rows fail" + (f", first: {examples}" if examples else "")


def _examples(check: Check, unexpected: list[Any]) -> list[str]:
    """The first failing rows in words.

    Found here by their values: Great Expectations would walk through every failing row to label them, which
    takes half a minute when a whole table is wrong.
    """
    column = check.arguments.get("column")
    if column is None:  # the expectation is on several columns and names them itself
        return [_words(row) for row in unexpected]
    values = check.frame[column]
    failing = values.isin(unexpected) if unexpected else values.isna()
    return [_words(row) for row in check.frame[failing].head(EXAMPLES).to_dict("records")]


def _words(row: dict[Any, Any]) -> str:
    """`area=KU305 time=2019 difference=1.0`"""
    return " ".join(f"{name}={value}" for name, value in row.items())
