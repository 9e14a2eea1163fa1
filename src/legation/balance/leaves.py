"""The leaves of the balance's tree: what the evidence alone says, without its objects' ids.

Each is a pure function of facts and a day.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from legation.balance.bounds import UNKNOWN, Bounds, chance_of, share_of
from legation.balance.evidence import WEIGHTS, Fact, Paper, Threat, Way
from legation.balance.nodes import (
    BY_WORD,
    EVENTS,
    HALF_LIFE_DAYS,
    LADDER,
    MOST_VALUE,
    TRIED,
    YEAR_DAYS,
    Node,
)

if TYPE_CHECKING:
    from legation.balance.weighing import Scale


def credit(name: str, threat: Threat, way: Way, tried: list[Fact], scale: "Scale") -> Node:
    """Return how far a channel's safeguard holds against a threat.

    What was tried within the days of the scale counts in full, each try by its age; else its
    owner's word counts, at most by half.
    """
    fresh = [
        (fact, 0.5 ** (age / HALF_LIFE_DAYS))
        for fact in tried
        if 0 <= (age := (scale.day - fact.on).days) <= scale.tested_days and _held(fact) is not None
    ]
    common = {"id": name, "kind": "credit", "threat": threat, "weight": weight(way)}
    unknown = 0.0 if way.carries else 1.0
    missing = () if way.carries else (f"nobody said what it carries: {way.id}",)
    if fresh:
        held = sum(weight for fact, weight in fresh if _held(fact))
        proved = [TRIED[fact.kind] for fact, _ in fresh if _held(fact)]
        rung = max(proved, key=LADDER.index) if proved else "none"
        bounds = share_of(held, sum(weight for _, weight in fresh))
        if not proved:
            # What failed each time proves no more than its owner's word had claimed.
            bounds = bounds.at_most(BY_WORD[way.state] if way.state else UNKNOWN)
        return Node(**common, bounds=bounds, unknown=unknown, rung=rung, missing=missing)  # type: ignore[arg-type]  # the parts that all three share
    if way.state:
        return Node(
            **common,  # type: ignore[arg-type]  # as above
            bounds=BY_WORD[way.state],
            unknown=unknown,
            rung=way.state,  # type: ignore[arg-type]  # a rung by its owner's word
            missing=missing,
        )
    missing = (*missing, f"nobody said what safeguards it: {way.id}")
    return Node(**common, bounds=UNKNOWN, unknown=1.0, rung="unknown", missing=missing)  # type: ignore[arg-type]  # as above


def chance(name: str, threat: Threat, facts: list[Fact], day: date) -> Node:
    """Return the chance of one or more events in a year, by the year before a day."""
    start = day - timedelta(days=YEAR_DAYS)
    events = sum(fact.kind in EVENTS and start < fact.on <= day for fact in facts)
    days = _watched_days([fact for fact in facts if fact.kind == "watched"], start, day)
    common = {"id": name, "kind": "chance", "threat": threat}
    if days:
        bounds = chance_of(events, days / YEAR_DAYS)
        return Node(**common, bounds=bounds)  # type: ignore[arg-type]  # the shared parts
    missing = (f"nobody looks for {threat}",)
    if events:
        # At least so many: what nobody looked for was met all the same.
        bounds = msgspec.structs.replace(chance_of(events, 1.0), high=1.0)
        return Node(**common, bounds=bounds, missing=missing)  # type: ignore[arg-type]  # as above
    return Node(**common, bounds=UNKNOWN, unknown=1.0, missing=missing)  # type: ignore[arg-type]  # as above


def value(name: str, threat: Threat, papers: tuple[Paper, ...], ways: Collection[str]) -> Node:
    """Return the value at stake on some channels: that of the most precious paper there."""
    if not papers:
        lowest = 1 / MOST_VALUE
        bounds = Bounds(low=lowest, mid=(1 + lowest) / 2, high=1.0)
        missing = ("no paper is valued",)
        return Node(
            id=name, kind="value", threat=threat, bounds=bounds, unknown=1.0, missing=missing
        )
    most = max((paper.value for paper in papers if not paper.channels.isdisjoint(ways)), default=1)
    return Node(id=name, kind="value", threat=threat, bounds=Bounds.exactly(most / MOST_VALUE))


def _held(fact: Fact) -> bool | None:
    """Tell whether a safeguard held; None where nobody said. A breach is one that did not."""
    if fact.kind == "breach":
        return False
    return None if fact.outcome == "unknown" else fact.outcome == "held"


def weight(way: Way) -> float:
    """Return what a channel weighs; one of which nobody said what it carries: as internal."""
    return WEIGHTS.get(way.carries, WEIGHTS["internal"])


def _watched_days(facts: list[Fact], start: date, day: date) -> int:
    """Count the days on which somebody looked, each once."""
    days = 0
    reached = start
    for fact in sorted(facts, key=lambda fact: fact.on):
        begins, ends = max(fact.on, reached), min(fact.until or fact.on, day)
        if ends >= begins:
            days += (ends - begins).days + 1
            reached = ends + timedelta(days=1)
    return min(days, YEAR_DAYS)
