"""Two bars for each mission and threat, and what they say together.

Exposure is the chance that something happens within a year, times how far the threat reaches
into the mission by the channels that it comes through, times the value at stake. Safeguards are
what holds on those channels. A safeguard counts in full only when it was tried; a word alone
counts at most by half, and what was tried fades.

A mission's statement is that of its weakest threat, so it is never surer than its parts:
exposed if it is exposed to one, else cannot tell if of one it cannot be told, else balanced if
one is, and covered only if all are.

Every number is a node of a tree whose leaves name the objects that prove it. A node is worked
out from its children alone, so one changed object touches its ancestors and nothing else.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

import msgspec

from legation.balance.bounds import UNKNOWN, Bounds
from legation.balance.evidence import MISSION_WIDE, SURFACE, THREATS, Protected, Threat, Way
from legation.balance.leaves import chance, credit, surface, unplaced, value
from legation.balance.nodes import (
    BAND,
    DIGITS,
    EVENTS,
    MOST_UNKNOWN,
    TOO_WIDE,
    WEAKEST_FIRST,
    WEIGHT_OF_CHANCE,
    WEIGHT_OF_SURFACE,
    WEIGHT_OF_VALUE,
    YEAR_DAYS,
    Node,
    Verdict,
)
from legation.balance.placing import Tried, tried_on
from legation.balance.placing import unplaced as unplaced_of


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What was weighed on a day.

    Attributes:
        nodes: By id.
        made: Ids of the nodes that were worked out now; the others were kept from before.
    """

    nodes: Mapping[str, Node]
    made: frozenset[str]


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """By what is weighed.

    Attributes:
        day: The day that the balance speaks of.
        tested_days: How many days a proof lifts a safeguard to "tested".
    """

    day: date
    tested_days: int = YEAR_DAYS


def weigh(
    missions: Iterable[Protected],
    scale: Scale,
    before: Mapping[str, Node] | None = None,
    changed: Collection[str] = (),
) -> Weighed:
    """Weigh missions.

    Args:
        missions: With what is known of each.
        scale: By what.
        before: Nodes of an earlier weighing by the same scale; None: all are worked out.
        changed: Ids of the objects that came, changed or went since.
    """
    work = _Work(scale, before or {}, frozenset(changed))
    for mission in missions:
        work.mission(mission)
    return Weighed(nodes=work.nodes, made=frozenset(work.made))


def ancestors(nodes: Mapping[str, Node], object_id: str) -> frozenset[str]:
    """Return the nodes that rest on an object, themselves or by their children."""
    found: set[str] = set()
    # Children come before their parents, in the order in which they were worked out.
    for node in nodes.values():
        if object_id in node.evidence or not found.isdisjoint(node.children):
            found.add(node.id)
    return frozenset(found)


class _Work:
    """One weighing; nodes are made in order, children before parents."""

    def __init__(self, scale: Scale, before: Mapping[str, Node], changed: frozenset[str]) -> None:
        self._scale = scale
        self._before = before
        self._changed = changed
        self.nodes: dict[str, Node] = {}
        self.made: set[str] = set()

    def mission(self, mission: Protected) -> None:
        balances = [self._balance(mission, threat) for threat in THREATS]
        self._parent(f"{mission.id}|mission", balances, _mission)

    def _balance(self, mission: Protected, threat: Threat) -> Node:
        ways = [way for way in mission.ways if way.kind in SURFACE[threat]]
        granted = [
            self._credit(mission, one, threat) for one in tried_on(mission, threat, self._scale)
        ]
        granted += self._unplaced(mission, threat)
        safeguards = self._parent(
            f"{mission.id}|{threat}|safeguards", granted, _safeguards, threat, mission.id
        )
        factors = [
            self._chance(mission, threat),
            self._surface(mission, threat, ways),
            self._value(mission, threat, ways),
        ]
        exposure = self._parent(f"{mission.id}|{threat}|exposure", factors, _exposure, threat)
        return self._parent(
            f"{mission.id}|{threat}|balance", [exposure, safeguards], _balance, threat
        )

    def _credit(self, mission: Protected, tried: Tried, threat: Threat) -> Node:
        way = tried.way
        return self._leaf(
            # A channel that stands elsewhere now has a node there too.
            f"{way.id}|{mission.id}|{threat}|credit" if tried.gone else f"{way.id}|{threat}|credit",
            (way.id, *tried.others, *(fact.id for fact in tried.facts)),
            lambda name: credit(name, threat, tried, self._scale),
        )

    def _unplaced(self, mission: Protected, threat: Threat) -> list[Node]:
        facts = unplaced_of(mission, threat, self._scale)
        if not facts:
            return []
        leaf = self._leaf(
            _open_name(mission.id, threat),
            tuple(name for fact in facts for name in (fact.id, fact.channel) if name),
            lambda name: unplaced(name, threat, facts),
        )
        return [leaf]

    def _chance(self, mission: Protected, threat: Threat) -> Node:
        facts = [
            fact
            for fact in mission.facts
            if threat in fact.threats and (fact.kind in EVENTS or fact.kind == "watched")
        ]
        return self._leaf(
            f"{mission.id}|{threat}|chance",
            tuple(fact.id for fact in facts),
            lambda name: chance(name, threat, facts, self._scale.day),
        )

    def _surface(self, mission: Protected, threat: Threat, ways: list[Way]) -> Node:
        return self._leaf(
            f"{mission.id}|{threat}|surface",
            tuple(way.id for way in ways),
            lambda name: surface(name, threat, ways),
        )

    def _value(self, mission: Protected, threat: Threat, ways: list[Way]) -> Node:
        ids = {way.id for way in ways}
        standing = {way.id for way in mission.ways}
        held = {way for paper in mission.papers for way in paper.channels & standing}
        met = () if threat in MISSION_WIDE else ids | held
        return self._leaf(
            f"{mission.id}|{threat}|value",
            (*met, *(paper.id for paper in mission.papers)),
            lambda name: value(name, threat, mission.papers, ids, standing),
        )

    def _leaf(self, name: str, evidence: tuple[str, ...], make: Callable[[str], Node]) -> Node:
        kept = self._before.get(name)
        ids = tuple(sorted(set(evidence)))
        if kept is None or kept.evidence != ids or not self._changed.isdisjoint(ids):
            kept = _sealed(msgspec.structs.replace(make(name), evidence=ids), [])
            self.made.add(name)
        self.nodes[name] = kept
        return kept

    def _parent(
        self,
        name: str,
        children: list[Node],
        make: Callable[..., Node],
        *more: str,
    ) -> Node:
        kept = self._before.get(name)
        ids = tuple(child.id for child in children)
        if kept is None or kept.children != ids or any(one in self.made for one in ids):
            made: Node = msgspec.structs.replace(make(name, children, *more), children=ids)
            kept = _sealed(made, children)
            self.made.add(name)
        self.nodes[name] = kept
        return kept


def _safeguards(name: str, granted: list[Node], threat: Threat, mission: str) -> Node:
    every = sum(one.weight for one in granted)
    if not every:
        missing = (f"no channel by which {threat} comes is registered: {mission}",)
        return Node(
            id=name,
            kind="safeguards",
            threat=threat,
            bounds=UNKNOWN,
            unknown=1.0,
            missing=(*missing, *_gathered(granted)),
        )
    mean = Bounds(
        low=sum(one.weight * one.bounds.low for one in granted) / every,
        mid=sum(one.weight * one.bounds.mid for one in granted) / every,
        high=sum(one.weight * one.bounds.high for one in granted) / every,
    )
    unknown = sum(one.weight * one.unknown for one in granted) / every
    # It may be any of them that broke, so nothing is sure of the whole.
    is_open = any(one.id == _open_name(mission, threat) for one in granted)
    if is_open:
        mean = Bounds(low=0.0, mid=min(mean.mid, UNKNOWN.mid), high=mean.high)
    return Node(
        id=name,
        kind="safeguards",
        threat=threat,
        bounds=mean,
        unknown=unknown,
        rung="unknown" if is_open else None,
        missing=_gathered(granted),
    )


def _open_name(mission: str, threat: Threat) -> str:
    """Return the id of the leaf of breaches that name no channel."""
    return f"{mission}|{threat}|credit"


def _exposure(name: str, factors: list[Node], threat: Threat) -> Node:
    chances, reach, at_stake = factors
    return Node(
        id=name,
        kind="exposure",
        threat=threat,
        bounds=chances.bounds * reach.bounds * at_stake.bounds,
        unknown=WEIGHT_OF_CHANCE * chances.unknown
        + WEIGHT_OF_SURFACE * reach.unknown
        + WEIGHT_OF_VALUE * at_stake.unknown,
        # Without a channel there is no middle of what comes through one.
        rung="unknown" if reach.unknown >= 1 else None,
        missing=_gathered(factors),
    )


def _balance(name: str, bars: list[Node], threat: Threat) -> Node:
    exposure, safeguards = bars
    net = Bounds(
        low=safeguards.bounds.low - exposure.bounds.high,
        mid=safeguards.bounds.mid - exposure.bounds.mid,
        high=safeguards.bounds.high - exposure.bounds.low,
    )
    unknown = max(exposure.unknown, safeguards.unknown)
    missing = _gathered(bars)
    verdict: Verdict
    if unknown > MOST_UNKNOWN:
        verdict = "cannot tell"
    elif net.high <= 0:
        verdict = "exposed"
    elif safeguards.rung == "unknown":
        verdict = "cannot tell"
    elif net.low >= 0:
        verdict = "covered"
    elif net.low >= -BAND and net.high <= BAND:
        verdict = "balanced"
    else:
        verdict = "cannot tell"
        missing = (*missing, *_too_wide(bars))
    return Node(
        id=name,
        kind="balance",
        threat=threat,
        bounds=net,
        unknown=unknown,
        verdict=verdict,
        missing=missing,
    )


def _mission(name: str, balances: list[Node]) -> Node:
    weakest = min(balances, key=lambda one: (_rank(one), one.bounds.mid))
    return Node(
        id=name,
        kind="mission",
        bounds=weakest.bounds,
        unknown=sum(one.unknown for one in balances) / len(balances),
        verdict=weakest.verdict,
        missing=_gathered(balances),
    )


def _rank(balance: Node) -> int:
    return [str(one) for one in WEAKEST_FIRST].index(balance.verdict)


def _too_wide(bars: list[Node]) -> list[str]:
    """Say what would narrow the balance: each bar that alone is as wide as half of the band."""
    widest = max(_width(bar) for bar in bars)
    return [TOO_WIDE[bar.kind] for bar in bars if _width(bar) >= min(BAND, widest)]


def _width(node: Node) -> float:
    return node.bounds.high - node.bounds.low


def _gathered(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for node in nodes for word in node.missing))


def _sealed(node: Node, children: list[Node]) -> Node:
    bounds = Bounds(
        low=round(node.bounds.low, DIGITS),
        mid=round(node.bounds.mid, DIGITS),
        high=round(node.bounds.high, DIGITS),
    )
    plain = msgspec.structs.replace(
        node, bounds=bounds, unknown=round(node.unknown, DIGITS), digest=""
    )
    said = msgspec.json.encode([plain, [child.digest for child in children]])
    return msgspec.structs.replace(plain, digest=hashlib.sha256(said).hexdigest())
