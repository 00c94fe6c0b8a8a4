"""The published tables of the statutory watch: sections 110 and 118 of the Local Government Act.

One limit passed is no state: only `fct_statutory_state` says whether a condition for the assessment procedure
is met.
"""

from __future__ import annotations

from contract.published_table import BOOL, DATE, INT, REAL, TEXT, PublishedTable

STATUTORY_RULES = ("A", "B", "C")
STATUTORY_STATES = ("condition_met", "not_met", "cannot_say", "not_applicable")
"""`condition_met`: the ministry can start the assessment procedure; nothing starts by itself."""

_MISSING = {"missing": TEXT, "missing_fi": TEXT, "missing_sv": TEXT, "missing_en": TEXT}
"""Figures that are missing, comma-separated, and in words with where they would come from."""

STATUTORY_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "dim_statutory_criterion",
        {
            "criterion_id": TEXT,
            "valid_from": DATE,
            "valid_to": DATE,
            "catalogue_code": TEXT,
            "rule": TEXT,
            "sort_order": INT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "name_en": TEXT,
            "description_fi": TEXT,
            "description_sv": TEXT,
            "description_en": TEXT,
            "formula_fi": TEXT,
            "formula_sv": TEXT,
            "formula_en": TEXT,
            "unit": TEXT,
            "comparison": TEXT,
            "limit_value": REAL,
            "previous_year_limit_value": REAL,
            "first_accounts_year": INT,
            "section": TEXT,
            "subsection": INT,
            "item": TEXT,
            "law_reference": TEXT,
            "amending_act": TEXT,
            "verification": TEXT,
            "source": TEXT,
        },
        ("criterion_id", "valid_from"),
    ),
    PublishedTable(
        "dim_statutory_figure",
        {
            "figure": TEXT,
            "sort_order": INT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "name_en": TEXT,
            "package": TEXT,
            "line_fi": TEXT,
            "confirmed_taxonomies": TEXT,
            "comes_from_fi": TEXT,
            "comes_from_sv": TEXT,
            "comes_from_en": TEXT,
        },
        ("figure",),
    ),
    PublishedTable(
        "dim_statutory_word",
        {
            "kind": TEXT,
            "code": TEXT,
            "sort_order": INT,
            "text_fi": TEXT,
            "text_sv": TEXT,
            "text_en": TEXT,
        },
        ("kind", "code"),
    ),
    PublishedTable(
        "fct_statutory_criterion",
        {
            "municipality_code": TEXT,
            "criterion_id": TEXT,
            "reference_year": INT,
            "value": REAL,
            "lower": REAL,
            "upper": REAL,
            "limit_value": REAL,
            "distance": REAL,
            "is_past_limit": BOOL,
            "is_past_limit_previous_year": BOOL,
            "is_past_limit_two_years": BOOL,
            "value_status": TEXT,
            "basis": TEXT,
            "comparison_value": REAL,
            **_MISSING,
            "nearest_kpi_id": TEXT,
            "nearest_value": REAL,
            "nearest_year": INT,
        },
        ("municipality_code", "criterion_id", "reference_year"),
    ),
    PublishedTable(
        "fct_statutory_state",
        {
            "municipality_code": TEXT,
            "reference_year": INT,
            "rule": TEXT,
            "state": TEXT,
            "reason": TEXT,
            "criteria_count": INT,
            "past_limit_count": INT,
            "unknown_count": INT,
        },
        ("municipality_code", "reference_year", "rule"),
    ),
    PublishedTable(
        "fct_deficit_cover",
        {
            "municipality_code": TEXT,
            "reference_year": INT,
            "accumulated_surplus_eur": REAL,
            "value_status": TEXT,
            "basis": TEXT,
            "first_deficit_year": INT,
            "is_start_known": BOOL,
            "cover_starts_year": INT,
            "is_extended": BOOL,
            "deadline_year": INT,
            "latest_deadline_year": INT,
            "years_left": INT,
            "state": TEXT,
            "reason": TEXT,
            **_MISSING,
        },
        ("municipality_code", "reference_year"),
    ),
)
