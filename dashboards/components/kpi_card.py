"""The KPI card: one figure with its unit, period, change and place, all of it one link."""

from __future__ import annotations

from dash import html

from contract.locale_formats import ordinal, period, with_unit
from dashboards.components.kpi_figures import KpiFigure, Standing, caveats, change_text, standing_text
from dashboards.components.pictures import sparkline
from dashboards.context import RequestContext


def kpi_card(figure: KpiFigure, context: RequestContext, href: str) -> html.A:
    """The card as a link to `href`, named by a whole sentence for those who hear it."""
    language = context.language
    warnings = caveats(figure.kpi, figure.point, context)
    return html.A(
        [
            html.Span(figure.kpi.name(language), className="card-name"),
            html.Span(figure.value_text(language), className="card-value"),
            html.Span(figure.unit_and_period(language), className="card-unit"),
            html.Span(
                [sparkline(figure.recent), html.Span(change_text(figure, context))], className="card-change"
            ),
            html.Span(
                [html.Span(standing_text(item, context)) for item in figure.standings], className="card-place"
            ),
            html.Span([html.Span(text, className="chip") for text in warnings], className="card-caveats"),
        ],
        className="card",
        href=href,
        **{"aria-label": card_sentence(figure, context)},
    )


def card_sentence(figure: KpiFigure, context: RequestContext) -> str:
    """Everything the card shows as sentences: value, unit, period, change, places and caveats."""
    kpi, language = figure.kpi, context.language
    parts = [
        context.text(
            "card.said.figure",
            name=kpi.name(language),
            value=with_unit(figure.point.value or 0.0, kpi.unit, language, kpi.decimals),
            period=period(figure.point.period, language),
        )
    ]
    change = change_text(figure, context)
    if change:
        parts.append(f"{change[0].upper()}{change[1:]}.")
    parts += [_said_standing(item, context) for item in figure.standings]
    parts += [context.text("card.said.caveat", caveat=text) for text in caveats(kpi, figure.point, context)]
    return " ".join(parts)


def _said_standing(standing: Standing, context: RequestContext) -> str:
    rank = standing.rank
    place = ordinal(rank.place, context.language) if context.language == "en" else str(rank.place)
    arguments: dict[str, object] = {
        "place": place,
        "n": rank.n,
        "order": context.text(f"card.order.{rank.best_is}"),
    }
    if standing.kind == "country":
        return context.text("card.said.country", **arguments)
    arguments["area"] = standing.name
    if rank.complete:
        return context.text("card.said.area", **arguments)
    return context.text("card.said.partial", members=rank.members, **arguments)
