"""The population page in a real browser: drawn where room was kept, chosen by keys, usable by everyone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FloatRect, Page, expect

from dashboards.pages.population import PATH, Ids

Opened = Callable[..., Page]
DRAWN = ".population .chart .svg-container"
CHARTS = 8
WATCH_SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def drawn(page: Page) -> Page:
    """The page when all its pictures are there."""
    expect(page.locator(DRAWN)).to_have_count(CHARTS, timeout=20_000)
    return page


def narrowed_to(page: Page, width: int) -> Page:
    """The page in a window of this width, when all its pictures have been drawn again to fit it."""
    drawn(page).set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(
        """() => [...document.querySelectorAll(".population .chart")].every((chart) => {
          const picture = chart.querySelector(".main-svg");
          return picture && Math.abs(picture.getBoundingClientRect().width - chart.clientWidth) <= 2;
        })"""
    )
    return page


def test_text_and_tables_are_there_before_any_script(page: Page) -> None:
    page.route("**/_dash-layout", lambda route: route.abort())
    page.goto(f"{PATH}?kunta=305&kieli=fi")
    painted = page.locator("#first-paint")
    expect(painted.locator("h1")).to_have_text("Kuusamon väestö")
    expect(painted.locator(".lead")).to_contain_text("Kuusamossa oli vuoden 2020 lopussa 15")
    expect(painted.get_by_role("rowheader", name="7–12-vuotiaat").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_when_the_pictures_come(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(WATCH_SHIFTS)
    page.route("**/_dash-layout", lambda route: route.abort())
    page.goto(f"{PATH}?kunta=305&kieli=fi")
    painted = page.locator("#first-paint .method").bounding_box()
    page.unroute_all()
    page.reload()
    built = drawn(page).locator("#page .method").bounding_box()
    assert painted
    assert built
    assert abs(painted["y"] - built["y"]) <= 2
    assert page.evaluate("window.shift") < 0.05


def test_the_year_is_chosen_with_keys_and_stays_in_the_address(opened: Opened) -> None:
    page = opened(PATH)
    page.locator(".years").get_by_role("link", name="2040", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"vuosi=2040.*#{Ids.YEAR}$"))
    expect(page.locator(".years [aria-current]").first).to_have_text("2040")
    page.get_by_role("link", name="Edellinen vuosi: 2039").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("vuosi=2039"))
    expect(page.locator("#ikapyramidi .subtitle").first).to_contain_text("ennuste 2039")


def test_scenarios_are_chosen_with_keys_and_stay_in_the_address(opened: Opened) -> None:
    page = drawn(opened(PATH))
    switches = page.locator(".switches a.switch")
    expect(switches.filter(has_text="Syntyvyys laskee")).not_to_have_attribute("aria-current", "true")
    switches.filter(has_text="Syntyvyys laskee").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("skenaario=low_births"))
    switches.filter(has_text="Ei muuttoliikettä").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("skenaario=no_migration%2Clow_births"))
    expect(switches.filter(has_text="Syntyvyys laskee")).to_have_attribute("aria-current", "true")
    expect(page.locator("#vaestonkehitys .subtitle")).to_contain_text("Ruskeat viivat ovat vaihtoehtoja")
    expect(page.locator("#vaestonkehitys .note").first).to_contain_text("Omavaraislaskelma")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_names_at_the_ends_of_five_scenarios_do_not_overlap(opened: Opened, width: int) -> None:
    everything = "no_migration,low_births,high_births,low_immigration,high_immigration"
    page = narrowed_to(opened(PATH, query=f"&skenaario={everything}&aiemmat=1"), width)
    notes = page.locator("#vaestonkehitys .annotation-text")
    expect(notes.filter(has_text="Ei muuttoliikettä")).to_be_visible()
    boxes = [box for box in (note.bounding_box() for note in notes.all()) if box]
    assert len(boxes) >= 5 + 1 + 2
    assert [pair for pair in itertools.combinations(boxes, 2) if overlapping(*pair)] == []
    edge = page.locator("#vaestonkehitys .chart").bounding_box()
    assert edge
    assert max(box["x"] + box["width"] for box in boxes) <= edge["x"] + edge["width"] + 1


def overlapping(one: FloatRect, other: FloatRect) -> bool:
    """True when the boxes share more than a pixel both ways."""
    return all(
        min(one[start] + one[size], other[start] + other[size]) - max(one[start], other[start]) > 1
        for start, size in (("x", "width"), ("y", "height"))
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_with_every_scenario_axe_finds_nothing(opened: Opened, language: str) -> None:
    page = narrowed_to(
        opened(PATH, language=language, query="&skenaario=no_migration,high_births&aiemmat=1"), 390
    )
    page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [f"{item['id']}: {node['html'][:200]}" for item in found for node in item["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_table_opens_with_keys_and_holds_every_age(opened: Opened) -> None:
    page = drawn(opened(PATH))
    page.locator("#ikapyramidi summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ikapyramidi table tbody tr")).to_have_count(101)
    expect(page.locator("#ikapyramidi table")).to_be_visible()


def test_downloads_answer_with_a_file(opened: Opened) -> None:
    page = opened(PATH)
    links = page.locator(".population .downloads a")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert len(addresses) >= 10
    for address in addresses:
        answer = page.request.get(str(address))
        assert answer.status == 200, address
        kind = "spreadsheetml.sheet" if str(address).startswith("/excel/") else "text/csv"
        assert kind in answer.headers["content-type"], address


def test_a_chart_is_saved_as_a_picture_whatever_the_screen(opened: Opened) -> None:
    sizes = []
    for width in (390, 1920):
        page = drawn(opened(PATH))
        page.set_viewport_size({"width": width, "height": 900})
        page.locator("#ikapyramidi button.save-picture").focus()
        with page.expect_download() as waiting:
            page.keyboard.press("Enter")
        assert waiting.value.suggested_filename == "ikapyramidi-graph_305_fi.png"
        header = waiting.value.path().read_bytes()[:24]
        assert header.startswith(b"\x89PNG")
        sizes.append((int.from_bytes(header[16:20]), int.from_bytes(header[20:24])))
    assert sizes[0] == sizes[1]
    assert sizes[0][0] == 2 * 960
    assert sizes[0][1] > 2 * 560


def test_without_scripts_no_picture_is_offered(browser: Browser, app_url: str) -> None:
    reader = browser.new_context(base_url=app_url, java_script_enabled=False)
    page = reader.new_page()
    page.goto(f"{PATH}?kunta=305&kieli=fi")
    expect(page.locator("button.save-picture").first).to_be_hidden()
    reader.close()


def test_the_pyramid_keeps_its_scale_when_the_year_changes(opened: Opened) -> None:
    ticks = []
    for year in (2025, 2040):
        page = drawn(opened(PATH, query=f"&vuosi={year}"))
        ticks.append(page.locator("#ikapyramidi .xtick text").all_text_contents())
    assert ticks[0] == ticks[1]
    assert len(ticks[0]) >= 3


@pytest.mark.parametrize("municipality", ["305", "091"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_axe_finds_nothing_and_nothing_overflows(opened: Opened, municipality: str, width: int) -> None:
    page = opened(PATH, municipality)
    page.set_viewport_size({"width": width, "height": 900})
    if municipality == "305":
        drawn(page)
    page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [f"{item['id']}: {node['html'][:200]}" for item in found for node in item["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_municipality_without_full_data_is_told_what_to_do(opened: Opened) -> None:
    page = opened(PATH, "091", "sv")
    expect(page.get_by_text("Befolkningsuppgifter efter ålder saknas").first).to_be_visible()
    expect(page.get_by_text("kuntaluotsi refresh --from live").first).to_be_visible()
