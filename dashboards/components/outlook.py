"""The foresight panel: age groups in a coming year beside today's numbers, always with their band."""

from __future__ import annotations

from dash import html

from contract.locale_formats import age_group, estimate, interval, number
from contract.narrative import GroupOutlook
from dashboards.components.pictures import band_picture
from dashboards.context import RequestContext

TITLE_ID = "outlook-title"
HORIZON_YEARS = 10
SCHEME = "service"
PANEL_GROUPS = ("7-12", "13-15", "19-64", "75-84", "85+")
"""Groups that leaders ask for first: pupils, people of working age, and those who need most services."""


def group_outlooks(context: RequestContext) -> dict[str, GroupOutlook]:
    """By service age group: the base year's number and the forecast ten years on; may be empty."""
    snapshot, code = context.snapshot, context.municipality_code
    forecast = snapshot.projection(code, SCHEME)
    measured = snapshot.population_groups(code, SCHEME)
    if forecast.empty or measured.empty:
        return {}
    base_year = int(forecast["base_year"].iloc[0])
    year = min(base_year + HORIZON_YEARS, int(forecast["projection_year"].max()))
    now = measured[measured["reference_year"] == base_year].set_index("age_group")["population_count"]
    rows = forecast[forecast["projection_year"] == year]
    return {
        row.age_group: GroupOutlook(
            age_from=int(row.age_from),
            age_to=int(row.age_to),
            base_year=base_year,
            year=year,
            now=float(now[row.age_group]),
            low=float(row.p10),
            middle=float(row.p50),
            high=float(row.p90),
        )
        for row in rows.itertuples()
        if row.age_group in now.index
    }


def outlook_panel(context: RequestContext, outlooks: dict[str, GroupOutlook], href: str) -> html.Section:
    """The panel of chosen groups, or why there is none."""
    shown = [outlooks[group] for group in PANEL_GROUPS if group in outlooks]
    if not shown:
        return html.Section(
            [
                html.H2(context.text("outlook.title", year=""), id=TITLE_ID),
                html.P(context.text("outlook.none"), className="quiet"),
            ],
            className="panel",
            **{"aria-labelledby": TITLE_ID},
        )
    first = shown[0]
    heads = (context.text("outlook.group"), str(first.base_year), "", str(first.year))
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(head, scope="col") if head else html.Td() for head in heads])),
            html.Tbody([_row(context, item) for item in shown]),
        ],
        className="outlook",
        **{"aria-labelledby": TITLE_ID},
    )
    return html.Section(
        [
            html.H2(context.text("outlook.title", year=first.year), id=TITLE_ID),
            table,
            html.P(
                context.text("outlook.note", year=first.year, base_year=first.base_year),
                className="quiet small",
            ),
            html.A(context.text("outlook.open"), href=href, className="forward"),
        ],
        className="panel",
        **{"aria-labelledby": TITLE_ID},
    )


def _row(context: RequestContext, outlook: GroupOutlook) -> html.Tr:
    language = context.language
    group = age_group(outlook.age_from, outlook.age_to, language)
    picture = band_picture(outlook.now, outlook.low, outlook.high, max(outlook.now, outlook.high) * 1.08)
    return html.Tr(
        [
            html.Th(group, scope="row"),
            html.Td(number(outlook.now, language), className="number quiet"),
            html.Td(picture, className="picture"),
            html.Td(
                interval(estimate(outlook.low), estimate(outlook.high), language),
                className="number band-text",
            ),
        ]
    )
