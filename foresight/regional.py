"""How regions depart from the country at ages when few move: dated values, for areas with few age tables.

A single age table does not tell who retires where, or how long they live there; a region's past does. The
departure of its yearly cohort ratios from the country's, by sex and band of ages, stands for its areas'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, OLDEST_AGE, SEXES, Array, InputError

FEWEST_TABLES = 3
"""Areas with as many age tables speak for themselves (foresight/hamilton_perry.py)."""


@dataclass(frozen=True)
class RegionalRatios:
    """`departure[region][sex]` holds one log departure for each band of ages reached, a year.

    `bands` are the first ages of the bands and the end; other ages have none. Raises: InputError naming
    what cannot be.
    """

    bands: tuple[int, ...]
    departure: Mapping[str, tuple[tuple[float, ...], ...]]

    def __post_init__(self) -> None:
        ascending = list(self.bands) == sorted(set(self.bands)) and len(self.bands) > 1
        if not ascending or self.bands[0] < 1 or self.bands[-1] > OLDEST_AGE + 1:
            raise InputError(
                f"regions: ages {list(self.bands)}; expected first ages of bands and the end, "
                f"ascending, from 1 to {OLDEST_AGE + 1}"
            )
        for region, by_sex in self.departure.items():
            expected = (len(SEXES), len(self.bands) - 1)
            if tuple(map(len, by_sex)) != (expected[1],) * expected[0] or not np.isfinite(by_sex).all():
                raise InputError(
                    f"regions: {region} needs {expected[1]} numbers for each of {', '.join(SEXES)}"
                )
        codes = sorted(normal_code(region) for region in self.departure)
        if len(set(codes)) < len(codes):
            raise InputError(f"regions: a code stands twice among {sorted(self.departure)}")

    def of(self, areas: Sequence[str], parents: Mapping[str, str] | None) -> Array | None:
        """Log departure of each area's cohort ratios by its parent, `[area, sex, age reached]`, or None.

        Areas without a known parent have 0, and without any known one there is nothing to say. A parent whose
        code is a number but none of these regions' tells that the codes are another country's: then all
        are unknown.
        """
        codes = [normal_code((parents or {}).get(area, "")) for area in areas]
        known = {normal_code(region): self._by_age(by_sex) for region, by_sex in self.departure.items()}
        foreign = any(code.isdigit() and code not in known for code in codes)
        if foreign or not any(code in known for code in codes):
            return None
        nothing = np.zeros((len(SEXES), AGES))
        return np.stack([known.get(code, nothing) for code in codes])

    def _by_age(self, by_sex: tuple[tuple[float, ...], ...]) -> Array:
        values = np.zeros((len(SEXES), AGES))
        values[:, self.bands[0] : self.bands[-1]] = np.repeat(by_sex, np.diff(self.bands), axis=1)
        return values


def normal_code(code: str) -> str:
    """A region's code without the issuer's prefix and leading zeros.

    >>> [normal_code(code) for code in ("MK01", "01", "1", " mk21 ", "Lappi")]
    ['1', '1', '1', '21', 'LAPPI']
    """
    plain = code.strip().upper()
    return plain.removeprefix("MK").lstrip("0")
