"""The words that some posts use more than others do: what a campaign talks about.

Terms are ordered by the log-likelihood ratio G2 (Dunning 1993) of posts with and
without them, which rare words cannot win by accident. What is common in the
background is left out unless the foreground has it ten times as often, so no
language needs a list of stop-words; give a background of the same languages. A word
counts once per post. Where no blank parts words, pairs of letters stand for them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

MAX_POSTS: Final = 10_000
MIN_POSTS: Final = 3
# A word in fewer of its posts says nothing of what a campaign is about, however sure it is.
MIN_SHARE: Final = 0.01
MIN_G2: Final = 15.1  # chance of one word in ten thousand
MIN_RATIO: Final = 3.0
# A term of so many of the background's posts is common: the ratio must then be higher.
COMMON: Final = 0.01
MIN_RATIO_OF_COMMON: Final = 10.0
_COVERED: Final = 0.7

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD: Final = re.compile(rf"[{_UNSPACED}]+|#?[^\W_{_UNSPACED}][\w'\u2019{_UNSPACED}]*")
Counts = NDArray[np.float64]
_PARTED: Final = re.compile(rf"[{_UNSPACED}]")


class DistinctiveTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A term and how much it marks the foreground.

    Attributes:
        term: One word, or two that stand side by side.
        posts: Posts of the foreground, of those read, that have it.
        background: Posts of the background, of those read, that have it.
        ratio: Share of foreground posts over share of background posts (half a post added).
        g2: Log-likelihood ratio of the difference.
    """

    term: str
    posts: int
    background: int
    ratio: float
    g2: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Terms of some posts, counted once for many comparisons.

    Attributes:
        number: For each term its number.
        posts: For each number the posts that have the term.
        read: Posts read.
    """

    number: Mapping[str, int]
    posts: Counts
    read: int


def count_terms(texts: Sequence[str]) -> Counted:
    """Count, for each term, the posts that have it; at most `MAX_POSTS` are read."""
    sample, number = _sample(texts), dict[str, int]()
    seen = _count(sample, number)
    return Counted(number, np.bincount(seen, minlength=len(number)).astype(float), len(sample))


def find_terms(
    foreground: Sequence[str], background: Sequence[str] | Counted, *, limit: int = 12
) -> tuple[DistinctiveTerm, ...]:
    """Return the terms that mark the foreground, the most certain first.

    Of each side at most `MAX_POSTS` are read, evenly spaced. A word is left out when a
    pair with it, found before, already stands for most of its posts.

    >>> [found.term for found in find_terms(["close the bridge"] * 9, ["the sun is up"] * 99)]
    ['bridge', 'close']
    """
    theirs = background if isinstance(background, Counted) else count_terms(background)
    ours, number = _sample(foreground), dict(theirs.number)
    here = _count(ours, number)
    size = len(number)
    if not ours or not size:
        return ()
    mine = np.bincount(here, minlength=size).astype(float)
    others = np.zeros(size)
    others[: len(theirs.posts)] = theirs.posts
    g2 = _log_likelihood(mine, others, len(ours), theirs.read)
    ratio = (mine / len(ours)) / ((others + 0.5) / (theirs.read + 1))
    common = others >= np.maximum(1, COMMON * theirs.read)
    marked = ratio >= np.where(common, MIN_RATIO_OF_COMMON, MIN_RATIO)
    marked &= (mine >= max(MIN_POSTS, MIN_SHARE * len(ours))) & (g2 >= MIN_G2)
    terms = list(number)
    places = sorted(
        np.flatnonzero(marked).tolist(), key=lambda i: (-round(float(g2[i]), 9), terms[i])
    )
    candidates = (
        DistinctiveTerm(
            term=terms[i],
            posts=int(mine[i]),
            background=int(others[i]),
            ratio=float(ratio[i]),
            g2=float(g2[i]),
        )
        for i in places
    )
    return tuple(_without_repeats(candidates, limit))


def posts_with(terms: Sequence[str], texts: Sequence[str]) -> list[int]:
    """Return for each term how many of the texts have it; all of them are read.

    >>> posts_with(["bridge", "the bridge"], ["close the bridge", "a bridge", "bridges"])
    [2, 1]
    """
    number = {term: place for place, term in enumerate(terms)}
    seen = [place for place in _count(texts, dict(number)) if place < len(number)] if terms else []
    posts: list[int] = np.bincount(np.array(seen, np.int64), minlength=len(terms)).tolist()
    return posts


def words(text: str) -> list[str]:
    """Return the words of a normal form; unspaced scripts give pairs of letters.

    >>> words("peace talks: 和平会谈")
    ['peace', 'talks', '和平', '平会', '会谈']
    """
    found: list[str] = []
    for word in _WORD.findall(text):
        if len(word) > 1 and _PARTED.match(word):
            found += [one + other for one, other in pairwise(word)]
        else:
            found.append(word)
    return found


def _sample(texts: Sequence[str]) -> Sequence[str]:
    """Take evenly spaced texts, so that the same texts give the same sample."""
    if len(texts) <= MAX_POSTS:
        return texts
    return [texts[i * len(texts) // MAX_POSTS] for i in range(MAX_POSTS)]


def _count(texts: Iterable[str], number: dict[str, int]) -> list[int]:
    """Number the terms, and list each text's distinct ones."""
    seen: list[int] = []
    for text in texts:
        single = words(text)
        terms = {*single, *map(" ".join, pairwise(single))}
        seen += [number.setdefault(term, len(number)) for term in terms]
    return seen


def _log_likelihood(mine: Counts, others: Counts, ours: int, theirs: int) -> Counts:
    """Compare, term by term, the posts with it and without it on both sides."""
    share = (mine + others) / (ours + theirs)
    total = np.zeros(len(share))
    for count, posts in ((mine, ours), (others, theirs)):
        total += _weighted_log(count, share * posts)
        total += _weighted_log(posts - count, (1 - share) * posts)
    return 2 * total


def _weighted_log(observed: Counts, expected: Counts) -> Counts:
    quotient = np.divide(observed, expected, where=observed > 0, out=np.ones(len(observed)))
    terms: Counts = observed * np.log(quotient)
    return terms


def _without_repeats(
    candidates: Iterable[DistinctiveTerm], limit: int
) -> Iterator[DistinctiveTerm]:
    kept: list[DistinctiveTerm] = []
    for candidate in candidates:
        if len(kept) == limit:
            return
        if not any(_repeats(candidate, before) for before in kept):
            kept.append(candidate)
            yield candidate


def _repeats(later: DistinctiveTerm, before: DistinctiveTerm) -> bool:
    """Tell whether one contains the other and both stand in much the same posts."""
    inside = f" {later.term} " in f" {before.term} " or f" {before.term} " in f" {later.term} "
    fewer, more = sorted((later.posts, before.posts))
    return inside and fewer >= _COVERED * more
