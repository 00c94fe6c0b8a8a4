"""The scenario desk in the browser: a released slider is answered, the address follows, keys suffice."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

Opened = Callable[..., Page]
DESK = "/skenaariot"
RELEASE = """(value) => {
    const field = document.querySelector('#desk-factor');
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
}"""


def test_a_released_slider_is_answered_and_the_address_follows(opened: Opened) -> None:
    page = opened(DESK)
    before = page.locator("#desk-trend-first h2").text_content()
    page.evaluate(RELEASE, "1.3")
    expect(page.locator("#desk-trend-live h2")).to_contain_text("enemmän kuin perusurassa")
    assert page.locator("#desk-trend-live h2").text_content() != before
    assert page.locator("#desk-painted").is_hidden()
    assert page.locator("#desk-factor ~ * , .desk-value").first.text_content() == "1,30 kertaa perusura"
    told = page.locator("#desk-trend-live h2").text_content()
    page.goto(page.url)
    assert page.locator("#desk-trend-first h2").first.text_content() == told, "the address brings it again"


def test_an_arrow_key_moves_a_slider_and_asks(opened: Opened) -> None:
    page = opened(DESK)
    page.locator("#desk-factor").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#desk-trend-live h2")).to_be_visible()
    assert "factor=1.2" in page.url


def test_another_scenario_brings_its_own_controls(opened: Opened) -> None:
    page = opened(DESK)
    page.select_option("#desk-scenario", "new_housing")
    page.wait_for_selector("#desk-dwellings_per_year")
    assert "factor=" not in page.url


def test_without_scripts_the_button_calculates(page: Page) -> None:
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{DESK}?kunta=305&kieli=fi")
    page.locator("#desk-years").evaluate("(field) => { field.value = '10'; }")
    page.get_by_role("button", name="Laske").click()
    page.wait_for_url("**years=10**")
    assert page.locator("#desk-trend-first h2").first.is_visible()


def test_an_alternative_kept_beside_stays_while_another_is_adjusted(opened: Opened) -> None:
    page = opened(DESK, query="&rinnalla=new_housing~dwellings_per_year:35")
    rows = page.locator("#desk-beside-first ~ * tbody tr").last.locator("td, th")
    beside, apart = (rows.nth(place).text_content() for place in (2, 3))
    page.evaluate(RELEASE, "1.3")
    live = page.locator("#desk-beside-live ~ * tbody tr").last.locator("td, th")
    expect(live.nth(2)).to_have_text(str(beside))
    expect(live.nth(3)).not_to_have_text(str(apart))
    page.select_option("#desk-scenario", "low_births")
    page.wait_for_url("**low_births**")
    assert "rinnalla=new_housing" in page.url
    expect(page.locator("#desk-beside-first ~ * tbody tr").last.locator("td, th").nth(2)).to_have_text(
        str(beside)
    )
    page.locator("#desk-beside-first ~ p a").last.click()
    page.wait_for_selector("#desk-beside-first")
    assert "rinnalla" not in page.url
