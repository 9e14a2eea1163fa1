"""Which texts hold a key: lists as sorted arrays, which grow while they are asked.

Keys are 64-bit fingerprints of words that follow each other. New texts stand in a small array
until they are a fair share of the large one; then both are merged, so a text is moved a few times
however many come after it.
"""

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from legation.text import whole_logs

_LEAST: Final = 4096
# Entries that one question reads at most, those of the rarest keys first.
_MOST: Final = 50_000

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is known of some keys.

    Attributes:
        counts: How many texts have each.
        runs: For each part of the lists, where the texts of each key begin, and how many they are.
    """

    counts: Numbers
    runs: tuple[tuple[Numbers, Numbers], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Sorted lists.

    Attributes:
        keys: Each once, sorted.
        ends: Where the texts of each key begin, and, last, how many entries there are.
        texts: The texts of one key after those of another.
    """

    keys: Keys
    ends: Numbers
    texts: Numbers


@final
class Postings:
    """Numbers of texts by key."""

    def __init__(self) -> None:
        """Begin with none."""
        self._new: list[tuple[int, Keys]] = []
        # Each at least twice as long as the next.
        self._parts: list[_Part] = []
        self._texts = 0

    def add(self, text: int, keys: Keys) -> None:
        """Tie a text to its keys.

        Args:
            text: Its number; those of other calls are smaller.
            keys: Each once.
        """
        self._new.append((text, keys))
        self._texts = text + 1

    def held(self, keys: Keys) -> Held:
        """Return which texts have each key.

        Args:
            keys: Sorted is fastest.
        """
        self._settle()
        runs = []
        for part in self._parts:
            place = np.minimum(np.searchsorted(part.keys, keys), len(part.keys) - 1)
            begin = part.ends[place]
            sizes = np.where(part.keys[place] == keys, part.ends[place + 1] - begin, 0)
            runs.append((begin, sizes))
        counts = np.zeros(len(keys), np.int64)
        for _, sizes in runs:
            counts += sizes
        return Held(counts=counts, runs=tuple(runs))

    def nearest(self, held: Held, places: Numbers, limit: int) -> list[int]:
        """Return the texts that share the rarest of some keys, the nearest first.

        Args:
            held: What `held` gave for the keys; each stood there once.
            places: Where each stands in the text that is asked about; of equally rare keys the
                first are read first.
            limit: How many texts are wanted.
        """
        order = np.lexsort((places, held.counts))
        order = order[np.searchsorted(held.counts[order], 1) :]
        if not len(order):
            return []
        counts = held.counts[order]
        kept = max(1, int(np.searchsorted(np.cumsum(counts), _MOST, "right")))
        order, counts = order[:kept], counts[:kept]
        logs = whole_logs.table((2 * self._texts).bit_length())
        texts, gains = self._gathered(held, order, logs[self._texts + counts] - logs[counts])
        # Whole numbers below 2^53: the sums are exact.
        sums = np.bincount(texts, gains)
        found = np.flatnonzero(sums)
        if len(found) > limit:
            least = np.partition(sums[found], -limit)[-limit]
            found = found[sums[found] >= least]
        best = np.lexsort((found, -sums[found]))[:limit]
        return [int(one) for one in found[best]]

    def _gathered(self, held: Held, order: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
        texts, gains = [], []
        for part, (begin, sizes) in zip(self._parts, held.runs, strict=True):
            of = sizes[order]
            first = np.repeat(begin[order] - (np.cumsum(of) - of), of)
            texts.append(part.texts[first + np.arange(len(first))])
            gains.append(np.repeat(weights, of))
        return np.concatenate(texts), np.concatenate(gains)

    def _settle(self) -> None:
        """Sort what is new, and merge parts that have become as long as those before them."""
        if not self._new:
            return
        keys = np.concatenate([keys for _, keys in self._new])
        sizes = np.array([len(keys) for _, keys in self._new])
        texts = np.repeat(np.array([text for text, _ in self._new], np.int64), sizes)
        self._new = []
        while self._parts and len(self._parts[-1].texts) < max(2 * len(keys), _LEAST):
            part = self._parts.pop()
            before = np.repeat(part.keys, np.diff(part.ends))
            keys, texts = np.concatenate([before, keys]), np.concatenate([part.texts, texts])
        if len(keys):
            self._parts.append(_sorted(keys, texts))


def _sorted(keys: Keys, texts: Numbers) -> _Part:
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return _Part(keys=keys[begins], ends=np.append(begins, len(keys)), texts=texts[order])
