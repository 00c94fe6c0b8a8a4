"""The processes that make up a running house: the pages, Dagster's web server and its daemon."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.running.environment import child_environment
from dagster_project.running.ports import require_free_port
from dagster_project.running.supervisor import Program
from dagster_project.settings import PROJECT_ROOT, Settings

DASHBOARDS, WEBSERVER, DAEMON = "dashboards", "dagster-webserver", "dagster-daemon"
NAMES = (DASHBOARDS, WEBSERVER, DAEMON)
_WORKSPACE = PROJECT_ROOT / "workspace.yaml"


def programs(settings: Settings) -> tuple[Program, ...]:
    """The house's processes in the order in which they are started."""
    binaries = Path(sys.executable).parent
    commands = {
        DASHBOARDS: (sys.executable, "-m", "dashboards.wsgi"),
        WEBSERVER: (
            str(binaries / "dagster-webserver"),
            "--host",
            settings.bind_address,
            "--port",
            str(settings.dagster_port),
            "--workspace",
            str(_WORKSPACE),
        ),
        DAEMON: (str(binaries / "dagster-daemon"), "run", "--workspace", str(_WORKSPACE)),
    }
    environment = child_environment(settings)
    return tuple(
        Program(name, command, environment, PROJECT_ROOT, settings.log_dir / f"{name}.log")
        for name, command in commands.items()
    )


def require_ports(settings: Settings) -> None:
    """Check the ports of the pages and of Dagster. Raises: PlainFailure (PORT_IN_USE)."""
    require_free_port(settings.bind_address, settings.dashboards_port, "KUNTALUOTSI_DASHBOARDS_PORT")
    require_free_port(settings.bind_address, settings.dagster_port, "KUNTALUOTSI_DAGSTER_PORT")


def addresses(settings: Settings) -> dict[str, str]:
    """Where the pages and Dagster answer, for the person at this machine."""
    host = settings.bind_address if settings.bind_address not in ("0.0.0.0", "::") else "127.0.0.1"
    return {
        DASHBOARDS: f"http://{host}:{settings.dashboards_port}",
        WEBSERVER: f"http://{host}:{settings.dagster_port}",
    }


def answers(settings: Settings, name: str) -> bool:
    """True when the process listens on its port; the daemon has none and always does."""
    ports = {DASHBOARDS: settings.dashboards_port, WEBSERVER: settings.dagster_port}
    if name not in ports:
        return True
    try:
        with socket.create_connection((settings.bind_address, ports[name]), timeout=0.3):
            return True
    except OSError:
        return False


_SLOW_SECONDS = 60.0
_ALL_UP = "Nightly refresh at 05:00, metadata check at 08:15 (Helsinki). Ctrl-C stops everything."


@dataclass
class Announcer:
    """Says each address once its process answers, and that one is slow; never holds the others up."""

    settings: Settings
    say: Callable[[str], None]
    _started: float = field(default_factory=time.monotonic)
    _said: set[str] = field(default_factory=set)
    _slow: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Say what has become true since the last look; returns at once."""
        waited_for = addresses(self.settings)
        for name, address in waited_for.items():
            if name in self._said:
                continue
            if answers(self.settings, name):
                self._said.add(name)
                self.say(f"{name:<18} {address}")
                if len(self._said) == len(waited_for):
                    self.say(_ALL_UP)
            elif name not in self._slow and time.monotonic() - self._started > _SLOW_SECONDS:
                self._slow.add(name)
                self.say(f"{name} does not answer yet; see {self.settings.log_dir / f'{name}.log'}")
