"""Queries stay under the publisher's cell limit and together ask for everything once."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.sources.chunk import CELL_LIMIT, chunks, query_body


def selected(**lengths: int) -> dict[str, tuple[str, ...]]:
    return {code: tuple(f"{code}{number}" for number in range(length)) for code, length in lengths.items()}


@given(
    st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(1, 7)),
    st.integers(1, 40),
)
def test_every_cell_is_asked_for_exactly_once_within_the_limit(
    sizes: tuple[int, int, int], limit: int
) -> None:
    wanted = selected(area=sizes[0], time=sizes[1], age=sizes[2])
    parts = list(chunks(wanted, time="time", limit=limit))
    assert all(prod(map(len, part.values())) <= limit for part in parts)
    cells = [cell for part in parts for cell in product(*part.values())]
    assert sorted(cells) == sorted(product(*wanted.values()))


def test_whole_years_are_kept_together_while_a_year_fits() -> None:
    parts = list(chunks(selected(area=310, age=102, sex=3, time=16), time="time"))
    assert len(parts) == 16
    assert all(len(part["area"]) == 310 and len(part["time"]) == 1 for part in parts)
    assert CELL_LIMIT >= 310 * 102 * 3


def test_a_year_too_large_is_split_along_its_largest_variable() -> None:
    parts = list(chunks(selected(area=310, age=102, time=2), time="time", limit=20_000))
    assert {len(part["age"]) for part in parts} == {102}
    assert max(len(part["area"]) for part in parts) < 310


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="0 cells"):
        list(chunks(selected(time=1), time="time", limit=0))


def test_the_query_names_every_value() -> None:
    body = query_body({"alue_23_20260101": ("SSS", "KU305"), "timeperiod_y": ("2025",)})
    assert body == {
        "query": [
            {"code": "alue_23_20260101", "selection": {"filter": "item", "values": ["SSS", "KU305"]}},
            {"code": "timeperiod_y", "selection": {"filter": "item", "values": ["2025"]}},
        ],
        "response": {"format": "json-stat2"},
    }
