"""What is chosen and done is entered only when it is open, in its order, and by whom it needs."""

from datetime import UTC, datetime

import msgspec
import pytest

from legation.errors import DeniedError, RecordError
from legation.safeguards.cases.responses.answering.checking import (
    require_role,
    verify_chosen,
    verify_step,
)
from legation.safeguards.cases.responses.answering.options import options
from legation.safeguards.cases.responses.answering.steps import Chosen, PassedOver, Step
from legation.safeguards.cases.responses.situation import CALLS, Call, Situation
from worlds.answered_cases import OWN, all_open
from worlds.answered_steps import SHIPPED, chosen, step

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ALL_TRIED = frozenset({"no-action", "partner-notification", "contact-point-request"})


def refusal(body: Chosen, situation: Situation) -> RecordError:
    with pytest.raises(RecordError) as found:
        verify_chosen(body, situation, SHIPPED)
    assert found.value.hint
    return found.value


def test_what_is_open_can_be_chosen() -> None:
    verify_chosen(chosen(), all_open(), SHIPPED)
    verify_chosen(chosen("countermeasure", touches=True), all_open(), SHIPPED)
    verify_chosen(
        chosen("takedown-request", touches=True, ground="xa-act-7", platform="pl"),
        all_open(legal_ground=""),
        SHIPPED,
    )


@pytest.mark.parametrize(
    ("body", "situation", "place"),
    [
        (chosen("note"), all_open(), "answer"),
        (chosen("countermeasure", touches=True), all_open(called=""), "answer"),
        (chosen(against=None), all_open(), "against"),
        (chosen(against="QQ9"), all_open(), "against"),
        (chosen("countermeasure", touches=True, against=OWN), all_open(), "against"),
        (chosen("retorsion", against=OWN), all_open(), "against"),
        (chosen("countermeasure"), all_open(), "touches"),
        (chosen(touches=True), all_open(), "touches"),
        (chosen("retorsion", touches=True), all_open(tests={}), "answer"),
        (chosen("standstill"), all_open(), "deadline"),
        (chosen("clarification-request", deadline="2026-03-09"), all_open(), "deadline"),
        (chosen("takedown-request", touches=True, platform="pl"), all_open(), "ground"),
        (chosen("takedown-request", touches=True, rule="r"), all_open(), "platform"),
        (chosen(instead_of=()), all_open(), "instead_of"),
        (
            chosen(instead_of=(*(PassedOver(rung=1, why="it was tried"),) * 2,)),
            all_open(),
            "instead_of",
        ),
        (chosen(), all_open(speech=frozenset({"genuine"})), "answer"),
        (chosen("public-attribution", against=OWN), all_open(), "against"),
        (chosen("standstill", deadline="2026-02-30"), all_open(), "deadline"),
        (chosen(why="because"), all_open(), "why"),
        (chosen(instead_of=(PassedOver(rung=0, why="no"),)), all_open(), "instead_of"),
    ],
)
def test_what_is_not_open_or_not_said_cannot_be_chosen(
    body: Chosen, situation: Situation, place: str
) -> None:
    assert refusal(body, situation).place == place


def test_a_refusal_tells_the_reason_and_its_article() -> None:
    told = str(refusal(chosen("countermeasure", touches=True), all_open(called="")))
    assert "call on the state to fulfil its duties first" in told
    assert "ARSIWA 52(1)" in told


def test_a_lower_rung_is_passed_over_with_a_reason_only() -> None:
    body = chosen(instead_of=(PassedOver(rung=0, why="it was tried"),))
    assert "1, 2" in str(refusal(body, all_open()))
    verify_chosen(chosen(instead_of=()), all_open(tried=ALL_TRIED), SHIPPED)


def test_a_rung_is_told_of_once() -> None:
    twice = tuple(PassedOver(rung=rung, why="it was tried") for rung in (0, 1, 2, 2))
    assert "twice" in str(refusal(chosen(instead_of=twice), all_open()))
    verify_chosen(chosen(instead_of=twice[:3]), all_open(), SHIPPED)


def test_a_choice_rests_on_something_and_says_whether_it_touches_persons() -> None:
    for name in ("rests_on", "touches", "why"):
        said = msgspec.to_builtins(chosen())
        del said[name]
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(said, Chosen)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(chosen()) | {"rests_on": []}, Chosen)


def test_who_may_use_an_answer_is_told_by_their_role() -> None:
    option = next(one for one in options(all_open(), SHIPPED) if one.key == "countermeasure")
    require_role(option, ["analyst", "legal"])
    for roles in ([], ["analyst"], ["administrator"]):
        with pytest.raises(DeniedError) as found:
            require_role(option, roles)
        assert found.value.hint == "ask one of: legal, policy"


def verified(body: Step, of: Chosen | None, situation: Situation, *before: Step) -> None:
    verify_step(body, of, before, situation, SHIPPED, now=NOW)


def test_a_step_that_is_open_and_signed_can_be_entered() -> None:
    verified(step("sent"), chosen(), all_open())
    measure = chosen("countermeasure", touches=True)
    signed = all_open(tested={4: "neither"}, signed={4: 2})
    verified(step("taken"), measure, signed)
    verified(step("acknowledged"), chosen(), all_open(), step("sent"))


@pytest.mark.parametrize(
    ("situation", "why"),
    [
        (all_open(signed={4: 2}), "rights test"),
        (all_open(tested={5: "neither"}, signed={4: 2}), "rights test"),
        (all_open(tested={4: "press source"}, signed={4: 2}), "source of the press"),
        (all_open(tested={4: "neither"}, signed={4: 1}), "2 persons must sign"),
        (all_open(tested={4: "neither"}), "2 persons must sign"),
        (all_open(tested={4: "neither"}, signed={4: 2}, complied="2026-03-05"), "complied"),
    ],
)
def test_a_step_without_its_test_or_its_signatures_cannot_be_taken(
    situation: Situation, why: str
) -> None:
    with pytest.raises(RecordError, match=why) as found:
        verified(step("taken"), chosen("countermeasure", touches=True), situation)
    assert found.value.place == "what"
    # To prepare it is not to take it.
    verified(step("prepared"), chosen("countermeasure", touches=True), situation)


@pytest.mark.parametrize(
    ("body", "of", "place"),
    [
        (step("sent"), None, "of"),
        (step("sent", on="2026-03-12"), chosen(), "on"),
        (step("sent", on="2026-02-30"), chosen(), "on"),
        (step("sent", known="2026-03-12"), chosen(), "known"),
        (step("sent", known="2026-03-08"), chosen(), "known"),
        (step("complied"), chosen(), "what"),
        (step("stopped"), chosen(), "what"),
    ],
)
def test_a_step_has_a_choice_a_day_and_an_order(body: Step, of: Chosen | None, place: str) -> None:
    with pytest.raises(RecordError) as found:
        verified(body, of, all_open())
    assert found.value.place == place


def test_what_is_dated_before_the_act_cannot_be_entered() -> None:
    situation = all_open(began="2026-02-19")
    for on in ("2026-02-18", "1999", "2026-01"):
        with pytest.raises(RecordError, match="before the act began") as found:
            verified(step("called", on=on), chosen(), situation)
        assert found.value.place == "on"
    for on in ("2026-02-19", "2026-02", "2026"):
        verified(step("called", on=on), chosen(), situation)


@pytest.mark.parametrize("what", CALLS)
def test_what_is_refused_is_not_called_for_and_what_is_owed_can_still_be_given(what: Call) -> None:
    takedown = chosen("takedown-request", touches=True, ground="xa-act-7", platform="pl")
    tested = all_open(tested={4: "neither"})
    verified(step(what), takedown, tested)
    spoken = msgspec.structs.replace(tested, speech=frozenset({"genuine"}))
    with pytest.raises(RecordError, match="genuine speech") as found:
        verified(step(what), takedown, spoken)
    assert found.value.place == "what"
    # A notice that was put off and is not urgent any more is owed all the same.
    measure = chosen("countermeasure", touches=True)
    verified(step(what), measure, msgspec.structs.replace(tested, notified="", offered=""))


@pytest.mark.parametrize("answer", ["public-attribution", "retorsion", "countermeasure"])
def test_nothing_is_done_to_a_state_that_the_act_is_not_attributed_to_any_more(answer: str) -> None:
    body = chosen(answer, touches=True)
    signed = all_open(tested={4: "neither"}, signed={4: 2})
    verified(step("taken"), body, signed)
    who = msgspec.structs.replace(signed.attributed, party=OWN)
    with pytest.raises(RecordError, match="another state") as found:
        verified(step("taken"), body, msgspec.structs.replace(signed, attributed=who))
    assert found.value.place == "what"
