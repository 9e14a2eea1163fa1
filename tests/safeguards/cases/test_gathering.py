"""What one part of a case tells another: gathered from the entries that hold, and nothing else."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.knowledge.norms import Norms
from legation.knowledge.shipped import shipped_packs
from legation.safeguards.cases.attribution.matrix import matrix
from legation.safeguards.cases.attribution.naming import Agreed, Claimed
from legation.safeguards.cases.attribution.naming import Withdrawn as TakenBack
from legation.safeguards.cases.attribution.state_link import LinkAnswer, Linked
from legation.safeguards.cases.bodies import Answer, Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import DutyStated
from legation.safeguards.cases.facts import Victim, Withdrawn
from legation.safeguards.cases.gathering import (
    answers_of,
    assessed,
    attributed_in,
    began,
    gaps_in_law,
    items_of,
    known_at,
    numbered,
    rows_of,
    situation_of,
    states_of,
)
from legation.safeguards.cases.law.answers import Answered, PowerNeeded, ThresholdOpened
from legation.safeguards.cases.responses.situation import Attributed as Answerable
from legation.safeguards.cases.responses.situation import Duty
from worlds.gathered_cases import (
    BOOK,
    DAY,
    FACT,
    NORMS,
    OPENED,
    START,
    Told,
    agreed,
    case,
    named,
    weighed,
)
from worlds.lawbooks import TODAY, lawbook


def linked(answer: Answer = "yes", party: str = "XB", element: str = "instructed") -> Linked:
    return Linked(
        test="directed",
        party=party,
        answers=(LinkAnswer(element=element, answer=answer, rests_on=(2,)),),
    )


def answerable(told: Case) -> Answerable:
    return situation_of(told, BOOK, DAY).attributed


def duties(told: Case, book: Book = BOOK) -> dict[str, Duty]:
    return {one.key: one for one in situation_of(told, book, DAY).norms}


def test_a_fact_that_was_corrected_keeps_its_number_where_it_is_weighed() -> None:
    better = msgspec.structs.replace(FACT, says="the store was broken open", source="the police")
    told = case(*weighed(), ("bob", better, 2))
    assert [(one.number, one.source) for one in items_of(told)] == [(2, "the police")]
    found = matrix(rows_of(told), items_of(told))
    assert found.stray == ()
    assert [line.item.says for line in found.lines] == ["the store was broken open"]
    assert None not in found.lines[0].cells
    assert [number for number, _ in numbered(told)] == [1, 3, 4, 5, 2]


def test_rows_name_who_wrote_what_holds_now() -> None:
    better = msgspec.structs.replace(FACT, says="the store was broken open")
    number, author, written, body = rows_of(case(("bob", better, 2)))[-1]
    assert (number, author, written, body) == (2, "bob", START + timedelta(hours=3), better)


def test_a_fact_that_was_taken_back_is_weighed_no_more() -> None:
    told = case(*weighed(), Withdrawn(what=2, why="of another store"))
    assert items_of(told) == []
    assert matrix(rows_of(told), []).lines == ()


def test_nothing_is_attributed_before_a_second_person_agrees() -> None:
    waits = case(*weighed(), named())
    assert attributed_in(waits).in_force is None
    assert answerable(waits) == Answerable()
    assert answerable(case(*weighed(), named(), ("ann", Agreed(to=6, words="yes")))) == Answerable()


def test_the_attribution_in_force_is_what_answers_are_told() -> None:
    told = answerable(case(*weighed(), named(confidence="low"), agreed(6)))
    assert told == Answerable(
        kind="state",
        party="XB",
        likelihood="very likely",
        confidence="low",
        agreed=True,
        state_link="unknown",
        layer="political",
    )


@pytest.mark.parametrize(
    ("parts", "party"), [({"party": None, "actor": "Slate"}, "Slate"), ({"party": "NATO"}, "NATO")]
)
def test_who_is_no_state_is_told_as_a_group(parts: dict[str, Any], party: str) -> None:
    told = answerable(case(*weighed(), named(**parts), agreed(6)))
    assert (told.kind, told.party, told.state_link) == ("group", party, "unknown")


@pytest.mark.parametrize(
    ("element", "answer", "link"),
    [
        ("instructed", "yes", "yes"),
        ("instructed", "disputed", "disputed"),
        ("overall-control", "yes", "disputed"),
    ],
)
def test_in_law_the_link_to_the_state_is_that_of_its_test(
    element: str, answer: Answer, link: Answer
) -> None:
    told = case(*weighed(), linked(answer, element=element), named(layer="legal"), agreed(7))
    assert answerable(told).state_link == link


def test_a_link_without_an_attribution_in_law_opens_nothing() -> None:
    told = case(*weighed(), linked(), named(layer="political"), agreed(7))
    assert answerable(told).state_link == "unknown"


def test_a_later_word_of_the_same_state_leaves_the_attribution_in_law() -> None:
    told = case(
        *weighed(), linked(), named(layer="legal"), agreed(7), named(likelihood="likely"), agreed(9)
    )
    force = attributed_in(told).in_force
    assert force is not None
    assert force.body.layer == "political"
    assert (answerable(told).likelihood, answerable(told).state_link) == ("very likely", "yes")


def test_a_later_attribution_to_another_state_takes_the_place_of_one_in_law() -> None:
    told = case(
        *weighed(), linked(), named(layer="legal"), agreed(7), named("XC"), agreed(9)
    )  # fmt: skip
    assert (answerable(told).party, answerable(told).state_link) == ("XC", "unknown")


def test_an_attribution_that_was_taken_back_is_told_no_more() -> None:
    told = case(*weighed(), named(), agreed(6), TakenBack(to=6, words="we were wrong"))
    assert answerable(told) == Answerable()


def test_states_concerned_are_the_own_the_harmed_and_those_named_each_once() -> None:
    told = case(
        Victim(kind="state", party="XC"),
        Victim(kind="company", what="a mill"),
        Claimed(party="XD", by="XC", on="2026-02-20", how="a speech", source="its page"),
        Claimed(actor="Slate", by="XC", on="2026-02-20", how="a speech", source="its page"),
        *weighed(),
        named("XA"),
        agreed(10),
    )
    assert states_of(told, BOOK) == ("XA", "XC", "XD")
    assert states_of(case(), Book(norms=NORMS)) == ()


def test_a_duty_is_met_as_its_elements_are_and_binds_as_nobody_said() -> None:
    found = duties(
        case(
            Answered(question="opened", answer="yes", rests_on=(2,)),
            Answered(question="taken", answer="disputed", rests_on=(2,)),
        )
    )
    assert (found["grain 3"].met, found["river 1"].met) == ("disputed", "yes")
    assert (found["word a"].met, found["word a"].weight) == ("disputed", "political")
    assert {one.kind for one in found.values()} == {"duty of states", "domestic law"}
    assert found["aldria 4"].kind == "domestic law"
    assert {one.binds for one in found.values()} == {"unknown"}


@pytest.mark.parametrize(
    ("party", "own", "binds"),
    [("XA", "XA", "yes"), ("XB", "XA", "no"), ("XC", "XA", "no"), ("XD", "XA", "no"),
     ("XA", "XB", "no"), ("XA", "", "unknown")],
)  # fmt: skip
def test_a_duty_binds_by_the_lists_of_parties_on_the_day_of_the_act(
    party: str, own: str, binds: str
) -> None:
    told = case(*weighed(), named(party), agreed(6))
    assert duties(told, Book(norms=NORMS, own=own))["grain 3"].binds == binds


def test_a_duty_of_which_a_list_has_gaps_is_not_known_to_bind() -> None:
    told = case(*weighed(), named("XC"), agreed(6))
    assert duties(told)["river 1"].binds == "unknown"


@pytest.mark.parametrize("name", ["river 1", "RIVER 1", "river.1"])
@pytest.mark.parametrize("binds", ["yes", "no", "disputed", "unknown"])
def test_what_a_person_says_of_a_duty_goes_before_the_lists(name: str, binds: Any) -> None:
    stated = DutyStated(norm=name, binds=binds, by="treaty", why="so", source="an opinion")
    told = duties(case(*weighed(), named("XC"), agreed(6), stated))
    assert (told["river 1"].binds, told["river 1"].weight) == (binds, "binding")
    assert told["grain 3"].binds == "no"


@pytest.mark.parametrize(
    ("binds", "by", "weight"),
    [
        ("yes", "custom", "binding"),
        ("yes", "treaty", "political"),
        ("no", "custom", "political"),
        ("disputed", "custom", "political"),
        ("unknown", "custom", "political"),
    ],
)
def test_what_binds_as_custom_binds_whatever_the_text_is_that_words_it(
    binds: Any, by: Any, weight: str
) -> None:
    stated = DutyStated(norm="word a", binds=binds, by=by, why="so", source="a court")
    assert duties(case(stated))["word a"].weight == weight


def test_articles_on_responsibility_are_no_duties_that_an_act_breaks() -> None:
    shipped = Book(norms=Norms(shipped_packs(), today=TODAY), own="XA")
    told = case(
        Answered(question="organ", answer="yes", rests_on=(2,)),
        Answered(question="premises", answer="yes", rests_on=(2,)),
        Answered(question="access", answer="yes", rests_on=(2,)),
    )
    met = {one.name for one in assessed(told, shipped) if one.result == "met"}
    assert {"arsiwa 4", "vcdr 22", "budapest 2"} <= met
    found = duties(told, shipped)
    assert (found["vcdr 22"].kind, found["vcdr 22"].weight) == ("duty of states", "binding")
    assert found["budapest 2"].kind == "offence"
    assert not [name for name in found if name.startswith("arsiwa")]


def test_the_last_word_on_a_duty_holds() -> None:
    first = DutyStated(norm="river 1", binds="yes", by="treaty", why="so", source="one")
    then = DutyStated(norm="river 1", binds="no", by="treaty", why="so", source="another")
    assert duties(case(first, then))["river 1"].binds == "no"


def test_rules_of_armed_conflict_are_gathered_once_a_person_opens_the_question() -> None:
    opening = ThresholdOpened(why="there is shooting", rests_on=(2,))
    closing = ThresholdOpened(stands="closed", why="there was none", rests_on=(2,))
    assert "aldria 9" not in duties(case())
    assert "aldria 9" in {one.name for one in assessed(case(opening), BOOK)}
    assert "aldria 9" not in {one.name for one in assessed(case(opening, closing), BOOK)}


def test_the_latest_answer_to_a_question_is_given_with_its_entry() -> None:
    told = answers_of(
        case(
            Answered(question="opened", answer="yes", rests_on=(2,)),
            Answered(question="opened", answer="unknown"),
        )
    )
    assert (told["opened"].answer, told["opened"].entry) == ("unknown", 4)


def test_a_power_that_no_law_gave_is_gathered_with_its_number() -> None:
    told = case(PowerNeeded(needed="to look into the store", state="XA", rests_on=(2,)))
    gaps = gaps_in_law(told, BOOK, assessed(told, BOOK))
    assert [(one.kind, one.entry, one.what) for one in gaps] == [
        ("power", 3, "to look into the store")
    ]


def test_hours_run_from_the_instant_or_from_the_end_of_the_day_on_which_it_became_known() -> None:
    assert known_at(case()).isoformat() == "2026-02-12T23:59:59.999999+00:00"
    at = msgspec.structs.replace(OPENED, known="2026-02-12T08:30:00Z")
    assert known_at(case(first=at)).isoformat() == "2026-02-12T08:30:00+00:00"


@pytest.mark.parametrize(
    ("on", "day"), [("2026-02-10", date(2026, 2, 10)), ("2026-02", date(2026, 2, 1))]
)
def test_law_is_asked_of_the_first_day_of_what_happened(on: str, day: date) -> None:
    assert began(case(first=msgspec.structs.replace(OPENED, began=on))) == day


def test_an_act_of_before_a_treaty_is_not_judged_by_it() -> None:
    early = msgspec.structs.replace(OPENED, began="2002-01")
    told = case(*weighed(), named("XA"), agreed(6), first=early)
    assert duties(told)["grain 3"].binds == "no"


PARTIES = st.permutations(("XA", "XB", "XC", "XD"))


def _swapped(bodies: Sequence[Told], to: dict[str, str]) -> list[Told]:
    def moved(body: Any) -> Any:
        return (
            msgspec.structs.replace(body, party=to[body.party])
            if getattr(body, "party", None) in to
            else body
        )

    return [moved(one) if isinstance(one, Body) else (one[0], moved(one[1])) for one in bodies]


@given(PARTIES, st.sampled_from(("legal", "political")))
def test_another_state_in_its_place_is_told_the_same(order: list[str], layer: str) -> None:
    to = dict(zip(("XA", "XB", "XC", "XD"), order, strict=True))
    bodies: list[Told] = [
        Victim(kind="state", party="XA"),
        *weighed(),
        linked(),
        named("XB", layer=layer),
        agreed(8),
        Answered(question="opened", answer="yes", rests_on=(2,)),
    ]
    # Of a law that binds nobody: who is bound differs from state to state, and is another test.
    bare = Book(norms=Norms([lawbook("norm:word.a", "norm:word.a")], today=TODAY))
    told = situation_of(case(*bodies), bare, DAY)
    other = situation_of(case(*_swapped(bodies, to)), bare, DAY)
    assert other.attributed == msgspec.structs.replace(told.attributed, party=to["XB"])
    assert [(one.key, one.met) for one in other.norms] == [(one.key, one.met) for one in told.norms]
