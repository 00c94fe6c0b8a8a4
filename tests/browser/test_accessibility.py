"""Everyone can use the pages: axe finds nothing, keys reach everything, targets are large enough."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from contract.locale_formats import LANGUAGES
from dashboards.pages import PAGES

WIDTHS = (390, 1280, 1920)
PATHS = [page.PATH for page in PAGES]
REACHABLE = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"
TARGETS = (
    "header a, header button, header input:not([type=hidden]), footer a, .card, .talk a, .forward, summary, "
    "main button, main select:not([hidden]), .choice, .switch, .places a"
)

Opened = Callable[..., Page]


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['html'][:200]}" for item in found for node in item["nodes"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_at_any_width(opened: Opened, path: str, language: str) -> None:
    page = opened(path, language=language)
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = violations(page)
    assert found == {width: [] for width in WIDTHS}


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("contrast", ["more", "no-preference"])
def test_axe_finds_nothing_in_dark_or_high_contrast(opened: Opened, scheme: str, contrast: str) -> None:
    page = opened("/")
    page.emulate_media(color_scheme=scheme, contrast=contrast)
    assert violations(page) == []


def test_axe_finds_nothing_when_everything_is_open(opened: Opened) -> None:
    page = opened("/tiedot")
    page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    assert violations(page) == []


def test_axe_finds_nothing_in_what_the_server_painted(page: Page) -> None:
    page.route("**/_dash-layout", lambda route: route.abort())
    page.goto("/?kunta=305&kieli=fi")
    assert page.locator("#first-paint .card").first.is_visible()
    assert violations(page) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(opened: Opened, path: str, width: int) -> None:
    page = opened(path)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_key_offers_to_skip_to_the_content(opened: Opened) -> None:
    page = opened("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Siirry sisältöön"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("path", PATHS)
def test_keys_reach_everything(opened: Opened, path: str) -> None:
    page = opened(path)
    wanted = page.evaluate(
        """(selector) => Array.from(document.querySelectorAll(selector))
            .filter((item) => item.checkVisibility())
            .map((item, index) => (item.dataset.stop = index)).length""",
        REACHABLE,
    )
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.stop"))
    assert {str(index) for index in range(wanted)} <= reached


def test_where_the_focus_is_can_be_seen(opened: Opened) -> None:
    page = opened("/")
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PATHS)
def test_targets_are_at_least_44_pixels(opened: Opened, path: str, width: int) -> None:
    page = opened(path)
    page.set_viewport_size({"width": width, "height": 900})
    small = page.evaluate(
        """(selector) => Array.from(document.querySelectorAll(selector))
            .filter((item) => item.checkVisibility())
            .map((item) => [item.textContent.trim().slice(0, 40), item.getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
            .map(([text, box]) => `${text}: ${box.width} × ${box.height}`)""",
        TARGETS,
    )
    assert small == []


def test_a_card_is_named_by_a_sentence(opened: Opened) -> None:
    page = opened("/")
    name = page.locator(".card").first.get_attribute("aria-label")
    assert name is not None
    assert name.startswith("Väkiluku: ")
    assert name.count(".") >= 2
