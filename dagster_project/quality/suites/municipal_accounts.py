"""What the municipalities' income statements and investments (KKNR) must keep.

The sums between figures are what would show that a figure id has come to mean something else.
"""

from __future__ import annotations

from dagster_project.quality import treasury
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

CODES = {
    "operating_expenses": "3418067",
    "personnel": "1562",
    "services": "699",
    "materials": "683",
    "grants": "3432179",
    "other": "3446291",
    "annual_margin": "1400",
    "depreciation": "1470",
    "result": "159456",
}
"""Reconciled with the published accounts of Espoo and Kauniainen (docs/sources/kuntatalous.md)."""
PARTS_OF_EXPENSES = ("personnel", "services", "materials", "grants", "other")
CENTS = 0.05
LEAST_SHARE = 0.9
"""Extraordinary items stand between margin and result in a few accounts; nothing else does."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    table = treasury.wide(candidate, CODES)
    result = table[["annual_margin", "depreciation", "result"]].dropna()
    expenses = table[["operating_expenses", *PARTS_OF_EXPENSES]].dropna()
    margin = result["annual_margin"] - result["depreciation"] - result["result"]
    parts = expenses[list(PARTS_OF_EXPENSES)].sum(axis=1) - expenses["operating_expenses"]
    return [
        *treasury.figure_checks(entry, candidate, previous, periods=r"\d{4}C(03|06|09|12)"),
        treasury.mostly(
            "result_is_margin_less_depreciation",
            "the result is the annual margin less depreciation",
            margin.abs() <= CENTS,
            share=LEAST_SHARE,
        ),
        treasury.mostly(
            "expenses_are_their_parts",
            "operating expenses are the sum of their five kinds",
            parts.abs() <= CENTS,
            share=LEAST_SHARE,
        ),
        treasury.mostly(
            "expenses_are_positive",
            "operating expenses are positive",
            table["operating_expenses"].dropna() > 0,
            share=LEAST_SHARE,
        ),
    ]
