"""The first screen of the demonstration in a real browser: both poles, and the balance between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from worlds.browsing import IN_BROWSER, demonstration_desk, heard, judged

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with demonstration_desk(tmp_path_factory.mktemp("demo")) as found:
        yield found


def test_the_first_screen_is_filled_on_both_poles_and_between_them(
    browser: Browser, address: str
) -> None:
    with heard(browser, address, viewport={"width": 1280, "height": 900}) as page:
        page.goto("/")
        columns = {
            name: page.locator(f'section[aria-labelledby="{name}"]')
            for name in ("threats", "safeguards", "balance")
        }
        said = {name: column.inner_text() for name, column in columns.items()}
        assert columns["threats"].locator("ol.stories > li").count() == 2
        assert "Here because of its confidence" in said["threats"]
        assert columns["safeguards"].locator("ul.standings > li").count() >= 3
        for rung in ("Held in a drill", "word alone", "Nobody said"):
            assert rung in said["safeguards"]
        assert columns["balance"].locator("ul.standings > li").count() == 6
        assert "All 12 missions" in said["balance"]
        assert "Watch is raised until" in said["balance"]
        for words in (
            "Nothing has been looked at yet",
            "Cannot tell yet",
            "No safeguard is set up",
        ):
            assert words not in page.locator("main").inner_text()
        places = [column.bounding_box() for column in columns.values()]
        assert all(place is not None and place["y"] < 900 for place in places)
        assert [caveat.split(" ")[0] for caveat in page.locator(".caveat").all_inner_texts()] == [
            "Coordination",
            "A",
        ]
        judged(page)


def test_from_the_first_screen_two_links_lead_to_the_evidence_and_a_third_takes_it_along(
    browser: Browser, address: str
) -> None:
    with heard(browser, address, accept_downloads=True) as page:
        page.goto("/")
        page.locator('section[aria-labelledby="balance"] ul.standings a').nth(1).click()
        page.get_by_role("heading", name="Why, down to the evidence").wait_for()
        expect(page.locator("ul.tree details li code").first).to_be_attached()
        judged(page)
        for kind, start in (("PDF", b"%PDF"), ("STIX", b"{"), ("CSV", b"depth,")):
            with page.expect_download() as taking:
                page.locator("p.files").get_by_role("link", name=kind, exact=True).click()
            assert Path(taking.value.path()).read_bytes().startswith(start)
