"""The tables of docs/methods/foresight_backtest.md, made from the scores; the words between are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dagster_project.backtesting.claims import LIN_EXP, REPORT_GROUPS, SIMPLE, claims
from dagster_project.backtesting.runs import (
    GROUPS,
    MUNICIPALITIES,
    REGIONS,
    RUNS,
    TOTALS,
    WITH_OFFICIAL,
    without_part,
)
from dagster_project.backtesting.table import Cell, Scores
from dagster_project.backtesting.weakest import weakest_accuracy, weakest_bands
from dagster_project.running.exits import ExitCode, PlainFailure
from foresight.backtest import OURS
from foresight.backtest_rows import CHANCE, EVERY_SIZE, PIT_BINS, size_label
from foresight.cohorts import SIZE_CLASS_STARTS
from foresight.known import Protocol
from foresight.project import PARTS

SHOWN_HORIZONS = (1, 2, 3, 5, 10, 15, 20)
SIZES = tuple(size_label(k) for k in range(len(SIZE_CLASS_STARTS)))
_BLOCK = re.compile(r"(<!-- table: (?P<name>[a-z ]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def with_tables(page: str, scores: Scores) -> str:
    """The page with every block `<!-- table: name -->` … `<!-- end of table -->` made again.

    That of the ablation stays as it is when nothing was left out in these scores. Raises: PlainFailure for a
    name that means nothing.
    """

    def block(found: re.Match[str]) -> str:
        name = found["name"]
        if name == ABLATION and not any(_left_out(row.run) for row in scores.rows):
            return found[0]
        if name not in TABLES:
            known = ", ".join(TABLES)
            raise PlainFailure(f"the page asks for a table {name!r}; there are {known}", ExitCode.USAGE)
        return f"{found[1]}\n{_markdown(TABLES[name](scores))}\n{found[3]}"

    return _BLOCK.sub(block, page)


def _markdown(table: Table) -> str:
    head, rows = table
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def _number(value: float | None, digits: int = 2) -> str:
    """The number, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def _interval(scores: Scores, cell: Cell, measure: str, digits: int) -> str:
    """` (low–high)`, nothing where there are too few base years to tell."""
    low, high = (scores.value(cell, OURS, f"{measure}_{end}") for end in ("low", "high"))
    return "" if low is None else f" ({_number(low, digits)}–{_number(high, digits)})"


def _runs(scores: Scores) -> Table:
    rows = []
    for run in RUNS:
        for protocol in Protocol:
            mine = [
                row
                for row in scores.rows
                if (row.run, row.protocol) == (run, protocol.value) and row.base_year and row.method == OURS
            ]
            if not mine:
                continue
            years = sorted({row.base_year for row in mine if row.base_year})
            reach = max(row.horizon for row in mine)
            first, last = years[0], years[-1]
            span = f"{first}–{last}" if last > first else str(first)
            dates = sorted({row.information_date or "" for row in mine})
            told = f"{dates[0]} … {dates[-1]}" if len(dates) > 1 else dates[0]
            rows.append((run, protocol.value, span, str(len(years)), f"1–{reach}", told))
    return ("run", "protocol", "base years", "how many", "years ahead", "information dates"), rows


def _claims(scores: Scores) -> Table:
    rows = [(c.promise, c.measured, "reached" if c.reached else "**not reached**") for c in claims(scores)]
    return ("promise", "measured", ""), rows


def _totals(run: str, rivals: Sequence[str]) -> Callable[[Scores], Table]:
    def table(scores: Scores) -> Table:
        rows = []
        for horizon in _shown(scores, run):
            cell = Cell(run, horizon)
            best = scores.best(cell, rivals)
            against = best[0] if best else ""
            rows.append(
                (
                    str(horizon),
                    f"{_number(scores.value(cell, OURS, 'origins'), 0)}",
                    f"**{_number(scores.value(cell))}**{_interval(scores, cell, 'mape', 2)}",
                    _number(scores.value(cell, OURS, "mape_shares")),
                    *(_number(scores.value(cell, rival)) for rival in ("no change", *rivals)),
                    _number(scores.value(cell, CHANCE)),
                    f"{scores.value(cell, OURS, 'bias') or 0.0:+.2f}",
                    against,
                    _number(scores.value(cell, against, "wins"), 0),
                    _number(scores.value(cell, against, "dm_p_value"), 3),
                )
            )
        head = (
            "years ahead",
            "base years",
            "ours (95 % interval)",
            "had the country been known",
            "no change",
            *rivals,
            "chance",
            "bias",
            "best rival",
            "ours nearer in, % of base years",
            "p",
        )
        return head, rows

    return table


def _shown(scores: Scores, run: str) -> list[int]:
    there = scores.horizons(run)
    return [horizon for horizon in SHOWN_HORIZONS if horizon in there]


def _bands(run: str) -> Callable[[Scores], Table]:
    def table(scores: Scores) -> Table:
        rows = []
        for horizon in _shown(scores, run):
            cell = Cell(run, horizon)
            rows.append(
                (
                    str(horizon),
                    _number(scores.value(cell, OURS, "coverage_50"), 0),
                    f"{_number(scores.value(cell, OURS, 'coverage_80'), 0)}"
                    f"{_interval(scores, cell, 'coverage_80', 0)}",
                    _number(scores.value(cell, OURS, "coverage_95"), 0),
                    _number(scores.value(cell, OURS, "crps")),
                    _number(scores.value(cell, OURS, "interval_80"), 1),
                    *(_number(scores.value(cell, OURS, f"pit_{k}"), 0) for k in range(PIT_BINS)),
                )
            )
        pit = tuple(f"{k}–{k + 1}" for k in range(PIT_BINS))
        return ("years ahead", "50 %", "80 % (95 % interval)", "95 %", "CRPS", "interval score", *pit), rows

    return table


def _region_ages(scores: Scores) -> Table:
    horizons = [h for h in (1, 5, 10, 20) if h in scores.horizons(REGIONS)]
    service = {group.label for group in GROUPS if group.scheme == "service"}
    rows = []
    for group in GROUPS:
        if group.scheme == "total" or (group.scheme == "report" and group.label in service):
            continue
        row = [group.scheme, group.label]
        for horizon in horizons:
            cell = Cell(REGIONS, horizon, group.scheme, group.label)
            row += [
                f"**{_number(scores.value(cell))}** / {_number(scores.value(cell, 'hamilton-perry'))}",
                _number(scores.value(cell, OURS, "coverage_80"), 0),
            ]
        rows.append(row)
    head = ["scheme", "age"]
    for horizon in horizons:
        head += [f"{horizon} y: ours / HP", "80 % band"]
    return head, rows


def _sizes(measure: str, digits: int) -> Callable[[Scores], Table]:
    def table(scores: Scores) -> Table:
        there = {row.size_class for row in scores.rows if row.run == TOTALS}
        rows = []
        for size in SIZES:
            if size not in there:
                continue
            row = [size]
            for horizon in _shown(scores, TOTALS):
                cell = Cell(TOTALS, horizon, size_class=size)
                ours = _number(scores.value(cell, OURS, measure), digits)
                if measure == "mape":
                    best = scores.best(cell, LIN_EXP)
                    ours = f"**{ours}** / {_number(best[1] if best else None)}"
                row.append(ours)
            rows.append(row)
        return ("inhabitants", *(f"{h} y" for h in _shown(scores, TOTALS))), rows

    return table


def _municipal_ages(scores: Scores) -> Table:
    rows = []
    for group in (*REPORT_GROUPS, "total"):
        scheme = "total" if group == "total" else "report"
        alone = Cell(MUNICIPALITIES, 2, scheme, group, base_year=2018)
        joined = Cell(WITH_OFFICIAL, 2, scheme, group, base_year=2018, protocol=Protocol.AS_AVAILABLE.value)
        pooled = Cell(MUNICIPALITIES, 2, scheme, group)
        rows.append(
            (
                group,
                f"**{_number(scores.value(alone, OURS, 'wape'))}**",
                f"**{_number(scores.value(joined, OURS, 'wape'))}**",
                *(
                    _number(scores.value(alone, rival, "wape"))
                    for rival in ("official", "official rebased", "ratios of the region", "no change")
                ),
                _number(scores.value(pooled, CHANCE, "wape")),
                _number(scores.value(alone, OURS, "coverage_80"), 0),
            )
        )
    head = (
        "age",
        "(b) ours, one table",
        "(a) ours with official",
        "official",
        "official rebased",
        "region's ratios",
        "no change",
        "chance",
        "80 % band of (b)",
    )
    return head, rows


def _next_year(scores: Scores) -> Table:
    rows = []
    for group in (*REPORT_GROUPS, "total"):
        scheme = "total" if group == "total" else "report"
        alone = Cell(MUNICIPALITIES, 1, scheme, group, base_year=2019)
        joined = Cell(WITH_OFFICIAL, 1, scheme, group, base_year=2019)
        rivals = ("official", "official rebased", "hamilton-perry", "ratios of the region")
        rows.append(
            (
                group,
                f"**{_number(scores.value(alone, OURS, 'wape'))}**",
                f"**{_number(scores.value(joined, OURS, 'wape'))}**",
                *(_number(scores.value(alone, rival, "wape")) for rival in rivals),
            )
        )
    return (
        "age",
        "ours",
        "ours with official",
        "official",
        "official rebased",
        "HP",
        "region's ratios",
    ), rows


def _origins(scores: Scores) -> Table:
    rows = []
    for year in scores.base_years(REGIONS, 5):
        row = [str(year)]
        for horizon in (5, 10):
            cell = Cell(REGIONS, horizon, base_year=year)
            row += [
                _number(scores.value(cell)),
                *(_number(scores.value(cell, rival)) for rival in SIMPLE),
                _number(scores.value(cell, OURS, "coverage_80"), 0),
            ]
        rows.append(row)
    head = ["base year"]
    for horizon in (5, 10):
        head += [f"{horizon} y: ours", *SIMPLE, "80 % band"]
    return head, rows


def _periods(scores: Scores) -> Table:
    """Coverage of totals by five-year period of base years, their base years averaged."""
    rows = []
    for first in range(1976, 2020, 5):
        row = [f"{first}–{first + 4}"]
        for run in (REGIONS, TOTALS):
            for horizon in (1, 5, 10):
                cells = [Cell(run, horizon, base_year=year) for year in range(first, first + 5)]
                held = [v for cell in cells if (v := scores.value(cell, OURS, "coverage_80")) is not None]
                row.append(_number(sum(held) / len(held) if held else None, 0))
        rows.append(row)
    return ("base years", *(f"{run}, {h} y" for run in (REGIONS, TOTALS) for h in (1, 5, 10))), rows


def _weakest(scores: Scores) -> Table:
    found = weakest_bands(scores)
    narrow = [one for one in found if one[5] < 80.0 and one[1] in SHOWN_HORIZONS][:10]
    wide = [one for one in found if one[5] > 80.0 and one[1] in SHOWN_HORIZONS][:10]
    rows = [
        (run, str(horizon), size, f"{scheme} {age}", _number(value, 0))
        for run, horizon, size, scheme, age, value in (*narrow, *wide)
    ]
    return ("run", "years ahead", "inhabitants", "age", "80 % band held, %"), rows


def _worse(scores: Scores) -> Table:
    shown = [one for one in weakest_accuracy(scores) if one[1] in SHOWN_HORIZONS and one[2] == EVERY_SIZE]
    rows = [
        (run, str(horizon), f"{scheme} {age}", rival, f"{100 * value:.0f}")
        for run, horizon, _, scheme, age, rival, value in shown
    ]
    return ("run", "years ahead", "age", "nearer than ours", "skill, %"), rows


def _left_out(run: str) -> bool:
    return any(run.endswith(without_part("", part)) for part in PARTS)


def _ablation(scores: Scores) -> Table:
    """Errors with everything, and with one part of the ensemble left out at a time."""
    columns = (
        ("regions, total after 1 y", REGIONS, 1, "total", "total", None, "mape"),
        ("5 y", REGIONS, 5, "total", "total", None, "mape"),
        ("10 y", REGIONS, 10, "total", "total", None, "mape"),
        ("85+ after 10 y", REGIONS, 10, "report", "85+", None, "mape"),
        ("municipalities 2018, total after 1 y", MUNICIPALITIES, 1, "total", "total", 2018, "mape"),
        ("2 y", MUNICIPALITIES, 2, "total", "total", 2018, "mape"),
        ("1–6", MUNICIPALITIES, 2, "report", "1-6", 2018, "wape"),
        ("16–18", MUNICIPALITIES, 2, "report", "16-18", 2018, "wape"),
    )
    rows = []
    for part in ("", *PARTS):
        row = [f"without {part}" if part else "**everything**"]
        for _, run, horizon, scheme, group, base_year, measure in columns:
            name = without_part(run, part) if part else run
            cell = Cell(name, horizon, scheme, group, base_year=base_year)
            row.append(_number(scores.value(cell, OURS, measure)))
        rows.append(row)
    return ("", *(title for title, *_ in columns)), rows


ABLATION = "ablation"
TABLES: dict[str, Callable[[Scores], Table]] = {
    "runs": _runs,
    "claims": _claims,
    "regions totals": _totals(REGIONS, SIMPLE),
    "regions bands": _bands(REGIONS),
    "regions ages": _region_ages,
    "regions base years": _origins,
    "municipal totals": _totals(TOTALS, LIN_EXP),
    "municipal totals bands": _bands(TOTALS),
    "municipal totals by size": _sizes("mape", 2),
    "municipal bands by size": _sizes("coverage_80", 0),
    "municipal ages": _municipal_ages,
    "municipal ages next year": _next_year,
    "bands by period": _periods,
    "weakest bands": _weakest,
    "worse than a rival": _worse,
    ABLATION: _ablation,
}
