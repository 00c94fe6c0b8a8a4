"""Sotkanet's REST interface: regions with its own ids, one indicator per call, suppressed figures absent.

A call without a User-Agent is turned away (`calls.SOTKANET`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.simulator.wire import NOT_FOUND, Reply, Request, json_reply, text_reply

ANSWERS = Path("rest") / "1.1"
GENDERS = ("male", "female", "total")


class Sotkanet:
    """`/regions`, `/indicators[/{id}]`, `/json` and `/csv` over rows as Sotkanet gives them."""

    def __init__(
        self,
        regions: list[dict[str, Any]],
        rows: Iterable[dict[str, Any]],
        indicators: Sequence[dict[str, Any]] = (),
    ) -> None:
        self.regions = regions
        self.rows = list(rows)
        self.indicators = list(indicators) or [
            _described(number, self.rows) for number in _numbers(self.rows)
        ]

    def only_years(self, first: int, last: int) -> None:
        """Tell of every indicator that it has these years alone."""
        self.indicators = [told | {"range": {"start": first, "end": last}} for told in self.indicators]

    def reply(self, request: Request) -> Reply:
        match request.segments:
            case ["rest", "1.1", "regions"]:
                return json_reply(self.regions)
            case ["rest", "1.1", "indicators"]:
                return json_reply(self.indicators)
            case ["rest", "1.1", "indicators", number]:
                found = [told for told in self.indicators if str(told["id"]) == number]
                return json_reply(found[0]) if found else NOT_FOUND
            case ["rest", "1.1", "json"]:
                rows = self._asked(request)
                return NOT_FOUND if rows is None else json_reply(rows)
            case ["rest", "1.1", "csv"]:
                rows = self._asked(request)
                return NOT_FOUND if rows is None else text_reply(_csv(rows), kind="text/csv")
        return NOT_FOUND

    def _asked(self, request: Request) -> list[dict[str, Any]] | None:
        """The rows of one indicator; None when the indicator is not known."""
        indicator = request.first("indicator") or ""
        years = {int(year) for year in request.all("years") if year.isdigit()}
        genders = set(request.all("genders")) or {"total"}
        if indicator not in {str(told["id"]) for told in self.indicators}:
            return None
        return [
            row
            for row in self.rows
            if str(row["indicator"]) == indicator and row["year"] in years and row["gender"] in genders
        ]


def holds(folder: Path) -> bool:
    """True when a folder has Sotkanet's regions, without which no figure means anything."""
    return (folder / ANSWERS / "regions.json").is_file()


def from_folder(folder: Path) -> Sotkanet:
    """Sotkanet with the regions and rows of a folder of its answers (`rest/1.1/…json`)."""
    answers = folder / ANSWERS
    regions = _read(answers / "regions.json")
    rows = [row for path in sorted(answers.glob("json-*.json")) for row in _read(path)]
    listed = answers / "indicators.json"
    told = _read(listed) if listed.is_file() else []
    told += [_read(path) for path in sorted((answers / "indicators").glob("*.json"))]
    known = {item["id"] for item in told}
    told += [_described(number, rows) for number in _numbers(rows) if number not in known]
    return Sotkanet(regions, rows, told)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _numbers(rows: list[dict[str, Any]]) -> list[int]:
    return sorted({row["indicator"] for row in rows})


def _described(number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    years = [row["year"] for row in rows if row["indicator"] == number]
    return {
        "id": number,
        "title": {"fi": f"Indikaattori {number}", "sv": f"Indikator {number}", "en": f"Indicator {number}"},
        "organization": {"id": 2, "title": {"fi": "THL", "sv": "THL", "en": "THL"}},
        "classifications": {
            "region": {"values": ["Kunta", "Maakunta"]},
            "sex": {"values": [g for g in GENDERS if any(r["gender"] == g for r in rows)]},
        },
        "range": {"start": min(years), "end": max(years)},
        "data-updated": "2026-05-20",
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    names = ["indicator", "region", "year", "gender", "value"]
    writer = csv.DictWriter(out, names, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
