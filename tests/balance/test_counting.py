"""Where proofs count: by channel, day and outcome, and what takes a proof away."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.balance.counting import UNPLACED, uses
from legation.balance.evidence import Protected
from legation.balance.nodes import HALF_LIFE_DAYS
from legation.balance.telling import use_words, where_words
from legation.balance.weighing import weigh
from worlds.weighed_missions import SCALE, ago, fact_of, mission_of, missions, node_of, without


@given(missions(), st.data())
def test_what_is_told_not_to_count_changes_no_number(
    mission: Protected, data: st.DataObject
) -> None:
    told = list(uses(mission, SCALE))
    idle = [
        fact.id
        for fact in mission.facts
        if not any(use.weight or use.why == UNPLACED for use in told if use.fact == fact.id)
    ]
    for fact in mission.facts:
        own = [use for use in told if use.fact == fact.id]
        assert {use.threat for use in own} == fact.threats
        assert all(bool(use.weight) != bool(use.why) for use in own)
    if not idle:
        return
    left = without(mission, data.draw(st.sampled_from(idle)))
    before, after = (weigh([each], SCALE).nodes for each in (mission, left))
    assert before.keys() == after.keys()
    for name, node in before.items():
        assert (node.bounds, node.unknown, node.verdict, node.rung) == (
            after[name].bounds,
            after[name].unknown,
            after[name].verdict,
            after[name].rung,
        )


def test_a_later_breach_takes_the_proof_of_earlier_tries_away() -> None:
    tries = [fact_of("test", days, "held") for days in range(20, 60)]
    word = node_of(mission_of(), "mail|T6|credit")
    found = node_of(mission_of(*tries, fact_of("breach", 10)), "mail|T6|credit")
    assert found.rung == "none"
    assert found.bounds.mid < word.bounds.mid
    assert found.bounds.high <= word.bounds.high
    again = node_of(
        mission_of(*tries, fact_of("breach", 10), fact_of("test", 5, "held")), "mail|T6|credit"
    )
    assert again.rung == "tested"
    assert word.bounds.mid < again.bounds.mid < 0.6


def test_a_try_of_the_day_of_a_breach_proves_nothing() -> None:
    found = node_of(
        mission_of(fact_of("test", 10, "held"), fact_of("breach", 10)), "mail|T6|credit"
    )
    assert found.rung == "none"


def test_what_held_while_a_breach_was_not_yet_known_proves_nothing() -> None:
    breach = msgspec.structs.replace(fact_of("breach", 700), known=ago(8))
    found = node_of(mission_of(fact_of("test", 20, "held"), breach), "mail|T6|credit")
    assert found.rung == "none"
    # It is counted from the day it was known, for nobody knows that it had ended before.
    watched = fact_of("watched", 364)
    quiet = node_of(mission_of(watched), "m|T6|chance")
    met = node_of(mission_of(watched, breach), "m|T6|chance")
    assert met.bounds.mid > quiet.bounds.mid


def test_a_test_that_fails_is_counted_and_ends_no_earlier_proof() -> None:
    tries = [fact_of("test", days, "held") for days in range(20, 30)]
    found = node_of(mission_of(*tries, fact_of("test", 10, "failed")), "mail|T6|credit")
    assert found.rung == "tested"
    whole = node_of(mission_of(*tries), "mail|T6|credit")
    assert 0.5 < found.bounds.mid < whole.bounds.mid


def test_what_was_met_while_nobody_looked_is_no_rate_of_the_days_of_looking() -> None:
    looked = msgspec.structs.replace(fact_of("watched", 9), until=ago(0))
    found = node_of(mission_of(looked, fact_of("attempt", 200)), "m|T6|chance")
    # One in a year, and ten quiet days: not one in ten days.
    assert found.bounds.low < 0.3
    inside = node_of(mission_of(looked, fact_of("attempt", 5)), "m|T6|chance")
    assert inside.bounds.low > 0.9


def test_each_reason_why_a_proof_does_not_count_is_told() -> None:
    watched = fact_of("watched", 364)
    old = msgspec.structs.replace(fact_of("watched", 900), id="old", until=ago(700))
    loose = msgspec.structs.replace(fact_of("test", 9, "held"), id="loose", channel="")
    gone = msgspec.structs.replace(fact_of("test", 9, "held"), id="gone", channel="closed")
    told = {
        (use.fact, use.part): use.why
        for use in uses(
            mission_of(
                watched,
                old,
                loose,
                gone,
                fact_of("test", 8, "held", "T1"),
                fact_of("drill", 7),
                fact_of("test", 366, "held"),
                fact_of("test", 30, "held"),
                fact_of("breach", 20),
                fact_of("attempt", 400),
                fact_of("test", -1, "held"),
                fact_of("test", 2, "held"),
            ),
            SCALE,
        )
    }
    assert told == {
        ("watched-364-unknown-T6", "chance"): "",
        ("old", "chance"): "it lies more than a year back",
        ("loose", "safeguards"): "it names no channel, and a safeguard is tried on a channel",
        ("gone", "safeguards"): "its channel is none of the mission's that day",
        ("test-8-held-T1", "safeguards"): "T1 does not come through a channel of its kind",
        ("drill-7-unknown-T6", "safeguards"): "nobody said whether the safeguard held",
        ("test-366-held-T6", "safeguards"): "a later breach shows that it does not hold",
        ("test-30-held-T6", "safeguards"): "a later breach shows that it does not hold",
        ("breach-20-unknown-T6", "safeguards"): "",
        ("breach-20-unknown-T6", "chance"): "",
        ("attempt-400-unknown-T6", "chance"): "it lies more than a year back",
        ("test--1-held-T6", "safeguards"): "it lies ahead of that day",
        ("test-2-held-T6", "safeguards"): "",
    }
    aged = {use.why for use in uses(mission_of(fact_of("test", 366, "held")), SCALE)}
    assert aged == {"it is older than the 365 days in which a try counts"}


def test_where_a_proof_counts_is_said_by_threat() -> None:
    both = msgspec.structs.replace(
        fact_of("breach", 3), threats=frozenset({"T1", "T5", "T6"}), id="both"
    )
    unplaced = "nobody said which channel it broke, so until then no more than cannot tell is said"
    assert where_words(uses(mission_of(both), SCALE)) == (
        "counts for the chance of T1, T5, T6",
        "counts among the safeguards against T5, T6",
        f"does not count among the safeguards against T1: {unplaced}",
    )


def test_many_tries_of_one_day_prove_no_more_than_one() -> None:
    once = node_of(mission_of(fact_of("test", 3, "held")), "mail|T6|credit")
    many = [msgspec.structs.replace(fact_of("test", 3, "held"), id=f"t{n}") for n in range(500)]
    found = node_of(mission_of(*many), "mail|T6|credit")
    assert found.bounds == once.bounds
    told = list(uses(mission_of(*many), SCALE))
    assert sum(use.weight for use in told) == pytest.approx(0.5 ** (3 / HALF_LIFE_DAYS))
    assert {use_words(use) for use in told} == {"counts less than 0.01"}
    spread = node_of(mission_of(*(fact_of("test", n, "held") for n in range(9))), "mail|T6|credit")
    assert spread.bounds.low > once.bounds.low


@pytest.mark.parametrize("outcome", ["held", "failed"])
def test_an_attempt_tries_no_safeguard_and_is_told_so(outcome: str) -> None:
    tried = mission_of(fact_of("attempt", 3, outcome))
    assert {(use.part, use.weight, use.why) for use in uses(tried, SCALE)} == {
        ("chance", 1.0, ""),
        (
            "safeguards",
            0.0,
            "an attempt tries no safeguard: what was met is a case, what got through a breach",
        ),
    }
    assert node_of(tried, "mail|T6|credit") == node_of(mission_of(), "mail|T6|credit")
