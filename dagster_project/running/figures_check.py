"""The published KPIs held to what the publishers print, read a second time from the landed answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dagster_project.dbt_kpi import Kpi
from dagster_project.figure_checks import STRENGTH, CheckKind, FigureCheck
from dagster_project.raw.landing import MANIFEST
from dagster_project.running.published_cells import read_cells, sums_of

if TYPE_CHECKING:
    import duckdb

LEAST_MUNICIPALITIES = 20
_FLOATING = 1e-6
_HALF = 0.502  # 0.54997 is printed as 0.6 (population change of 202 in 2011): the publisher rounds twice
_OWN_FIGURES = """
    select municipality_code, period, value_status, value, numerator, denominator
    from fct_kpi_value where kpi_id = ?
"""
_CHANGED_SINCE = """
    select change.from_code, change.to_code
    from fct_municipality_change as change
    join dim_table_border as border on border.source || '.' || border.table_name = ?
    where change.valid_from > make_date(border.border_year, 1, 1)
        and change.kind in ('merger', 'split', 'part_transfer')
"""
_FETCHED = "select source || '.' || table_name, fetched_at from dim_source"


@dataclass(frozen=True)
class Held:
    """One check of one KPI. `furthest` is the largest difference, in the KPI's own unit."""

    kpi_id: str
    kind: CheckKind
    measure: str
    table: str
    cells: int
    municipalities: int
    different: int
    furthest: float
    first_difference: str | None

    @property
    def holds(self) -> bool:
        """Whether enough municipalities were compared and all of them agree."""
        return self.different == 0 and self.municipalities >= LEAST_MUNICIPALITIES


@dataclass(frozen=True)
class FiguresCheck:
    """All checks of a snapshot; `not_landed` names tables whose answers are not there any more."""

    held: tuple[Held, ...]
    not_landed: tuple[str, ...]
    unchecked: tuple[str, ...]

    @property
    def failed(self) -> tuple[Held, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.held if not check.holds)

    def counts(self) -> dict[str, dict[str, int]]:
        """By kind, the strongest first: KPIs, checks and cells compared."""
        return {
            kind: {
                "kpis": len({check.kpi_id for check in self.held if check.kind == kind}),
                "checks": sum(check.kind == kind for check in self.held),
                "cells": sum(check.cells for check in self.held if check.kind == kind),
            }
            for kind in reversed(STRENGTH)
        }

    def as_dict(self) -> dict[str, Any]:
        """Everything, for machines."""
        return {
            "counts": self.counts(),
            "checks": [{**asdict(check), "holds": check.holds} for check in self.held],
            "not_landed": self.not_landed,
            "unchecked": self.unchecked,
        }


def check_figures(con: duckdb.DuckDBPyConnection, kpis: Iterable[Kpi], landed: Path) -> FiguresCheck:
    """Hold every KPI of a snapshot to the cells that its YAML names under `checked_against`.

    `landed` is the folder of landings; the answer read is the one that the snapshot was made from.
    Municipalities whose borders have changed since the table's division are left out, and so are cells
    that the publisher leaves empty or the warehouse marks as not applicable.
    """
    kpis = tuple(kpis)
    named = {check.table for kpi in kpis for check in kpi.definition.checked_against}
    folders = _folders(con, landed, named)
    cells = {table: read_cells(folder) for table, folder in folders.items() if any(folder.glob("data*.json"))}
    held, not_landed, unchecked = [], set(), []
    for kpi in kpis:
        own = con.execute(_OWN_FIGURES, [kpi.kpi_id]).df().set_index(["municipality_code", "period"])
        if not kpi.definition.checked_against:
            unchecked.append(kpi.kpi_id)
        for check in kpi.definition.checked_against:
            if check.table not in cells:
                not_landed.add(check.table)
                continue
            changed = {code for row in con.execute(_CHANGED_SINCE, [check.table]).fetchall() for code in row}
            held.append(_hold(kpi.kpi_id, own, check, sums_of(cells[check.table], check), changed))
    return FiguresCheck(tuple(held), tuple(sorted(not_landed)), tuple(unchecked))


def _hold(
    kpi_id: str, own: pd.DataFrame, check: FigureCheck, published: pd.Series, changed: set[str]
) -> Held:
    """Compare where both speak; a cell passed through that is printed and lost on the way is a difference."""
    printed = published.dropna()
    printed.index = printed.index.set_names(["municipality_code", "period"])
    both = own.join(printed.rename("printed"), how="inner")
    both = both[(both["value_status"] != "not_applicable") & ~both.index.isin(changed, level=0)]
    if check.kind != "passed_through" or check.measure != "value":
        both = both[both[check.measure].notna()]
    apart = (both[check.measure] - both["printed"]).abs().fillna(float("inf"))
    wrong = apart[apart > check.rounding * _HALF + _FLOATING]
    first = None
    if len(wrong):
        code, period = wrong.index[0]
        row = both.loc[wrong.index[0]]
        first = f"{code} {period}: {row[check.measure]}, the publisher prints {row['printed']}"
    return Held(
        kpi_id,
        check.kind,
        check.measure,
        check.table,
        len(both),
        both.index.get_level_values(0).nunique(),
        len(wrong),
        float(apart.max()) if len(apart) else 0.0,
        first,
    )


def _folders(con: duckdb.DuckDBPyConnection, landed: Path, named: set[str]) -> dict[str, Path]:
    """Of each of the tables `named`, the landing that was fetched when the snapshot says."""
    fetched = {name: stamp for name, stamp in con.execute(_FETCHED).fetchall() if name in named and stamp}
    found = {}
    for name, stamp in fetched.items():
        for manifest in sorted((landed / Path(*name.split("."))).glob(f"*/{MANIFEST}")):
            told = pd.Timestamp(json.loads(manifest.read_text(encoding="utf-8"))["fetched_at"])
            if told.tz_convert(None) == pd.Timestamp(stamp):
                found[name] = manifest.parent
    return found
