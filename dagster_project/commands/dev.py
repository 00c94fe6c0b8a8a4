"""`kuntaluotsi dev`: the analyst's shell on a copy of the warehouse, and its words `kpi` and `sql`."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.commands.output import json_option, leave, say, show
from dagster_project.commands.sql import answer_of, format_option, give, out_option
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from dagster_project.dbt_kpi import Kpi
    from dagster_project.running.dev_dbt import Built
    from dagster_project.running.kpi_view import Figure, View
    from dagster_project.settings import Settings

_HELP = (
    "A copy of the warehouse in {folder}; nothing here touches the night's, and it is gone after `exit`.",
    "  kpi <kpi_id>              rebuild one KPI with its checks and show it",
    "  dbt build --select <…>    any models with their tests; the project and the copy are set",
    '  sql "select …"            ask the copy, all its schemas; alone it lists the tables',
    "  kuntaluotsi generate      after adding a KPI or a published table, before dbt",
)


@click.group(invoke_without_command=True)
@click.option("-c", "--command", "line", help="Run this line instead of a shell, and end with its exit code.")
@click.pass_context
def dev(context: click.Context, line: str | None) -> None:
    """Open a shell with dbt on a copy of the warehouse; leaving it removes the copy."""
    if context.invoked_subcommand is not None:
        return
    from dagster_project.running.dev_dbt import DEV_COPY, dev_environment, parse

    if DEV_COPY in os.environ:
        raise PlainFailure(f"this is a dev shell already, on {os.environ[DEV_COPY]}", ExitCode.USAGE)
    with _copy() as copy:
        parse(copy)
        if line is not None:
            leave(ExitCode(_ended(subprocess.run(["/bin/sh", "-c", line], env=dev_environment(copy)))))
        for text in _HELP:
            say(text.format(folder=copy.data_root))
        shell = os.environ.get("SHELL") or "/bin/sh"
        with _ctrl_c_left_to_the_shell():
            subprocess.run([shell], env=dev_environment(copy))


@dev.command()
@click.argument("kpi_id")
@json_option
def kpi(kpi_id: str, as_json: bool) -> None:
    """Rebuild KPI_ID (an id or a code such as VE08) with its checks and show it.

    Exit codes: 0 built and every check passed, 1 not built or a check failed.
    """
    from dagster_project.raw.warehouse import open_warehouse
    from dagster_project.running.dev_dbt import build_kpi, find_kpi
    from dagster_project.running.kpi_view import view_kpi
    from dagster_project.settings import Settings

    found = find_kpi(Settings(), kpi_id)
    with _copy() as copy:
        built = build_kpi(copy, found)
        connection = open_warehouse(copy)
        try:
            view = view_kpi(connection, found, copy.default_municipality)
        finally:
            connection.close()
    values = {"kpi_id": found.kpi_id, **asdict(built), **asdict(view)}
    show(as_json, values, "\n".join(_lines(found, built, view)))
    leave(ExitCode.OK if all(check.passed for check in built.checks) else ExitCode.FAILED)


@dev.command("sql")
@click.argument("query", required=False)
@format_option
@out_option
def dev_sql(query: str | None, form: str | None, out: Path | None) -> None:
    """Ask the copy of the warehouse: QUERY in DuckDB's SQL; without one, list its tables by schema."""
    from dagster_project.raw.warehouse import open_warehouse

    with _copy() as copy:
        connection = open_warehouse(copy)
        try:
            columns, rows = answer_of(connection, query or _LIST_TABLES, listed_by="kuntaluotsi dev sql")
        finally:
            connection.close()
    give(form or "table", out, columns, rows)


_LIST_TABLES = """
    select schema_name as schema, table_name as name from duckdb_tables()
    union all
    select schema_name, view_name from duckdb_views() where not internal
    order by 1, 2
"""


@contextmanager
def _copy() -> Iterator[Settings]:
    """The shell's own copy, or one for this command alone."""
    from dagster_project.running.dev_dbt import DEV_COPY
    from dagster_project.running.warehouse_copy import copied_warehouse
    from dagster_project.settings import Settings

    settings = Settings()
    if DEV_COPY in os.environ:
        yield settings.model_copy(update={"data_root": Path(os.environ[DEV_COPY])})
        return
    with copied_warehouse(settings, say=lambda text: click.echo(text, err=True)) as copy:
        yield copy


@contextmanager
def _ctrl_c_left_to_the_shell() -> Iterator[None]:
    """Ctrl-C reaches the whole terminal; here it means what runs in the shell. A handler is not inherited."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _ended(done: subprocess.CompletedProcess[bytes]) -> int:
    return done.returncode if done.returncode in {code.value for code in ExitCode} else int(ExitCode.FAILED)


def _lines(kpi: Kpi, built: Built, view: View) -> list[str]:
    definition = kpi.definition
    code = f", {definition.catalogue_code}" if definition.catalogue_code else ""
    passed = sum(check.passed for check in built.checks)
    lines = [
        f"{definition.name.en} ({kpi.kpi_id}{code}), {definition.unit}, direction {definition.direction}",
        f"  {kpi.path.with_suffix('.sql')}",
        f"Built in {built.seconds:.1f} s, of which models and tests {built.dbt_seconds:.1f} s",
        f"Checks: {passed} of {len(built.checks)} passed",
        *(f"  FAILED {check.name}: {check.message}" for check in built.checks if not check.passed),
    ]
    if view.newest_period is None:
        return [*lines, "No municipality has a value in any period"]
    statuses = ", ".join(f"{status} {count}" for status, count in view.statuses.items())
    lines.append(f"Newest period {view.newest_period}: {statuses}")
    if view.missing:
        others = view.missing_count - len(view.missing)
        more = f" and {others} more" if others else ""
        lines.append(f"  without a value: {', '.join(view.missing)}{more}")
    lines += [f"  highest: {_told(view.highest)}", f"  lowest:  {_told(view.lowest)}"]
    if view.country:
        lines.append(f"  country: {view.country.period} {_value(view.country)}")
    if view.own:
        told = ", ".join(f"{figure.period} {_value(figure)}" for figure in reversed(view.own))
        lines.append(f"  {view.own[0].name}: {told}")
    return [*lines, *_difference_lines(view)]


def _difference_lines(view: View) -> list[str]:
    found = view.difference
    if not found.compared and not found.gone:
        return ["Nothing to compare with: the copy has no earlier figures of this KPI"]
    lines = [
        f"Beside the night's figures: {found.changed} of {found.compared} differ, "
        f"{found.added} new, {found.gone} gone"
    ]
    return [*lines, f"  largest: {found.largest}"] if found.largest else lines


def _told(figures: list[Figure]) -> str:
    return ", ".join(f"{figure.name} {_value(figure)}" for figure in figures)


def _value(figure: Figure) -> str:
    from dagster_project.running.kpi_view import plain_number

    return figure.value_status if figure.value is None else plain_number(figure.value)
