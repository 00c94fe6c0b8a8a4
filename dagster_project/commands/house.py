"""`kuntaluotsi up` and `serve`: the whole house in the foreground."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from dagster_project.commands.output import say
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from dagster_project.settings import Settings

_REFRESH = [sys.executable, "-m", "dagster_project.cli", "refresh"]


@click.command()
@click.option(
    "--only",
    type=click.Choice(["dashboards", "dagster-webserver", "dagster-daemon"]),
    help="Become this one process, for a service manager that watches it.",
)
def serve(only: str | None) -> None:
    """Serve the pages and Dagster until Ctrl-C; a process that dies is started again."""
    from dagster_project.settings import Settings

    settings = Settings()
    _prepare(settings)
    if only is not None:
        _become(settings, only)
    _keep_up(settings, live_refresh=False)


@click.command()
def up() -> None:
    """First figures if there are none, then serve, with a live refresh behind.

    Starts from the bundled extract, so it needs no network; when the official interfaces answer, the
    live figures replace it without a restart.
    """
    from dagster_project.publish.snapshots import Marts
    from dagster_project.running.house import require_ports
    from dagster_project.settings import Settings

    settings = Settings()
    require_ports(settings)
    if Marts(settings.marts_dir).current_id() is None:
        say("First refresh, from the bundled extract")
        code = subprocess.run([*_REFRESH, "--from", "bundled"]).returncode
        if Marts(settings.marts_dir).current_id() is None:
            raise PlainFailure("the first refresh published nothing; see above", ExitCode(code or 1))
    _prepare(settings)
    _keep_up(settings, live_refresh=True)


def _prepare(settings: Settings) -> None:
    """Everything the processes need before they start."""
    from dagster_project.running.dbt_manifest import make_manifest
    from dagster_project.running.instance import prepare_home

    prepare_home(settings)
    make_manifest(settings)


def _become(settings: Settings, name: str) -> None:
    from dagster_project.running.house import programs

    program = next(program for program in programs(settings) if program.name == name)
    os.chdir(program.folder)
    os.execve(program.command[0], list(program.command), {**os.environ, **program.environment})


def _keep_up(settings: Settings, *, live_refresh: bool) -> None:
    from dagster_project.running.house import Announcer, programs, require_ports
    from dagster_project.running.live import LiveRefresh
    from dagster_project.running.supervisor import Keeper

    require_ports(settings)
    keeper = Keeper(say=say)
    keeper.stop_on_signals()
    live: LiveRefresh | None = None
    announcer = Announcer(settings, say)
    try:
        for program in programs(settings):
            keeper.add(program)
        live = LiveRefresh(settings, say) if live_refresh else None

        def meanwhile() -> None:
            announcer.look()
            if live is not None:
                live.look()

        keeper.watch(meanwhile=meanwhile)
    finally:
        say("Stopping")
        if live is not None:
            live.close()
        keeper.close()
