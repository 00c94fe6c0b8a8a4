"""`kuntaluotsi up`: everything answers, a dead process comes back, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from dagster_project.sources.hosts import load_hosts
from tests.integration.house import House

_PATIENCE = 120.0


class Running:
    """`kuntaluotsi up` with its lines as they come."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.process = house.start("up", stderr=subprocess.STDOUT, start_new_session=True)
        self.lines: list[str] = []
        self._queue: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, *words: str) -> str:
        """The first line, of those said already or later, that holds all words."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            for line in self.lines:
                if all(word in line for word in words):
                    return line
            assert time.monotonic() < deadline, f"no line with {words} in {self.lines}"
            try:
                self.lines.append(self._queue.get(timeout=0.2))
            except queue.Empty:
                assert self.process.poll() is None, self.lines

    def processes(self) -> list[psutil.Process]:
        """Every process of this house."""
        return [
            process
            for process in psutil.process_iter(["environ"])
            if (process.info["environ"] or {}).get("KUNTALUOTSI_DATA_ROOT") == str(self.house.root)
        ]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))


@pytest.fixture
def running(house: House) -> Iterator[Running]:
    """The house, up."""
    up = Running(house)
    yield up
    if up.process.poll() is None:
        up.process.kill()
    for process in up.processes():
        process.kill()


def test_up_serves_restarts_what_dies_and_stops_everything_on_ctrl_c(running: Running) -> None:
    pages = running.wait_for("dashboards", "http://").split()[-1]
    dagster = running.wait_for("dagster-webserver", "http://").split()[-1]
    running.wait_for("Nightly refresh at 05:00", "08:15")
    assert "Kuusamo" in _get(f"{pages}/?kunta=305&kieli=fi")
    assert "dagster" in _get(f"{dagster}/server_info")
    running.wait_for("official interfaces do not answer", "next try is at 05:00")

    dashboards = next(process for process in running.processes() if "dashboards.wsgi" in process.cmdline())
    dashboards.send_signal(signal.SIGKILL)
    running.wait_for("dashboards stopped", "dashboards.log", "starting it again in 1 s")
    _eventually(lambda: "Kuusamo" in _get(f"{pages}/?kunta=305&kieli=fi"))

    os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(timeout=_PATIENCE) == 0
    _eventually(lambda: running.processes() == [])
    publishers = {urlsplit(host.base_url).hostname for host in load_hosts().values()}
    assert set(running.house.connections) <= publishers


def test_killing_the_supervisor_leaves_no_process_behind(running: Running) -> None:
    running.wait_for("dashboards", "http://")

    running.process.kill()

    _eventually(lambda: running.processes() == [])


def test_a_taken_port_is_one_line_with_the_remedy(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(house.variables["KUNTALUOTSI_DASHBOARDS_PORT"])))
        taken.listen()
        done = house.run("up")
    assert done.returncode == 7
    assert done.stderr.startswith(
        f"kuntaluotsi: port {house.variables['KUNTALUOTSI_DASHBOARDS_PORT']} is in use"
    )
    assert "KUNTALUOTSI_DASHBOARDS_PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


def _eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)
