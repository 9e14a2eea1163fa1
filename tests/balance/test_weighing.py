"""The balance: every bar traces to evidence, and one object touches its ancestors alone."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.balance.bounds import Bounds, chance_of, share_of
from legation.balance.evidence import SURFACE, THREATS, Fact, Paper, Protected, Threat, Way
from legation.balance.nodes import HALF_LIFE_DAYS, MOST_UNKNOWN, Node
from legation.balance.weighing import Scale, Weighed, ancestors, weigh

DAY = date(2026, 11, 26)
SCALE = Scale(day=DAY)
KINDS = sorted(set().union(*SURFACE.values()))


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


@st.composite
def missions(draw: st.DrawFn, name: str = "m") -> Protected:
    ways = [
        Way(
            id=f"{name}-way-{number}",
            kind=draw(st.sampled_from(KINDS)),
            carries=draw(st.sampled_from(["", "public", "internal", "confidential", "secret"])),
            state=draw(st.sampled_from(["", "none", "declared", "in force"])),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    ids = [way.id for way in ways]
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
            outcome=draw(st.sampled_from(["held", "failed", "unknown"])),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    return Protected(id=name, ways=tuple(ways), papers=tuple(papers), facts=tuple(facts))


def without(mission: Protected, object_id: str) -> Protected:
    return msgspec.structs.replace(
        mission,
        ways=tuple(one for one in mission.ways if one.id != object_id),
        papers=tuple(one for one in mission.papers if one.id != object_id),
        facts=tuple(one for one in mission.facts if one.id != object_id),
    )


def objects_of(mission: Protected) -> list[str]:
    return [
        *(way.id for way in mission.ways),
        *(paper.id for paper in mission.papers),
        *(fact.id for fact in mission.facts),
    ]


def leaves_under(nodes: Weighed, name: str) -> set[str]:
    node = nodes.nodes[name]
    found = set(node.evidence)
    for child in node.children:
        found |= leaves_under(nodes, child)
    return found


@given(missions())
def test_every_number_stands_between_its_ends_and_opens_down_to_objects(
    mission: Protected,
) -> None:
    weighed = weigh([mission], SCALE)
    known = set(objects_of(mission))
    for node in weighed.nodes.values():
        assert node.bounds.low <= node.bounds.mid <= node.bounds.high
        assert 0 <= node.unknown <= 1
        assert set(node.children) <= weighed.nodes.keys()
        assert set(node.evidence) <= known
    assert leaves_under(weighed, "m|mission") <= known


@given(missions(), st.data())
def test_removing_one_object_changes_exactly_its_ancestors(
    mission: Protected, data: st.DataObject
) -> None:
    objects = objects_of(mission)
    if not objects:
        return
    gone = data.draw(st.sampled_from(objects))
    before = weigh([mission], SCALE).nodes
    after = weigh([without(mission, gone)], SCALE).nodes
    changed = {
        name for name in before if name not in after or after[name].digest != before[name].digest
    }
    assert changed == ancestors(before, gone)
    assert after.keys() <= before.keys()


@given(missions(), missions("n"), st.data())
def test_weighing_again_after_one_change_touches_its_ancestors_and_nothing_else(
    one: Protected, two: Protected, data: st.DataObject
) -> None:
    objects = objects_of(one)
    if not objects:
        return
    changed = data.draw(st.sampled_from(objects))
    before = weigh([one, two], SCALE).nodes
    left = without(one, changed) if data.draw(st.booleans()) else one
    again = weigh([left, two], SCALE, before, {changed})
    assert again.made <= ancestors(before, changed)
    assert not any(name.startswith("n") for name in again.made)
    assert again.nodes == weigh([left, two], SCALE).nodes
    if left is one:
        assert again.made == ancestors(before, changed)


@given(missions())
def test_above_the_stated_share_of_unknown_weight_no_verdict_is_given(mission: Protected) -> None:
    for node in weigh([mission], SCALE).nodes.values():
        if node.kind == "balance":
            assert (node.verdict == "cannot tell") or node.unknown <= MOST_UNKNOWN
            assert node.verdict != "cannot tell" or node.missing


@given(missions(), st.permutations(range(6)))
def test_the_order_in_which_facts_came_does_not_matter(
    mission: Protected, order: list[int]
) -> None:
    facts = [mission.facts[at] for at in order if at < len(mission.facts)]
    turned = msgspec.structs.replace(mission, facts=tuple(facts))
    digests = [
        {name: node.digest for name, node in weigh([each], SCALE).nodes.items()}
        for each in (mission, turned)
    ]
    assert digests[0] == digests[1]


def mission_of(*facts: Fact, way: Way | None = None, papers: tuple[Paper, ...] = ()) -> Protected:
    return Protected(
        id="m",
        ways=(way or Way(id="mail", kind="mail", carries="confidential", state="in force"),),
        papers=papers or (Paper(id="paper", value=3, channels=frozenset({"mail"})),),
        facts=facts,
    )


def fact(kind: str, days: int, outcome: str = "unknown", threat: Threat = "T6") -> Fact:
    return msgspec.convert(
        {
            "id": f"{kind}-{days}-{outcome}-{threat}",
            "channel": "" if kind == "watched" else "mail",
            "kind": kind,
            "threats": [threat],
            "on": ago(days),
            "until": DAY,
            "outcome": outcome,
        },
        Fact,
    )


def node(mission: Protected, name: str, scale: Scale = SCALE) -> Node:
    return weigh([mission], scale).nodes[name]


def test_a_word_counts_at_most_by_half_and_a_try_in_full() -> None:
    word = node(mission_of(), "mail|T6|credit")
    tried = node(mission_of(fact("test", 3, "held")), "mail|T6|credit")
    assert (word.rung, word.bounds.high) == ("in force", 0.5)
    assert tried.rung == "tested"
    assert tried.bounds.mid > 0.5
    assert tried.bounds.high > 0.99


@pytest.mark.parametrize(
    ("kind", "rung"), [("test", "tested"), ("drill", "drill"), ("case", "case")]
)
def test_the_ladder_ends_where_a_safeguard_held_in_a_real_case(kind: str, rung: str) -> None:
    assert node(mission_of(fact(kind, 3, "held")), "mail|T6|credit").rung == rung


def test_evidence_fades_and_in_the_end_the_word_alone_is_left() -> None:
    ages = [1, HALF_LIFE_DAYS, 364, 366]
    widths = []
    for age in ages:
        found = node(mission_of(fact("drill", age, "held")), "mail|T6|credit")
        widths.append(found.bounds.high - found.bounds.low)
        assert found.rung == ("drill" if age <= 365 else "in force")
    assert widths[0] < widths[1] < widths[2]
    near = Scale(day=DAY, tested_days=30)
    assert node(mission_of(fact("test", 31, "held")), "mail|T6|credit", near).rung == "in force"


def test_a_breach_speaks_against_the_safeguard_and_for_the_exposure() -> None:
    calm = mission_of(fact("watched", 364), fact("test", 3, "held"))
    hurt = mission_of(fact("watched", 364), fact("test", 3, "held"), fact("breach", 2))
    assert node(hurt, "mail|T6|credit").bounds.mid < node(calm, "mail|T6|credit").bounds.mid
    assert node(hurt, "m|T6|exposure").bounds.low > node(calm, "m|T6|exposure").bounds.low


def test_where_nobody_looks_nothing_seen_is_not_nothing_there() -> None:
    blind = node(mission_of(fact("test", 3, "held")), "m|T6|balance")
    assert blind.verdict == "cannot tell"
    assert "nobody looks for T6" in blind.missing
    seen = node(mission_of(fact("test", 3, "held"), fact("attempt", 3)), "m|T6|chance")
    assert seen.bounds.high == 1.0


def test_a_mission_is_covered_exposed_balanced_or_untold() -> None:
    watched = fact("watched", 364)
    held = [fact("case", days, "held") for days in range(1, 30)]
    covered = mission_of(watched, *held, papers=(Paper(id="p", value=1, channels=frozenset()),))
    assert node(covered, "m|T6|balance").verdict == "covered"
    # Where what happens are breaches only, and what is at stake is the highest.
    breaches = [fact("breach", days) for days in range(1, 30)]
    dear = (Paper(id="p", value=5, channels=frozenset({"mail"})),)
    exposed = node(mission_of(watched, *breaches, papers=dear), "m|T6|balance")
    assert exposed.verdict == "exposed"
    assert node(mission_of(watched, *breaches, papers=dear), "m|mission").verdict == "exposed"


def test_a_threat_without_a_registered_channel_is_told_as_unknown() -> None:
    found = node(mission_of(fact("watched", 364, threat="T1")), "m|T1|balance")
    assert found.verdict == "cannot tell"
    assert any("no channel by which T1 comes" in one for one in found.missing)


def test_days_of_looking_are_counted_once() -> None:
    once = node(mission_of(fact("watched", 100)), "m|T6|chance")
    twice = mission_of(fact("watched", 100), fact("watched", 60))
    assert node(twice, "m|T6|chance").bounds == once.bounds


@pytest.mark.parametrize("events", [0, 1, 5])
def test_more_looking_narrows_the_chance(events: int) -> None:
    short, long = chance_of(events, 0.2), chance_of(events, 5)
    assert long.high <= short.high


@given(st.floats(0, 20), st.floats(0, 20))
def test_a_share_is_a_share(held: float, failed: float) -> None:
    found = share_of(held, held + failed)
    assert 0 <= found.low <= found.mid <= found.high <= 1


def test_bounds_multiply_end_by_end() -> None:
    half = Bounds(low=0.25, mid=0.5, high=1.0)
    assert half * half == Bounds(low=0.0625, mid=0.25, high=1.0)
    assert half * 0.5 == Bounds(low=0.125, mid=0.25, high=0.5)
