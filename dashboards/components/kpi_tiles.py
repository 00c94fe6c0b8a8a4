"""The tile map: one equal tile per municipality, by region, in five classes of one hue."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles

from dash import html

from contract.locale_formats import number, period
from dashboards.components.comparison import Comparison, Place, value_text
from dashboards.components.comparison_dots import TABLE_ID, interval_text, status_text
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.data.records import Kpi

CLASSES = 5
FEWEST_VALUES = 15
"""Values that it takes to tell five classes apart."""
TITLE_ID = "kpi-map"
SHORT_NAME = 4
"""Letters of a name that fit a tile."""
UNSURE, MISSING, NOT_FETCHED = "unsure", "missing", "not_fetched"
PLACES = {
    "MK19": (4, 1),
    "MK17": (3, 2), "MK18": (4, 2),
    "MK15": (1, 3), "MK16": (2, 3), "MK11": (3, 3), "MK12": (4, 3),
    "MK14": (1, 4), "MK13": (2, 4), "MK10": (3, 4), "MK09": (4, 4),
    "MK04": (1, 5), "MK06": (2, 5), "MK07": (3, 5), "MK08": (4, 5),
    "MK02": (1, 6), "MK05": (2, 6), "MK01": (3, 6),
    "MK21": (1, 7),
}  # fmt: skip
"""Column and row of each region, about as they lie in the country; one unknown here comes below them."""


def class_bounds(values: Sequence[float]) -> list[float]:
    """The values above which the next class begins, lowest first; empty where there are too few values.

    Equal shares of the municipalities; where many share a value, there are fewer classes than five.
    """
    if len(values) < FEWEST_VALUES:
        return []
    top = max(values)
    return sorted({bound for bound in quantiles(values, n=CLASSES, method="inclusive") if bound < top})


def class_of(value: float, bounds: Sequence[float]) -> int:
    """The value's class from 0; a value on a bound belongs to the class under it."""
    return sum(1 for bound in bounds if value > bound)


def tile_kind(place: Place, bounds: Sequence[float]) -> str:
    """The class; `unsure` when chance alone could change it; `missing` or `not_fetched` without a value."""
    if place.value is None:
        return MISSING if place.loaded else NOT_FETCHED
    ends = [end for end in (place.lower, place.upper) if end is not None]
    if len({class_of(end, bounds) for end in (place.value, *ends)}) > 1:
        return UNSURE
    return str(class_of(place.value, bounds))


def tiles_section(context: RequestContext, country: Comparison) -> html.Section | None:
    """The map of all municipalities; None where there are too few values for classes."""
    bounds = class_bounds(country.values)
    if not bounds:
        return None
    kinds = {place.code: tile_kind(place, bounds) for place in country.places}
    return html.Section(
        [
            html.H2(context.text("kpi.map.title"), id=TITLE_ID),
            html.P(
                context.text(
                    "kpi.map.drawn",
                    kpi=country.kpi.name(context.language),
                    period=period(country.period, context.language),
                ),
                className="quiet subtitle",
            ),
            _legend(context, country, bounds, kinds),
            html.Div(_regions(context, country, kinds), className="tile-map"),
            html.P(
                html.A(context.text("compare.dots.below"), href=f"#{TABLE_ID}", className="forward"),
                className="downloads",
            ),
            source_line(context, country.kpi.sources),
        ],
        className="chart-card",
        **{"aria-labelledby": TITLE_ID},
    )


def _legend(
    context: RequestContext, country: Comparison, bounds: Sequence[float], kinds: dict[str, str]
) -> html.Ul:
    """Each class with its range and how many are in it; then the unsure and the missing where there are."""
    labels = [*(str(step) for step in range(len(bounds) + 1)), UNSURE, MISSING, NOT_FETCHED]
    counts = {kind: list(kinds.values()).count(kind) for kind in labels}
    items = [
        html.Li(
            [
                html.Span(className=f"tile {_style(kind, len(bounds))}", **{"aria-hidden": "true"}),
                html.Span(
                    f"{_label(context, country, bounds, kind)} ({number(counts[kind], context.language)})"
                ),
            ]
        )
        for kind in labels
        if counts[kind] or kind.isdigit()
    ]
    return html.Ul(items, className="tile-legend")


def _label(context: RequestContext, country: Comparison, bounds: Sequence[float], kind: str) -> str:
    if not kind.isdigit():
        return context.text(f"kpi.map.{kind}")
    inside = [value for value in country.values if class_of(value, bounds) == int(kind)]
    return interval_text(context, country.kpi, min(inside), max(inside))


def _style(kind: str, steps: int) -> str:
    """The last class is always the darkest, also where there are fewer than five."""
    return f"step-{int(kind) + CLASSES - 1 - steps}" if kind.isdigit() else kind


def _regions(context: RequestContext, country: Comparison, kinds: dict[str, str]) -> list[html.Section]:
    steps = max((int(kind) for kind in kinds.values() if kind.isdigit()), default=0)
    steps = max(steps, len(class_bounds(country.values)))
    by_region: dict[str, list[Place]] = {}
    for place in sorted(country.places, key=lambda item: item.name):
        region = context.snapshot.municipality(place.code).region_code
        by_region.setdefault(region, []).append(place)
    in_order = sorted(by_region, key=lambda code: (PLACES.get(code, (1, 99))[::-1], code))
    return [
        html.Section(
            [
                html.H3(context.snapshot.municipality(by_region[code][0].code).region_name(context.language)),
                html.Ul(
                    [
                        _tile(context, country, place, _style(kinds[place.code], steps))
                        for place in by_region[code]
                    ]
                ),
            ],
            className=f"region-{code}",
            style=_position(code),
        )
        for code in in_order
    ]


def _position(code: str) -> dict[str, str]:
    """Read by the stylesheet where the page is wide enough for four columns."""
    column, row = PLACES.get(code, (1, 8))
    return {"--column": str(column), "--row": str(row)}


def _tile(context: RequestContext, country: Comparison, place: Place, style: str) -> html.Li:
    said = f"{place.name}: {_told(context, country.kpi, place)}"
    own = " own-tile" if place.code == country.own.code else ""
    short = html.Span(place.name[:SHORT_NAME], **{"aria-hidden": "true"})
    return html.Li([short, html.Span(said, className="hidden")], className=f"tile {style}{own}", title=said)


def _told(context: RequestContext, kpi: Kpi, place: Place) -> str:
    if not place.loaded:
        return context.text(f"kpi.map.{NOT_FETCHED}")
    if place.value is None:
        return status_text(context, place.status)
    return value_text(kpi, place.value, context.language)
