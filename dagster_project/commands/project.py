"""`kuntaluotsi project`: a projection of any areas from files."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.commands.output import json_option, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from contract.file_columns import FileColumns
    from contract.projection_files import Given
    from contract.projection_rows import Columns
    from dagster_project.running.report import Report
    from foresight.completion import Completed
    from foresight.panel import OfficialVintage
    from foresight.project import Projection
    from foresight.schedules import Schedules

MOST_YEARS, MOST_DRAWS = 100, 10_000
TESTED_YEARS = 2
"""Years ahead to which ages of municipalities have been held against what came."""
PANDAS_INDEX = re.compile(r"__index_level_\d+__")
"""What pandas calls the index of a frame that it stores: nobody wrote it."""
NAMED_IMBALANCES = 3

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--population", required=True, type=_FILE, help="Parquet: area, year, sex, age, population.")
@click.option(
    "--events",
    type=_FILE,
    help="Parquet: area, year and any of population, births, deaths, in_migration, out_migration, "
    "immigration, emigration; cells may be missing.",
)
@click.option("--base-year", required=True, type=int, help="Jump-off, 31 December; later rows are not used.")
@click.option("--horizon", required=True, type=int, help=f"Years ahead, 1 to {MOST_YEARS}.")
@click.option("--draws", required=True, type=int, help=f"Joint draws behind the bands, 1 to {MOST_DRAWS}.")
@click.option("--seed", required=True, type=int, help="The same seed gives the same bytes.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder.")
@click.option("--areas", type=_FILE, help="Parquet: area, parent.")
@click.option("--official", type=_FILE, help="Parquet: vintage, published_at, area, year, age, population.")
@click.option("--schedules", type=_FILE, help="YAML or JSON: mortality, fertility and migration by age.")
@json_option
def project(as_json: bool, **asked: Any) -> None:
    """Project any areas from files to projection.parquet and totals.parquet.

    What the files do not tell is estimated by named methods, and said (docs/methods/missing_detail.md).
    """
    from dagster_project.commands.progress import QuietReport, TerminalReport
    from foresight.cohorts import InputError

    ask = _Ask(**asked)
    ask.check()
    report = QuietReport() if as_json else TerminalReport()
    with report if isinstance(report, TerminalReport) else nullcontext():
        try:
            done = _run(ask, report)
        except InputError as error:
            raise PlainFailure(str(error), ExitCode.USAGE) from error
        rows = _write(ask.out, done)
        report.step("write", "done", 1.0)
    show(as_json, _values(ask, done, rows), _words(ask, done))


@dataclass(frozen=True)
class _Ask:
    """What the command was asked for."""

    population: Path
    events: Path | None
    base_year: int
    horizon: int
    draws: int
    seed: int
    out: Path
    areas: Path | None
    official: Path | None
    schedules: Path | None

    def check(self) -> None:
        """Raises: PlainFailure for a number out of range, or a folder that cannot be written."""
        there = next(path for path in (self.out.absolute(), *self.out.absolute().parents) if path.exists())
        if not (there.is_dir() and os.access(there, os.W_OK)):
            raise PlainFailure(
                f"--out {self.out} cannot be made a folder: {there} is "
                f"{'not writable' if there.is_dir() else 'a file'}",
                ExitCode.USAGE,
            )
        ranges = {"horizon": (1, MOST_YEARS), "draws": (1, MOST_DRAWS), "seed": (0, 2**63 - 1)}
        for name, (least, most) in ranges.items():
            if not least <= getattr(self, name) <= most:
                raise PlainFailure(
                    f"--{name} {getattr(self, name)}: expected {least} to {most}", ExitCode.USAGE
                )


@dataclass(frozen=True)
class _Done:
    """What was read, what was made of it, and the projection."""

    given: Given
    unused_columns: tuple[str, ...]
    completed: Completed
    schedules: Schedules
    official: OfficialVintage | None
    projection: Projection


def _run(ask: _Ask, report: Report) -> _Done:
    from contract.projection_files import official_of, panel_of
    from contract.projection_rows import groups_for
    from contract.schedules import load_schedules, schedules_for
    from foresight.cohorts import EVENTS
    from foresight.completion import complete
    from foresight.project import project as engine

    report.step("read", ask.population.name, 0.0)
    schedules = load_schedules(ask.schedules) if ask.schedules else schedules_for(ask.base_year)
    population, events, areas, official = (
        _read(path) if path else None for path in (ask.population, ask.events, ask.areas, ask.official)
    )
    assert population is not None
    given = panel_of(population, events, areas, ask.base_year)
    vintage = official and official_of(
        official, given.panel.areas, ask.base_year, schedules, given.areas_are_numbers
    )
    report.step("complete", "what the files do not tell", 0.0)
    completed = complete(given.panel, ask.base_year, schedules)
    projection = engine(
        completed.inputs,
        horizon=ask.horizon,
        draws=ask.draws + ask.draws % 2,
        seed=ask.seed,
        groups=groups_for(given.panel),
        schedules=schedules,
        official=vintage,
        totals_history=completed.history(),
        parents=given.panel.known_parents,
        progress=lambda done, of: report.step("project", str(ask.base_year + done), done / of),
    )
    unused = () if events is None else tuple(set(events.columns) - {"area", "year", *EVENTS})
    return _Done(given, tuple(sorted(unused)), completed, schedules, vintage, projection)


def _read(path: Path) -> FileColumns:
    """The columns of a parquet file. Raises: PlainFailure when there is no such file or it is not parquet."""
    import duckdb

    from contract.file_columns import FileColumns

    if not path.is_file():
        raise PlainFailure(f"there is no file {path}", ExitCode.USAGE)
    offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(config=offline) as connection:
        try:
            table = connection.read_parquet(str(path), hive_partitioning=False)
            types = zip(table.columns, map(str, table.types), strict=True)
            columns = table.project(", ".join(_plain(name, kind) for name, kind in types)).fetchnumpy()
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise PlainFailure(f"{path} cannot be read as parquet: {first}", ExitCode.USAGE) from error
    return FileColumns(path.name, {n: cells for n, cells in columns.items() if not PANDAS_INDEX.fullmatch(n)})


def _plain(name: str, kind: str) -> str:
    """A column in a type that numpy has: categories as text, decimals and huge integers as numbers."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind.startswith("ENUM"):
        return f"cast({quoted} as varchar) as {quoted}"
    if kind.startswith(("DECIMAL", "HUGEINT", "UHUGEINT")):
        return f"cast({quoted} as double) as {quoted}"
    return quoted


def _write(out: Path, done: _Done) -> dict[str, int]:
    """Write both files; how many rows each has, by name."""
    from contract.projection_rows import age_rows, total_rows

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlainFailure(
            f"--out {out} cannot be made a folder: {error.strerror}", ExitCode.USAGE
        ) from error
    tables = {
        "projection.parquet": age_rows(done.projection, done.given.panel),
        "totals.parquet": total_rows(done.projection),
    }
    for name, columns in tables.items():
        _write_parquet(out / name, columns, numbered=done.given.areas_are_numbers)
    return {name: len(columns["area"]) for name, columns in tables.items()}


def _write_parquet(path: Path, columns: Columns, *, numbered: bool) -> None:
    """The columns as parquet, whole or not at all; no time and no path stands in the bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    if numbered:
        table = table.set_column(0, "area", table["area"].cast(pa.int64()))
    beside = path.with_name(f".{path.name}.partial")
    pq.write_table(table, beside, compression="zstd")
    beside.replace(path)


def _values(ask: _Ask, done: _Done, rows: dict[str, int]) -> dict[str, Any]:
    run = done.projection
    return {
        "out": str(ask.out),
        "rows": rows,
        "areas": len(run.areas),
        "base_year": run.base_year,
        "years": [run.years[0], run.years[-1]],
        "draws": run.draws,
        "seed": run.seed,
        "schedules": done.schedules.name,
        "official": done.official.name if done.official else None,
        "rows_after_base_year": dict(done.given.later_rows),
        "remarks": _remarks(ask, done),
        "estimates": [{**asdict(note), "text": note.text} for note in done.completed.notes],
    }


def _words(ask: _Ask, done: _Done) -> str:
    run = done.projection
    lines = [
        f"{ask.out}: {len(run.areas)} areas, {run.years[0]}–{run.years[-1]}, {run.draws} draws, "
        f"schedules {done.schedules.name}",
        *_remarks(ask, done),
    ]
    if done.completed.notes:
        lines.append("Estimated, since the files do not tell:")
        lines.extend(f"  {note.text}" for note in done.completed.notes)
    return "\n".join(lines)


def _remarks(ask: _Ask, done: _Done) -> list[str]:
    """What whoever asked should know besides the estimates."""
    from foresight.cohorts import OLDEST_AGE
    from foresight.ledger import ACROSS_THE_BORDER

    remarks = [
        f"{count} rows later than {ask.base_year} in the {name} file were not used"
        for name, count in done.given.later_rows.items()
        if count
    ]
    if done.unused_columns:
        remarks.append(f"columns of the events file that mean nothing here: {', '.join(done.unused_columns)}")
    if ask.draws % 2:
        remarks.append(f"draws come in pairs: {ask.draws} became {ask.draws + 1}")
    if ask.official and done.official is None:
        remarks.append(
            f"no official projection was published by the end of {ask.base_year + 1}: none is used"
        )
    if done.official is not None:
        late = date.fromisoformat(done.official.published_at) > date(ask.base_year + 1, 5, 31)
        remarks.append(
            f"the official projection {done.official.name} of {done.official.published_at} takes part"
            + (f"; it came later than 31 May {ask.base_year + 1}, when the figures did" if late else "")
        )
    regional, regions = done.projection.regional_areas, done.schedules.regions
    if regional and regions:
        remarks.append(
            f"{regional} areas with few age tables lean at ages {regions.bands[0]}–{regions.bands[-1] - 1} "
            f"on how their region has departed from the country (schedules {done.schedules.name})"
        )
    if len(done.projection.areas) == 1 or any(n.method == ACROSS_THE_BORDER for n in done.completed.notes):
        remarks.append(
            "the areas are projected as if they were a whole country: moves to and from elsewhere count as "
            "moves across the border, so the ages of movers are rough and the bands wider than they need be; "
            "give the rest of the country as one more area, say `rest`, with all moves of its "
            "municipalities, also those among themselves, to have both better"
        )
    if done.completed.imbalances:
        remarks.append(_unbalanced(done.completed))
    if ask.horizon > TESTED_YEARS:
        remarks.append(
            f"backtests (docs/methods/foresight_backtest.md) reach {TESTED_YEARS} years for ages of Finnish "
            "municipalities and 20 for their totals and for regions; what lies beyond, and any other "
            "country, is not tested"
        )
    oldest = done.given.panel.oldest_age
    if oldest < OLDEST_AGE:
        remarks.append(
            f"by sex, the bands of {oldest} and over are narrowed sums of single ages, not joint draws"
        )
    return remarks


def _unbalanced(completed: Completed) -> str:
    from foresight.completion import BALANCE

    found = completed.imbalances
    named = ", ".join(f"{it.year}/{it.area} ({it.people:+.0f})" for it in found[:NAMED_IMBALANCES])
    more = len(found) - NAMED_IMBALANCES
    return (
        f"population is not what the year before and the events lead to, by more than {BALANCE:.0%}: {named}"
        + (f" and {more} more" if more > 0 else "")
        + "; borders, dates or a correction may differ; they are used as they stand"
    )
