"""The shell in a browser: quick first view, addresses that can be sent, nothing asked from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Route

from dashboards.pages import PAGES

Opened = Callable[..., Page]
FIRST_VIEW_MS = 1500
CHANGE_MS = 300


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.alone
def test_cards_are_seen_within_a_second_and_a_half(browser: Browser, app_url: str) -> None:
    painted = []
    for _ in range(3):
        reader = browser.new_context(base_url=app_url)
        page = reader.new_page()
        page.goto("/?kunta=305&kieli=fi", wait_until="domcontentloaded")
        page.wait_for_selector(".card")
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        painted.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        reader.close()
    assert min(painted) < FIRST_VIEW_MS


@pytest.mark.alone
@pytest.mark.parametrize("path", [page.PATH for page in PAGES])
def test_the_server_answers_a_change_of_municipality_at_once(app_url: str, path: str) -> None:
    taken = []
    for code in ("564", "832", "297", "905", "698", "205"):
        started = time.perf_counter()
        urlopen(f"{app_url}{path}?kunta={code}&kieli=fi", timeout=30).close()
        taken.append(1000 * (time.perf_counter() - started))
    assert min(taken) < CHANGE_MS, taken


def test_the_page_can_be_read_without_scripts(browser: Browser, app_url: str) -> None:
    reader = browser.new_context(base_url=app_url, java_script_enabled=False)
    page = reader.new_page()
    page.goto("/?kunta=305&kieli=sv")
    assert page.locator("h1").inner_text() == "Kuusamo"
    assert page.locator(".card").first.is_visible()
    page.locator("#chooser-municipality").fill("Vasa")
    page.get_by_role("button", name="Visa").click()
    assert query(page) == {"kunta": ["905"], "kieli": ["sv"]}
    assert page.locator("h1").inner_text() == "Vasa"
    reader.close()


def test_dash_shows_what_the_server_painted(page: Page) -> None:
    page.route("**/_dash-layout", lambda route: route.abort())
    page.goto("/?kunta=305&kieli=fi")
    painted = page.locator("#first-paint").inner_text()
    page.unroute("**/_dash-layout")
    page.reload()
    page.wait_for_selector("body.taken-over")
    assert page.locator("#page").inner_text() == painted
    assert page.locator("#first-paint").count() == 0


def test_the_reader_is_not_moved_when_dash_takes_over(page: Page) -> None:
    waiting: list[Route] = []
    page.route("**/_dash-layout", lambda route: waiting.append(route))
    page.goto("/?kunta=305&kieli=fi", wait_until="domcontentloaded")
    page.locator(".card").nth(2).focus()
    page.locator(".more summary").evaluate("(summary) => { summary.parentElement.open = true; }")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    while not waiting:
        page.wait_for_timeout(50)
    waiting.pop().continue_()
    page.wait_for_selector("body.taken-over")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name
    assert page.evaluate("document.querySelector('#page .more').open")


def test_a_cut_off_referer_still_gives_the_right_page(page: Page) -> None:
    def cut(route: Route) -> None:
        headers = {name: value for name, value in route.request.headers.items() if name != "referer"}
        route.continue_(headers=headers)

    page.route("**/_dash-layout", cut)
    page.goto("/tiedot?kunta=832&kieli=en")
    page.wait_for_selector("body.taken-over")
    assert page.locator("h1").inner_text() == "Data"
    assert "Taivalkoski" in page.locator(".data-page caption").last.inner_text()


def test_a_municipality_is_found_by_typing(opened: Opened) -> None:
    page = opened("/", language="en")
    chooser = page.locator("#chooser-municipality")
    chooser.focus()
    assert chooser.input_value() == ""
    page.keyboard.type("Rovaniemi")
    page.keyboard.press("Enter")
    page.wait_for_url("**kunta=698**")
    assert query(page) == {"kunta": ["698"], "kieli": ["en"]}
    assert page.locator("h1").inner_text() == "Rovaniemi"


def test_leaving_the_chooser_keeps_the_municipality(opened: Opened) -> None:
    page = opened("/")
    page.locator("#chooser-municipality").focus()
    page.keyboard.press("Tab")
    assert page.locator("#chooser-municipality").input_value() == "Kuusamo"


@pytest.mark.parametrize("path", [page.PATH for page in PAGES])
def test_language_and_page_links_keep_the_municipality(opened: Opened, path: str) -> None:
    page = opened(path, municipality="297", language="fi")
    page.get_by_role("link", name="På svenska").click()
    page.wait_for_url("**kieli=sv**")
    assert urlsplit(page.url).path == path
    assert query(page)["kunta"] == ["297"]
    assert page.locator("html").get_attribute("lang") == "sv"
    page.get_by_role("navigation", name="Sidor").get_by_role("link").last.click()
    last = [item for item in PAGES if getattr(item, "IN_NAVIGATION", True)][-1]
    page.wait_for_url(f"**{last.PATH}**")
    assert query(page) == {"kunta": ["297"], "kieli": ["sv"]}


def test_going_back_returns_to_the_view_before(opened: Opened) -> None:
    page = opened("/")
    page.goto("/?kunta=905&kieli=fi")
    page.go_back()
    assert page.locator("h1").inner_text() == "Kuusamo"


def test_nothing_is_asked_from_elsewhere_and_nothing_is_refused(context, app_url: str) -> None:
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for item in PAGES:
        page.goto(f"{item.PATH}?kunta=305&kieli=fi")
        page.wait_for_selector("body.taken-over")
        page.wait_for_load_state("networkidle")
    elsewhere = [url for url in asked if not url.startswith((app_url, "data:", "blob:"))]
    assert (elsewhere, complaints) == ([], [])


def test_a_download_is_a_file_in_the_readers_language(opened: Opened) -> None:
    page = opened("/", language="fi")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tunnusluvut taulukkona (CSV)").click()
    assert waiting.value.suggested_filename == "key_figures_305_fi.csv"


def test_the_offline_extract_is_announced(opened: Opened) -> None:
    for item in PAGES:
        notice = opened(item.PATH).get_by_role("region", name="Tietojen tila")
        assert "Ote virallisista" in notice.inner_text()
