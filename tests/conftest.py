"""Fixtures every test may use: where the reference data lies, and what is made once for all workers."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """`made_once(name, make)`: a folder that `make` fills once, however many workers (pytest -n) want it.

    Whoever asks first makes it and the others wait; it is to be read only.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        made, ready = shared / name, shared / f"{name}.ready"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                shutil.rmtree(made, ignore_errors=True)
                made.mkdir()
                make(made)
                ready.touch()
        return made

    return folder


@pytest.fixture(scope="session")
def refreshed_root(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A data root after its first refresh from the bundled extract; to be read only.

    KUNTALUOTSI_TEST_DATA_ROOT names one refreshed before.
    """
    from tests.integration.house import House

    def refresh(root: Path) -> None:
        code, result = House(root).refresh("bundled")
        assert code == 0, result

    if "KUNTALUOTSI_TEST_DATA_ROOT" in os.environ:
        return Path(os.environ["KUNTALUOTSI_TEST_DATA_ROOT"])
    return made_once("refreshed", refresh)


@pytest.fixture(autouse=True)
def _beside_others_or_alone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Let the workers' tests run side by side, but one marked `alone` only when the others pause.

    Whoever wants to be alone keeps the door shut while those inside finish, so nobody can slip in before.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    shared = tmp_path_factory.getbasetemp().parent
    wanted = fcntl.LOCK_EX if request.node.get_closest_marker("alone") else fcntl.LOCK_SH
    with (shared / "door.lock").open("w") as door, (shared / "room.lock").open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, wanted)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield


def pytest_sessionstart() -> None:
    """Let servers that tests start be stopped, also when the tests run in the background of a script.

    A shell lets those ignore Ctrl-C, Dagster treats SIGTERM as Ctrl-C, and every process below inherits both.
    """
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Report tests that need the reference data as not run where the folder is absent."""
    if REFERENCE_DATA.is_dir():
        return
    not_run = pytest.mark.skip(reason=f"NOT RUN: no reference data at {REFERENCE_DATA}")
    for item in items:
        if "reference" in item.keywords:
            item.add_marker(not_run)
