"""Probing publishers through real sockets: what keeps the contract, what has drifted, who is away."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dagster_project.commands.probe import probe as command
from dagster_project.raw.probe import ProbedTable, probe
from dagster_project.sources.catalogue import CatalogueEntry, find_entry, load_catalogue
from dagster_project.sources.transport import DirectoryTransport
from tests.simulator import faults
from tests.simulator.folder import serve_folders

TODAY = date(2022, 11, 25)
"""The recorded examples hold figures of these years."""


@pytest.fixture
def rest(house: Any, project_root: Path) -> Any:
    """A house whose publishers have the recorded examples."""
    recorded = sorted(path for path in (project_root / "tests" / "recorded").iterdir() if path.is_dir())
    serve_folders(house.publisher, *recorded, scale=0.0)
    return house


def one(rest: Any, entry: CatalogueEntry, out: Path) -> ProbedTable:
    (found,) = probe([entry], rest.night(), out, today=TODAY)
    return found


def one_of_each_protocol() -> list[CatalogueEntry]:
    chosen: dict[str, CatalogueEntry] = {}
    for entry in load_catalogue():
        chosen.setdefault(entry.protocol, entry)
    return list(chosen.values())


@pytest.mark.parametrize("entry", one_of_each_protocol(), ids=lambda entry: entry.protocol)
def test_a_probe_keeps_a_sample_that_reads_like_a_folder_of_answers(
    rest: Any, entry: CatalogueEntry, tmp_path: Path
) -> None:
    found = one(rest, entry, tmp_path / "probe")
    assert found.verdict in ("keeps", "fails_checks"), found.steps
    assert found.example is not None
    assert entry.licence in (found.example / "README.md").read_text("utf-8")
    if entry.protocol not in (
        "sotkanet",
        "classifications",
        "ckan",
    ):  # another question, or simulated addresses
        again = next(probe([entry], DirectoryTransport(found.example), tmp_path / "again", today=TODAY))
        assert again.verdict == found.verdict


def test_a_renamed_content_is_told_with_what_is_there_now(project_root: Path, tmp_path: Path) -> None:
    entry = find_entry("vital_events")
    body = (project_root / "tests/recorded/statfin" / entry.path / "metadata.json").read_text("utf-8")
    folder = tmp_path / "drifted" / entry.path
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text(body.replace("muutl-vm01", "muutl-born"), encoding="utf-8")
    found = next(probe([entry], DirectoryTransport(tmp_path / "drifted"), tmp_path / "out", today=TODAY))
    assert found.verdict == "drifted"
    assert "muutl-born" in found.steps[-1].words
    assert not (tmp_path / "out").exists()


def test_a_publisher_that_is_away_is_said_to_be_away(rest: Any, tmp_path: Path) -> None:
    entry = find_entry("municipality_boundaries")
    rest.publisher.misbehave(entry.host, faults.server_error(), times=None)
    found = one(rest, entry, tmp_path)
    assert found.verdict == "silent"
    assert "server_error" in found.steps[-1].words


def test_a_sample_does_not_become_a_load(rest: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dagster_project.raw.probe.MOST_CALLS", 2)
    monkeypatch.setattr("dagster_project.raw.probe.Sparing.__init__.__defaults__", (2,))
    found = one(rest, find_entry("municipality_region"), tmp_path)
    assert "broken off" in found.steps[-1].words


def test_the_command_says_plainly_that_nobody_was_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    away = "http://127.0.0.1:9"  # the discard port: nothing listens there
    monkeypatch.setenv("KUNTALUOTSI_HOSTS", json.dumps({"classifications": away}))
    told = CliRunner().invoke(command, ["classifications", "--table", "municipality"])
    assert told.exit_code == 1
    assert "the publisher was not reached" in told.output


def test_the_command_tells_machines_and_refuses_unknown_sources(
    rest: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("KUNTALUOTSI_HOSTS", json.dumps(rest.publisher.hosts))
    asked = ["statgeo", "--table", "schools", "--out", str(tmp_path / "out"), "--json"]
    told = CliRunner().invoke(command, asked)
    assert told.exit_code == 0, told.output
    (table,) = json.loads(told.output)["tables"]
    assert (table["table"], table["verdict"]) == ("raw_statgeo.schools", "keeps")
    with pytest.raises(Exception, match="no source is called 'moon'"):
        CliRunner().invoke(command, ["moon"], catch_exceptions=False)
