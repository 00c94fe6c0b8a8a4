"""The published tables of what municipalities have handed in themselves."""

from __future__ import annotations

from contract.published_table import INT, TEXT, TIME, PublishedTable

OWN_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "fct_submission",
        {
            "submission_id": TEXT,
            "municipality_code": TEXT,
            "register_id": TEXT,
            "first_period": TEXT,
            "last_period": TEXT,
            "version": INT,
            "rows_submitted": INT,
            "rows_standing": INT,
            "submitted_at": TIME,
            "decided_at": TIME,
            "reasons_count": INT,
            "submitted_by_role": TEXT,
            "state": TEXT,
        },
        ("submission_id", "municipality_code"),
    ),
)
