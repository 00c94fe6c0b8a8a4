"""The downloads of the side by side page: the matrix, and one KPI over time."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.components.side_by_side import comparisons, mark_of, members_in_order, side_by_side
from dashboards.context import RequestContext
from dashboards.download_table import Table


def _side_by_side(context: RequestContext) -> Table:
    """Every cell of the matrix: parameters `mittarit`, `ryhma`, `kunnat` as in the page's address."""
    columns = (
        "municipality_code", "municipality_name", "kpi_id", "kpi_name", "unit", "period", "value",
        "value_status", "lower", "upper", "group_median", "difference_beyond_chance", "change",
        "change_since", "change_verdict",
    )  # fmt: skip
    choice = side_by_side(context)
    compared = comparisons(context, choice)
    rows = [
        (
            place.code,
            place.name,
            one.kpi.kpi_id,
            one.kpi.name(context.language),
            one.kpi.unit,
            one.period,
            place.value,
            place.status if place.loaded else "not_loaded",
            place.lower,
            place.upper,
            one.median,
            mark_of(one, place),
            place.change.amount if place.change else None,
            place.change.since if place.change else None,
            place.change.verdict if place.change else None,
        )
        for one in compared
        for place in one.places
    ]
    sources = tuple(dict.fromkeys(pair for one in compared for pair in one.kpi.sources))
    title = context.text("side.matrix.caption", group=choice.group.name)
    return Table(title, columns, rows, sources)


def _side_by_side_series(context: RequestContext) -> Table:
    """One KPI (`mittari`, else the first) over time for the municipalities of the page's address."""
    choice = side_by_side(context)
    kpi = context.snapshot.kpi(context.params.get("mittari", choice.kpi_ids[0]))
    codes = members_in_order(context, choice.group.members)
    names = {code: context.snapshot.municipality(code).name(context.language) for code in codes}
    rows = [
        (code, names[code], kpi.kpi_id, when, value)
        for code, when, value in context.snapshot.kpi_values_over_time(kpi.kpi_id, codes)
    ]
    columns = ("municipality_code", "municipality_name", "kpi_id", "period", "value")
    title = context.text("side.multiples.title", kpi=kpi.name(context.language))
    return Table(title, columns, rows, kpi.sources)


SIDE_DATASETS: dict[str, Callable[[RequestContext], Table]] = {
    "side_by_side": _side_by_side,
    "side_by_side_series": _side_by_side_series,
}
