"""What is weighed: channels, papers and what happened to them, each with the id of its object.

The balance knows no register and no store: whoever holds them says what there is, in the
words of this page. Each fact keeps the id of the STIX object that proves it, so that every
bar can be opened down to its evidence.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import msgspec

Threat = Literal["T1", "T2", "T3", "T4", "T5", "T6"]
THREATS: Final[tuple[Threat, ...]] = ("T1", "T2", "T3", "T4", "T5", "T6")
Happened = Literal["test", "drill", "case", "breach", "attempt", "watched"]
Outcome = Literal["held", "failed", "unknown"]
# Which kinds of channels a threat comes through; `docs/explanation/balance` has the reasons.
SURFACE: Final[Mapping[Threat, frozenset[str]]] = {
    "T1": frozenset({"account", "domain"}),
    "T2": frozenset({"mail", "domain", "host", "service"}),
    "T3": frozenset({"mail", "messenger", "meeting", "domain", "host", "service"}),
    "T4": frozenset({"mail", "messenger", "meeting", "account", "domain"}),
    "T5": frozenset({"mail", "messenger", "meeting", "host", "service"}),
    "T6": frozenset({"mail", "messenger", "account"}),
}
# What a channel weighs by the most secret matter that it carries; a step doubles it.
WEIGHTS: Final[Mapping[str, float]] = {
    "public": 1.0,
    "internal": 2.0,
    "confidential": 4.0,
    "secret": 8.0,
}
# A lie, a false voice and a lure meet people, on whatever channel they are: there each channel
# counts as one. Who breaks in, leaks or spies is after what a channel carries.
BY_NUMBER: Final[frozenset[Threat]] = frozenset({"T1", "T4", "T6"})
# A lie and a false voice are aimed at what a mission works for, wherever its papers lie.
MISSION_WIDE: Final[frozenset[Threat]] = frozenset({"T1", "T4"})


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a channel, or to a mission as a whole.

    Attributes:
        id: Id of the object that proves it.
        channel: Id of the channel; empty: of the mission.
        on: The day it happened; of `watched` the first day of looking.
        until: Of `watched`: the last day that was looked at.
        known: The day it became known; None: the day it happened.
    """

    id: str
    channel: str = ""
    kind: Happened
    threats: frozenset[Threat]
    on: date
    until: date | None = None
    known: date | None = None
    outcome: Outcome = "unknown"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A channel.

    Attributes:
        id: Id of its object.
        kind: mail, messenger, meeting, account, domain, host or service.
        carries: Key of `WEIGHTS`; empty: not known.
        state: none, declared or in force, by its owner's word; empty: nobody said.
        address: Where it is reached; empty: nobody said.
    """

    id: str
    kind: str
    carries: str = ""
    state: str = ""
    address: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A crown jewel.

    Attributes:
        id: Id of its object.
        value: 1 to 5, by its owner.
        channels: Ids of the channels that carry it.
    """

    id: str
    value: int
    channels: frozenset[str]


class Protected(msgspec.Struct, frozen=True, kw_only=True):
    """A mission with what is known of it.

    Attributes:
        ways: Channels that stand.
        gone: Channels that its breaches name and that stand no more, or not here.
    """

    id: str
    ways: tuple[Way, ...]
    papers: tuple[Paper, ...]
    facts: tuple[Fact, ...]
    gone: tuple[Way, ...] = ()


def has_held(fact: Fact) -> bool | None:
    """Tell whether a safeguard held; None where nobody said. A breach is one that did not."""
    if fact.kind == "breach":
        return False
    return None if fact.outcome == "unknown" else fact.outcome == "held"


def last_day(fact: Fact) -> date:
    """Return the last day of which a proof speaks."""
    return max(fact.on, fact.known or fact.on)


def has_broken(fact: Fact, day: date) -> bool:
    """Tell whether a safeguard was broken in earnest; a test that fails is none of that."""
    return fact.kind in ("breach", "case") and has_held(fact) is False and fact.on <= day


def weight_of(way: Way, threat: Threat) -> float:
    """Return what a channel weighs; one of which nobody said what it carries: as internal."""
    return 1.0 if threat in BY_NUMBER else WEIGHTS.get(way.carries, WEIGHTS["internal"])


def is_weighed(way: Way, threat: Threat) -> bool:
    """Tell whether it is known what a channel weighs."""
    return threat in BY_NUMBER or way.carries in WEIGHTS
