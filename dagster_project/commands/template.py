"""`kuntaluotsi template`: the form of a register, to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from dagster_project.commands.output import json_option, show
from dagster_project.running.exits import ExitCode, PlainFailure


@click.command()
@click.argument("register", required=False)
@click.option("--list", "only_list", is_flag=True, help="Name the registers there are.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), default="xlsx", show_default=True)
@click.option("--municipality", metavar="CODE", help="The municipality that the example row carries.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: REGISTER.xlsx here.")
@json_option
def template(
    register: str | None,
    only_list: bool,
    language: str,
    form: str,
    municipality: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write the form of REGISTER: header, units, drop-downs, help and an example row that is never read.

    A file that is there already is left as it is: it may be a form that somebody has filled in.
    """
    from contract.registers import find_register, registers
    from dagster_project.own.known import read_known
    from dagster_project.own.template import template_csv, template_xlsx

    if only_list or register is None:
        named = {each.id: each.name.of(language) for each in registers().values()}
        show(as_json, named, "\n".join(f"{name:<18} {title}" for name, title in named.items()))
        return
    try:
        chosen = find_register(register)
    except KeyError as error:
        raise PlainFailure(str(error.args[0]), ExitCode.USAGE) from error
    known = read_known(language=language)
    code = known.municipality(municipality) if municipality else None
    if municipality and code is None:
        raise PlainFailure(
            f"--municipality {municipality}: there is no such municipality; give three digits or its name",
            ExitCode.USAGE,
        )
    path = out or Path.cwd() / f"{chosen.id}.{form}"
    body = (
        template_csv(chosen, language, code)
        if form == "csv"
        else template_xlsx(chosen, language, known, code)
    )
    _write_new(path, body)
    values = {"register": chosen.id, "language": language, "format": form, "out": str(path)}
    show(as_json, values, f"wrote {path}")


def _write_new(path: Path, body: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(body)
    except FileExistsError as there:
        raise PlainFailure(
            f"{path} is there already and may be filled in; move it away or name another file with --out",
            ExitCode.USAGE,
        ) from there
    except OSError as wrong:
        raise PlainFailure(f"{path} cannot be written: {wrong.strerror}", ExitCode.USAGE) from wrong
