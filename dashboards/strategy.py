"""The chosen figures: which KPIs the front page shows, under which goals, and what waits for data."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

STRATEGIC_SET_FILE = Path(__file__).with_name("strategic_set.yaml")
FIRST_VIEW_CARDS = 8
MOST_CARDS = 12


class WaitingFigure(BaseModel):
    """A chosen figure without data: its name in each language, as it stands in a list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fi: str
    sv: str
    en: str


class StrategicSet(BaseModel):
    """KPI ids by goal, in order, and the figures that wait for data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    goals: dict[str, tuple[str, ...]]
    waiting: tuple[WaitingFigure, ...] = ()

    @property
    def kpis(self) -> tuple[str, ...]:
        """All chosen KPIs, in order."""
        return tuple(kpi for kpis in self.goals.values() for kpi in kpis)

    def first_view(self, with_value: Collection[str]) -> dict[str, list[str]]:
        """KPIs with a value by goal, at most eight in all: each goal in turn gives its next."""
        chosen: dict[str, list[str]] = {goal: [] for goal in self.goals}
        queues = {goal: [kpi for kpi in kpis if kpi in with_value] for goal, kpis in self.goals.items()}
        left = FIRST_VIEW_CARDS
        while left and any(queues.values()):
            for goal, queue in queues.items():
                if queue and left:
                    chosen[goal].append(queue.pop(0))
                    left -= 1
        return {goal: kpis for goal, kpis in chosen.items() if kpis}

    def rest(self, with_value: Collection[str], shown: Collection[str]) -> list[str]:
        """The other chosen KPIs with a value, up to twelve cards in all."""
        others = [kpi for kpi in self.kpis if kpi in with_value and kpi not in shown]
        return others[: MOST_CARDS - len(shown)]


@lru_cache(maxsize=1)
def strategic_set() -> StrategicSet:
    """The set in `strategic_set.yaml`. Raises: pydantic.ValidationError naming a wrong entry."""
    return StrategicSet.model_validate(yaml.safe_load(STRATEGIC_SET_FILE.read_text(encoding="utf-8")))
