"""A reader's import outlives the desk: it is killed at work, opens again, and the page goes on."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from legation.app.home import Home
from legation.settings import Settings
from worlds.browsing import IN_BROWSER, now
from worlds.desk_process import DeskProcess, signed_in
from worlds.shell import legation

from .test_desk_killed import ids_of

pytestmark = IN_BROWSER

ROWS = 120_000
BAD = 1000


def _posts(file: Path) -> list[str]:
    """Write a table of posts, some of which cannot be read; return the ids of the good ones."""
    lines = ["post_id,account_id,created_at,text\n"]
    for number in range(ROWS):
        when = "never" if number % BAD == 0 else f"2026-03-{number % 28 + 1:02}T10:00:00Z"
        lines.append(f"p{number},acct{number % 997},{when},words of post {number} for @acct5\n")
    file.write_text("".join(lines), "utf-8")
    return sorted(f"p{number}" for number in range(ROWS) if number % BAD)


def _state(home: Path, job: str) -> tuple[str, int]:
    """Return how a job stands in the store, while no desk is open, and how often it was begun."""
    with Home(Settings(home=home), now).store(sweep=False) as store:
        told = store.jobs.get(job)
        return told.state, told.attempts


def _at_work(page: Page) -> None:
    """Wait until the page shows that a part has been taken in."""
    page.wait_for_function(
        "() => { const bar = document.querySelector('progress'); return bar && bar.value > 5 }",
        timeout=120_000,
    )


def test_an_import_that_is_killed_goes_on_before_the_readers_eyes_and_keeps_each_row_once(
    browser: Browser, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    expected = _posts(tmp_path / "posts.csv")
    secret = signed_in(home)
    desk = DeskProcess(home, secret)
    address, port = desk.address, int(desk.address.rpartition(":")[2])
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": "legation-session", "value": secret, "url": address}])
    try:
        page = context.new_page()
        page.goto("/import")
        page.get_by_label("File of posts").set_input_files(tmp_path / "posts.csv")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("button", name="Try it").first.click()
        page.get_by_text("Nothing has been kept").wait_for(timeout=120_000)
        page.get_by_role("button", name="Import this file").click()
        _at_work(page)
        place, job = page.url, page.url.rpartition("/")[2]
        desk.kill()
        assert _state(home, job) == ("running", 1)
        page.get_by_text("The desk does not answer").wait_for(timeout=60_000)
        desk = DeskProcess(home, secret, port=port)
        page.get_by_text("posts taken in").first.wait_for(timeout=180_000)
        assert page.url == place, "nobody had to load the page again"
        assert _state(home, job) == ("done", 2)
        assert f"{len(expected):,}" in page.locator("dl.facts").first.inner_text()
        assert "goes on" in page.locator("ol.log").inner_text()
        page.goto("/import")
        assert page.locator("tbody tr").count() == 1
    finally:
        context.close()
        said = desk.stop()
    assert "Traceback" not in said
    assert ids_of(home) == expected
    assert legation("doctor", "--home", home).code == 0
