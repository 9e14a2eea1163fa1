"""A case in a real browser: opened from what it is about, told, weighed, read as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from worlds.browsing import IN_BROWSER, demonstration_desk, heard, home_desk, judged, press, tab_to
from worlds.pictures import picture

pytestmark = IN_BROWSER
# A page that a document shows, by the name of the picture.
PICTURES = {"case": "/case/2026-0001/attribution"}
TABS = ("", "/entries", "/law", "/attribution", "/answers", "/dossiers", "/playbooks")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with demonstration_desk(tmp_path_factory.mktemp("demo")) as found:
        yield found


def test_the_demonstration_leads_from_the_first_page_through_a_case_to_its_finding(
    browser: Browser, shown: str
) -> None:
    with heard(browser, shown, viewport={"width": 1280, "height": 900}) as page:
        page.goto("/")
        page.get_by_role("link", name="Open cases, the nearest deadline first").click()
        page.get_by_role("link", name="2026-0001").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("spoiled grain")
        expect(page.locator("main")).to_contain_text("Nobody has proposed an attribution")
        for end in TABS:
            page.goto(f"/case/2026-0001{end}")
            judged(page)
        page.goto("/case/2026-0001/attribution")
        expect(page.locator("main")).to_contain_text("annot tell")
        page.goto("/case/2026-0001")
        page.locator('section[aria-labelledby="links"] a').first.click()
        expect(page.locator('section[aria-labelledby="cases-about"]')).to_contain_text("2026-0001")
        page.goto("/mission/talks")
        expect(page.locator('section[aria-labelledby="cases-about"]')).to_contain_text("2026-0001")
        judged(page)
        # What citizens say is set apart, and closed as no threat.
        page.goto("/case/2026-0002")
        expect(page.locator("main")).to_contain_text("no threat")
        assert page.get_by_role("link", name="Enter what somebody says happened").count() == 0


def test_a_picture_in_the_documents_shows_what_was_weighed(browser: Browser, shown: str) -> None:
    with heard(browser, shown, viewport={"width": 1280, "height": 1120}) as page:
        page.goto(PICTURES["case"])
        picture(page, "case")


def _filled(page: Page, **told: str) -> None:
    for name, value in told.items():
        field = page.locator(f"#f-{name}")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def test_a_case_is_opened_told_weighed_and_corrected_by_keyboard(
    browser: Browser, tmp_path: Path
) -> None:
    with (
        home_desk(tmp_path) as (address, _),
        heard(browser, address, viewport={"width": 1280, "height": 900}) as page,
    ):
        page.goto("/cases")
        expect(page.locator("main")).to_contain_text("No case is open.")
        _filled(page, title="Letters in the name of a ministry", type="T4", domain="political",
                began="2026-02", known="2026-02-20")  # fmt: skip
        press(page, "Open it")
        page.wait_for_url("**/case/2026-0001")
        press(page, "Enter what somebody says happened")
        page.wait_for_url("**/enter/said")
        judged(page)
        _filled(page, says="three letters came to editors", on="2031-01-01", source="the press")
        press(page, "Enter it")
        expect(page.get_by_role("alert")).to_contain_text("2031-01-01 lies ahead")
        assert page.locator("#f-says").input_value() == "three letters came to editors"
        page.locator("#f-on").fill("2026-02-19")
        press(page, "Enter it")
        page.wait_for_url("**/case/2026-0001")
        timeline = page.locator('section[aria-labelledby="timeline"]')
        expect(timeline).to_contain_text("three letters came to editors")
        expect(timeline).to_contain_text("unverified")
        page.goto("/case/2026-0001/attribution")
        for key, kind in (("first", "state"), ("second", "group")):
            page.goto("/case/2026-0001/enter/hypothesis")
            _filled(page, key=key, kind=kind, says=f"it was the {key}")
            press(page, "Enter it")
            page.wait_for_url("**/attribution")
        expect(page.locator("main")).to_contain_text("it was the second")
        expect(page.locator("main")).to_contain_text("somebody else made it look so")
        page.goto("/case/2026-0001/entries")
        tab_to(page, "Correct")
        page.keyboard.press("Enter")
        page.wait_for_url("**corrects=**")
        judged(page)
        page.goto("/case/2026-0001?as_of=2026-03-01")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main")).to_contain_text("was not open then")
