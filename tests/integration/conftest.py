"""The house refreshed once from the bundled extract by the real command, and copies to try things on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dagster_project.running.ports import free_port
from dagster_project.settings import Settings
from tests.integration.house import House


@pytest.fixture(scope="session")
def refreshed(refreshed_root: Path) -> House:
    """The house after its first refresh; never change it, take `house` for that."""
    return House(refreshed_root)


@pytest.fixture
def house(refreshed: House, tmp_path: Path) -> Iterator[House]:
    """A copy of the refreshed house, with free ports."""
    root = tmp_path / "data"
    shutil.copytree(refreshed.root, root, ignore=shutil.ignore_patterns("connections.txt"))
    yield House(
        root,
        {
            "KUNTALUOTSI_DASHBOARDS_PORT": str(free_port()),
            "KUNTALUOTSI_DAGSTER_PORT": str(free_port()),
        },
    )
    shutil.rmtree(root)


@pytest.fixture
def answers(tmp_path: Path) -> Callable[[str], Path]:
    """`answers("StatFin/muutl/11ae")`: that table's folder in a copy of the bundled answers, to be spoilt.

    The copy's root is the folder's third parent.
    """
    root = tmp_path / "answers"
    shutil.copytree(Settings().bundled_dir, root)

    def table(path: str) -> Path:
        return next(folder for folder in (root / path, root / f"{path}.px") if folder.is_dir())

    return table
