"""Answers, the threshold of armed conflict and powers are refused with the place at fault."""

import msgspec
import pytest

from legation.errors import RecordError
from legation.knowledge.norms import Norms
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.law.answers import (
    Answered,
    Given,
    PowerNeeded,
    ThresholdOpened,
    forms_named,
    given_of,
    threshold_open,
    verify_answered,
    verify_power,
    verify_threshold,
)
from worlds.lawbooks import TODAY, lawbook

NORMS = Norms([lawbook()], today=TODAY)
FORMS = NORMS.forms


def refused(call: object, place: str, said: str) -> None:
    assert callable(call)
    with pytest.raises(RecordError, match=said) as bad:
        call()
    assert bad.value.place == place
    assert bad.value.hint


def test_an_answer_rests_on_entries_of_the_case() -> None:
    body = Answered(question="taken", answer="yes", rests_on=(1, 2))
    verify_answered(body, NORMS.questions, {1, 2})
    refused(lambda: verify_answered(body, NORMS.questions, {1}), "rests_on", "no entry 2")


@pytest.mark.parametrize("answer", ["yes", "no", "disputed"])
def test_an_answer_that_rests_on_nothing_is_refused(answer: str) -> None:
    body = msgspec.convert({"entry": "answered", "question": "taken", "answer": answer}, Answered)
    refused(lambda: verify_answered(body, NORMS.questions, {1}), "rests_on", "rests on nothing")


def test_unknown_may_rest_on_nothing() -> None:
    verify_answered(Answered(question="taken", answer="unknown"), NORMS.questions, ())


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    body = Answered(question="takem", answer="unknown")
    with pytest.raises(RecordError) as bad:
        verify_answered(body, NORMS.questions, ())
    assert (bad.value.place, bad.value.hint) == ("question", "did you mean 'taken'?")


def test_an_answer_is_one_of_four_words() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"entry": "answered", "question": "taken", "answer": "maybe"}, Answered)


def test_an_unknown_article_number_is_refused_with_those_that_are_known() -> None:
    assert [one.form.key for one in forms_named("Grain  3", FORMS)] == ["grain.3"]
    assert forms_named("grain.3", FORMS) == forms_named("grain 3", FORMS)
    with pytest.raises(RecordError, match="unknown article number 'grain 99'") as bad:
        forms_named("grain 99", FORMS)
    assert (bad.value.place, bad.value.hint) == ("norm", "known: grain 3")


def test_the_latest_answer_to_a_question_stands() -> None:
    entries: list[tuple[int, Body]] = [
        (7, Answered(question="taken", answer="no", rests_on=(3,), note="n")),
        (4, Answered(question="taken", answer="yes", rests_on=(2,))),
        (5, ThresholdOpened(why="w", rests_on=(1,))),
    ]
    assert given_of(entries) == {"taken": Given(answer="no", entry=7, rests_on=(3,), note="n")}


def test_the_threshold_is_open_when_a_person_said_so_last() -> None:
    opened = (3, ThresholdOpened(why="fighting", rests_on=(1,)))
    closed = (9, ThresholdOpened(stands="closed", why="truce", rests_on=(8,)))
    assert not threshold_open([])
    assert threshold_open([opened])
    assert not threshold_open([closed, opened])


def test_the_threshold_is_not_opened_on_nothing() -> None:
    body = ThresholdOpened(why="so it is said", rests_on=())
    refused(lambda: verify_threshold(body, {1}), "rests_on", "rests on nothing")
    verify_threshold(ThresholdOpened(why="w", rests_on=(1,)), {1})
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"entry": "threshold", "why": "", "rests_on": [1]}, ThresholdOpened)


def test_a_power_names_a_law_that_is_known_or_none() -> None:
    known = NORMS.names()
    verify_power(PowerNeeded(needed="to ask for logs"), known, ())
    verify_power(
        PowerNeeded(needed="n", state="XA", law="Stores Act 4", fact="law:xa-act", rests_on=(1,)),
        known,
        {1},
    )
    nowhere = PowerNeeded(needed="n", law="Grain pact 99", fact="norm:grain.99")
    refused(lambda: verify_power(nowhere, known, ()), "fact", "unknown article or law")
    wrong = PowerNeeded(needed="n", law="x", fact="question:taken")
    refused(lambda: verify_power(wrong, known, ()), "fact", "unknown article or law")
    wordless = PowerNeeded(needed="n", fact="norm:grain.3")
    refused(lambda: verify_power(wordless, known, ()), "law", "without the law in words")
    grounded = PowerNeeded(needed="n", rests_on=(5,))
    refused(lambda: verify_power(grounded, known, {1}), "rests_on", "no entry 5")


@pytest.mark.parametrize(
    "body",
    [
        Answered(question="taken", answer="yes", rests_on=(1,)),
        ThresholdOpened(why="w", rests_on=(1,)),
        PowerNeeded(needed="n", state="XA", law="l", fact="law:xa-act"),
    ],
)
def test_a_body_comes_back_as_it_was_and_takes_no_unknown_part(body: Body) -> None:
    coded = msgspec.json.encode(body)
    assert msgspec.json.decode(coded, type=type(body)) == body
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(body) | {"who": "x"}, type(body))
