"""The dictionary is read without scripts, opens by keys, and its parts can be linked to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

Opened = Callable[..., Page]
WIDTHS = (390, 1280, 1920)
OPEN_ALL = "document.querySelectorAll('details').forEach((item) => { item.open = true; })"


def test_a_table_is_opened_and_read_without_scripts(browser: Browser, app_url: str) -> None:
    reader = browser.new_context(base_url=app_url, java_script_enabled=False)
    page = reader.new_page()
    page.goto("/tietohakemisto?kunta=305&kieli=fi#table-fct_kpi_value")
    table = page.locator("#table-fct_kpi_value")
    table.locator("summary").click()
    assert table.get_by_role("rowheader", name="municipality_code (avain)").is_visible()
    kpi = page.locator("#kpi-live_births")
    kpi.locator("summary").click()
    assert kpi.get_by_text("Kaava").is_visible()
    reader.close()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways_when_all_is_open(
    opened: Opened, language: str
) -> None:
    page = opened("/tietohakemisto", language=language)
    page.evaluate(OPEN_ALL)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [item["id"] for item in Axe().run(page).response["violations"]] == []


def test_downloads_are_whole_tables(opened: Opened) -> None:
    page = opened("/tietohakemisto", language="en")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tables and columns as a table (CSV)").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert "fct_kpi_value,Values of key figures" in text
    assert text.count("\n") > 500
