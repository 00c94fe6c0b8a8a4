"""What the dbt folder promises without running dbt."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
import yaml

from contract.published import PUBLISHED_TABLES, PublishedTable
from dagster_project.dbt_codegen import DBT_DIR, drifted
from dagster_project.dbt_kpi import read_kpis

KPIS = read_kpis(DBT_DIR / "models" / "marts")


def seed(name: str) -> list[dict[str, str]]:
    with (DBT_DIR / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def described_models() -> dict[str, dict]:
    """Every model's YAML by name."""
    models: dict[str, dict] = {}
    for path in DBT_DIR.glob("models/**/*.yml"):
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", []):
            models[model["name"]] = model
    return models


def test_there_is_no_python_under_dbt() -> None:
    """The folder joins the installed `dbt` package's path: a module there would hide dbt's own."""
    assert list(DBT_DIR.rglob("*.py")) == []


def test_generated_files_are_as_the_definitions_say() -> None:
    assert drifted() == (), "run `kuntaluotsi generate`"


@pytest.mark.parametrize("table", PUBLISHED_TABLES, ids=lambda table: table.name)
def test_the_contract_of_a_mart_is_enforced_and_is_the_published_one(table: PublishedTable) -> None:
    model = described_models()[table.name]
    assert model["config"]["contract"] == {"enforced": True}
    described = {column["name"]: column["data_type"].upper() for column in model["columns"]}
    assert list(described.items()) == list(table.columns.items())


def test_every_model_says_its_grain_first_and_proves_it_with_a_key() -> None:
    models = described_models()
    files = {path.stem for path in DBT_DIR.glob("models/**/*.sql")}
    assert files == set(models)
    without_key = {
        "kpi_values",
        "int_division",
    }  # the union's rows are proved in the facts; one row has no key
    for name, model in models.items():
        assert model["description"].startswith("One row"), name
        tests = [next(iter(test)) for test in model.get("data_tests", []) if isinstance(test, dict)]
        assert name in without_key or "grain" in tests, name


def test_every_ratio_has_a_unit_test_with_literal_rows() -> None:
    for kpi in KPIS:
        document = yaml.safe_load(kpi.path.read_text(encoding="utf-8"))
        statuses = [row["value_status"] for test in document["unit_tests"] for row in test["expect"]["rows"]]
        assert "final" in statuses, kpi.kpi_id
        assert "not_available" in statuses, kpi.kpi_id


def test_no_text_calls_register_figures_an_unemployment_rate() -> None:
    """The unemployment rate is a figure of the Labour Force Survey, which gives none for municipalities."""
    for kpi in KPIS:
        text = kpi.path.read_text(encoding="utf-8").lower()
        for word in ("työttömyysaste", "arbetslöshetstal", "arbetslöshetsgrad", "unemployment rate"):
            assert word not in text, f"{kpi.kpi_id}: {word}"


def test_dependency_ratios_are_neither_good_nor_bad() -> None:
    directions = {kpi.kpi_id: kpi.definition.direction for kpi in KPIS}
    assert directions["demographic_dependency_ratio"] == "none"
    assert directions["economic_dependency_ratio"] == "none"


def test_economy_says_until_when_it_includes_social_and_health_services() -> None:
    of_one_service = {"education_net_costs_per_capita", "social_health_net_costs_per_capita"}
    for kpi in KPIS:
        if kpi.theme == "economy" and kpi.kpi_id not in of_one_service:
            assert kpi.definition.includes_social_and_health_until == 2022
            assert "sisältää soten" in kpi.definition.caveat.fi


def test_net_costs_of_social_and_health_services_say_that_they_ended_with_the_counties() -> None:
    definitions = {kpi.kpi_id: kpi.definition for kpi in KPIS}
    assert definitions["social_health_net_costs_per_capita"].includes_social_and_health_until == 2022
    assert definitions["education_net_costs_per_capita"].includes_social_and_health_until is None


def test_group_loans_say_that_they_are_not_the_figure_of_the_local_government_act() -> None:
    caveat = next(kpi for kpi in KPIS if kpi.kpi_id == "group_loans_per_capita").definition.caveat
    assert "Ei sama kuin kuntalain 118 §" in caveat.fi


def test_inflected_names_are_data() -> None:
    locative = {row["name_fi"]: row["name_fi_locative"] for row in seed("municipalities")}
    expected = {
        "Rovaniemi": "Rovaniemellä", "Varkaus": "Varkaudessa", "Ii": "Iissä", "Kuusamo": "Kuusamossa",
        "Vaasa": "Vaasassa", "Tampere": "Tampereella", "Seinäjoki": "Seinäjoella", "Iisalmi": "Iisalmessa",
        "Lapinlahti": "Lapinlahdella", "Leppävirta": "Leppävirralla", "Kaavi": "Kaavilla", "Oulu": "Oulussa",
        "Joroinen": "Joroisissa", "Vieremä": "Vieremällä", "Kemijärvi": "Kemijärvellä", "Raahe": "Raahessa",
        "Hämeenkyrö": "Hämeenkyrössä", "Kangasala": "Kangasalla", "Virrat": "Virroilla",
    }  # fmt: skip
    assert {name: locative[name] for name in expected} == expected
    genitive = {row["name_fi"]: row["name_fi_genitive"] for row in seed("municipalities")}
    assert (genitive["Kaustinen"], genitive["Virrat"], genitive["Loppi"]) == ("Kaustisen", "Virtain", "Lopen")
    assert all(genitive.values())
    assert sum(not form for form in locative.values()) <= 2


def test_kuusamo_has_a_town_manager_and_taivalkoski_a_municipal_manager() -> None:
    title = {row["name_fi"]: row["manager_title"] for row in seed("municipalities")}
    assert title["Kuusamo"] == "kaupunginjohtaja"
    assert title["Taivalkoski"] == "kunnanjohtaja"
    assert {name for name, word in title.items() if word == "pormestari"} == {
        "Helsinki", "Tampere", "Turku", "Tuusula", "Pirkkala",
    }  # fmt: skip


def test_networks_have_their_members_in_their_years() -> None:
    members = seed("network_members")
    assert len([row for row in members if row["area_code"] == "eps2"]) == 13
    early = [row for row in members if row["area_code"] == "pohjois_savo" and row["valid_from"] < "2021"]
    late = [row for row in members if row["area_code"] == "pohjois_savo" and row["valid_from"] >= "2021"]
    assert (len(early), [row["municipality_code"] for row in late]) == (18, ["171"])
    assert all(row["source"] for row in members)


def test_age_group_schemes_have_every_age_once() -> None:
    schemes: dict[str, list[int]] = {}
    for row in seed("age_groups"):
        ages = range(int(row["age_from"]), int(row["age_to"]) + 1)
        schemes.setdefault(row["scheme"], []).extend(ages)
    assert set(schemes) == {"total", "broad", "service", "report"}
    assert all(ages == list(range(101)) for ages in schemes.values())


def test_the_profile_takes_everything_of_the_machine_from_the_environment() -> None:
    text = (DBT_DIR / "profiles.yml").read_text(encoding="utf-8")
    output = yaml.safe_load(text)["kuntaluotsi"]["outputs"]["warehouse"]
    assert output["path"] == "{{ env_var('KUNTALUOTSI_WAREHOUSE') }}"
    assert output["settings"]["autoinstall_known_extensions"] is False
    assert output["settings"]["autoload_known_extensions"] is False
    assert "extensions" not in output
    flags = yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["flags"]
    assert flags["send_anonymous_usage_stats"] is False


@pytest.mark.reference
def test_codes_names_and_regions_are_those_of_the_published_divisions(reference_data: Path) -> None:
    import json

    import pandas as pd

    keys = pd.read_parquet(reference_data / "tidy" / "municipality_keys_2013_2026.parquet")
    keys = keys[keys["vuosi"] >= 2017].sort_values("vuosi").drop_duplicates("kuntakoodi", keep="last")
    published = {
        code: (name, f"MK{int(region):02d}")
        for code, name, region in zip(keys["kuntakoodi"], keys["kunta"], keys["maakuntakoodi"], strict=True)
    }
    rows = seed("municipalities")
    assert {row["municipality_code"]: (row["name_fi"], row["region_code"]) for row in rows} == published

    areas = json.loads(
        (reference_data / "geo" / "municipalities_2025_with_neighbours.geojson").read_text("utf-8")
    )
    swedish = {area["properties"]["kunta"]: area["properties"]["namn"] for area in areas["features"]}
    own = {row["municipality_code"]: row["name_sv"] for row in rows}
    assert {code: own[code] for code in swedish} == swedish


@pytest.mark.reference
def test_changes_of_region_and_mergers_are_those_of_the_published_divisions(reference_data: Path) -> None:
    import pandas as pd

    keys = pd.read_parquet(reference_data / "tidy" / "municipality_keys_2013_2026.parquet")
    region = {(row.vuosi, row.kuntakoodi): f"MK{int(row.maakuntakoodi):02d}" for row in keys.itertuples()}
    moved = {
        (code, region[year - 1, code], f"{year}-01-01")
        for (year, code), now in region.items()
        if region.get((year - 1, code), now) != now
    }
    seeded = {
        (row["municipality_code"], row["region_code_before"], row["valid_from"])
        for row in seed("region_changes")
    }
    assert seeded == moved
    gone = {
        (code, f"{year + 1}-01-01")
        for (year, code) in region
        if year < 2026 and (year + 1, code) not in region
    }
    changes = [row for row in seed("municipality_changes") if row["kind"] != "part_transfer"]
    assert {
        (row["from_code"], row["valid_from"]) for row in changes if row["valid_from"] > "2013-01-01"
    } == gone


def test_the_number_of_municipalities_of_each_year_is_the_one_that_statistics_finland_gives() -> None:
    """Counted back from 308: 444 in 2004, 431 in 2006, 415 in 2008, 348 in 2009, 336 in 2012, 320 in 2013."""
    changes = [row for row in seed("municipality_changes") if row["kind"] != "part_transfer"]
    began = {row["municipality_code"]: row["valid_from"] for row in reversed(seed("municipality_names"))}
    ended = {row["from_code"]: row["valid_from"] for row in changes}
    codes = {row["municipality_code"] for row in seed("municipalities")} | set(ended)
    counted = {
        year: sum(1 for code in codes if (began.get(code) or "") <= f"{year}-01-01" < ended.get(code, "9999"))
        for year in (1981, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2012, 2013, 2015, 2016, 2017, 2020, 2025)
    }
    assert list(counted.values()) == [
        461,
        444,
        432,
        431,
        416,
        415,
        348,
        342,
        336,
        320,
        317,
        313,
        311,
        310,
        308,
    ]


def test_a_label_of_a_break_fits_above_a_chart_on_a_phone() -> None:
    """Written on one line beside its mark; at 390 px about 24 letters fit on either side."""
    long = [
        row[f"label_{language}"]
        for row in seed("breaks")
        for language in ("fi", "sv", "en")
        if not 0 < len(row[f"label_{language}"]) <= 24
    ]
    assert long == []


@pytest.mark.reference
def test_receivers_are_those_of_the_official_list_of_abolished_municipalities(reference_data: Path) -> None:
    """The file's `joiner` is the one that ceased and `joinee` the one it went to."""
    import pandas as pd

    listed = pd.read_parquet(reference_data / "tidy" / "abolished_municipalities.parquet")
    official: dict[str, set[str]] = {}
    for ceased, receiver in zip(listed["joiner"].str[-3:], listed["joinee"].str[-3:], strict=True):
        if ceased != receiver:
            official.setdefault(ceased, set()).add(receiver)
    own: dict[str, set[str]] = {}
    for row in seed("municipality_changes"):
        if row["kind"] in ("merger", "split", "code_change") and row["valid_from"] < "2020-01-01":
            own.setdefault(row["from_code"], set()).add(row["to_code"])
    assert {code: official[code] for code in own} == own
    split = {row["from_code"] for row in seed("municipality_changes") if row["kind"] == "split"}
    assert split == {code for code in own if len(own[code]) > 1}
