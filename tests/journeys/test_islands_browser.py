"""What scripts add to the desk, in a real browser: progress, keys, a line that is down, lists."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from legation.app.home import Home
from worlds.browsing import WITH_SCRIPTS
from worlds.large_campaigns import large_home
from worlds.people import enrolled
from worlds.served_desk import heard, new_home, served

pytestmark = WITH_SCRIPTS

ROWS = b"Id,Author,Published,Message\n1,ann,2026-03-02T10:00:00Z,words\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def _slow_job(home: Home) -> str:
    with home.store(sweep=False) as store:
        job = store.jobs.add("slow", "Slow", {}, actor="test", place="elsewhere")
        store.jobs.take("elsewhere")
    return job.job_id


def _follow_to_the_end(page: Page, home: Home, by: str) -> None:
    job_id = _slow_job(home)
    page.goto(f"/job/{job_id}")
    with home.store(sweep=False) as store:
        for percent in (20, 40):
            store.jobs.report(job_id, percent, f"reads part {percent}")
            page.get_by_text(f"Runs, {percent} %: reads part {percent}").wait_for(timeout=20_000)
            assert page.locator("progress").evaluate("bar => bar.value") == percent
            store.jobs.note(job_id, f"read part {percent}")
            page.locator("[data-log] li", has_text=f"read part {percent}").wait_for(timeout=20_000)
        assert page.locator("[data-job]").get_attribute("data-by") == by
        store.jobs.finish(job_id, "done", "all is read")
    page.get_by_text("Done: all is read.").wait_for(timeout=20_000)


def test_progress_comes_by_stream(browser: Browser, home: Home) -> None:
    with served(home, runs=False) as address, heard(browser, address) as page:
        _follow_to_the_end(page, home, "stream")


def test_where_no_stream_comes_through_progress_is_asked_for(browser: Browser, home: Home) -> None:
    with served(home, runs=False) as address, heard(browser, address) as page:
        page.route("**/events", lambda route: route.abort())
        _follow_to_the_end(page, home, "asking")


def test_a_stream_that_a_proxy_holds_back_is_given_up(browser: Browser, home: Home) -> None:
    held: list[Route] = []
    with served(home, runs=False) as address, heard(browser, address) as page:
        page.route("**/events", lambda route: held.append(route))  # noqa: PLW0108 - it is marked
        _follow_to_the_end(page, home, "asking")
    assert held


def test_without_a_script_progress_is_seen_by_a_link(browser: Browser, home: Home) -> None:
    with (
        served(home, runs=False) as address,
        heard(browser, address, java_script_enabled=False) as page,
    ):
        job_id = _slow_job(home)
        page.goto(f"/job/{job_id}")
        with home.store(sweep=False) as store:
            store.jobs.report(job_id, 40, "reads on")
            page.get_by_role("link", name="Look again").click()
            page.get_by_text("Runs, 40 %: reads on").wait_for(timeout=20_000)
            store.jobs.finish(job_id, "done", "all is read")
        page.get_by_role("link", name="Look again").click()
        page.get_by_text("Done: all is read.").wait_for(timeout=20_000)


def test_progress_stops_when_the_session_has_ended(browser: Browser, tmp_path: Path) -> None:
    home = new_home(tmp_path, lambda: datetime.now(UTC))
    with home.store() as store:
        secret = enrolled(store, home.now, "Omar Haddad", "analyst")
        person = store.people.get("Omar Haddad").person_id
        job = store.jobs.add("slow", "Slow", {}, actor=person, place="elsewhere")
    with (
        served(home, guarded=True, runs=False) as address,
        heard(browser, address) as page,
        home.store(sweep=False) as store,
    ):
        page.context.add_cookies([{"name": "legation-session", "value": secret, "url": address}])
        page.goto(f"/job/{job.job_id}")
        page.locator("[data-by=stream]").wait_for(timeout=20_000)
        store.sessions.end_all(person)
        page.get_by_text("Your session has ended.").wait_for(timeout=20_000)


def test_keys_lead_to_search_create_and_their_own_list(browser: Browser, home: Home) -> None:
    with served(home, runs=False) as address, heard(browser, address) as page:
        page.goto("/watch/campaigns")
        page.keyboard.press("/")
        box = page.locator("#search")
        expect(box).to_be_focused()
        page.keyboard.type("c?/")
        assert box.input_value() == "c?/"
        box.press("Escape")
        page.locator("#main").focus()
        page.keyboard.press("?")
        box = page.get_by_role("dialog", name="Shortcuts")
        expect(box).to_be_visible()
        page.keyboard.press("c")
        expect(box).to_be_visible()
        page.keyboard.press("Escape")
        expect(box).to_be_hidden()
        expect(page.locator("#main")).to_be_focused()
        page.keyboard.press("Control+c")
        page.keyboard.press("c")
        page.wait_for_url("**/create")
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("nowhere")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=nowhere")


def test_keys_can_be_switched_off(browser: Browser, home: Home) -> None:
    with served(home, runs=False) as address, heard(browser, address) as page:
        page.goto("/shortcuts")
        page.get_by_role("button", name="Switch the keys off").click()
        page.get_by_text("The keys are off in this browser.").wait_for()
        page.goto("/campaigns")
        for key in ("/", "?", "c"):
            page.keyboard.press(key)
        assert page.url.endswith("/campaigns")
        expect(page.get_by_role("dialog", name="Shortcuts")).to_be_hidden()
        expect(page.get_by_role("searchbox", name="Words")).not_to_be_focused()
        page.goto("/shortcuts")
        page.get_by_role("button", name="Switch the keys on").click()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()


def _sent_file(page: Page) -> None:
    page.goto("/import")
    page.get_by_label("File of posts").set_input_files(
        {"name": "posts.csv", "mimeType": "text/csv", "buffer": ROWS}
    )
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/import/file/*")


def test_what_was_typed_outlasts_a_line_that_is_down(browser: Browser, home: Home) -> None:
    with served(home, runs=False) as address, heard(browser, address) as page:
        _sent_file(page)
        place = page.url
        name = page.get_by_label("Name of this mapping")
        name.fill("Our tool, typed with care")
        page.context.set_offline(True)
        line = page.locator("#line")
        line.get_by_text("The desk cannot be reached").wait_for()
        assert "What you typed stays on this page" in line.inner_text()
        page.get_by_role("button", name="Keep the mapping and try it").click()
        page.get_by_role("button", name="Send it now").click()
        page.get_by_role("link", name="Jobs").click()
        assert page.url == place
        assert name.input_value() == "Our tool, typed with care"
        kept = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "typed with care" not in kept
        page.context.set_offline(False)
        page.wait_for_url("**/job/*")
        assert "our-tool" in " ".join(file.name for file in (home.folder / "mappings").iterdir())


def test_a_desk_that_is_gone_keeps_the_page_too(browser: Browser, home: Home) -> None:
    with served(home, runs=False) as address, heard(browser, address) as page:
        _sent_file(page)
        page.route("**/alive", lambda route: route.abort())
        page.get_by_label("Name of this mapping").fill("Our tool")
        page.get_by_role("button", name="Keep the mapping and try it").click()
        page.locator("#line").get_by_text("The desk cannot be reached").wait_for()
        assert page.get_by_label("Name of this mapping").input_value() == "Our tool"
        page.unroute("**/alive")
        page.get_by_role("button", name="Send it now").click()
        page.wait_for_url("**/job/*")


def test_a_form_of_an_ended_session_is_sent_after_a_new_log_in_and_to_nobody_else(
    browser: Browser, tmp_path: Path
) -> None:
    home = new_home(tmp_path, lambda: datetime.now(UTC))
    with home.store() as store:
        own = enrolled(store, home.now, "Ines Adler", "administrator")
        other = enrolled(store, home.now, "Ada Brunel", "administrator")
    with (
        served(home, guarded=True, runs=False) as address,
        heard(browser, address) as page,
        home.store(sweep=False) as store,
    ):

        def be(secret: str) -> None:
            page.context.add_cookies(
                [{"name": "legation-session", "value": secret, "url": address}]
            )

        be(own)
        page.goto("/people")
        page.get_by_role("textbox", name="Name").fill("Omar Haddad")
        page.get_by_role("group", name="Roles").last.get_by_label("analyst").check()
        be("gone")
        page.get_by_role("button", name="Add and show the link").click()
        page.locator("#line").get_by_text("Your session has ended").wait_for()
        be(other)
        page.get_by_role("button", name="Send it now").click()
        page.locator("#line").get_by_text("Somebody else is signed in").wait_for()
        assert store.people.count() == 2
        be(own)
        page.get_by_role("button", name="Add and show the link").click()
        page.get_by_text("/enrol#").first.wait_for()
        assert store.people.get("Omar Haddad").roles == ("analyst",)


def test_a_list_turns_in_place_and_its_address_with_it(browser: Browser, tmp_path: Path) -> None:
    home = large_home(tmp_path / "home", accounts=100, ties=120)
    with served(home, runs=False) as address, heard(browser, address) as page:
        page.goto("/campaign/c-large/ties")
        page.locator("nav.turn a[hx-get]").wait_for()
        page.evaluate("() => { window.same = true }")
        first = page.locator("tbody tr").first.inner_text()
        page.get_by_role("link", name="Next page").press("Enter")
        page.wait_for_url("**after=*")
        second = page.url
        page.get_by_role("link", name="First page").wait_for()
        assert page.locator("tbody tr").first.inner_text() != first
        assert page.evaluate("() => window.same") is True
        expect(page.locator("#main")).to_be_focused()
        assert page.locator("#marking").inner_text().endswith("TLP:AMBER · INVENTED")
        page.locator("nav.turn a[hx-get]").last.click()
        page.wait_for_url(lambda url: "after=" in url and url != second)
        assert page.evaluate("() => window.same") is True
        kept = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "acct-" not in kept
        page.go_back()
        page.wait_for_url(second)
        page.get_by_role("link", name="Next page").wait_for()
        assert page.locator("tbody tr").count() == 50


def test_a_list_that_may_not_be_turned_any_more_leads_to_the_way_in(
    browser: Browser, tmp_path: Path
) -> None:
    home = large_home(tmp_path / "home", accounts=100, ties=120)
    with home.store() as store:
        secret = enrolled(store, home.now, "Omar Haddad", "analyst")
    with served(home, guarded=True, runs=False) as address, heard(browser, address) as page:
        page.context.add_cookies([{"name": "legation-session", "value": secret, "url": address}])
        page.goto("/campaign/c-large/ties")
        page.locator("nav.turn a[hx-get]").wait_for()
        page.context.clear_cookies()
        page.get_by_role("link", name="Next page").click()
        page.wait_for_url("**/log-in?to=**")
        page.get_by_role("button", name="Log in with your passkey").wait_for()
        assert page.locator(".marking").inner_text().endswith("\nINVENTED")


def test_a_filter_answers_in_place(browser: Browser, home: Home) -> None:
    with served(home, runs=False) as address, heard(browser, address) as page:
        page.goto("/campaigns")
        page.locator("form.filter[hx-get]").wait_for()
        page.evaluate("() => { window.same = true }")
        page.get_by_role("searchbox", name="Words").fill("zebra")
        page.get_by_role("searchbox", name="Words").press("Enter")
        page.get_by_text("No campaign fits this filter").wait_for()
        assert "words=zebra" in page.url
        assert page.evaluate("() => window.same") is True
