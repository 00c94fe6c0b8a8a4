"""Choosing the KPI and the group: native selects in a form that works without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboards.address import LANGUAGE_PARAMETER, MUNICIPALITY_PARAMETER
from dashboards.components.comparison_groups import Group
from dashboards.components.described_kpis import in_order, theme_name
from dashboards.context import RequestContext
from dashboards.data.records import Kpi

KPI_PARAMETER = "mittari"
GROUP_PARAMETER = "ryhma"
KPI_ID = "compare-kpi"
GROUP_ID = "compare-group"


def chooser(
    context: RequestContext, path: str, kpis: Sequence[Kpi], kpi: Kpi, groups: Sequence[Group], group: Group
) -> html.Form:
    """The form; `compare.js` sends it when a pointer has chosen, the button does so for everyone."""
    return html.Form(
        [
            carried(MUNICIPALITY_PARAMETER, context.municipality_code),
            carried(LANGUAGE_PARAMETER, context.language),
            field(context.text("compare.choose.kpi"), KPI_ID, KPI_PARAMETER, kpi_options(context, kpis, kpi)),
            field(
                context.text("compare.choose.group"),
                GROUP_ID,
                GROUP_PARAMETER,
                [html.Option(item.name, value=item.key, selected=item.key == group.key) for item in groups],
            ),
            html.Button(context.text("app.show"), type="submit"),
        ],
        action=path,
        method="get",
        className="compare-chooser",
    )


def carried(name: str, value: str) -> html.Select:
    """A parameter that the address keeps; a select because `dash.html` has no hidden input."""
    return html.Select(html.Option(value, value=value, selected=True), name=name, hidden=True)


def field(label: str, field_id: str, name: str, options: list[html.Option | html.Optgroup]) -> html.Div:
    return html.Div(
        [html.Label(label, htmlFor=field_id), html.Select(options, id=field_id, name=name)],
        className="field",
    )


def kpi_options(context: RequestContext, kpis: Sequence[Kpi], chosen: Kpi) -> list[html.Optgroup]:
    """KPIs by theme, in the catalogue's order; a theme unknown here comes last under its own name."""
    return [
        html.Optgroup(
            [
                html.Option(
                    kpi.name(context.language), value=kpi.kpi_id, selected=kpi.kpi_id == chosen.kpi_id
                )
                for kpi in kpis
                if kpi.theme == theme
            ],
            label=theme_name(context, theme),
        )
        for theme in in_order({kpi.theme for kpi in kpis})
    ]
