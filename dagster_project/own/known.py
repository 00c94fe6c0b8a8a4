"""What own data may name: municipalities by code or name, KPIs by id or catalogue code."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt" / "seeds"


@dataclass(frozen=True)
class Known:
    """Casefolded spelling to code; `municipality_names` and `kpi_names` are what drop-downs offer."""

    municipalities: Mapping[str, str]
    kpis: Mapping[str, str]
    municipality_names: tuple[str, ...]
    kpi_names: tuple[str, ...]

    def municipality(self, text: str) -> str | None:
        """The code of `305`, `KU305`, `Kuusamo` or `305 Kuusamo`, None when none fits."""
        return _found(self.municipalities, text)

    def kpi(self, text: str) -> str | None:
        """The id of a KPI named by id, catalogue code or `VE01 Väkiluku`, None when there is none."""
        return _found(self.kpis, text)


def read_known(seeds: Path = SEEDS, language: str = "fi") -> Known:
    """What the seeds know, named in `language` where there is a choice."""
    municipalities: dict[str, str] = {}
    names: list[str] = []
    for row in _rows(seeds / "municipalities.csv"):
        code = row["municipality_code"]
        names.append(f"{code} {row['name_sv' if language == 'sv' else 'name_fi']}")
        spellings = (code, f"KU{code}", row["name_fi"], row["name_sv"], str(int(code)))
        municipalities |= {spelling.casefold(): code for spelling in spellings if spelling}
    kpis: dict[str, str] = {}
    kpi_names: list[str] = []
    kpi_titles: dict[str, str] = {}
    for row in _rows(seeds / "kpi_catalogue.csv"):
        kpi_names.append(f"{row['catalogue_code']} {row[f'name_{language}']}")
        kpis |= {row["kpi_id"].casefold(): row["kpi_id"], row["catalogue_code"].casefold(): row["kpi_id"]}
        kpi_titles |= {row[f"name_{each}"].casefold(): row["kpi_id"] for each in ("fi", "sv", "en")}
    return Known(municipalities, kpi_titles | kpis, tuple(names), tuple(kpi_names))


def _found(known: Mapping[str, str], text: str) -> str | None:
    """By the whole text, or by a code in front of it that no other name behind it contradicts."""
    whole = " ".join(text.split()).casefold()
    front, _, behind = whole.partition(" ")
    if whole in known or not any(char.isdecimal() for char in front):
        return known.get(whole)
    return known.get(front) if known.get(behind, known.get(front)) == known.get(front) else None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
