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


def test_an_unknown_kpi_is_answered_with_the_nearest(own_build: Settings) -> None:
    with pytest.raises(PlainFailure, match="did you mean loans_per_capita") as refused:
        find_kpi(own_build, "loans_per_capta")
    assert refused.value.code is ExitCode.USAGE
