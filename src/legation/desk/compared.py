"""Two posts word by word: which words the two share, and which were varied.

Operations vary the wording of one line so that no two posts are equal. Side by side,
with the varied words marked, a reader sees the line and the variation at a glance. The
comparison is of what is shown, so it is as harmless and as short as the excerpt.
"""

import difflib
import re
from typing import final

import msgspec

from legation.desk.plain import Excerpt, excerpt

_WORDS = re.compile(r"\s+|\S+")
_MOST = 400
_ALIKE = 0.3


@final
class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a shown text; `varied` where the other post has other words."""

    text: str
    varied: bool


@final
class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A text in pieces, and how many characters were left out of the page."""

    pieces: tuple[Piece, ...]
    left_out: int


def compared(a: str | None, b: str | None) -> tuple[Shown | None, Shown | None]:
    """Return both texts as they are shown, their varied words apart.

    Nothing is marked when the two have little in common, when one is missing, or when
    they are too long to compare: then marks would say nothing.
    """
    one, other = (None if text is None else excerpt(text) for text in (a, b))
    if one is None or other is None:
        return _whole(one), _whole(other)
    words, others = _WORDS.findall(one.text), _WORDS.findall(other.text)
    if max(len(words), len(others)) > _MOST:
        return _whole(one), _whole(other)
    steps = difflib.SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    common = [word for op, i, j, _, _ in steps if op == "equal" for word in words[i:j]]
    if 2 * _count(common) < _ALIKE * (_count(words) + _count(others)):
        return _whole(one), _whole(other)
    left = [Piece(text="".join(words[i:j]), varied=op != "equal") for op, i, j, _, _ in steps]
    right = [Piece(text="".join(others[i:j]), varied=op != "equal") for op, _, _, i, j in steps]
    return (
        Shown(pieces=_filled(left), left_out=one.left_out),
        Shown(pieces=_filled(right), left_out=other.left_out),
    )


def _whole(of: Excerpt | None) -> Shown | None:
    if of is None:
        return None
    return Shown(pieces=(Piece(text=of.text, varied=False),), left_out=of.left_out)


def _count(words: list[str]) -> int:
    return sum(not word.isspace() for word in words)


def _filled(pieces: list[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text)
