"""`kuntaluotsi backtest` as a user runs it: from a folder of official figures and from the warehouse."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from dagster_project.backtesting.output import SCORES_FILE, SUMMARY_FILE, read_scores
from dagster_project.backtesting.page import TABLES, with_tables
from dagster_project.backtesting.reference import Histories, read_reference
from dagster_project.backtesting.runs import RUNS, TOTALS, forecast, tasks
from dagster_project.backtesting.table import Cell, Scores
from dagster_project.cli import kuntaluotsi
from dagster_project.commands.backtest import RUN_NAMES
from dagster_project.running.exits import PlainFailure
from foresight.known import Dated, History, Protocol
from tests.integration.house import House


def _run(*arguments: str) -> dict:
    result = CliRunner().invoke(kuntaluotsi, ["backtest", "--json", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def _failure(*arguments: str) -> str:
    with pytest.raises(PlainFailure) as failed:
        CliRunner().invoke(kuntaluotsi, ["backtest", *arguments], catch_exceptions=False)
    return str(failed.value)


@pytest.fixture(scope="module")
def histories(reference_data: Path) -> Histories:
    return read_reference(reference_data)


def test_the_command_offers_every_run() -> None:
    assert RUN_NAMES == RUNS


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "there is no folder" in _failure("--data", str(tmp_path / "nowhere"))


def test_a_folder_of_another_layout_is_said_with_the_file_that_lacks(tmp_path: Path) -> None:
    assert "there is no age table in" in _failure("--data", str(tmp_path))


def test_an_odd_number_of_draws_is_refused(tmp_path: Path) -> None:
    assert "--draws 3: expected an even number" in _failure("--data", str(tmp_path), "--draws", "3")


def test_a_page_that_asks_for_an_unknown_table_is_refused() -> None:
    with pytest.raises(PlainFailure, match="asks for a table 'nothing'"):
        with_tables("<!-- table: nothing -->\n<!-- end of table -->\n", Scores([]))


def test_the_warehouse_is_backtested_from_its_own_history(refreshed: House, tmp_path: Path) -> None:
    done = refreshed.run("backtest", "--from-warehouse", "--json", "--out", str(tmp_path), "--draws", "10")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert {one["run"] for one in summary["base_years"]} >= {"municipalities"}
    assert all(one["newest_known_from"] <= one["information_date"] for one in summary["base_years"])
    rows = read_scores(tmp_path / SCORES_FILE)
    assert len(rows) == summary["rows"] > 0
    assert {row.method for row in rows} >= {"ours", "no change", "chance", "lin/exp 5"}


@pytest.mark.reference
def test_the_folder_gives_the_published_figures(histories: Histories) -> None:
    assert histories.municipalities is not None
    assert histories.totals is not None
    tables = histories.municipalities.tables
    assert tables is not None
    assert tables.values.sum(axis=(1, 2, 3)).tolist() == [5517919, 5525292, 5533793]
    population = histories.totals.events["population"]
    assert population.years == tuple(range(1972, 2021))
    assert population.values[-3:] == pytest.approx(tables.values.sum(axis=(2, 3)))
    nurmes = histories.totals.areas.index("541")
    steps = np.abs(np.diff(np.log(population.values[:, nurmes])))
    assert steps.max() < 0.05, "Valtimo, a fifth of it, is counted to Nurmes in every year"


@pytest.mark.reference
def test_official_projections_carry_the_day_they_were_published(histories: Histories) -> None:
    assert histories.municipalities is not None
    assert [v.published_at for v in histories.municipalities.vintages] == ["2019-09-30", "2024-10-24"]
    seen = {
        (base, protocol): [
            v.name for v in histories.municipalities.seen(base, protocol.information_date(base)).vintages
        ]
        for base in (2018, 2019)
        for protocol in Protocol
    }
    assert seen == {
        (2018, Protocol.SAME_INFORMATION): [],
        (2018, Protocol.AS_AVAILABLE): ["2019"],
        (2019, Protocol.SAME_INFORMATION): ["2019"],
        (2019, Protocol.AS_AVAILABLE): ["2019"],
    }


def _spoilt_after(base_year: int, history: History | None) -> History | None:
    """The history with every figure later than `base_year`, and every later vintage, changed at random."""
    if history is None:
        return None
    rng = np.random.default_rng(base_year)

    def spoilt(part: Dated | None) -> Dated | None:
        if part is None:
            return None
        values = part.values.copy()
        later = np.array(part.years) > base_year
        values[later] *= rng.uniform(0.3, 3.0, values[later].shape)
        return replace(part, values=values)

    last_day = Protocol.AS_AVAILABLE.information_date(base_year).isoformat()
    return replace(
        history,
        tables=spoilt(history.tables),
        events={name: spoilt(part) for name, part in history.events.items()},
        vintages=tuple(
            v if v.published_at <= last_day else replace(v, population=3.0 * v.population)
            for v in history.vintages
        ),
        wider=_spoilt_after(base_year, history.wider),
    )


@pytest.mark.reference
@pytest.mark.parametrize("base_year", [1990, 2018])
def test_nothing_of_later_years_reaches_a_forecast_of_the_published_figures(
    histories: Histories, base_year: int
) -> None:
    kinds = ("regions", "municipalities", "totals")
    spoilt = Histories(**{kind: _spoilt_after(base_year, getattr(histories, kind)) for kind in kinds})
    todo = tasks(histories, RUNS, range(base_year, base_year + 1))
    assert {task.run for task in todo} == (set(RUNS) if base_year == 2018 else {"regions", TOTALS})
    for task in todo:
        one, other = (forecast(known, task, draws=4, seed=1) for known in (histories, spoilt))
        assert one.draws.tobytes() == other.draws.tobytes()
        assert {name: values.tobytes() for name, values in one.points.items()} == {
            name: values.tobytes() for name, values in other.points.items()
        }


@pytest.mark.reference
def test_every_base_year_that_the_figures_carry_is_run(histories: Histories) -> None:
    found: dict[str, set[int]] = {}
    for task in tasks(histories, RUNS, range(1900, 2100)):
        found.setdefault(task.run, set()).add(task.base_year)
    assert found == {
        "regions": set(range(1976, 2020)),
        "municipalities": {2018, 2019},
        "municipalities with official": {2018, 2019},
        "municipal totals": set(range(1982, 2020)),
    }


@pytest.mark.reference
def test_the_same_seed_gives_the_same_bytes_and_a_page_of_every_table(
    reference_data: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Before.\n" + "".join(f"<!-- table: {name} -->\n<!-- end of table -->\n" for name in TABLES), "utf-8"
    )
    told = []
    for name in ("one", "two"):
        out = tmp_path / name
        _run(
            *("--data", str(reference_data), "--run", TOTALS, "--run", "municipalities", "--draws", "10"),
            *("--first-base-year", "2017", "--out", str(out), "--page", str(page)),
        )
        files = [out / SCORES_FILE, out / SUMMARY_FILE, page]
        told.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])
    assert told[0] == told[1]
    text = page.read_text("utf-8")
    assert text.startswith("Before.\n")
    assert text.count("|---|") >= len(TABLES)


@pytest.mark.reference
def test_base_2018_is_nearer_than_official_and_trends(reference_data: Path, tmp_path: Path) -> None:
    _run(
        *("--data", str(reference_data), "--run", "municipalities", "--draws", "10"),
        *("--first-base-year", "2018", "--last-base-year", "2018", "--out", str(tmp_path)),
    )
    scores = Scores(read_scores(tmp_path / SCORES_FILE))
    for horizon in (1, 2):
        cell = Cell("municipalities", horizon, base_year=2018)
        ours = scores.value(cell)
        for rival in ("official", "lin/exp 5", "no change"):
            assert ours < scores.value(cell, rival)
