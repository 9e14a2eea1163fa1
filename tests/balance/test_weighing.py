"""The balance: every bar traces to evidence, and one object touches its ancestors alone."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.balance.bounds import Bounds, chance_of, share_of
from legation.balance.evidence import SURFACE, THREATS, Paper, Protected, Way
from legation.balance.nodes import BAND, HALF_LIFE_DAYS, MOST_UNKNOWN
from legation.balance.telling import bare, figures, is_unknown, statement
from legation.balance.weighing import Scale, Weighed, ancestors, weigh
from worlds.weighed_missions import (
    DAY,
    KINDS,
    SCALE,
    fact_of,
    mission_of,
    missions,
    node_of,
    objects_of,
    without,
)


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
        if node.kind == "mission" and node.unknown > MOST_UNKNOWN:
            assert node.verdict in {"cannot tell", "exposed"}


@given(missions())
def test_a_mission_is_told_by_its_weakest_threat_and_never_surer(mission: Protected) -> None:
    nodes = weigh([mission], SCALE).nodes
    balances = [nodes[f"m|{threat}|balance"] for threat in THREATS]
    verdicts = {one.verdict for one in balances}
    whole = nodes["m|mission"].verdict
    # By the stated rule, written out again.
    if "exposed" in verdicts:
        assert whole == "exposed"
    elif "cannot tell" in verdicts:
        assert whole == "cannot tell"
    elif "balanced" in verdicts:
        assert whole == "balanced"
    else:
        assert (whole, verdicts) == ("covered", {"covered"})
    assert statement(balances).startswith(whole)


@given(missions(), st.data())
def test_how_secret_channels_are_says_nothing_of_lies_false_voices_and_lures(
    mission: Protected, data: st.DataObject
) -> None:
    secrecy = st.sampled_from(["", "public", "internal", "confidential", "secret"])
    turned = msgspec.structs.replace(
        mission,
        ways=tuple(
            msgspec.structs.replace(way, carries=data.draw(secrecy)) for way in mission.ways
        ),
    )
    one, two = (weigh([each], SCALE).nodes for each in (mission, turned))
    for threat in ("T1", "T4", "T6"):
        for name, node in one.items():
            if f"|{threat}|" in name:
                assert (node.bounds, node.unknown) == (two[name].bounds, two[name].unknown)


@given(missions(), st.sampled_from(KINDS), st.sampled_from(["public", "secret"]))
def test_no_channel_more_makes_a_surface_smaller(
    mission: Protected, kind: str, carries: str
) -> None:
    more = Way(id="more", kind=kind, carries=carries)
    wider = msgspec.structs.replace(mission, ways=(*mission.ways, more))
    before, after = (weigh([each], SCALE).nodes for each in (mission, wider))
    for threat in THREATS:
        name = f"m|{threat}|surface"
        if before[name].unknown == 1:
            continue
        assert after[name].bounds.low >= before[name].bounds.low
        assert after[name].bounds.mid >= before[name].bounds.mid
        assert after[name].bounds.high >= before[name].bounds.high
        if kind not in SURFACE[threat]:
            assert after[name].bounds == before[name].bounds


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


def test_a_word_counts_at_most_by_half_and_a_try_in_full() -> None:
    word = node_of(mission_of(), "mail|T6|credit")
    tried = node_of(mission_of(fact_of("test", 3, "held")), "mail|T6|credit")
    assert (word.rung, word.bounds.high) == ("in force", 0.5)
    assert tried.rung == "tested"
    assert tried.bounds.mid > 0.5
    assert tried.bounds.high > 0.99


@pytest.mark.parametrize(
    ("kind", "rung"), [("test", "tested"), ("drill", "drill"), ("case", "case")]
)
def test_the_ladder_ends_where_a_safeguard_held_in_a_real_case(kind: str, rung: str) -> None:
    assert node_of(mission_of(fact_of(kind, 3, "held")), "mail|T6|credit").rung == rung


def test_evidence_fades_and_in_the_end_the_word_alone_is_left() -> None:
    ages = [1, HALF_LIFE_DAYS, 364, 366]
    widths = []
    for age in ages:
        found = node_of(mission_of(fact_of("drill", age, "held")), "mail|T6|credit")
        widths.append(found.bounds.high - found.bounds.low)
        assert found.rung == ("drill" if age <= 365 else "in force")
    assert widths[0] < widths[1] < widths[2]
    near = Scale(day=DAY, tested_days=30)
    assert (
        node_of(mission_of(fact_of("test", 31, "held")), "mail|T6|credit", near).rung == "in force"
    )


def test_a_breach_speaks_against_the_safeguard_and_for_the_exposure() -> None:
    calm = mission_of(fact_of("watched", 364), fact_of("test", 3, "held"))
    hurt = mission_of(fact_of("watched", 364), fact_of("test", 3, "held"), fact_of("breach", 2))
    assert node_of(hurt, "mail|T6|credit").bounds.mid < node_of(calm, "mail|T6|credit").bounds.mid
    assert node_of(hurt, "m|T6|exposure").bounds.low > node_of(calm, "m|T6|exposure").bounds.low


def test_where_nobody_looks_nothing_seen_is_not_nothing_there() -> None:
    blind = node_of(mission_of(fact_of("test", 3, "held")), "m|T6|balance")
    assert blind.verdict == "cannot tell"
    assert "nobody looks for T6" in blind.missing
    seen = node_of(mission_of(fact_of("test", 3, "held"), fact_of("attempt", 3)), "m|T6|chance")
    assert seen.bounds.high == 1.0


@pytest.mark.parametrize("days", [1, 30, 180, 300, 365])
def test_days_on_which_nobody_looked_are_unknown_where_nothing_was_met(days: int) -> None:
    quiet = msgspec.structs.replace(fact_of("watched", days - 1), until=DAY)
    found = node_of(mission_of(quiet), "m|T6|chance")
    assert found.unknown == pytest.approx(1 - days / 365, abs=1e-6)
    assert found.bounds.low == 0
    assert found.bounds.mid <= 0.5
    whole = node_of(mission_of(quiet), "m|T6|exposure")
    assert whole.unknown == pytest.approx(0.5 * (1 - days / 365), abs=1e-6)
    left = (f"on {365 - days} of the last 365 days nobody looked for T6",) if days < 365 else ()
    assert found.missing == left


def test_a_mission_is_covered_exposed_balanced_or_untold() -> None:
    watched = fact_of("watched", 364)
    held = [fact_of("case", days, "held") for days in range(1, 30)]
    covered = mission_of(watched, *held, papers=(Paper(id="p", value=1, channels=frozenset()),))
    assert node_of(covered, "m|T6|balance").verdict == "covered"
    # Where what happens are breaches only, and what is at stake is the highest.
    breaches = [fact_of("breach", days) for days in range(1, 30)]
    dear = (Paper(id="p", value=5, channels=frozenset({"mail"})),)
    exposed = node_of(mission_of(watched, *breaches, papers=dear), "m|T6|balance")
    assert exposed.verdict == "exposed"
    assert node_of(mission_of(watched, *breaches, papers=dear), "m|mission").verdict == "exposed"


def test_a_threat_without_a_registered_channel_is_told_as_unknown() -> None:
    found = node_of(mission_of(fact_of("watched", 364, threat="T1")), "m|T1|balance")
    assert found.verdict == "cannot tell"
    assert any("no channel by which T1 comes" in one for one in found.missing)


def test_days_of_looking_are_counted_once() -> None:
    once = node_of(mission_of(fact_of("watched", 100)), "m|T6|chance")
    twice = mission_of(fact_of("watched", 100), fact_of("watched", 60))
    assert node_of(twice, "m|T6|chance").bounds == once.bounds


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


def test_balanced_needs_the_whole_interval_near_zero_else_it_is_named_what_would_narrow_it() -> (
    None
):
    watched = fact_of("watched", 364)
    met = [fact_of("attempt", days) for days in range(1, 21)]
    tried = [fact_of("test", days, "held") for days in range(1, 21)]
    failed = [fact_of("test", days, "failed") for days in range(21, 41)]
    dear = (Paper(id="p", value=5, channels=frozenset({"mail"})),)
    found = node_of(mission_of(watched, *met, *tried, *failed, papers=dear), "m|T6|balance")
    assert found.bounds.low < 0 < found.bounds.high
    assert found.verdict == "balanced"
    faded = node_of(mission_of(watched, fact_of("test", 200, "held"), papers=dear), "m|T6|balance")
    assert faded.verdict == "cannot tell"
    assert "tries of the safeguards, for their interval is too wide" in faded.missing


@given(missions())
def test_no_balance_is_balanced_whose_interval_leaves_the_band(mission: Protected) -> None:
    for node in weigh([mission], SCALE).nodes.values():
        if node.kind == "balance" and node.verdict == "balanced":
            assert -BAND <= node.bounds.low <= node.bounds.high <= BAND


def test_a_breach_after_the_last_test_is_neither_balanced_nor_unnamed() -> None:
    facts = [fact_of("test", 16, "held"), fact_of("breach", 6, "failed")]
    nodes = weigh([mission_of(*facts)], SCALE).nodes
    found = nodes["m|T6|balance"]
    assert found.verdict != "balanced"
    assert "no try has held since the breach: breach-6-failed-T6" in found.missing
    balances = [nodes[f"m|{threat}|balance"] for threat in THREATS]
    assert "open breach: T6" in statement(balances)
    # What held after it closes it.
    after = weigh([mission_of(*facts, fact_of("test", 1, "held"))], SCALE).nodes
    assert "breach" not in statement([after[f"m|{threat}|balance"] for threat in THREATS])


@given(missions())
def test_where_a_part_is_unknown_and_it_cannot_be_told_no_middle_is_said(
    mission: Protected,
) -> None:
    for node in weigh([mission], SCALE).nodes.values():
        too_little = node.kind != "credit" and node.unknown > MOST_UNKNOWN
        if node.verdict == "cannot tell" or too_little:
            assert figures(node).startswith(("between ", "unknown ("))
            assert bare(node)["bounds"]["mid"] is None
        elif node.rung != "unknown":
            assert bare(node)["bounds"]["mid"] == node.bounds.mid


@pytest.mark.parametrize(
    ("papers", "low", "high", "unknown"),
    [
        ((), 0.2, 1.0, 1.0),
        ((Paper(id="p", value=4, channels=frozenset({"host"})),), 0.2, 1.0, 1.0),
        ((Paper(id="p", value=4, channels=frozenset()),), 0.2, 1.0, 1.0),
        ((Paper(id="p", value=4, channels=frozenset({"mail"})),), 0.8, 0.8, 0.0),
        (
            (
                Paper(id="p", value=2, channels=frozenset({"mail"})),
                Paper(id="q", value=5, channels=frozenset()),
            ),
            0.4,
            1.0,
            0.0,
        ),
    ],
)
def test_value_that_nobody_named_is_an_interval_and_no_floor(
    papers: tuple[Paper, ...], low: float, high: float, unknown: float
) -> None:
    mission = msgspec.structs.replace(mission_of(), papers=papers)
    found = node_of(mission, "m|T6|value")
    assert (found.bounds.low, found.bounds.high, found.unknown) == (low, high, unknown)
    assert bool(found.missing) == (high > low)


def test_a_lie_is_aimed_at_what_the_mission_works_for_wherever_its_papers_lie() -> None:
    way = Way(id="site", kind="domain", carries="public", state="in force")
    papers = (Paper(id="p", value=5, channels=frozenset({"host"})),)
    assert node_of(mission_of(way=way, papers=papers), "m|T1|value").bounds.mid == 1.0
    assert is_unknown(node_of(mission_of(way=way, papers=papers), "m|T2|value"))


@pytest.mark.parametrize("breaches", [1, 10_000])
def test_any_number_of_breaches_is_weighed(breaches: int) -> None:
    many = [
        msgspec.structs.replace(fact_of("breach", n % 900), id=f"b{n}") for n in range(breaches)
    ]
    found = weigh([mission_of(fact_of("watched", 364), *many)], SCALE).nodes
    for one in found.values():
        assert one.bounds.low <= one.bounds.mid <= one.bounds.high
        assert all(math.isfinite(end) for end in msgspec.structs.astuple(one.bounds))
