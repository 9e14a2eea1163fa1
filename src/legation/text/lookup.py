"""Finds the registered text that a pasted text comes from: whole, in part, or with other words.

Registered texts are indexed by what they say two and five words at a time. A rare pair tells more
than a common one, so a pasted text goes to the texts that share its rarest pairs; there its words
are counted, each by its rarity, against the words that are not there. Formulas that half of a
register uses carry nothing, unless the whole text is alike. What was found is then laid beside the
pasted text word by word (`alignment`), so that no change can hide behind a score.

Where no blank parts words, characters take their place.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.errors import BadInputError, ConflictError
from legation.text.alignment import UNSPACED, Alignment, align, is_unspaced
from legation.text.postings import Postings
from legation.text.wording import wording

SHARE: Final = 0.45
"""Of a short text's words, so many must be the registered ones, after the others are taken off."""
ENOUGH: Final = 10.0
"""So many words in one stretch are enough in a text of any length."""
WHOLE: Final = 0.7
"""Of both texts' words; then even a formula is found."""

_RUN: Final = re.compile(f"[{UNSPACED}]+|[^\\W{UNSPACED}]+")
# Signs of Arabic vowels, and the line that lengthens a word: written or left out at will.
_AT_WILL: Final = re.compile("[\u0640\u064b-\u0652\u0670]")
_LONG: Final = 5
# Registered texts up to this length are also known by each word and its next but one.
_SHORT: Final = 30
_CANDIDATES: Final = 12
_MISS: Final = -1.0
_RIVALS: Final = 4
_NEARLY: Final = 0.8
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93), np.uint64(32))

Keys = NDArray[np.uint64]
Weights = NDArray[np.float64]


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A registered text that a pasted text comes from.

    Attributes:
        key: Under which it was added; of equal wordings the one that was added first.
        keys: All keys with this wording, in the order in which they were added.
        score: How sure it is: 1 for the same wording, else the share of words in common, above 0.
        coverage: Share of the pasted words that are the registered ones, in their order.
        registered_coverage: Share of the registered words that the pasted text has.
        alignment: Both texts side by side.
    """

    key: str
    keys: tuple[str, ...]
    score: float
    coverage: float
    registered_coverage: float
    alignment: Alignment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A pasted text, made ready once for all that it is compared with.

    Attributes:
        ids: Its words' numbers.
        keys: Its pairs, each once, in order.
        counts: How many texts have each of them.
        place: For each pair in the text its place in `keys`.
        first: Where its first word stands.
        second: Where its second word stands.
        rarity: How much it tells, 0 to 1.
    """

    ids: Keys
    keys: Keys
    counts: NDArray[np.int64]
    place: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    rarity: Weights


@final
class Index:
    """Registered texts, by what they say. Texts are added, never taken away."""

    def __init__(self) -> None:
        """Begin with none."""
        self._same: dict[str, list[str]] = {}
        self._wording: dict[str, str] = {}
        self._texts: list[str] = []
        self._sizes: list[int] = []
        self._pairs: list[Keys] = []
        self._numbers: dict[str, int] = {}
        self._by_pair, self._by_run = Postings(), Postings()

    def __len__(self) -> int:
        """Return how many keys were added."""
        return len(self._wording)

    def add(self, key: str, text: str) -> None:
        """Register a text.

        Args:
            key: By what it is found again, such as number and language.
            text: As it was issued.

        Raises:
            BadInputError: The text has no words.
            ConflictError: The key stands for another wording already.
        """
        plain = wording(text)
        if not plain:
            raise BadInputError(
                "a text without words cannot be looked up", place=key[:60], hint="leave it out"
            )
        if self._wording.setdefault(key, plain) != plain:
            raise ConflictError(
                f"{key!r:.60} is the key of another text", hint="give each version its own key"
            )
        known = self._same.setdefault(plain, [])
        if key in known:
            return
        known.append(key)
        if len(known) == 1:
            self._learn(plain)

    def find(self, text: str) -> Match | None:
        """Return the registered text that is nearest to a pasted one; None when none is near.

        Args:
            text: As it was pasted.
        """
        plain = wording(text)
        if plain in self._same:
            return self._match(plain, align(plain, plain))
        ids = self._ids(_spoken(plain), learn=False)
        if not ids.any():
            return None
        asked = self._asked(ids)
        scored = [(self._score(number, asked), number) for number in self._near(asked)]
        best = max((score for score, _ in scored), default=0.0)
        if best <= 0:
            return None
        scored.sort(key=lambda one: (-one[0], self._texts[one[1]]))
        rivals = [n for score, n in scored[:_RIVALS] if score >= _NEARLY * best]
        laid = [(align(self._texts[number], plain), self._texts[number]) for number in rivals]
        alignment, nearest = min(laid, key=lambda one: (one[0].edited, -one[0].same, one[1]))
        return self._match(nearest, alignment) if alignment.same else None

    def _learn(self, plain: str) -> None:
        ids = self._ids(_spoken(plain), learn=True)
        pairs = np.unique(_pairs(ids, skip=len(ids) <= _SHORT)[0])
        self._texts.append(plain)
        self._sizes.append(len(ids))
        self._pairs.append(pairs)
        number = len(self._texts) - 1
        self._by_pair.add(number, pairs)
        self._by_run.add(number, np.unique(_runs(ids)))

    def _ids(self, spoken: Sequence[str], *, learn: bool) -> Keys:
        """Return each word's number; 0 for a word that no registered text has."""
        numbers = self._numbers
        if learn:
            for word in spoken:
                numbers.setdefault(word, len(numbers) + 1)
        return np.fromiter((numbers.get(word, 0) for word in spoken), np.uint64, len(spoken))

    def _asked(self, ids: Keys) -> _Asked:
        keys, (first, second) = _pairs(ids, skip=len(ids) <= 2 * _SHORT)
        single, place = np.unique(keys, return_inverse=True)
        counts = self._by_pair.counts(single)
        rarity = self._rarity(counts)[place]
        # Only short texts have pairs that skip a word: such a pair is as common as what it skips.
        beside = np.ones(len(ids))
        beside[first[second == first + 1]] = rarity[second == first + 1]
        skips = second == first + 2
        at = first[skips]
        rarity[skips] = np.minimum(rarity[skips], np.maximum(beside[at], beside[at + 1]))
        return _Asked(
            ids=ids,
            keys=single,
            counts=counts,
            place=place,
            first=first,
            second=second,
            rarity=rarity,
        )

    def _near(self, asked: _Asked) -> list[int]:
        """Return the texts that share the rarest runs, and those that share the rarest pairs."""
        runs = np.unique(_runs(asked.ids))
        near = set(self._by_run.nearest(runs, self._by_run.counts(runs), _CANDIDATES))
        near.update(self._by_pair.nearest(asked.keys, asked.counts, _CANDIDATES))
        return sorted(near)

    def _score(self, number: int, asked: _Asked) -> float:
        """Return how much of a pasted text is this registered one; 0 when too little is."""
        size = len(asked.ids)
        here = _contains(self._pairs[number], asked.keys)[asked.place]
        gains = np.full(size, _MISS)
        for side in (asked.first, asked.second):
            np.maximum.at(gains, side[here], asked.rarity[here])
        best = _best_stretch(gains)
        if best >= min(ENOUGH, SHARE * size):
            return best
        hits = int((gains >= 0).sum())
        if hits >= WHOLE * size and hits >= WHOLE * self._sizes[number]:
            return hits / 1000  # a formula: behind all that is found by rare words
        return 0.0

    def _rarity(self, have: NDArray[np.int64]) -> Weights:
        """Return 1 for keys of few texts, falling to 0 for those that a quarter of them has."""
        count = len(self._texts)
        few, many = max(4, count / 200), max(12, count / 4)
        slope: Weights = np.log(many / np.maximum(have, 1)) / math.log(many / few)
        return np.clip(slope, 0.0, 1.0)

    def _match(self, plain: str, alignment: Alignment) -> Match:
        keys = self._same[plain]
        same = alignment.same
        return Match(
            key=keys[0],
            keys=tuple(keys),
            score=2 * same / (alignment.registered + alignment.pasted),
            coverage=same / alignment.pasted,
            registered_coverage=same / alignment.registered,
            alignment=alignment,
        )


def _spoken(plain: str) -> list[str]:
    """Return a text's words as they are looked up: lower case, without marks and vowel signs."""
    folded = plain.lower()
    if not folded.isascii():
        folded = _AT_WILL.sub("", unicodedata.normalize("NFKC", folded))
    runs = _RUN.findall(folded)
    if folded.isascii():
        return runs
    return [word for run in runs for word in (run if is_unspaced(run) else (run,))]


def _pairs(ids: Keys, *, skip: bool) -> tuple[Keys, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return a key for each two words that follow, or nearly follow, and both their places."""
    if len(ids) == 1:
        alone = np.zeros(1, np.int64)
        return _mixed(ids[:, None]), (alone, alone)
    places = np.arange(len(ids))
    first, second = places[:-1], places[1:]
    if skip:
        first, second = np.concatenate([first, places[:-2]]), np.concatenate([second, places[2:]])
    known = (ids[first] > 0) & (ids[second] > 0)
    first, second = first[known], second[known]
    return _mixed(np.stack([ids[first], ids[second]], axis=1)), (first, second)


def _runs(ids: Keys) -> Keys:
    """Return a key for each five words that follow each other and are all known."""
    if len(ids) < _LONG:
        return np.empty(0, np.uint64)
    rows = np.lib.stride_tricks.sliding_window_view(ids, _LONG)
    return _mixed(rows[(rows > 0).all(axis=1)])


def _mixed(rows: Keys) -> Keys:
    """Return one number for each row; two rows fall together once in 10^19 comparisons."""
    factor, spread, half = _MIX
    keys = np.full(len(rows), rows.shape[1], np.uint64)
    for column in range(rows.shape[1]):
        keys = (keys ^ (keys >> half)) * factor + rows[:, column] * spread
    mixed: Keys = (keys ^ (keys >> half)) * factor
    return mixed


def _contains(ordered: Keys, keys: Keys) -> NDArray[np.bool_]:
    if not len(ordered):
        return np.zeros(len(keys), bool)
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    inside: NDArray[np.bool_] = ordered[place] == keys
    return inside


def _best_stretch(gains: Weights) -> float:
    """Return the largest sum of neighbours (Kadane)."""
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    return float((sums - np.minimum.accumulate(sums)).max())
