"""A data root with the real command to run on it, watched so that nothing leaves the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.snapshot import Manifest, Status
from dagster_project.publish.snapshots import Marts
from dagster_project.publish.status import read_status
from dagster_project.publish.verify import verify_snapshot
from dagster_project.settings import PROJECT_ROOT, Settings

COMMAND = str(Path(sys.executable).with_name("kuntaluotsi"))
WATCHED = Path(__file__).with_name("watched")


@dataclass
class House:
    """A data root with the command to run on it; no process of it can reach beyond this machine."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings that the command sees."""
        return Settings(profile="test", data_root=self.root)

    @property
    def marts(self) -> Marts:
        """Its published snapshots."""
        return Marts(self.settings.marts_dir)

    @property
    def connections(self) -> list[str]:
        """Hosts beyond this machine that a process tried to reach."""
        record = self.root / "connections.txt"
        return record.read_text("utf-8").split() if record.exists() else []

    def environment(self) -> dict[str, str]:
        """Variables for a process of this house."""
        return {
            **os.environ,
            "KUNTALUOTSI_PROFILE": "test",
            "KUNTALUOTSI_DATA_ROOT": str(self.root),
            "KUNTALUOTSI_CONNECTIONS": str(self.root / "connections.txt"),
            "PYTHONPATH": str(WATCHED),
            **self.variables,
        }

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """The command, running."""
        return subprocess.Popen(
            [COMMAND, *arguments],
            env=self.environment(),
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command, ended."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=600)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def refresh(self, source: str, *options: str) -> tuple[int, dict[str, Any]]:
        """Exit code and JSON result of a refresh."""
        done = self.run("refresh", "--from", source, "--json", *options)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def status(self) -> Status:
        """STATUS.json."""
        status = read_status(self.settings.marts_dir)
        assert status is not None
        return status

    def current(self) -> Manifest:
        """The manifest of the current snapshot after verifying all of it."""
        snapshot_id = self.marts.current_id()
        assert snapshot_id is not None
        return verify_snapshot(self.marts.path(snapshot_id))

    def forget_what_was_published(self) -> None:
        """Let the next refresh build everything again although nothing differs."""
        (self.settings.dbt_target_dir / "published.json").unlink()
