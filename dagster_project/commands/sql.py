"""`kuntaluotsi sql`: questions to the published snapshot, which nothing asked here can change or leave."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.commands.output import json_option
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    import duckdb

    from dagster_project.settings import Settings

Rows = list[tuple[Any, ...]]

FORMATS = ("table", "csv", "excel", "json")
"""`excel`: CSV as a Finnish or Swedish Excel opens it: byte-order mark, semicolons, decimal commas."""
_BYTE_ORDER_MARK = "\ufeff"
_WIDTH_OF_A_FILE = 200
ROWS_ON_SCREEN = 1000
"""More rows than anybody reads as a printed table; fitting columns to a hundred thousand takes minutes."""

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How to print: table (default), csv, excel (CSV for Excel in Finnish or Swedish) or json.",
)
out_option = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")


@click.command()
@click.argument("query", required=False)
@format_option
@out_option
@click.option("--csv", "as_csv", is_flag=True, help="The same as --format csv.")
@json_option
def sql(query: str | None, form: str | None, out: Path | None, as_csv: bool, as_json: bool) -> None:
    """Run a read-only QUERY (DuckDB's SQL) on the published snapshot; without one, list the tables.

    Nothing can be written, and no file or network address can be read, from within a query.
    """
    from dagster_project.settings import Settings

    with published(Settings()) as connection:
        columns, rows = answer_of(connection, query or _LIST_TABLES, listed_by="kuntaluotsi sql")
    give(chosen_form(form, as_csv=as_csv, as_json=as_json), out, columns, rows)


_LIST_TABLES = """
    select table_name, estimated_size as rows, column_count as columns
    from duckdb_tables()
    order by table_name
"""


@contextlib.contextmanager
def published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current snapshot, opened for reading, with every way out of it closed.

    Raises: NothingPublished.
    """
    import duckdb

    from contract.snapshot import DATABASE_FILE
    from dagster_project.publish.errors import NothingPublished
    from dagster_project.publish.snapshots import Marts

    marts = Marts(settings.marts_dir)
    current = marts.current_id()
    if current is None:
        raise NothingPublished(f"nothing has been published in {marts.directory}; run a refresh first")
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": settings.duckdb_memory_limit,
        "threads": settings.duckdb_threads,
    }
    database = marts.path(current) / DATABASE_FILE
    with duckdb.connect(str(database), read_only=True, config=config) as connection:
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


def answer_of(connection: duckdb.DuckDBPyConnection, query: str, *, listed_by: str) -> tuple[list[str], Rows]:
    """Columns and rows of the answer; none of a query that has no answer.

    Raises: PlainFailure (USAGE) in plain words; `listed_by` is the command that lists the tables.
    """
    import duckdb

    try:
        result = connection.sql(query)
        return (result.columns, result.fetchall()) if result is not None else ([], [])
    except duckdb.Error as error:
        raise PlainFailure(plain_words(error, listed_by), ExitCode.USAGE) from error


_COLON = re.compile(r"^[A-Za-z ]+ Error: ")
_NO_TABLE = re.compile(r"Table with name (\S+) does not exist!(?:.*Did you mean \"([^\"]+)\")?", re.DOTALL)
_NO_COLUMN = re.compile(r"Referenced column \"([^\"]+)\" not found.*?Candidate bindings: ([^\n]+)", re.DOTALL)


def plain_words(error: duckdb.Error, listed_by: str) -> str:
    """What is wrong with the query, and what to do."""
    text = _COLON.sub("", str(error))
    if "read-only mode" in text:
        return (
            "the published snapshot can only be read: ask with `select …`; "
            "`kuntaluotsi dev` gives a copy of the warehouse to change"
        )
    if "disabled by configuration" in text or "disabled through configuration" in text:
        return (
            "a query reaches no file, extension or network outside the snapshot; "
            "write its answer with --out FILE, and read other files with `kuntaluotsi read`"
        )
    if "configuration has been locked" in text:
        return "a query cannot change DuckDB's settings; ask with `select …`"
    if found := _NO_TABLE.search(text):
        near = f"; did you mean {found[2]}?" if found[2] and not found[2].startswith("pg_") else ""
        return f"there is no table {found[1]}{near} (`{listed_by}` lists the tables)"
    if found := _NO_COLUMN.search(text):
        near_columns = found[2].replace('"', "")
        return f"there is no column {found[1]}; the nearest are {near_columns}"
    if "syntax error" in text:
        return f"the query is not SQL as DuckDB reads it: {' '.join(text.split())}"
    return f"the query failed: {' '.join(text.split())}"


def chosen_form(form: str | None, *, as_csv: bool, as_json: bool) -> str:
    """The one format asked for. Raises: PlainFailure (USAGE) when two contradict each other."""
    asked = {name for name, wanted in ((form, form), ("csv", as_csv), ("json", as_json)) if name and wanted}
    if len(asked) > 1:
        raise PlainFailure(f"choose one format, not {' and '.join(sorted(asked))}", ExitCode.USAGE)
    return asked.pop() if asked else "table"


def give(form: str, out: Path | None, columns: list[str], rows: Rows) -> None:
    """Print the answer, or write it to `out` whole or not at all."""
    if out is None:
        shown = rows[:ROWS_ON_SCREEN] if form == "table" else rows
        sys.stdout.write(written(form, columns, shown, terminal=sys.stdout.isatty()))
        if len(shown) < len(rows):
            click.echo(f"{len(rows) - len(shown)} more rows; --format csv gives all {len(rows)}", err=True)
        return
    text = written(form, columns, rows)
    from dagster_project.publish.files import write_text_atomically

    if not out.absolute().parent.is_dir():
        raise PlainFailure(f"{out.absolute().parent} is no folder; make it first", ExitCode.USAGE)
    write_text_atomically(out, text)
    click.echo(f"{out}: {len(rows)} rows", err=True)


def written(form: str, columns: list[str], rows: Rows, *, terminal: bool = False) -> str:
    """The answer as text in one of FORMATS; nothing for a query that has no answer."""
    if form == "json":
        return json.dumps({"columns": columns, "rows": rows}, ensure_ascii=False, default=str) + "\n"
    if not columns:
        return ""
    if form == "table":
        return _table(columns, rows, terminal=terminal)
    excel = form == "excel"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n" if excel else "\n")
    writer.writerow(columns)
    writer.writerows([_cell(value, excel=excel) for value in row] for row in rows)
    return (_BYTE_ORDER_MARK if excel else "") + text.getvalue()


def _cell(value: Any, *, excel: bool) -> Any:
    from contract.safe_cells import safe_cell

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal) and excel:
        return repr(float(value)).removesuffix(".0").replace(".", ",")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else safe_cell(value)


def _table(columns: list[str], rows: Rows, *, terminal: bool) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Text, not str: square brackets in a value are no markup.
    table = Table(box=None, pad_edge=False)
    for index, column in enumerate(columns):
        numbers = any(isinstance(row[index], (int, float)) for row in rows)
        table.add_column(Text(column), justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    text = io.StringIO()
    Console(file=text, width=None if terminal else _WIDTH_OF_A_FILE).print(table)
    return text.getvalue()
