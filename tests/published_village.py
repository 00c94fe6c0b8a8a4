"""A published village with a forecast for twenty years, and its population page as the server paints it."""

from __future__ import annotations

import re
from datetime import date

from published_snapshot import kpi, kpi_value, municipality, source

from dashboards.components.first_paint import render
from dashboards.context import RequestContext
from dashboards.pages import population

BASE_YEAR, YEARS = 2020, range(2021, 2041)
SERVICE = {"7-12": (7, 12, 1000.0, 0.75), "13-15": (13, 15, 500.0, 1.0), "85+": (85, 100, 20.0, 2.0)}
"""Ages of the groups, their people in the base year, and the factor by which the forecast changes them."""


def growing_village() -> dict[str, list[dict[str, object]]]:
    """A municipality with a forecast for twenty years, and one with the key figures only."""
    forecast = {"municipality_code": "305", "scenario_id": "base", "base_year": BASE_YEAR}
    groups = {**{key: ("service", *row) for key, row in SERVICE.items()}}
    groups["0-14"] = ("broad", 0, 14, 1500.0, 0.8)
    groups["total"] = ("total", 0, 100, 1520.0, 0.9)
    return {
        "dim_municipality": [
            municipality(
                "305", "Kuusamo", 1520.0, name_fi_genitive="Kuusamon", name_fi_locative="Kuusamossa"
            ),
            municipality("091", "Helsinki", None, has_full_data=False),
        ],
        "dim_age_group": [
            {"scheme": scheme, "age_group": key, "age_from": low, "age_to": high, "sort_order": order}
            for order, (key, (scheme, low, high, _, _)) in enumerate(groups.items())
        ],
        "dim_kpi": [
            kpi("population", "Väkiluku"),
            kpi("live_births", "Syntyneet"),
            kpi("natural_increase", "Luonnollinen väestönlisäys", "per_mille"),
            kpi("net_immigration", "Nettomaahanmuutto", "per_mille"),
        ],
        "dim_source": [
            source("vital_events", "11ae", "Väestönmuutokset"),
            source("population_by_age", "11re", "Väestö iän mukaan"),
            source("population_projection_2024", "14wx", "Väestöennuste"),
        ],
        "fct_kpi_value": [
            kpi_value("305", "population", "2015", 1600.0),
            kpi_value("305", "population", "2019", 1510.0),
            kpi_value("305", "population", "2020", 1520.0),
            kpi_value("305", "live_births", "2019", 14.0, lower=8.0, upper=23.0),
            kpi_value("305", "live_births", "2020", 16.0, lower=9.0, upper=26.0),
            _rate("natural_increase", -4.0, -7.0, -1.0, -6.0),
            _rate("net_immigration", 2.0, -1.0, 5.0, 3.0),
        ],
        "fct_population": [
            {"municipality_code": "305", "reference_year": BASE_YEAR, "sex": "female", "age": age}
            | {"population_count": count}
            for age, count in ((8, 1000.0), (14, 500.0), (90, 20.0))
        ],
        "fct_projection": [
            {**forecast, "projection_year": year, "scheme": scheme, "age_group": key}
            | dict.fromkeys(("mean", "p50"), now * factor)
            | {"p10": now * factor - 10, "p90": now * factor + 10}
            for year in YEARS
            for key, (scheme, _, _, now, factor) in groups.items()
        ],
        "fct_projection_age": [
            {**forecast, "projection_year": year, "sex": "female", "age": 8}
            | {"mean": 800.0, "p10": 700.0, "p50": 800.0, "p90": 900.0 + year}
            for year in YEARS
        ],
        "fct_official_projection": [
            {"vintage": 2024, "published_at": date(2024, 10, 24), "municipality_code": "305"}
            | {"projection_year": year, "age": 8, "value": 1500.0}
            for year in (2024, 2035)
        ],
    }


def _rate(kpi_id: str, value: float, lower: float, upper: float, persons: float) -> dict[str, object]:
    """A rate per mille of 1 500 people with the persons behind it."""
    return kpi_value(
        "305", kpi_id, "2020", value, lower=lower, upper=upper, numerator=persons, denominator=1500.0
    )


def painted(context: RequestContext) -> str:
    return render(population.layout(context)).replace("\u2060", "")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ")


def section(html: str, card_id: str) -> str:
    found = re.search(rf'<section[^>]* id="{card_id}".*?</section>', html, re.DOTALL)
    assert found, f"no section {card_id}"
    return found[0]
