"""A network is opened by hand: what is sent stays bounded, and who sees or clicks nothing has
the same as a list, a picture and tables.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from legation.desk.network import MOST_LINKS, MOST_VERTICES
from worlds.browsing import ARGUMENTS, AXE, AXE_TAGS, CHROMIUM, WITH_SCRIPTS
from worlds.large_campaigns import large_home
from worlds.served_desk import heard, served

HERE = "/campaign/c-large/coordination"

pytestmark = WITH_SCRIPTS


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = large_home(tmp_path_factory.mktemp("large") / "home", accounts=10_000, ties=50_000)
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("small")
    with served(large_home(folder / "home", accounts=40, ties=120, communities=1)) as address:
        yield address


def _told(page: Page) -> tuple[int, int]:
    box = page.locator("[data-graph]")
    return int(box.get_attribute("data-nodes") or 0), int(box.get_attribute("data-links") or 0)


def _bounded(told: dict[str, Any]) -> None:
    assert 0 < len(told["nodes"]) <= MOST_VERTICES
    assert len(told["links"]) <= MOST_LINKS
    stand = sum(one.get("size", 1) for one in told["nodes"])
    assert stand == sum(one["accounts"] for one in told["groups"]) == 10_000
    assert told["ties"] == 50_000


def _inside(told: dict[str, Any]) -> dict[str, int]:
    return {one["key"]: one["inside"] for one in told["groups"]}


def _at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the network is on the screen."""
    found: dict[str, float] = page.evaluate(
        "([x, y]) => { const box = document.querySelector('[data-graph]');"
        " const at = box.drawing.sigma.graphToViewport({x, y: -y});"
        " const edge = box.querySelector('.canvas').getBoundingClientRect();"
        " return {x: at.x + edge.x, y: at.y + edge.y} }",
        [x, y],
    )
    return found["x"], found["y"]


def _network(answer: Response) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.body())
    return told


def test_ten_thousand_accounts_open_by_a_click_and_what_is_sent_stays_bounded(
    browser: Browser, large: str
) -> None:
    with heard(browser, large, viewport={"width": 1280, "height": 1400}) as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        page.goto("/campaign/c-large")
        page.wait_for_load_state("networkidle")
        assert not [url for url in loaded if "/built/graph-" in url]
        with page.expect_response("**/coordination/graph?**") as coming:
            page.goto(HERE)
        first = _network(coming.value)
        _bounded(first)
        assert int(coming.value.headers["content-length"]) < 30_000
        page.locator("[data-nodes]").wait_for()
        assert _told(page) == (len(first["nodes"]), len(first["links"]))
        assert len(first["nodes"]) == len(first["groups"])
        hides = page.locator("[data-graph]").evaluate(
            "box => box.drawing.sigma.getSetting('hideEdgesOnMove')"
        )
        assert hides is True
        group = max(first["nodes"], key=lambda one: one["y"])
        with page.expect_response("**/coordination/graph?**") as coming:
            page.mouse.click(*_at(page, group["x"], group["y"]))
        opened = _network(coming.value)
        _bounded(opened)
        assert [one["key"] for one in opened["groups"] if one["opened"]] == [group["group"]]
        assert len(opened["nodes"]) > len(first["nodes"])
        assert int(coming.value.headers["content-length"]) < 80_000
        page.get_by_text("is open. Drawn:").wait_for()
        assert parse_qs(urlsplit(page.url).query) == {"open": [group["group"]]}
        # The tables below have followed, in place, and count what they counted.
        page.locator("#twins").get_by_role("link", name="Close all groups").wait_for()
        assert _inside(opened) == _inside(first)
        number = next(one for one in first["groups"] if one["key"] == group["group"])["inside"]
        rows = page.locator("#twins").get_by_role("row", name=f"{group['name']} ")
        assert number
        assert rows.first.locator("td.number").nth(1).inner_text() == f"{number:,}"
        page.reload()
        page.locator("[data-nodes]").wait_for()
        assert _told(page) == (len(opened["nodes"]), len(opened["links"]))


def test_everything_opened_is_cut_where_the_bound_is_and_a_job_settles_it(
    browser: Browser, large: str
) -> None:
    with heard(browser, large, reduced_motion="reduce") as page:
        asked = page.context.request
        groups = asked.get(f"{HERE}/graph").json()["groups"]
        every = ",".join(one["key"] for one in groups)
        answer = asked.get(f"{HERE}/graph?open={every}")
        whole = answer.json()
        _bounded(whole)
        assert len(whole["nodes"]) > 1_000
        assert len(whole["links"]) == MOST_LINKS
        assert whole["links_left_out"] > 0
        assert whole["accounts_left_out"] > 0
        assert not whole["settled"]
        assert int(answer.headers["content-length"]) < 200_000
        page.goto(f"{HERE}?open={every}")
        page.get_by_text("The accounts stand by their ties.").wait_for(timeout=60_000)
        page.locator("[data-settled=true]").wait_for()
        assert _told(page) == (len(whole["nodes"]), len(whole["links"]))
        page.goto("/jobs")
        row = page.get_by_role("row", name="Places in a network").first
        assert "done" in row.inner_text()
        row.get_by_role("link").click()
        page.get_by_role("link", name="See the network").click()
        page.locator("[data-settled=true]").wait_for()


def test_the_list_beside_does_by_keyboard_what_the_graph_does(browser: Browser, large: str) -> None:
    with heard(browser, large, viewport={"width": 1280, "height": 1400}) as page:
        page.goto(HERE)
        find = page.get_by_label("Find an account")
        find.focus()
        page.keyboard.press("Tab")
        first = page.locator(".twin button").first
        expect(first).to_be_focused()
        name = re.sub(r", accounts: .*", "", first.inner_text())
        page.keyboard.press("Enter")
        page.get_by_text(f"{name} is open.").wait_for()
        expect(first).to_be_focused()
        expect(first).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Tab")
        account = page.evaluate("() => document.activeElement.dataset.key")
        assert account.startswith("acct-")
        find.fill(account[5:12])
        page.get_by_text("Accounts found in the open groups: 1.").wait_for()
        find.press("Tab")
        page.keyboard.press("Enter")
        told = page.locator(".told")
        expect(told.get_by_role("heading").first).to_have_text(account)
        page.evaluate(AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(
                "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", AXE_TAGS
            )
            seen = [(v["id"], [node["target"] for node in v["nodes"]]) for v in found["violations"]]
            assert seen == [], scheme
        told.get_by_role("link", name="All ties of this account").press("Enter")
        page.wait_for_url(f"**/ties?account={account}")
        expect(page.locator("tbody tr").first).to_be_visible()
        find_nobody = page.goto(f"{HERE}/links")
        assert find_nobody is not None
        assert find_nobody.status == 200
        assert page.locator("tbody tr").count() == 50


def test_a_line_says_why_two_accounts_are_tied(browser: Browser, small: str) -> None:
    with heard(browser, small, viewport={"width": 1280, "height": 1400}) as page:
        with page.expect_response("**/coordination/graph?**") as coming:
            page.goto(f"{HERE}?open=1-amplifier,1-originator,1-bridge")
        told = _network(coming.value)
        page.locator("[data-nodes]").wait_for()
        for a, b, *_ in told["links"]:
            one, other = told["nodes"][a], told["nodes"][b]
            if "name" in one or "name" in other:
                continue
            x, y = (one["x"] + other["x"]) / 2, (one["y"] + other["y"]) / 2
            near = min((n["x"] - x) ** 2 + (n["y"] - y) ** 2 for n in told["nodes"])
            if near < 100:
                continue
            page.mouse.click(*_at(page, x, y))
            if page.locator(".told").get_by_text("Pairs of accounts: 1").count():
                break
        page.get_by_role("link", name="Why: see the posts").first.click()
        page.wait_for_url("**/tie?a=*&b=*")
        assert page.locator("h1").inner_text()


@pytest.mark.parametrize("without", ["graphics", "script"])
def test_without_graphics_or_script_the_still_picture_stands(
    browser: Browser, small: str, without: str
) -> None:
    more = ["--disable-3d-apis"] if without == "graphics" else []
    bare = browser.browser_type.launch(
        executable_path=str(CHROMIUM), args=[one for one in ARGUMENTS if "gl" not in one] + more
    )
    with heard(bare, small, java_script_enabled=without != "script") as page:
        page.goto(f"{HERE}?open=none")
        page.wait_for_load_state("networkidle")
        expect(page.locator(".still svg.network")).to_be_visible()
        expect(page.locator("[data-graph]")).to_be_hidden()
        page.locator("svg.network a").first.click()
        page.wait_for_url("**open=1-**")
        expect(page.locator("svg.network .one").nth(1)).to_be_attached()
    bare.close()


def test_print_and_files_have_the_still_picture(browser: Browser, small: str) -> None:
    with heard(browser, small) as page:
        page.goto(HERE)
        page.locator("[data-nodes]").wait_for()
        expect(page.locator(".still")).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.locator(".still")).to_be_visible()
        expect(page.locator("[data-graph]")).to_be_hidden()
        page.emulate_media(media="screen")
        page.get_by_role("button", name="Still picture").click()
        expect(page.locator(".still")).to_be_visible()
        for kind in ("PNG", "SVG", "GEXF", "GRAPHML"):
            with page.expect_download() as coming:
                page.locator("#twins").get_by_role("link", name=kind, exact=True).click()
            assert (
                Path(coming.value.path())
                .read_bytes()
                .startswith(b"\x89PNG" if kind == "PNG" else b"<?xml")
            )
