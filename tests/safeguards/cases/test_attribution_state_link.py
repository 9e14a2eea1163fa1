"""Conduct is linked to a state by a test of law; what keeps a test from being met is named."""

from itertools import product
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.knowledge.facts import Norm
from legation.knowledge.shipped import shipped_packs
from legation.safeguards.cases.attribution.state_link import (
    LinkAnswer,
    Linked,
    Result,
    Test,
    link,
    link_tests,
)
from legation.safeguards.cases.bodies import Answer, Body

ANSWERS: tuple[Answer, ...] = get_args(Answer)
TESTS: tuple[Test, ...] = get_args(Test)
ORDER: tuple[Result, ...] = ("not met", "unknown", "disputed", "met")
BETTER = {"no": 0, "unknown": 1, "disputed": 2, "yes": 3}


def linked(test: Test, answers: dict[str, Answer]) -> Linked:
    return Linked(
        test=test,
        party="XA",
        answers=tuple(
            LinkAnswer(element=key, answer=answer, rests_on=(1,)) for key, answer in answers.items()
        ),
    )


def result(test: Test, **answers: Answer) -> Result:
    return link(linked(test, {key.replace("_", "-"): one for key, one in answers.items()})).result


@given(st.data(), st.sampled_from(TESTS))
def test_a_better_answer_never_makes_a_worse_result(data: st.DataObject, test: Test) -> None:
    keys = [*link_tests()[test].elements]
    answers = {key: data.draw(st.sampled_from(ANSWERS)) for key in keys}
    changed = data.draw(st.sampled_from(keys))
    better = data.draw(
        st.sampled_from([one for one in ANSWERS if BETTER[one] >= BETTER[answers[changed]]])
    )
    before = link(linked(test, answers)).result
    after = link(linked(test, {**answers, changed: better})).result
    assert ORDER.index(after) >= ORDER.index(before)


@pytest.mark.parametrize("test", TESTS)
def test_what_nobody_answered_counts_as_unknown_and_is_told(test: Test) -> None:
    told = link(linked(test, {}))
    assert told.result == "unknown"
    assert not any(one.answered for one in told.elements)
    assert {*told.open} == {*link_tests()[test].elements}


def test_an_organ_by_law_or_by_dependence_must_have_acted_as_one() -> None:
    for status, dependence, capacity in product(ANSWERS, repeat=3):
        told = result("organ", status=status, dependence=dependence, capacity=capacity)
        assert (told == "met") == ("yes" in (status, dependence) and capacity == "yes")
        assert (told == "not met") == (capacity == "no" or status == dependence == "no")


def test_instruction_direction_or_effective_control_is_enough() -> None:
    no: dict[str, Answer] = dict.fromkeys(link_tests()["directed"].elements, "no")
    assert link(linked("directed", no)).result == "not met"
    for key in ("instructed", "directed", "effective-control"):
        met = link(linked("directed", {**no, key: "yes"}))
        assert (met.result, met.open) == ("met", ())


def test_overall_control_leaves_the_test_disputed_with_the_views() -> None:
    no: dict[str, Answer] = dict.fromkeys(link_tests()["directed"].elements, "no")
    told = link(linked("directed", {**no, "overall-control": "yes"}))
    assert told.result == "disputed"
    assert "overall-control" in told.open
    views = next(one.views for one in told.elements if one.element == "overall-control")
    assert len(views) >= 2
    assert all(one.who and one.says and one.source and one.verified for one in views)


def test_adoption_needs_both_of_its_parts() -> None:
    assert result("adopted", acknowledged="yes", adopted="yes") == "met"
    assert result("adopted", acknowledged="yes", adopted="no") == "not met"
    assert result("adopted", acknowledged="yes") == "unknown"
    assert result("adopted", acknowledged="disputed", adopted="yes") == "disputed"
    assert result("adopted", acknowledged="disputed") == "unknown"


@pytest.mark.parametrize("test", TESTS)
def test_each_article_is_told_as_the_shipped_facts_have_it(test: Test) -> None:
    told = link_tests()[test]
    number = told.article.removeprefix("ARSIWA ")
    fact = next(
        one
        for pack in shipped_packs()
        for one in pack.rows
        if isinstance(one, Norm) and one.key == f"arsiwa-2001.{number}"
    )
    assert told.title.lower() == fact.title.lower()
    assert (told.weight, told.verified) == (fact.weight, fact.verified)
    assert {key for group in told.groups for key in group} == {*told.elements}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"party": "EU"}, "party"),
        ({"answers": (LinkAnswer(element="wishes", answer="no"),)}, "answers.0.element"),
        ({"answers": (LinkAnswer(element="status", answer="no"),) * 2}, "answers.1.element"),
        ({"answers": (LinkAnswer(element="status", answer="yes"),)}, "answers.0.rests_on"),
    ],
)
def test_what_the_test_does_not_ask_or_rests_on_nothing_is_refused(
    change: dict[str, object], place: str
) -> None:
    whole: dict[str, object] = {"test": "organ", "party": "XA", "answers": (), **change}
    with pytest.raises(RecordError) as refused:
        Linked(**whole)  # type: ignore[arg-type]  # of the fields above
    assert refused.value.place == place


def test_an_entry_comes_back_as_it_was_written() -> None:
    body = linked("directed", {"instructed": "disputed", "overall-control": "unknown"})
    assert msgspec.json.decode(msgspec.json.encode(body), type=Linked) == body
    assert isinstance(body, Body)
