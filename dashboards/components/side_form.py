"""Choosing what stands side by side: a form that works without scripts, and links that take away."""

from __future__ import annotations

from dash import html

from dashboards.address import LANGUAGE_PARAMETER, MUNICIPALITY_PARAMETER
from dashboards.components.comparison_chooser import carried, field
from dashboards.components.side_by_side import (
    ADD_KPI_PARAMETER,
    ADD_MUNICIPALITY_PARAMETER,
    GROUP_PARAMETER,
    KPIS_PARAMETER,
    MOST_KPIS,
    MUNICIPALITIES_PARAMETER,
    Choice,
)
from dashboards.components.side_matrix import parameters
from dashboards.context import RequestContext


def side_form(context: RequestContext, path: str, choice: Choice) -> html.Form:
    """Group, one more KPI, one more municipality; what is already chosen is carried along."""
    nothing = html.Option(context.text("side.choose.none"), value="")
    kpis = [
        html.Option(kpi.name(context.language), value=kpi.kpi_id)
        for kpi in context.snapshot.kpis()
        if kpi.kpi_id not in choice.kpi_ids
    ]
    municipalities = [
        html.Option(item.name(context.language), value=item.municipality_code)
        for item in context.snapshot.municipalities()
        if item.municipality_code not in choice.group.members
    ]
    groups = [
        html.Option(group.name, value=group.key, selected=group.key == choice.group.key)
        for group in choice.groups
    ]
    full = len(choice.kpis) >= MOST_KPIS
    return html.Form(
        [
            carried(MUNICIPALITY_PARAMETER, context.municipality_code),
            carried(LANGUAGE_PARAMETER, context.language),
            carried(KPIS_PARAMETER, ",".join(choice.kpi_ids)),
            carried(MUNICIPALITIES_PARAMETER, ",".join(choice.added)),
            field(context.text("compare.choose.group"), "side-group", GROUP_PARAMETER, groups),
            None
            if full
            else field(context.text("side.choose.kpi"), "side-kpi", ADD_KPI_PARAMETER, [nothing, *kpis]),
            field(
                context.text("side.choose.municipality"),
                "side-municipality",
                ADD_MUNICIPALITY_PARAMETER,
                [nothing, *municipalities],
            ),
            html.Button(context.text("app.show"), type="submit"),
        ],
        action=path,
        method="get",
        className="compare-chooser side-chooser",
    )


def take_away(context: RequestContext, path: str, choice: Choice) -> html.Details:
    """A link for every KPI and every added municipality that leaves it out."""
    links = []
    for kpi in choice.kpis:
        if len(choice.kpis) > 1:
            rest = ",".join(kpi_id for kpi_id in choice.kpi_ids if kpi_id != kpi.kpi_id)
            href = context.link(path, **parameters(choice) | {KPIS_PARAMETER: rest})
            links.append((kpi.name(context.language), href))
    for code in choice.added:
        others = ",".join(other for other in choice.added if other != code) or None
        href = context.link(path, **parameters(choice) | {MUNICIPALITIES_PARAMETER: others})
        links.append((context.snapshot.municipality(code).name(context.language), href))
    items = [
        html.Li(html.A(context.text("side.take_away", name=name), href=href, className="forward"))
        for name, href in links
    ]
    return html.Details(
        [html.Summary(context.text("side.change")), html.Ul(items, className="plain")], className="behind"
    )


def suggestions(context: RequestContext, path: str, choice: Choice) -> html.P | None:
    """Similar municipalities that are not yet there, each a link that adds it, with why they are similar."""
    similar = next((group for group in choice.groups if group.kind == "similar"), None)
    missing = sorted(similar.members - choice.group.members) if similar else []
    if similar is None or not missing:
        return None
    links: list[object] = []
    for code in missing:
        more = ",".join([*choice.added, code])
        href = context.link(path, **parameters(choice) | {MUNICIPALITIES_PARAMETER: more})
        name = context.snapshot.municipality(code).name(context.language)
        links += [html.A(context.text("side.add", name=name), href=href, className="forward"), " "]
    return html.P([context.text("side.suggested"), " ", *links, html.Br(), similar.reason], className="small")
