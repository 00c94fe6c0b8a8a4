"""The published snapshot's tables: names, columns, types and keys that every reader relies on.

This module is the single description of what the marts promise. dbt's enforced contracts, the
snapshot verifier and the dashboards' store are all checked against it (tests/contract).
"""

from __future__ import annotations

from dataclasses import dataclass

CONTRACT_VERSION = 1
"""Raised only with an ADR; a reader that meets an unknown version stays on its last snapshot."""

TEXT = "VARCHAR"
INT = "INTEGER"
REAL = "DOUBLE"
BOOL = "BOOLEAN"
DATE = "DATE"
TIME = "TIMESTAMP"

VALUE_STATUSES = ("final", "preliminary", "not_available", "secret", "not_applicable")
DIRECTIONS = ("higher", "lower", "band", "none")
PERIOD_TYPES = ("year", "quarter", "month")
AREA_TYPES = ("country", "region", "network", "size_class", "residual")


@dataclass(frozen=True)
class PublishedTable:
    """One table of the snapshot: column name to DuckDB type in published order, and its key."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    audience: str = "public"

    def __post_init__(self) -> None:
        missing = [column for column in self.key if column not in self.columns]
        if missing:
            raise ValueError(f"{self.name}: key columns {missing} are not among its columns")


_PROJECTION_BAND = {"mean": REAL, "p10": REAL, "p50": REAL, "p90": REAL}

PUBLISHED_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "dim_municipality",
        {
            "municipality_code": TEXT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "name_fi_genitive": TEXT,
            "name_fi_locative": TEXT,
            "type": TEXT,  # kaupunki | kunta
            "manager_title": TEXT,  # kaupunginjohtaja | kunnanjohtaja | pormestari
            "language_group": TEXT,  # fi | sv | fi_sv | sv_fi | fi_se …
            "region_code": TEXT,
            "region_name_fi": TEXT,
            "region_name_sv": TEXT,
            "is_aland": BOOL,
            "size_class": TEXT,
            "population_count": REAL,
            "has_full_data": BOOL,  # false: only the key figures of this municipality are loaded
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
            "unit_name_fi": TEXT,  # said instead of the unit's general name
            "unit_name_sv": TEXT,
            "unit_name_en": TEXT,
            "unit": TEXT,  # persons | pct | per_mille | ratio_per_100 | eur_per_capita …
            "decimals": INT,
            "direction": TEXT,
            "valid_for": TEXT,
            "period_type": TEXT,
            "normal_lag_months": INT,
            "includes_social_and_health_until": INT,  # 2022 for economy series: break at 2023
            "source_tables": TEXT,  # comma-separated "source.table"
            "owner": TEXT,
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
    PublishedTable(
        "fct_projection_age",
        {
            "municipality_code": TEXT,
            "scenario_id": TEXT,
            "base_year": INT,
            "projection_year": INT,
            "sex": TEXT,
            "age": INT,
            **_PROJECTION_BAND,
        },
        ("municipality_code", "scenario_id", "projection_year", "sex", "age"),
    ),
    PublishedTable(
        "fct_projection",
        {
            "municipality_code": TEXT,
            "scenario_id": TEXT,
            "base_year": INT,
            "projection_year": INT,
            "scheme": TEXT,
            "age_group": TEXT,
            **_PROJECTION_BAND,
        },
        ("municipality_code", "scenario_id", "projection_year", "scheme", "age_group"),
    ),
    PublishedTable(
        "fct_projection_area",
        {
            "area_code": TEXT,
            "scenario_id": TEXT,
            "base_year": INT,
            "projection_year": INT,
            "scheme": TEXT,
            "age_group": TEXT,
            **_PROJECTION_BAND,
        },
        ("area_code", "scenario_id", "projection_year", "scheme", "age_group"),
    ),
    PublishedTable(
        "fct_official_projection",
        {
            "vintage": INT,
            "published_at": DATE,
            "municipality_code": TEXT,
            "projection_year": INT,
            "age": INT,
            "value": REAL,
        },
        ("vintage", "municipality_code", "projection_year", "age"),
    ),
    PublishedTable(
        "fct_official_projection_area",
        {
            "vintage": INT,
            "published_at": DATE,
            "area_code": TEXT,
            "projection_year": INT,
            "age": INT,
            "value": REAL,
        },
        ("vintage", "area_code", "projection_year", "age"),
    ),
    PublishedTable(
        "fct_forecast_vintage",
        {
            "issuer": TEXT,  # kuntaluotsi | statistics_finland
            "vintage": TEXT,
            "base_year": INT,
            "published_at": DATE,
            "municipality_code": TEXT,
            "projection_year": INT,
            "population_count": REAL,
        },
        ("issuer", "vintage", "municipality_code", "projection_year"),
    ),
    PublishedTable(
        "fct_forecast_score",
        {
            "issuer": TEXT,
            "vintage": TEXT,
            "municipality_code": TEXT,
            "projection_year": INT,
            "horizon_years": INT,
            "forecast": REAL,
            "actual": REAL,
            "error_pct": REAL,
        },
        ("issuer", "vintage", "municipality_code", "projection_year"),
    ),
    PublishedTable(
        "fct_forecast_hindsight",
        {
            "municipality_code": TEXT,
            "base_year": INT,
            "projection_year": INT,
            "horizon_years": INT,
            "method": TEXT,  # kuntaluotsi | trend | no_change
            "forecast": REAL,
            "actual": REAL,
            "error_pct": REAL,
        },
        ("municipality_code", "base_year", "horizon_years", "method"),
    ),
    PublishedTable(
        "fct_engine_rate",
        {
            "municipality_code": TEXT,
            "component": TEXT,  # fertility | survival | out_migration | in_migration | immigration …
            "sex": TEXT,
            "age": INT,
            "rate": REAL,
        },
        ("municipality_code", "component", "sex", "age"),
    ),
    PublishedTable(
        "fct_engine_draw",
        {
            "draw": INT,
            "component": TEXT,
            "projection_year": INT,
            "factor": REAL,
        },
        ("draw", "component", "projection_year"),
    ),
)


def published_table(name: str) -> PublishedTable:
    """The table called `name`. Raises: KeyError naming the tables that exist."""
    for table in PUBLISHED_TABLES:
        if table.name == name:
            return table
    raise KeyError(f"{name!r} is not published; known: {[table.name for table in PUBLISHED_TABLES]}")
