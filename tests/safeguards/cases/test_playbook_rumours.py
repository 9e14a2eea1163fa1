"""A rumour is answered where that does less harm than silence, and the guide says why."""

from importlib.resources import files
from itertools import product
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, RecordError
from legation.safeguards.cases.bodies import Answer
from legation.safeguards.cases.playbooks import rumours
from legation.safeguards.cases.playbooks.bodies import RumourWeighed
from legation.safeguards.cases.playbooks.rumours import (
    Advice,
    advise,
    read_guide,
    shipped_guide,
)

GUIDE = shipped_guide()
KEYS = [one.key for one in GUIDE.question]
TEXT = files(rumours.__package__).joinpath("rumours.toml").read_text("utf-8")
QUIET: dict[str, Answer] = {
    "opinion": "no",
    "foreseen": "no",
    "false": "yes",
    "harm": "no",
    "spread": "no",
    "asked": "no",
}
ANSWERS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(get_args(Answer)))


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({}, "stay silent"),
        ({"opinion": "yes"}, "no rumour"),
        ({"foreseen": "yes"}, "pre-bunk"),
        ({"false": "no"}, "watch"),
        ({"false": "disputed"}, "watch"),
        ({"false": "unknown"}, "watch"),
        ({"harm": "yes"}, "answer"),
        ({"asked": "yes"}, "answer"),
        ({"spread": "yes"}, "answer"),
        ({"harm": "yes", "false": "unknown"}, "watch"),
    ],
)
def test_the_guide_advises_by_what_is_known(change: dict[str, Answer], advice: Advice) -> None:
    told = advise(GUIDE, QUIET | change)
    assert told.rule is not None
    assert told.rule.advice == advice
    assert told.rule.because
    assert told.missing == ()


def test_every_full_set_of_answers_gets_an_advice() -> None:
    for values in product(("yes", "no"), repeat=len(KEYS)):
        answers: dict[str, Answer] = dict(zip(KEYS, values, strict=True))  # type: ignore[arg-type]  # yes and no are answers
        assert advise(GUIDE, answers).rule is not None


@given(ANSWERS)
def test_criticism_is_never_answered_as_a_rumour(answers: dict[str, Answer]) -> None:
    told = advise(GUIDE, answers | {"opinion": "yes"})
    assert told.rule is not None
    assert told.rule.advice == "no rumour"


@given(ANSWERS)
def test_what_is_not_shown_to_be_false_is_never_denied(answers: dict[str, Answer]) -> None:
    told = advise(GUIDE, answers)
    if answers.get("false") != "yes":
        assert told.rule is None or told.rule.advice != "answer"


@given(ANSWERS)
def test_where_it_cannot_be_told_the_questions_are_named(answers: dict[str, Answer]) -> None:
    told = advise(GUIDE, answers)
    assert (told.rule is None) == bool(told.missing)
    assert all(answers.get(key) in (None, "unknown", "disputed") for key in told.missing)


@given(ANSWERS, st.sampled_from(KEYS), st.sampled_from(get_args(Answer)))
def test_an_advice_is_not_changed_by_an_answer_to_what_was_left_open(
    answers: dict[str, Answer], key: str, answer: Answer
) -> None:
    told = advise(GUIDE, answers)
    if told.rule is not None and key not in answers:
        assert advise(GUIDE, answers | {key: answer}) == told


def test_each_advice_but_that_on_opinion_names_works_with_their_mark() -> None:
    works = {one.key: one for one in GUIDE.work}
    assert {one.advice for one in GUIDE.rule} == {*get_args(Advice)}
    for rule in GUIDE.rule:
        assert bool(rule.works) == (rule.advice != "no rumour")
        assert all(works[key].verified == "from-memory" for key in rule.works)
    assert {key for rule in GUIDE.rule for key in rule.works} == {*works}


def test_an_answer_to_what_nobody_asked_is_refused() -> None:
    with pytest.raises(RecordError) as refused:
        advise(GUIDE, {"sprad": "yes"})
    assert refused.value.place == "answers"
    assert "'spread'" in refused.value.hint


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('opinion = ["yes"]', 'opinion = ["maybe"]', "own.toml: rule opinion when"),
        ('opinion = ["yes"]', 'opinoin = ["yes"]', "own.toml: rule opinion when"),
        ('advice = "watch"', 'advice = "shout"', "own.toml: rule not-shown-false advice"),
        ('works = ["phillips-2018"]', 'works = ["x"]', "own.toml: rule asked works"),
        ('key = "has-spread"', 'key = "asked"', "own.toml: rule asked"),
        ("year = 2019", 'year = "2019"', "own.toml: work wood-porter-2019 year"),
    ],
)
def test_a_fault_of_a_guide_is_named_by_its_row(old: str, new: str, place: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInputError) as refused:
        read_guide(TEXT.replace(old, new, 1).encode(), place="own.toml")
    assert refused.value.place.startswith(place)


def test_what_was_weighed_is_read_again_as_it_was_written() -> None:
    body = RumourWeighed(guide=GUIDE.key, rumour="The consulate closes.", answers=QUIET)
    assert msgspec.json.decode(msgspec.json.encode(body), type=RumourWeighed) == body
