"""The published data dictionary: the snapshot's tables and columns, and the KPIs that are waited for."""

from __future__ import annotations

from contract.published_table import BOOL, INT, TEXT, PublishedTable

WAITS_FOR = ("answers", "definition", "calculation", "register", "own_system", "source")
"""Why a KPI of the catalogue is not built: no real answer of its table has been seen, its code or
indicator is not confirmed, it has to be computed, a municipality's register gives it, no register holds it,
no source is read."""

DICTIONARY_TABLES: tuple[PublishedTable, ...] = (
    PublishedTable(
        "dim_published_table",
        {
            "table_name": TEXT,
            "sort_order": INT,
            "topic": TEXT,
            "title_fi": TEXT,
            "title_sv": TEXT,
            "title_en": TEXT,
            "description_fi": TEXT,
            "description_sv": TEXT,
            "description_en": TEXT,
            "grain_fi": TEXT,
            "grain_sv": TEXT,
            "grain_en": TEXT,
            "key_columns": TEXT,
            "audience": TEXT,
        },
        ("table_name",),
    ),
    PublishedTable(
        "dim_published_column",
        {
            "table_name": TEXT,
            "column_name": TEXT,
            "sort_order": INT,
            "data_type": TEXT,
            "is_key": BOOL,
            "unit": TEXT,
            "description_en": TEXT,
        },
        ("table_name", "column_name"),
    ),
    PublishedTable(
        "dim_kpi_waiting",
        {
            "catalogue_code": TEXT,
            "theme": TEXT,
            "name_fi": TEXT,
            "name_sv": TEXT,
            "name_en": TEXT,
            "waits_for": TEXT,
            "register_id": TEXT,
            "source_table": TEXT,
            "missing_fi": TEXT,
            "missing_sv": TEXT,
            "missing_en": TEXT,
        },
        ("catalogue_code",),
    ),
)
