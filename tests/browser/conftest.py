"""The real application over a real refresh of the bundled extract, in a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
TAKEN_OVER = "body.taken-over"


def chromium() -> str | None:
    """Path of the browser: KUNTALUOTSI_CHROMIUM, else the first of the usual names that is installed."""
    installed = filter(None, map(shutil.which, CHROMIUM_NAMES))
    return os.environ.get("KUNTALUOTSI_CHROMIUM") or next(installed, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark these tests `browser`, and report them as not run where there is no Chromium."""
    missing = chromium() is None
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip(reason="NOT RUN: no Chromium"))


@pytest.fixture(scope="session")
def data_root(refreshed_root: Path) -> Path:
    """A data root with a published snapshot of the bundled extract."""
    return refreshed_root


@pytest.fixture(scope="session")
def app_url(data_root: Path) -> Iterator[str]:
    """Where the application answers; it runs as it does in production, on a free port."""
    command = [sys.executable, "-m", "dashboards.wsgi", "--port", "0", "--data-root", str(data_root)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            found = re.search(r"http://[\d.]+:\d+", line)
            if found:
                break
        else:
            pytest.fail(f"the dashboards ended with {process.wait()} before serving")
        yield found[0]
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield instance
        instance.close()


@pytest.fixture
def context(browser: Browser, app_url: str) -> Iterator[BrowserContext]:
    """A reader with a fresh profile, a 1280 px window and no wish for motion."""
    viewport = {"width": 1280, "height": 900}
    reader = browser.new_context(base_url=app_url, viewport=viewport, reduced_motion="reduce")
    reader.set_default_timeout(20_000)
    yield reader
    reader.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def opened(page: Page) -> Callable[..., Page]:
    """A function that opens a page of a municipality in a language and waits until Dash has taken over."""

    def open_page(path: str, municipality: str = "305", language: str = "fi", query: str = "") -> Page:
        page.goto(f"{path}?kunta={municipality}&kieli={language}{query}")
        page.wait_for_selector(TAKEN_OVER)
        return page

    return open_page
