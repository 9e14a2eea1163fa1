"""Playbooks: what ships is whole, one's own loads, and ticks add up whatever order they come in."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, DeniedError, LegationError, RecordError
from legation.safeguards.cases.playbooks import plays
from legation.safeguards.cases.playbooks.bodies import Done, Ticked
from legation.safeguards.cases.playbooks.plays import (
    Playbook,
    Threat,
    offered,
    read_playbook,
    shipped_playbooks,
)
from legation.safeguards.cases.playbooks.standing import (
    Tick,
    require_tick,
    standing_of,
)

KNOWN = datetime(2026, 11, 27, 10, tzinfo=UTC)
BOOKS = {one.key: one for one in shipped_playbooks()}
INTRUSION = BOOKS["t2-intrusion"]
CLONE = BOOKS["voice-clone"]
TEXT = files(plays.__package__).joinpath("shipped", "t2-intrusion.toml").read_text("utf-8")


def tick(number: int, step: str, done: Done = "done", hours: float = 1.0) -> Tick:
    body = Ticked(playbook=INTRUSION.key, step=step, done=done)
    return (number, f"hand {number}", KNOWN + timedelta(hours=hours), body)


def at(hours: float) -> datetime:
    return KNOWN + timedelta(hours=hours)


def test_each_type_of_case_is_offered_a_playbook() -> None:
    for threat in get_args(Threat):
        assert offered(BOOKS.values(), threat)
    assert CLONE in offered(BOOKS.values(), "T4")
    assert CLONE not in offered(BOOKS.values(), "T2")


@pytest.mark.parametrize("playbook", BOOKS.values(), ids=list(BOOKS))
def test_each_step_says_who_does_what_by_when_and_why(playbook: Playbook) -> None:
    assert playbook.verified == "from-memory"
    assert len(playbook.step) >= 6
    assert any(step.not_do for step in playbook.step)
    for step in playbook.step:
        assert step.do.endswith(".")
        assert step.because
        assert all(one.verified for one in step.reference)
        # A step cannot be due before one that it waits for.
        befores = [one for one in playbook.step if one.key in step.after]
        assert all(one.within_hours <= step.within_hours for one in befores)


def test_the_call_back_uses_a_known_number_an_unspoken_secret_and_a_second_channel() -> None:
    steps = {step.key: step for step in CLONE.step}
    assert [*steps][:5] == ["end-politely", "call-back", "secret", "second-channel", "decide"]
    assert "known before" in steps["call-back"].do
    assert "never been spoken" in steps["secret"].do
    assert {"secret", "second-channel"} <= {*steps["decide"].after}
    assert all(steps[key].record for key in [*steps][:5])
    assert "never the secret" in steps["secret"].record[0]


def test_what_is_due_overdue_and_next_follows_the_clock() -> None:
    fresh = standing_of(INTRUSION, [], KNOWN, KNOWN)
    assert fresh.next is not None
    assert fresh.next.step.key == "start-log"
    assert fresh.overdue == fresh.done == ()
    later = standing_of(INTRUSION, [], KNOWN, at(1))
    assert [one.step.key for one in later.overdue] == ["start-log"]
    assert {one.state for one in later.steps} == {"overdue", "waits"}
    ticked = standing_of(INTRUSION, [tick(1, "start-log")], KNOWN, at(0.9))
    assert [one.step.key for one in ticked.done] == ["start-log"]
    assert ticked.next is not None
    assert ticked.next.step.key == "other-channel"
    assert ticked.steps[0].by == "hand 1"
    assert ticked.steps[0].was_late


def test_a_step_becomes_overdue_at_its_hour_and_not_before() -> None:
    due = at(INTRUSION.step[0].within_hours)
    assert standing_of(INTRUSION, [], KNOWN, due).overdue == ()
    after = standing_of(INTRUSION, [], KNOWN, due + timedelta(seconds=1))
    assert [one.step.key for one in after.overdue] == ["start-log"]


def test_when_all_is_settled_nothing_is_next() -> None:
    all_of = [tick(at, step.key, "does not apply") for at, step in enumerate(INTRUSION.step, 1)]
    standing = standing_of(INTRUSION, all_of, KNOWN, at(5000))
    assert standing.next is None
    assert len(standing.done) == len(INTRUSION.step)


def test_ticks_of_another_playbook_are_passed_over() -> None:
    body = Ticked(playbook=CLONE.key, step="start-log", done="done")
    standing = standing_of(INTRUSION, [(1, "ann", KNOWN, body)], KNOWN, KNOWN)
    assert standing.done == ()


TICKS = st.lists(
    st.tuples(
        st.sampled_from([step.key for step in INTRUSION.step]),
        st.sampled_from(get_args(Done)),
        st.floats(0, 500),
    ),
    max_size=30,
)


@given(TICKS, st.randoms(use_true_random=False), st.floats(0, 1000))
def test_of_one_step_the_last_tick_holds_in_any_order_of_arrival(
    some: list[tuple[str, Done, float]], chance: Random, now: float
) -> None:
    ticks = [tick(number, *one) for number, one in enumerate(some, 1)]
    last = {one[3].step: one for one in ticks}
    mixed = list(ticks)
    chance.shuffle(mixed)
    standing = standing_of(INTRUSION, mixed, KNOWN, at(now))
    assert standing == standing_of(INTRUSION, ticks, KNOWN, at(now))
    for one in standing.steps:
        held = last.get(one.step.key)
        settled = held is not None and held[3].done != "not done"
        assert (one.state in ("done", "does not apply")) == settled
        assert one.by == (held[1] if held else "")


def test_an_unknown_playbook_or_step_is_refused_with_its_place() -> None:
    for body, place in (
        (Ticked(playbook="no-such", step="start-log", done="done"), "playbook"),
        (Ticked(playbook=INTRUSION.key, step="start-lag", done="done"), "step"),
    ):
        with pytest.raises(RecordError) as refused:
            require_tick(body, BOOKS, {})
        assert refused.value.place == place
    assert "'start-log'" in refused.value.hint


def test_a_step_that_touches_persons_is_not_done_without_a_rights_test() -> None:
    touching = [
        (book, step) for book in BOOKS.values() for step in book.step if step.touches_persons
    ]
    assert len(touching) >= 5
    for book, step in touching:
        body = Ticked(playbook=book.key, step=step.key, done="done")
        its_own: dict[int, str | int] = {7: f"{book.key}/{step.key}"}
        tested = msgspec.structs.replace(body, rights_test=7)
        with pytest.raises(DeniedError):
            require_tick(body, BOOKS, its_own)
        with pytest.raises(DeniedError):
            require_tick(msgspec.structs.replace(body, rights_test=8), BOOKS, its_own)
        require_tick(tested, BOOKS, its_own)
        for other in ("takedown-request", f"{book.key}/{book.step[0].key}", 4):
            with pytest.raises(DeniedError, match="for another step") as found:
                require_tick(tested, BOOKS, {7: other})
            assert f"for={book.key}/{step.key}" in found.value.hint
        require_tick(msgspec.structs.replace(body, done="does not apply"), BOOKS, {})
    require_tick(Ticked(playbook=INTRUSION.key, step="start-log", done="done"), BOOKS, {})


def test_no_step_that_touches_persons_is_done_where_citizens_say_it_themselves() -> None:
    book = BOOKS["t4-impersonation"]
    step = next(one for one in book.step if one.touches_persons)
    tests: dict[int, str | int] = {7: f"{book.key}/{step.key}"}
    body = Ticked(playbook=book.key, step=step.key, done="done", rights_test=7)
    with pytest.raises(DeniedError, match="genuine speech"):
        require_tick(body, BOOKS, tests, genuine=True)
    require_tick(msgspec.structs.replace(body, done="does not apply"), BOOKS, tests, genuine=True)
    keep = next(one for one in book.step if not one.touches_persons)
    body = Ticked(playbook=book.key, step=keep.key, done="done")
    require_tick(body, BOOKS, {}, genuine=True)


def test_a_playbook_of_ones_own_loads_from_a_file() -> None:
    own = read_playbook(TEXT.replace('key = "t2-intrusion"', 'key = "own"').encode(), place="o")
    assert own.key == "own"
    assert own.step == INTRUSION.step


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("within_hours = 0.5", "within_hours = 0", "own.toml: step start-log within_hours"),
        ('key = "other-channel"', 'key = "start-log"', "own.toml: step start-log"),
        ('after = ["start-log"]', 'after = ["start-lag"]', "own.toml: step other-channel after"),
        ('threats = ["T2"]', 'threats = ["T9"]', "own.toml: threats 1"),
        (
            'framework = "D3FEND"',
            'framework = "D4"',
            "own.toml: step cut-off reference 1 framework",
        ),
        ('who = "security officer"', "whom = 1", "own.toml: step start-log"),
        (
            'after = ["start-log"]',
            'after = ["learn"]',
            "own.toml: step other-channel after",
        ),
    ],
)
def test_a_fault_of_a_playbook_is_named_by_step_and_key(old: str, new: str, place: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInputError) as refused:
        read_playbook(TEXT.replace(old, new, 1).encode(), place="own.toml")
    assert refused.value.place == place
    assert refused.value.hint


@given(st.binary(max_size=200))
def test_bytes_that_are_no_playbook_are_refused_as_such(content: bytes) -> None:
    with pytest.raises(LegationError):
        read_playbook(content, place="own.toml")
