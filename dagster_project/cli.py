"""The `kuntaluotsi` command: thin verbs over the packages."""

from __future__ import annotations

import importlib
import sys

import click

from dagster_project.running.exits import ExitCode

_VERBS = {
    "backtest": "backtest",
    "backup": "keeping",
    "dev": "dev",
    "docs": "docs",
    "example": "tables",
    "extract": "tables",
    "figures-check": "figures",
    "generate": "tables",
    "inbox": "submit",
    "new-kpi": "new_kpi",
    "probe": "probe",
    "project": "project",
    "read": "read",
    "refresh": "refresh",
    "report": "report",
    "restore": "keeping",
    "rollback": "snapshots",
    "serve": "house",
    "sql": "sql",
    "status": "snapshots",
    "submit": "submit",
    "template": "template",
    "up": "house",
}


class _Verbs(click.Group):
    """Loads a verb's module when the verb is named, so that help and status do not wait for Dagster."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _VERBS:
            return None
        module = importlib.import_module(f"dagster_project.commands.{_VERBS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the whole traceback when something fails.")
@click.version_option(package_name="kuntaluotsi")
def kuntaluotsi(debug: bool) -> None:
    """Open analytics warehouse and leadership dashboards for Finnish municipalities.

    Settings come from kuntaluotsi.toml and KUNTALUOTSI_* variables.
    """


def main() -> None:
    """Run the command and exit; every failure is one line on standard error and a documented exit code."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    try:
        code = kuntaluotsi.main(standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted", ExitCode.FAILED)
    except click.ClickException as error:
        error.show()
        sys.exit(int(ExitCode.USAGE))
    except BrokenPipeError:
        sys.exit(int(ExitCode.OK))
    except Exception as error:
        if debug:
            raise
        from dagster_project.commands.failures import exit_code_of, line_of

        _fail(line_of(error), exit_code_of(error))
    sys.exit(code if isinstance(code, int) else int(ExitCode.OK))


def _fail(line: str, code: ExitCode) -> None:
    if "--json" in sys.argv[1:]:
        import json

        click.echo(json.dumps({"error": line, "exit_code": int(code)}, ensure_ascii=False))
    click.echo(f"kuntaluotsi: {line}", err=True)
    sys.exit(int(code))


if __name__ == "__main__":
    main()
