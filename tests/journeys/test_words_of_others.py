"""What people wrote stands apart on every page, whatever way its letters run.

Each field of the desk was filled with a word of its own in Arabic letters. Wherever such a word
is shown, the nearest element that says in which way it runs leaves that to the word itself
(`dir="auto"`, `<bdi>`) and holds nothing of ours; within a sentence of a part below, marks of
direction stand around it in place of an element, as they must in an `<option>`.

Three places cannot be set apart by an element, and are not looked at: the page's `<title>`, which a
browser shows as plain text, texts in attributes such as `aria-label`, which are read aloud, and the
exact bytes that will be signed (`<pre dir="auto">`), where each line runs as its own words do.
"""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from worlds.browsing import IN_BROWSER
from worlds.desk_story import HOSTILE_LATIN, MARK, OWN, PEOPLE, REASONS, SAYING, written
from worlds.walking import VISITORS, pages_of, visiting
from worlds.whole_desk import WholeDesk, whole_desk

pytestmark = IN_BROWSER

# What is shown somewhere of all that was written, by field.
FIELDS: Final = (
    *PEOPLE,
    *(f"column-{name}" for name in ("post", "account", "time", "text")),
    *(f"translation-{number}" for number in range(3)),
    *(f"{reason}-of-it" for reason in REASONS),
    *("upload-3", "upload-3.csv", "upload-4.csv", "offered.csv", "town.jsonl"),
    *("newcomer", "absent", "sample", "rejected", "kind", "rule", "source", "pushed-0-0"),
    *("title", "own-title", "from", "page", "pixel.gif", "machine", "other-machine", "of-a-post"),
    *("undo-refuse", "undo-approve", "undo-again", "refuse", "approve", "cleared-so"),
    *("shift-open", "shift-done", "given", "given-again", "filter", "search-filter", "key"),
    *("help", "of-none", "provider"),
)
REFUSED: Final = (
    f"/campaign/{written('none')}",
    f"/job/{written('none')}",
    f"/watch/campaigns?grade={written('none')}",
    f"/evidence/as/{written('none')}",
)
# Of each place that holds a word: the words, and whether they stand apart.
PLACES = r"""
([mark, latin]) => {
  const word = new RegExp(mark + "[\\p{L}\\p{N}\\p{M}._-]*", "gu"), found = [];
  const told = (words, apart, how) => found.push([words || [], apart, how]);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, at = text.parentElement;
    if (!text.data.includes(mark) || at.closest("script, style, template")) continue;
    if (at.matches("pre[dir=auto]")) {
      told(text.data.match(word), getComputedStyle(at).unicodeBidi === "plaintext", "pre");
      continue;
    }
    const isolates = text.data.replace(/\u2068[^\u2068\u2069]*\u2069/gu, "");
    const near = at.closest("[dir], bdi");
    const auto = near.localName === "bdi" || near.getAttribute("dir") === "auto";
    const rest = latin.reduce((left, one) => left.replaceAll(one, ""), near.textContent);
    const ours = /\p{L}/u.test(rest.replace(word, ""));
    const apart = !isolates.includes(mark) || (auto && !ours);
    told(text.data.match(word), apart, at.outerHTML.slice(0, 160));
  }
  for (const field of document.querySelectorAll("input, textarea")) {
    if (!field.value.includes(mark) || /hidden|checkbox|radio/.test(field.type)) continue;
    told(field.value.match(word), field.dir === "auto", field.outerHTML.slice(0, 160));
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeDesk]:
    with whole_desk(tmp_path_factory.mktemp("words")) as made:
        yield made


def mixed_in(page: Page, met: set[str]) -> list[tuple[str, str]]:
    """Return the places of a page where a word stands in a line of ours; note what was met."""
    # Our own marks of direction are never shown to a reader as signs.
    assert not re.search("⟨U\\+206[89]⟩", page.inner_text("body")), page.url
    mixed = []
    for words, apart, place in page.evaluate(PLACES, [MARK, HOSTILE_LATIN]):
        met |= set(words)
        if not apart:
            mixed.append((" ".join(words), place))
    return mixed


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_people_wrote_stands_apart(browser: Browser, desk: WholeDesk, language: str) -> None:
    mixed: dict[tuple[str, str, str], str] = {}
    met: set[str] = set()
    for who in VISITORS:
        with visiting(browser, desk, who, language) as page:
            places = [(one.route, one.address) for one in pages_of(desk, who)]
            if who == "analyst":
                places += [("refused", address) for address in REFUSED]
            for route, address in places:
                page.goto(address)
                mixed |= {(route, *each): address for each in mixed_in(page, met)}
    assert mixed == {}
    assert {written(name) for name in FIELDS} | set(SAYING.split()) | set(OWN.split()) <= met


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
