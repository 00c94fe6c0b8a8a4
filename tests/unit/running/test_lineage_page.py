"""dbt's own pages as one file that asks no other host for anything."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.lineage_page import alone, serve_page

PAGE = "<html><head><script src='https://elsewhere.example/x.js'></script></head><body>/home/a/dbt/x</body></html>"


def test_the_page_may_load_nothing_from_elsewhere() -> None:
    text = alone(PAGE, {})
    assert text.index("Content-Security-Policy") < text.index("<script")
    policy = text.split('content="')[1].split('"')[0]
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_folders_of_the_machine_are_not_told() -> None:
    assert "/home" not in alone(PAGE, {Path("/home/a/dbt"): "dbt"})


def test_a_page_without_a_head_is_refused() -> None:
    with pytest.raises(PlainFailure, match="has no <head>"):
        alone("<html></html>", {})


def test_the_page_is_served_at_its_root_only_and_a_taken_port_is_named(tmp_path: Path) -> None:
    page = tmp_path / "lineage.html"
    page.write_text(PAGE, "utf-8")
    ready, addresses = threading.Event(), []

    def told(address: str) -> None:
        addresses.append(address)
        ready.set()

    threading.Thread(target=serve_page, args=(page, "127.0.0.1", 0, told), daemon=True).start()
    assert ready.wait(10)
    with urllib.request.urlopen(addresses[0]) as answer:
        assert answer.read().decode() == PAGE
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{addresses[0]}/etc/passwd")
    with pytest.raises(PlainFailure, match="choose another with --port") as refused:
        serve_page(page, "127.0.0.1", int(addresses[0].rsplit(":", 1)[1]), told)
    assert refused.value.code is ExitCode.PORT_IN_USE
