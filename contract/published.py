"""The published snapshot's tables: names, columns, types and keys that every reader relies on.

This module is the single description of what the marts promise. dbt's enforced contracts, the
snapshot verifier and the dashboards' store are all checked against it (tests/contract). What a column means
stands in dbt's YAML beside the table's SQL, and from there in the data dictionary.
"""

from __future__ import annotations

from contract.published_comparison import COMPARISON_TABLES
from contract.published_dictionary import DICTIONARY_TABLES
from contract.published_foresight import FORESIGHT_TABLES
from contract.published_goals import GOAL_TABLES
from contract.published_history import HISTORY_TABLES
from contract.published_own import OWN_TABLES
from contract.published_statutory import STATUTORY_TABLES
from contract.published_table import BOOL, DATE, INT, REAL, TEXT, TIME, PublishedTable

__all__ = [
    "AREA_TYPES",
    "BOOL",
    "CONTRACT_VERSION",
    "DATE",
    "DIRECTIONS",
    "INT",
    "PERIOD_TYPES",
    "PUBLISHED_TABLES",
    "REAL",
    "TEXT",
    "TIME",
    "VALUE_STATUSES",
    "PublishedTable",
    "published_table",
]

CONTRACT_VERSION = 1
"""Raised only with an ADR; a reader that meets an unknown version stays on its last snapshot."""

VALUE_STATUSES = ("final", "preliminary", "not_available", "secret", "not_applicable")
DIRECTIONS = ("higher", "lower", "band", "none")
PERIOD_TYPES = ("year", "quarter", "month")
AREA_TYPES = ("country", "region", "network", "size_class", "residual")

PUBLISHED_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "dim_municipality",
        {
            "municipality_code": TEXT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "name_fi_genitive": TEXT,
            "name_fi_locative": TEXT,
            "type": TEXT,
            "manager_title": TEXT,
            "language_group": TEXT,
            "region_code": TEXT,
            "region_name_fi": TEXT,
            "region_name_sv": TEXT,
            "is_aland": BOOL,
            "size_class": TEXT,
            "population_count": REAL,
            "has_full_data": BOOL,
        },
        ("municipality_code",),
    ),
    PublishedTable(
        "dim_area",
        {
            "area_code": TEXT,
            "area_type": TEXT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "name_en": TEXT,
            "description_fi": TEXT,
            "description_sv": TEXT,
            "description_en": TEXT,
            "source": TEXT,
        },
        ("area_code",),
    ),
    PublishedTable(
        "bridge_area_municipality",
        {
            "area_code": TEXT,
            "municipality_code": TEXT,
            "valid_from": DATE,
            "valid_to": DATE,
            "source": TEXT,
        },
        ("area_code", "municipality_code", "valid_from"),
    ),
    PublishedTable(
        "dim_age_group",
        {
            "scheme": TEXT,
            "age_group": TEXT,
            "age_from": INT,
            "age_to": INT,
            "sort_order": INT,
        },
        ("scheme", "age_group"),
    ),
    PublishedTable(
        "dim_kpi",
        {
            "kpi_id": TEXT,
            "catalogue_code": TEXT,
            "theme": TEXT,
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
            "caveat_fi": TEXT,
            "caveat_sv": TEXT,
            "caveat_en": TEXT,
            "unit_name_fi": TEXT,
            "unit_name_sv": TEXT,
            "unit_name_en": TEXT,
            "unit": TEXT,
            "decimals": INT,
            "direction": TEXT,
            "valid_for": TEXT,
            "period_type": TEXT,
            "normal_lag_months": INT,
            "includes_social_and_health_until": INT,
            "source_tables": TEXT,
            "owner": TEXT,
            "verification": TEXT,
        },
        ("kpi_id",),
    ),
    PublishedTable(
        "dim_source",
        {
            "source": TEXT,
            "table_name": TEXT,
            "publisher_table_id": TEXT,
            "title_fi": TEXT,
            "title_sv": TEXT,
            "title_en": TEXT,
            "publisher": TEXT,
            "licence": TEXT,
            "page_url": TEXT,
            "publisher_stamp": TIME,
            "fetched_at": TIME,
            "first_period": TEXT,
            "last_period": TEXT,
            "border_year": INT,
            "municipalities": INT,
            "rows_loaded": INT,
            "is_extract": BOOL,
        },
        ("source", "table_name"),
    ),
    PublishedTable(
        "fct_population",
        {
            "municipality_code": TEXT,
            "reference_year": INT,
            "sex": TEXT,
            "age": INT,
            "population_count": REAL,
        },
        ("municipality_code", "reference_year", "sex", "age"),
    ),
    PublishedTable(
        "fct_population_area",
        {
            "area_code": TEXT,
            "reference_year": INT,
            "sex": TEXT,
            "age": INT,
            "population_count": REAL,
        },
        ("area_code", "reference_year", "sex", "age"),
    ),
    PublishedTable(
        "fct_kpi_value",
        {
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            "period_type": TEXT,
            "period": TEXT,
            "period_end": DATE,
            "value": REAL,
            "value_status": TEXT,
            "numerator": REAL,
            "denominator": REAL,
            "lower": REAL,
            "upper": REAL,
        },
        ("municipality_code", "kpi_id", "period"),
    ),
    PublishedTable(
        "fct_kpi_value_area",
        {
            "area_code": TEXT,
            "kpi_id": TEXT,
            "period_type": TEXT,
            "period": TEXT,
            "period_end": DATE,
            "value": REAL,
            "value_status": TEXT,
            "numerator": REAL,
            "denominator": REAL,
            "lower": REAL,
            "upper": REAL,
        },
        ("area_code", "kpi_id", "period"),
    ),
    *FORESIGHT_TABLES,
    *OWN_TABLES,
    *HISTORY_TABLES,
    *STATUTORY_TABLES,
    *COMPARISON_TABLES,
    *DICTIONARY_TABLES,
    *GOAL_TABLES,
)


def published_table(name: str) -> PublishedTable:
    """The table called `name`. Raises: KeyError naming the tables that exist."""
    for table in PUBLISHED_TABLES:
        if table.name == name:
            return table
    raise KeyError(f"{name!r} is not published; known: {[table.name for table in PUBLISHED_TABLES]}")
