"""Shingles: the runs of five characters that a text is made of, and how many two texts share.

Two texts are as alike as their sets of shingles: Jaccard's index, shared over all.
A shingle stands here as a 64-bit fingerprint, so that a million texts pass through
numpy in rows of equal length; two shingles of one comparison fall together by
accident about once in 10^14 comparisons. A text shorter than five characters is one
shingle: itself, filled up with NUL.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 5

# Numbers of one block: small enough for the processor's cache, measured best of 2^15..2^20.
_CELLS: Final = 1 << 17
_ROWS: Final = 4096
_FACTORS: Final = tuple(
    np.uint64(odd)
    for odd in (
        0x9E3779B97F4A7C15,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0xD6E8FEB86659FD93,
        0xA0761D6478BD642F,
    )
)
_SPREAD: Final = np.uint64(0xE7037ED1A0B428DB)
_HALF: Final = np.uint64(32)
_SIDE: Final = np.uint64(1)

Index = NDArray[np.int64]


def lengths(texts: Sequence[str]) -> Index:
    """Return each text's length in characters, at least that of one shingle."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    return np.maximum(sizes, WIDTH)


def blocks(sizes: Index) -> Iterator[Index]:
    """Yield all positions of `sizes`, equal sizes together, in blocks that fit the cache."""
    order = np.argsort(sizes, kind="stable")
    start = 0
    while start < len(order):
        rows = int(min(_ROWS, max(1, _CELLS // sizes[order[start]])))
        yield order[start : start + rows]
        start += rows


def fingerprints(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return the shingles' fingerprints of all texts, one after the other.

    Text i's begin where the texts before it end (see `lengths`); the four that reach
    over into the next text are there too and belong to nobody.
    """
    joined = "".join([text if len(text) >= WIDTH else text.ljust(WIDTH, "\0") for text in texts])
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    wide = points.astype(np.uint64)
    count = max(0, len(wide) - WIDTH + 1)
    sums = np.zeros(count, np.uint64)
    for offset, factor in enumerate(_FACTORS):
        sums += wide[offset : offset + count] * factor
    sums ^= sums >> _HALF
    sums *= _SPREAD
    return sums


def jaccard(texts: Sequence[str], left: Index, right: Index) -> NDArray[np.float64]:
    """Return how alike text `left[k]` and text `right[k]` are, for each k: 0 to 1.

    >>> [round(float(x), 2) for x in
    ...  jaccard(["abcdefg", "abcdefx", "abcdefg"], np.array([0, 0]), np.array([1, 2]))]
    [0.5, 1.0]
    """
    sizes = lengths(texts)
    alike = np.empty(len(left), np.float64)
    for block in blocks(sizes[left] + sizes[right]):
        alike[block] = _jaccard_block(texts, sizes, left[block], right[block])
    return alike


def _jaccard_block(
    texts: Sequence[str], sizes: Index, left: Index, right: Index
) -> NDArray[np.float64]:
    """Sort each pair's fingerprints in a row; the last bit says whose they are."""
    pairs = np.stack([left, right], axis=1).ravel()
    prints = fingerprints([texts[i] for i in pairs.tolist()])
    both = sizes[left] + sizes[right]
    mine = (sizes[left] - WIDTH + 1)[:, None]
    last = (both - 2 * (WIDTH - 1) - 1)[:, None]
    place = np.minimum(np.arange(last.max() + 1)[None, :], last)
    side = place >= mine
    begin = (np.cumsum(both) - both)[:, None]
    rows = prints[begin + place + (WIDTH - 1) * side]
    rows &= ~_SIDE
    rows |= side.astype(np.uint64)
    rows.sort(axis=1)
    step = rows[:, 1:] ^ rows[:, :-1]
    shared = (step == _SIDE).sum(axis=1)
    distinct = (step != 0).sum(axis=1) + 1
    alike: NDArray[np.float64] = shared / (distinct - shared)
    return alike
