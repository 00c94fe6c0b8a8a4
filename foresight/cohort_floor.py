"""How far chance alone moves the people of each age, from the events that a projection expects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foresight.chance import Flows
from foresight.cohorts import Array
from foresight.noise_floor import chance_variance


def chance_by_age(flows: Sequence[Flows], base: Array) -> Array:
    """Variance of the people of each age by chance, `[year, area, age]`, both sexes.

    Events are followed along cohorts: whoever is a in year h was a − 1 the year before, so the variance
    holds all that happened to those people since `base[area, sex, age]` (or since their birth).
    """
    at_risk = base.sum(axis=1)
    born, died, came, left = (np.zeros_like(at_risk) for _ in range(4))
    years = []
    for flow in flows:
        at_risk, born, died, came, left = (_older(values) for values in (at_risk, born, died, came, left))
        born[:, 0] = at_risk[:, 0] = flow.births.sum(axis=1)
        died += flow.deaths.sum(axis=1)
        came += (flow.moved_in + flow.immigration).sum(axis=1)
        left += (flow.moved_out + flow.emigration).sum(axis=1)
        exposed = at_risk + came
        years.append(
            chance_variance(
                births=born,
                deaths=np.minimum(died, exposed),
                arrivals=came,
                departures=np.minimum(left, exposed),
                at_risk=exposed,
            )
        )
    return np.stack(years)


def _older(by_age: Array) -> Array:
    """Everybody one year older, the oldest two ages joined, nobody aged 0.

    >>> _older(np.array([[1.0, 2.0, 3.0]])).tolist()
    [[0.0, 1.0, 5.0]]
    """
    older = np.zeros_like(by_age)
    older[:, 1:] = by_age[:, :-1]
    older[:, -1] += by_age[:, -1]
    return older
