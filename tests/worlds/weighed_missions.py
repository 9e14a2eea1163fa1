"""Missions for the balance: random ones, and a plain one with a mailbox."""

from datetime import date, timedelta

import msgspec
from hypothesis import strategies as st

from legation.balance.evidence import SURFACE, THREATS, Fact, Paper, Protected, Threat, Way
from legation.balance.nodes import Node
from legation.balance.weighing import Scale, weigh

DAY = date(2026, 11, 26)
SCALE = Scale(day=DAY)
KINDS = sorted(set().union(*SURFACE.values()))


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


@st.composite
def missions(draw: st.DrawFn, name: str = "m") -> Protected:
    ways, gone = (
        [
            Way(
                id=f"{name}-{called}-{number}",
                kind=draw(st.sampled_from(KINDS)),
                carries=draw(st.sampled_from(["", "public", "internal", "confidential", "secret"])),
                state=draw(st.sampled_from(["", "none", "declared", "in force"])),
                address=draw(st.sampled_from(["", "a.example", "b.example"])),
            )
            for number in range(draw(st.integers(0, most)))
        ]
        for called, most in (("way", 4), ("gone", 2))
    )
    ids = [way.id for way in (*ways, *gone)]
    papers = [
        Paper(
            id=f"{name}-paper-{number}",
            value=draw(st.integers(1, 5)),
            channels=frozenset(draw(st.sets(st.sampled_from(ids), max_size=2)) if ids else ()),
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    facts = [
        Fact(
            id=f"{name}-fact-{number}",
            channel=draw(st.sampled_from([*ids, ""])),
            kind=draw(st.sampled_from(["test", "drill", "case", "breach", "attempt", "watched"])),
            threats=frozenset(draw(st.sets(st.sampled_from(THREATS), min_size=1))),
            on=ago(draw(st.integers(-5, 500))),
            until=DAY,
            known=draw(st.none() | st.integers(-5, 500).map(ago)),
            outcome=draw(st.sampled_from(["held", "failed", "unknown"])),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    # A channel that is gone is told of only where a breach names it.
    named = {fact.channel for fact in facts if fact.kind in ("breach", "case")}
    return Protected(
        id=name,
        ways=tuple(ways),
        papers=tuple(papers),
        facts=tuple(facts),
        gone=tuple(way for way in gone if way.id in named),
    )


def without(mission: Protected, object_id: str) -> Protected:
    return msgspec.structs.replace(
        mission,
        ways=tuple(one for one in mission.ways if one.id != object_id),
        papers=tuple(one for one in mission.papers if one.id != object_id),
        facts=tuple(one for one in mission.facts if one.id != object_id),
        gone=tuple(one for one in mission.gone if one.id != object_id),
    )


def objects_of(mission: Protected) -> list[str]:
    return [
        *(way.id for way in (*mission.ways, *mission.gone)),
        *(paper.id for paper in mission.papers),
        *(fact.id for fact in mission.facts),
    ]


def mission_of(*facts: Fact, way: Way | None = None, papers: tuple[Paper, ...] = ()) -> Protected:
    return Protected(
        id="m",
        ways=(way or Way(id="mail", kind="mail", carries="confidential", state="in force"),),
        papers=papers or (Paper(id="paper", value=3, channels=frozenset({"mail"})),),
        facts=facts,
    )


def fact_of(kind: str, days: int, outcome: str = "unknown", threat: Threat = "T6") -> Fact:
    return msgspec.convert(
        {
            "id": f"{kind}-{days}-{outcome}-{threat}",
            "channel": "" if kind == "watched" else "mail",
            "kind": kind,
            "threats": [threat],
            "on": ago(days),
            "until": DAY if kind == "watched" else None,
            "outcome": outcome,
        },
        Fact,
    )


def node_of(mission: Protected, name: str, scale: Scale = SCALE) -> Node:
    return weigh([mission], scale).nodes[name]
