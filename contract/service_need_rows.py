"""A base projection as the columns of the service need tables: bands by measure, limits, probabilities.

Bands of measures that are age groups are the projection's own; those of children in day care and the
probabilities come from the same draws (foresight/need_paths.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.engine_adapter import BANDS, REST
from contract.messages import MESSAGE_LANGUAGES
from contract.service_need_files import Participation, ServiceNeedFile
from foresight.cohorts import Array
from foresight.need_paths import MEASURES, NeedPaths, base_counts, weights_of
from foresight.project import Projection
from foresight.service_need import NEED_GROUPS, born_share
from foresight.summary import Bands

SHARE_DECIMALS = 4
_PER_BASE_DECIMALS = 2

Columns = Mapping[str, NDArray[Any]]


def need_rows(projection: Projection, paths: NeedPaths, base: Array, rates: Sequence[float]) -> Columns:
    """Columns of `service_need`: municipalities × years × measures; the residual area is left out.

    `base[area, age]` is the population of the base year, `rates` participation in day care at ages 0–6.
    """
    kept = [i for i, area in enumerate(projection.areas) if area != REST]
    bands = _joined(projection, projection.by_group, paths.day_care)
    members = np.eye(len(projection.areas))
    return _rows(projection, "municipality_code", projection.areas, bands, members, base, rates, kept)


def need_area_rows(projection: Projection, paths: NeedPaths, base: Array, rates: Sequence[float]) -> Columns:
    """Columns of `service_need_area`: the same of areas of several municipalities, summed within draws."""
    members = np.zeros((len(projection.aggregates), len(projection.areas)))
    for row, union in enumerate(paths.unions):
        members[row, union] = 1.0
    bands = _joined(projection, projection.by_aggregate, paths.day_care_of_unions)
    everything = range(len(projection.aggregates))
    return _rows(projection, "area_code", projection.aggregates, bands, members, base, rates, everything)


def event_rows(projection: Projection, paths: NeedPaths) -> Columns:
    """Columns of `service_need_event`: municipalities × years × thresholds that make sense there.

    A threshold that is a share of the base year's figure makes none where that was zero.
    """
    kept = np.array([area != REST for area in projection.areas])
    parts = []
    for event in paths.events:
        where = np.flatnonzero(kept & np.isfinite(event.limits))
        year, place = (grid.ravel() for grid in np.indices((len(projection.years), len(where))))
        area = where[place]
        parts.append(
            {
                "municipality_code": np.array(projection.areas)[area],
                "scenario_id": np.full(len(area), projection.scenario.id),
                "base_year": np.full(len(area), projection.base_year),
                "projection_year": np.array(projection.years)[year],
                "event_id": np.full(len(area), event.rule.id),
                "base_value": event.base[area].round(_PER_BASE_DECIMALS),
                "limit_value": event.limits[area].round(_PER_BASE_DECIMALS),
                "probability": event.now[year, area].round(SHARE_DECIMALS),
                "probability_by_then": event.by_then[year, area].round(SHARE_DECIMALS),
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def threshold_rows(file: ServiceNeedFile) -> Columns:
    """Columns of `service_need_threshold`: every limit, what it is a limit of, and why."""
    told = file.thresholds
    return {
        "event_id": np.array([one.id for one in told]),
        "sort_order": np.arange(1, len(told) + 1),
        "measure": np.array([one.measure for one in told]),
        "side": np.array([one.side for one in told]),
        "limit_value": np.array([np.nan if one.limit is None else one.limit for one in told]),
        "base_factor": np.array([np.nan if one.factor is None else one.factor for one in told]),
        "basis": np.array([one.basis for one in told]),
        "date": np.full(len(told), file.date.isoformat()),
        **{
            f"rationale_{code}": np.array([one.rationale.of(code) for one in told])
            for code in MESSAGE_LANGUAGES
        },
    }


def participation_rows(used: Participation) -> Columns:
    """Columns of `service_need_rate`: the rates behind children in day care, by age, and their source."""
    rows = len(used.rates)
    return {
        "age_from": np.array([rate.ages[0] for rate in used.rates]),
        "age_to": np.array([rate.ages[1] for rate in used.rates]),
        "participation_rate": np.array([rate.share for rate in used.rates]),
        "reference_year": np.full(rows, used.year),
        "published_year": np.full(rows, used.published),
        "basis": np.full(rows, used.basis),
        **{f"source_{code}": np.full(rows, used.source.of(code)) for code in MESSAGE_LANGUAGES},
        "url": np.full(rows, used.url),
        "read_at": np.full(rows, used.read.isoformat()),
    }


def _joined(projection: Projection, groups: Bands, day_care: Bands) -> dict[str, Array]:
    """By band, `[year, area, measure]` in the order of `MEASURES`."""
    place = [projection.groups.index(group) for group in NEED_GROUPS]
    return {
        name: np.concatenate([getattr(groups, name)[:, :, place], getattr(day_care, name)[..., None]], axis=2)
        for name in BANDS
    }


def _rows(
    projection: Projection,
    key: str,
    codes: Sequence[str],
    bands: Mapping[str, Array],
    members: Array,
    base: Array,
    rates: Sequence[float],
    kept: Sequence[int],
) -> Columns:
    years, first = projection.years, projection.years[0]
    now = base_counts(members @ base, rates)[kept]
    means = np.einsum("ui,yia->yua", members, projection.by_age.mean.sum(axis=2))[:, kept]
    born = np.stack(
        [born_share(means, weights_of(one, rates), projection.base_year, first) for one in MEASURES], axis=2
    )
    shape = (len(years), len(kept), len(MEASURES))
    year, area, measure = (grid.ravel() for grid in np.indices(shape))
    return {
        key: np.array(codes)[list(kept)][area],
        "scenario_id": np.full(len(year), projection.scenario.id),
        "base_year": np.full(len(year), projection.base_year),
        "projection_year": np.array(years)[year],
        "measure": np.array(MEASURES)[measure],
        "base_value": np.broadcast_to(now, shape).ravel().round(_PER_BASE_DECIMALS),
        **{name: bands[name][:, kept].ravel() for name in BANDS},
        "born_share": born.ravel().round(SHARE_DECIMALS),
    }
