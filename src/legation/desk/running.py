"""How texts run: their direction, their lines, and what stands in a footer."""

import unicodedata
from collections.abc import Sequence

from legation.app.snippets import Piece, lines
from legation.desk.plain import excerpt
from legation.desk.tongues import gettext, words_isolated


def direction(text: str) -> str:
    """Return in which direction a text runs, by its first letter that has one.

    A browser tells by itself (`dir="auto"`); paper has to be told.

    >>> direction("2026: صور"), direction("read page 14")
    ('rtl', 'ltr')
    """
    for letter in text[:1000]:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def lines_of(some: Sequence[Piece]) -> list[list[Piece]]:
    r"""Return a snippet line by line, for each runs in a direction of its own.

    >>> [[one.text for one in line] for line in lines_of([Piece(text="one"), Piece(text="\n")])]
    [['one']]
    """
    shown = lines([Piece(text=excerpt(one.text, 300).text, found=one.found) for one in some])
    for number, line in enumerate(shown):
        # A line of ours, such as a campaign's name, may hold words that run to the left.
        if direction("".join(one.text for one in line)) == "ltr":
            shown[number] = [Piece(text=words_isolated(one.text), found=one.found) for one in line]
    return shown


def page_of() -> tuple[str, ...]:
    """Return what stands in a footer, in pieces: words, and `page` and `pages` for the numbers.

    >>> page_of()
    ('Page ', 'page', ' of ', 'pages')
    """
    said = gettext("Page %(page)s of %(pages)s") % {"page": "\0page\0", "pages": "\0pages\0"}
    return tuple(piece for piece in said.split("\0") if piece)
