"""The leaves of the balance: the rungs that a word reaches, and what a bar is made of."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.balance.evidence import THREATS, Fact, Outcome, Paper, Protected, Way
from legation.balance.nodes import LADDER, MOST_UNKNOWN
from legation.balance.weighing import Scale, weigh

DAY = date(2026, 11, 26)
SCALE = Scale(day=DAY)


def mission(*, state: str = "in force", value: int = 3, attempts: int = 0) -> Protected:
    watched = Fact(
        id="watched", kind="watched", threats=frozenset(THREATS), on=date(2025, 11, 27), until=DAY
    )
    met = (
        Fact(
            id=f"attempt-{n}",
            channel="mail",
            kind="attempt",
            threats=frozenset(THREATS),
            on=date(2026, 1, 1 + n),
        )
        for n in range(attempts)
    )
    return Protected(
        id="m",
        ways=(
            Way(id="mail", kind="mail", carries="secret", state=state),
            Way(id="site", kind="domain", carries="public", state=state),
        ),
        papers=(Paper(id="paper", value=value, channels=frozenset({"mail"})),),
        facts=(watched, *met),
    )


@pytest.mark.parametrize(
    ("state", "rung", "most"),
    [
        ("none", "none", 0.0),
        ("declared", "declared", 0.25),
        ("in force", "in force", 0.5),
        ("", "unknown", 1.0),
    ],
)
def test_the_ladder_begins_with_its_owner_s_word(state: str, rung: str, most: float) -> None:
    found = weigh([mission(state=state)], SCALE).nodes["mail|T6|credit"]
    assert (found.rung, found.bounds.high) == (rung, most)


@pytest.mark.parametrize("outcome", ["unknown", "failed", "held"])
@pytest.mark.parametrize("state", ["none", "declared", "in force", ""])
def test_a_breach_never_lifts_a_safeguard(state: str, outcome: Outcome) -> None:
    before = mission(state=state)
    breach = Fact(
        id="breach",
        channel="mail",
        kind="breach",
        threats=frozenset(THREATS),
        on=date(2026, 6, 1),
        outcome=outcome,
    )
    after = msgspec.structs.replace(before, facts=(*before.facts, breach))
    old, new = (weigh([one], SCALE).nodes["mail|T6|credit"] for one in (before, after))
    assert new.rung == "none"
    assert new.bounds.low <= old.bounds.low
    assert new.bounds.mid <= old.bounds.mid
    assert new.bounds.high <= old.bounds.high


def test_the_ladder_has_the_rungs_of_the_contract() -> None:
    assert LADDER[1:] == ("none", "declared", "in force", "tested", "drill", "case")


@given(st.sampled_from(THREATS), st.integers(1, 5), st.integers(0, 20))
def test_exposure_is_what_was_observed_times_surface_times_value(
    threat: str, value: int, attempts: int
) -> None:
    nodes = weigh([mission(value=value, attempts=attempts)], SCALE).nodes
    found = nodes[f"m|{threat}|exposure"]
    parts = [nodes[f"m|{threat}|{part}"] for part in ("chance", "surface", "value")]
    assert found.children == tuple(part.id for part in parts)
    for end in ("low", "mid", "high"):
        product = 1.0
        for part in parts:
            product *= getattr(part.bounds, end)
        assert getattr(found.bounds, end) == pytest.approx(product, abs=2e-6)


def test_more_that_was_observed_and_more_at_stake_is_more_exposure() -> None:
    calm, busy, dear = (
        weigh([one], SCALE).nodes["m|T6|exposure"].bounds.mid
        for one in (mission(), mission(attempts=9), mission(attempts=9, value=5))
    )
    assert calm < busy < dear


def test_above_thirty_percent_of_unknown_weight_nothing_is_told() -> None:
    assert MOST_UNKNOWN == 0.30
    nodes = weigh([mission(state="")], SCALE).nodes
    found = nodes["m|T6|balance"]
    assert found.unknown > MOST_UNKNOWN
    assert found.verdict == "cannot tell"
    assert found.missing
