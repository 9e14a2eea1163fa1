"""A breach is of its channel's address: ending a row, or naming none, takes nothing of it away."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.balance.counting import UNPLACED, uses
from legation.balance.evidence import Fact, Paper, Protected, Way
from legation.balance.weighing import Scale, ancestors, weigh
from worlds.weighed_missions import (
    SCALE,
    ago,
    fact_of,
    mission_of,
    missions,
    node_of,
    without,
)

OLD = Way(id="old", kind="mail", carries="confidential", state="in force", address="a.example")
PLACES = [
    pytest.param("a.example", "a.example", "mail", id="the-same-address"),
    pytest.param("a.example", "A.Example.", "mail", id="the-same-address-in-other-letters"),
    pytest.param("a.example", "a.example", "messenger", id="the-same-address-of-another-kind"),
    pytest.param("", "", "mail", id="the-same-kind-without-addresses"),
    pytest.param("a.example", "", "mail", id="the-same-kind-where-one-has-no-address"),
]


def breach(channel: str = "old", days: int = 5, **more: object) -> Fact:
    return msgspec.structs.replace(fact_of("breach", days), channel=channel, **more)


def entered_anew(was: str, now: str, kind: str, *facts: Fact) -> Protected:
    way = Way(id="mail", kind=kind, carries="confidential", state="in force", address=now)
    old = msgspec.structs.replace(OLD, address=was)
    return msgspec.structs.replace(mission_of(*facts, way=way), gone=(old,))


@pytest.mark.parametrize(("was", "now", "kind"), PLACES)
def test_a_channel_that_is_entered_anew_takes_over_its_breach_and_no_earlier_try(
    was: str, now: str, kind: str
) -> None:
    tries = [fact_of("test", days, "held") for days in range(6, 30)]
    found = weigh([entered_anew(was, now, kind, *tries, breach())], SCALE).nodes
    credit = found["mail|T6|credit"]
    assert credit.rung == "none"
    assert credit.bounds.high <= 0.5
    assert {"old", "breach-5-unknown-T6"} <= set(credit.evidence)
    later = entered_anew(was, now, kind, breach(), fact_of("test", 1, "held"))
    assert node_of(later, "mail|T6|credit").rung == "tested"


def test_a_channel_that_ended_weighs_once_where_another_took_its_place() -> None:
    found = entered_anew("a.example", "a.example", "mail", breach())
    nodes = weigh([found], SCALE).nodes
    assert nodes["old|m|T6|credit"].weight == 0
    assert nodes["m|T6|safeguards"].bounds == nodes["mail|T6|credit"].bounds


def test_a_breach_of_a_channel_that_ended_counts_for_the_mission_until_it_is_too_old() -> None:
    held = [fact_of("test", days, "held") for days in range(1, 30)]
    for days, counts in ((5, True), (365, True), (366, False)):
        mission = entered_anew("a.example", "b.example", "mail", *held, breach(days=days))
        nodes = weigh([mission], SCALE).nodes
        assert ("old|m|T6|credit" in nodes) == counts
        calm = node_of(mission_of(*held), "m|T6|safeguards").bounds
        assert (nodes["m|T6|safeguards"].bounds.mid < calm.mid) == counts
        told = [use for use in uses(mission, SCALE) if use.fact.startswith("breach")]
        assert any(use.part == "safeguards" and use.weight for use in told) == counts
        # Tries that the new address stood are its own.
        assert nodes["mail|T6|credit"].rung == "tested"


def test_two_channels_of_one_address_share_a_breach_while_both_stand() -> None:
    two = Way(id="two", kind="mail", carries="confidential", state="in force", address="a.example")
    mission = mission_of(fact_of("test", 9, "held"), breach("two"))
    ways = (msgspec.structs.replace(mission.ways[0], address="a.example"), two)
    found = weigh([msgspec.structs.replace(mission, ways=ways)], SCALE).nodes
    assert [found[f"{name}|T6|credit"].rung for name in ("mail", "two")] == ["none", "none"]


def covered(*facts: Fact) -> Protected:
    tries = [fact_of("test", days, "held") for days in range(1, 13)]
    papers = (Paper(id="p", value=1, channels=frozenset({"mail"})),)
    return mission_of(fact_of("watched", 364), *tries, *facts, papers=papers)


def test_a_breach_that_names_no_channel_leaves_no_more_than_cannot_tell() -> None:
    assert node_of(covered(), "m|T6|balance").verdict == "covered"
    nodes = weigh([covered(breach(""))], SCALE).nodes
    assert nodes["m|T6|balance"].verdict == "cannot tell"
    assert "nobody said which channel it broke: breach-5-unknown-T6" in nodes["m|mission"].missing
    told = [use for use in uses(covered(breach("")), SCALE) if use.why == UNPLACED]
    assert [(use.part, use.threat) for use in told] == [("safeguards", "T6")]
    named = weigh([covered(breach("mail"))], SCALE).nodes
    assert not any("which channel it broke" in word for word in named["m|mission"].missing)
    assert node_of(covered(breach("", 366)), "m|T6|balance").verdict == "covered"


def test_a_real_case_that_did_not_hold_and_names_no_channel_is_as_a_breach() -> None:
    case = msgspec.structs.replace(fact_of("case", 5, "failed"), channel="")
    assert node_of(covered(case), "m|T6|balance").verdict == "cannot tell"
    held = msgspec.structs.replace(fact_of("case", 5, "held"), channel="")
    assert not any("it broke" in word for word in node_of(covered(held), "m|mission").missing)


def test_a_breach_without_a_channel_never_makes_an_exposed_mission_less_so() -> None:
    breaches = [
        msgspec.structs.replace(fact_of("breach", days), id=f"b{days}") for days in range(1, 13)
    ]
    dear = (Paper(id="p", value=5, channels=frozenset({"mail"})),)
    mission = mission_of(fact_of("watched", 364), *breaches, papers=dear)
    open_too = msgspec.structs.replace(mission, facts=(*mission.facts, breach("")))
    assert node_of(mission, "m|T6|balance").verdict == "exposed"
    assert node_of(open_too, "m|T6|balance").verdict == "exposed"


@given(missions(), st.integers(0, 364), st.sampled_from(["mail", "account", "host"]))
def test_no_breach_without_a_channel_is_ever_called_balanced_or_covered(
    mission: Protected, days: int, kind: str
) -> None:
    more = Way(id="more", kind=kind, carries="internal", state="in force")
    mission = msgspec.structs.replace(
        mission, ways=(*mission.ways, more), facts=(*mission.facts, breach("", days))
    )
    assert weigh([mission], SCALE).nodes["m|T6|balance"].verdict in {"cannot tell", "exposed"}


@pytest.mark.parametrize("threat", ["T2", "T3", "T5", "T6"])
def test_a_paper_whose_channels_all_ended_is_as_one_of_which_nobody_said_where_it_is(
    threat: str,
) -> None:
    cheap = Paper(id="p", value=1, channels=frozenset({"mail"}))
    nowhere, ended = (
        Paper(id="q", value=5, channels=held) for held in (frozenset(), frozenset({"old"}))
    )
    name = f"m|{threat}|value"
    one, two = (node_of(mission_of(papers=(cheap, dear)), name) for dear in (nowhere, ended))
    assert one == two
    assert (two.bounds.low, two.bounds.high) == (0.2, 1.0)
    assert two.missing == ("nobody said which channel carries it: q",)


def test_a_paper_that_loses_its_last_channel_is_weighed_anew() -> None:
    site = Way(id="site", kind="domain", carries="public", state="in force")
    papers = (
        Paper(id="p", value=1, channels=frozenset({"mail"})),
        Paper(id="q", value=5, channels=frozenset({"site"})),
    )
    mission = mission_of(papers=papers)
    both = msgspec.structs.replace(mission, ways=(*mission.ways, site))
    before = weigh([both], SCALE).nodes
    assert before["m|T6|value"].bounds.high == 0.2
    left = without(both, "site")
    again = weigh([left], SCALE, before, {"site"})
    assert again.nodes == weigh([left], SCALE).nodes
    assert again.nodes["m|T6|value"].bounds.high == 1.0
    assert "m|T6|value" in ancestors(before, "site")


def test_how_long_a_breach_of_an_ended_channel_counts_follows_the_scale() -> None:
    mission = entered_anew("a.example", "b.example", "mail", breach(days=40))
    short = weigh([mission], Scale(day=SCALE.day, tested_days=30)).nodes
    assert "old|m|T6|credit" not in short
    assert "old|m|T6|credit" in weigh([mission], SCALE).nodes
    assert ago(40) == breach(days=40).on
