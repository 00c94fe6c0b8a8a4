"""How quickly a leader sees figures: the server's answer to a change of municipality, and cards in Chromium.

Floors: the server's answer to `/health` and Chromium showing that answer.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from contract.snapshot import CURRENT_FILE
from dagster_project.running.environment import child_environment
from dagster_project.settings import PROJECT_ROOT, Settings

_ROUNDS = 7
_MUNICIPALITIES = ("305", "564", "832", "297", "905", "698", "205")
_CARD = ".card-value"


def measure() -> None:
    """Print page timings over the bundled figures."""
    print("\nPages over the bundled extract")
    with (
        tempfile.TemporaryDirectory(prefix="kuntaluotsi-bench-") as root,
        _served(Settings(data_root=Path(root))) as url,
    ):
        health = _median(lambda _: _get(f"{url}/health"))
        front = _median(lambda number: _get(f"{url}/?kunta={_MUNICIPALITIES[number]}&kieli=fi"))
        print(f"  server, /health (floor)              {1000 * health:6.0f} ms")
        print(f"  server, change of municipality       {1000 * front:6.0f} ms  {front / health:4.1f} × floor")
        _print_browser(url)


def _print_browser(url: str) -> None:
    chromium = subprocess.run(
        ["sh", str(PROJECT_ROOT / "scripts" / "chromium.sh")], capture_output=True, text=True, check=False
    ).stdout.strip()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = ""
    if not chromium:
        print("  NOT RUN in Chromium: it or Playwright is missing (`make test` brings both)")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )

        def visible(address: str, selector: str) -> float:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            started = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.wait_for_selector(selector, state="visible")
            seconds = time.perf_counter() - started
            page.close()
            return seconds

        floor = _median(lambda _: visible(f"{url}/health", "body"))
        cards = _median(lambda number: visible(f"{url}/?kunta={_MUNICIPALITIES[number]}&kieli=fi", _CARD))
        browser.close()
    print(f"  Chromium, /health shown (floor)      {1000 * floor:6.0f} ms")
    print(f"  Chromium, first cards shown          {1000 * cards:6.0f} ms  {cards / floor:4.1f} × floor")


def _median(work: Callable[[int], object]) -> float:
    """Median seconds of the rounds, after one that warms up. `work` may return its own seconds."""
    work(0)
    taken = []
    for number in range(_ROUNDS):
        started = time.perf_counter()
        own = work(number % len(_MUNICIPALITIES))
        taken.append(own if isinstance(own, float) else time.perf_counter() - started)
    return statistics.median(taken)


def _get(address: str) -> None:
    with urllib.request.urlopen(address, timeout=30) as answer:
        answer.read()


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """The dashboards' address, over a fresh refresh from the bundled extract."""
    environment = {**os.environ, **child_environment(settings)}
    command = [str(Path(sys.executable).with_name("kuntaluotsi")), "refresh", "--from", "bundled", "--json"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    if not (settings.marts_dir / CURRENT_FILE).is_file():
        raise RuntimeError(f"the refresh published nothing under {settings.marts_dir}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "dashboards.wsgi", "--port", str(port)],
        env=environment,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT_ROOT,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                _get(f"{url}/health")
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(10)
