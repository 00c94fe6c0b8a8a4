"""Loaded by every Python process of a watched run: refuses and records what would leave the machine.

KUNTALUOTSI_CONNECTIONS names the file that each attempt is written to, one `host` a line.
"""

import ipaddress
import os
import sys

_RECORD = os.environ.get("KUNTALUOTSI_CONNECTIONS")


def _is_here(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback or str(host) in ("0.0.0.0", "::")
    except ValueError:
        return False


def _refuse(host: object) -> None:
    with open(_RECORD, "a", encoding="utf-8") as record:  # noqa: PTH123
        record.write(f"{host}\n")
    raise OSError(f"no network in this test: {host}")


def _watch(event: str, arguments: tuple) -> None:
    if event == "socket.getaddrinfo" and not _is_here(arguments[0]):
        _refuse(arguments[0])
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(address[0]):
            _refuse(address[0])


if _RECORD:
    sys.addaudithook(_watch)
