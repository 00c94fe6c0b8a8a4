"""The snapshot's tables of what is to come: projections, how far off they were, what a what-if needs."""

from __future__ import annotations

from contract.published_table import BOOL, DATE, INT, REAL, SINGLE, TEXT, PublishedTable

_PROJECTION_BAND = {"mean": REAL, "p10": REAL, "p50": REAL, "p90": REAL}

_SERVICE_NEED = {
    "scenario_id": TEXT,
    "base_year": INT,
    "projection_year": INT,
    "measure": TEXT,  # children_0 … pre_primary, grade_1 … people_85_plus, day_care_children
    "base_value": REAL,  # the same in the base year
    **_PROJECTION_BAND,
    "born_share": REAL,  # of the mean, who were born by the end of the base year, wherever they lived
}

FORESIGHT_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "dim_scenario",
        {
            "scenario_id": TEXT,
            "sort_order": INT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "name_en": TEXT,
            "rationale_fi": TEXT,
            "rationale_sv": TEXT,
            "rationale_en": TEXT,
            "parameters_json": TEXT,  # {"births_per_woman": 1.6, "reached_after": 10}; units are in the file
            "content_hash": TEXT,  # the same for the same assumptions, whatever the texts say
            "author": TEXT,
            "date": DATE,
            "draws": INT,
        },
        ("scenario_id",),
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
        "fct_service_need",
        {"municipality_code": TEXT, **_SERVICE_NEED},
        ("municipality_code", "scenario_id", "projection_year", "measure"),
    ),
    PublishedTable(
        "fct_service_need_area",
        {"area_code": TEXT, **_SERVICE_NEED},
        ("area_code", "scenario_id", "projection_year", "measure"),
    ),
    PublishedTable(
        "fct_service_need_event",
        {
            "municipality_code": TEXT,
            "scenario_id": TEXT,
            "base_year": INT,
            "projection_year": INT,
            "event_id": TEXT,
            "base_value": REAL,  # of the measure, in the base year
            "limit_value": REAL,  # in persons
            "probability": REAL,  # that it is so that year
            "probability_by_then": REAL,  # that it has been so by that year, once or more
        },
        ("municipality_code", "scenario_id", "projection_year", "event_id"),
    ),
    PublishedTable(
        "fct_service_need_unit",
        {
            "municipality_code": TEXT,
            "unit_type": TEXT,  # school | day_care
            "unit_code": TEXT,  # of the register; all: day care as a whole
            "unit_name": TEXT,
            "scenario_id": TEXT,
            "base_year": INT,
            "projection_year": INT,
            "measure": TEXT,  # pupils | classes | grade_1_classes | children | groups | staff
            **_PROJECTION_BAND,
            "limit_value": REAL,  # capacity, places; 1 of grade_1_classes; empty without
            "probability": REAL,  # that pupils or children exceed it, that classes fall to it
            "probability_by_then": REAL,
        },
        ("municipality_code", "unit_type", "unit_code", "scenario_id", "projection_year", "measure"),
    ),
    PublishedTable(
        "dim_service_need_threshold",
        {
            "event_id": TEXT,
            "sort_order": INT,
            "measure": TEXT,
            "side": TEXT,  # at_most | below | at_least | above
            "limit_value": REAL,  # in persons, or
            "base_factor": REAL,  # times the base year's value
            "basis": TEXT,  # measured | assumed
            "rationale_fi": TEXT,
            "rationale_sv": TEXT,
            "rationale_en": TEXT,
            "date": DATE,
        },
        ("event_id",),
    ),
    PublishedTable(
        "dim_service_need_rate",
        {
            "age_from": INT,
            "age_to": INT,
            "participation_rate": REAL,
            "reference_year": INT,
            "published_year": INT,
            "basis": TEXT,
            "source_fi": TEXT,
            "source_sv": TEXT,
            "source_en": TEXT,
            "url": TEXT,
            "read_at": DATE,
        },
        ("age_from",),
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
        "fct_forecast_vintage_group",
        {
            "issuer": TEXT,
            "vintage": TEXT,
            "base_year": INT,
            "published_at": DATE,
            "municipality_code": TEXT,
            "projection_year": INT,
            "scheme": TEXT,  # total | report
            "age_group": TEXT,
            "population_count": REAL,
            "p10": REAL,  # empty where the issuer gives no band
            "p90": REAL,
        },
        ("issuer", "vintage", "municipality_code", "projection_year", "scheme", "age_group"),
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
        "fct_forecast_score_group",
        {
            "issuer": TEXT,
            "vintage": TEXT,
            "municipality_code": TEXT,
            "projection_year": INT,
            "horizon_years": INT,
            "scheme": TEXT,
            "age_group": TEXT,
            "forecast": REAL,
            "actual": REAL,
            "error_pct": REAL,
            "is_within_band": BOOL,  # between p10 and p90; empty without a band
        },
        ("issuer", "vintage", "municipality_code", "projection_year", "scheme", "age_group"),
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
        "fct_backtest_score",
        {
            "engine_version": TEXT,
            "run": TEXT,  # regions | municipalities | municipalities with official | municipal totals
            "protocol": TEXT,  # same information | as available
            "first_base_year": INT,
            "last_base_year": INT,
            "base_years": INT,
            "horizon_years": INT,
            "size_class": TEXT,  # all | 0-1999 | … | 50000+
            "scheme": TEXT,
            "age_group": TEXT,
            "method": TEXT,  # ours | official | official rebased | lin/exp 5 | … | chance
            "measure": TEXT,  # mape | wape | bias | coverage_80 | within_10 | crps | skill …
            "value": REAL,
            "cases": INT,
        },
        ("run", "protocol", "horizon_years", "size_class", "scheme", "age_group", "method", "measure"),
    ),
    PublishedTable(
        "fct_engine_run",
        {
            "engine_version": TEXT,  # a what-if refuses another version
            "base_year": INT,
            "seed": INT,
            "draws": INT,
            "share_of_boys": REAL,
        },
        ("engine_version",),
    ),
    PublishedTable(
        "fct_engine_rate",
        {
            "municipality_code": TEXT,
            "projection_year": INT,
            "sex": TEXT,
            "age": INT,  # reached at the end of the year
            "fertility": SINGLE,
            "hazard": SINGLE,
            "out_rate": SINGLE,
            "in_weight": SINGLE,
            "immigration": SINGLE,
            "emigration_rate": SINGLE,
        },
        ("municipality_code", "projection_year", "sex", "age"),
    ),
    PublishedTable(
        "fct_engine_draw",
        {
            "draw": INT,
            "component": TEXT,  # births | mortality | immigration | emigration | moves
            "projection_year": INT,
            "factor": REAL,
        },
        ("draw", "component", "projection_year"),
    ),
    PublishedTable(
        "fct_engine_error",
        {
            "municipality_code": TEXT,
            "component": TEXT,  # stream | fertility | mortality | growth_class | net_moves | growth …
            "first": INT,
            "second": INT,
            "value": REAL,
        },
        ("municipality_code", "component", "first", "second"),
    ),
)
