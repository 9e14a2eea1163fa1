"""Captured evidence in a real browser: sent, read, translated, opened; hostile pages do nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from legation.app.evidence.room import Room
from legation.app.evidence.taking import Given
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.jobs import StoredJobs
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.desk.listening import listen
from legation.desk.server import build_app, server_of
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings
from worlds.browsing import IN_BROWSER
from worlds.gates import open_gate
from worlds.homes import make_home
from worlds.planted_posts import write_town

HOSTILE = (
    "<!doctype html><meta charset=utf-8><title>A &lt;b&gt; notice</title>"
    "<script>document.title='owned'</script><p onclick='x()'>The harbour closes</p>"
    "<img src='http://tracker.example/pixel.gif'><a href='https://evil.example/a'>here</a>"
    "<p>&lt;script&gt;document.title='owned'&lt;/script&gt; see https://evil.example/b</p>"
)
REASONS = ("purpose", "legality", "necessity", "proportionality", "safeguards")

pytestmark = IN_BROWSER


def now() -> datetime:
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Serve a desk with one campaign and one capture; give address, capture and campaign."""
    home = Home(Settings(home=folder / "home"), now)
    make_home(home)
    started, ready = threading.Event(), list[Any]()

    def run() -> None:
        with home.store() as store, listen(0) as listening:
            Intakes(home, store, UNPROTECTED).take(write_town(folder / "town.jsonl"), Reading())
            look(home, store)
            room = Room(home, store, UNPROTECTED)
            raw = "Гавань закрыта по приказу министра".encode()
            kept = room.take(room.prepare(raw), Given(name="note.txt"), actor="test")
            room.translate(
                kept.evidence_id, lang="ar", text="الميناء مغلق", machine="M 1", actor="test"
            )
            latest = home.library(store, "desk").latest()
            assert latest
            jobs = StoredJobs(home, store)
            app = build_app(
                StoredReading(home.library(store, "desk")),
                banner="INVENTED",
                gate=open_gate(),
                work=DeskWork(home, store, jobs, UNPROTECTED),
            )
            server = server_of(app)
            at = f"http://127.0.0.1:{listening.getsockname()[1]}"
            place = f"/campaign/{latest.campaigns[0].campaign_id}"
            ready.extend((server, at, f"/evidence/{kept.evidence_id}", place))
            started.set()
            server.run(sockets=[listening])

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(120)
    try:
        yield ready[1], ready[2], ready[3]
    finally:
        ready[0].should_exit = True
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    with served(tmp_path_factory.mktemp("evidence")) as made:
        yield made


@pytest.fixture
def page(browser: Browser, desk: tuple[str, str, str]) -> Iterator[Page]:
    """A fresh page; at its end no complaint was heard and nothing was asked elsewhere."""
    context = browser.new_context(base_url=desk[0], viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert asked
    assert [url for url in asked if not url.startswith(f"{desk[0]}/")] == []
    assert said == []


def test_a_hostile_page_is_sent_shown_as_text_translated_and_opened(
    page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(HOSTILE, "utf-8")
    page.goto("/evidence")
    page.get_by_role("link", name="Capture a file").click()
    page.get_by_label("Where it comes from").fill("https://news.example/harbour")
    page.get_by_label("File, at most").set_input_files(file)
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/evidence/observed-data--*")
    assert page.title() == "A <b> notice · legation"
    text = page.locator("blockquote.post").first.inner_text()
    assert "The harbour closes" in text
    assert "<script>document.title='owned'</script> see hxxps://evil[.]example/b" in text
    assert page.locator("main img, main script, main a[href^=http]").count() == 0
    assert "hxxp://tracker[.]example/pixel.gif" in page.locator("table").inner_text()
    page.get_by_label("Language of the translation").fill("fr")
    page.get_by_label("Translation", exact=True).fill("Le port ferme")
    page.get_by_role("button", name="Add the translation").click()
    assert page.get_by_role("group", name="Translation").locator("blockquote").inner_text() == (
        "Le port ferme"
    )
    page.get_by_role("link", name="The file itself").click()
    for reason in REASONS:
        page.locator(f"#{reason}").fill("a reason of more than ten letters")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Open it").click()
    assert Path(saved.value.path()).read_text("utf-8") == HOSTILE
    assert saved.value.suggested_filename.endswith(".html")


def test_a_name_is_shown_for_reasons_and_gone_with_the_page(
    page: Page, desk: tuple[str, str, str]
) -> None:
    page.goto(f"{desk[2]}/rights")
    page.get_by_role("link", name="Show names for a stated purpose").click()
    page.locator("input[type=checkbox]").first.check()
    for reason in REASONS:
        page.locator(f"#{reason}").fill("a reason of more than ten letters")
    page.get_by_role("button", name="Show the names").click()
    assert "ring_" in page.locator("tbody").inner_text()
    page.get_by_role("link", name="Back to the campaign").click()
    assert "ring_" not in page.content()


def test_a_post_is_kept_from_the_evidence_of_its_campaign(
    page: Page, desk: tuple[str, str, str]
) -> None:
    page.goto(f"{desk[2]}/evidence")
    page.get_by_role("button", name="Keep this post").first.click()
    page.wait_for_url("**/evidence/observed-data--*")
    assert "harbour treaty" in page.locator("blockquote.post").first.inner_text()
    page.get_by_role("link", name="Its campaign").click()
    expect(page.get_by_role("link", name="Its record").first).to_be_visible()
