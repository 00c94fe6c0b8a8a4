"""`make bench-kpi` compares the same models on both sides and tells growth that is more than linear."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from benchmarks.kpi_layer import Raw, _grow, compiled, growth_line, run_alone
from dagster_project.settings import Settings

FLOOR = Raw(seconds=1.0, processor_seconds=1.0, rows=10, slowest="kpi_a", slowest_seconds=0.5)


def test_the_floor_runs_every_model_that_dbt_ran() -> None:
    ran = [
        {"unique_id": f"model.kuntaluotsi.kpi_{name}", "compiled_code": f"select '{name}'"} for name in "ab"
    ]
    assert compiled({"results": ran}) == {"kpi_a": "select 'a'", "kpi_b": "select 'b'"}
    with pytest.raises(RuntimeError, match="dbt ran no KPI model"):
        compiled({"results": []})


@pytest.mark.parametrize(
    ("processor_seconds", "told"), [(10.0, "no more than linear"), (10.1, "MORE THAN LINEAR")]
)
def test_time_that_grows_more_than_the_inputs_is_told(processor_seconds: float, told: str) -> None:
    grown = replace(FLOOR, processor_seconds=processor_seconds, rows=100)
    assert growth_line("areas", 10, FLOOR, grown).endswith(f"for 10.0 × the rows: {told}")


@pytest.mark.parametrize("column", ["municipality_code", "reference_year"])
def test_the_grown_inputs_give_every_model_so_many_times_its_rows(tmp_path: Path, column: str) -> None:
    house = Settings(profile="test", data_root=tmp_path)
    with duckdb.connect(str(house.warehouse_path)) as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_people as select * "
            "from (values ('305', 2020, 7), ('564', 2020, 8)) "
            "as counted(municipality_code, reference_year, people)"
        )
        _grow(connection, "grown", column, 3)
    sql = 'select municipality_code, reference_year, people from "warehouse"."intermediate"."int_people"'
    raw = run_alone(house, {"kpi_people": sql}, "grown")
    assert (raw.rows, raw.slowest) == (6, "kpi_people")
    with duckdb.connect(str(house.warehouse_path), read_only=True) as connection:
        (distinct,) = connection.execute(f"select count(distinct {column}) from floor.kpi_people").fetchone()
    assert distinct == (6 if column == "municipality_code" else 3)
