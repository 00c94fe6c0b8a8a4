"""A tiny published country: five municipalities, three KPIs, one network, literal rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from published_snapshot import (
    duties_changed,
    kpi,
    kpi_value,
    municipality,
    reader_context,
    source,
    write_snapshot,
)

from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore

Reader = Callable[..., RequestContext]


def tiny_country() -> dict[str, list[dict[str, object]]]:
    """Kuusamo with everything, Taivalkoski, Ii with gaps, and Eckerö with the key figures only."""
    return {
        "dim_municipality": [
            municipality("305", "Kuusamo", 15213.0, name_fi_locative="Kuusamossa", type="kaupunki"),
            municipality("832", "Taivalkoski", 3916.0, name_fi_locative="Taivalkoskella"),
            municipality("615", "Pudasjärvi", 7800.0),
            municipality("139", "Ii", 9900.0, name_fi_locative="Iissä"),
            municipality(
                "043",
                "Eckerö",
                952.0,
                language_group="sv",
                region_code="MK21",
                region_name_fi="Ahvenanmaa",
                region_name_sv="Åland",
                is_aland=True,
                has_full_data=False,
            ),
        ],
        "dim_area": [
            {"area_code": "SSS", "area_type": "country", "name_fi": "Koko maa", "name_sv": "Hela landet"}
            | {"name_en": "Whole country"},
            {"area_code": "MK17", "area_type": "region", "name_fi": "Pohjois-Pohjanmaa"}
            | {"name_sv": "Norra Österbotten", "name_en": "North Ostrobothnia"},
            {
                "area_code": "eps2",
                "area_type": "network",
                "name_fi": "ePS2",
                "name_sv": "ePS2",
                "name_en": "ePS2",
            },
        ],
        "bridge_area_municipality": [
            {"area_code": "eps2", "municipality_code": "305", "valid_from": date(2015, 1, 1)},
            {"area_code": "eps2", "municipality_code": "139", "valid_from": date(2015, 1, 1)},
            {"area_code": "eps2", "municipality_code": "615", "valid_from": date(2015, 1, 1)},
            {
                "area_code": "eps2",
                "municipality_code": "832",
                "valid_from": date(2015, 1, 1),
                "valid_to": date(2018, 12, 31),
            },
            *(
                {"area_code": "MK17", "municipality_code": code, "valid_from": date(2010, 1, 1)}
                for code in ("305", "832", "139", "615")
            ),
        ],
        "dim_age_group": [
            {"scheme": "service", "age_group": "7-12", "age_from": 7, "age_to": 12, "sort_order": 5},
            {"scheme": "service", "age_group": "85+", "age_from": 85, "age_to": 100, "sort_order": 11},
        ],
        "dim_kpi": [
            kpi("population", "Väkiluku"),
            kpi("live_births", "Syntyneet", sort_order=20),
            kpi(
                "annual_margin_per_capita",
                "Vuosikate",
                "eur_per_capita",
                sort_order=30,
                direction="higher",
                normal_lag_months=17,
                source_tables="keyfigures.key_figures_edition_2021",
            ),
            kpi(
                "unemployed_jobseeker_share",
                "Työttömien työnhakijoiden osuus",
                "pct",
                sort_order=40,
                decimals=1,
                direction="lower",
                period_type="month",
                normal_lag_months=1,
                source_tables="statfin.unemployment_monthly",
            ),
        ],
        "dim_source": [
            source("vital_events", "11ae", "Väestönmuutokset"),
            source("population_by_age", "11re", "Väestö iän mukaan"),
            source("unemployment_monthly", "12r5", "Työttömät työnhakijat", page_url=None),
        ],
        **duties_changed("annual_margin_per_capita"),
        "fct_kpi_value": [
            kpi_value("305", "population", "2015", 15688.0),
            kpi_value("305", "population", "2019", 15165.0),
            kpi_value("305", "population", "2020", 15213.0),
            kpi_value("832", "population", "2020", 3916.0),
            kpi_value("139", "population", "2020", 9900.0),
            kpi_value("615", "population", "2020", 7800.0),
            kpi_value("043", "population", "2020", 952.0),
            kpi_value("305", "live_births", "2018", 141.0, lower=119.0, upper=166.0),
            kpi_value("305", "live_births", "2019", None),
            kpi_value("305", "live_births", "2020", 122.0, lower=101.0, upper=146.0),
            kpi_value("832", "live_births", "2020", 29.0, lower=19.0, upper=42.0),
            kpi_value("139", "live_births", "2020", None, value_status="secret"),
            kpi_value("305", "annual_margin_per_capita", "2016", 509.0),
            kpi_value("305", "annual_margin_per_capita", "2020", 570.0),
            kpi_value("832", "annual_margin_per_capita", "2020", 1057.0),
            kpi_value("139", "annual_margin_per_capita", "2020", 570.0),
            kpi_value("615", "annual_margin_per_capita", "2020", 300.0),
            kpi_value("043", "annual_margin_per_capita", "2020", 200.0),
            kpi_value("305", "unemployed_jobseeker_share", "2022M10", 9.4),
            kpi_value("305", "unemployed_jobseeker_share", "2023M09", 10.0),
            kpi_value("305", "unemployed_jobseeker_share", "2023M10", 10.8),
            kpi_value("139", "unemployed_jobseeker_share", "2023M10", 12.0),
        ],
        "fct_population": [
            {
                "municipality_code": code,
                "reference_year": 2020,
                "sex": sex,
                "age": age,
                "population_count": count,
            }
            for code, age, count in (("305", 8, 500.0), ("305", 40, 3000.0), ("305", 90, 250.0))
            for sex in ("female", "male")
        ],
        "fct_projection": [
            {
                "municipality_code": "305",
                "scenario_id": "base",
                "base_year": 2020,
                "projection_year": 2030,
                "scheme": "service",
                "age_group": group,
                "mean": middle,
                "p10": low,
                "p50": middle,
                "p90": high,
            }
            for group, low, middle, high in (("7-12", 629.0, 710.0, 791.0), ("85+", 598.0, 676.0, 754.0))
        ],
        "fct_forecast_score": [
            {
                "issuer": "statistics_finland",
                "vintage": "2019",
                "municipality_code": code,
                "projection_year": 2020,
                "horizon_years": 2,
                "forecast": forecast,
                "actual": actual,
                "error_pct": error,
            }
            for code, forecast, actual, error in (
                ("305", 14841.0, 15213.0, -2.45),
                ("832", 3955.0, 3916.0, 1.0),
            )
        ],
    }


@pytest.fixture(scope="session")
def tiny_marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny country as published; written once, to be read only."""
    marts = tmp_path_factory.mktemp("tiny") / "marts"
    write_snapshot(marts, tiny_country())
    return marts


@pytest.fixture
def marts_dir(tmp_path: Path, tiny_marts: Path) -> Path:
    """An own copy of the tiny country's marts directory."""
    return Path(shutil.copytree(tiny_marts, tmp_path / "marts"))


@pytest.fixture
def store(marts_dir: Path) -> SnapshotStore:
    return SnapshotStore(marts_dir)


@pytest.fixture(scope="session")
def tiny_store(tiny_marts: Path) -> SnapshotStore:
    """A store over the tiny country, for tests that publish nothing."""
    return SnapshotStore(tiny_marts)


@pytest.fixture
def reader(tiny_store: SnapshotStore) -> Reader:
    """A function that gives the context of a municipality's page in a language."""
    return partial(reader_context, tiny_store)
