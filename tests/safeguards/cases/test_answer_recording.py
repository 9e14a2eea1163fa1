"""What the record of a case tells the rules: calls, compliance, tests, measures on foot."""

import msgspec
import pytest

from legation.safeguards.cases.persons import Protected, SpeechNamed
from legation.safeguards.cases.responses.answering.options import options
from legation.safeguards.cases.responses.situation import CALLS, Attributed, Call, OnFoot
from worlds.answered_cases import OTHER, OWN
from worlds.answered_steps import BARE, SHIPPED, chosen, recorded, step, whole_test


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


CALLED = (chosen(), step("called", of=1, on="2026-03-01"))


@pytest.mark.parametrize(
    ("on", "complied"),
    [
        ("2026-03-09", ""),
        ("2026-03-08", "2026-03-08"),
        ("2026-03-03", "2026-03-08"),
        # Of a month nobody can tell whether the day of compliance came before it.
        ("2026-03", "2026-03-08"),
    ],
)
def test_only_a_call_that_came_surely_after_the_compliance_lifts_it(on: str, complied: str) -> None:
    later = step("called", of=1, on=on)
    found = recorded(*CALLED, step("complied", of=1, on="2026-03-08"), later)
    assert found.complied == complied
    # The order in which the two were entered tells nothing.
    assert recorded(*CALLED, later, step("complied", of=1, on="2026-03-08")).complied == complied


def test_what_was_done_after_compliance_is_lifted_by_no_call_before_it() -> None:
    found = recorded(
        *CALLED,
        step("complied", of=1, on="2026-03-04"),
        step("called", of=1, on="2026-03-05"),
        step("complied", of=1, on="2026-03-08"),
    )
    assert found.complied == "2026-03-08"


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2026-02-18", "before"),
        ("1999", "before"),
        ("2026-02", "cannot tell"),
        ("2026", "cannot tell"),
        ("2026-02-19", None),
        ("2026-03", None),
    ],
)
@pytest.mark.parametrize("what", CALLS)
def test_a_call_counts_only_if_it_came_surely_after_the_act_began(
    what: Call, on: str, why: str | None
) -> None:
    base = msgspec.structs.replace(BARE, began="2026-02-19")
    found = recorded(chosen(), step(what, of=1, on=on), base=base)
    assert found.uncounted == ({} if why is None else {what: why})
    assert getattr(found, what) == (on if why is None else "")
    told = next(one for one in options(found, SHIPPED) if one.key == "countermeasure").reasons
    notes = [one for one in told if one.kind == "note" and one.named == what]
    assert bool(notes) == (why is not None)
    again = recorded(chosen(), step(what, of=1, on=on), step(what, of=1), base=base)
    assert (getattr(again, what), again.uncounted) == ("2026-03-09", {})


def test_of_an_act_that_began_on_no_known_day_a_call_counts_once_its_month_is_over() -> None:
    base = msgspec.structs.replace(BARE, began="2026-02")
    assert recorded(*CALLED, base=base).called == "2026-03-01"
    early = recorded(chosen(), step("called", of=1, on="2026-02-20"), base=base)
    assert (early.called, early.uncounted) == ("", {"called": "cannot tell"})


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
    assert found.on_foot == (OnFoot(of=1, answer="retorsion", against=OTHER, touches=True),)
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


def test_a_test_made_before_the_source_was_guarded_does_not_speak_for_it() -> None:
    guarded = Protected(kind="press source", why="a sentence that says enough")
    measure = chosen("countermeasure", touches=True)
    assert recorded(whole_test("countermeasure"), guarded).tests == {"countermeasure": "unknown"}
    chosen_first = recorded(whole_test("countermeasure"), measure, guarded)
    assert chosen_first.tested == {2: "unknown"}
    renewed = recorded(whole_test("countermeasure"), measure, guarded, whole_test(2))
    assert renewed.tested == {2: "neither"}
    # What named the source already is not forgotten.
    named = recorded(whole_test("retorsion", "press source"), guarded)
    assert named.tests == {"retorsion": "press source"}
