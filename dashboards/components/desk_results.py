"""What the scenario desk answers: the finding, the two paths, age groups, limits of services, assumptions."""

from __future__ import annotations

import pandas as pd
from dash import html

from contract.locale_formats import age_group, estimate, interval, number, signed
from dashboards.components.chart_card import chart_card
from dashboards.components.data_table import Cell, data_table
from dashboards.components.desk_answer import Answer
from dashboards.components.desk_beside import Beside, beside_name, beside_section, kept
from dashboards.components.desk_form import BESIDE_PARAMETER, DESK_PATH, plain, value_words
from dashboards.components.desk_limits import limits_section
from dashboards.components.population_trend import measured_population
from dashboards.components.population_view import SCENARIO_PARAMETER, YEAR_PARAMETER
from dashboards.components.tested_horizons import how_tested
from dashboards.context import RequestContext
from dashboards.downloads import csv_address
from dashboards.figures.canvas import Figure
from dashboards.figures.style import wrapped
from dashboards.figures.trend import Line, Mark, TrendTexts, trend_figure
from dashboards.theme import LIGHT
from foresight.summary import Bands

SOURCES = (("statfin", "population_by_age"), ("statfin", "vital_events"))
SERVICE, TOTAL = "service", "total"
LABEL_LETTERS = 17


def desk_results(context: RequestContext, answer: Answer, beside: Beside | None, place: str) -> html.Div:
    """Everything that follows from the answer; `place` tells ids of two answers on one page apart."""
    address = parameters(answer, beside)
    return html.Div(
        [
            _trend(context, answer, beside, place),
            _groups(context, answer, place),
            beside_section(context, answer, beside, address, place),
            limits_section(context, answer, place),
            _assumptions(context, answer, address, place),
        ]
    )


def parameters(answer: Answer, beside: Beside | None = None) -> dict[str, str]:
    """The address's parameters that bring this very answer again."""
    values = {name: v if isinstance(v, str) else plain(v) for name, v in answer.asked.values.items()}
    second = {BESIDE_PARAMETER: kept(beside.asked)} if beside else {}
    return {SCENARIO_PARAMETER: answer.asked.entry.id, **values, YEAR_PARAMETER: str(answer.year), **second}


def finding(context: RequestContext, answer: Answer) -> str:
    """Whether there would be more people or fewer than in the base, and by how many."""
    low, middle, high = _difference(answer)
    language = context.language
    if round(low) == 0 and round(high) == 0:
        return context.text("desk.title.same", year=answer.year)
    if low < 0 < high:
        ends = context.text(
            "desk.to", low=signed(estimate(low), language), high=signed(estimate(high), language)
        )
        return context.text("desk.title.unclear", year=answer.year, band=ends)
    ends = sorted((abs(low), abs(high)))
    band = interval(estimate(ends[0]), estimate(ends[1]), language)
    return context.text(f"desk.title.{'more' if middle > 0 else 'fewer'}", year=answer.year, band=band)


def _difference(answer: Answer) -> tuple[float, float, float]:
    total = _place(answer, TOTAL)
    bands = answer.result.difference
    return tuple(float(getattr(bands, name)[answer.position, total]) for name in ("p10", "p50", "p90"))  # type: ignore[return-value]


def _place(answer: Answer, scheme: str) -> int:
    return next(k for k, group in enumerate(answer.result.groups) if group.scheme == scheme)


def _trend(context: RequestContext, answer: Answer, beside: Beside | None, place: str) -> html.Section:
    name = answer.asked.entry.name
    return chart_card(
        context,
        f"desk-trend-{place}",
        title=finding(context, answer),
        subtitle=context.text("desk.trend.subtitle", name=name, base_year=answer.result.base_year),
        figure=_figure(context, answer, beside),
        table=_trend_table(context, answer),
        csv=[("", csv_address(context, "what_if", **parameters(answer)))],
        sources=SOURCES,
        notes=[_band_of_scenario(context, answer), *_sensitivity(context, answer)],
    )


def _band_of_scenario(context: RequestContext, answer: Answer) -> str:
    """The scenario's own band at the end, which would drown the base's if it were drawn."""
    total, bands = _place(answer, TOTAL), answer.result.scenario.bands
    low, high = (estimate(float(getattr(bands, name)[-1, total])) for name in ("p10", "p90"))
    return context.text(
        "desk.trend.band",
        name=answer.asked.entry.name,
        year=answer.result.years[-1],
        band=interval(low, high, context.language),
    )


def _figure(context: RequestContext, answer: Answer, beside: Beside | None) -> Figure:
    language, result = context.language, answer.result
    measured = {
        year: value for year, value in measured_population(context).items() if year <= result.base_year
    }
    total = _place(answer, TOTAL)
    start = {result.base_year: float(answer.base_counts.sum())}
    paths = {
        "measured": measured,
        "forecast": start | dict(zip(result.years, result.base.bands.p50[:, total].tolist(), strict=True)),
        "scenario": start
        | dict(zip(result.years, result.scenario.bands.p50[:, total].tolist(), strict=True)),
    }
    lines = [
        Line("measured", "", "own"),
        Line("forecast", context.text("desk.trend.base"), "forecast"),
        Line("scenario", wrapped(answer.asked.entry.name, LABEL_LETTERS), "scenario"),
    ]
    if beside:
        medians = beside.result.scenario.bands.p50[:, total].tolist()
        paths["beside"] = start | dict(zip(result.years, medians, strict=True))
        lines.append(Line("beside", wrapped(beside_name(context, beside), LABEL_LETTERS), "scenario"))
    rows = [
        {"series": series, "x": float(year), "period": str(year), "value": value}
        for series, path in paths.items()
        for year, value in path.items()
    ]
    bands = result.base.bands
    band = [
        {"x": float(year), "period": str(year), "lower": estimate(low), "upper": estimate(high)}
        for year, low, high in zip(
            result.years, bands.p10[:, total].tolist(), bands.p90[:, total].tolist(), strict=True
        )
    ]
    first = next(iter(start.values()))
    band.insert(
        0, {"x": float(result.base_year), "period": str(result.base_year), "lower": first, "upper": first}
    )
    found = how_tested(context)
    begins = context.text("population.trend.begins", base_year=result.base_year)
    return trend_figure(
        pd.DataFrame(rows),
        lines,
        TrendTexts(
            empty=context.text("population.none"),
            number=lambda value: number(estimate(value), language),
            tick=lambda value: number(value, language),
            band=context.text("population.band"),
            untested=context.text("population.tested.untested"),
        ),
        LIGHT,
        band=pd.DataFrame(band),
        marks=[Mark(float(result.base_year), begins)],
        height=400,
        label_width=136,
        untested_from=result.base_year + found.longest if found else None,
    )


def _trend_table(context: RequestContext, answer: Answer) -> html.Div:
    total = _place(answer, TOTAL)
    rows: list[list[Cell]] = [
        [str(year), *_cells(context, answer, position, total)]
        for position, year in enumerate(answer.result.years)
    ]
    heads = [context.text("desk.table.year"), *_heads(context, answer)]
    return data_table(
        context.text("desk.trend.caption", name=context.municipality.name(context.language)), heads, rows
    )


def _groups(context: RequestContext, answer: Answer, place: str) -> html.Section:
    """Age groups of services in the chosen year: now, base, scenario, and the difference with its band."""
    language, result = context.language, answer.result
    title_id = f"desk-groups-{place}"
    rows: list[list[Cell]] = []
    for position, group in enumerate(result.groups):
        if group.scheme not in (SERVICE, TOTAL):
            continue
        now = answer.base_counts[group.age_from : group.age_to + 1].sum()
        name = (
            context.text("desk.groups.all")
            if group.scheme == TOTAL
            else age_group(group.age_from, group.age_to, language)
        )
        rows.append([name, number(float(now), language), *_cells(context, answer, answer.position, position)])
    heads = [
        context.text("desk.groups.group"),
        context.text("desk.groups.now", year=result.base_year),
        *_heads(context, answer),
    ]
    return html.Section(
        [
            html.H2(context.text("desk.groups.title", year=answer.year), id=title_id),
            html.P(context.text("desk.groups.subtitle"), className="quiet subtitle"),
            data_table(context.text("desk.groups.caption", year=answer.year), heads, rows),
        ],
        className="chart-card",
        **{"aria-labelledby": title_id},
    )


def _heads(context: RequestContext, answer: Answer) -> list[str]:
    return [context.text("desk.trend.base"), answer.asked.entry.name, context.text("desk.table.difference")]


def _cells(context: RequestContext, answer: Answer, year: int, group: int) -> list[str]:
    """Base, scenario and difference with their bands."""
    language, result = context.language, answer.result
    cells = [_with_band(context, bands, year, group) for bands in (result.base.bands, result.scenario.bands)]
    low, middle, high = (
        float(getattr(result.difference, name)[year, group]) for name in ("p10", "p50", "p90")
    )
    if round(low) == 0 and round(high) == 0:
        return [*cells, context.text("desk.table.no_difference")]
    ends = context.text("desk.to", low=signed(estimate(low), language), high=signed(estimate(high), language))
    return [*cells, f"{signed(estimate(middle), language)} ({ends})"]


def _with_band(context: RequestContext, bands: Bands, year: int, group: int) -> str:
    language = context.language
    low, middle, high = (estimate(float(getattr(bands, name)[year, group])) for name in ("p10", "p50", "p90"))
    return f"{number(middle, language)} ({interval(low, high, language)})"


def _sensitivity(context: RequestContext, answer: Answer) -> list[str]:
    """The difference at other values of what nobody knows."""
    varied = answer.asked.entry.sensitivity
    if varied is None:
        return []
    slider = next(item for item in answer.asked.entry.sliders if item.name == varied.parameter)
    language = context.language
    told = "; ".join(
        context.text(
            "desk.sensitivity.item",
            value=value_words(context, slider, value),
            difference=signed(estimate(difference), language),
        )
        for value, difference in answer.sensitivity
    )
    return [context.text("desk.sensitivity.all", label=slider.label, year=answer.year, told=told)]


def _assumptions(
    context: RequestContext, answer: Answer, address: dict[str, str], place: str
) -> html.Section:
    """What was supposed, where the bounds come from, and the address that brings the same view again."""
    entry, title_id = answer.asked.entry, f"desk-assumptions-{place}"
    rows = []
    for slider in entry.sliders:
        value = answer.asked.values[slider.name]
        options = dict(slider.options)
        said = options[str(value)] if options else value_words(context, slider, float(value))
        rows.append(html.Div([html.Dt(slider.label), html.Dd(said)]))
    sources = [html.Li(f"{slider.label}: {slider.source}") for slider in entry.sliders]
    return html.Section(
        [
            html.H2(context.text("desk.assumptions.title"), id=title_id),
            html.P(entry.rationale),
            html.Dl(rows, className="about") if rows else None,
            html.Details(
                [
                    html.Summary(context.text("desk.assumptions.sources")),
                    html.Ul(sources, className="told"),
                ],
                className="behind",
            )
            if sources
            else None,
            html.P(context.text("desk.assumptions.how"), className="quiet small"),
            html.P(
                html.A(
                    context.text("desk.link"),
                    href=context.link(DESK_PATH, **address),
                    className="forward desk-link",
                )
            ),
            html.P(
                context.text(
                    "desk.assumptions.made_by",
                    author=entry.author,
                    code=answer.result.scenario_hash,
                    snapshot=context.snapshot.snapshot_id,
                ),
                className="quiet small",
            ),
        ],
        className="chart-card",
        **{"aria-labelledby": title_id},
    )
