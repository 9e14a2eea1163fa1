"""The header of each page is low: what was asked for stands high on the screen."""

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from worlds.browsing import WITH_SCRIPTS
from worlds.people import enrolled
from worlds.served_desk import heard, new_home, served

pytestmark = WITH_SCRIPTS


def test_the_header_is_one_row_on_a_screen_and_leaves_most_of_a_small_one(
    browser: Browser, tmp_path: Path
) -> None:
    home = new_home(tmp_path, lambda: datetime.now(UTC))
    with home.store() as store:
        secret = enrolled(store, home.now, "Omar Haddad", "analyst", "security officer")
    with served(home, guarded=True, runs=False) as address, heard(browser, address) as page:
        page.context.add_cookies([{"name": "legation-session", "value": secret, "url": address}])
        for code, width in product(("fr", "ar", "en"), (1024, 1280, 1600)):
            page.set_viewport_size({"width": width, "height": 640})
            page.goto(f"/language/{code}?to=/words")
            tops = page.locator("header .wide > *").evaluate_all(
                "some => some.map(one => one.getBoundingClientRect())"
                ".map(box => (box.top + box.bottom) / 2)"
            )
            assert max(tops) - min(tops) < 20, (code, width)
            assert page.evaluate("document.documentElement.scrollWidth") == width, (code, width)
            high = page.locator("header.top").evaluate("one => one.getBoundingClientRect().height")
            assert high < 100, (code, width)
        page.set_viewport_size({"width": 320, "height": 640})
        height = page.locator("header.top").evaluate("one => one.getBoundingClientRect().height")
        assert height < 640 / 2.5
        assert page.evaluate("document.documentElement.scrollWidth") == 320
