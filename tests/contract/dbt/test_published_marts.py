"""What dbt builds is what the contract publishes, from the extract that comes with the project."""

from __future__ import annotations

import json
from collections.abc import Callable

import duckdb
import pytest
import sqlglot

from contract.published import PUBLISHED_TABLES, PublishedTable
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import load_catalogue

RunDbt = Callable[..., str]


def _listed(run_dbt: RunDbt, settings: Settings, selector: str) -> set[str]:
    """Ids of the nodes that the selector runs."""
    output = ["--output", "json", "--output-keys", "unique_id"]
    said = run_dbt(settings, "--quiet", "ls", *output, "--selector", selector)
    return {json.loads(line)["unique_id"] for line in said.splitlines() if line.startswith("{")}


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


@pytest.mark.parametrize("table", PUBLISHED_TABLES, ids=lambda table: table.name)
def test_a_published_table_has_the_columns_types_and_order_of_the_contract(
    bundled: duckdb.DuckDBPyConnection, table: PublishedTable
) -> None:
    described = rows(bundled, f"describe marts.{table.name}")
    assert {name: kind for name, kind, *_ in described} == table.columns
    assert [name for name, *_ in described] == list(table.columns)


def test_every_formula_holds_on_its_literal_rows(own_build: Settings, run_dbt: RunDbt) -> None:
    assert "ERROR=0" in run_dbt(own_build, "test", "--selector", "unit_tests")


def test_the_two_halves_of_the_run_hold_every_model_and_no_unit_test(
    own_build: Settings, run_dbt: RunDbt
) -> None:
    halves = [_listed(run_dbt, own_build, name) for name in ("before_engine", "after_engine")]
    manifest = json.loads((own_build.dbt_target_dir / "manifest.json").read_text("utf-8"))
    every_model = {
        key for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")
    }
    assert every_model
    assert manifest["unit_tests"]
    assert not halves[0] & halves[1]
    assert every_model <= halves[0] | halves[1]
    assert not set(manifest["unit_tests"]) & (halves[0] | halves[1])


def test_only_the_named_schemas_are_made(bundled: duckdb.DuckDBPyConnection) -> None:
    made = {name for (name,) in rows(bundled, "select distinct table_schema from information_schema.tables")}
    sources = {entry.key[0] for entry in load_catalogue()} | {"raw_own", "raw_meta"}
    assert made == sources | {"foresight", "seeds", "staging", "intermediate", "marts"}


def test_municipalities_known_only_from_key_figures_have_no_population(
    bundled: duckdb.DuckDBPyConnection,
) -> None:
    counted = rows(
        bundled,
        "select has_full_data, count(*), count(population_count) from marts.dim_municipality "
        "group by has_full_data order by has_full_data",
    )
    assert counted == [(False, 275, 0), (True, 34, 34)]


def test_the_rest_of_the_country_and_what_is_loaded_make_the_whole(
    bundled: duckdb.DuckDBPyConnection,
) -> None:
    differences = rows(
        bundled,
        """
        select reference_year, sex, age
        from intermediate.int_population_by_age
        group by reference_year, sex, age
        having sum(case when municipality_code = 'SSS' then population_count else -population_count end) <> 0
        """,
    )
    assert differences == []


def test_areas_with_a_member_missing_are_not_summed(bundled: duckdb.DuckDBPyConnection) -> None:
    summed = {code for (code,) in rows(bundled, "select distinct area_code from marts.fct_population_area")}
    assert summed == {"SSS", "rest", "MK11", "eps2", "pohjois_savo"}
    statuses = rows(
        bundled,
        "select distinct value_status from marts.fct_kpi_value_area "
        "where area_code in ('MK17', 'eps3') and kpi_id = 'live_births'",
    )
    assert statuses == [("not_available",)]


def test_joroinen_belongs_to_its_network_and_region_from_2021(bundled: duckdb.DuckDBPyConnection) -> None:
    dates = rows(
        bundled,
        "select area_code, cast(valid_from as varchar), cast(valid_to as varchar) "
        "from marts.bridge_area_municipality "
        "where municipality_code = '171' and area_code in ('MK10', 'MK11', 'pohjois_savo') order by 1",
    )
    assert dates == [
        ("MK10", "2013-01-01", "2020-12-31"),
        ("MK11", "2021-01-01", None),
        ("pohjois_savo", "2021-01-01", None),
    ]


def test_years_between_the_editions_of_the_key_figures_stay_empty(bundled: duckdb.DuckDBPyConnection) -> None:
    years = rows(
        bundled,
        "select distinct cast(period as integer) as year from marts.fct_kpi_value "
        "where kpi_id = 'loans_per_capita' order by year",
    )
    assert [year for (year,) in years] == [*range(2006, 2017), 2020]


def test_every_model_can_be_read_by_a_spark_compatible_engine(bundled_build: Settings) -> None:
    """Room to outgrow one machine: the models' SQL translates without a construct that is only DuckDB's."""
    compiled = bundled_build.dbt_target_dir / "compiled" / "kuntaluotsi" / "models"
    files = [path for path in compiled.rglob("*.sql") if path.parent.suffix != ".yml"]
    assert len(files) >= 60
    for path in files:
        sqlglot.transpile(
            path.read_text(encoding="utf-8"),
            read="duckdb",
            write="spark",
            unsupported_level=sqlglot.ErrorLevel.RAISE,
        )
