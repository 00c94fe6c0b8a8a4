"""The live refresh behind a house that has just started: tried once, told in one line, never in the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

from dagster_project.publish.status import read_status
from dagster_project.running.environment import child_environment
from dagster_project.running.exits import ExitCode
from dagster_project.running.supervisor import Program, start, stop
from dagster_project.settings import PROJECT_ROOT, Settings

_ANSWER_SECONDS = 6.0


class LiveRefresh:
    """Asks the publishers whether any answers, then refreshes in a process of its own; `look` moves it on."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._fault: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._told = False
        self._asking = threading.Thread(target=self._ask, daemon=True)
        self._asking.start()

    def look(self) -> None:
        """Take the next step if it is due; returns at once."""
        if self._told or self._asking.is_alive():
            return
        if self._process is None:
            if self._fault is not None:
                self._tell(
                    f"The official interfaces do not answer ({self._fault}); the published figures stay"
                    " and the next try is at 05:00"
                )
                return
            self._say("Reading the official interfaces behind; the pages switch over by themselves")
            self._process = start(self._program())
        code = self._process.poll()
        if code is not None:
            self._tell(self._ended(code))

    def close(self) -> None:
        """Stop the refresh if it is going on."""
        if self._process is not None:
            stop([self._process])

    def _program(self) -> Program:
        return Program(
            name="live refresh",
            command=(sys.executable, "-m", "dagster_project.cli", "refresh", "--from", "live", "--json"),
            environment=child_environment(self._settings),
            folder=PROJECT_ROOT,
            log=self._settings.log_dir / "live-refresh.log",
        )

    def _ask(self) -> None:
        """Look for one publisher that answers; the others are found out by the refresh."""
        import httpx

        faults = []
        for host in self._settings.source_hosts().values():
            address = f"{host.base_url.rstrip('/')}/{'fi/' if host.contract == 'pxweb-v1' else ''}"
            try:
                httpx.get(address, timeout=_ANSWER_SECONDS)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                faults.append(str(error) or type(error).__name__)
            else:
                return
        self._fault = faults[0] if faults else None

    def _ended(self, code: int) -> str:
        if code == ExitCode.LOCKED:
            return "Another refresh was running, so no live refresh was started"
        status = read_status(self._settings.marts_dir)
        words = status.run.message if status and status.run else f"exit code {code}"
        if code in (ExitCode.OK, ExitCode.PARTIAL):
            return f"Live refresh: {words}"
        return f"Live refresh failed: {words}; the published figures stay (details in {self._program().log})"

    def _tell(self, text: str) -> None:
        self._told = True
        self._say(text)
