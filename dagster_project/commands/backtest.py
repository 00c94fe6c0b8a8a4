"""`kuntaluotsi backtest`: how wrong projections from past years would have been."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.commands.output import json_option, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from dagster_project.backtesting.reference import Histories

RUN_NAMES = ("regions", "municipalities", "municipalities with official", "municipal totals")
MOST_DRAWS = 10_000


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of official figures (mirror/, tidy/); default KUNTALUOTSI_REFERENCE_DATA or ../shared/data.",
)
@click.option("--from-warehouse", is_flag=True, help="The warehouse's own history instead of a folder.")
@click.option("--run", "runs", multiple=True, type=click.Choice(RUN_NAMES), help="Only these; default all.")
@click.option("--first-base-year", type=int, default=0, help="Base years from this one on.")
@click.option("--last-base-year", type=int, default=9999, help="Base years up to this one.")
@click.option("--draws", type=int, default=400, show_default=True, help="Joint draws behind the bands.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for scores.parquet and summary.json; default data/backtest.",
)
@click.option(
    "--page",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="A page of markdown whose tables are made again.",
)
@click.option(
    "--seed-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="dbt/seeds/backtest_scores.csv: the pooled scores that every snapshot carries, made again.",
)
@click.option("--ablation", is_flag=True, help="Also with each part of the ensemble left out in turn.")
@json_option
def backtest(
    as_json: bool,
    data: Path | None,
    from_warehouse: bool,
    runs: tuple[str, ...],
    first_base_year: int,
    last_base_year: int,
    draws: int,
    seed: int,
    out: Path | None,
    page: Path | None,
    seed_file: Path | None,
    ablation: bool,
) -> None:
    """Project from past base years with what was known then, and score it against what came.

    Nothing that was published after a base year's information date reaches its projection
    (docs/methods/foresight_backtest.md).
    """
    from dagster_project.backtesting.output import (
        SCORES_FILE,
        SUMMARY_FILE,
        renew_page,
        summary_of,
        write_scores,
        write_summary,
    )
    from dagster_project.backtesting.runs import ablation as left_out
    from dagster_project.backtesting.runs import run_tasks, tasks
    from dagster_project.backtesting.seed import write_seed
    from dagster_project.backtesting.table import Scores
    from dagster_project.commands.progress import QuietReport, TerminalReport
    from dagster_project.settings import Settings
    from foresight.backtest_rows import score_rows

    if not 2 <= draws <= MOST_DRAWS or draws % 2:
        raise PlainFailure(f"--draws {draws}: expected an even number, 2 to {MOST_DRAWS}", ExitCode.USAGE)
    if seed_file and (runs or first_base_year or last_base_year < 9999):
        raise PlainFailure(
            "--seed-file tells of every run and base year; leave --run and the limits of base years out",
            ExitCode.USAGE,
        )
    settings = Settings()
    report = QuietReport() if as_json else TerminalReport()
    with report if isinstance(report, TerminalReport) else nullcontext():
        report.step("read", "figures", 0.0)
        histories = _histories(settings, data, from_warehouse)
        todo = tasks(histories, runs or RUN_NAMES, range(first_base_year, last_base_year + 1))
        if not todo:
            raise PlainFailure(
                "no base year has both the figures behind it and a later year to compare with",
                ExitCode.USAGE,
            )
        cells = run_tasks(
            histories,
            [*todo, *(left_out(todo) if ablation else ())],
            draws=draws,
            seed=seed,
            progress=lambda what, share: report.step("backtest", what, share),
        )
        report.step("score", f"{len(cells)} base years and horizons", 0.0)
        rows = score_rows(cells, seed)
        scores = Scores(rows)
        out = out or settings.data_root / "backtest"
        out.mkdir(parents=True, exist_ok=True)
        write_scores(out / SCORES_FILE, rows)
        summary = summary_of(scores, cells, draws=draws, seed=seed)
        write_summary(out / SUMMARY_FILE, summary)
        if page:
            renew_page(page, scores)
        if seed_file:
            source = "--from-warehouse " if from_warehouse else ""
            write_seed(seed_file, rows, f"{source}--draws {draws} --seed {seed}")
    show(as_json, {"out": str(out), "rows": len(rows), **summary}, _words(out, summary, len(rows)))


def _histories(settings: Any, data: Path | None, from_warehouse: bool) -> Histories:
    """The figures asked for. Raises: PlainFailure when there are none."""
    from dagster_project.backtesting.reference import default_folder, read_reference
    from dagster_project.backtesting.warehouse import read_warehouse
    from dagster_project.raw.warehouse import open_warehouse
    from foresight.cohorts import InputError

    if from_warehouse and data:
        raise PlainFailure("--data and --from-warehouse exclude each other", ExitCode.USAGE)
    try:
        if from_warehouse:
            if not settings.warehouse_path.is_file():
                raise PlainFailure(
                    f"there is no warehouse at {settings.warehouse_path}; run `kuntaluotsi refresh` first",
                    ExitCode.NOTHING_PUBLISHED,
                )
            with open_warehouse(settings, read_only=True) as con:
                return read_warehouse(con)
        folder = data or default_folder()
        if not folder.is_dir():
            raise PlainFailure(
                f"there is no folder {folder}; give one with --data, or use --from-warehouse", ExitCode.USAGE
            )
        return read_reference(folder)
    except InputError as error:
        raise PlainFailure(str(error), ExitCode.USAGE) from error


def _words(out: Path, summary: dict[str, Any], rows: int) -> str:
    lines = [f"{out}: {rows} scores of {len(summary['base_years'])} backtests, {summary['draws']} draws"]
    for claim in summary["claims"]:
        mark = "reached    " if claim["reached"] else "NOT REACHED"
        lines.append(f"  {mark} {claim['promise']}: {claim['measured']}")
    return "\n".join(lines)
