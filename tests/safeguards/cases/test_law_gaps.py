"""Powers that no law in force gives, and norms by which a state concerned is not bound."""

import pytest

from legation.knowledge.norms import Norms
from legation.safeguards.cases.law import gaps
from legation.safeguards.cases.law.answers import PowerNeeded
from legation.safeguards.cases.law.assessing import classify
from legation.safeguards.cases.law.gaps import Gap, gaps_of_law
from worlds.lawbooks import TODAY, given, lawbook

NORMS = Norms([lawbook()], today=TODAY)


def found(*powers: PowerNeeded) -> tuple[Gap, ...]:
    return gaps_of_law(enumerate(powers, 11), (), NORMS, on=TODAY)


def test_a_power_that_no_law_gives_is_listed_with_its_entry_and_mark() -> None:
    (gap,) = found(PowerNeeded(needed="to ask a host abroad for logs", state="XA", rests_on=(3,)))
    assert (gap.kind, gap.what, gap.why) == ("power", "to ask a host abroad for logs", gaps.NO_LAW)
    assert (gap.entry, gap.rests_on, gap.mark) == (11, (3,), "unverified")


def test_a_power_that_was_checked_to_be_missing_bears_no_mark() -> None:
    (gap,) = found(PowerNeeded(needed="n", verified="verified-excerpt"))
    assert (gap.mark, gap.state) == ("", "")


@pytest.mark.parametrize(
    ("state", "fact", "why"),
    [
        ("XA", "norm:grain.3", None),
        ("XB", "norm:grain.3", gaps.NOT_BOUND),
        ("XD", "norm:grain.3", gaps.NOT_BOUND),
        ("XC", "norm:river.1", gaps.NOT_KNOWN),
        ("XA", "law:xa-act", None),
        ("XB", "law:xa-act", gaps.NOT_BOUND),
    ],
)
def test_a_law_that_is_named_is_looked_at_too(state: str, fact: str, why: str | None) -> None:
    listed = found(PowerNeeded(needed="n", state=state, law="l", fact=fact))
    assert [one.why for one in listed] == ([why] if why else [])


def test_a_law_in_words_alone_is_taken_as_it_is_stated() -> None:
    assert found(PowerNeeded(needed="n", state="XB", law="Code of procedure, section 5")) == ()


def test_a_norm_whose_elements_are_met_names_the_states_concerned_that_it_does_not_bind() -> None:
    answers = given({"opened": "yes", "taken": "yes"})
    states = ("XA", "XB", "XC", "XD")
    listed = gaps_of_law((), classify(answers, NORMS, states=states, on=TODAY), NORMS, on=TODAY)
    assert [(one.what, one.state, one.detail) for one in listed] == [
        ("grain 3", "XB", "met; signed only"),
        ("grain 3", "XC", "met; not a party"),
        ("grain 3", "XD", "met; suspended; suspended since 2024-01-01"),
    ]
    assert {one.rests_on for one in listed} == {(1,)}
    assert {one.why for one in listed} == {gaps.NOT_PARTY}


def test_a_norm_that_is_not_met_is_no_gap() -> None:
    answers = given({"opened": "no"})
    assessed = classify(answers, NORMS, states=("XB",), on=TODAY)
    assert gaps_of_law((), assessed, NORMS, on=TODAY) == ()
