"""Several KPIs × several municipalities: what the address asks for, and one figure for every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dashboards.components.comparison import SMALLEST_RANKED, Comparison, Figures, Place
from dashboards.components.comparison_chooser import GROUP_PARAMETER
from dashboards.components.comparison_groups import Group, chosen_group, comparison_groups
from dashboards.context import RequestContext
from dashboards.data.records import Kpi
from dashboards.strategy import strategic_set

KPIS_PARAMETER = "mittarit"
ADD_KPI_PARAMETER = "lisaa_mittari"
MUNICIPALITIES_PARAMETER = "kunnat"
ADD_MUNICIPALITY_PARAMETER = "lisaa_kunta"
ONLY_CHOSEN = "valitut"
"""Key of the group that holds only the municipalities of the address."""
MOST_KPIS = 10
DEFAULT_KPIS = 6
MOST_ADDED = 30
HALF_WIDTHS = 1.5
"""How many half-widths of its own interval a figure must lie from the median to be marked. The intervals
are 95 % ones; of a table's dozens of figures one in twenty would pass a single half-width by chance."""
_COUNTS = frozenset({"persons", "count"})

Mark = Literal["better", "worse", "larger", "smaller"]


@dataclass(frozen=True)
class Choice:
    """What is put side by side: KPIs in the address's order, a group with the added municipalities in it."""

    kpis: tuple[Kpi, ...]
    group: Group
    groups: tuple[Group, ...]
    added: tuple[str, ...]
    """Codes of the municipalities that the address adds to the group."""
    unknown: tuple[str, ...]
    """What the address asked for that is not there, as written."""

    @property
    def kpi_ids(self) -> tuple[str, ...]:
        return tuple(kpi.kpi_id for kpi in self.kpis)


def side_by_side(context: RequestContext) -> Choice:
    """The choice of the address, or the defaults; codes and ids that are not known are left out and told."""
    known_kpis = {kpi.kpi_id: kpi for kpi in context.snapshot.kpis()}
    known_codes = {item.municipality_code for item in context.snapshot.municipalities()}
    asked_kpis = _listed(context, KPIS_PARAMETER)
    kpi_ids = [kpi_id for kpi_id in asked_kpis if kpi_id in known_kpis] or _default_kpis(context)
    asked_kpis += _listed(context, ADD_KPI_PARAMETER)
    kpi_ids += [item for item in _listed(context, ADD_KPI_PARAMETER) if item in known_kpis]
    asked_codes = _listed(context, MUNICIPALITIES_PARAMETER) + _listed(context, ADD_MUNICIPALITY_PARAMETER)
    added = [code for code in asked_codes if code in known_codes and code != context.municipality_code]
    groups = [group for group in comparison_groups(context) if group.kind != "country"]
    groups.append(_only_chosen(context))
    key = context.params.get(GROUP_PARAMETER)
    group = chosen_group(groups, key)
    unknown = [item for item in asked_kpis if item not in known_kpis]
    unknown += [code for code in asked_codes if code not in known_codes]
    unknown += [key] if key and key != group.key else []
    added_once = tuple(dict.fromkeys(added))[:MOST_ADDED]
    return Choice(
        tuple(known_kpis[kpi_id] for kpi_id in dict.fromkeys(kpi_ids))[:MOST_KPIS],
        replace(group, members=group.members | set(added_once)),
        tuple(groups),
        added_once,
        tuple(dict.fromkeys(unknown)),
    )


def comparisons(context: RequestContext, choice: Choice) -> list[Comparison]:
    """One comparison per KPI in the own municipality's newest period; KPIs without any value are left out."""
    latest = context.snapshot.kpi_latest(context.municipality_code)
    found = []
    for kpi in choice.kpis:
        period = latest[kpi.kpi_id].period if kpi.kpi_id in latest else None
        period = period or next(iter(context.snapshot.kpi_periods(kpi.kpi_id)), None)
        if period is not None:
            found.append(Figures(context, kpi, period).among(choice.group))
    return found


def mark_of(comparison: Comparison, place: Place) -> Mark | None:
    """How the figure differs from the group's median, or None.

    None where chance could explain the difference, where chance cannot be told because the figure has no
    interval, where only the municipality's size is counted, and where there are too few to compare.
    """
    middle, kpi = comparison.median, comparison.kpi
    if middle is None or comparison.n < SMALLEST_RANKED or kpi.unit in _COUNTS:
        return None
    if place.value is None or place.lower is None or place.upper is None:
        return None
    above = place.value > middle
    near = place.value - place.lower if above else place.upper - place.value
    if abs(place.value - middle) <= HALF_WIDTHS * near:
        return None
    if kpi.direction in ("higher", "lower"):
        return "better" if above == (kpi.direction == "higher") else "worse"
    return "larger" if above else "smaller"


def members_in_order(context: RequestContext, codes: Sequence[str] | frozenset[str]) -> list[str]:
    """The own municipality first, then the others by name."""
    own = context.municipality_code
    names = {code: context.snapshot.municipality(code).name(context.language) for code in codes}
    return [own, *sorted((code for code in codes if code != own), key=lambda code: names[code])]


def _listed(context: RequestContext, parameter: str) -> list[str]:
    return [item.strip() for item in context.params.get(parameter, "").split(",") if item.strip()]


def _default_kpis(context: RequestContext) -> list[str]:
    """The first of the strategic set that compare unlike sizes and have a value here."""
    latest = context.snapshot.kpi_latest(context.municipality_code)
    known = {kpi.kpi_id: kpi for kpi in context.snapshot.kpis()}
    order = dict.fromkeys([*strategic_set().kpis, *known])
    with_value = [kpi_id for kpi_id in order if kpi_id in known and kpi_id in latest]
    rates = [kpi_id for kpi_id in with_value if known[kpi_id].unit not in _COUNTS]
    return (rates or with_value)[:DEFAULT_KPIS]


def _only_chosen(context: RequestContext) -> Group:
    own = frozenset({context.municipality_code})
    return Group(
        ONLY_CHOSEN,
        "chosen",
        context.text("side.group.chosen"),
        own,
        None,
        context.text("side.reason.chosen"),
    )
