"""Where the words of a question stand in a text, so that a page can show the place.

What is compared is folded, what is shown is the text as it stands, so each sign of the
folded form remembers the sign that it came from. A link is never cut: only a whole one can
be broken for showing. A text may be long, and a stranger wrote it: only the stretch that holds
the first word is compared sign by sign.
"""

import bisect
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from legation.store.folding import LONGEST_WORD, Word, folded, holds

AROUND: Final = 70
_STRETCH: Final = 2_000
_OVERLAP: Final = 5 * LONGEST_WORD  # a word may be written with marks that are not compared
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE)


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a text; `found` where a word of the question stands."""

    text: str
    found: bool = False


def pieces(text: str, words: Sequence[Word], around: int = AROUND) -> tuple[Piece, ...]:
    """Return the part of a text around the first word that is found, in pieces.

    >>> [(one.text, one.found) for one in pieces("see the Résumé now", (("resume",),))]
    [('see the ', False), ('Résumé', True), (' now', False)]
    """
    spans = _whole_links(text, _joined(sorted(_spans(text, words))))
    if not spans:
        return (Piece(text=text[: 2 * around] + ("…" if len(text) > 2 * around else "")),)
    begin = max(0, spans[0][0] - around)
    end = min(len(text), max(spans[0][1], begin) + around)
    for start, stop in ((link.start(), link.end()) for link in _LINK.finditer(text)):
        begin = start if start < begin < stop else begin
        end = stop if start < end < stop else end
    told = [Piece(text="…")] if begin else []
    at = begin
    for start, stop in spans:
        if start >= end:
            break
        if start > at:
            told.append(Piece(text=text[at:start]))
        told.append(Piece(text=text[start:stop], found=True))
        at = stop
    if at < end:
        told.append(Piece(text=text[at:end]))
    return (*told, Piece(text="…")) if max(at, end) < len(text) else tuple(told)


def lines(some: Sequence[Piece]) -> list[list[Piece]]:
    r"""Return pieces line by line: each may run in a direction of its own.

    >>> [[one.text for one in line] for line in lines([Piece(text="a\n\nb"), Piece(text="c")])]
    [['a'], ['b', 'c']]
    """
    found: list[list[Piece]] = [[]]
    for one in some:
        for number, text in enumerate(one.text.split("\n")):
            if number:
                found.append([])
            if text:
                found[-1].append(Piece(text=text, found=one.found))
    return [line for line in found if line]


def _spans(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    begin, stretch = _holding(text, words)
    form, places = _traced(stretch)
    for way in (way for word in words for way in word):
        start = form.find(way)
        while start >= 0:
            yield begin + places[start][0], begin + places[start + len(way) - 1][1]
            start = form.find(way, start + len(way))


def _holding(text: str, words: Sequence[Word]) -> tuple[int, str]:
    """Return the first stretch of a text that holds a word, and where it begins."""
    for begin in range(0, len(text), _STRETCH):
        stretch = text[begin : begin + _STRETCH + _OVERLAP]
        form = folded(stretch)
        if any(holds(form, (word,)) for word in words):
            return begin, stretch
    return 0, ""


def _traced(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the folded text, and for each of its signs where it came from."""
    form: list[str] = []
    places: list[tuple[int, int]] = []
    for start, stop in _clusters(text):
        part = text[start:stop]
        said = " " if part.isspace() else folded(part)
        if said == " " and (not form or form[-1] == " "):
            continue
        form += said
        places += [(start, stop)] * len(said)
    return "".join(form), places


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield a letter with the marks that follow it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            if at > start:
                yield start, at
            start = at


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    for start, stop in spans:
        if told and start <= told[-1][1]:
            told[-1] = (told[-1][0], max(told[-1][1], stop))
        else:
            told.append((start, stop))
    return told


def _whole_links(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    links = [(link.start(), link.end()) for link in _LINK.finditer(text)]
    starts, ends = [start for start, _ in links], [end for _, end in links]
    grown = []
    for start, stop in spans:
        # Links follow one another, so those that a span touches stand together.
        met = links[bisect.bisect_right(ends, start) : bisect.bisect_left(starts, stop)]
        first, last = (met[0][0], met[-1][1]) if met else (start, stop)
        grown.append((min(start, first), max(stop, last)))
    return _joined(grown)
