"""Starting the dashboards: settings from the environment, arguments first, one clear line when it cannot."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboards import wsgi


def test_settings_come_from_the_environment_and_arguments_go_first(tmp_path: Path) -> None:
    environment = {
        "KUNTALUOTSI_BIND_ADDRESS": "0.0.0.0",
        "KUNTALUOTSI_DASHBOARDS_PORT": "9000",
        "KUNTALUOTSI_DATA_ROOT": str(tmp_path),
        "KUNTALUOTSI_DEFAULT_MUNICIPALITY": "905",
    }
    given = wsgi.parsed(["--port", "9001"], environment)
    assert (given.host, given.port, given.data_root, given.municipality) == ("0.0.0.0", 9001, tmp_path, "905")


def test_only_this_machine_is_served_unless_told_otherwise() -> None:
    assert wsgi.parsed([], {}).host == "127.0.0.1"


def test_a_port_in_use_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KUNTALUOTSI_DATA_ROOT", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert wsgi.main(["--host", "127.0.0.1", "--port", str(port)]) == 1
    assert f"cannot serve at 127.0.0.1:{port}" in caplog.text
    assert "choose another with --port" in caplog.text
