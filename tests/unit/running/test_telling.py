"""What a refresh says of its sources: hosts once, faults by name, no alarm about those never verified."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dagster_project.publish.status import read_status
from dagster_project.raw.ingest import IngestResult, ingest_table
from dagster_project.running.night import Night
from dagster_project.running.request import Request
from dagster_project.running.telling import pace_lines, source_lines
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.sources.catalogue import PxWebEntry, find_entry
from dagster_project.sources.errors import TransientSourceError
from dagster_project.sources.hosts import load_hosts
from dagster_project.sources.http import Ledger

EVENTS = find_entry("vital_events")
SECRET = "s3cret-token-nobody-may-see"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
AWAY = TransientSourceError("unreachable", "https://x: no answer in time")


class Lines:
    """A report that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def step(self, name: str, detail: str, share: float) -> None:
        """Nothing."""

    def line(self, text: str) -> None:
        self.lines.append(text)


def result(table: str, outcome: Any, kind: str = "", message: str = "") -> IngestResult:
    error = AWAY.as_status(NOW) if outcome == "failed" else None
    return IngestResult(
        key=(f"raw_{table.partition('.')[0]}", table.partition(".")[2]),
        outcome=outcome,
        message=message or AWAY.message,
        error=error,
        fault_kind=kind,
    )


def test_a_host_that_is_away_is_one_line_and_the_others_are_told_by_name() -> None:
    lines = list(
        source_lines(
            [
                result("statfin.vital_events", "failed", "unreachable"),
                result("statfin.population_by_age", "failed", "unreachable"),
                result("sotkanet.regions", "failed", "drifted", "a title is gone"),
                result("keyfigures.key_figures_series_2017", "unchanged"),
                *(result(f"kela.t{number}", "absent") for number in range(7)),
            ],
            load_hosts(),
        )
    )
    assert lines == [
        "Tilastokeskus (pxdata.stat.fi) does not answer (https://x: no answer in time);"
        " 2 tables (statfin.vital_events, statfin.population_by_age) as before",
        "raw_sotkanet.regions: a title is gone",
        "no answers are carried for 7 tables (kela.t0, kela.t1, kela.t2, kela.t3, kela.t4 and 2 more)",
    ]


def test_when_nobody_answers_that_is_said_once() -> None:
    away = [result(f"statfin.t{number}", "failed", "unreachable") for number in range(3)]
    untried = [result("ptv.services", "unverified", "unreachable")]
    assert list(source_lines(away + untried, load_hosts())) == [
        "no source could be reached (https://x: no answer in time); earlier figures stay"
    ]


def test_the_pace_of_a_publisher_is_shown_beside_our_own_work() -> None:
    ledgers = {
        "statfin": Ledger(calls=351, paced=560.0, answering=60.0, paused=1.0),
        "sotkanet": Ledger(calls=1, answering=1.0),
    }
    assert list(pace_lines(ledgers, load_hosts(), 640.0)) == [
        "Tilastokeskus (pxdata.stat.fi): 351 calls at 35 in 60 s: at least 10.0 min; waited 9.3 min for that"
        " pace, 60.0 s for answers, 1.0 s between tries",
        "all sources: took 10.7 min; our own work 18.0 s",
    ]
    assert list(pace_lines({"statfin": Ledger(calls=35)}, load_hosts(), 3.0)) == []


@pytest.fixture
def publisher() -> Iterator[str]:
    """A server that has vital events and nothing else, for whoever shows the secret."""
    recorded = PROJECT_ROOT / "tests" / "recorded" / "statfin" / EVENTS.path

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = 404, b"{}"
            if self.headers.get("Authorization") == f"Bearer {SECRET}":
                if self.path.endswith("?config"):
                    status, body = 200, b'{"maxCells": 100000}'
                elif self.path.endswith(EVENTS.path):
                    file = "metadata.json" if self.command == "GET" else "data.json"
                    status, body = 200, (recorded / file).read_bytes()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, *_: object) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def _open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example holds two municipalities, which no gate would take for the country."""
    through = functools.partial(ingest_table, gate=lambda *_: ())
    monkeypatch.setattr("dagster_project.running.night.ingest_table", through)


@pytest.mark.usefixtures("_open_gate")
def test_a_source_not_yet_verified_live_is_told_and_makes_no_night_partial_and_a_secret_is_nowhere(
    publisher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTALUOTSI_SECRET_STATFIN", SECRET)
    monkeypatch.setenv(
        "KUNTALUOTSI_HOSTS", json.dumps({"statfin": {"base_url": publisher, "token": "statfin"}})
    )
    settings = Settings(profile="test", data_root=tmp_path)
    untried = EVENTS.model_copy(
        update={"table_name": "births", "folder": "synt", "verification": "unverified"}
    )
    lines = Lines()
    night = Night(settings, Request(origin="live"), lines)
    with night.running():
        good, quiet = night.ingest(EVENTS), night.ingest(untried)
        night.nothing_new = True
        night._tell_sources()
        assert night.outcome().state == "ok"

    assert (good.outcome, quiet.outcome, quiet.error) == ("loaded", "unverified", None)
    assert quiet.message.startswith("not yet verified live: ")
    assert lines.lines == [
        "not yet verified live and not loaded, why is in refresh.log: 1 table (statfin.births)"
    ]
    status = read_status(settings.marts_dir)
    assert status is not None
    told = {source.table_name: source for source in status.sources}
    assert (told["births"].outcome, told["births"].stale) == ("never", False)
    assert told["births"].note == quiet.message
    assert "births: unverified, not yet verified live" in (settings.log_dir / "refresh.log").read_text(
        "utf-8"
    )
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 6
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.usefixtures("_open_gate")
def test_a_table_that_was_loaded_once_counts_like_any_other(publisher: str, tmp_path: Path) -> None:
    settings = Settings(
        profile="test",
        data_root=tmp_path,
        hosts={"statfin": publisher},
    )
    recorded = PROJECT_ROOT / "tests" / "recorded" / "statfin"
    untried: PxWebEntry = EVENTS.model_copy(update={"verification": "unverified"})
    first = Night(settings, Request(origin="directory", directory=recorded), Lines())
    with first.running():
        assert first.ingest(untried).outcome == "loaded"
        first.nothing_new = True
    second = Night(settings, Request(origin="live"), Lines())
    with second.running():
        failed = second.ingest(untried)
        second.nothing_new = True
        assert (failed.outcome, second.outcome().state) == ("failed", "partial")
