"""A fetch that is killed in the middle goes on where it stopped: no chunk is asked for twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dagster_project.settings import PROJECT_ROOT
from dagster_project.sources.catalogue import find_entry

EVENTS = find_entry("vital_events")
CHUNKS = 4
INGEST = """
import sys
from datetime import UTC, datetime
from dagster_project.raw.ingest import ingest_table
from dagster_project.raw.landing import LandingStore
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.request import parse_request, transport_for
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import find_entry
settings = Settings()
with open_warehouse(settings) as con:
    result = ingest_table(
        find_entry("vital_events"),
        transport=transport_for(parse_request("live"), settings),
        store=LandingStore(settings.raw_dir),
        con=con,
        now=datetime.now(UTC),
        gate=lambda *_: (),
    )
print(result.outcome, result.rows, result.message)
"""


class Publisher:
    """StatFin with the recorded vital events, 40 cells at once; the third chunk is long in coming."""

    def __init__(self) -> None:
        self.recorded = PROJECT_ROOT / "tests" / "recorded" / "statfin" / EVENTS.path
        self.address = ""
        self.updated = "2026-06-06T21:04:32"
        self.chunks: list[str] = []
        self.hang_at: int | None = 3
        self.hung = threading.Event()
        self.go_on = threading.Event()

    def reply(self, method: str, path: str, body: bytes) -> bytes:
        if path.endswith("?config"):
            return b'{"maxCells": 40}'
        if not path.endswith(".px"):
            return json.dumps([{"id": "11ae.px", "updated": self.updated}]).encode()
        if method == "GET":
            return (self.recorded / "metadata.json").read_bytes()
        self.chunks.append(body.decode())
        if len(self.chunks) == self.hang_at:
            self.hung.set()
            self.go_on.wait(30)
        return self.answer(json.loads(body))

    def answer(self, query: dict[str, Any]) -> bytes:
        document = json.loads((self.recorded / "data.json").read_text(encoding="utf-8"))
        asked = {part["code"]: part["selection"]["values"] for part in query["query"]}
        ids = document["id"]
        order = [list(document["dimension"][code]["category"]["index"]) for code in ids]
        flat = dict(zip(product(*order), document["value"], strict=True))
        for code in ids:
            document["dimension"][code]["category"] = {"index": asked[code]}
        cells = [flat[cell] for cell in product(*(asked[code] for code in ids))]
        return json.dumps(document | {"size": [len(asked[code]) for code in ids], "value": cells}).encode()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    there = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = there.reply(
                self.command, self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0))
            )
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # the asker was killed
                return

        do_GET = do_POST = _serve

        def log_message(self, *_: object) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    there.address = f"http://127.0.0.1:{server.server_port}"
    yield there
    there.go_on.set()
    server.shutdown()
    server.server_close()


def start(publisher: Publisher, root: Path) -> subprocess.Popen[str]:
    hosts = {"statfin": {"base_url": publisher.address, "calls": 1000, "seconds": 1}}
    environment = {
        **os.environ,
        "KUNTALUOTSI_PROFILE": "test",
        "KUNTALUOTSI_DATA_ROOT": str(root),
        "KUNTALUOTSI_HOSTS": json.dumps(hosts),
    }
    return subprocess.Popen(
        [sys.executable, "-c", INGEST], cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def test_a_killed_fetch_goes_on_where_it_stopped(publisher: Publisher, tmp_path: Path) -> None:
    killed = start(publisher, tmp_path)
    assert publisher.hung.wait(30)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(list((tmp_path / "raw" / "partial" / "statfin" / "vital_events").glob("*/[!.]*"))) == 1 + 2

    publisher.hang_at = None
    out, _ = start(publisher, tmp_path).communicate(timeout=60)

    assert out.startswith("loaded"), out
    third, fourth = publisher.chunks[2], publisher.chunks[-1]
    assert len(publisher.chunks) == 3 + 2, "the first two chunks were not asked for again"
    assert publisher.chunks[3] == third != fourth
    assert not (tmp_path / "raw" / "partial" / "statfin" / "vital_events").exists()

    out, _ = start(publisher, tmp_path).communicate(timeout=60)
    assert out.startswith("unchanged"), out
    assert len(publisher.chunks) == 3 + 2


def test_chunks_of_another_publishing_are_not_mixed_in(publisher: Publisher, tmp_path: Path) -> None:
    killed = start(publisher, tmp_path)
    assert publisher.hung.wait(30)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    publisher.hang_at, publisher.updated = None, "2026-12-01T08:00:00"
    out, _ = start(publisher, tmp_path).communicate(timeout=60)

    assert out.startswith("loaded"), out
    assert len(publisher.chunks) == 3 + CHUNKS
