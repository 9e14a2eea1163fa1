"""How answers join by the words of a form, and which question could still change a result."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.knowledge.forms import Form
from legation.safeguards.cases.bodies import Answer
from legation.safeguards.cases.law.logic import judge, open_questions
from worlds.lawbooks import form

ANSWERS: tuple[Answer, ...] = get_args(Answer)
KEYS = ("a", "b", "c", "d")


@st.composite
def forms(draw: st.DrawFn) -> Form:
    where = draw(st.lists(st.sampled_from(("all", "any", "disputed_when")), min_size=1, max_size=4))
    parts = {
        part: tuple(key for key, one in zip(KEYS, where, strict=False) if one == part)
        for part in ("all", "any", "disputed_when")
    }
    return form(**parts, differ=draw(st.sampled_from(("", "views differ"))))


def said(which: Form, answers: dict[str, Answer]) -> str:
    return judge(which, lambda key: answers.get(key, "no"))[0]


@pytest.mark.parametrize(
    ("parts", "answers", "result"),
    [
        ({"all": ("a", "b")}, ("yes", "yes"), "met"),
        ({"all": ("a", "b")}, ("no", "disputed"), "not met"),
        ({"all": ("a", "b")}, ("disputed", "unknown"), "disputed"),
        ({"all": ("a", "b")}, ("yes", "unknown"), "unknown"),
        ({"any": ("a", "b")}, ("yes", "unknown"), "met"),
        ({"any": ("a", "b")}, ("disputed", "unknown"), "disputed"),
        ({"any": ("a", "b")}, ("no", "unknown"), "unknown"),
        ({"any": ("a", "b")}, ("no", "no"), "not met"),
        ({"all": ("a",), "any": ("b",)}, ("yes", "yes"), "met"),
        ({"all": ("a",), "any": ("b",)}, ("yes", "no"), "not met"),
        ({"disputed_when": ("a",)}, ("yes", "no"), "disputed"),
        ({"disputed_when": ("a",)}, ("unknown", "no"), "unknown"),
        ({"any": ("a",), "disputed_when": ("b",)}, ("yes", "yes"), "met"),
        ({"any": ("a",), "disputed_when": ("b",)}, ("unknown", "yes"), "disputed"),
        ({"any": ("a",), "disputed_when": ("b",)}, ("no", "no"), "not met"),
        ({"all": ("a",), "differ": "x"}, ("yes", "no"), "disputed"),
        ({"all": ("a",), "differ": "x"}, ("no", "no"), "not met"),
        ({"all": ("a",), "differ": "x"}, ("unknown", "no"), "unknown"),
    ],
)
def test_answers_join_by_the_words_of_a_form(
    parts: dict[str, object], answers: tuple[Answer, Answer], result: str
) -> None:
    assert said(form(**parts), dict(zip(("a", "b"), answers, strict=True))) == result


@pytest.mark.parametrize(
    ("parts", "answer", "by"),
    [
        ({"all": ("a",)}, "disputed", "elements"),
        ({"all": ("a",), "differ": "x"}, "yes", "norm"),
        ({"all": ("a",), "differ": "x"}, "disputed", "elements"),
        ({"disputed_when": ("a",)}, "yes", "norm"),
        ({"disputed_when": ("a",)}, "disputed", "elements"),
        ({"all": ("a",)}, "yes", ""),
    ],
)
def test_a_dispute_about_elements_is_kept_apart_from_one_about_the_norm(
    parts: dict[str, object], answer: Answer, by: str
) -> None:
    assert judge(form(**parts), lambda _: answer)[1] == by


@given(which=forms(), answers=st.fixed_dictionaries(dict.fromkeys(KEYS, st.sampled_from(ANSWERS))))
def test_the_order_of_elements_changes_nothing(which: Form, answers: dict[str, Answer]) -> None:
    parts = {part: getattr(which, part)[::-1] for part in ("all", "any", "disputed_when")}
    assert said(form(**parts, differ=which.differ), answers) == said(which, answers)


@given(
    which=forms(),
    answers=st.fixed_dictionaries(dict.fromkeys(KEYS, st.sampled_from(ANSWERS))),
    key=st.sampled_from(KEYS),
)
def test_one_more_element_that_is_there_never_takes_a_met_norm_away(
    which: Form, answers: dict[str, Answer], key: str
) -> None:
    none, there = said(which, answers | {key: "no"}), said(which, answers | {key: "yes"})
    assert none != "met" or there == "met"
    assert none == "not met" or there != "not met"


@settings(max_examples=60)
@given(which=forms(), answers=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(ANSWERS)))
def test_a_question_is_open_exactly_when_an_answer_could_change_the_result(
    which: Form, answers: dict[str, Answer]
) -> None:
    free = [key for key in which.elements() if key not in answers]
    changing = set()
    for key in free:
        others = [one for one in free if one != key]
        for rest in product(ANSWERS, repeat=len(others)):
            beside = answers | dict(zip(others, rest, strict=True))
            if len({said(which, beside | {key: answer}) for answer in ANSWERS}) > 1:
                changing.add(key)
    assert set(open_questions(which, answers)) == changing
