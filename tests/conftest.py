"""Fixtures every test may use: where the reference data lies, and reporting when it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[1]
REFERENCE_DATA = Path(os.environ.get("KUNTALUOTSI_REFERENCE_DATA", PROJECT_ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout."""
    return PROJECT_ROOT


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of real published figures; only for tests marked `reference`."""
    return REFERENCE_DATA


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Report tests that need the reference data as not run where the folder is absent."""
    if REFERENCE_DATA.is_dir():
        return
    not_run = pytest.mark.skip(reason=f"NOT RUN: no reference data at {REFERENCE_DATA}")
    for item in items:
        if "reference" in item.keywords:
            item.add_marker(not_run)
