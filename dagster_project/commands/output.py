"""How the command speaks: one line for a person, one JSON object for a machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import click

from dagster_project.running.exits import ExitCode

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for machines.")


def say(text: str) -> None:
    """Print a line."""
    click.echo(text)


def show(as_json: bool, values: Mapping[str, Any], text: str) -> None:
    """Print `values` as JSON or `text` for a person."""
    click.echo(json.dumps(values, ensure_ascii=False, indent=2, default=str) if as_json else text)


def leave(code: ExitCode) -> NoReturn:
    """End the command with an exit code."""
    raise click.exceptions.Exit(int(code))
