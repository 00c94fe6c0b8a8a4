"""`kuntaluotsi probe`: does a source keep the contract that the catalogue describes?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.commands.output import json_option, leave, say, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from dagster_project.raw.probe import ProbedTable

_VERDICTS = {
    "keeps": "keeps its contract",
    "drifted": "has drifted from the catalogue",
    "silent": "does not answer",
    "fails_checks": "answers, but its sample fails checks",
}
_MARKS = {True: "ok  ", False: "FAIL", None: "    "}


@click.command()
@click.argument("source")
@click.option("--table", help="One table of the source; default: all.")
@click.option(
    "--areas", default="305,832", show_default=True, metavar="CODES", help="Municipalities to sample."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the samples are kept; default: data/probe/SOURCE/DATE.",
)
@json_option
def probe(source: str, table: str | None, areas: str, out: Path | None, as_json: bool) -> None:
    """Ask SOURCE for a small sample of its tables, check it, and keep it as an example.

    Exit code 0: every table keeps its contract; 3: some do not; 1: the source does not answer.
    """
    from dagster_project.raw.probe import probe as probed
    from dagster_project.running.request import parse_request, transport_for
    from dagster_project.settings import Settings
    from dagster_project.sources.catalogue import load_catalogue

    settings, now = Settings(), datetime.now(UTC)
    known = sorted({entry.source for entry in load_catalogue()})
    if source not in known:
        raise PlainFailure(f"no source is called {source!r}; there are {', '.join(known)}", ExitCode.USAGE)
    entries = [e for e in load_catalogue() if e.source == source and table in (None, e.table_name)]
    if not entries:
        names = ", ".join(entry.table_name for entry in load_catalogue() if entry.source == source)
        raise PlainFailure(f"{source} has no table {table!r}; it has {names}", ExitCode.USAGE)
    request = parse_request("live", areas)
    folder = out or settings.data_root / "probe" / source / f"{now:%Y-%m-%d}"
    found: list[ProbedTable] = []
    transport = transport_for(request, settings)
    for result in probed(entries, transport, folder, today=now.date(), areas=request.areas or ()):
        found.append(result)
        if not as_json:
            _tell(result)
    show(
        as_json,
        {"source": source, "date": f"{now:%Y-%m-%d}", "tables": [result.as_json() for result in found]},
        _summary(found, folder),
    )
    if all(result.verdict == "silent" for result in found):
        leave(ExitCode.FAILED)
    leave(ExitCode.OK if all(result.verdict == "keeps" for result in found) else ExitCode.PARTIAL)


def _tell(result: ProbedTable) -> None:
    say(f"{result.entry.qualified_name} ({result.entry.table_id}): {_VERDICTS[result.verdict]}")
    for step in result.steps:
        say(f"  {_MARKS[step.passed]} {step.what}: {step.words}")


def _summary(found: list[ProbedTable], folder: Path) -> str:
    kept = sum(result.verdict == "keeps" for result in found)
    calls = sum(result.calls for result in found)
    words = f"{kept} of {len(found)} tables keep their contract; {calls} calls"
    if all(result.verdict == "silent" for result in found):
        words += (
            "\nthe publisher was not reached, so nothing is known of its tables and nothing was changed: "
            "check that this machine's network lets it through, or probe from one that does"
        )
    if any(result.example for result in found):
        words += f"; samples in {folder}"
    return words
