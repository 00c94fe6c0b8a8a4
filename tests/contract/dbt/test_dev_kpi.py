"""An analyst rebuilds one KPI on a copy of the warehouse and is told what came of it."""

from __future__ import annotations

import pytest

from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.dev_dbt import build_kpi, find_kpi
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.kpi_view import view_kpi
from dagster_project.settings import Settings


def test_a_rebuilt_kpi_is_checked_and_differs_from_the_night_where_its_input_does(
    own_build: Settings,
) -> None:
    kpi = find_kpi(own_build, "TA11")
    with open_warehouse(own_build) as connection:
        connection.execute(
            "update intermediate.int_key_figures set value = value + 1 "
            "where key_figure = 'loans' and municipality_code = '305' and reference_year = 2020"
        )
    built = build_kpi(own_build, kpi)
    with open_warehouse(own_build, read_only=True) as connection:
        view = view_kpi(connection, kpi, "305")

    assert {check.kind for check in built.checks} == {"test", "unit_test"}
    assert all(check.passed for check in built.checks)
    assert view.newest_period == "2020"
    assert view.own[0].name == "Kuusamo"
    assert view.difference.changed == 1
    assert view.difference.largest is not None
    assert view.difference.largest.startswith("Kuusamo 2020: ")


def test_a_check_that_fails_and_a_model_that_does_not_build_are_told_in_words(own_build: Settings) -> None:
    kpi = find_kpi(own_build, "TA11")
    loans = "key_figure = 'loans' and municipality_code = '305' and reference_year = 2020"
    with open_warehouse(own_build) as connection:
        connection.execute("create table main.kept as from intermediate.int_key_figures")
        connection.execute(
            f"insert into intermediate.int_key_figures from intermediate.int_key_figures where {loans}"
        )
    try:
        (failed,) = (check for check in build_kpi(own_build, kpi).checks if not check.passed)
        with open_warehouse(own_build) as connection:
            connection.execute("alter table intermediate.int_key_figures drop column value")
        with pytest.raises(PlainFailure, match=r"kpi_loans_per_capita was not built: .*\bvalue\b"):
            build_kpi(own_build, kpi)
    finally:
        with open_warehouse(own_build) as connection:
            connection.execute("create or replace table intermediate.int_key_figures as from main.kept")
            connection.execute("drop table main.kept")
    assert failed.kind == "test"
    assert failed.name.startswith("grain_")
    assert failed.message


def test_rebuilding_one_kpi_writes_no_manifest_of_the_whole_project(own_build: Settings) -> None:
    manifest = own_build.dbt_target_dir / "manifest.json"
    manifest.unlink(missing_ok=True)
    build_kpi(own_build, find_kpi(own_build, "TA11"))
    assert not manifest.exists()


def test_an_unknown_kpi_is_answered_with_the_nearest(own_build: Settings) -> None:
    with pytest.raises(PlainFailure, match="did you mean loans_per_capita") as refused:
        find_kpi(own_build, "loans_per_capta")
    assert refused.value.code is ExitCode.USAGE
