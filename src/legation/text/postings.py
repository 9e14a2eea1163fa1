"""Which texts hold a key: lists as sorted arrays, which grow while they are asked.

Keys are 64-bit fingerprints of words that follow each other. New texts stand in a small array
until they are a fair share of the large one; then both are merged, so a text is moved a few times
however many come after it.
"""

from typing import Final, final

import numpy as np
from numpy.typing import NDArray

_LEAST: Final = 4096
# Entries that one question reads at most, those of the rarest keys first.
_MOST: Final = 50_000

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]


@final
class Postings:
    """Numbers of texts by key."""

    def __init__(self) -> None:
        """Begin with none."""
        self._new: list[tuple[int, Keys]] = []
        # Sorted by key, then text; each at least twice as long as the next.
        self._parts: list[tuple[Keys, Numbers]] = []
        self._texts = 0

    def add(self, text: int, keys: Keys) -> None:
        """Tie a text to its keys.

        Args:
            text: Its number; those of other calls are smaller.
            keys: Each once.
        """
        self._new.append((text, keys))
        self._texts = text + 1

    def counts(self, keys: Keys) -> Numbers:
        """Return how many texts have each key."""
        self._settle()
        total = np.zeros(len(keys), np.int64)
        for held, _ in self._parts:
            total += np.searchsorted(held, keys, "right") - np.searchsorted(held, keys, "left")
        return total

    def nearest(self, keys: Keys, counts: Numbers, limit: int) -> list[int]:
        """Return the texts that share the rarest of some keys, the nearest first.

        Args:
            keys: Of the text that is asked about, each once.
            counts: What `counts` gave for them.
            limit: How many texts are wanted.
        """
        order = np.argsort(counts, kind="stable")
        order = order[counts[order] > 0]
        if not len(order):
            return []
        read = np.cumsum(counts[order])
        order = order[: max(1, int(np.searchsorted(read, _MOST, "right")))]
        weights = np.log1p(self._texts / counts[order])
        texts, gains = self._gathered(keys[order], weights)
        sums = np.round(np.bincount(texts, gains), 6)
        found = np.flatnonzero(sums)
        if len(found) > limit:
            least = np.partition(sums[found], -limit)[-limit]
            found = found[sums[found] >= least]
        best = np.lexsort((found, -sums[found]))[:limit]
        return [int(one) for one in found[best]]

    def _gathered(self, keys: Keys, weights: NDArray[np.float64]) -> tuple[Numbers, Numbers]:
        texts, gains = [], []
        for held, numbers in self._parts:
            left = np.searchsorted(held, keys, "left")
            sizes = np.searchsorted(held, keys, "right") - left
            begin = np.repeat(left - (np.cumsum(sizes) - sizes), sizes)
            texts.append(numbers[begin + np.arange(len(begin))])
            gains.append(np.repeat(weights, sizes))
        return np.concatenate(texts), np.concatenate(gains)

    def _settle(self) -> None:
        """Sort what is new, and merge parts that have become as long as those before them."""
        if not self._new:
            return
        keys = np.concatenate([keys for _, keys in self._new])
        sizes = np.array([len(keys) for _, keys in self._new])
        texts = np.repeat(np.array([text for text, _ in self._new], np.int64), sizes)
        self._new = []
        while self._parts and len(self._parts[-1][0]) < max(2 * len(keys), _LEAST):
            before, numbers = self._parts.pop()
            keys, texts = np.concatenate([before, keys]), np.concatenate([numbers, texts])
        order = np.argsort(keys, kind="stable")
        self._parts.append((keys[order], texts[order]))
