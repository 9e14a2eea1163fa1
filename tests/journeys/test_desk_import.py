"""A file's way into the desk and out again in a real browser: by keyboard, and without a script."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from worlds.browsing import IN_BROWSER, heard, home_desk, judged, press, tab_to
from worlds.planted_posts import write_town

HOSTILE = (
    "Id,Author,Published,Message\n"
    '1,ann,2026-03-02T10:00:00Z,"<script>document.title=1</script><img src=http://evil.example/a>"\n'
    "2,ben,never,x\n"
)

pytestmark = IN_BROWSER


def test_the_keyboard_alone_brings_a_file_in_finds_the_ring_and_takes_it_back(
    browser: Browser, tmp_path: Path
) -> None:
    town = write_town(tmp_path / "town.jsonl")
    with home_desk(tmp_path) as (address, home), heard(browser, address) as page:
        page.on("filechooser", lambda _: None)  # heard from the beginning, not from the key on
        page.goto("/")
        press(page, "Create")
        page.wait_for_url("**/create")
        press(page, "Import a file of posts")
        page.wait_for_url("**/import")
        tab_to(page, "File of posts")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files(town)
        press(page, "Send")
        page.wait_for_url("**/import/file/*")
        press(page, "Try it")
        page.wait_for_url("**/job/*")
        page.get_by_text("Nothing has been kept").wait_for(timeout=60_000)
        dry = page.locator("dl.facts").first.inner_text()
        press(page, "Import this file")
        page.get_by_text("posts taken in").first.wait_for(timeout=60_000)
        assert page.locator("dl.facts").first.inner_text() == dry
        assert [p for p in (home.folder / "scratch").rglob("*") if p.is_file()] == []
        taken = page.url
        press(page, "Look for campaigns")
        page.get_by_text("1 campaign").first.wait_for(timeout=120_000)
        press(page, "See what was found")
        page.wait_for_url("**/")
        assert page.locator(".stories li").count() == 1
        page.goto(taken)
        press(page, "Undo this import")
        page.wait_for_url("**/import/undo/*")
        number = page.locator("form code").inner_text()
        tab_to(page, "Type")
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        page.wait_for_url("**/job/*")
        page.get_by_text("has left the lake").first.wait_for(timeout=60_000)
        page.goto("/")
        assert "This run is stale" in page.locator("main").inner_text()
        assert "undone" in page.goto("/import").text()  # type: ignore[union-attr] # it answers


def test_a_mapping_is_made_and_everything_works_without_a_script(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "hostile.csv"
    file.write_text(HOSTILE, "utf-8")
    with (
        home_desk(tmp_path) as (address, home),
        heard(browser, address, java_script_enabled=False) as page,
    ):
        page.goto("/import")
        page.get_by_label("File of posts").set_input_files(file)
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/import/file/*")
        assert page.get_by_label("Account id").input_value() == "Author"
        assert "hxxp://evil[.]example" in page.locator("main").inner_text()
        page.get_by_label("Name of this mapping").fill("Our tool")
        page.get_by_role("button", name="Keep the mapping and try it").click()
        page.wait_for_url("**/job/*")
        _look_until(page, "Nothing has been kept")
        with page.expect_download() as coming:
            page.get_by_role("link", name="Rejected rows").click()
        assert "the time cannot be read" in Path(coming.value.path()).read_text("utf-8")
        page.get_by_role("button", name="Import").click()
        _look_until(page, "1 post taken in")
        assert (home.folder / "mappings" / "our-tool.1.toml").exists()


def _look_until(page: Page, words: str) -> None:
    for _ in range(200):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(100)
        again = page.get_by_role("link", name="Look again")
        again.click() if again.count() else page.reload()
    raise AssertionError(page.locator("main").inner_text())


def test_each_page_of_these_rooms_keeps_the_rules_of_accessibility(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "hostile.csv"
    file.write_text(HOSTILE, "utf-8")
    with home_desk(tmp_path) as (address, home), heard(browser, address) as page:
        page.goto("/import")
        judged(page)
        page.get_by_label("File of posts").set_input_files(file)
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/import/file/*")
        judged(page)
        page.get_by_role("button", name="Keep the mapping and try it").click()
        page.get_by_text("Nothing has been kept").wait_for(timeout=60_000)
        judged(page)
        page.get_by_role("button", name="Import").click()
        page.get_by_role("link", name="Undo this import").wait_for(timeout=60_000)
        page.get_by_role("link", name="Undo this import").click()
        judged(page)
        page.goto("/import")
        judged(page)
        with home.store(sweep=False) as store:
            open_one = store.jobs.add("watch", "Waits", {}, actor="test", place="elsewhere")
        page.goto(f"/job/{open_one.job_id}")
        judged(page)
        page.goto("/jobs")
        judged(page)


def test_a_running_job_is_followed_and_cancelled(browser: Browser, tmp_path: Path) -> None:
    with (
        home_desk(tmp_path) as (address, home),
        heard(browser, address) as page,
        home.store(sweep=False) as store,
    ):
        job = store.jobs.add("slow", "Slow", {}, actor="test", place="elsewhere")
        store.jobs.take("elsewhere")
        page.goto(f"/job/{job.job_id}")
        store.jobs.report(job.job_id, 40, "reads on")
        page.get_by_text("Runs, 40 %: reads on").wait_for(timeout=20_000)
        assert page.locator("progress").evaluate("bar => bar.value") == 40
        press(page, "Cancel this job")
        page.get_by_text("It will end at its next halt").wait_for(timeout=20_000)
        store.jobs.finish(job.job_id, "cancelled", "cancelled")
        page.get_by_text("Cancelled: cancelled.").wait_for(timeout=20_000)
