"""The figures of service need as the page shows them: by measure and year, with how many are born already."""

from __future__ import annotations

from dataclasses import dataclass

from contract.narrative import GroupOutlook
from dashboards.components.tested_horizons import SERVICE, Tested
from dashboards.context import RequestContext
from dashboards.data.backtest import MUNICIPALITIES
from foresight.need_paths import DAY_CARE_CHILDREN
from foresight.service_need import NEED_GROUPS, PRE_PRIMARY_AGE

__all__ = [
    "AGES",
    "DAY_CARE_CHILDREN",
    "LEAD",
    "SHOWN",
    "UNBORN_ABLE",
    "Figures",
    "need_figures",
    "tested_years",
]

SHOWN = (
    "day_care_age",
    DAY_CARE_CHILDREN,
    "pre_primary",
    "grade_1",
    "pupils_1_6",
    "pupils_7_9",
    "pupils_1_9",
    "youth_16_18",
    "people_75_plus",
    "people_85_plus",
)
"""Measures of the page, in the order of age."""
UNBORN_ABLE = SHOWN[:7]
"""Measures some of whose people are not born yet within ten years: of these it is said how many are."""
LEAD = ("day_care_age", "grade_1", "pupils_1_9", "people_75_plus")
"""Of which the finding is said."""
AGES = {group.label: (group.age_from, group.age_to) for group in NEED_GROUPS}
"""First and last age of every measure that is an age group."""


@dataclass(frozen=True)
class Figures:
    """By measure and projected year: the outlook, and the share of the expected number who are born."""

    base_year: int
    last_year: int
    outlooks: dict[str, dict[int, GroupOutlook]]
    born: dict[str, dict[int, float]]


def need_figures(context: RequestContext) -> Figures | None:
    """What the snapshot holds of the municipality's service need; None without any."""
    rows = context.snapshot.service_need(context.municipality_code)
    if not rows:
        return None
    outlooks: dict[str, dict[int, GroupOutlook]] = {}
    born: dict[str, dict[int, float]] = {}
    for row in rows:
        age_from, age_to = AGES.get(row.measure, (0, PRE_PRIMARY_AGE))
        outlooks.setdefault(row.measure, {})[row.projection_year] = GroupOutlook(
            age_from=age_from,
            age_to=age_to,
            base_year=row.base_year,
            year=row.projection_year,
            now=row.base_value,
            low=row.p10,
            middle=row.p50,
            high=row.p90,
        )
        born.setdefault(row.measure, {})[row.projection_year] = row.born_share
    return Figures(rows[0].base_year, max(row.projection_year for row in rows), outlooks, born)


def tested_years(context: RequestContext, found: Tested | None) -> int:
    """How many years ahead age groups have been tested in municipalities of this size; 0 where not at all."""
    if found is None:
        return 0
    return context.snapshot.backtest.longest(MUNICIPALITIES, SERVICE, found.size_class)
