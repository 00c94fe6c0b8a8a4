"""Writes tiny published snapshots from literal rows, in the layout and with the tables of the contract."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from contract.locale_formats import Language
from contract.published import CONTRACT_VERSION, PUBLISHED_TABLES
from contract.snapshot import CURRENT_FILE, DATABASE_FILE, MANIFEST_FILE, STATUS_FILE
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore

TODAY = date(2026, 11, 21)
Rows = Sequence[Mapping[str, Any]]
CREATED = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)


def write_snapshot(
    marts_dir: Path,
    tables: Mapping[str, Rows],
    snapshot_id: str = "20261121T031200Z",
    *,
    make_current: bool = True,
    **manifest: Any,
) -> Path:
    """The directory of a snapshot holding `tables`; tables not given are there and empty."""
    directory = marts_dir / snapshot_id
    directory.mkdir(parents=True)
    with duckdb.connect(str(directory / DATABASE_FILE)) as connection:
        for table in PUBLISHED_TABLES:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
            connection.execute(f"create table {table.name} ({columns})")
            rows = [[row.get(column) for column in table.columns] for row in tables.get(table.name, ())]
            if rows:
                marks = ", ".join(["?"] * len(table.columns))
                values = ", ".join([f"({marks})"] * len(rows))
                cells = [cell for row in rows for cell in row]
                connection.execute(f"insert into {table.name} values {values}", cells)
    content = {
        "snapshot_id": snapshot_id,
        "created_at": CREATED.isoformat(),
        "contract_version": CONTRACT_VERSION,
        "git_revision": "0123abc",
        "engine_version": "0.1",
        "border_year": 2021,
        "is_extract": False,
        "tables": [],
        "sources": [],
        **manifest,
    }
    (directory / MANIFEST_FILE).write_text(json.dumps(content), encoding="utf-8")
    if make_current:
        (marts_dir / CURRENT_FILE).write_text(snapshot_id, encoding="utf-8")
    return directory


def write_status(marts_dir: Path, sources: Sequence[Mapping[str, Any]]) -> None:
    """STATUS.json saying how `sources` are doing."""
    content = {"updated_at": CREATED.isoformat(), "sources": list(sources)}
    (marts_dir / STATUS_FILE).write_text(json.dumps(content), encoding="utf-8")


def municipality(code: str, name: str, population: float | None = None, **more: Any) -> dict[str, Any]:
    """A row of dim_municipality in Pohjois-Pohjanmaa."""
    return {
        "municipality_code": code,
        "name_fi": name,
        "name_sv": name,
        "type": "kunta",
        "manager_title": "kunnanjohtaja",
        "language_group": "fi",
        "region_code": "MK17",
        "region_name_fi": "Pohjois-Pohjanmaa",
        "region_name_sv": "Norra Österbotten",
        "is_aland": False,
        "size_class": "size_3",
        "population_count": population,
        "has_full_data": True,
        **more,
    }


def kpi(kpi_id: str, name: str, unit: str = "persons", **more: Any) -> dict[str, Any]:
    """A row of dim_kpi with the same name in every language."""
    texts = {f"{field}_{language}": name for field in ("name",) for language in ("fi", "sv", "en")}
    return {
        "kpi_id": kpi_id,
        "theme": "population",
        "sort_order": 10,
        **texts,
        "unit": unit,
        "decimals": 0,
        "direction": "none",
        "period_type": "year",
        "normal_lag_months": 4,
        "source_tables": "statfin.vital_events",
        **more,
    }


def duties_changed(*kpi_ids: str) -> dict[str, Rows]:
    """The break of 2023 for the KPIs: rows of dim_break and bridge_break_kpi."""
    texts = {f"label_{language}": "tehtävät muuttuivat 2023" for language in ("fi", "sv", "en")}
    texts |= {f"description_{language}": "Tehtäviä siirtyi." for language in ("fi", "sv", "en")}
    texts |= {f"before_{language}": "sisältää soten" for language in ("fi", "sv", "en")}
    row = {
        "break_id": "duties",
        "starts_on": date(2023, 1, 1),
        "changes_meaning": True,
        "area_scope": "mainland",
        "source": "laki",
        **texts,
    }
    return {
        "dim_break": [row],
        "bridge_break_kpi": [{"break_id": "duties", "kpi_id": kpi_id} for kpi_id in kpi_ids],
    }


def kpi_value(code: str, kpi_id: str, period: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A row of fct_kpi_value; a missing value is `not_available`."""
    month = int(period[5:]) if "M" in period else 12
    ends = date(int(period[:4]) + month // 12, month % 12 + 1, 1).toordinal() - 1
    return {
        "municipality_code": code,
        "kpi_id": kpi_id,
        "period_type": "month" if "M" in period else "year",
        "period": period,
        "period_end": date.fromordinal(ends),
        "value": value,
        "value_status": "not_available" if value is None else "final",
        **more,
    }


def source(table_name: str, table_id: str, title: str, **more: Any) -> dict[str, Any]:
    """A row of dim_source, published by Statistics Finland."""
    return {
        "source": "statfin",
        "table_name": table_name,
        "publisher_table_id": table_id,
        "title_fi": title,
        "title_sv": title,
        "title_en": title,
        "publisher": "Tilastokeskus",
        "licence": "CC BY 4.0",
        "page_url": "https://pxdata.stat.fi/",
        "publisher_stamp": datetime.fromisoformat("2021-03-31T05:00:00"),
        "fetched_at": datetime.fromisoformat("2026-11-21T03:12:00"),
        "first_period": "2018",
        "last_period": "2020",
        "border_year": 2021,
        "municipalities": 310,
        "rows_loaded": 1000,
        "is_extract": False,
        **more,
    }


def scenario(scenario_id: str, name: str, order: int = 10, **more: Any) -> dict[str, Any]:
    """A row of dim_scenario with the same texts in every language."""
    texts = {f"name_{language}": name for language in ("fi", "sv", "en")}
    texts |= {f"rationale_{language}": f"{name}, koska." for language in ("fi", "sv", "en")}
    return {"scenario_id": scenario_id, "sort_order": order, "author": "Kuntaluotsi", **texts, **more}


def looked_back(
    code: str, base_year: int, horizon: int, population: float, came: float, **forecasts: float
) -> list[dict[str, Any]]:
    """Rows of fct_forecast_hindsight: `population` in the base year, each method's forecast, what came."""
    return [
        {
            "municipality_code": code,
            "base_year": base_year,
            "projection_year": base_year + horizon,
            "horizon_years": horizon,
            "method": method,
            "forecast": forecast,
            "actual": came,
            "error_pct": 100 * (forecast - came) / came,
        }
        for method, forecast in {"no_change": population, **forecasts}.items()
    ]


def backtest_score(run: str, horizon: int, value: float, **more: Any) -> dict[str, Any]:
    """A row of fct_backtest_score: ours, mean absolute error of totals in all sizes unless said otherwise."""
    return {
        "run": run,
        "protocol": "same information",
        "first_base_year": 1982,
        "last_base_year": 2020 - horizon,
        "base_years": 39 - horizon,
        "horizon_years": horizon,
        "size_class": "all",
        "scheme": "total",
        "age_group": "total",
        "method": "ours",
        "measure": "mape",
        "value": value,
        "cases": 1000,
        **more,
    }


def reader_context(
    store: SnapshotStore, code: str = "305", language: Language = "fi", **params: str
) -> RequestContext:
    """What a page gets when `code` is asked for in `language` on 21 November 2026."""
    snapshot = store.current()
    assert snapshot is not None
    return RequestContext(snapshot, code, language, TODAY, store.status(), params)
