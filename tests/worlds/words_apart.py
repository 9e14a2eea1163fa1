"""Where others' words stand on a page, and whether they stand apart from ours.

Each field of the desk was filled with a word of its own in Arabic letters. Wherever such a word
is shown, the nearest element that says in which way it runs leaves that to the word itself
(`dir="auto"`, `<bdi>`) and holds nothing of ours; within a sentence of a part below, marks of
direction stand around it in place of an element, as they must in an `<option>`.

Three places cannot be set apart by an element, and are not looked at: the page's `<title>`, which a
browser shows as plain text, texts in attributes such as `aria-label`, which are read aloud, and the
exact bytes that will be signed (`<pre dir="auto">`), where each line runs as its own words do.
"""

import re
from typing import Final

from playwright.sync_api import Page

from .desk_story import HOSTILE_LATIN, MARK, PEOPLE, REASONS, written

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
# What is not there is named in what says so.
REFUSED: Final = (
    f"/campaign/{written('none')}",
    f"/job/{written('none')}",
    f"/watch/campaigns?grade={written('none')}",
    f"/evidence/as/{written('none')}",
)
# Of each place that holds a word: the words, and whether they stand apart.
_PLACES: Final = r"""
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


def mixed_in(page: Page, met: set[str]) -> list[tuple[str, str]]:
    """Return the places of a page where a word stands in a line of ours; note what was met."""
    # Our own marks of direction are never shown to a reader as signs.
    assert not re.search("⟨U\\+206[89]⟩", page.inner_text("body")), page.url
    mixed = []
    for words, apart, place in page.evaluate(_PLACES, [MARK, HOSTILE_LATIN]):
        met |= set(words)
        if not apart:
            mixed.append((" ".join(words), place))
    return mixed
