"""The published tables of goals, targets and lights (docs/methods/goals_and_lights.md)."""

from __future__ import annotations

from contract.published_table import BOOL, DATE, INT, REAL, TEXT, PublishedTable

PROGRESS_STATES = ("reached", "on_track", "behind", "cannot_say")
LIGHT_STATES = ("good", "attention", "poor", "no_light", "too_few_to_say", "cannot_say")
LIGHT_CRITERIA = ("target", "criterion", "rank")
"""What a light is given by: a target, a limit of the figure's own, the place among municipalities."""

_TRANSLATED = ("strategy_name", "theme_name", "goal_name", "measure_name", "action", "owner_role")
_PERIOD = {"period_type": TEXT, "period": TEXT, "period_end": DATE}
_INTERVAL = {"lower": REAL, "upper": REAL, "basis": TEXT}
"""Bounds of what chance does in 95 of 100 cases, and what they rest on: a `basis` of dim_goal_word."""

GOAL_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "dim_goal",
        {
            "municipality_code": TEXT,
            "strategy_name": TEXT,
            "theme_name": TEXT,
            "goal_code": TEXT,
            "goal_name": TEXT,
            "measure_code": TEXT,
            "measure_name": TEXT,
            "kpi_id": TEXT,
            "measure_unit": TEXT,
            "direction": TEXT,
            "base_year": INT,
            "base_value": REAL,
            "target_year": INT,
            "target_value": REAL,
            "corridor_lower": REAL,
            "corridor_upper": REAL,
            "beneficiary": TEXT,
            "action": TEXT,
            "owner_role": TEXT,
            "review_date": DATE,
            **{f"{text}_{language}": TEXT for text in _TRANSLATED for language in ("sv", "en")},
            "origin": TEXT,
            "publisher": TEXT,
            "source_title": TEXT,
            "source_url": TEXT,
            "target_source_url": TEXT,
            "decided_on": DATE,
            "retrieved_on": DATE,
            "submission_version": INT,
        },
        ("municipality_code", "goal_code", "measure_code"),
    ),
    PublishedTable(
        "fct_goal_progress",
        {
            "municipality_code": TEXT,
            "goal_code": TEXT,
            "measure_code": TEXT,
            "kpi_id": TEXT,
            **_PERIOD,
            "is_newest": BOOL,
            "value": REAL,
            "value_status": TEXT,
            **_INTERVAL,
            "expected_value": REAL,
            "progress_share": REAL,
            "state": TEXT,
            "decided_by": TEXT,
            "reason": TEXT,
        },
        ("municipality_code", "goal_code", "measure_code", "period"),
    ),
    PublishedTable(
        "fct_kpi_pooled",
        {
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            **_PERIOD,
            "first_year": INT,
            "event_count": REAL,
            "value": REAL,
            "lower": REAL,
            "upper": REAL,
            "own_value": REAL,
            "own_weight": REAL,
            "country_value": REAL,
        },
        ("municipality_code", "kpi_id", "period"),
    ),
    PublishedTable(
        "fct_kpi_light",
        {
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            **_PERIOD,
            "criterion": TEXT,
            "direction": TEXT,
            "limit_lower": REAL,
            "limit_upper": REAL,
            "target_year": INT,
            "value": REAL,
            **_INTERVAL,
            "state": TEXT,
            "reason": TEXT,
        },
        ("municipality_code", "kpi_id", "period", "criterion"),
    ),
    PublishedTable(
        "dim_kpi_limit",
        {
            "kpi_id": TEXT,
            "limit_value": REAL,
            "basis_fi": TEXT,
            "basis_sv": TEXT,
            "basis_en": TEXT,
        },
        ("kpi_id",),
    ),
    PublishedTable(
        "dim_goal_word",
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
)
