"""MinHash: which texts may be near-duplicates, without comparing all with all.

Of each text 80 minima are kept, one for each of 80 orders of all shingles (Broder
1997). The chance that two texts have the same minimum is their Jaccard index; four
together make a band, and who shares one of 20 bands is a candidate: at index 0.8
with chance 1 - 3e-5. Inside a band each text is tied to the bucket's first and to
its neighbour, so a bucket of any size costs two ties a text and needs no ceiling.
numpy alone: the rows of one block have nearly one length, which lets its minimum
run at the processor's vector speed (decision record 0006).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from legation.text.shingles import WIDTH, Index, blocks, fingerprints, lengths

BANDS: Final = 20
ROWS: Final = 4

_SEED: Final = 0x1E6A7104
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
# From this many shingles on, rows lie along memory: measured, columns cost more than they save.
_LONG: Final = 1024

Words = NDArray[np.uint32]
Ties = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Pairs worth a comparison.

    Attributes:
        left: Positions in the texts.
        right: Positions in the texts; a pair is named once.
        order: All positions in an order that follows from the texts alone.
        largest_bucket: Texts in the largest bucket of any band.
    """

    left: Index
    right: Index
    order: Index
    largest_bucket: int


def find_candidates(texts: Sequence[str]) -> Candidates:
    """Return the pairs of texts that share a band, star and next ties only."""
    if not texts:
        none = np.empty(0, np.int64)
        return Candidates(left=none, right=none, order=none, largest_bucket=0)
    keys, first = _band_keys(texts)
    order = _order_of_content(texts, first)
    ties, largest = _tie_buckets(keys[:, order])
    return Candidates(
        left=order[(ties >> _HALF).astype(np.int64)],
        right=order[(ties & _LOW).astype(np.int64)],
        order=order,
        largest_bucket=largest,
    )


def _band_keys(texts: Sequence[str]) -> tuple[Words, Words]:
    """Return a key for each band and text, and each text's first minimum."""
    random = np.random.default_rng(_SEED)
    masks = random.integers(0, 1 << 32, BANDS * ROWS, dtype=np.uint32)
    factors = random.integers(0, 1 << 32, BANDS * ROWS, dtype=np.uint32) | np.uint32(1)
    sizes = lengths(texts)
    keys = np.empty((BANDS, len(texts)), np.uint32)
    first = np.empty(len(texts), np.uint32)
    for block in blocks(sizes):
        rows = _shingle_rows([texts[i] for i in block.tolist()], sizes[block])
        minima = _minima(rows, masks, factors)
        keys[:, block] = _fold(minima.reshape(BANDS, ROWS, -1))
        first[block] = minima[0]
    return keys, first


def _shingle_rows(texts: Sequence[str], sizes: Index) -> Words:
    """Return one column of fingerprints for each text; the last is repeated to equal length."""
    prints = (fingerprints(texts) >> _HALF).astype(np.uint32)
    last = (sizes - WIDTH)[None, :]
    begin = (np.cumsum(sizes) - sizes)[None, :]
    columns: Words = prints[begin + np.minimum(np.arange(last.max() + 1)[:, None], last)]
    return columns


def _minima(columns: Words, masks: Words, factors: Words) -> Words:
    """Return, for each order of shingles and text, the smallest."""
    axis = 1 if len(columns) >= _LONG else 0
    table = np.ascontiguousarray(columns.T) if axis else columns
    shuffled = np.empty_like(table)
    minima = np.empty((len(masks), columns.shape[1]), np.uint32)
    for order, (mask, factor) in enumerate(zip(masks, factors, strict=True)):
        np.bitwise_xor(table, mask, out=shuffled)
        np.multiply(shuffled, factor, out=shuffled)
        np.minimum.reduce(shuffled, axis=axis, out=minima[order])
    return minima


def _fold(bands: Words) -> Words:
    """Mix the minima of each band into one word."""
    keys = bands[:, 0].copy()
    for row in range(1, bands.shape[1]):
        keys ^= keys >> np.uint32(15)
        keys *= np.uint32(2246822519)
        keys += bands[:, row]
    keys ^= keys >> np.uint32(13)
    keys *= np.uint32(3266489917)
    keys ^= keys >> np.uint32(16)
    return keys


def _order_of_content(texts: Sequence[str], first: Words) -> Index:
    """Order the texts by what they say: texts with the same first minimum are neighbours."""
    sums = (zlib.crc32(text.encode("utf-8", "surrogatepass")) for text in texts)
    content = np.fromiter(sums, np.uint64, len(texts))
    return np.argsort((first.astype(np.uint64) << _HALF) | content, kind="stable")


def _tie_buckets(keys: Words) -> tuple[Ties, int]:
    """Return the distinct ties of all bands (two 32-bit positions in one word)."""
    found: list[Ties] = []
    pending = largest = 0
    for band in keys:
        ties, bucket = _tie_band(band)
        found.append(ties)
        pending += len(ties)
        largest = max(largest, bucket)
        if pending > 2 * len(band):
            found = [_distinct(np.concatenate(found))]
            pending = 0
    return _distinct(np.concatenate(found)), largest


def _tie_band(keys: Words) -> tuple[Ties, int]:
    """Tie each text to the first of its bucket and to the one before it."""
    places = np.arange(len(keys))
    sorted_keys = np.sort((keys.astype(np.uint64) << _HALF) | places.astype(np.uint64))
    texts = sorted_keys & _LOW
    bucket = sorted_keys >> _HALF
    follows = np.zeros(len(keys), bool)
    follows[1:] = bucket[1:] == bucket[:-1]
    begin = np.maximum.accumulate(np.where(follows, 0, places))
    tied = np.flatnonzero(follows)
    star = (texts[begin[tied]] << _HALF) | texts[tied]
    following = (texts[tied - 1] << _HALF) | texts[tied]
    return _distinct(np.concatenate([star, following])), int((places - begin).max()) + 1


def _distinct(ties: Ties) -> Ties:
    """Sort and thin: `np.unique` hashes, and such words fall into few of its slots."""
    ties = np.sort(ties)
    kept = np.ones(len(ties), bool)
    kept[1:] = ties[1:] != ties[:-1]
    return ties[kept]
