"""What is exported never begins a cell like a formula; numbers stay numbers."""

from __future__ import annotations

import pytest

from contract.safe_cells import safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|' /C calc'!A0", "+1+cmd", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-x"]
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["-3,2", "+1 234,5", "-1e5", "-", "Kuusamo", "a=b", "", -3.2, 5, None, "2025-09", "–"]
)
def test_numbers_and_plain_text_stay_as_they_are(value: object) -> None:
    assert safe_cell(value) == value
