"""How past forecasts of a municipality's population turned out, beside what is usual for its size."""

from __future__ import annotations

import pandas as pd
from dash import html

from contract.locale_formats import number, percent, signed
from dashboards.context import RequestContext

TITLE_ID = "accuracy-title"
_TEXT_HEADS = ("forecast", "year")
_NUMBER_HEADS = ("ahead", "predicted", "actual", "error", "peers")


def forecast_accuracy(context: RequestContext) -> html.Section:
    """A table of the scored forecasts, or that there are none yet."""
    own = context.snapshot.forecast_scores([context.municipality_code])
    content = html.P(context.text("data.accuracy.none"))
    if not own.empty:
        content = accuracy_table(context, own, TITLE_ID)
    return html.Section(
        [
            html.H2(context.text("data.accuracy.title"), id=TITLE_ID),
            html.P(context.text("data.accuracy.lead")) if not own.empty else None,
            content,
        ]
    )


def accuracy_table(context: RequestContext, own: pd.DataFrame, label_id: str) -> html.Div:
    """The scores of one municipality (fct_forecast_score), newest vintage first; named by `label_id`."""
    usual = _usual_errors(context)
    ordered = own.sort_values(["issuer", "vintage", "projection_year"], ascending=[True, False, True])
    table = html.Table(
        [
            html.Caption(
                f"{context.text('data.accuracy.caption')}: {context.municipality.name(context.language)}"
            ),
            html.Thead(html.Tr(_heads(context))),
            html.Tbody([_row(context, score, usual) for score in ordered.to_dict("records")]),
        ]
    )
    return html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-labelledby": label_id})


def _heads(context: RequestContext) -> list[html.Th]:
    texts = [html.Th(context.text(f"data.accuracy.{head}"), scope="col") for head in _TEXT_HEADS]
    return texts + [
        html.Th(context.text(f"data.accuracy.{head}"), scope="col", className="number")
        for head in _NUMBER_HEADS
    ]


def _usual_errors(context: RequestContext) -> dict[tuple[str, str, int], float]:
    """Mean absolute error in percent within the own size class, by issuer, vintage and year."""
    size_class = context.municipality.size_class
    peers = [
        item.municipality_code for item in context.snapshot.municipalities() if item.size_class == size_class
    ]
    scores = context.snapshot.forecast_scores(peers)
    means = scores.assign(size=scores["error_pct"].abs()).groupby(["issuer", "vintage", "projection_year"])
    return {
        (issuer, vintage, int(year)): float(mean)
        for (issuer, vintage, year), mean in means["size"].mean().items()
    }


def _row(
    context: RequestContext, score: dict[str, object], usual: dict[tuple[str, str, int], float]
) -> html.Tr:
    language = context.language
    year = int(str(score["projection_year"]))
    error = float(str(score["error_pct"]))
    typical = usual[(str(score["issuer"]), str(score["vintage"]), year)]
    sign_and_number = signed(error, language, 1)
    return html.Tr(
        [
            html.Th(
                context.text(f"data.accuracy.issuer.{score['issuer']}", vintage=score["vintage"]), scope="row"
            ),
            html.Td(str(year)),
            html.Td(str(score["horizon_years"]), className="number"),
            html.Td(number(float(str(score["forecast"])), language), className="number"),
            html.Td(number(float(str(score["actual"])), language), className="number"),
            html.Td(f"{sign_and_number}{'' if language == 'en' else chr(160)}%", className="number"),
            html.Td(percent(typical, language, 1), className="number"),
        ]
    )
