"""Municipalities that resemble another: near in population and in age structure.

The distance is the length of (log2 of the population ratio, difference of the share under 15 / 5 points,
difference of the share over 64 / 5 points). It is told to the reader with the figures themselves, so that
"similar" is never a verdict.
"""

from __future__ import annotations

from math import hypot, log2

from dashboards.data.records import Municipality, SimilarMunicipality

POINTS_PER_UNIT = 5.0
"""Percentage points of an age share that weigh as much as a doubling of population."""

AgeShares = dict[str, tuple[float | None, float | None]]


def nearest_municipalities(
    code: str, municipalities: dict[str, Municipality], age_shares: AgeShares, limit: int
) -> list[SimilarMunicipality]:
    """The `limit` nearest municipalities, nearest first; the own size class before all others.

    Empty when the municipality itself has no population figure.
    """
    own = municipalities[code]
    if not own.population_count:
        return []
    candidates = [
        _compared(own, other, age_shares)
        for other in municipalities.values()
        if other.municipality_code != code and other.population_count
    ]
    same_class = [item for item in candidates if item.municipality.size_class == own.size_class]
    pool = same_class if len(same_class) >= limit else candidates
    return sorted(pool, key=lambda item: (item.distance, item.municipality.municipality_code))[:limit]


def _compared(own: Municipality, other: Municipality, age_shares: AgeShares) -> SimilarMunicipality:
    young, old = age_shares.get(other.municipality_code, (None, None))
    own_young, own_old = age_shares.get(own.municipality_code, (None, None))
    own_count, other_count = own.population_count or 0.0, other.population_count or 0.0
    distance = hypot(log2(other_count / own_count), _points(own_young, young), _points(own_old, old))
    return SimilarMunicipality(other, other_count, young, old, distance)


def _points(own: float | None, other: float | None) -> float:
    return 0.0 if own is None or other is None else (other - own) / POINTS_PER_UNIT
