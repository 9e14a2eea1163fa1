"""Techniques of DISARM that what was observed suggests; an analyst confirms or drops each.

A layer suggests a technique only where it is how the campaign acts, not where it was met once.
So each technique asks for members, objects and a share of the evidence, some for speed or for
many members at one time; the reason says what was seen of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from legation.knowledge.techniques import techniques
from legation.threats.disinformation.batches import LAYERS, Batches, Numbers
from legation.threats.disinformation.coordination import LEAST_ACCOUNTS
from legation.threats.disinformation.findings import Technique
from legation.threats.disinformation.packing import paired, starts
from legation.threats.disinformation.unknowns import counted


@dataclass(frozen=True, slots=True)
class Least:
    """What must be seen in the layers of a technique.

    Attributes:
        members: Members who met there; three make the smallest campaign.
        member_share: The same, of all who are held by co-action: what most of them do not do
            is what some do, not how the campaign acts.
        objects: Objects they met on; one or two are shared by accident, and three is what
            grade "moderate" asks for.
        share: Of all co-actions of the evidence: in less than a tenth it stands beside the way
            in which the campaign acts.
        lag_s: Seconds within which half of the pairs of posts lie; None: any.
        crowd: Members who act on one object within the window of each other; 0: not asked.
    """

    members: int = LEAST_ACCOUNTS
    member_share: float = 0.5
    objects: int = 3
    share: float = 0.1
    lag_s: int | None = None
    crowd: int = 0


# A flood is many members at one time, again and again: five accounts and ten objects are what
# grade "high" asks for.
_FLOOD: Final = Least(members=5, objects=10, crowd=5)
# A minute is the window in common use for automated reposting (the toolkits' usual setting); for
# a program that forwards, half of the pairs must lie within it, on as many objects as in a flood.
_FAST: Final = Least(members=5, objects=10, lag_s=60)
_LEAST: Final = {
    "T0049": _FLOOD,
    "T0049.002": _FLOOD,
    "T0049.003": _FAST,
    "T0119": Least(lag_s=60),
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen in some layers; `lag_s` is the median at its most, by the posts' clock."""

    members: int
    of: int
    objects: int
    share: float
    lag_s: float
    crowds: Numbers

    def reaches(self, least: Least) -> bool:
        return (
            self.members >= max(least.members, least.member_share * self.of)
            and self.objects >= least.objects
            and self.share >= least.share
            and (least.lag_s is None or self.lag_s <= least.lag_s)
            and int((self.crowds >= least.crowd).sum()) >= least.objects
        )


def suggested(batches: Batches, rows: Numbers, clock_s: int) -> tuple[Technique, ...]:
    """Return the techniques that a campaign's evidence suggests, each with what was seen.

    Args:
        batches: What was searched.
        rows: The campaign's co-actions.
        clock_s: How finely its posts are timed; no lag is known better.
    """
    layer = batches.co_actions.layer[rows]
    of = len(_actors(batches, rows))
    found = []
    for fact in techniques():
        numbers = [place for place, name in enumerate(LAYERS) if name in fact.observed_in]
        own = rows[np.isin(layer, numbers)]
        least = _LEAST.get(fact.id, Least())
        if not len(own) or len(own) < least.share * len(rows):
            continue
        seen = _seen(batches, own, share=len(own) / len(rows), of=of, clock_s=clock_s)
        if seen.reaches(least):
            layers = [LAYERS[place] for place in batches.co_actions.layer[own].tolist()]
            because = _because(fact.when, seen, layers, least, batches.window_s)
            found.append(Technique(id=fact.id, name=fact.name, because=because))
    return tuple(found)


def _actors(batches: Batches, rows: Numbers) -> Numbers:
    """Return the accounts that met in some co-actions."""
    co = batches.co_actions
    met = np.zeros(batches.accounts, dtype=np.bool_)
    met[co.account_a[rows]] = True
    met[co.account_b[rows]] = True
    return np.flatnonzero(met)


def _seen(batches: Batches, own: Numbers, *, share: float, of: int, clock_s: int) -> _Seen:
    co = batches.co_actions
    ends = np.concatenate([co.account_a[own], co.account_b[own]])
    thing = np.concatenate([co.object[own], co.object[own]])
    # A pair of accounts has one row an object, so an account's rows there are its partners.
    key, partners = np.unique(paired(thing, ends, below=batches.accounts), return_counts=True)
    first = starts(key // batches.accounts)
    lag_s = float(np.median(np.abs(co.time_a[own] - co.time_b[own])))
    return _Seen(
        members=len(_actors(batches, own)),
        of=of,
        objects=int(first.sum()),
        share=share,
        # Two times on a clock of minutes are up to a minute further apart than they say.
        lag_s=lag_s + (clock_s if clock_s > 1 else 0),
        crowds=np.maximum.reduceat(partners, np.flatnonzero(first)) + 1,
    )


def _because(when: str, seen: _Seen, layers: Sequence[str], least: Least, window_s: int) -> str:
    """Say what a technique rests on, in figures."""
    counts = ", ".join(f"{layers.count(one)} in {one}" for one in LAYERS if one in layers)
    said = (
        f"{when}; seen: {counts}; of all co-actions a share of {seen.share:.2f}; "
        f"by {counted(seen.members)} of {seen.of} that met, on {seen.objects} objects; "
        f"half of the pairs of posts lie within {seen.lag_s:.0f} s"
    )
    if not least.crowd:
        return said
    crowded = int((seen.crowds >= least.crowd).sum())
    return (
        f"{said}; on {crowded} of the objects {least.crowd} members or more posted within "
        f"{window_s} s of one of them"
    )
