"""Two KPIs of every municipality against each other, and how far their orders agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from dash import html

from contract.locale_formats import number, period
from dashboards.components.chart_card import chart_card
from dashboards.components.comparison import Comparison, value_text
from dashboards.components.data_table import data_table
from dashboards.components.side_by_side import Choice, members_in_order
from dashboards.components.side_matrix import parameters
from dashboards.context import RequestContext
from dashboards.data.records import Kpi
from dashboards.downloads import csv_address
from dashboards.figures.pairs import Pair, PairTexts, pair_figure
from dashboards.theme import LIGHT

FEWEST_FOR_RANKS = 10
"""Municipalities that a rank correlation needs before it is told."""
_NORMAL_95 = 1.96


@dataclass(frozen=True)
class RankAgreement:
    """Spearman's rank correlation with its 95 % interval (Bonett and Wright 2000)."""

    rho: float
    lower: float
    upper: float
    n: int

    @property
    def beyond_chance(self) -> bool:
        return self.lower > 0 or self.upper < 0


def rank_agreement(pairs: Sequence[tuple[float, float]]) -> RankAgreement | None:
    """How far two orders agree; None with too few pairs or where one value is everyone's."""
    if len(pairs) < FEWEST_FOR_RANKS:
        return None
    first, second = (_ranks([pair[side] for pair in pairs]) for side in (0, 1))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    rho = float(np.corrcoef(first, second)[0, 1])
    bounded = max(-0.999999, min(0.999999, rho))
    half = _NORMAL_95 * sqrt((1 + bounded**2 / 2) / (len(pairs) - 3))
    return RankAgreement(rho, tanh(atanh(bounded) - half), tanh(atanh(bounded) + half), len(pairs))


def _ranks(values: Sequence[float]) -> np.ndarray:
    """Ranks from 1; equal values share the mean of their places."""
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def pair_section(context: RequestContext, choice: Choice, across: Comparison, up: Comparison) -> html.Section:
    """The scatter of the group's municipalities; `across` on the horizontal axis."""
    pairs = _pairs(context, choice, across, up)
    agreement = rank_agreement([(pair.x, pair.y) for pair in pairs])
    names = (across.kpi.name(context.language), up.kpi.name(context.language))
    texts = PairTexts(
        empty=context.text("side.pair.empty"),
        x_name=_axis(context, across),
        y_name=_axis(context, up),
        x_value=lambda value: value_text(across.kpi, value, context.language),
        y_value=lambda value: value_text(up.kpi, value, context.language),
    )
    rows = [
        [
            pair.name,
            value_text(across.kpi, pair.x, context.language),
            value_text(up.kpi, pair.y, context.language),
        ]
        for pair in pairs
    ]
    heads = [context.text("side.municipality"), _axis(context, across), _axis(context, up)]
    return chart_card(
        context,
        "side-pair",
        title=_finding(context, names, agreement),
        subtitle=context.text("side.pair.drawn", x=names[0], y=names[1], n=len(pairs)),
        figure=pair_figure(pairs, texts, LIGHT),
        table=data_table(context.text("side.pair.caption", x=names[0], y=names[1]), heads, rows),
        csv=[("", csv_address(context, "side_by_side", **parameters(choice)))],
        sources=dict.fromkeys([*across.kpi.sources, *up.kpi.sources]),
        notes=[context.text("side.pair.note")],
    )


def _pairs(context: RequestContext, choice: Choice, across: Comparison, up: Comparison) -> list[Pair]:
    x = {place.code: place.value for place in across.places}
    y = {place.code: place.value for place in up.places}
    found = []
    for code in members_in_order(context, choice.group.members):
        left, right = x[code], y[code]
        if left is not None and right is not None:
            name = context.snapshot.municipality(code).name(context.language)
            found.append(Pair(name, left, right, code == context.municipality_code))
    return found


def _finding(context: RequestContext, names: tuple[str, str], agreement: RankAgreement | None) -> str:
    if agreement is None:
        return context.text("side.pair.title.few", x=names[0], y=names[1])
    kind = "none" if not agreement.beyond_chance else "same" if agreement.rho > 0 else "opposite"
    numbers = {
        "rho": number(agreement.rho, context.language, 2),
        "low": number(agreement.lower, context.language, 2),
        "high": number(agreement.upper, context.language, 2),
    }
    return context.text(f"side.pair.title.{kind}", x=names[0], y=names[1], **numbers)


def _axis(context: RequestContext, one: Comparison) -> str:
    kpi: Kpi = one.kpi
    parts = (
        kpi.name(context.language),
        kpi.unit_name(context.language),
        period(one.period, context.language),
    )
    return ", ".join(filter(None, parts))
