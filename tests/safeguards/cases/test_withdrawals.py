"""One person may always say less; to say more, also by taking something back, takes two."""

from typing import Any

import msgspec
import pytest

from legation.errors import RecordError
from legation.safeguards.cases.attribution.gaps import FELL
from legation.safeguards.cases.attribution.layers import Layered
from legation.safeguards.cases.attribution.naming import REPLACED
from legation.safeguards.cases.attribution.naming import Withdrawn as TakenBack
from legation.safeguards.cases.attribution.state_link import LinkAnswer, Linked, link
from legation.safeguards.cases.bodies import Answer, Body
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import Circumstances, DutyStated
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Said, Withdrawn
from legation.safeguards.cases.fallen import fallen_in
from legation.safeguards.cases.gathering import (
    answers_of,
    assessed,
    attributed_in,
    bars_of,
    situation_of,
)
from legation.safeguards.cases.law.answers import Answered
from legation.safeguards.cases.persons import Protected, SpeechNamed
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.rules import verify_entry
from legation.safeguards.cases.withdrawals import barring_still, bars
from worlds.gathered_cases import BOOK, DAY, FACT, START, Told, agreed, case, named, weighed

GENUINE = SpeechNamed(why="citizens say this of their own accord")
CALL = Chosen(answer="hotline-call", against="XB", touches=False, why="so", rests_on=(2,))


def linked(answer: Answer, element: str = "instructed", rests_on: int = 2) -> Linked:
    given = LinkAnswer(element=element, answer=answer, rests_on=(rests_on,))
    return Linked(test="directed", party="XB", answers=(given,))


def gone(what: int) -> Withdrawn:
    return Withdrawn(what=what, why="it was a mistake")


def refused(told: Case, body: Body) -> RecordError:
    entry = Entry(number=len(told.entries) + 1, author="ann", written=START, body=body)
    with pytest.raises(RecordError) as found:
        verify_entry(told, entry, BOOK, START)
    return found.value


def state_link(*told: Told) -> Answer:
    return situation_of(case(*told), BOOK, DAY).attributed.state_link


def test_that_an_attribution_was_withdrawn_is_not_taken_back() -> None:
    back = TakenBack(to=6, words="we were wrong")
    told = case(*weighed(), named(), agreed(6), back)
    fault = refused(told, gone(8))
    assert fault.place == "what"
    assert "a second person" in fault.hint
    # Also a store in which it was taken back once says that it stays.
    kept = case(*weighed(), named(), agreed(6), back, gone(8))
    assert attributed_in(kept).in_force is None
    assert kept.cited(8) is not None


def test_a_withdrawal_is_not_taken_back() -> None:
    told = case(FACT, gone(3))
    assert "a withdrawal is not taken back" in str(refused(told, gone(4)))
    twice = case(FACT, gone(3), gone(4))
    assert (twice.cited(3), twice.taken_back()) == (None, {3: 4})


@pytest.mark.parametrize("back", [gone(8), gone(9), TakenBack(to=8, words="no")])
@pytest.mark.parametrize(
    ("then", "left"),
    [
        (named(likelihood="likely"), None),
        (named("XC"), None),
        (named("XC", layer="technical"), None),
        (named(layer="technical"), 6),
    ],
)
def test_what_took_the_place_of_an_attribution_is_taken_back_and_the_earlier_is_not_set_again(
    back: Body, then: Body, left: int | None
) -> None:
    told: list[Told] = [*weighed(), named(), agreed(6), then, agreed(8), back]
    standing = attributed_in(case(*told))
    assert (standing.in_force and standing.in_force.number) == left
    if left is None:
        assert REPLACED in [one.why for one in standing.refused]
        again = attributed_in(case(*told, agreed(6))).in_force
        assert again is not None
        assert (again.number, again.agreed) == (6, 11)


@pytest.mark.parametrize(
    ("then", "now", "counts"),
    [
        ("disputed", "yes", "disputed"),
        ("yes", "disputed", "disputed"),
        ("yes", "yes", "yes"),
        ("yes", "unknown", "unknown"),
    ],
)
def test_a_link_that_is_stated_anew_after_the_second_person_agreed_counts_by_the_weaker(
    then: Answer, now: Answer, counts: Answer
) -> None:
    told: list[Told] = [*weighed(), linked(then), named(layer="legal"), agreed(7), linked(now)]
    assert state_link(*told) == counts
    before, force = (attributed_in(case(*some)).in_force for some in (told[:-1], told))
    assert before is not None
    assert before.relinked == ()
    assert force is None or force.relinked == (9,)


def test_a_link_that_is_stated_anew_counts_in_full_once_somebody_agrees_anew() -> None:
    told: list[Told] = [*weighed(), linked("disputed"), named(layer="legal"), agreed(7)]
    assert state_link(*told, linked("yes"), agreed(7)) == "yes"
    # To take that second yes back does not leave more than the first one had before it.
    down: list[Told] = [*weighed(), linked("yes"), named(layer="legal"), agreed(7)]
    down += [linked("disputed"), agreed(7), linked("yes"), gone(10)]
    assert state_link(*down) == "disputed"


def test_a_weaker_link_that_is_taken_back_leaves_what_was_agreed_to() -> None:
    told: list[Told] = [*weighed(), linked("yes"), linked("disputed"), named(layer="legal")]
    told += [agreed(8), gone(7)]
    assert state_link(*told) == "disputed"
    force = attributed_in(case(*told)).in_force
    assert force is not None
    assert force.relinked == (10,)


@pytest.mark.parametrize("answer", ["yes", "disputed", "no"])
def test_an_answer_whose_fact_was_taken_back_is_unknown_and_says_why(answer: Answer) -> None:
    told: list[Told] = [FACT, Answered(question="taken", answer=answer, rests_on=(2, 3))]
    assert answers_of(case(*told))["taken"].answer == answer
    left = case(*told, gone(3))
    given = answers_of(left)["taken"]
    assert (given.answer, given.fallen) == ("unknown", (3,))
    (norm,) = (one for one in assessed(left, BOOK) if one.name == "word a")
    (element,) = (one for one in norm.elements if one.question == "taken")
    assert (norm.result, element.fallen) == ("unknown", (3,))
    assert [(one.entry, one.on) for one in fallen_in(left, Answered)] == [(4, (3,))]
    anew = case(*told, gone(3), Answered(question="taken", answer="yes", rests_on=(2,)))
    assert (answers_of(anew)["taken"].answer, fallen_in(anew)) == ("yes", ())


def test_an_answer_whose_fact_was_corrected_stands() -> None:
    better = msgspec.structs.replace(FACT, says="the store was broken open")
    told = case(Answered(question="opened", answer="yes", rests_on=(2,)), ("bob", better, 2))
    assert (answers_of(told)["opened"].answer, fallen_in(told)) == ("yes", ())


def test_a_link_whose_fact_was_taken_back_carries_nothing() -> None:
    told: list[Told] = [FACT, *weighed(), linked("yes", rests_on=3), named(layer="legal")]
    assert state_link(*told, agreed(8)) == "yes"
    left = case(*told, agreed(8), gone(3))
    assert attributed_in(left).in_force is None
    assert link(linked("yes", rests_on=3), {3}).result == "unknown"
    assert [one.entry for one in fallen_in(left, Linked)] == [7]


def test_an_attribution_of_which_all_that_was_weighed_was_taken_back_holds_no_more() -> None:
    told: list[Told] = [*weighed(), named(), agreed(6)]
    assert attributed_in(case(*told)).in_force is not None
    assert attributed_in(case(*told, gone(2))).in_force is None


def test_a_layer_whose_fact_was_taken_back_bars_an_agreement() -> None:
    layer = Layered(layer="technical", party="XB", likelihood="likely", confidence="low",
                    rests_on=(3,), basis="so it is", gaps="much")  # fmt: skip
    told: list[Told] = [FACT, layer, named(layer="technical")]
    assert FELL not in [one.words for one in bars_of(case(*told))]
    assert (FELL, True) in [(one.words, one.bars) for one in bars_of(case(*told, gone(3)))]


def test_of_circumstances_whose_fact_was_taken_back_only_what_bars_is_left() -> None:
    stated = Circumstances(
        injured="own", urgent="it is being wiped", ceased="2026-03-01", pending=True,
        obligations={"force": "no", "humanitarian": "yes"}, commensurate="as much", rests_on=(3,),
    )  # fmt: skip
    told = situation_of(case(FACT, stated, gone(3)), BOOK, DAY)
    assert (told.injured, told.urgent, told.commensurate) == ("unknown", "", "")
    assert (told.ceased, told.pending) == ("2026-03-01", True)
    assert told.obligations == {"humanitarian": "yes"}


@pytest.mark.parametrize(("said", "left"), [("yes", "unknown"), ("no", "no")])
def test_a_duty_whose_fact_was_taken_back_is_not_known_to_bind(said: Any, left: str) -> None:
    stated = DutyStated(
        norm="word a", binds=said, by="custom", why="so", source="a court", rests_on=(3,)
    )
    told = situation_of(case(FACT, stated, gone(3)), BOOK, DAY)
    (duty,) = (one for one in told.norms if one.key == "word a")
    assert (duty.binds, duty.weight) == (left, "political")


@pytest.mark.parametrize(
    ("body", "barring"),
    [
        (GENUINE, True),
        (SpeechNamed(kind="opinion", why="so"), True),
        (Protected(kind="press source", why="so"), True),
        (Step(of=3, what="complied", on="2026-03-02", words="so", source="us"), True),
        (Step(of=3, what="called", on="2026-03-02", words="so", source="us"), False),
        (CALL, False),
        (FACT, False),
    ],
)
def test_what_bars_by_being_there_bars_still_for_whoever_takes_it_back(
    body: Body, barring: bool
) -> None:
    assert bars(body) == barring
    told = case(CALL, body, ("bob", gone(4)))
    assert told.cited(4) is None
    for author in ("bob", None):
        assert (barring_still(told, author).cited(4) is not None) == barring
    assert barring_still(told, "ann") is told


def test_a_bar_that_was_taken_back_bars_no_choice_of_others() -> None:
    told = case(GENUINE, ("bob", gone(3)))
    assert situation_of(told, BOOK, DAY).speech == frozenset()
    assert situation_of(barring_still(told, "bob"), BOOK, DAY).speech == {"genuine"}
    assert isinstance(told.holding[1].body, Said)
