"""Personal strings found in a text, however they are written there.

A name is compared by its letters and digits alone, after case, width, accents, invisible signs and
kinds of digits are folded: "Jane Doe" is found in "JANE_DOE", "jane.doe" and "j\u00e1ne doe". A
name of five letters or more is found inside longer words, too; a shorter one where a word of its
own stands, or, in scripts that write without blanks, anywhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, final

from legation.rights.folding import Folding, unescaped

Span = tuple[int, int, str]
# How much of a name is looked up before the whole is compared.
_FRONTS: Final = (4, 3, 2)
_ANYWHERE: Final = {"SPACED": 5, "JOINED": 4, "SPACELESS": 2}
_LEAST: Final = {"SPACED": 3, "JOINED": 2, "SPACELESS": 2}
# So many digits are found behind other digits, too: "00" stands for "+".
_NUMBER: Final = 7
_JOINED: Final = ("ARABIC", "HEBREW", "SYRIAC", "DEVANAGARI", "BENGALI", "TAMIL", "ETHIOPIC")
_SPACELESS: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "THAI", "LAO", "KHMER")
# So many fronts are sooner looked for one by one.
_FEW: Final = 64
_NO_LETTER: Final = re.compile(r"[\W_]+")


class _Folded(Folding):
    """Folds kinds of digits, too, and drops the sign that stretches Arabic words."""

    def __missing__(self, number: int) -> str:
        """Work out a letter that is met for the first time."""
        plain = super().__missing__(number).replace("\u0640", "")
        self[number] = "".join(
            str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in plain
        )
        return self[number]


@final
class Spotter:
    """Finds personal strings; the order in which they are learnt does not matter."""

    __slots__ = ("_entries", "_folding", "_sizes", "_starts")

    def __init__(self, strings: Iterable[tuple[str, str]]) -> None:
        """Learn the strings, each with what stands in its place.

        One of one letter, or of two in a script with blanks, is passed over.
        """
        self._folding = _Folded()
        self._entries: dict[str, tuple[str, bool, frozenset[str]]] = {}
        for string, instead in strings:
            self._learn(string, instead)
        self._starts: dict[str, tuple[str, ...]] = {}
        for key in sorted(self._entries, key=lambda one: (-len(one), one)):
            front = key[: _front(key)]
            self._starts[front] = (*self._starts.get(front, ()), key)
        self._sizes = sorted({len(front) for front in self._starts}, reverse=True)

    def __bool__(self) -> bool:
        """Tell whether there is anything to find."""
        return bool(self._starts)

    def key(self, string: str) -> str:
        """Return what a string is compared by; empty when it is compared with nothing."""
        folded = self._fold(unescaped(string)[0])
        key = "".join(letter for letter in folded if letter.isalnum())
        if key.isdecimal():
            key = key.lstrip("0")
        return key if key and len(key) >= _LEAST[_kind(key)] else ""

    def replaced(self, text: str) -> str:
        """Return a text with each personal string replaced, in the text as it stands."""
        spans = list(self._spans(text))
        parts, cursor = [], 0
        for start, end, instead in spans:
            if start >= cursor:
                parts += [text[cursor:start], instead]
                cursor = end
        return "".join([*parts, text[cursor:]]) if spans else text

    def finds(self, text: str) -> bool:
        """Tell whether a text, as it stands or percent-escaped, holds a personal string."""
        return next(self._spans(text), None) is not None

    def _learn(self, string: str, instead: str) -> None:
        key = self.key(string)
        if not key:
            return
        whole = len(key) < _ANYWHERE[_kind(key)]
        literal = self._fold(string.strip())
        if key in self._entries:
            before, _, literals = self._entries[key]
            self._entries[key] = (min(before, instead), whole, literals | {literal})
        else:
            self._entries[key] = (instead, whole, frozenset({literal}))

    def _spans(self, text: str) -> Iterator[Span]:
        plain, origin = unescaped(text) if "%" in text else (text, None)
        folded = self._fold(plain)
        letters = _NO_LETTER.sub("", folded)
        if not self._may_hold(letters):
            return
        places = [place for place, letter in enumerate(folded) if letter.isalnum()]
        aligned = self._aligned(plain) if not plain.isascii() else None
        for first, last, instead in self._found(folded, letters, places):
            start, end = first, last + 1
            if aligned:
                start, end = aligned[first][0], aligned[last][1]
            yield (origin[start], origin[end], instead) if origin else (start, end, instead)

    def _may_hold(self, letters: str) -> bool:
        """Tell whether a text is worth the search: most hold no name."""
        if len(self._starts) < _FEW:
            return any(front in letters for front in self._starts)
        fronts = {letters[at : at + size] for size in self._sizes for at in range(len(letters))}
        return not self._starts.keys().isdisjoint(fronts)

    def _found(self, folded: str, letters: str, places: list[int]) -> Iterator[Span]:
        at = 0
        while at < len(letters):
            key = self._at(folded, letters, places, at)
            if key:
                yield places[at], places[at + len(key) - 1], self._entries[key][0]
                at += len(key)
            else:
                at += 1

    def _at(self, folded: str, letters: str, places: list[int], at: int) -> str:
        """Return the longest string that stands at a place."""
        best = ""
        for size in self._sizes:
            for key in self._starts.get(letters[at : at + size], ()):
                if len(key) > len(best) and letters.startswith(key, at):
                    span = places[at], places[at + len(key) - 1] + 1
                    best = key if self._counts(folded, span, key) else best
        return best

    def _counts(self, folded: str, span: tuple[int, int], key: str) -> bool:
        start, end = span
        _, whole, literals = self._entries[key]
        written = folded[start:end]
        if not whole and (written == key or written in literals):
            return True
        if key.isdecimal() and len(key) >= _NUMBER:
            return True
        return not (
            (start > 0 and _glued(folded[start - 1], folded[start]))
            or (end < len(folded) and _glued(folded[end], folded[end - 1]))
        )

    def _fold(self, text: str) -> str:
        return text.lower() if text.isascii() else text.translate(self._folding)

    def _aligned(self, plain: str) -> list[tuple[int, int]]:
        """Return where in the plain text each folded letter begins and ends.

        Marks and invisible signs behind a letter belong to it.
        """
        found: list[tuple[int, int]] = []
        for place, letter in enumerate(plain):
            size = len(self._folding[ord(letter)])
            if not size and found:
                found[-1] = (found[-1][0], place + 1)
            found += [(place, place + 1)] * size
        return found


def _front(key: str) -> int:
    return next(size for size in _FRONTS if size <= len(key))


def _kind(key: str) -> str:
    names = [unicodedata.name(letter, "") for letter in key]
    if any(name.startswith(_SPACELESS) for name in names):
        return "SPACELESS"
    return "JOINED" if any(name.startswith(_JOINED) for name in names) else "SPACED"


def _glued(neighbour: str, edge: str) -> bool:
    return neighbour.isalnum() and neighbour.isdecimal() == edge.isdecimal()
