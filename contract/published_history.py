"""The snapshot's tables of time: municipalities' histories, breaks of series, corrections and what is new."""

from __future__ import annotations

from contract.published_table import BOOL, DATE, INT, REAL, TEXT, TIME, PublishedTable

MORNING_REPORT = "fct_morning_report"
"""Compared with the snapshot before, so it differs from night to night although no figure does."""

KPI_REVISION = "fct_kpi_revision"
"""Carried from snapshot to snapshot, because no table of the warehouse remembers what readers have seen."""

CHANGE_KINDS = ("merger", "split", "code_change", "part_transfer", "region_change")
BRIDGINGS = ("recast", "unchanged", "mapped", "newer")
"""How a table reaches today's borders: cast again by its publisher, nothing in it has changed since, counts
added by code, or it is on newer borders than the division in use."""
MISMATCH_KINDS = ("merged", "divided", "merges_later", "absent", "unknown_code")

HISTORY_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "dim_municipality_history",
        {
            "municipality_code": TEXT,
            "valid_from": DATE,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "valid_to": DATE,
            "ended_by": TEXT,
            "successor_code": TEXT,
            "receivers": TEXT,
            "todays_municipality_code": TEXT,
            "began_earlier": BOOL,
            "source": TEXT,
        },
        ("municipality_code", "valid_from"),
    ),
    PublishedTable(
        "fct_municipality_change",
        {
            "municipality_code": TEXT,
            "valid_from": DATE,
            "kind": TEXT,
            "from_code": TEXT,
            "to_code": TEXT,
            "source": TEXT,
        },
        ("municipality_code", "valid_from", "kind", "to_code"),
    ),
    PublishedTable(
        "dim_table_border",
        {
            "source": TEXT,
            "table_name": TEXT,
            "border_year": INT,
            "division_year": INT,
            "municipalities_in_table": INT,
            "municipalities_today": INT,
            "is_extract": BOOL,
            "bridging": TEXT,
        },
        ("source", "table_name"),
    ),
    PublishedTable(
        "fct_border_mismatch",
        {
            "source": TEXT,
            "table_name": TEXT,
            "municipality_code": TEXT,
            "border_year": INT,
            "division_year": INT,
            "kind": TEXT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "changed_on": DATE,
            "receivers": TEXT,
            "todays_municipality_code": TEXT,
        },
        ("source", "table_name", "municipality_code"),
    ),
    PublishedTable(
        "fct_population_history",
        {
            "municipality_code": TEXT,
            "reference_year": INT,
            "population_count": REAL,
            "bridging": TEXT,
            "source": TEXT,
            "table_name": TEXT,
            "border_year": INT,
        },
        ("municipality_code", "reference_year"),
    ),
    PublishedTable(
        "dim_break",
        {
            "break_id": TEXT,
            "starts_on": DATE,
            "changes_meaning": BOOL,
            "area_scope": TEXT,
            "label_fi": TEXT,
            "label_sv": TEXT,
            "label_en": TEXT,
            "description_fi": TEXT,
            "description_sv": TEXT,
            "description_en": TEXT,
            "before_fi": TEXT,
            "before_sv": TEXT,
            "before_en": TEXT,
            "source": TEXT,
            "applies_to": TEXT,
        },
        ("break_id",),
    ),
    PublishedTable(
        "dim_source_catalogue",
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
            "rhythm": TEXT,
            "protocol": TEXT,
            "verification": TEXT,
            "is_loaded": BOOL,
        },
        ("source", "table_name"),
    ),
    PublishedTable("bridge_break_kpi", {"break_id": TEXT, "kpi_id": TEXT}, ("break_id", "kpi_id")),
    PublishedTable(
        "fct_correction",
        {
            "source": TEXT,
            "table_name": TEXT,
            "correction_id": TEXT,
            "action": TEXT,
            "matched_on": TEXT,
            "expected": TEXT,
            "found": TEXT,
            "corrected_to": TEXT,
            "cells": INT,
            "outcome": TEXT,
            "reason": TEXT,
            "link": TEXT,
            "author": TEXT,
            "decided_on": DATE,
            "applied_at": TIME,
        },
        ("source", "table_name", "correction_id"),
    ),
    PublishedTable(
        MORNING_REPORT,
        {
            "finding": INT,
            "kind": TEXT,
            "severity": TEXT,
            "source": TEXT,
            "table_name": TEXT,
            "kpi_id": TEXT,
            "municipality_code": TEXT,
            "period": TEXT,
            "period_before": TEXT,
            "before": REAL,
            "after": REAL,
            "cells": INT,
            "detail": TEXT,
            "compared_with": TEXT,
        },
        ("finding",),
    ),
    PublishedTable(
        KPI_REVISION,
        {
            "municipality_code": TEXT,
            "kpi_id": TEXT,
            "period": TEXT,
            "revision": INT,
            "value_before": REAL,
            "value_after": REAL,
            "status_before": TEXT,
            "status_after": TEXT,
            "cause": TEXT,
            "snapshot_before": TEXT,
            "revised_at": TIME,
        },
        ("municipality_code", "kpi_id", "period", "revision"),
    ),
)
