"""Infant mortality of Finland as published, by the last year behind each figure: deaths under one per 1 000.

1987–2016: Statistics Finland, Causes of death 2012 appendix table 3 and 2016 appendix table 4
(stat.fi/til/ksyyt). 2017–2020: the same publisher's findikaattori.fi/fi/45 and Deaths 2019. Before: boys'
risk of death at age 0 in 1966–70, 1971–75, 1976–80 and 1981–85 (Statistical Yearbook of Finland 1998, table
74), turned into both sexes with `BOYS`; each stands at the last year of its period.
"""

from __future__ import annotations

BOYS, GIRLS = 1.085, 0.910
"""Risk of each sex against both together, assumed alike in all years (2019: 2.3 and 1.9 against 2.1)."""

_BOYS_RISK = {1970: 16.0, 1975: 12.8, 1980: 9.2, 1985: 6.9}

_BOTH = (
    (1987, (6.2, 6.1, 6.1, 5.6, 5.9, 5.2, 4.4, 4.6, 4.0, 3.9, 3.9, 4.1, 3.7)),
    (2000, (3.6, 3.2, 3.0, 3.2, 3.3, 3.1, 2.7, 2.7, 2.7, 2.6)),
    (2010, (2.3, 2.4, 2.4, 1.7, 2.2, 1.7, 2.0, 2.0, 2.1, 2.1)),
    (2020, (1.8,)),
)

PUBLISHED: dict[int, float] = {
    **{year: risk / BOYS for year, risk in _BOYS_RISK.items()},
    **{first + k: rate for first, rates in _BOTH for k, rate in enumerate(rates)},
}
"""Both sexes, per 1 000 live births, by year."""
