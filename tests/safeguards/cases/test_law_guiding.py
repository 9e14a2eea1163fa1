"""Questions come in order, and only while an answer could still change a result."""

from typing import get_args

from hypothesis import given as with_
from hypothesis import settings
from hypothesis import strategies as st

from legation.knowledge.norms import Norms
from legation.knowledge.shipped import shipped_packs
from legation.safeguards.cases.bodies import Answer
from legation.safeguards.cases.law.assessing import classify, offered
from legation.safeguards.cases.law.guiding import guided
from worlds.lawbooks import TODAY, given, lawbook

SMALL = Norms([lawbook()], today=TODAY)
SHIPPED = Norms(shipped_packs(), today=TODAY)
ALL = sorted(SHIPPED.questions)
FACTORS = {
    *("severity", "immediacy", "directness", "invasiveness", "measurability"),
    *("military-character", "state-involvement", "presumptive-legality"),
}


def asked(
    answers: dict[str, Answer], norms: Norms = SHIPPED, *, conflict: bool = False
) -> dict[str, set[str]]:
    groups = guided(norms, given(answers), conflict=conflict)
    return {one.key: set(one.decides) for group in groups for one in group.questions}


def test_questions_stand_under_their_subjects_in_the_order_of_the_data() -> None:
    first, *_ = groups = guided(SMALL, {})
    assert first.subject == "Stores"
    assert [(one.key, one.text, one.means) for one in first.questions] == [
        ("opened", "Was a store opened?", "By whomever."),
        ("taken", "Was grain taken?", ""),
    ]
    assert first.questions[0].decides == ("grain 3", "river 1", "aldria 4")
    assert [group.subject for group in groups] == ["Stores"]
    (shipped, *_) = guided(SHIPPED, {})
    assert {one.mark for one in shipped.questions} == {"from memory, not checked"}
    places = [SHIPPED.questions[key].place for key in asked({})]
    assert places == sorted(places)


def test_what_a_no_has_decided_is_not_asked_for_that_norm() -> None:
    assert asked({"opened": "no"}, SMALL)["taken"] == {"word a", "aldria 4"}


def test_no_for_a_mission_skips_nothing_that_another_norm_needs() -> None:
    still = asked({"mission": "no"})
    assert "vcdr 22" in still["premises"]
    assert {"archives", "correspondence", "agent", "consular"} <= still.keys()


def test_a_yes_that_meets_a_norm_ends_its_questions() -> None:
    still = asked({"lost": "yes"})
    assert not any("tallinn 4" in norms for norms in still.values())
    assert "cfaa (a)(2)" in still["access"]


def test_questions_of_armed_conflict_wait_for_the_threshold() -> None:
    assert "conflict" not in asked({})
    assert "conflict" in asked({}, conflict=True)
    assert "attack" not in asked({"conflict": "no"}, conflict=True)


def test_scale_and_effects_are_asked_with_the_rules_on_force_alone() -> None:
    assert not FACTORS & asked({}).keys()
    still = asked({"force": "disputed"})
    assert still.keys() >= FACTORS
    assert {norm for key in FACTORS for norm in still[key]} == {"tallinn 68", "tallinn 69"}


def test_only_the_norms_that_are_named_are_asked_about() -> None:
    (group,) = guided(SHIPPED, {}, names=("vcdr 22",))
    assert [one.key for one in group.questions] == ["mission", "premises"]


@settings(max_examples=8, deadline=None)
@with_(
    answers=st.fixed_dictionaries(dict.fromkeys(ALL, st.sampled_from(get_args(Answer)))),
    conflict=st.booleans(),
)
def test_who_answers_what_is_asked_has_answered_enough(
    answers: dict[str, Answer], conflict: bool
) -> None:
    given_so_far: dict[str, Answer] = {}
    while still := asked(given_so_far, conflict=conflict):
        key = next(iter(still))
        assert key not in given_so_far
        given_so_far[key] = answers[key]
    few = classify(given(given_so_far), SHIPPED, on=TODAY, conflict=conflict)
    every = classify(given(answers), SHIPPED, on=TODAY, conflict=conflict)
    assert [one.result for one in few] == [one.result for one in every]
    assert len(given_so_far) <= len(answers)


def test_nos_end_the_form_sooner_than_all_questions() -> None:
    needed = {key for one in offered(SHIPPED, conflict=False) for key in one.form.elements()}
    answers: dict[str, Answer] = {}
    while still := asked(answers):
        answers[next(iter(still))] = "no"
    assert len(answers) < len(needed)
