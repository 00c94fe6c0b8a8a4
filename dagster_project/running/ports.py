"""Whether a port is free, and who has it when it is not."""

from __future__ import annotations

import errno
import socket

from dagster_project.running.exits import ExitCode, PlainFailure


def require_free_port(address: str, port: int, variable: str) -> None:
    """Check that a server may listen on `address`:`port`; port 0 always may.

    Raises: PlainFailure (PORT_IN_USE) naming the process that has it where the system tells, and the settings
    variable that changes it.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PlainFailure(
                    f"cannot listen on {address}:{port} ({error.strerror});"
                    f" check KUNTALUOTSI_BIND_ADDRESS and {variable}",
                    ExitCode.USAGE,
                ) from error
            raise PlainFailure(
                f"port {port} is in use by {_owner(port)}; set {variable} to a free one", ExitCode.PORT_IN_USE
            ) from error


def free_port(address: str = "127.0.0.1") -> int:
    """A port that nothing listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def _owner(port: int) -> str:
    import psutil

    try:
        for connection in psutil.net_connections("tcp"):
            listening = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listening and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, PermissionError):
        pass
    return "another program"
