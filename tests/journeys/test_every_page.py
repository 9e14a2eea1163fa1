"""Every page in a real browser, by who is shown it and without anybody: quiet, open to all.

The pages are those that the desk routes, on a desk where everything has happened once: a page
that is added later is held to the same, and one that has no example here fails.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import copy

import pytest
from litestar import get
from playwright.sync_api import Browser

from worlds.browsing import AXE, AXE_TAGS, IN_BROWSER, SCHEMES
from worlds.walking import (
    NO_PAGE,
    SHOWS_NOTHING,
    STRANGER,
    VISITORS,
    pages_of,
    visiting,
    visits_of,
)
from worlds.whole_desk import WholeDesk, whole_desk

pytestmark = IN_BROWSER

# What refuses, fails or is not there is a page too.
REFUSING = {
    "/breaks": 500,
    "/no-such-page": 404,
    "/watch/campaigns?colour=blue": 400,
    "/campaign/none": 404,
    "/job/none": 404,
}


@get("/breaks", sync_to_thread=False, verb="door.see")
def breaks() -> str:
    raise RuntimeError("of the test")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeDesk]:
    with whole_desk(tmp_path_factory.mktemp("whole"), breaks) as made:
        yield made


def test_each_address_is_shown_to_somebody(browser: Browser, desk: WholeDesk) -> None:
    hidden, shown = [], set()
    visits = visits_of(desk)
    for who in VISITORS:
        with visiting(browser, desk, who) as page:
            page.goto("/help")
            for one in visits:
                if one.who != who:
                    continue
                answer = page.request.get(one.address, max_redirects=0)
                of_html = "text/html" in answer.headers.get("content-type", "")
                if one.route in SHOWS_NOTHING:
                    assert answer.status != 200, one
                elif answer.status != 200 or of_html == bool(NO_PAGE.search(one.route)):
                    hidden.append((one.route, one.address, one.who, answer.status))
                shown.add(one.route)
    assert hidden == []
    assert len(shown) > 90


def test_a_route_without_an_example_fails_by_its_name(desk: WholeDesk) -> None:
    lacking = copy(desk)
    lacking.places = {**desk.places, "/digest/{digest_id:str}": []}
    with pytest.raises(AssertionError, match=r"/digest/\{digest_id:str\}"):
        visits_of(lacking)


def test_no_page_says_anything_in_the_console(browser: Browser, desk: WholeDesk) -> None:
    met = defaultdict(set)
    for who in VISITORS:
        refused = [address for address in REFUSING if who == "analyst"]
        with visiting(browser, desk, who) as page:
            for address in [*(one.address for one in pages_of(desk, who)), *refused]:
                answer = page.goto(address)
                assert answer is not None
                assert answer.status == REFUSING.get(address, 200), address
                met[who].add(address)
                policy = answer.headers["content-security-policy"]
                assert policy.startswith("default-src 'none';")
                assert page.locator("h1").count() == 1, address
                assert page.locator('html[lang="en"]').count() == 1
    assert len(met["analyst"]) > 50
    assert met.keys() == set(VISITORS)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_open_to_all_in_light_and_dark(
    browser: Browser, desk: WholeDesk, language: str
) -> None:
    judged, told = 0, []
    for who in VISITORS:
        refused = [address for address in REFUSING if who in ("analyst", STRANGER)]
        addresses = [*(one.address for one in pages_of(desk, who)), *refused]
        with visiting(browser, desk, who, language) as page:
            for address in addresses:
                page.goto(address)
                assert page.locator(f'html[lang="{language}"]').count() == 1, address
                page.evaluate(
                    "for (const box of document.querySelectorAll('details')) box.open = true"
                )
                page.evaluate(AXE)
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    found = page.evaluate(
                        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})",
                        AXE_TAGS,
                    )
                    told += [
                        (address, who, scheme, one["id"], [n["target"] for n in one["nodes"]][:3])
                        for one in found["violations"]
                    ]
                    judged += len(found["passes"]) > 5
    assert told == []
    assert judged > 150
