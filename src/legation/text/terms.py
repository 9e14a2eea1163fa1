"""The words that some posts use more than others do: what a campaign talks about.

Terms are ordered by the log-likelihood ratio G2 (Dunning 1993) of posts with and
without them, which rare words cannot win by accident. What is common in the
background is left out unless the foreground has it ten times as often, so no
language needs a list of stop-words; give a background of the same language. A word
counts once per post. Where no blank parts words, pairs of letters stand for them.

Posts of one author are not independent: somebody's own topic can fill twenty of them. So
a term needs several authors, and the interval of its ratio is that of clusters of posts.
"""

import math
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
# What two authors say is theirs: fewer than three accounts are no campaign either.
MIN_AUTHORS: Final = 3
MIN_G2: Final = 15.1  # chance of one word in ten thousand
MIN_RATIO: Final = 3.0
# A term of so many of the background's posts is common: the ratio must then be higher.
COMMON: Final = 0.01
MIN_RATIO_OF_COMMON: Final = 10.0
_COVERED: Final = 0.7
# Ends of a normal distribution that hold 95 %.
_Z: Final = 1.959964
# What sharing buttons, reposting programs and HTML write, in every language alike.
_FURNITURE: Final = frozenset({"via", "rt", "mt", "amp", "quot", "gt", "lt"})

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD: Final = re.compile(
    rf"[{_UNSPACED}]+|#?[^\W_{_UNSPACED}][\w{_UNSPACED}]*(?:['\u2019][\w{_UNSPACED}]+)*"
)
Counts = NDArray[np.float64]
Numbers = NDArray[np.int64]
_PARTED: Final = re.compile(rf"[{_UNSPACED}]")


class DistinctiveTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A term and how much it marks the foreground; all figures are of the same posts.

    Attributes:
        term: One word, or two that stand side by side.
        posts: Posts of the foreground, of those read, that have it.
        authors: Authors of these posts.
        background: Posts of the background, of those read, that have it.
        ratio: Share of foreground posts over share of background posts (half a post added).
        low: Lower end of its 95 % interval, with the posts of one author as one cluster.
        high: Upper end.
        g2: Log-likelihood ratio of the difference.
    """

    term: str
    posts: int
    authors: int
    background: int
    ratio: float
    low: float
    high: float
    g2: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Terms of some posts, counted once for many comparisons.

    Attributes:
        number: For each term its number.
        posts: For each number the posts that have the term.
        read: Posts read.
        seen: A number for each term of each post.
        by: The author of that post, numbered from 0.
        wrote: For each author the posts read.
    """

    number: Mapping[str, int]
    posts: Counts
    read: int
    seen: Numbers
    by: Numbers
    wrote: Numbers

    def spread(self, number: int) -> tuple[int, float]:
        """Return how many authors use a term, and the relative variance of its share.

        The variance is the larger of that of clusters (one an author) and that of single posts.
        """
        used = np.bincount(self.by[self.seen == number], minlength=len(self.wrote))
        count, authors = int(used.sum()), int((used > 0).sum())
        single = 1 / max(count, 0.5) - 1 / (self.read + 1)
        if not count:
            return 0, single
        size = len(self.wrote)
        if size < 2:  # noqa: PLR2004 -- of one author nothing tells how others differ
            return authors, math.inf
        # In whole numbers, so that the order of the authors changes nothing.
        beyond = used * self.read - count * self.wrote
        apart = int((beyond**2).sum()) / (count * self.read) ** 2
        return authors, max(single, apart * size / (size - 1))


def count_terms(texts: Sequence[str], authors: Sequence[int] | None = None) -> Counted:
    """Count, for each term, the posts that have it; at most `MAX_POSTS` are read.

    Args:
        texts: Normal forms.
        authors: Who wrote each, by number; None: each somebody else.
    """
    return _counted(texts, authors, {})


def find_terms(
    foreground: Sequence[str],
    background: Sequence[str] | Counted,
    *,
    authors: Sequence[int] | None = None,
    limit: int = 12,
) -> tuple[DistinctiveTerm, ...]:
    """Return the terms that mark the foreground, the most certain first.

    Of each side at most `MAX_POSTS` are read, evenly spaced. A word is left out when a
    pair with it, found before, already stands for most of its posts.

    Args:
        foreground: Normal forms.
        background: What others wrote, in the same language.
        authors: Who wrote each text of the foreground, by number; None: each somebody else.
        limit: Terms, at most.

    >>> [found.term for found in find_terms(["close the bridge"] * 9, ["the sun is up"] * 99)]
    ['bridge', 'close']
    """
    theirs = background if isinstance(background, Counted) else count_terms(background)
    ours = _counted(foreground, authors, dict(theirs.number))
    size = len(ours.number)
    if not ours.read or not size:
        return ()
    mine = ours.posts
    others = np.zeros(size)
    others[: len(theirs.posts)] = theirs.posts
    g2 = _log_likelihood(mine, others, ours.read, theirs.read)
    ratio = (mine / ours.read) / ((others + 0.5) / (theirs.read + 1))
    common = others >= np.maximum(1, COMMON * theirs.read)
    marked = ratio >= np.where(common, MIN_RATIO_OF_COMMON, MIN_RATIO)
    marked &= (mine >= max(MIN_POSTS, MIN_SHARE * ours.read)) & (g2 >= MIN_G2)
    terms = list(ours.number)
    places = sorted(
        np.flatnonzero(marked).tolist(), key=lambda i: (-round(float(g2[i]), 9), terms[i])
    )
    candidates = (
        _weighed(terms[i], i, ours, theirs, ratio=float(ratio[i]), g2=float(g2[i]))
        for i in places
        if not _FURNITURE.intersection(terms[i].split())
    )
    sure = (one for one in candidates if one.authors >= MIN_AUTHORS and one.low >= MIN_RATIO)
    return tuple(_without_repeats(sure, limit))


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


def _weighed(
    term: str, number: int, ours: Counted, theirs: Counted, *, ratio: float, g2: float
) -> DistinctiveTerm:
    """Return a term with the interval of its ratio (of logarithms, as shares are positive)."""
    authors, own = ours.spread(number)
    wide = math.exp(min(_Z * math.sqrt(own + theirs.spread(number)[1]), 700))
    background = int(theirs.posts[number]) if number < len(theirs.posts) else 0
    return DistinctiveTerm(
        term=term,
        posts=int(ours.posts[number]),
        authors=authors,
        background=background,
        ratio=ratio,
        low=ratio / wide,
        high=ratio * wide,
        g2=g2,
    )


def _sample(count: int) -> Sequence[int]:
    """Take evenly spaced places, so that the same texts give the same sample."""
    if count <= MAX_POSTS:
        return range(count)
    return [i * count // MAX_POSTS for i in range(MAX_POSTS)]


def _counted(
    texts: Sequence[str], authors: Sequence[int] | None, number: dict[str, int]
) -> Counted:
    """Number the terms, and list each text's distinct ones with who wrote it."""
    chosen = _sample(len(texts))
    known = np.asarray(chosen if authors is None else [authors[i] for i in chosen], np.int64)
    _, by = np.unique(known, return_inverse=True)
    seen: list[int] = []
    held = np.zeros(len(chosen), np.int64)
    for place, at in enumerate(chosen):
        single = words(texts[at])
        terms = {*single, *map(" ".join, pairwise(single))}
        seen += [number.setdefault(term, len(number)) for term in terms]
        held[place] = len(terms)
    numbers = np.array(seen, np.int64)
    return Counted(
        number=number,
        posts=np.bincount(numbers, minlength=len(number)).astype(float),
        read=len(chosen),
        seen=numbers,
        by=np.repeat(by, held),
        wrote=np.bincount(by),
    )


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
