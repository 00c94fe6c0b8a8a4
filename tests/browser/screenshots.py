"""`make screenshots`: the pictures of README, from the figures that come with the project.

Not a test: pytest does not collect it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from dagster_project.running.environment import child_environment
from dagster_project.settings import PROJECT_ROOT, Settings

_PICTURES = {
    "front-fi": "/?kunta=305&kieli=fi",
    "front-sv": "/?kunta=905&kieli=sv",
    "population-fi": "/vaesto?kunta=305&kieli=fi",
    "compare-fi": "/vertailu?kunta=305&kieli=fi&mittari=demographic_dependency_ratio",
    "data-en": "/tiedot?kunta=305&kieli=en",
}
_FOLDER = PROJECT_ROOT / "docs" / "images"
_SIZE = {"width": 1280, "height": 1100}


def main() -> None:
    """Refresh from the bundled extract into a folder of its own, serve it and take the pictures."""
    with tempfile.TemporaryDirectory(prefix="kuntaluotsi-pictures-") as root, socket.socket() as probe:
        settings = Settings(data_root=Path(root))
        environment = {**os.environ, **child_environment(settings)}
        command = [str(Path(sys.executable).with_name("kuntaluotsi")), "refresh", "--from", "bundled"]
        subprocess.run(command, env=environment, check=True)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        serve = [sys.executable, "-m", "dashboards.wsgi", "--port", str(port)]
        server = subprocess.Popen(serve, env=environment, cwd=PROJECT_ROOT, stderr=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/health")
            _take(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait(10)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")


def _take(url: str) -> None:
    chromium = subprocess.run(
        ["sh", str(PROJECT_ROOT / "scripts" / "chromium.sh")], capture_output=True, text=True, check=True
    ).stdout.strip()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for name, path in _PICTURES.items():
            page = browser.new_page(viewport=_SIZE)
            page.goto(url + path)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(2000)
            page.screenshot(path=_FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
