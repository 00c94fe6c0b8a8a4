"""The downloads of the statutory watch: criteria, conditions and the cover of a deficit, by year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, fields
from typing import Any

from dashboards.context import RequestContext
from dashboards.data.statutory_queries import CriterionYear, DeficitCover, RuleState
from dashboards.download_table import Table

STATUTORY_SOURCES = (
    ("kuntatalous", "municipal_group_accounts"),
    ("kuntatalous", "municipal_accounts"),
    ("statfin", "population_by_age"),
)
"""Tables that the figures can come from; those not loaded are not named."""


def _criteria(context: RequestContext) -> Table:
    """Every criterion of sections 110 and 118 by year of accounts, with limit and distance."""
    rows = context.snapshot.criterion_years(context.municipality_code)
    return _table(context, "statutory_criteria", CriterionYear, rows)


def _states(context: RequestContext) -> Table:
    """Whether each condition is met, by year of accounts, with the reason."""
    rows = context.snapshot.rule_states(context.municipality_code)
    return _table(context, "statutory_states", RuleState, rows)


def _cover(context: RequestContext) -> Table:
    """Surplus or deficit of the balance sheet and the time left to cover it, by year of accounts."""
    rows = context.snapshot.deficit_covers(context.municipality_code)
    return _table(context, "deficit_cover", DeficitCover, rows)


def _table(context: RequestContext, key: str, record: type[Any], rows: Sequence[Any]) -> Table:
    title = f"{context.text(f'download.title.{key}')}, {context.municipality.name(context.language)}"
    columns = tuple(field.name for field in fields(record))
    return Table(title, columns, [astuple(row) for row in rows], STATUTORY_SOURCES)


STATUTORY_DATASETS: dict[str, Callable[[RequestContext], Table]] = {
    "statutory_criteria": _criteria,
    "statutory_states": _states,
    "deficit_cover": _cover,
}
