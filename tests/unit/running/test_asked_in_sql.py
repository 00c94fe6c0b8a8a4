"""`kuntaluotsi sql`: answers in the form asked for, and refusals in words that say what to do."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.commands.sql import ROWS_ON_SCREEN, answer_of, chosen_form, give, written
from dagster_project.running.exits import ExitCode, PlainFailure

COLUMNS = ["name", "value", "day"]
ROWS = [("Äänekoski", 1234.5, date(2020, 12, 31)), ("=1+1", None, None)]


@pytest.fixture
def connection(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A snapshot opened as the command opens one: only for reading, with no way out."""
    path = str(tmp_path / "marts.duckdb")
    with duckdb.connect(path) as made:
        made.execute("create table dim_kpi as select 'loans' as kpi_id")
    opened = duckdb.connect(path, read_only=True)
    opened.execute("set enable_external_access = false")
    opened.execute("set lock_configuration = true")
    return opened


def test_excel_gets_semicolons_decimal_commas_and_a_byte_order_mark() -> None:
    assert written("excel", COLUMNS, ROWS) == (
        "\ufeffname;value;day\r\nÄänekoski;1234,5;2020-12-31\r\n'=1+1;;\r\n"
    )


def test_csv_has_decimal_points_and_no_cell_that_a_spreadsheet_would_compute() -> None:
    assert written("csv", COLUMNS, ROWS) == "name,value,day\nÄänekoski,1234.5,2020-12-31\n'=1+1,,\n"


def test_json_keeps_a_missing_value_missing() -> None:
    assert json.loads(written("json", COLUMNS, ROWS))["rows"][1] == ["=1+1", None, None]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select * from dim_kpis", r"there is no table dim_kpis; did you mean dim_kpi\? \(`list` lists"),
        ("select kpi from dim_kpi", r"there is no column kpi; the nearest are kpi_id"),
        ("delete from dim_kpi", r"can only be read: ask with `select …`"),
        ("select * from read_csv('/etc/passwd')", r"reaches no file, extension or network"),
        ("set threads = 1", r"cannot change DuckDB's settings"),
        ("selekt 1", r"is not SQL as DuckDB reads it"),
    ],
)
def test_a_refused_query_says_why_and_what_to_do(
    connection: duckdb.DuckDBPyConnection, query: str, said: str
) -> None:
    with pytest.raises(PlainFailure, match=said) as refused:
        answer_of(connection, query, listed_by="list")
    assert refused.value.code is ExitCode.USAGE


def test_an_answer_is_written_to_a_file_whole(tmp_path: Path) -> None:
    give("csv", tmp_path / "answer.csv", ["a"], [(1,)])
    assert (tmp_path / "answer.csv").read_text("utf-8") == "a\n1\n"


def test_a_long_table_is_cut_on_the_screen_and_says_how_to_get_all_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [(number,) for number in range(ROWS_ON_SCREEN + 3)]
    give("table", None, ["n"], rows)
    printed = capsys.readouterr()
    assert printed.out.split() == ["n", *(str(number) for number in range(ROWS_ON_SCREEN))]
    assert printed.err == f"3 more rows; --format csv gives all {ROWS_ON_SCREEN + 3}\n"
    give("csv", None, ["n"], rows)
    assert len(capsys.readouterr().out.split()) == ROWS_ON_SCREEN + 4


def test_square_brackets_are_printed_as_they_are() -> None:
    assert written("table", ["[b]"], [("[red]figures[/]",)]).split() == ["[b]", "[red]figures[/]"]


def test_two_forms_at_once_are_refused() -> None:
    with pytest.raises(PlainFailure, match="choose one format, not csv and json"):
        chosen_form(None, as_csv=True, as_json=True)
