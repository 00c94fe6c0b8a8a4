"""The limits of the law are data: as the Act says them, each with its section, in careful words."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[3] / "dbt" / "seeds"
AS_THE_ACT_SAYS = {
    # 118 § 3 mom. 1–4 k., 118 § 3 mom., 118 § 4 mom., 110 § 3 mom., 110 a § 1 mom.
    "group_margin_to_depreciation": ("118", "3", "1", 80.0, "pct", "below"),
    "income_tax_gap": ("118", "3", "2", 2.0, "percentage_points", "at_least"),
    "group_loans_and_leases": ("118", "3", "3", 50.0, "pct", "at_least"),
    "imputed_debt_service": ("118", "3", "4", 0.8, "ratio", "below"),
    "group_deficit": ("118", "3", "", 1000.0, "eur_per_capita", "at_least"),
    "group_deficit_previous": ("118", "3", "", 500.0, "eur_per_capita", "at_least"),
    "imputed_repayment_years": ("118", "4", "", 8.0, "years", "equals"),
    "cover_years": ("110", "3", "", 4.0, "years", "at_most"),
    "cover_years_extended": ("110 a", "1", "", 6.0, "years", "at_most"),
}
FIRST_ON_ACCOUNTS_OF_2020 = {
    "group_margin_to_depreciation",
    "income_tax_gap",
    "group_loans_and_leases",
    "imputed_debt_service",
}


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("parameter", AS_THE_ACT_SAYS)
def test_a_limit_is_the_act_s(parameter: str) -> None:
    (row,) = [each for each in seed("statutory_parameters") if each["parameter_id"] == parameter]
    told = (row["section"], row["subsection"], row["item"], float(row["limit_value"]), row["unit"])
    assert (*told, row["comparison"]) == AS_THE_ACT_SAYS[parameter]


def test_the_four_limits_hold_from_the_accounts_of_2020() -> None:
    found = {
        row["parameter_id"] for row in seed("statutory_parameters") if row["first_accounts_year"] == "2020"
    }
    assert found == FIRST_ON_ACCOUNTS_OF_2020 | {"imputed_repayment_years"}


def test_every_parameter_names_its_section_and_its_amending_act() -> None:
    for row in seed("statutory_parameters"):
        assert f"{row['section']} §" in row["law_reference"], row["parameter_id"]
        assert re.fullmatch(r"\d+/\d{4}(; \d+/\d{4})*", row["amending_act"]), row["parameter_id"]


def test_no_text_calls_a_municipality_a_crisis_municipality() -> None:
    texts = [
        value.casefold()
        for name in ("statutory_criteria", "statutory_words", "statutory_figures")
        for row in seed(name)
        for value in row.values()
    ]
    assert not [text for text in texts if re.search("kriisikun|kriskommun|crisis", text)]


def test_figures_have_no_codes_of_their_own() -> None:
    """A figure id comes from reconciled accounts alone, through `treasury_figures`."""
    assert not any(re.search(r"id|code", column) for column in seed("statutory_figures")[0])
    named = {row["figure"] for row in seed("statutory_figures")}
    assert {row["figure"] for row in seed("statutory_figure_needs")} <= named
