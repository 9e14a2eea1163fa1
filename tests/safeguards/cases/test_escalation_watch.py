"""Every pair by the same rules: what warns, what does not, and where it cannot be told."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.safeguards.cases.escalation.exits import exits
from legation.safeguards.cases.escalation.signals import Kind, Signal, series
from legation.safeguards.cases.escalation.watch import (
    FEW_INCIDENTS,
    FEW_TONES,
    SHORT_PAST,
    Terms,
    Watch,
    climb,
    sentences,
    watch,
)

FEW = FEW_INCIDENTS % 3
UNTONED = FEW_TONES % 8
SHORT = SHORT_PAST % 12
DAY = date(2026, 6, 30)
LONG_AGO = DAY - timedelta(days=800)
NAMES = ("XA", "XB", "XC")


def signal(ago: int, kind: Kind, a: str = "XA", b: str = "XB", **more: Any) -> Signal:
    fields = {"reference": f"2026-0001/{ago}{kind[0]}{a}", "source": "press", **more}
    return Signal(on=DAY - timedelta(days=ago), a=a, b=b, kind=kind, **fields)


def answer(ago: int, rung: int, a: str = "XA", b: str = "XB") -> Signal:
    return signal(ago, "answer", a, b, rung=rung)


def only(signals: Iterable[Signal], **more: Any) -> Watch:
    (told,) = watch(signals, DAY, **{"since": LONG_AGO, **more})
    return told


def signs(told: Watch) -> list[str]:
    return [one.sign for one in told.reasons]


STEADY = [signal(ago, "incident") for ago in range(30, 392, 28)]
BURST = [signal(ago, "incident", "XB", "XA") for ago in range(0, 20, 2)]
FALLING = [signal(ago, "tone", tone=ago // 61 - 3) for ago in range(0, 364, 7)]
LADDER = [answer(40, 1), answer(30, 3, "XB", "XA"), answer(20, 4), answer(10, 6, "XB", "XA")]


def test_more_incidents_than_in_its_own_past_warn_with_ratio_and_interval() -> None:
    told = only([*STEADY, *BURST])
    assert told.verdict == "warns"
    assert signs(told) == ["incidents"]
    assert told.reasons[0].of == tuple(one.reference for one in sorted(BURST, key=lambda x: x.on))
    assert told.rate is not None
    assert (told.rate.recent, told.rate.past) == (10, 13)
    assert told.rate.ratio == pytest.approx(10)
    assert 1 < told.rate.low < 10 < (told.rate.high or 0)
    assert only(STEADY).verdict == "no warning"


def test_a_falling_tone_warns_with_its_slope() -> None:
    told = only(FALLING)
    assert (told.verdict, signs(told)) == ("warns", ["tone"])
    assert told.tone is not None
    assert told.tone.low <= told.tone.slope <= told.tone.high < 0
    rising = [msgspec.structs.replace(one, tone=-(one.tone or 0)) for one in FALLING]
    assert only(rising).verdict == "no warning"


def test_a_part_of_the_year_counts_once_however_much_is_said_in_it() -> None:
    # One week of outcry makes one of thirteen means.
    outcry = [signal(3, "tone", tone=-3, reference=f"2026-0002/{at}") for at in range(200)]
    even = [msgspec.structs.replace(one, tone=1) for one in FALLING]
    told = only([*even, *outcry])
    assert told.tone is not None
    assert told.tone.points == 13
    assert told.verdict == "no warning"


def test_answers_that_climb_in_turn_warn() -> None:
    told = only(LADDER)
    assert (told.verdict, signs(told), told.climbing) == ("warns", ["climb"], 4)
    assert told.reasons[0].of == tuple(one.reference for one in LADDER)


@pytest.mark.parametrize(
    ("signals", "climbing"),
    [
        (LADDER[1:], 3),
        ([*LADDER[:3], answer(10, 4, "XB", "XA")], 1),
        ([*LADDER[:3], answer(10, 6)], 1),
        ([*LADDER, answer(10, 7)], 0),
        ([*LADDER, signal(5, "move")], 0),
        ([*LADDER[:2], answer(30, 2, "XB", "XA"), *LADDER[2:]], 4),
        ([answer(200, 0, "XB", "XA"), *LADDER], 4),
        ([*LADDER, answer(5, 11)], 5),
    ],
)
def test_a_climb_ends_where_a_side_does_not_go_higher_in_its_turn(
    signals: list[Signal], climbing: int
) -> None:
    assert only(signals).climbing == climbing
    assert (only(signals).verdict == "warns") == (climbing >= 4)
    assert len(climb([])) == 0


@pytest.mark.parametrize(
    ("signals", "since", "missing"),
    [
        ([signal(1, "incident"), signal(2, "incident")], LONG_AGO, [FEW, UNTONED]),
        (BURST, DAY - timedelta(days=90), [SHORT, UNTONED]),
        (FALLING[:28], LONG_AGO, [FEW, UNTONED]),
        (BURST, None, [SHORT, UNTONED]),
    ],
)
def test_with_too_little_to_go_by_it_says_so_and_gives_no_all_clear(
    signals: list[Signal], since: date | None, missing: list[str]
) -> None:
    told = only(signals, since=since)
    assert (told.verdict, [*told.missing]) == ("cannot tell", missing)


def test_what_is_open_and_what_lies_ahead_is_told_and_warns_of_nothing() -> None:
    asked = msgspec.structs.replace(answer(9, 2), open=True)
    talks = [signal(-30, "talks"), signal(-90, "talks"), signal(3, "talks")]
    told = only([*STEADY, asked, *talks])
    assert told.verdict == "no warning"
    assert signs(told) == ["open", "talks"]
    assert [one.of for one in told.reasons] == [(asked.reference,), (talks[0].reference,)]
    assert not any(one.warns for one in told.reasons)
    assert signs(only([*STEADY, asked, signal(8, "move", "XB", "XA")])) == []
    assert signs(only([*STEADY, asked, signal(9, "move")])) == []
    assert signs(only([*STEADY, asked, signal(10, "move")])) == ["open"]


def test_what_comes_after_the_day_counts_for_nothing() -> None:
    ahead = [signal(-ago, "incident") for ago in range(1, 20)]
    assert only([*STEADY, *ahead]) == only(STEADY)


def test_an_incident_that_is_told_twice_happened_once() -> None:
    twice = [msgspec.structs.replace(one, source="other press") for one in BURST]
    later = [msgspec.structs.replace(one, on=DAY) for one in BURST]
    assert only([*STEADY, *BURST, *twice, *later]).rate == only([*STEADY, *BURST]).rate
    # It happened when it was first told of: what is told anew is no new incident.
    anew = [msgspec.structs.replace(one, on=DAY) for one in STEADY]
    assert only([*anew, *STEADY]).rate == only(STEADY).rate


def test_with_more_pairs_one_must_stand_out_more() -> None:
    some = [signal(ago, "incident") for ago in (1, 5, 9, *range(30, 390, 70))]
    alone = only(some)
    assert alone.verdict == "warns"
    others = [
        signal(ago, "incident", "XA", f"Q{letter}")
        for letter in "MNOPQRSTUVWXYZ"
        for ago in range(3, 392, 28)
    ]
    among = next(one for one in watch([*some, *others], DAY, since=LONG_AGO) if one.b == "XB")
    assert among.rate is not None
    assert alone.rate is not None
    assert among.rate.p == alone.rate.p
    assert among.rate.adjusted > alone.rate.adjusted
    assert among.verdict == "no warning"


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    a, b = draw(st.permutations(NAMES))[:2]
    kind: Kind = draw(st.sampled_from(("incident", "answer", "tone", "move", "talks")))
    return signal(
        draw(st.integers(-70, 420)),
        kind,
        a,
        b,
        rung=draw(st.integers(0, 11)) if kind == "answer" else None,
        tone=draw(st.integers(-3, 3)) if kind == "tone" else None,
        open=draw(st.booleans()),
        reference=f"2026-0001/{draw(st.integers(1, 30))}",
    )


def renamed(one: Signal, names: dict[str, str]) -> Signal:
    return msgspec.structs.replace(one, a=names[one.a], b=names[one.b])


def told_by_party(one: Watch, names: dict[str, str]) -> Any:
    """Return a watch with its parties renamed, and its sides under their names."""
    told = msgspec.to_builtins(one)
    told["pair"] = sorted((names[told.pop("a")], names[told.pop("b")]))
    for week in told["weeks"]:
        sides = [{**side, "party": names[side["party"]]} for side in week["sides"]]
        week["sides"] = sorted(sides, key=lambda side: side["party"])
    return told


WORLDS = st.lists(signals(), max_size=40)
PLANTED = st.lists(st.sampled_from([*BURST, *STEADY, *FALLING, *LADDER]), max_size=60)


@given(WORLDS, PLANTED, st.permutations(NAMES))
def test_other_names_give_the_same_watch_under_those_names(
    some: list[Signal], planted: list[Signal], order: list[str]
) -> None:
    names = dict(zip(NAMES, order, strict=True))
    same = {name: name for name in NAMES}
    world = [*some, *planted]
    mine = [told_by_party(one, names) for one in watch(world, DAY)]
    theirs = watch([renamed(one, names) for one in world], DAY)
    by_pair = sorted(mine, key=lambda one: one["pair"])
    assert by_pair == [told_by_party(one, same) for one in theirs]


@given(WORLDS, PLANTED, st.randoms(use_true_random=False))
def test_signals_in_any_order_give_the_same_watch(
    some: list[Signal], planted: list[Signal], chance: Any
) -> None:
    world = [*some, *planted]
    told = watch(world, DAY)
    chance.shuffle(world)
    assert watch(world, DAY) == told


@given(WORLDS)
def test_only_a_sign_that_warns_makes_a_warning(some: list[Signal]) -> None:
    for one in watch(some, DAY):
        assert (one.verdict == "warns") == any(reason.warns for reason in one.reasons)
        words = {reason.words for reason in one.reasons} | {*one.missing}
        assert words <= {told % {"num1": number} for told in sentences() for number in (3, 8, 12)}
        assert one.a < one.b


@given(WORLDS)
def test_weeks_hold_every_incident_of_the_time_once(some: list[Signal]) -> None:
    for one in watch(some, DAY, since=DAY - timedelta(days=391)):
        assert len(one.weeks) in (0, 56)
        counted = sum(side.incidents for week in one.weeks for side in week.sides)
        # Two incidents of one reference in two weeks are told in both weeks, and compared once.
        assert counted >= (one.rate.recent + one.rate.past if one.rate else 0)


def test_months_are_those_of_the_calendar_and_leave_no_day_out() -> None:
    told = series([*STEADY, *BURST], date(2025, 6, 10), DAY, "month")
    assert (told[0].begins, told[0].ends) == (date(2025, 6, 10), date(2025, 6, 30))
    assert (told[-1].begins, told[-1].ends) == (date(2026, 6, 1), DAY)
    assert all(one.ends + timedelta(days=1) == other.begins for one, other in pairwise(told))
    assert [side.incidents for side in told[-1].sides] == [0, 10]
    week = series(FALLING, DAY - timedelta(days=13), DAY)[-1].sides[0]
    assert (week.party, week.tone, week.rung) == ("XA", -3.0, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "incident", "b": "XA"},
        {"kind": "incident", "rung": 3},
        {"kind": "answer"},
        {"kind": "tone"},
        {"kind": "answer", "rung": 3, "tone": 1},
    ],
)
def test_a_signal_that_does_not_fit_together_is_refused_with_its_place(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(RecordError) as refused:
        signal(3, **{"reference": "2026-0007/4", **fields})
    assert refused.value.place == "2026-0007/4"


def test_the_ways_out_begin_with_a_call_and_each_says_what_it_needs() -> None:
    told = exits()
    assert told[0].key == "hotline-call"
    assert len({one.key for one in told}) == len(told) == 8
    assert all(one.needs and one.source for one in told)


@pytest.mark.data
def test_the_ways_out_are_those_of_the_research_with_a_call_before_them(shared: Path) -> None:
    told = json.loads((shared / "agreements" / "frameworks.json").read_text("utf-8"))
    assert [one.title.lower() for one in exits()[1:]] == [
        one.lower() for one in told["deescalation_moves"]
    ]


def test_the_terms_allow_what_they_promise() -> None:
    by = Terms()
    # A past is longer than what is new, and the least of each test can pass among many pairs.
    assert by.least_past_weeks >= 3 * by.recent_weeks
    share = by.recent_weeks / (by.recent_weeks + by.past_weeks)
    assert share**by.least_incidents < by.level / 100
