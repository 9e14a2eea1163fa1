"""Which hypothesis has least against it, what tells them apart, and what the answer hangs on.

Heuer's rule: what fits proves little, since it may fit all; so hypotheses are ranked by what speaks
against them. Each inconsistent cell counts 1 or 2 times what its item weighs. What speaks against
all alike tells nothing between them, so the part that all share is taken off. A weight may
have an interval, and a cell that nobody weighed may hold anything from 0 to 2, so a score is an
interval; a leader is named only if its interval lies below all others. All sums are of
whole hundredths, and dropping an item takes its share off: each cell is read once.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from legation.safeguards.cases.attribution.grades import WHOLE, Weight, weight_of
from legation.safeguards.cases.attribution.matrix import FITS, Cell, Matrix, MatrixLine
from legation.safeguards.cases.attribution.rows import folded

MOST_AGAINST: Final = 2
Telling = Literal["tells nothing", "tells little", "tells", "tells much", "cannot tell"]
# By how far apart the best and the worst fit of an item lie.
_TELLING: Final[tuple[Telling, ...]] = (
    "tells nothing",
    "tells little",
    "tells",
    "tells much",
    "tells much",
)
NOTHING_WEIGHED: Final = "cannot tell: nothing was weighed"
OVERLAP: Final = "cannot tell: the intervals of the first hypotheses overlap"
# Low, middle and high; then low and high were all weights the same.
_Share = tuple[int, int, int, int, int]
_NONE: Final[_Share] = (0, 0, 0, 0, 0)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks against a hypothesis, and no other alike; less is better.

    Attributes:
        against: Numbers of the items that speak against it.
        unweighed: How many of its cells nobody weighed; each widens the interval.
    """

    hypothesis: str
    low: float
    mid: float
    high: float
    against: tuple[int, ...]
    unweighed: int


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """How much an item tells the hypotheses apart.

    Attributes:
        low: How far apart its best and its worst fit lie, from 0 to 4.
        high: How far they may lie, once the cells are weighed that nobody weighed.
        shared: Whether it speaks against every hypothesis: one may be missing.
    """

    item: int
    low: int
    high: int
    telling: Telling
    shared: bool


class Without(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer would be without an item, or without all items of a source.

    Attributes:
        leader: Key of the hypothesis that would lead; None: it could not be told.
        changes: Whether that is another answer than the one with it.
    """

    items: tuple[int, ...]
    source: str
    leader: str | None
    changes: bool


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """The hypotheses, the one with least against it first, and what that rests on.

    Attributes:
        leader: Key of the one whose interval lies below all others; None: it cannot be told.
        front: Keys of those that cannot be told apart from the first.
        why: Why there is no leader; empty when there is one.
        alike: Who would lead if every item weighed the same, whatever its grades.
    """

    scores: tuple[Score, ...]
    leader: str | None
    front: tuple[str, ...]
    why: str
    alike: str | None
    items: tuple[Diagnostic, ...]
    without_items: tuple[Without, ...]
    without_sources: tuple[Without, ...]

    @property
    def carried_by(self) -> tuple[int, ...]:
        """Numbers of the items without any one of which the answer is another."""
        return tuple(one.items[0] for one in self.without_items if one.changes)


def rank(told: Matrix) -> Ranking:
    """Rank the hypotheses of a matrix, and drop each item and each source once."""
    keys = [one.key for one in told.columns]
    shares: list[list[_Share]] = []
    items: list[Diagnostic] = []
    against: list[list[int]] = [[] for _ in keys]
    unweighed = [0] * len(keys)
    for line in told.lines:
        cells = tuple(line.cells)
        shares.append(list(_shares(line, cells)))
        items.append(_diagnostic(line, cells))
        for at, cell in enumerate(cells):
            unweighed[at] += cell is None
            if cell is not None and cell.fit < 0:
                against[at].append(line.item.number)
    whole = [_NONE] * len(keys)
    for share in shares:
        whole = [_add(one, part) for one, part in zip(whole, share, strict=True)]
    leader = _leader(whole, keys)
    scores = [
        Score(
            hypothesis=key,
            low=one[0] / WHOLE,
            mid=one[1] / WHOLE,
            high=one[2] / WHOLE,
            against=tuple(against[at]),
            unweighed=unweighed[at],
        )
        for at, (key, one) in enumerate(zip(keys, whole, strict=True))
    ]
    return Ranking(
        scores=tuple(sorted(scores, key=lambda one: one.mid)),
        leader=leader,
        front=tuple(_front(whole, keys)),
        why="" if leader else OVERLAP if told.lines else NOTHING_WEIGHED,
        alike=_leader([(one[3], one[3], one[4], one[3], one[4]) for one in whole], keys),
        items=tuple(items),
        without_items=tuple(
            _without(whole, [share], keys, leader, (line,))
            for line, share in zip(told.lines, shares, strict=True)
        ),
        without_sources=tuple(_without_sources(told, shares, whole, leader)),
    )


def _shares(line: MatrixLine, cells: tuple[Cell | None, ...]) -> Iterator[_Share]:
    weight = weight_of(line.item.reliability, line.item.credibility)
    each = [_against(cell) for cell in cells]
    shared = min(low for low, _ in each)
    return (_share(low - shared, high - shared, weight) for low, high in each)


def _against(cell: Cell | None) -> tuple[int, int]:
    if cell is None:
        return 0, MOST_AGAINST
    least = max(0, -cell.fit)
    return least, least


def _share(low: int, high: int, weight: Weight) -> _Share:
    # A cell that nobody weighed stands in the middle of what it may hold: 1, and not 0.
    middle = (low + high) // 2
    return low * weight.low, middle * weight.mid, high * weight.high, low * WHOLE, high * WHOLE


def _add(one: _Share, other: _Share, sign: int = 1) -> _Share:
    low, mid, high, alike_low, alike_high = (
        mine + sign * theirs for mine, theirs in zip(one, other, strict=True)
    )
    return low, mid, high, alike_low, alike_high


def _leader(scores: list[_Share], keys: list[str]) -> str | None:
    first = min(range(len(scores)), key=lambda at: scores[at][2])
    others = (one[0] for at, one in enumerate(scores) if at != first)
    return keys[first] if all(scores[first][2] < low for low in others) else None


def _front(scores: list[_Share], keys: list[str]) -> Iterator[str]:
    least = min(one[2] for one in scores)
    return (key for key, one in zip(keys, scores, strict=True) if one[0] <= least)


def _without_sources(
    told: Matrix, shares: list[list[_Share]], whole: list[_Share], leader: str | None
) -> Iterator[Without]:
    keys = [one.key for one in told.columns]
    by: dict[str, list[int]] = {}
    for at, line in enumerate(told.lines):
        by.setdefault(folded(line.item.source), []).append(at)
    for places in by.values():
        lines = tuple(told.lines[at] for at in places)
        yield _without(whole, [shares[at] for at in places], keys, leader, lines)


def _without(
    whole: list[_Share],
    dropped: Iterable[list[_Share]],
    keys: list[str],
    leader: str | None,
    lines: tuple[MatrixLine, ...],
) -> Without:
    left = whole
    for share in dropped:
        left = [_add(one, part, -1) for one, part in zip(left, share, strict=True)]
    now = _leader(left, keys)
    return Without(
        items=tuple(line.item.number for line in lines),
        source=lines[0].item.source,
        leader=now,
        changes=now != leader,
    )


def _diagnostic(line: MatrixLine, cells: tuple[Cell | None, ...]) -> Diagnostic:
    fits = [cell.fit for cell in cells if cell is not None]
    best, worst = max(fits, default=0), min(fits, default=0)
    apart = best - worst
    # What is not weighed may lie at either end of the scale.
    may = apart if len(fits) == len(cells) else max(max(FITS) - worst, best - min(FITS))
    return Diagnostic(
        item=line.item.number,
        low=apart,
        high=may,
        telling="cannot tell" if apart == 0 and may else _TELLING[apart],
        shared=len(fits) == len(cells) and best < 0,
    )
