"""Which channels answer for a breach: its own, those that took its place, or none that is named.

A channel is ended and entered anew with a stroke of the pen; what broke it is not gone with its
row. So a breach goes with the address of its channel, and where no address tells, with its kind.
What ended and has no follower is weighed on, and a breach that names no channel keeps open
whether the safeguards hold.
"""

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from legation.balance.evidence import SURFACE, Fact, Protected, Threat, Way, has_broken, last_day
from legation.balance.nodes import TRIED

if TYPE_CHECKING:
    from legation.balance.weighing import Scale


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What tried one channel against a threat.

    Attributes:
        facts: Its own tries, and the breaches that it takes over.
        others: Ids of the channels from which it takes them over; of one that stands no more,
            of those that take them over from it.
        gone: Whether the channel stands no more, so that only what broke it is weighed.
    """

    way: Way
    facts: tuple[Fact, ...]
    others: tuple[str, ...] = ()
    gone: bool = False

    @property
    def is_weighed(self) -> bool:
        """Tell whether it is weighed itself; whose place was taken is weighed there."""
        return not (self.gone and self.others)


def tried_on(mission: Protected, threat: Threat, scale: "Scale") -> list[Tried]:
    """Return what tried the channels by which a threat comes, those that stand no more last."""
    own: dict[str, list[Fact]] = defaultdict(list)
    for fact in mission.facts:
        if threat in fact.threats and fact.kind in TRIED:
            own[fact.channel].append(fact)
    broken = {
        channel: tuple(fact for fact in some if has_broken(fact, scale.day))
        for channel, some in own.items()
    }
    ways = [way for way in mission.ways if way.kind in SURFACE[threat]]
    gone = [way for way in mission.gone if broken.get(way.id)]
    standing = [way for way in mission.ways if broken.get(way.id)]
    found = []
    for way in ways:
        taken = [one for one in standing if one.id != way.id and is_same_place(way, one)]
        taken += [one for one in gone if _follows(way, one)]
        facts = (*own[way.id], *(fact for one in taken for fact in broken[one.id]))
        found.append(Tried(way=way, facts=facts, others=tuple(one.id for one in taken)))
    for one in gone:
        recent = tuple(fact for fact in broken[one.id] if _is_recent(fact, scale))
        if recent and one.kind in SURFACE[threat]:
            heirs = tuple(way.id for way in ways if _follows(way, one))
            found.append(Tried(way=one, facts=recent, others=heirs, gone=True))
    return found


def unplaced(mission: Protected, threat: Threat, scale: "Scale") -> list[Fact]:
    """Return the breaches of which nobody knows what they broke, as long as a try counts."""
    kinds = {way.id: way.kind for way in (*mission.ways, *mission.gone)}
    return [
        fact
        for fact in mission.facts
        if threat in fact.threats and is_unplaced(fact, threat, kinds.get(fact.channel), scale)
    ]


def is_unplaced(fact: Fact, threat: Threat, kind: str | None, scale: "Scale") -> bool:
    """Tell whether a proof is a breach of which nobody said which channel it broke.

    One that names a channel through which its threat does not come has not said it either: else
    the name of any account would put a breach out of the way.

    Args:
        fact: The proof.
        threat: One of those that it speaks of.
        kind: Of its channel; None: it names none, or none of the mission's.
        scale: The day, and for how long a try counts.
    """
    elsewhere = kind is not None and kind not in SURFACE[threat]
    nowhere = not fact.channel or elsewhere
    return nowhere and has_broken(fact, scale.day) and _is_recent(fact, scale)


def _is_recent(fact: Fact, scale: "Scale") -> bool:
    last: date = min(last_day(fact), scale.day)
    return (scale.day - last).days <= scale.tested_days


def is_same_place(one: Way, other: Way) -> bool:
    """Tell whether two channels have the same address."""
    return bool(one.address) and _bare(one.address) == _bare(other.address)


def _follows(way: Way, gone: Way) -> bool:
    if way.address and gone.address:
        return is_same_place(way, gone)
    return way.kind == gone.kind


def _bare(address: str) -> str:
    return address.strip().casefold().rstrip("/.")
