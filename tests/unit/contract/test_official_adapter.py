"""Which official projection joins the ensemble."""

from __future__ import annotations

from typing import Any

import numpy as np

from contract.official_adapter import official_vintage
from foresight.cohorts import AGES


def _columns(vintage: int, years: list[int], areas: list[str], ages: int = AGES) -> dict[str, Any]:
    rows = [(y, a, g) for y in years for a in areas for g in range(ages)]
    return {
        "vintage": np.full(len(rows), vintage),
        "published_at": np.full(len(rows), f"{vintage}-09-30"),
        "municipality_code": np.array([a for _, a, _ in rows], dtype=object),
        "projection_year": np.array([y for y, _, _ in rows]),
        "age": np.array([g for _, _, g in rows]),
        "population_count": np.array([100.0 * (y - 2000) + g for y, _, g in rows]),
    }


def _joined(*parts: dict[str, Any]) -> dict[str, Any]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def test_the_newest_vintage_with_the_next_year_and_every_age_joins() -> None:
    columns = _joined(
        _columns(2019, [2019, 2020, 2021, 2022], ["305", "rest"]),
        _columns(2024, [2024, 2035, 2040], ["305", "rest"], ages=100),
    )
    found = official_vintage(columns, ("305", "rest"), 2020)
    assert found is not None
    assert (found.name, found.published_at, found.years) == ("2019", "2019-09-30", (2019, 2020, 2021, 2022))
    assert found.population[2, 0, 40] == 2140.0


def test_a_vintage_without_the_oldest_is_passed_over_even_when_it_has_the_year() -> None:
    columns = _columns(2024, [2024, 2025], ["305"], ages=100)
    assert official_vintage(columns, ("305",), 2023) is None


def test_an_area_that_the_vintage_lacks_is_not_a_number() -> None:
    found = official_vintage(_columns(2019, [2021], ["305"]), ("305", "999"), 2020)
    assert found is not None
    assert np.isnan(found.population[0, 1]).all()
    assert np.isfinite(found.population[0, 0]).all()


def test_without_any_vintage_nobody_joins() -> None:
    columns = {name: values[:0] for name, values in _columns(2019, [2021], ["305"]).items()}
    assert official_vintage(columns, ("305",), 2020) is None
