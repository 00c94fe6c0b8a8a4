"""A pytest plugin: how long each kind of test took; fails when browser tests were required but missing."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import PurePosixPath

import pytest

UNIT_BUDGET_SECONDS = 60.0

_seconds: dict[str, float] = defaultdict(float)
_counts: dict[str, int] = defaultdict(int)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add the report's time to its kind: the folder under tests/."""
    kind = PurePosixPath(report.nodeid).parts[1]
    _seconds[kind] += report.duration
    if report.when == "call" and report.passed:
        _counts[kind] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the session when the browser tests had to run and none passed."""
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and os.environ.get("KUNTALUOTSI_REQUIRE_BROWSER") and _counts["browser"] == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line a kind, before pytest's own closing line: the workers' time over their number."""
    workers = len(getattr(terminalreporter.config.option, "tx", None) or [None])
    terminalreporter.section("time by kind of test")
    for kind, summed in _seconds.items():
        seconds = summed / workers
        over = " (over its budget of a minute)" if kind == "unit" and seconds > UNIT_BUDGET_SECONDS else ""
        terminalreporter.write_line(f"{kind:<12} {_counts[kind]:>5} passed {seconds:>7.1f} s{over}")
    if os.environ.get("KUNTALUOTSI_REQUIRE_BROWSER") and _counts["browser"] == 0:
        terminalreporter.write_line("browser tests were required and did not run")
