"""A warehouse in a temporary folder, and small folders of real answers that tests may spoil."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contract.snapshot import CheckOutcome
from dagster_project.raw.ingest import IngestResult, ingest_table
from dagster_project.raw.landing import LandingStore
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import CatalogueEntry, find_entry
from dagster_project.sources.transport import DirectoryTransport, Transport

EVENTS = find_entry("vital_events")
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def open_gate(*_: object) -> tuple[CheckOutcome, ...]:
    """A gate that checks nothing, for tests of what happens around it."""
    return ()


@dataclass
class House:
    """A warehouse, its landings, and a folder with the bundled extract's vital events."""

    settings: Settings
    con: duckdb.DuckDBPyConnection
    folder: Path
    entry: CatalogueEntry = field(default=EVENTS)
    now: datetime = NOW

    @property
    def store(self) -> LandingStore:
        return LandingStore(self.settings.raw_dir)

    @property
    def landings(self) -> list[Path]:
        return sorted(path for path in self.settings.raw_dir.glob("*/*/*") if path.is_dir())

    def ingest(self, transport: Transport | None = None, **asked: Any) -> IngestResult:
        """Bring the folder's table in, through an open gate unless `gate` says otherwise."""
        asked.setdefault("gate", open_gate)
        return ingest_table(
            self.entry,
            transport=transport or DirectoryTransport(self.folder),
            store=self.store,
            con=self.con,
            now=self.now,
            **asked,
        )

    def edit(self, change: Callable[[dict[str, Any]], None], name: str = "data.json") -> None:
        """Change one of the folder's documents."""
        path = self.folder / self.entry.path / name
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document), encoding="utf-8")

    def stamp(self, updated: str, *, extract: bool = True) -> None:
        """Make the folder's answers those of another publishing, and perhaps not an extract."""

        def change(document: dict[str, Any]) -> None:
            document["updated"] = updated
            document["extension"]["kuntaluotsi"]["extract"] = extract

        self.edit(change)

    def keep_areas(self, keep: set[str]) -> None:
        """Leave only these areas in the folder's answers."""

        def narrow(document: dict[str, Any]) -> None:
            area = document["id"][0]
            codes = list(document["dimension"][area]["category"]["index"])
            per_area = len(document["value"]) // len(codes)
            chosen = [position for position, code in enumerate(codes) if code in keep]
            document["value"] = [
                document["value"][position * per_area + cell]
                for position in chosen
                for cell in range(per_area)
            ]
            document["size"][0] = len(chosen)
            document["dimension"][area]["category"]["index"] = [codes[position] for position in chosen]

        def narrow_metadata(document: dict[str, Any]) -> None:
            area = document["variables"][0]
            pairs = [p for p in zip(area["values"], area["valueTexts"], strict=True) if p[0] in keep]
            area["values"], area["valueTexts"] = ([p[0] for p in pairs], [p[1] for p in pairs])

        self.edit(narrow)
        self.edit(narrow_metadata, "metadata.json")

    def value(self, area: str, time: str, contents: str) -> float | None:
        row = self.con.execute(
            f"select value from {self.entry.qualified_name} where area = ? and time = ? and contents = ?",
            [area, time, contents],
        ).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def house(tmp_path: Path, project_root: Path) -> Iterator[House]:
    settings = Settings(profile="test", data_root=tmp_path / "data")
    folder = tmp_path / "answers"
    shutil.copytree(project_root / "data" / "raw" / "bundled" / EVENTS.path, folder / EVENTS.path)
    con = open_warehouse(settings)
    yield House(settings, con, folder)
    con.close()
