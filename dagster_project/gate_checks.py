"""The names of the gate's checks for every table, which Dagster must know before a table arrives.

Suites make their checks of a candidate, so the names are worked out from the recorded examples, written to
a file that is committed and never edited by hand, and tested for drift.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

FILE = Path(__file__).with_name("gate_checks.generated.json")
RECORDED = PROJECT_ROOT / "tests" / "recorded"


@cache
def known_checks() -> dict[str, tuple[str, ...]]:
    """Names of the checks by `raw_<source>.<table>`, in the suite's order."""
    return {table: tuple(names) for table, names in json.loads(FILE.read_text("utf-8")).items()}


def rendered() -> str:
    """The file's text, from the suites and the recorded examples.

    Raises: SourceFault when a table has no example (`kuntaluotsi example TABLE` writes it); LookupError when
    it has no suite.
    """
    from dagster_project.quality.gate import suite_for
    from dagster_project.quality.previous import PreviousVersion
    from dagster_project.raw.standing import counted_by
    from dagster_project.sources.catalogue import load_catalogue
    from dagster_project.sources.client import client_for
    from dagster_project.sources.transport import DirectoryTransport, silent

    names: dict[str, list[str]] = {}
    for entry in load_catalogue():
        client, example = client_for(entry), DirectoryTransport(RECORDED / entry.source)
        candidate = client.parse(
            client.fetch(entry, example, areas=None, listing_stamp=None, progress=silent)
        )
        columns = counted_by(entry)
        cells = candidate.frame.assign(cells=1)
        cells = cells.groupby(list(columns.values()) or cells["cells"], observed=True)["cells"]
        previous = PreviousVersion(
            cells=cells.count().rename_axis([*columns] or None).reset_index(),
            municipalities=frozenset(candidate.municipalities),
            border_year=candidate.border_year,
        )
        names[entry.qualified_name] = [check.name for check in suite_for(entry, candidate, previous)]
    return json.dumps(names, indent=2, sort_keys=True) + "\n"


def generate() -> tuple[Path, ...]:
    """The file when it changed, after writing it."""
    if not drifted():
        return ()
    FILE.write_text(rendered(), "utf-8")
    known_checks.cache_clear()
    return (FILE,)


def drifted() -> tuple[Path, ...]:
    """The file when it differs from what the suites say now."""
    return () if FILE.is_file() and FILE.read_text("utf-8") == rendered() else (FILE,)
