"""Ports that are taken are named, and logs do not grow for ever."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dagster_project.running import logs
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.ports import free_port, require_free_port


def test_a_taken_port_is_named_with_its_owner_and_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PlainFailure) as failure:
            require_free_port("127.0.0.1", port, "KUNTALUOTSI_DASHBOARDS_PORT")
    assert failure.value.code is ExitCode.PORT_IN_USE
    assert str(failure.value).startswith(f"port {port} is in use by ")
    assert f"process {os.getpid()}" in str(failure.value)
    assert str(failure.value).endswith("set KUNTALUOTSI_DASHBOARDS_PORT to a free one")


def test_a_free_port_passes() -> None:
    require_free_port("127.0.0.1", free_port(), "KUNTALUOTSI_DASHBOARDS_PORT")


def test_an_address_of_another_machine_is_a_wrong_setting() -> None:
    with pytest.raises(PlainFailure, match="check KUNTALUOTSI_BIND_ADDRESS") as failure:
        require_free_port("192.0.2.1", 8050, "KUNTALUOTSI_DASHBOARDS_PORT")
    assert failure.value.code is ExitCode.USAGE


def test_a_log_that_has_grown_is_set_aside_while_its_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_LARGEST", 10)
    log = tmp_path / "dashboards.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(7):
            writer.write(f"more than ten bytes {number}\n".encode())
            logs.rotate(log)
        writer.write(b"after\n")

    assert log.read_text() == "after\n"
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["dashboards.log", *(f"dashboards.log.{number}" for number in range(1, 6))]
    assert (tmp_path / "dashboards.log.1").read_text() == "more than ten bytes 6\n"


def test_old_logs_are_removed(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    for name, age in (("old.log", 91), ("new.log", 1)):
        (tmp_path / name).write_text("x")
        moment = now.timestamp() - age * 86400
        os.utime(tmp_path / name, (moment, moment))

    assert logs.remove_older_than(tmp_path, 90, now) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new.log"]
