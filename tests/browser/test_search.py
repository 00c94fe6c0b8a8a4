"""The search field in a real browser: by keys, announced, clean for axe with its list open."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Opened = Callable[..., Page]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_municipality_is_found_and_opened_by_keys(opened: Opened, width: int) -> None:
    page = opened("/")
    page.set_viewport_size({"width": width, "height": 900})
    field = page.locator("#search input[type=search]")
    field.focus()
    page.keyboard.type("hameenl")
    expect(page.locator("#search-list li")).to_contain_text(["Hämeenlinna"])
    expect(page.locator("#search-said")).to_have_text("Ehdotuksia: 1")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "search-option-0")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("kunta=109"))


def test_escape_closes_the_list_and_enter_opens_the_result_page(opened: Opened) -> None:
    page = opened("/")
    page.locator("#search input[type=search]").focus()
    page.keyboard.type("kuus")
    page.locator("#search-list li").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#search-list")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/haku"))
