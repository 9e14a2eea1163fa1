"""Who is bound by a norm on a day, and what states said of it."""

from datetime import date

import pytest

from legation.knowledge import binding
from legation.knowledge.norms import LAW_NOTE, Norms
from legation.safeguards.cases.law.assessing import CAVEAT, NOT_ASKED, Assessment, classify
from worlds.lawbooks import TODAY, given, lawbook

NORMS = Norms([lawbook()], today=TODAY)
STATES = ("XA", "XB", "XC", "XD")


def assessed(name: str, on: date = TODAY, norms: Norms = NORMS) -> Assessment:
    answers = given({"opened": "yes", "taken": "yes"})
    found = classify(answers, norms, states=STATES, on=on)
    return next(one for one in found if one.name == name)


def test_a_state_is_bound_signed_only_no_party_or_suspended() -> None:
    bound = assessed("grain 3").bound
    assert [(one.state, one.said) for one in bound] == [
        ("XA", "bound"),
        ("XB", "signed only"),
        ("XC", "not a party"),
        ("XD", "suspended"),
    ]
    assert [one.mark for one in bound][:2] == ["", "from memory, not checked"]
    assert {one.as_of for one in bound} == {date(2026, 2, 1)}
    assert bound[3].note == "suspended since 2024-01-01"


@pytest.mark.parametrize(
    ("on", "said", "note"),
    [
        (date(1999, 5, 1), "not a party", binding.NOT_IN_FORCE),
        (date(2000, 5, 1), "signed only", binding.NOT_IN_FORCE),
        (date(2001, 5, 1), "signed only", ""),
        (date(2002, 4, 1), "signed only", binding.NOT_FOR_STATE),
        (date(2002, 7, 1), "bound", ""),
    ],
)
def test_who_was_bound_is_asked_of_the_day_of_the_act(on: date, said: str, note: str) -> None:
    first = assessed("grain 3", on).bound[0]
    assert (first.said, first.note) == (said, note)


def test_whether_a_treaty_of_unknown_entry_into_force_binds_is_not_known() -> None:
    bound = assessed("river 1").bound
    assert (bound[0].said, bound[0].note) == ("unknown", binding.NOT_KNOWN_IN_FORCE)
    assert (bound[2].said, bound[2].note) == ("unknown", binding.NO_LIST)


def test_a_norm_that_binds_nobody_has_nobody_bound() -> None:
    assert assessed("word a").bound == ()
    assert assessed("word a").weight == "political"


def test_two_packs_that_contradict_each_other_leave_it_unknown() -> None:
    other = lawbook("2002-03-01, in_force = 2002-06-01", '"no"')
    odd = type(other)(
        name="odd", publisher="Office of Bevora", dated=other.dated, as_of=other.as_of,
        licence="CC0-1.0", rows=tuple(one for one in other.rows if one.key == "grain.xa"),
    )  # fmt: skip
    first = assessed("grain 3", norms=Norms([lawbook(), odd], today=TODAY)).bound[0]
    assert (first.said, first.note) == ("unknown", binding.CONTRADICTED)
    assert "contradicted by" in first.mark


def test_a_law_binds_in_its_own_state_and_says_so() -> None:
    one = assessed("aldria 4")
    assert (one.weight, one.weight_note, one.number, one.title) == (
        *("binding", LAW_NOTE),
        *("4", "Intrusion"),
    )
    assert [(part.said, part.note) for part in one.bound[:2]] == [
        ("bound", binding.OWN_LAW),
        ("not a party", binding.OTHERS_LAW),
    ]
    assert not one.elsewhere
    assert assessed("aldria 4", date(2002, 1, 1)).bound[0].note == binding.NOT_YET
    elsewhere = classify({}, NORMS, states=("XB",), on=TODAY)
    assert [part.name for part in elsewhere if part.elsewhere] == ["aldria 4"]


def test_positions_of_states_concerned_stand_with_their_day_and_the_others_are_counted() -> None:
    found = next(
        one for one in classify({}, NORMS, states=("XA", "XB"), on=TODAY) if one.name == "word a"
    ).positions
    assert [(one.state, one.stance, one.on) for one in found.concerned] == [
        ("XA", "adopted", "2022-01-01"),
        ("XB", "silent", "2022-01-01"),
    ]
    assert found.concerned[0].mark == "from memory, not checked"
    assert found.others == {"adopted": 1, "rejected": 1}


def test_a_position_that_was_taken_after_the_day_is_not_told() -> None:
    found = assessed("word a", date(2020, 1, 1)).positions
    assert [(one.state, one.stance) for one in found.concerned] == [("XA", "rejected")]
    assert found.others == {}


def test_an_assessment_carries_weight_source_day_mark_and_what_it_does_not_say() -> None:
    one, word = assessed("grain 3"), assessed("word a")
    assert (one.result, one.weight, one.weight_note) == ("met", "binding", "since 2001")
    assert (one.source, one.as_of, one.unverified, one.mark) == (
        *("gazette", date(2026, 2, 1)),
        *(False, ""),
    )
    assert (word.unverified, word.mark) == (True, "unverified: from memory, not checked")
    assert (word.result, word.disputed_by) == ("disputed", "norm")
    assert one.caveat == CAVEAT
    assert one.asks_not == "Intent."


def test_a_question_that_nobody_answered_is_told_apart_from_a_no() -> None:
    answers = given({"opened": "no"})
    found = {one.name: one for one in classify(answers, NORMS, on=TODAY)}
    grain = found["grain 3"]
    assert [(one.question, one.answer, one.asked) for one in grain.elements] == [
        ("opened", "no", True),
        ("taken", "no", False),
    ]
    assert grain.unasked == ("taken",)
    assert grain.elements[1].note == NOT_ASKED
    assert (grain.elements[0].entry, grain.elements[0].rests_on) == (2, (1,))


def test_rules_for_armed_conflict_are_not_offered_before_the_threshold_is_open() -> None:
    answers = given({"war": "yes"})
    assert "aldria 9" not in {one.name for one in classify(answers, NORMS, on=TODAY)}
    opened = classify(answers, NORMS, on=TODAY, conflict=True)
    assert next(one for one in opened if one.name == "aldria 9").result == "met"
