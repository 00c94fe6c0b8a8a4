"""The dictionary page tells every KPI and published table of the snapshot, in plain HTML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from dash import html
from flask.testing import FlaskClient
from published_snapshot import TODAY, kpi, municipality, reader_context, source, write_snapshot

from contract.locale_formats import number
from contract.messages import has_message
from contract.published import PUBLISHED_TABLES
from contract.snapshot import MANIFEST_FILE
from dagster_project.dbt_codegen import DBT_DIR
from dagster_project.dbt_dictionary import UNITS, read_dictionary
from dagster_project.dbt_kpi import read_kpis
from dashboards.app import create_app
from dashboards.components.described_tables import with_code
from dashboards.components.first_paint import render
from dashboards.data.store import SnapshotStore
from dashboards.pages import dictionary

POPULATION_TABLE = {
    "table_name": "fct_population",
    "sort_order": 1,
    "topic": "population",
    "title_fi": "Väestö",
    "title_sv": "Befolkning",
    "title_en": "Population",
    "description_fi": "Yksi rivi kuntaa kohden. `age` on ikä.",
    "description_sv": "En rad per kommun.",
    "description_en": "One row per municipality.",
    "grain_fi": "Yksi rivi kuntaa kohden.",
    "grain_sv": "En rad per kommun.",
    "grain_en": "One row per municipality.",
    "key_columns": "municipality_code,age",
    "audience": "public",
}


def column(name: str, data_type: str, unit: str | None = None, **more: object) -> dict[str, object]:
    return {
        "table_name": "fct_population",
        "column_name": name,
        "sort_order": 1,
        "data_type": data_type,
        "is_key": False,
        "unit": unit,
        "description_en": f"The {name}.",
        **more,
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SnapshotStore:
    """One table, one KPI with a break and one that waits for a register."""
    marts = tmp_path_factory.mktemp("dictionary") / "marts"
    texts = {
        f"{field}_{lang}": f"{field} {lang}" for field in ("formula", "caveat") for lang in ("fi", "sv", "en")
    }
    directory = write_snapshot(
        marts,
        {
            "dim_municipality": [municipality("305", "Kuusamo", 15213.0)],
            "dim_kpi": [
                kpi(
                    "annual_margin",
                    "Vuosikate",
                    "eur_per_capita",
                    catalogue_code="TA01",
                    theme="economy",
                    direction="higher",
                    valid_for="mainland",
                    owner="finance",
                    **texts,
                )
            ],
            "dim_source": [source("vital_events", "11ae", "Väestönmuutokset")],
            "dim_break": [
                {
                    "break_id": "duties",
                    "starts_on": date(2023, 1, 1),
                    "changes_meaning": True,
                    "area_scope": "mainland",
                    "source": "laki",
                    **{f"label_{lang}": "tehtävät muuttuivat" for lang in ("fi", "sv", "en")},
                    **{f"description_{lang}": "Tehtäviä siirtyi." for lang in ("fi", "sv", "en")},
                }
            ],
            "bridge_break_kpi": [{"break_id": "duties", "kpi_id": "annual_margin"}],
            "dim_published_table": [POPULATION_TABLE],
            "dim_published_column": [
                column("municipality_code", "VARCHAR", is_key=True),
                column("age", "INTEGER", "age", is_key=True, sort_order=2),
                column("population_count", "DOUBLE", "persons", sort_order=3),
            ],
            "dim_kpi_waiting": [
                {
                    "catalogue_code": "HE02",
                    "theme": "staff",
                    "name_fi": "Sairauspoissaolot",
                    "name_sv": "Sjukfrånvaro",
                    "name_en": "Sick leave",
                    "waits_for": "register",
                    "register_id": "staff",
                    "missing_fi": "Laskenta puuttuu.",
                    "missing_sv": "Beräkningen saknas.",
                    "missing_en": "The computation is missing.",
                }
            ],
        },
    )
    manifest = json.loads((directory / MANIFEST_FILE).read_text("utf-8"))
    counted = {"name": "fct_population", "file": "x", "rows": 12345, "sha256": "0", "audience": "public"}
    (directory / MANIFEST_FILE).write_text(json.dumps(manifest | {"tables": [counted]}), "utf-8")
    return SnapshotStore(marts)


def painted(store: SnapshotStore, language: str = "fi") -> str:
    return render(dictionary.layout(reader_context(store, language=language)))


def test_a_kpi_is_told_with_all_that_is_known_of_it(store: SnapshotStore) -> None:
    page = painted(store)
    for said in (
        'id="kpi-annual_margin"', "Vuosikate", "formula fi", "caveat fi", "suurempi on parempi",
        "Manner-Suomen kuntia", "vuosittain, tavallisesti 4 kuukauden kuluttua", "taloudesta vastaava",
        "Väestönmuutokset (11ae)", "Tehtäviä siirtyi. Lukuja ei verrata katkoksen yli.", "TA01",
    ):  # fmt: skip
        assert said in page, said
    assert "mittari=annual_margin" in page


def test_a_table_is_told_with_grain_key_rows_and_columns(store: SnapshotStore) -> None:
    page = painted(store)
    assert "Yksi rivi kuntaa kohden." in page
    assert number(12345, "fi") in page
    assert "<code>municipality_code</code>, <code>age</code>" in page
    assert "<code>age</code> on ikä." in page
    row = page.split("<code>population_count</code>")[1].split("</tr>")[0]
    assert ">luku<" in row
    assert ">henkilöä<" in row
    assert '<td lang="en">The population_count.</td>' in row


@pytest.mark.parametrize(
    ("language", "name", "missing", "register"),
    [
        ("fi", "Sairauspoissaolot", "Laskenta puuttuu.", "rekisteri Henkilöstö"),
        ("sv", "Sjukfrånvaro", "Beräkningen saknas.", "registret Personal"),
        ("en", "Sick leave", "The computation is missing.", "register Staff"),
    ],
)
def test_a_kpi_that_is_waited_for_says_what_it_lacks(
    store: SnapshotStore, language: str, name: str, missing: str, register: str
) -> None:
    page = painted(store, language)
    assert all(said in page for said in ("HE02", name, missing, register))


def test_a_snapshot_from_before_the_dictionary_shows_its_kpis_alone(tmp_path: Path) -> None:
    write_snapshot(
        tmp_path / "marts", {"dim_municipality": [municipality("305", "Kuusamo")], "dim_kpi": [kpi("a", "A")]}
    )
    page = painted(SnapshotStore(tmp_path / "marts"))
    assert 'id="tunnusluvut"' in page
    assert 'id="taulut"' not in page
    assert 'href="#taulut"' not in page


@pytest.fixture
def client(store: SnapshotStore) -> Iterator[FlaskClient]:
    yield create_app(store, today=lambda: TODAY).server.test_client()


@pytest.mark.parametrize(
    ("dataset", "column_name", "value"),
    [
        ("kpi_catalogue", "kpi_id", "annual_margin"),
        ("kpi_waiting", "register_id", "staff"),
        ("published_columns", "column_name", "municipality_code"),
    ],
)
def test_each_part_is_a_download(client: FlaskClient, dataset: str, column_name: str, value: str) -> None:
    answer = client.get(f"/csv/{dataset}?kunta=305&kieli=fi")
    assert answer.status_code == 200
    lines = answer.get_data(as_text=True).split("\r\n\r\n")[1]
    first = next(csv.DictReader(io.StringIO(lines), delimiter=";"))
    assert first[column_name] == value


def test_dbts_own_pages_are_linked_and_served_only_where_they_are_built(
    store: SnapshotStore, tmp_path: Path
) -> None:
    built = tmp_path / "lineage.html"
    client = create_app(store, today=lambda: TODAY, lineage_page=built).server.test_client()
    address = "/tietohakemisto?kunta=305&kieli=en"
    assert 'href="/dbt"' not in client.get(address).get_data(as_text=True)
    missing = client.get("/dbt")
    assert (missing.status_code, "kuntaluotsi docs" in missing.get_data(as_text=True)) == (404, True)
    built.write_text("<html>lineage</html>", encoding="utf-8")
    assert 'href="/dbt"' in client.get(address).get_data(as_text=True)
    answer = client.get("/dbt")
    assert answer.get_data(as_text=True) == "<html>lineage</html>"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_what_stands_between_backticks_is_code() -> None:
    assert render(html.P(with_code("Key of `dim_kpi`; not `a`."))) == (
        "<p>Key of <code>dim_kpi</code>; not <code>a</code>.</p>"
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_unit_type_topic_and_audience_has_its_words(language: str) -> None:
    words = read_dictionary(DBT_DIR / "models" / "marts")
    keys = [f"unit.{unit}" for unit in UNITS]
    keys += [f"type.{kind.lower()}" for table in PUBLISHED_TABLES for kind in table.columns.values()]
    keys += [f"topic.{table.topic}" for table in words] + [
        f"audience.{table.audience}" for table in PUBLISHED_TABLES
    ]
    keys += [f"direction.{item.definition.direction}" for item in read_kpis(DBT_DIR / "models" / "marts")]
    assert sorted({key for key in keys if not has_message(language, f"dictionary.{key}")}) == []
