"""The comparison in a real browser: chosen by pointer or keys, drawn, and usable by everyone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboards.components.comparison_chooser import GROUP_ID, KPI_ID
from dashboards.pages.compare import PATH

Opened = Callable[..., Page]
DRAWN = ".chart .main-svg"


def test_choosing_from_the_list_changes_the_comparison(opened: Opened) -> None:
    page = opened(PATH)
    page.locator(f"#{KPI_ID}").click()
    page.locator(f"#{KPI_ID}").select_option("annual_margin_per_capita")
    page.wait_for_url(re.compile("mittari=annual_margin_per_capita"))
    expect(page.locator("h1")).to_contain_text("Vuosikate asukasta kohti: Kuusamo on verkostossaan")
    assert "kunta=305" in page.url
    assert "kieli=fi" in page.url


def test_with_keys_the_button_sends_the_choice(opened: Opened) -> None:
    page = opened(PATH)
    page.locator(f"#{GROUP_ID}").focus()
    page.keyboard.press("ArrowDown")
    assert "ryhma=" not in page.url
    page.locator(".compare-chooser button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("ryhma="))


def test_the_pictures_take_the_place_that_was_kept_for_them(opened: Opened) -> None:
    page = opened(PATH)
    page.locator(DRAWN).first.wait_for()
    for picture in page.locator(".compare .chart").all():
        box, drawing = picture.bounding_box(), picture.locator(".main-svg").first.bounding_box()
        assert box
        assert drawing
        assert abs(box["height"] - drawing["height"]) <= 2


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "choice",
    ["mittari=loans_per_capita&ryhma=SSS", "mittari=unemployed_jobseeker_share", "mittari=population"],
)
def test_axe_finds_nothing_in_any_form_of_the_comparison(opened: Opened, choice: str, width: int) -> None:
    page = opened(PATH, query=f"&{choice}")
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(DRAWN).first.wait_for()
    found = Axe().run(page).response["violations"]
    assert [f"{item['id']}: {node['html'][:200]}" for item in found for node in item["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
