"""A reader's way through the desk in a real browser, by keyboard, in light and dark."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from legation.desk.server import build_app, listen, server_of
from worlds.gates import open_gate
from worlds.hostile_readings import HOSTILE, hostile_shelf
from worlds.invented_readings import invented_shelf
from worlds.readings import Shelf

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
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
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason="CHROMIUM IS ABSENT: install Debian's chromium and fonts-noto-core",
    ),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with _served(SHELF) as at:
        yield at


@contextmanager
def _served(shelf: Shelf) -> Iterator[str]:
    with listen(0) as listening:
        server = server_of(build_app(shelf, banner="TLP:CLEAR · invented world", gate=open_gate()))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page; at its end no complaint was heard and nothing was asked elsewhere."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert asked
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    assert [text for text in said if "404" not in text] == []


def _tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the link of that name has the focus, and check that one can see it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        told: list[str] = page.evaluate(
            "() => { const at = document.activeElement, box = at.getBoundingClientRect();"
            " return [at.innerText || '', getComputedStyle(at).outlineStyle,"
            " String(box.top >= 0 && box.bottom <= innerHeight)] }"
        )
        if told[0].startswith(name):
            assert told[1:] == ["solid", "true"]
            return
    pytest.fail(f"Tab never reached {name!r}")


def test_the_keyboard_leads_from_today_to_the_posts_behind_a_tie(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    _tab_to(page, "English and", most=2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaign/*")
    heading = page.locator("h1").inner_text()
    assert heading.startswith("2")
    assert "is not known" in heading
    _tab_to(page, "See the posts")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tie?*")
    assert page.locator("article.meeting").count() > 3
    first = page.locator("article.meeting").first
    assert first.locator("blockquote.post").count() == 2
    assert "apart" in first.locator("h3").inner_text()


def test_a_group_opens_by_its_circle_and_closes_by_its_row(page: Page) -> None:
    page.goto(f"{HERE}/coordination?open=none")
    assert page.locator("circle.one").count() == 0
    closed = page.locator("circle.group").count()
    assert closed > 1
    page.locator("svg.network a").first.click()
    page.wait_for_url("**open=*")
    assert page.locator("circle.one").count() > 1
    page.get_by_role("link", name="Close", exact=False).last.click()
    page.wait_for_url("**open=none**")
    assert page.locator("circle.one").count() == 0
    assert page.locator("circle.group").count() == closed


def test_the_tabs_lead_through_a_campaign_by_keyboard(page: Page) -> None:
    page.goto(HERE)
    for name in ("Coordination", "Evidence", "TTPs", "Spread", "Rights check", "History"):
        _tab_to(page, name, most=20)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        assert page.locator(".tabs [aria-current]").inner_text() == name
        assert "is not known" in page.locator("h1").inner_text()


def test_the_filter_stands_in_the_address_and_finds(page: Page) -> None:
    page.goto("/watch/campaigns")
    page.get_by_label("Confidence").select_option("low")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**grade=low**")
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name="Clear").click()
    assert page.locator("tbody tr").count() == 3


def test_a_list_can_be_taken_along_as_a_file(page: Page) -> None:
    page.goto(f"{HERE}/ties")
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    assert coming.value.suggested_filename == "ties.csv"
    rows = Path(coming.value.path()).read_text("utf-8").splitlines()
    assert len(rows) > 100


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_the_rules_of_accessibility_in_light_and_dark_and_when_narrow(
    page: Page, name: str
) -> None:
    page.goto(PAGES[name])
    for details in page.locator("details").all():
        details.evaluate("box => { box.open = true }")
    page.evaluate(AXE)
    papers = set()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        papers.add(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", AXE_TAGS
        )
        told = [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found["violations"]]
        assert told == [], scheme
        assert len(found["passes"]) > 5
    assert len(papers) == 2
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320


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
    with _served(shelf) as at, browser.new_context(base_url=at) as context:
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
