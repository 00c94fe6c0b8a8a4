"""The published tables of comparison: places within groups, changes in time and trends.

A place says better or worse only for KPIs that have a direction (`rank_order` is then `best_first`), and a
trend only where its interval leaves zero out.
"""

from __future__ import annotations

from contract.published_table import BOOL, DATE, INT, REAL, TEXT, PublishedTable

COMPARISON_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "fct_kpi_rank",
        {
            "area_code": TEXT,
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            "period_type": TEXT,
            "period": TEXT,
            "value_status": TEXT,
            "rank_order": TEXT,
            "place": INT,
            "tied_count": INT,
            "ranked_count": INT,
            "lower_quartile": REAL,
            "median": REAL,
            "upper_quartile": REAL,
            "distance_to_median": REAL,
        },
        ("area_code", "municipality_code", "kpi_id", "period"),
    ),
    PublishedTable(
        "fct_kpi_change",
        {
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            "period_type": TEXT,
            "period": TEXT,
            "period_end": DATE,
            "value": REAL,
            "value_status": TEXT,
            "segment": INT,
            "previous_period": TEXT,
            "change_from_previous": REAL,
            "previous_reason": TEXT,
            "change_from_year_before": REAL,
            "year_reason": TEXT,
        },
        ("municipality_code", "kpi_id", "period"),
    ),
    PublishedTable(
        "fct_kpi_trend",
        {
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            "period_type": TEXT,
            "period": TEXT,
            "first_period": TEXT,
            "period_count": INT,
            "slope_per_year": REAL,
            "slope_lower": REAL,
            "slope_upper": REAL,
            "trend": TEXT,
            "meaning": TEXT,
        },
        ("municipality_code", "kpi_id", "period_type"),
    ),
    PublishedTable(
        "dim_peer_weight",
        {
            "model_id": TEXT,
            "kpi_id": TEXT,
            "weight": REAL,
            "scale": TEXT,
            "reason_fi": TEXT,
            "reason_sv": TEXT,
            "reason_en": TEXT,
        },
        ("model_id", "kpi_id"),
    ),
    PublishedTable(
        "fct_peer_indicator",
        {
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            "edition": TEXT,
            "period": TEXT,
            "value": REAL,
            "standard_score": REAL,
        },
        ("municipality_code", "kpi_id", "edition"),
    ),
    PublishedTable(
        "fct_peer",
        {
            "municipality_code": TEXT,
            "model_id": TEXT,
            "place": INT,
            "peer_code": TEXT,
            "distance": REAL,
            "closest_kpi_id": TEXT,
            "furthest_kpi_id": TEXT,
            "was_peer_earlier": BOOL,
            "is_peer_with_equal_weights": BOOL,
        },
        ("municipality_code", "model_id", "place"),
    ),
)
