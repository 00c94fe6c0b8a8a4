"""`kuntaluotsi refresh`: one whole night, now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from dagster_project.commands.output import json_option, leave, show
from dagster_project.running.exits import ExitCode

if TYPE_CHECKING:
    from dagster_project.defs.session import Ended
    from dagster_project.running.report import Report
    from dagster_project.running.request import Request
    from dagster_project.settings import Settings


@click.command()
@click.option(
    "--from",
    "source",
    default="live",
    show_default=True,
    metavar="live|bundled|DIRECTORY",
    help="The official APIs, the extract that comes along, or a folder of official answers.",
)
@click.option("--areas", metavar="CODES", help="Only these municipalities, such as 305,889; default: all.")
@click.option("--allow-older", is_flag=True, help="Load answers older than those loaded.")
@json_option
def refresh(source: str, areas: str | None, allow_older: bool, as_json: bool) -> None:
    """Read the sources, rebuild what changed and publish it.

    Exit codes: 0 done, 3 done but some source kept its earlier figures, 5 another refresh is running,
    6 no disk space, 1 not published (what was published stays).
    """
    from dagster_project.commands.progress import QuietReport, TerminalReport
    from dagster_project.running.lock import refresh_lock
    from dagster_project.running.request import parse_request, transport_for
    from dagster_project.settings import Settings

    settings = Settings()
    request = parse_request(source, areas, allow_older=allow_older)
    report = QuietReport() if as_json else TerminalReport()
    with refresh_lock(settings.lock_path), report if isinstance(report, TerminalReport) else nullcontext():
        if request.origin != "live":
            transport_for(request, settings)
        ended = _run(settings, request, report)
    _show(ended, as_json)
    leave(_exit_code(ended))


def _run(settings: Settings, request: Request, report: Report) -> Ended:
    from dagster_project.running.dbt_manifest import is_fresh, make_manifest
    from dagster_project.running.environment import child_environment, use

    use(child_environment(settings))
    report.step("prepare", "loading", 0.0)
    with ThreadPoolExecutor(1) as beside:
        manifest = None if is_fresh(settings) else beside.submit(make_manifest, settings)
        from dagster_project.defs.session import run_night

        if manifest is not None:
            report.step("prepare", "dbt reads its project", 0.5)
            if not settings.warehouse_path.exists():
                # The first refresh judges every table; loading the gate costs nothing while dbt reads.
                import great_expectations  # noqa: F401
            manifest.result()
    report.step("prepare", "ready", 1.0)
    return run_night(settings, request, report)


def _show(ended: Ended, as_json: bool) -> None:
    run = ended.run
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
    values = {**run.model_dump(mode="json"), "seconds": seconds, "dagster_run_id": ended.dagster_run_id}
    show(as_json, values, f"{run.state}: {run.message}")


def _exit_code(ended: Ended) -> ExitCode:
    from dagster_project.commands.failures import exit_code_of

    if ended.failure is not None:
        return exit_code_of(ended.failure)
    return {"ok": ExitCode.OK, "partial": ExitCode.PARTIAL}.get(ended.run.state, ExitCode.FAILED)
