"""One refresh at a time, by a lock that children hold too."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dagster_project.running import lock
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.lock import is_locked, refresh_lock


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_GRACE_SECONDS", 0.0)


def _holder(path: Path, then: str) -> subprocess.Popen[str]:
    """A process that takes the lock, says so, and goes on with `then`."""
    code = f"""
    import subprocess, sys, time
    from pathlib import Path
    from dagster_project.running.lock import refresh_lock
    with refresh_lock(Path({str(path)!r})):
        {then}
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def test_a_second_process_is_told_in_one_line_that_a_refresh_is_running(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    holder = _holder(path, "print('held', flush=True); time.sleep(60)")
    try:
        with pytest.raises(PlainFailure, match="another refresh is running") as failure, refresh_lock(path):
            pass
        assert failure.value.code is ExitCode.LOCKED
        assert is_locked(path)
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    holder = _holder(path, "print('held', flush=True); time.sleep(60)")
    holder.kill()
    holder.wait()

    assert not is_locked(path)
    with refresh_lock(path):
        assert is_locked(path)


def test_a_child_that_outlives_the_killed_refresh_keeps_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    code = f"""
    import subprocess, time
    from pathlib import Path
    from dagster_project.running.lock import refresh_lock
    with refresh_lock(Path({str(path)!r})):
        child = subprocess.Popen(['sleep', '60'], close_fds=True)
        print(child.pid, flush=True)
        time.sleep(60)
    """
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    child = int(holder.stdout.readline())
    holder.kill()
    holder.wait()
    try:
        assert is_locked(path)
    finally:
        subprocess.run(["kill", "-9", str(child)], check=True)


def test_the_lock_can_be_entered_again_in_the_same_process_and_is_free_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    with refresh_lock(path), refresh_lock(path):
        assert is_locked(path)
    assert not is_locked(path)


def test_a_lock_that_was_never_taken_is_free(tmp_path: Path) -> None:
    assert not is_locked(tmp_path / "refresh.lock")
