"""Every page in a real browser, by who is shown it and without anybody: quiet, open to all.

The pages are those that the desk routes, on a desk where everything has happened once: a page
that is added later is held to the same, and one that has no example here fails. One walk in each
language looks at each page once, for all that is asked of it (`worlds.walked`).
"""

from collections.abc import Callable, Iterator
from copy import copy
from functools import cache

import pytest
from litestar import get
from playwright.sync_api import Browser

from worlds.browsing import IN_BROWSER
from worlds.desk_story import MARK, OWN, REASONS, SAYING, written
from worlds.walked import Walked, walked
from worlds.walking import NO_PAGE, SHOWS_NOTHING, VISITORS, visiting, visits_of
from worlds.whole_desk import WholeDesk, whole_desk
from worlds.words_apart import FIELDS, mixed_in

pytestmark = IN_BROWSER

Walk = Callable[[str], Walked]


@get("/breaks", sync_to_thread=False, verb="door.see")
def breaks() -> str:
    raise RuntimeError("of the test")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeDesk]:
    with whole_desk(tmp_path_factory.mktemp("whole"), breaks) as made:
        yield made


@pytest.fixture(scope="module")
def walk(browser: Browser, desk: WholeDesk) -> Walk:
    return cache(lambda language: walked(browser, desk, language))


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


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_says_anything_in_the_console(walk: Walk, language: str) -> None:
    found = walk(language)
    assert found.complaints == []
    assert found.met.keys() == set(VISITORS)
    assert len(found.met["analyst"]) > 50


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_open_to_all_in_light_and_dark(walk: Walk, language: str) -> None:
    found = walk(language)
    assert found.barriers == []
    assert sum(map(len, found.met.values())) > 100


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_people_wrote_stands_apart(walk: Walk, language: str) -> None:
    found = walk(language)
    assert found.mixed == {}
    assert {written(name) for name in FIELDS} | set(SAYING.split()) | set(
        OWN.split()
    ) <= found.words


def test_what_people_wrote_stands_apart_in_the_answers_to_forms(
    browser: Browser, desk: WholeDesk
) -> None:
    met: set[str] = set()
    with visiting(browser, desk, "administrator") as page:
        page.goto("/people")
        page.locator("#name").fill(written("added"))
        page.locator("#role-1").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Add and show the link", exact=True).click()
        assert mixed_in(page, met) == []
    with visiting(browser, desk, "officer") as page:
        page.goto("/duty")
        rota = f"person,starts,ends,zone,rank\n{written('nobody')},2026-04-01,2026-04-02,UTC,1\n"
        file = {"name": "rota.csv", "mimeType": "text/csv", "buffer": rota.encode()}
        page.locator("#file").set_input_files(file)  # type: ignore[arg-type]  # a file in memory
        with page.expect_navigation():
            page.get_by_role("button", name="Import", exact=True).click()
        assert mixed_in(page, met) == []
    with visiting(browser, desk, "analyst") as page:
        page.goto(desk.places["/campaign/{campaign_id:str}/names"][0][0])
        page.locator("#account-1").check()
        for reason in REASONS:
            page.locator(f"#{reason}").fill(f"{written(reason)}-once-more")
        with page.expect_navigation():
            page.get_by_role("button", name="Show the names", exact=True).click()
        assert mixed_in(page, met) == []
    assert {written(name) for name in ("added", "nobody", "purpose-once-more")} <= met


def test_a_word_within_a_line_of_ours_is_noticed(browser: Browser, desk: WholeDesk) -> None:
    with visiting(browser, desk, "analyst") as page:
        page.goto("/words")
        for inner, apart in (
            (f"<p>Name: {MARK}</p>", False),
            (f'<p dir="auto">Name: {MARK}</p>', False),
            (f"<p>Name: <bdi>{MARK}</bdi></p>", True),
            (f"<p>Name: \u2068{MARK}\u2069</p>", True),
            (f'<input value="{MARK}">', False),
            (f'<textarea dir="auto">{MARK}</textarea>', True),
        ):
            page.evaluate("inner => { document.body.innerHTML = inner }", inner)
            assert (mixed_in(page, set()) == []) == apart, inner
