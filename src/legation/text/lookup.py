"""Finds the registered text that a pasted text comes from: whole, in part, or with other words.

Registered texts are indexed by what they say two and five words at a time. A rare pair tells more
than a common one, so a pasted text goes to the texts that share its rarest pairs; there its words
are counted, each by its rarity, against the words that are not there. Formulas that half of a
register uses carry nothing, unless the whole text is alike. What was found is then laid beside the
pasted text word by word (`alignment`), so that no change can hide behind a score.

Where no blank parts words, characters take their place.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, repeat
from typing import Final, final

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.errors import BadInputError, ConflictError
from legation.text import whole_logs
from legation.text.alignment import UNSPACED, Alignment, align, is_unspaced
from legation.text.postings import Held, Postings
from legation.text.wording import wording

SHARE: Final = 450
"""Of 1000 words of a short text, so many must be the registered ones, the others taken off."""
ENOUGH: Final = 10
"""So many words in one stretch are enough in a text of any length."""
WHOLE: Final = 700
"""Of 1000 words of both texts; then even a formula is found."""

_RUN: Final = re.compile(f"[{UNSPACED}]+|[^\\W{UNSPACED}]+")
# Signs of Arabic vowels, and the line that lengthens a word: written or left out at will.
_AT_WILL: Final = re.compile("[\u0640\u064b-\u0652\u0670]")
_LONG: Final = 5
# Registered texts up to this length are also known by each word and its next but one.
_SHORT: Final = 30
_CANDIDATES: Final = 12
_RIVALS: Final = 4
_NEARLY: Final = 800
# What a word counts that is as rare as can be, and what is lost by one that is not there.
_ONE: Final = 1000
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93), np.uint64(32))

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A registered text that a pasted text comes from.

    Attributes:
        key: Under which it was added; of equal wordings the one that was added first.
        keys: All keys with this wording, in the order in which they were added.
        score: How sure it is: 1 for the same wording, else the share of words in common, above 0.
        coverage: Share of the pasted words that are the registered ones, in their order.
        registered_coverage: Share of the registered words that the pasted text has.
        rivals: Other registered texts that are nearly as near, up to a dozen or two; a form that is
            filled in again and again has some.
        alignment: Both texts side by side.
    """

    key: str
    keys: tuple[str, ...]
    score: float
    coverage: float
    registered_coverage: float
    rivals: int
    alignment: Alignment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A pasted text, made ready once for all that it is compared with.

    Attributes:
        ids: Its words' numbers.
        keys: Its pairs, each once, in order.
        held: Which texts have each of them.
        places: Where each stands first.
        pairs: Of each kind of pairs, those of the text.
    """

    ids: Keys
    keys: Keys
    held: Held
    places: Numbers
    pairs: tuple["_Pairs", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """The pairs of words that stand equally far from each other.

    Attributes:
        apart: How far.
        first: Where those stand of which both words are known.
        place: Their places among all pairs.
        rarity: How much each tells, in thousandths.
    """

    apart: int
    first: Numbers
    place: Numbers
    rarity: Numbers


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
        self._numbers: defaultdict[str, int] = defaultdict(count(1).__next__)
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
        near = self._near(asked)
        scored = [(score, n) for n, score in zip(near, self._scores(near, asked), strict=True)]
        best = max((score for score, _ in scored), default=0)
        if best <= 0:
            return None
        scored.sort(key=lambda one: (-one[0], self._texts[one[1]]))
        near = [n for score, n in scored if score * 1000 >= _NEARLY * best]
        laid = [
            (align(self._texts[number], plain), self._texts[number]) for number in near[:_RIVALS]
        ]
        alignment, nearest = min(laid, key=lambda one: (one[0].edited, -one[0].same, one[1]))
        return self._match(nearest, alignment, len(near) - 1) if alignment.same else None

    def _learn(self, plain: str) -> None:
        ids = self._ids(_spoken(plain), learn=True)
        pairs = np.unique(np.concatenate([keys for _, _, keys in _pairs(ids, _SHORT)]))
        self._texts.append(plain)
        self._sizes.append(len(ids))
        self._pairs.append(pairs)
        number = len(self._texts) - 1
        self._by_pair.add(number, pairs)
        self._by_run.add(number, np.unique(_runs(ids)))

    def _ids(self, spoken: Sequence[str], *, learn: bool) -> Keys:
        """Return each word's number; 0 for a word that no registered text has."""
        numbers = self._numbers
        of = map(numbers.__getitem__, spoken) if learn else map(numbers.get, spoken, repeat(0))
        return np.fromiter(of, np.uint64, len(spoken))

    def _asked(self, ids: Keys) -> _Asked:
        kinds = _pairs(ids, 2 * _SHORT)
        keys, places, place = np.unique(
            np.concatenate([keys for _, _, keys in kinds]), return_index=True, return_inverse=True
        )
        held = self._by_pair.held(keys)
        rarity = self._rarity(held.counts)
        pairs: list[_Pairs] = []
        at = 0
        for apart, first, own in kinds:
            of = place[at : at + len(own)]
            pairs.append(_Pairs(apart=apart, first=first, place=of, rarity=rarity[of]))
            at += len(own)
        if len(pairs) > 1:
            _level(pairs[0], pairs[1], len(ids))
        return _Asked(ids=ids, keys=keys, held=held, places=places, pairs=tuple(pairs))

    def _near(self, asked: _Asked) -> list[int]:
        """Return the texts that share the rarest runs, and those that share the rarest pairs."""
        runs, places = np.unique(_runs(asked.ids), return_index=True)
        near = set(self._by_run.nearest(self._by_run.held(runs), places, _CANDIDATES))
        near.update(self._by_pair.nearest(asked.held, asked.places, _CANDIDATES))
        return sorted(near)

    def _scores(self, numbers: Sequence[int], asked: _Asked) -> list[int]:
        """Return how much of a pasted text is each of these; 0 when too little is."""
        if not numbers:
            return []
        size, sizes = len(asked.ids), [len(self._pairs[number]) for number in numbers]
        keys = np.concatenate([self._pairs[number] for number in numbers])
        place = np.minimum(np.searchsorted(asked.keys, keys), len(asked.keys) - 1)
        shared = asked.keys[place] == keys
        here = np.zeros((len(numbers), len(asked.keys)), bool)
        here[np.repeat(np.arange(len(numbers)), sizes)[shared], place[shared]] = True
        gains = np.full((len(numbers), size), -_ONE, np.int64)
        for kind in asked.pairs:
            told = np.where(here[:, kind.place], kind.rarity, -_ONE)
            for at in (kind.first, kind.first + kind.apart):
                gains[:, at] = np.maximum(gains[:, at], told)
        stretches, hits = _best_stretches(gains), (gains >= 0).sum(axis=1)
        return [
            self._judged(int(stretches[row]), int(hits[row]), size, self._sizes[number])
            for row, number in enumerate(numbers)
        ]

    @staticmethod
    def _judged(best: int, hits: int, size: int, registered: int) -> int:
        if best >= min(ENOUGH * _ONE, SHARE * size):
            return best
        if hits * _ONE >= WHOLE * max(size, registered):
            return hits  # a formula: behind all that is found by rare words
        return 0

    def _rarity(self, have: Numbers) -> Numbers:
        """Return 1000 for keys of up to four texts, falling to 0 where one text in 40 has them.

        What a few texts share is their own: language versions, a correction. What one in 40
        has is a formula of the office, which others write too.
        """
        texts = len(self._texts)
        few, many = 4, max(12, texts // 40)
        logs = whole_logs.table(max(many, texts).bit_length())
        slope = (logs[many] - logs[have]) * _ONE // (logs[many] - logs[few])
        rarity: Numbers = np.clip(slope, 0, _ONE)
        return rarity

    def _match(self, plain: str, alignment: Alignment, rivals: int = 0) -> Match:
        keys = self._same[plain]
        same = alignment.same
        return Match(
            key=keys[0],
            keys=tuple(keys),
            score=2 * same / (alignment.registered + alignment.pasted),
            coverage=same / alignment.pasted,
            registered_coverage=same / alignment.registered,
            rivals=rivals,
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


def _pairs(ids: Keys, short: int) -> list[tuple[int, Numbers, Keys]]:
    """Return the pairs of known words, by how far the second is: 1, in short texts also 2.

    Args:
        ids: The words' numbers; a single word stands for a pair.
        short: Up to how many words a text is short.
    """
    if len(ids) == 1:
        return [(0, np.zeros(1, np.int64), _mixed(ids[:, None]))]
    found = []
    for apart in (1, 2) if len(ids) <= short else (1,):
        rows = np.stack([ids[:-apart], ids[apart:]], axis=1)
        first = np.flatnonzero((rows > 0).all(axis=1))
        found.append((apart, first, _mixed(rows[first])))
    return found


def _level(beside: _Pairs, skipping: _Pairs, size: int) -> None:
    """Let a pair that skips a word tell no more than what it skips.

    Only short texts have such pairs in the register, where they would all be rare.
    """
    told = np.full(size, _ONE, np.int64)
    told[beside.first] = beside.rarity
    at = skipping.first
    most = np.maximum(told[at], told[at + 1])
    np.minimum(skipping.rarity, most, out=skipping.rarity)


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


def _best_stretches(gains: Numbers) -> Numbers:
    """Return of each row the largest sum of neighbours (Kadane)."""
    sums = np.zeros((gains.shape[0], gains.shape[1] + 1), np.int64)
    np.cumsum(gains, axis=1, out=sums[:, 1:])
    best: Numbers = (sums - np.minimum.accumulate(sums, axis=1)).max(axis=1)
    return best
