"""Search, filters and acts on many rows in a real browser, by keyboard, and readable by all."""

import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from legation.app.jobs import InlineJobs, Runner
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED
from legation.desk.listening import listen
from legation.desk.server import build_app, server_of
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from worlds.browsing import IN_BROWSER
from worlds.gates import Clock, open_gate
from worlds.many_campaigns import many_home

HERE = "/watch/campaigns"

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk over sixty campaigns, where everybody is the test's analyst."""
    home = many_home(tmp_path_factory.mktemp("browser") / "home", 60, Clock())
    ready: list[Any] = []
    started = threading.Event()

    def run() -> None:
        with home.store() as store, listen(0) as listening:
            work = DeskWork(home, store, InlineJobs(Runner(home, UNPROTECTED, works()), store))
            reading = StoredReading(home.library(store, "desk"))
            server = server_of(build_app(reading, banner="INVENTED", gate=open_gate(), work=work))
            ready.extend((server, f"http://127.0.0.1:{listening.getsockname()[1]}"))
            started.set()
            server.run(sockets=[listening])

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(30)
    yield ready[1]
    ready[0].should_exit = True
    thread.join(20)


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
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    assert said == []


def press_until(page: Page, selector: str, *, most: int = 150) -> None:
    """Press Tab until what is meant has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
    raise AssertionError(f"no Tab leads to {selector}")


def test_campaigns_are_set_aside_and_brought_back_with_the_keyboard_alone(page: Page) -> None:
    page.goto(HERE)
    assert page.locator("tbody tr").count() == 50
    press_until(page, 'input[name="row"]')
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator('input[name="row"]:checked').count() == 2
    press_until(page, "#bulk-mark")
    page.keyboard.press("ArrowDown")
    press_until(page, "#bulk-reason")
    page.keyboard.type("نادي مشجعين")
    press_until(page, 'button[formaction$="/mark"]')
    page.keyboard.press("Enter")
    page.get_by_text("Rows changed: 2").wait_for()
    page.goto(HERE)
    assert "2 campaigns are set aside" in page.inner_text("main")
    press_until(page, ".undo button")
    page.keyboard.press("Enter")
    page.get_by_text("Rows changed: 2").wait_for()
    page.goto(HERE)
    assert "set aside and not listed" not in page.inner_text("main")


def test_the_box_on_top_of_each_page_searches(page: Page) -> None:
    page.goto("/words")
    page.focus("#search")
    page.keyboard.type("大使")
    page.keyboard.press("Enter")
    page.locator("mark").first.wait_for()
    assert page.locator("mark").first.inner_text() == "大使"
    assert page.input_value("#search") == "大使"
    page.get_by_role("link", name="Campaigns 60").click()
    page.wait_for_url("**kind=campaign")
    page.get_by_role("link", name="Next page").wait_for()
    assert page.locator("ul.hits li").count() == 50
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**after=*")
    page.get_by_role("link", name="First page").wait_for()
    assert page.locator("ul.hits li").count() == 10


def test_a_column_is_put_in_order_and_the_filter_saved(page: Page) -> None:
    page.goto(f"{HERE}?grade=high")
    page.get_by_role("link", name="Accounts").click()
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    page.get_by_text("Save this filter").click()
    page.fill("#filter-name", "أهم الحملات")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="أهم الحملات").wait_for()
    assert page.url.endswith("grade=high&order=accounts")
    page.goto("/filters")
    page.get_by_role("link", name="أهم الحملات").click()
    expect(page.locator("tbody tr")).to_have_count(20)


@pytest.mark.parametrize("tongue", ["en", "ar"])
def test_each_printed_sheet_has_the_label_of_its_page(
    tongue: str, browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, locale=tongue)
    page = context.new_page()
    page.goto(HERE)
    printed = PdfReader(io.BytesIO(page.pdf(format="A4")))
    context.close()
    sheets = [sheet.extract_text() for sheet in printed.pages]
    assert len(sheets) > 1
    assert [sheet.count("TLP:AMBER") for sheet in sheets] == [1] * len(sheets)
