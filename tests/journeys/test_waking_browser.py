"""Waking in a real browser: by keyboard, and each page by the rules of accessibility."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from legation.app.jobs import InlineJobs, Runner
from legation.app.libraries import Libraries
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED
from legation.desk.listening import listen
from legation.desk.server import build_app, server_of
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from store.objects_made import CAMPAIGN, GREEN, campaign
from worlds.browsing import ARGUMENTS, CHROMIUM, IN_BROWSER, judged
from worlds.gates import open_gate
from worlds.watchmen import Watchmen, watchmen

PAGES = ("/", "/notices", "/duty", "/duty/channels", "/handover", "/digests")

pytestmark = IN_BROWSER


@contextmanager
def served(men: Watchmen) -> Iterator[str]:
    """Serve a desk whose everybody is a security officer."""
    work = DeskWork(
        men.home,
        men.store,
        InlineJobs(Runner(men.home, UNPROTECTED, works()), men.store),
    )
    reading = StoredReading(men.home.library(men.store, "desk"), Libraries(men.home, men.store))
    app = build_app(reading, banner=None, gate=open_gate("security officer"), work=work)
    with listen(0) as listening:
        server = server_of(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def men(tmp_path: Path) -> Iterator[Watchmen]:
    """A desk where much has happened: a call that nobody took, a hand-over, a digest."""
    with watchmen(tmp_path) as made:
        made.add("Ann", "mail:ann@a.example")
        made.shift("Ann")
        made.shift("Ann", days=2)
        made.store.objects.put(campaign(object_marking_refs=[GREEN]))
        told = {"grade": "high"}
        made.store.notices.add(
            "campaign.new", to=("security officer",), key="1", object_id=CAMPAIGN, facts=told
        )
        made.post.says["ann@a.example"] = "refused"
        made.call(object_id=CAMPAIGN)
        made.go()
        yield made


def test_what_waits_is_seen_on_every_page_and_each_page_is_for_everybody(men: Watchmen) -> None:
    (call,) = men.store.calls.find()
    person = men.store.people.add("test", "Test Officer", ("security officer",))
    men.store.shift_log.add("handover", "all yours", person_id="p", tlp=2, to=person.person_id)
    men.store.digests.add("test", "/campaigns", period="day", quiet="", zone="UTC", kind="mail")
    men.store.rota.set_channels("test", [("mail", "officer@a.example")])
    with served(men) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(base_url=address).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for code in ("en", "ar"):
            page.goto(f"/language/{code}?to=/")
            for path in (*PAGES, f"/duty/{call.ref}"):
                page.goto(path)
                assert page.locator(".badge").count() == 1, path
            judged(page)
        page.goto("/language/en?to=/")
        page.goto("/")
        assert page.get_by_text("Nobody was reached.").count() == 1
        page.get_by_role("link", name=call.ref).focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="I take it").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Taken by").wait_for()
        page.goto("/")
        assert page.get_by_text("Nobody was reached.").count() == 0
        page.get_by_role("link", name="Notices").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Mark all as read").focus()
        page.keyboard.press("Enter")
        page.locator(".badge").wait_for(state="detached")
        assert page.url.endswith("/notices")
        assert said == []
        browser.close()
    assert men.store.calls.get(call.ref).person_id == "test"
