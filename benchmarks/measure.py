"""Runs a command and tells its wall time, processor time and peak memory, children included."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

_EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class Measured:
    """One run: `seconds` of wall time, `processor_seconds` of user and system time, `peak_mb` resident."""

    seconds: float
    processor_seconds: float
    peak_mb: float
    output: str


def run(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """The command's measures; peak memory is the sum over its process tree, looked at every 50 ms.

    Raises: RuntimeError with the end of its output when it fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak, spent = 0.0, {}
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        resident = 0
        for member in _tree(watched):
            with suppress(psutil.Error):
                resident += member.memory_info().rss
                times = member.cpu_times()
                spent[member.pid] = times.user + times.system
        peak = max(peak, resident / 1e6)
        time.sleep(_EVERY_SECONDS)
    output = process.stdout.read() if process.stdout else ""
    seconds = time.perf_counter() - started
    if process.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {output[-2000:]}")
    return Measured(seconds, sum(spent.values()), peak, output)


def _tree(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []
