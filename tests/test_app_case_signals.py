"""What a case says of pairs of parties: each thing once, on its day, and alike for both sides."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from legation.app.cases.signals import signals_of
from legation.safeguards.cases.attribution.naming import Claimed
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.effects import Effect
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.escalation.signals import Signal
from legation.safeguards.cases.escalation.watch import watch
from legation.safeguards.cases.facts import Opened, Replied, Victim, Work
from legation.safeguards.cases.responses.answering.steps import Chosen, Step

OPENED = Opened(
    title="Letters", type="T4", domain="political", began="2026-02-19", known="2026-02-20"
)
VICTIM = Victim(kind="state", party="XA")
CLAIM = Claimed(party="XB", by="a firm", on="2026-02-21", how="a report", source="the firm")
CHOSEN = Chosen(
    answer="note-verbale", against="XB", touches=False, why="to be heard", rests_on=(1,)
)
NUMBER = 4
WRITTEN = datetime(2026, 3, 1, tzinfo=UTC)


def case(*bodies: Body) -> Case:
    entries = [
        Entry(number=at, author="a", written=WRITTEN + timedelta(minutes=at), body=body)
        for at, body in enumerate((OPENED, VICTIM, CLAIM, *bodies), 1)
    ]
    return case_of("2026-0001", "incident--x", entries)


def step(what: Any, on: str) -> Step:
    return Step(of=NUMBER, what=what, on=on, words="w", source="the registry")


def told(*bodies: Body, own: str = "XA", kind: str = "") -> list[Signal]:
    return [one for one in signals_of(case(*bodies), own) if kind in ("", one.kind)]


def test_an_incident_goes_from_whoever_is_named_to_whom_it_harmed() -> None:
    (incident,) = told()
    assert (incident.kind, incident.a, incident.b) == ("incident", "XB", "XA")
    assert (incident.on, incident.reference) == (date(2026, 2, 19), "2026-0001")


@pytest.mark.parametrize(
    ("began", "known", "on"),
    [
        ("2026-02", "2026-02-20", [date(2026, 2, 20)]),
        ("2026", "2026-02-20T10:00Z", [date(2026, 2, 20)]),
        ("2026-02", "2026-02", []),
    ],
)
def test_what_has_no_day_stands_on_the_day_on_which_it_became_known(
    began: str, known: str, on: list[date]
) -> None:
    opened = msgspec.structs.replace(OPENED, began=began, known=known)
    entries = case().entries
    other = case_of("2026-0001", "x", [msgspec.structs.replace(entries[0], body=opened),
                                       *entries[1:]])  # fmt: skip
    assert [one.on for one in signals_of(other, "XA")] == on


def test_an_answer_of_many_steps_is_one_and_its_later_steps_climb_no_further() -> None:
    steps = (step("sent", "2026-03-05"), step("called", "2026-03-02"), step("taken", "2026-03-09"))
    (answer,) = told(CHOSEN, *steps, kind="answer")
    assert (answer.a, answer.b, answer.rung) == ("XA", "XB", 3)
    assert (answer.on, answer.reference) == (date(2026, 3, 2), f"2026-0001/{NUMBER}")
    assert told(CHOSEN, step("prepared", "2026-03-02"), kind="answer") == []
    assert told(CHOSEN, *steps, own="", kind="answer") == []
    assert told(CHOSEN, *steps, own="XB", kind="answer") == []


def test_only_what_asked_for_something_waits_for_a_reply() -> None:
    sent = step("sent", "2026-03-02")
    asking = msgspec.structs.replace(CHOSEN, deadline="2026-04-01")
    for bodies, is_open in (
        ((CHOSEN, sent), False),
        ((asking, sent), True),
        ((CHOSEN, step("called", "2026-03-02")), True),
        ((asking, sent, step("acknowledged", "2026-03-03")), False),
    ):
        (answer,) = told(*bodies, kind="answer")
        assert answer.open is is_open, bodies


def test_a_move_to_calm_stands_on_no_rung() -> None:
    call = msgspec.structs.replace(CHOSEN, answer="hotline-call")
    (move,) = told(call, step("called", "2026-03-02"), kind="move")
    assert move.rung is None


@pytest.mark.parametrize(
    ("kind", "state", "tones"),
    [
        ("round", "agreed", [3, 3]),
        ("dialogue", "held", [1, 1]),
        ("round", "suspended", [-2, -2]),
        ("round", "not agreed", []),
        ("démarche", "held", [-1, -1]),
        ("démarche", "cancelled", []),
        ("vote", "held", []),
    ],
)
def test_what_dialogues_came_to_is_a_tone_of_both_sides(
    kind: Any, state: Any, tones: list[int]
) -> None:
    work = Work(kind=kind, on="2026-03-02", parties=("XB", "XA"), state=state, source="the desk")
    found = told(work, kind="tone")
    assert [one.tone for one in found] == tones
    assert {(one.a, one.b) for one in found} <= {("XA", "XB"), ("XB", "XA")}
    planned = msgspec.structs.replace(work, kind="round", state="planned", on="2026-05-01")
    assert [one.on for one in told(planned, kind="talks")] == [date(2026, 5, 1)]


def test_states_swapped_in_the_facts_swap_the_signals_and_nothing_else() -> None:
    effect = Effect(of="relations", a="XA", b="XB", score=-1, low=-2, high=0, source="a paper",
                    on="2026-03-02", known="2026-03-02")  # fmt: skip
    bodies: Sequence[Body] = (CHOSEN, step("sent", "2026-03-02"), effect)
    swapped = msgspec.convert(_swapped(msgspec.to_builtins(told(*bodies))), list[Signal])
    entries = [
        msgspec.structs.replace(one, body=msgspec.convert(
            _swapped(msgspec.to_builtins(one.body)), type(one.body)))
        for one in case(*bodies).entries
    ]  # fmt: skip
    other = signals_of(case_of("2026-0001", "x", entries), "XB")
    assert sorted(other, key=repr) == sorted(swapped, key=repr)


def _swapped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _swapped(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_swapped(part) for part in value]
    return {"XA": "XB", "XB": "XA"}.get(value, value) if isinstance(value, str) else value


def test_what_others_did_in_answer_climbs_with_what_this_desk_did() -> None:
    reply = Replied(
        party="XB", rung=6, says="two were expelled", on="2026-03-06", source="their note"
    )
    mine, theirs = told(CHOSEN, step("sent", "2026-03-05"), reply, kind="answer")
    assert (mine.a, mine.b, mine.rung) == ("XA", "XB", 3)
    assert (theirs.a, theirs.b, theirs.rung, theirs.on) == ("XB", "XA", 6, date(2026, 3, 6))
    calm = msgspec.structs.replace(reply, rung=None)
    (move,) = told(calm, kind="move")
    assert (move.a, move.b) == ("XB", "XA")
    # Between two others it needs no state of ours; to nobody it counts for no pair.
    between = msgspec.structs.replace(reply, towards="XC")
    assert [(one.a, one.b) for one in told(between, own="", kind="answer")] == [("XB", "XC")]
    assert told(reply, own="", kind="answer") == []
    assert told(reply, own="XB", kind="answer") == []


def test_one_desks_cases_show_a_climb_of_both_sides() -> None:
    second = msgspec.structs.replace(CHOSEN, answer="retorsion")

    def answered(number: int, on: str) -> Step:
        return Step(of=number, what="sent", on=on, words="w", source="the registry")

    def reply(rung: int, on: str) -> Replied:
        return Replied(party="XB", rung=rung, says="they answered", on=on, source="their note")

    climbing = signals_of(
        case(
            CHOSEN,
            second,
            answered(4, "2026-03-01"),
            reply(4, "2026-03-05"),
            answered(5, "2026-03-09"),
            reply(8, "2026-03-12"),
        ),
        "XA",
    )
    (pair,) = watch(climbing, date(2026, 3, 20))
    assert pair.verdict == "warns"
    assert [one.sign for one in pair.reasons if one.warns] == ["climb"]
    # What this desk did alone is no climb.
    (alone,) = watch([one for one in climbing if one.a == "XA" or one.kind != "answer"],
                     date(2026, 3, 20))  # fmt: skip
    assert alone.verdict != "warns"
