"""What is chosen and done is entered only when it is open, in its order, and by whom it needs."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from legation.errors import DeniedError, RecordError
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.persons import Protected, RightsTest, SpeechNamed
from legation.safeguards.cases.policy.pack import default_policy
from legation.safeguards.cases.responses.answering.checking import (
    require_role,
    verify_chosen,
    verify_step,
)
from legation.safeguards.cases.responses.answering.options import options
from legation.safeguards.cases.responses.answering.recording import on_record
from legation.safeguards.cases.responses.answering.steps import Chosen, PassedOver, Step, What
from legation.safeguards.cases.responses.answering.stopping import must_stop
from legation.safeguards.cases.responses.situation import (
    OBLIGATIONS,
    Attributed,
    OnFoot,
    Situation,
)
from worlds.answered_cases import OTHER, OWN, all_open

SHIPPED = default_policy()
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ALL_TRIED = frozenset({"no-action", "partner-notification", "contact-point-request"})


def chosen(answer: str = "note-verbale", **said: Any) -> Chosen:
    given: dict[str, Any] = {
        "against": OTHER,
        "touches": False,
        "why": "to ask what they know of it",
        "rests_on": (1,),
        "instead_of": tuple(PassedOver(rung=rung, why="it was tried") for rung in range(12)),
    }
    return Chosen(answer=answer, **{**given, **said})


def step(what: What, of: int = 4, on: str = "2026-03-09", **said: Any) -> Step:
    return Step(of=of, what=what, on=on, words="it was done", source="the mission", **said)


def whole_test(step_of: str | int, excluded: Any = "neither") -> RightsTest:
    words = "a sentence that says enough"
    names = ("legality", "aim", "necessity", "proportionality", "safeguards")
    remedy = ("notice", "observations", "review")
    parts: dict[str, Any] = dict.fromkeys(("persons", *names, *remedy), words)
    return RightsTest(for_=step_of, rights=("privacy",), excluded=excluded, **parts)


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


BARE = all_open(
    called="", notified="", offered="", tests={}, tried=frozenset(), on_foot=(), signed={}
)


def recorded(*bodies: Body, base: Situation = BARE) -> Situation:
    return on_record(base, enumerate(bodies, 1))


def test_the_record_tells_the_rules_what_was_called_tested_and_taken() -> None:
    found = recorded(
        chosen(),
        step("called", of=1, on="2026-03-01"),
        step("notified", of=1, on="2026-03-02"),
        step("offered", of=1, on="2026-03-02"),
        whole_test("countermeasure"),
    )
    assert (found.called, found.notified, found.offered) == (
        "2026-03-01",
        "2026-03-02",
        "2026-03-02",
    )
    assert found.tests == {"countermeasure": "neither"}
    assert found.tried == {"note-verbale"}
    states = {one.key: one.state for one in options(found, SHIPPED)}
    assert states["countermeasure"] == "open"


def test_what_passed_with_another_state_is_no_call_and_no_compliance() -> None:
    other = chosen(against=OWN)
    found = recorded(other, step("called", of=1), step("complied", of=1))
    assert (found.called, found.complied) == ("", "")
    nobody = msgspec.structs.replace(BARE, attributed=Attributed())
    assert recorded(chosen(), step("called", of=1), base=nobody).called == ""


def test_that_a_contact_point_gave_what_it_was_asked_is_no_compliance_with_a_duty() -> None:
    asked = chosen("contact-point-request")
    assert recorded(asked, step("sent", of=1), step("complied", of=1)).complied == ""
    called = recorded(chosen(), step("called", of=1), step("complied", of=1))
    assert called.complied == "2026-03-09"
    again = recorded(chosen(), step("called", of=1), step("complied", of=1), step("called", of=1))
    assert again.complied == ""


def test_a_rights_test_serves_one_choice_and_the_next_needs_its_own() -> None:
    measure = chosen("countermeasure", touches=True)
    found = recorded(whole_test("countermeasure"), measure)
    assert found.tested == {2: "neither"}
    assert found.tests == {}
    renewed = recorded(whole_test("countermeasure"), measure, whole_test(2, "press source"))
    assert renewed.tested == {2: "press source"}


def test_what_is_taken_is_on_foot_until_it_is_stopped() -> None:
    measure = chosen("retorsion", touches=True)
    found = recorded(measure, step("taken", of=1))
    assert found.on_foot == (OnFoot(of=1, answer="retorsion", touches=True),)
    assert recorded(measure, step("taken", of=1), step("stopped", of=1)).on_foot == ()
    assert recorded(measure, step("prepared", of=1)).on_foot == ()


def test_no_action_is_tried_once_it_is_chosen_and_any_other_once_it_goes_out() -> None:
    nothing = chosen("no-action", against=None)
    assert recorded(nothing).tried == {"no-action"}
    assert recorded(chosen()).tried == set()
    assert recorded(chosen(), step("prepared", of=1)).tried == set()
    assert recorded(chosen(), step("sent", of=1)).tried == {"note-verbale"}


def test_speech_and_guarded_sources_that_were_named_bind_the_rules() -> None:
    why = "a sentence that says enough"
    found = recorded(SpeechNamed(why=why), Protected(kind="press source", why=why))
    assert found.speech == {"genuine"}
    assert found.guarded == {"press source"}
    assert recorded(SpeechNamed(kind="opinion", why=why)).speech == {"opinion"}
    assert recorded(step("sent", of=9)) == BARE


ON_FOOT = (OnFoot(of=3, answer="retorsion"), OnFoot(of=7, answer="countermeasure", touches=True))
TAKEN = all_open(on_foot=ON_FOOT, tested={7: "neither"})


def stops(situation: Situation) -> set[tuple[int, str]]:
    return {(one.of, one.by.article) for one in must_stop(situation, SHIPPED)}


def test_a_countermeasure_whose_reasons_stand_need_not_end() -> None:
    assert stops(TAKEN) == set()


@pytest.mark.parametrize(
    ("changed", "article"),
    [
        ({"complied": "2026-03-09"}, "ARSIWA 53"),
        ({"ceased": "2026-03-09", "pending": True}, "ARSIWA 52(3)"),
        ({"obligations": {OBLIGATIONS[1]: "yes"}}, "ARSIWA 50"),
        ({"attributed": Attributed()}, "ARSIWA 49"),
        (
            {"attributed": msgspec.structs.replace(TAKEN.attributed, likelihood="likely")},
            "ARSIWA 49",
        ),
        (
            {"attributed": msgspec.structs.replace(TAKEN.attributed, state_link="disputed")},
            "ARSIWA 49",
        ),
        ({"attributed": msgspec.structs.replace(TAKEN.attributed, agreed=False)}, "ARSIWA 49"),
        ({"tested": {}}, "ICCPR 17 and 19"),
        ({"tested": {7: "press source"}}, "ICCPR 19"),
        ({"speech": frozenset({"genuine"})}, "ICCPR 19"),
    ],
)
def test_a_countermeasure_ends_with_its_reason_and_a_retorsion_stays(
    changed: dict[str, Any], article: str
) -> None:
    assert stops(msgspec.structs.replace(TAKEN, **changed)) == {(7, article)}


def test_a_cease_alone_or_a_tribunal_alone_ends_nothing() -> None:
    assert stops(msgspec.structs.replace(TAKEN, ceased="2026-03-09")) == set()
    assert stops(msgspec.structs.replace(TAKEN, pending=True)) == set()


def test_a_step_against_a_leak_ends_when_its_source_proves_guarded() -> None:
    charge = (OnFoot(of=5, answer="criminal-charge", touches=True),)
    situation = all_open(
        on_foot=charge, tested={5: "neither"}, guarded=frozenset({"protected disclosure"})
    )
    assert stops(situation) == {(5, "ICCPR 19")}


def test_compliance_shows_from_the_record_to_the_stop() -> None:
    found = recorded(
        chosen(),
        step("called", of=1, on="2026-03-01"),
        whole_test("countermeasure"),
        chosen("countermeasure", touches=True),
        step("taken", of=4),
    )
    assert stops(found) == set()
    ended = recorded(
        chosen(),
        step("called", of=1, on="2026-03-01"),
        whole_test("countermeasure"),
        chosen("countermeasure", touches=True),
        step("taken", of=4),
        step("complied", of=4),
    )
    assert stops(ended) == {(4, "ARSIWA 53")}
