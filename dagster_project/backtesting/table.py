"""Looking scores up: rows of a backtest by run, horizon, size class and age group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foresight.backtest import OURS
from foresight.backtest_rows import EVERY_SIZE, ScoreRow
from foresight.known import Protocol

Key = tuple[str, str, int | None, int, str, str, str, str, str]


@dataclass(frozen=True)
class Cell:
    """Where a score stands: everything but method and measure."""

    run: str
    horizon: int
    scheme: str = "total"
    age_group: str = "total"
    size_class: str = EVERY_SIZE
    base_year: int | None = None
    protocol: str = Protocol.SAME_INFORMATION.value


class Scores:
    """Rows of a backtest, found by cell, method and measure."""

    def __init__(self, rows: Iterable[ScoreRow]) -> None:
        self.rows = list(rows)
        self._by_key = {self._key_of(row): row for row in self.rows}

    @staticmethod
    def _key_of(row: ScoreRow) -> tuple[Cell, str, str]:
        cell = Cell(
            row.run, row.horizon, row.scheme, row.age_group, row.size_class, row.base_year, row.protocol
        )
        return cell, row.method, row.measure

    def value(self, cell: Cell, method: str = OURS, measure: str = "mape") -> float | None:
        """The score, None when there is none."""
        row = self._by_key.get((cell, method, measure))
        return None if row is None else row.value

    def best(self, cell: Cell, methods: Sequence[str], measure: str = "mape") -> tuple[str, float] | None:
        """The smallest score among `methods` and whose it is."""
        found = [(v, m) for m in methods if (v := self.value(cell, m, measure)) is not None]
        return min(found)[::-1] if found else None

    def pooled(self, run: str, measure: str, method: str = OURS) -> list[ScoreRow]:
        """Rows of all base years together, by size class and age group."""
        return [
            row
            for row in self.rows
            if (row.run, row.measure, row.method) == (run, measure, method) and row.base_year is None
        ]

    def base_years(self, run: str, horizon: int) -> list[int]:
        """Base years with a row of this run and horizon, ascending."""
        return sorted(
            {r.base_year for r in self.rows if r.run == run and r.horizon == horizon and r.base_year}
        )

    def horizons(self, run: str) -> list[int]:
        """Horizons of the run, ascending."""
        return sorted({row.horizon for row in self.rows if row.run == run})
