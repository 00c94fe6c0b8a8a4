"""The live refresh behind a house that starts: begun when any publisher answers, else told in one line."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from dagster_project.running.live import LiveRefresh
from dagster_project.settings import Settings
from dagster_project.sources.hosts import load_hosts

NOBODY = "http://127.0.0.1:9"


def begun(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], bool]:
    """What was said, and whether a refresh was started."""
    said: list[str] = []
    started: list[object] = []

    def start(program: object) -> SimpleNamespace:
        started.append(program)
        return SimpleNamespace(poll=lambda: None)

    monkeypatch.setattr("dagster_project.running.live.start", start)
    live = LiveRefresh(settings, said.append)
    deadline = time.monotonic() + 10
    while not said and time.monotonic() < deadline:
        live.look()
        time.sleep(0.01)
    return said, bool(started)


def test_when_no_publisher_answers_that_is_said_and_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(profile="test", data_root=tmp_path, hosts=dict.fromkeys(load_hosts(), NOBODY))
    said, started = begun(settings, monkeypatch)
    assert "do not answer" in said[0]
    assert not started


def test_one_publisher_that_answers_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    hosts = dict.fromkeys(load_hosts(), NOBODY) | {"sotkanet": f"http://127.0.0.1:{server.server_port}"}
    said, started = begun(Settings(profile="test", data_root=tmp_path, hosts=hosts), monkeypatch)
    server.server_close()
    assert started
    assert "Reading the official interfaces" in said[0]
