"""px files: marks, ranges of periods, sparse rows, character sets, and numbers read at once as one by one."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.number_text import json_numbers
from dagster_project.sources.formats.px import parse_px
from dagster_project.sources.formats.tidy import tidy_cube

HEAD = 'CHARSET="ANSI";\nLANGUAGE="fi";\nSTUB="Kylä";\nHEADING="Vuosi";\nVALUES("Kylä")="Ylä","Ala";\n'
YEARS = 'TIMEVAL("Vuosi")=TLIST(A1,"2019"-"2020");\n'


def px(text: str, charset: str = "cp1252") -> bytes:
    return text.encode(charset)


@pytest.mark.parametrize("charset", ["cp1252", "utf-8", "cp850", "iso-8859-15"])
def test_names_are_read_in_the_character_set_of_the_bytes(charset: str) -> None:
    cube, _ = parse_px(px(HEAD + YEARS + "DATA=\n1 2\n3 4;\n", charset), "village.px")
    assert cube.dimensions == {"Kylä": ("Ylä", "Ala"), "Vuosi": ("2019", "2020")}
    assert cube.values.tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("data", ['1 ".." "-" "..."', "1 .. - ..."])
def test_marks_become_statuses_quoted_or_bare(data: str) -> None:
    table = tidy_cube(parse_px(px(HEAD + YEARS + f"DATA=\n{data};"), "village.px")[0], "px").table
    assert table["value"].to_pylist() == [1, None, 0, None]
    assert table["value_status"].to_pylist() == ["final", "not_available", "final", "secret"]


def test_rows_that_a_sparse_file_leaves_out_are_zeros() -> None:
    cube, _ = parse_px(px(HEAD + YEARS + 'KEYS("Kylä")=VALUES;\nDATA=\n"Ala",3 4;'), "village.px")
    assert cube.values.tolist() == [0, 0, 3, 4]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("1 2 3 4", "truncated"),
        ("1 2 3;", "truncated"),
        ("1 2 3 4 5;", "malformed"),
        ("1 2 x 4;", "malformed"),
    ],
)
def test_figures_that_do_not_fill_the_table_are_refused(data: str, kind: str) -> None:
    with pytest.raises(PermanentSourceError) as raised:
        parse_px(px(HEAD + YEARS + f"DATA=\n{data}"), "village.px")
    assert raised.value.kind == kind


@given(st.lists(st.none() | st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12), min_size=1))
def test_numbers_read_at_once_are_those_read_one_by_one(numbers: list[float | None]) -> None:
    quick = json_numbers(json.dumps(numbers)[1:-1].encode())
    assert quick is None or np.array_equal(quick, np.array(numbers, dtype=float), equal_nan=True)


@given(st.text("0123456789+-.eEnul, ", max_size=12))
def test_what_is_no_json_is_never_read_at_once(text: str) -> None:
    quick = json_numbers(text.encode())
    if quick is not None:
        plain = np.array(json.loads(f"[{text}]"), dtype=float)
        assert np.array_equal(quick, plain, equal_nan=True)
