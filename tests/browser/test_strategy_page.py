"""The strategy page is read without scripts, and nothing is wrong with it when everything is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

Opened = Callable[..., Page]
WIDTHS = (390, 1280, 1920)
OPEN_ALL = "document.querySelectorAll('details').forEach((item) => { item.open = true; })"


def test_goals_and_the_template_are_read_without_scripts(browser: Browser, app_url: str) -> None:
    reader = browser.new_context(base_url=app_url, java_script_enabled=False)
    page = reader.new_page()
    page.goto("/strategia?kunta=905&kieli=fi")
    assert page.get_by_text("Vaasan kaupungin strategia 2022–2025").first.is_visible()
    assert page.get_by_text("Mittarille ei ole annettu tavoitearvoa.").first.is_visible()
    page.goto("/strategia?kunta=305&kieli=sv")
    assert page.get_by_text("kuntaluotsi template strategy_goals").is_visible()
    reader.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("municipality", "language"), [("905", "fi"), ("905", "sv"), ("305", "en")])
def test_axe_finds_nothing_when_all_is_open(
    opened: Opened, municipality: str, language: str, scheme: str
) -> None:
    page = opened("/strategia", municipality, language)
    page.emulate_media(color_scheme=scheme)
    page.evaluate(OPEN_ALL)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [item["id"] for item in Axe().run(page).response["violations"]] == []
