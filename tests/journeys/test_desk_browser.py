"""A reader's way through the desk in a real browser, by keyboard, in light and dark."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from legation.desk.assets import assets
from worlds.browsing import IN_BROWSER, heard, press, shelf_desk, tab_to
from worlds.hostile_readings import HOSTILE, hostile_shelf
from worlds.invented_readings import invented_shelf
from worlds.pictures import picture

SHELF = invented_shelf()
TIE = SHELF.ties(SHELF.all_campaigns[1].campaign_id, account=None, after=None, limit=1).ties[0]
HERE = f"/campaign/{TIE.campaign_id}"
PAGES = {
    "today": "/",
    "campaigns": "/watch/campaigns",
    "nothing": "/watch/campaigns?words=zebra",
    "campaign": HERE,
    "coordination": f"{HERE}/coordination",
    "groups": f"{HERE}/coordination/groups",
    "evidence": f"{HERE}/evidence",
    "techniques": f"{HERE}/techniques",
    "spread": f"{HERE}/spread",
    "rights": f"{HERE}/rights",
    "history": f"{HERE}/history",
    "accounts": f"{HERE}/accounts",
    "ties": f"{HERE}/ties",
    "tie": f"{HERE}/tie?a={TIE.account_a}&b={TIE.account_b}",
    "words": "/words",
    "fault": "/no-such-page",
    "help": "/help",
    "topic": "/help/how-to/let-people-in",
    "tutorial": "/help/tutorial",
    "settings": "/help/reference/settings",
    "glossary": "/help/glossary",
    "found": "/help?words=undo+import",
}

# Pages that a document shows, by the name of the picture.
PICTURES = {
    "today": "/",
    "campaign": HERE,
    "coordination": f"{HERE}/coordination?open=0-originator,0-bridge",
    "tie": PAGES["tie"],
}

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with shelf_desk(SHELF) as at:
        yield at


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page; at its end no complaint was heard and nothing was asked elsewhere."""
    with heard(browser, address, viewport={"width": 1280, "height": 900}) as opened:
        yield opened


def test_the_keyboard_leads_from_today_to_the_posts_behind_a_tie(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    tab_to(page, "English and", most=2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaign/*")
    heading = page.locator("h1").inner_text()
    assert heading.startswith("2")
    assert "not known: whom" in heading
    press(page, "See the posts")
    page.wait_for_url("**/tie?*")
    assert page.locator("article.meeting").count() > 3
    first = page.locator("article.meeting").first
    assert first.locator("blockquote.post").count() == 2
    assert "apart" in first.locator("h3").inner_text()


def test_a_group_opens_by_its_mark_and_closes_by_its_row(page: Page) -> None:
    page.goto(f"{HERE}/coordination?open=none")
    assert page.locator(".network .one").count() == 0
    closed = page.locator(".network .group").count()
    assert closed > 1
    if assets().islands:
        page.get_by_role("button", name="Still picture").click()
    page.locator("svg.network a").first.click()
    page.wait_for_url("**open=*")
    expect(page.locator(".network .one").nth(1)).to_be_attached()
    page.get_by_role("link", name="Close", exact=False).last.click()
    page.wait_for_url("**open=none**")
    expect(page.locator(".network .group")).to_have_count(closed)
    expect(page.locator(".network .one")).to_have_count(0)


def test_the_tabs_lead_through_a_campaign_by_keyboard(page: Page) -> None:
    page.goto(HERE)
    for name in ("Coordination", "Evidence", "TTPs", "Spread", "Rights check", "History"):
        tab_to(page, name, most=20)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        assert page.locator(".tabs [aria-current]").inner_text() == name
        assert "not known: whom" in page.locator("h1").inner_text()


def test_the_filter_stands_in_the_address_and_finds(page: Page) -> None:
    page.goto("/watch/campaigns")
    page.get_by_label("Confidence").select_option("low")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**grade=low**")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("tbody tr")).to_have_count(3)


def test_a_list_can_be_taken_along_as_a_file(page: Page) -> None:
    page.goto(f"{HERE}/ties")
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    assert coming.value.suggested_filename == "ties.TLP-AMBER.csv"
    rows = Path(coming.value.path()).read_text("utf-8").splitlines()
    assert len(rows) > 100


def test_the_help_is_reached_from_a_page_and_searched_by_keyboard(page: Page) -> None:
    page.goto(f"{HERE}/coordination")
    press(page, "Help")
    page.wait_for_url("**/help/how-to/read-a-campaign")
    assert page.locator("h1").inner_text() == "Read a campaign on the desk"
    assert page.locator("article.manual img").first.evaluate("one => one.naturalWidth") > 0
    tab_to(page, "Look for in the help")
    page.keyboard.type("undo an import")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/help\?words=undo(\+|%20)an(\+|%20)import$"))
    press(page, "Undo")
    page.wait_for_url("**/help/how-to/import-from-the-desk#undo")
    assert page.locator("#undo").evaluate("one => one.getBoundingClientRect().top < innerHeight")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_in_the_documents_shows_its_page(page: Page, name: str) -> None:
    answer = page.goto(PICTURES[name])
    assert answer is not None
    assert answer.ok
    page.set_viewport_size({"width": 1280, "height": 1120})
    picture(page, name)


def test_arabic_posts_run_from_right_to_left_in_an_english_page(page: Page) -> None:
    page.goto(PAGES["tie"])
    post = page.locator("blockquote.post").first
    assert post.evaluate("box => getComputedStyle(box).direction") == "ltr"
    post.evaluate("box => { box.textContent = 'صور من حفل ميريلا' }")
    assert post.evaluate("box => getComputedStyle(box).direction") == "rtl"
    assert page.evaluate("() => getComputedStyle(document.body).direction") == "ltr"


def test_a_script_put_into_the_page_does_not_run(browser: Browser, address: str) -> None:
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto("/words")
        ran = page.evaluate(
            "() => { const one = document.createElement('script');"
            " one.textContent = 'window.ran = 1'; document.body.append(one);"
            " return window.ran === 1 }"
        )
        page.wait_for_timeout(50)
    assert ran is False
    assert "Content Security Policy" in said[0]


def test_hostile_posts_run_nothing_and_ask_nothing_elsewhere(browser: Browser) -> None:
    shelf = hostile_shelf(" ".join(text[:400] for text in HOSTILE))
    with shelf_desk(shelf) as at, browser.new_context(base_url=at) as context:
        page = context.new_page()
        asked: list[str] = []
        heard: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: heard.append(message.text))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        here = "/campaign/campaign--1"
        for path in (
            "/",
            "/watch/campaigns",
            here,
            f"{here}/ties",
            f"{here}/tie?a=acct-1&b=acct-2",
        ):
            page.goto(path)
            assert page.locator("main img, main script, main iframe").count() == 0
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert heard == []
    assert [url for url in asked if not url.startswith(f"{at}/")] == []
