"""The leaves of the balance's tree: what the evidence alone says, without its objects' ids.

Each is a pure function of facts and a day.

What stands at stake is read off each threat's own aim, and so is its surface:

- T1 disinformation lives where a mission speaks to the public, so each official account and
  each domain counts as one; how secret other channels are says nothing of it. It is aimed at
  what the mission works for, so its value is that of the most precious paper of the mission.
- T2 intrusion enters the mission's own systems (mail, domains, hosts, services), and is worse
  the more secret what they carry; its value is that of the papers there.
- T3 sabotage leaks papers or stops a channel: all but accounts, which others run and which hold
  no papers. By secrecy, as T2.
- T4 impersonation borrows a voice (mail, messenger, meeting, account, domain), each as good as
  another to a reader who is deceived; it is aimed at talks, so its value is the mission's.
- T5 espionage reads what is carried or kept (all but accounts and domains); by secrecy.
- T6 phishing reaches a person (mail, messenger, the messages of an account), each channel as
  one: a lure need not know what the mailbox holds. What it opens is worth the papers there.

No channel of another threat makes a surface smaller, and one more of its own never does.
"""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from legation.balance.bounds import UNKNOWN, Bounds, chance_of, share_of
from legation.balance.counting import is_event, is_within, looked, tries
from legation.balance.evidence import (
    BY_NUMBER,
    MISSION_WIDE,
    WEIGHTS,
    Fact,
    Paper,
    Threat,
    Way,
    has_broken,
    has_held,
    is_weighed,
    weight_of,
)
from legation.balance.nodes import (
    BY_WORD,
    LADDER,
    MOST_VALUE,
    OPEN_BREACH,
    TRIED,
    UNPLACED_BREACH,
    YEAR_DAYS,
    Node,
)
from legation.balance.placing import Tried

if TYPE_CHECKING:
    from legation.balance.weighing import Scale


def credit(name: str, threat: Threat, tried: Tried, scale: "Scale") -> Node:
    """Return how far a channel's safeguard holds against a threat.

    What was tried within the days of the scale counts in full, each try by its age; else its
    owner's word counts, at most by half.
    """
    way = tried.way
    fresh = [(fact, use.weight) for fact, use in tries(tried.facts, threat, scale) if use.weight]
    weighed = is_weighed(way, threat)
    missing = () if weighed else (f"nobody said what it carries: {way.id}",)
    common: dict[str, Any] = {"id": name, "kind": "credit", "threat": threat}
    weight = weight_of(way, threat) if tried.is_weighed else 0.0
    common |= {"weight": weight, "unknown": 0.0 if weighed else 1.0}
    if fresh:
        held = sum(weight for fact, weight in fresh if has_held(fact))
        proved = [TRIED[fact.kind] for fact, _ in fresh if has_held(fact)]
        rung = max(proved, key=LADDER.index) if proved else "none"
        bounds = share_of(held, sum(weight for _, weight in fresh))
        if not proved:
            # Of its owner's word no more is left than the share that failed tries leave.
            bounds *= BY_WORD[way.state] if way.state else UNKNOWN
        if tried.is_weighed and not proved:
            broken = [fact for fact, _ in fresh if has_broken(fact, scale.day)]
            missing = (*missing, *(f"{OPEN_BREACH}: {fact.id}" for fact in _in_order(broken)))
        return Node(**common, bounds=bounds, rung=rung, missing=missing)
    if way.state:
        common |= {"bounds": BY_WORD[way.state], "rung": way.state}
        return Node(**common, missing=missing)
    missing = (*missing, f"nobody said what safeguards it: {way.id}")
    return Node(**common | {"unknown": 1.0}, bounds=UNKNOWN, rung="unknown", missing=missing)


def _in_order(facts: list[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: fact.id)


def unplaced(name: str, threat: Threat, facts: list[Fact]) -> Node:
    """Return what breaches say that name no channel: nobody knows which safeguard did not hold."""
    return Node(
        id=name,
        kind="credit",
        threat=threat,
        bounds=UNKNOWN,
        weight=0.0,
        unknown=1.0,
        rung="unknown",
        missing=tuple(f"{UNPLACED_BREACH}: {fact.id}" for fact in _in_order(facts)),
    )


def chance(name: str, threat: Threat, facts: list[Fact], day: date) -> Node:
    """Return the chance of one or more events in a year, by the year before a day.

    What was met while somebody looked makes a rate of the days of looking. What was met while
    nobody did is at least so much, so the upper end stays open. Where nothing was met, it may be
    that nothing comes, no more than an even chance is claimed, and the days on which nobody
    looked are unknown.
    """
    spans = looked(facts, day)
    met = [fact for fact in facts if is_event(fact, day)]
    days = sum((ends - begins).days + 1 for begins, ends in spans)
    seen = sum(is_within(fact, spans) for fact in met)
    common: dict[str, Any] = {"id": name, "kind": "chance", "threat": threat}
    missing: tuple[str, ...] = ()
    if not days:
        missing = (f"nobody looks for {threat}",)
    elif days < YEAR_DAYS and not met:
        left = YEAR_DAYS - days
        missing = (f"on {left} of the last {YEAR_DAYS} days nobody looked for {threat}",)
    found = chance_of(seen, days / YEAR_DAYS) if days else UNKNOWN
    if not met:
        quiet = Bounds(low=0.0, mid=min(found.mid, UNKNOWN.mid), high=found.high)
        unknown = 1 - days / YEAR_DAYS
        return Node(**common, bounds=quiet, unknown=unknown, missing=missing)
    if not days:
        found = msgspec.structs.replace(chance_of(len(met), 1.0), high=1.0)
    elif len(met) > seen:
        found = found.at_least(chance_of(len(met), 1.0))
    return Node(**common, bounds=found, missing=missing)


def surface(name: str, threat: Threat, ways: list[Way]) -> Node:
    """Return how far a threat reaches into a mission, by the channels that it comes through.

    One ordinary channel is half of the way; each more goes on by less, so no channel makes it
    smaller, and what other threats come through plays no part.
    """
    common: dict[str, Any] = {"id": name, "kind": "surface", "threat": threat}
    if not ways:
        missing = (f"no channel by which {threat} comes is registered: {name.partition('|')[0]}",)
        return Node(**common, bounds=UNKNOWN, unknown=1.0, missing=missing)
    half = 1.0 if threat in BY_NUMBER else WEIGHTS["internal"]
    known = sum(weight_of(way, threat) for way in ways if is_weighed(way, threat))
    dark = [way for way in ways if not is_weighed(way, threat)]
    low, mid, high = (
        (total := known + len(dark) * WEIGHTS[each]) / (total + half)
        for each in ("public", "internal", "secret")
    )
    return Node(
        **common,
        bounds=Bounds(low=low, mid=mid, high=high),
        unknown=len(dark) / len(ways),
        missing=tuple(f"nobody said what it carries: {way.id}" for way in dark),
    )


def value(
    name: str,
    threat: Threat,
    papers: tuple[Paper, ...],
    ways: Collection[str],
    standing: Collection[str],
) -> Node:
    """Return the value at stake, by the most precious paper that the threat can cost.

    Where nobody valued anything there, the value is not known: it may be the least or the most.
    A paper none of whose channels stands is as one of which nobody said where it is.
    """
    wide = threat in MISSION_WIDE
    met = [paper.value for paper in papers if wide or not paper.channels.isdisjoint(ways)]
    # A paper of which nobody said where it is may be there too.
    loose = [] if wide else [paper for paper in papers if paper.channels.isdisjoint(standing)]
    common: dict[str, Any] = {"id": name, "kind": "value", "threat": threat}
    if met:
        low = max(met)
        more = [paper for paper in loose if paper.value > low]
        high = max((paper.value for paper in more), default=low)
        bounds = Bounds(low=low, mid=(low + high) / 2, high=high) * (1 / MOST_VALUE)
        missing = tuple(f"nobody said which channel carries it: {paper.id}" for paper in more)
        return Node(**common, bounds=bounds, missing=missing)
    lowest = 1 / MOST_VALUE
    told = f"no paper is valued that {threat} could cost" if papers else "no paper is valued"
    missing = (told, *(f"nobody said which channel carries it: {paper.id}" for paper in loose))
    bounds = Bounds(low=lowest, mid=(1 + lowest) / 2, high=1.0)
    return Node(**common, bounds=bounds, unknown=1.0, missing=missing)
