"""What holds a KPI to published figures: the checks of its YAML, the second reading, the comparison."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from pydantic import ValidationError

from dagster_project.dbt_codegen import DBT_DIR
from dagster_project.dbt_kpi import Kpi, KpiDefinition, read_kpis
from dagster_project.figure_checks import FigureCheck, verification_of
from dagster_project.running.figures_check import LEAST_MUNICIPALITIES, FiguresCheck, check_figures
from dagster_project.running.published_cells import read_cells, sums_of

CODES = [f"{code:03}" for code in range(1, LEAST_MUNICIPALITIES + 2)]
FETCHED = "2026-01-02T03:04:05.678901Z"

TABLES_OF_THE_SNAPSHOT = """
    create table dim_table_border as
    select 'statfin' as source, 'people' as table_name, 2017 as border_year;
    create table fct_municipality_change as
    select '900' as from_code, '001' as to_code, date '2020-01-01' as valid_from, 'merger' as kind;
    create table dim_source as
    select 'statfin' as source, 'people' as table_name, ?::timestamp as fetched_at;
"""


def check(kind: str = "passed_through", measure: str = "value", **fields: object) -> FigureCheck:
    told = {"table": "statfin.people", "figures": {"people": 1}, "kind": kind, "measure": measure, **fields}
    return FigureCheck.model_validate(told)


def land(folder: Path, values: list[float | None], *, time: str = "2020", figure: str = "people") -> Path:
    """An answer with one figure of one period for every code of CODES."""
    folder.mkdir(parents=True)
    answer = {
        "id": ["alue_23_20210101", "year", "contents"],
        "size": [len(CODES), 1, 1],
        "role": {"geo": ["alue_23_20210101"], "time": ["year"], "metric": ["contents"]},
        "dimension": {
            "alue_23_20210101": {"category": {"index": {f"KU{code}": n for n, code in enumerate(CODES)}}},
            "year": {"category": {"index": {time: 0}}},
            "contents": {"category": {"index": {figure: 0}}},
        },
        "value": values,
    }
    (folder / "data.json").write_text(json.dumps(answer), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"fetched_at": FETCHED}), encoding="utf-8")
    return folder


def compared(
    tmp_path: Path, own: dict[str, float | None], one: FigureCheck, **landed: object
) -> FiguresCheck:
    """The check of one KPI whose published cells are 100 for every municipality."""
    values = landed.pop("values", [100.0] * len(CODES))
    land(tmp_path / "statfin" / "people" / "1", values, **landed)  # type: ignore[arg-type]
    con = duckdb.connect()
    con.execute(TABLES_OF_THE_SNAPSHOT, [datetime.fromisoformat(FETCHED).replace(tzinfo=None)])
    figures = pd.DataFrame(
        [
            ("people", code, "2020", "final" if value is not None else "not_available", value, value, None)
            for code, value in own.items()
        ],
        columns=[
            "kpi_id",
            "municipality_code",
            "period",
            "value_status",
            "value",
            "numerator",
            "denominator",
        ],
    )
    con.register("figures", figures)
    con.execute("create table fct_kpi_value as select * from figures")
    kpi = next(kpi for kpi in read_kpis(DBT_DIR / "models" / "marts") if kpi.kpi_id == "population")
    definition = KpiDefinition.model_validate({**kpi.definition.model_dump(), "checked_against": [one]})
    return check_figures(con, [Kpi("people", "population", kpi.path, definition)], tmp_path)


OWN = dict.fromkeys(CODES, 100.0)


def test_equal_figures_hold_and_a_merged_municipality_is_left_out(tmp_path: Path) -> None:
    found = compared(tmp_path, {**OWN, "001": 5.0}, check())
    (held,) = found.held
    assert (held.holds, held.cells, held.different) == (True, LEAST_MUNICIPALITIES, 0)
    assert found.failed == ()


def test_one_wrong_figure_fails_with_its_place_and_both_values(tmp_path: Path) -> None:
    (held,) = compared(tmp_path, {**OWN, "007": 101.0}, check()).failed
    assert held.first_difference == "007 2020: 101.0, the publisher prints 100.0"
    assert (held.different, held.furthest) == (1, 1.0)


def test_a_difference_within_the_publishers_rounding_holds(tmp_path: Path) -> None:
    assert compared(tmp_path / "in", {**OWN, "007": 100.04}, check(rounding=0.1)).failed == ()
    assert len(compared(tmp_path / "out", {**OWN, "007": 100.06}, check(rounding=0.1)).failed) == 1


def test_a_cell_lost_on_the_way_fails_only_where_cells_are_passed_through(tmp_path: Path) -> None:
    lost = {**OWN, "007": None}
    assert len(compared(tmp_path / "passed", lost, check()).failed) == 1
    computed = compared(tmp_path / "computed", {**lost}, check("published_elsewhere"))
    assert [(held.cells, held.different) for held in computed.held] == [(LEAST_MUNICIPALITIES - 1, 0)]


def test_fewer_than_twenty_municipalities_are_no_proof(tmp_path: Path) -> None:
    (held,) = compared(tmp_path, {code: OWN[code] for code in CODES[:10]}, check()).failed
    assert (held.different, held.municipalities) == (0, 9)


def test_a_table_that_is_not_landed_is_told_and_compared_with_nothing(tmp_path: Path) -> None:
    found = compared(tmp_path, OWN, check(table="statfin.elsewhere"))
    assert (found.held, found.not_landed) == ((), ("statfin.elsewhere",))


def test_an_edition_of_the_latest_year_names_it_in_its_figure(tmp_path: Path) -> None:
    found = compared(
        tmp_path, OWN, check(figures={"Loans, [0-9]{4}": 1}), time="latest", figure="Loans, 2020"
    )
    assert found.held[0].holds


def test_ages_and_sexes_are_added_and_one_missing_cell_leaves_no_sum(tmp_path: Path) -> None:
    tmp_path.joinpath("data.json").write_text(
        json.dumps(
            {
                "id": ["area", "age", "sex", "year", "contents"],
                "role": {"geo": ["area"], "time": ["year"], "metric": ["contents"]},
                "dimension": {
                    "area": {"category": {"index": ["KU005", "KU009"]}},
                    "age": {"category": {"index": ["SSS", "000", "001", "100-"]}},
                    "sex": {"category": {"index": ["SSS", "2"]}},
                    "year": {"category": {"index": ["2020"]}},
                    "contents": {"category": {"index": ["people"]}},
                },
                "value": [60, 30, 10, 5, 20, 10, 30, 15, 60, 30, 10, 5, None, 10, 30, 15],
            }
        ),
        encoding="utf-8",
    )
    cells = read_cells(tmp_path)
    youngest_and_oldest = sums_of(cells, check("recomputed", ages=[[0, 0], [100, 120]]))
    assert youngest_and_oldest.loc[[("005", "2020"), ("009", "2020")]].tolist() == [40, 40]
    all_ages = sums_of(cells, check("recomputed", ages=[[0, 120]]))
    assert all_ages.loc[("005", "2020")] == 60
    assert pd.isna(all_ages.loc[("009", "2020")])
    women = sums_of(cells, check("recomputed", ages=[[1, 1]], sex="female"))
    assert women.loc[("009", "2020")] == 10
    assert sums_of(cells, check()).loc[("005", "2020")] == 60
    weighted = sums_of(cells, check("recomputed", figures={"people": -0.5}))
    assert weighted.loc[("005", "2020")] == -30


@pytest.mark.parametrize(
    ("kinds", "is_count", "expected"),
    [
        ({}, True, "none"),
        ({"value": ["passed_through", "published_elsewhere"]}, False, "published_elsewhere"),
        ({"numerator": ["published_elsewhere"], "denominator": ["recomputed"]}, False, "recomputed"),
        ({"numerator": ["published_elsewhere"]}, False, "none"),
        ({"numerator": ["published_elsewhere"]}, True, "published_elsewhere"),
    ],
)
def test_a_ratio_is_as_sure_as_its_weaker_part(
    kinds: dict[str, list[str]], is_count: bool, expected: str
) -> None:
    checks = tuple(check(kind, measure) for measure, several in kinds.items() for kind in several)
    assert verification_of(checks, is_count=is_count) == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"figures": {"(": 1}}, "no regular expression"),
        ({"kind": "recomputed", "ages": [[9, 3]]}, "end before they begin"),
        ({"ages": [[3, 9]]}, "a sum of several is `recomputed`"),
        ({"figures": {"births": 1, "deaths": -1}}, "a sum of several is `recomputed`"),
        ({"table": "people"}, "table"),
    ],
)
def test_a_wrong_check_says_what_is_wrong(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        check(**fields)  # type: ignore[arg-type]
