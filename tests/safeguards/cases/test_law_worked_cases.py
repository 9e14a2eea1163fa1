"""The forms that ship give the hand-made key of the twelve worked cases, whoever the states are."""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given as with_
from hypothesis import settings
from hypothesis import strategies as st

from legation.knowledge.facts import Fact
from legation.knowledge.forms import Question
from legation.knowledge.norms import Norms
from legation.knowledge.pack_file import Pack
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.states import states
from legation.safeguards.cases.bodies import Answer
from legation.safeguards.cases.law.answers import Answered, Given, given_of, verify_answered
from legation.safeguards.cases.law.assessing import Assessment, classify

CASES = Path(__file__).parents[2] / "worlds" / "cases"
KEY: dict[str, Any] = tomllib.loads((CASES / "key.toml").read_text("utf-8"))
QUESTIONS: dict[str, str] = tomllib.loads((CASES / "questions.toml").read_text("utf-8"))[
    "questions"
]
WORKED = sorted(one.stem for one in CASES.glob("*-2*.toml"))
TODAY = date(2026, 11, 27)
CODES = sorted(states())
NORMS = Norms(shipped_packs(), today=TODAY)
ALL = sorted(NORMS.questions)


@cache
def told(name: str) -> str:
    return (CASES / f"{name}.toml").read_text("utf-8")


def entries(case: Mapping[str, Any], norms: Norms) -> dict[str, Given]:
    """Return the answers of a case, entered one by one after its evidence."""
    shown = range(1, len(case["evidence"]) + 1)
    numbered: list[tuple[int, Answered]] = []
    for number, one in enumerate(case["evidence"], 1):
        for question, answer in one["answers"].items():
            body = Answered(question=question, answer=answer, rests_on=(number,))
            verify_answered(body, norms.questions, shown)
            numbered.append((len(shown) + len(numbered) + 1, body))
    return given_of(numbered)


def concerned(case: Mapping[str, Any]) -> tuple[str, ...]:
    named = (one["state"] for one in (*case["victims"], *case["attributed"]))
    return tuple(dict.fromkeys(one for one in named if one))


def assessed(text: str, norms: Norms = NORMS) -> dict[str, Assessment]:
    case = tomllib.loads(text)
    on = date.fromisoformat(f"{case['began']}-01-01"[:10])
    found = classify(entries(case, norms), norms, states=concerned(case), on=on)
    return {one.name: one for one in found}


def hits() -> Iterator[tuple[str, str, str, str]]:
    for name in WORKED:
        found = assessed(told(name))
        for norm in KEY["norms"]:
            yield name, norm, found[norm].result, KEY[name].get(norm, "not met")


def test_the_forms_give_the_elements_of_the_key() -> None:
    every = list(hits())
    missed = [one for one in every if one[2] != one[3]]
    assert len(every) == 12 * len(KEY["norms"])
    # The issue asks for nine in ten; a form that misses one is to be looked at.
    assert missed == []


def test_the_key_is_not_met_by_a_rule_that_always_says_the_same() -> None:
    for word in ("met", "not met", "disputed", "unknown"):
        right = sum(expected == word for *_, expected in hits())
        assert right < 0.9 * 12 * len(KEY["norms"])
    # Of what the key names at all, most is said otherwise by each such rule.
    named = [expected for *_, expected in hits() if expected != "not met"]
    assert max(named.count(word) for word in set(named)) < 0.75 * len(named)


def test_the_questions_of_the_worked_cases_are_those_that_ship() -> None:
    asked = {key: one.text for key, one in NORMS.questions.items()}
    assert QUESTIONS.items() <= asked.items()


@pytest.mark.parametrize("name", WORKED)
def test_each_element_says_its_answer_and_the_entries_behind_it(name: str) -> None:
    for one in assessed(told(name)).values():
        for element in one.elements:
            assert bool(element.rests_on) == element.asked
            assert element.asked or element.answer == "no"
        assert one.caveat
        assert one.source
        assert one.unverified == one.mark.startswith("unverified")


def test_no_assessment_says_that_an_act_was_unlawful() -> None:
    for name in WORKED:
        for one in assessed(told(name)).values():
            said = msgspec.json.encode(msgspec.structs.replace(one, caveat="")).decode()
            assert not re.search(r"unlawful|illegal act|guilty|violated", said, re.IGNORECASE)
            assert one.result in ("met", "not met", "disputed", "unknown")


def swapped(name: str, new: Mapping[str, str], seed: int) -> str:
    """Return a case with other states, and the names of all who are told of in it shuffled."""
    text = re.sub(
        r'\b(state|by) = "([A-Z]{2})"',
        lambda at: f'{at[1]} = "{new.get(at[2], at[2])}"',
        told(name),
    )
    fields = r'^(actor|what|how|title|says) = "(.*)"$'
    words = [one[2] for one in re.finditer(fields, text, re.MULTILINE)]
    random.Random(seed).shuffle(words)  # noqa: S311 - no secret
    return re.sub(fields, lambda at: f'{at[1]} = "{words.pop()}"', text, flags=re.MULTILINE)


@settings(max_examples=40, deadline=None)
@with_(order=st.permutations(CODES), seed=st.integers(0, 10_000), name=st.sampled_from(WORKED))
def test_other_states_and_names_give_the_same_results(
    order: list[str], seed: int, name: str
) -> None:
    other = assessed(swapped(name, dict(zip(CODES, order, strict=True)), seed))
    same = assessed(told(name))
    assert [(one.name, one.result, one.disputed_by, one.elements) for one in other.values()] == [
        (one.name, one.result, one.disputed_by, one.elements) for one in same.values()
    ]


def moved(pack: Pack, new: Mapping[str, str]) -> Pack:
    def one(row: Fact) -> Fact:
        state = getattr(row, "state", "")
        return msgspec.structs.replace(row, state=new[state]) if state in new else row

    return msgspec.structs.replace(pack, rows=tuple(one(row) for row in pack.rows))


@settings(max_examples=4, deadline=None)
@with_(seed=st.integers(0, 10_000))
def test_states_swapped_in_the_facts_too_swap_who_is_bound_and_who_said_what(seed: int) -> None:
    order = random.Random(seed).sample(CODES, len(CODES))  # noqa: S311 - no secret
    new = dict(zip(CODES, order, strict=True))
    norms = Norms([moved(pack, new) for pack in shipped_packs()], today=TODAY)
    for name in WORKED:
        other, same = assessed(swapped(name, new, 0), norms), assessed(told(name))
        for key, one in same.items():
            assert [(part.state, part.said, part.note, part.mark) for part in other[key].bound] == [
                (new.get(part.state, part.state), part.said, part.note, part.mark)
                for part in one.bound
            ]
            assert [(part.state, part.stance) for part in other[key].positions.concerned] == [
                (new[part.state], part.stance) for part in one.positions.concerned
            ]
            assert other[key].positions.others == one.positions.others


ANSWERS = st.dictionaries(st.sampled_from(ALL), st.sampled_from(get_args(Answer)), max_size=30)


def results(answers: Mapping[str, Answer]) -> dict[str, str]:
    stands = {key: Given(answer=one, entry=9, rests_on=(1,)) for key, one in answers.items()}
    return {one.key: one.result for one in classify(stands, NORMS, on=TODAY, conflict=True)}


@settings(max_examples=60, deadline=None)
@with_(answers=ANSWERS, key=st.sampled_from(ALL), answer=st.sampled_from(get_args(Answer)))
def test_an_answer_changes_no_form_that_does_not_ask_for_it(
    answers: dict[str, Answer], key: str, answer: Answer
) -> None:
    before, after = results(answers), results(answers | {key: answer})
    asking = {one.form.key for one in NORMS.forms if key in one.form.elements()}
    assert {one for one in before if before[one] != after[one]} <= asking


@settings(max_examples=60, deadline=None)
@with_(answers=ANSWERS, key=st.sampled_from(ALL))
def test_a_no_that_becomes_a_yes_never_unmakes_a_met_norm(
    answers: dict[str, Answer], key: str
) -> None:
    before, after = results(answers | {key: "no"}), results(answers | {key: "yes"})
    for one, result in before.items():
        assert result != "met" or after[one] == "met"
        assert result == "not met" or after[one] != "not met"


class Counted(dict[str, Given]):
    """Answers that count how often they are asked."""

    times = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.times += 1
        return super().get(key, default)


def test_a_case_is_judged_with_two_looks_at_each_answer() -> None:
    stands = Counted(entries(tomllib.loads(told("viasat-2022")), NORMS))
    found = classify(stands, NORMS, on=TODAY, conflict=True)
    assert len(found) >= 60
    assert stands.times <= sum(
        2 * len(one.form.elements()) + len(one.form.beside) for one in NORMS.forms
    )


def test_the_case_in_a_war_is_judged_by_the_law_of_war_once_a_person_opens_it() -> None:
    stands = entries(tomllib.loads(told("viasat-2022")), NORMS)
    closed = {one.name for one in classify(stands, NORMS, on=TODAY)}
    opened = {one.name: one for one in classify(stands, NORMS, on=TODAY, conflict=True)}
    assert {one for one in opened if opened[one].threshold} == opened.keys() - closed
    assert opened["tallinn 80"].result == "met"


def test_a_question_that_ships_is_asked_by_a_form_that_ships() -> None:
    asked = {key for one in NORMS.forms for key in one.form.asks()}
    shipped = {
        row.key for pack in shipped_packs() for row in pack.rows if isinstance(row, Question)
    }
    assert asked == shipped
