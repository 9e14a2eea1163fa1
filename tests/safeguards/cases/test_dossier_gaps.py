"""Every gap of a dossier is found, alone and among others, and a complete one has none."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from legation.errors import ConflictError
from legation.safeguards.cases.dossier.beside import Listing
from legation.safeguards.cases.dossier.bodies import Reasoned, ReviewSet
from legation.safeguards.cases.dossier.folding import fold_dossier
from legation.safeguards.cases.dossier.gaps import KINDS, WORDS, Gap, GapKind, gaps
from legation.safeguards.cases.dossier.gaps import require_complete as require
from worlds.dossiers import CHOICE, PLANTS, REGIME, Draft, body, compatible, person, planted


def found(draft: Draft) -> tuple[Gap, ...]:
    return gaps(draft.folded(), draft.regime, draft.beside())


@pytest.mark.parametrize("draft", [person(), body()], ids=["person", "body"])
def test_a_complete_dossier_has_no_gap(draft: Draft) -> None:
    assert found(draft) == ()
    require(draft.folded(), draft.regime, draft.beside())


def test_there_are_at_least_twenty_kinds_and_each_is_planted() -> None:
    assert len(KINDS) >= 20
    assert {*PLANTS} == {*KINDS} == {*WORDS}


@pytest.mark.parametrize("kind", PLANTS)
def test_a_planted_gap_is_found_and_nothing_else(kind: GapKind) -> None:
    told = found(planted([kind]))
    assert {gap.kind for gap in told} == {kind}
    assert all(gap.place and gap.says and gap.hint for gap in told)


@pytest.mark.parametrize("kind", PLANTS)
def test_a_dossier_with_one_gap_is_refused_with_its_place(kind: GapKind) -> None:
    draft = planted([kind])
    with pytest.raises(ConflictError) as refused:
        require(draft.folded(), draft.regime, draft.beside())
    assert all(f"{gap.place}: {gap.says}" in refused.value.hint for gap in found(draft))


@pytest.mark.parametrize(
    ("listings", "kinds"),
    [
        ((), ["not-chosen"]),
        ((replace(CHOICE, choice=905, test=0), replace(CHOICE, choice=906)), []),
        ((CHOICE, Listing(choice=906, test=907)), []),
        ((replace(CHOICE, signed=1),), ["not-signed"]),
        ((replace(CHOICE, persons=3),), ["not-signed"]),
        ((replace(CHOICE, barred=("a", "b")),), ["not-open", "not-open"]),
        ((replace(CHOICE, test=899),), ["rights-other"]),
        ((Listing(choice=905, barred=("a",)),), ["not-open", "not-signed", "rights-other"]),
    ],
)
def test_a_dossier_leaves_by_a_choice_that_is_open_tested_and_signed(
    listings: tuple[Listing, ...], kinds: list[GapKind]
) -> None:
    draft = person()
    draft.listings = listings
    told = found(draft)
    assert [gap.kind for gap in told] == kinds
    assert {gap.about for gap in told if gap.kind == "not-open"} <= {"a", "b"}


@given(st.lists(st.sampled_from([*PLANTS]), unique=True).map(compatible))
def test_gaps_planted_together_are_all_found_and_no_other(kinds: list[GapKind]) -> None:
    assert {gap.kind for gap in found(planted(kinds))} == {*kinds}


@given(st.randoms(use_true_random=False))
def test_gaps_do_not_hang_on_the_order_in_which_entries_arrive(chance: Random) -> None:
    draft = planted(["sentence-closed", "rights-missing"])
    mixed = draft.entries()
    chance.shuffle(mixed)
    folded = fold_dossier(mixed, draft.key, REGIME)
    assert gaps(folded, REGIME, draft.beside()) == found(draft)


@pytest.mark.parametrize(
    ("sentence", "is_gap"),
    [
        ("The attack of 2015 was ordered by %s.", True),
        ("The attack of 2015 was carried out by officers of %s.", True),
        ("%s is responsible for the attack of 2015.", True),
        ("In 2015 he worked for a state-sponsored group.", True),
        ("The attack was attributed to %s by the Council on 2020-10-22.", False),
        ("In 2015 he was an officer of the armed forces of %s.", False),
        ("He was born in %s in 1985.", False),
        ("The attack was attributed to %s by many.", True),
        ("In 2015 he was an agent of %s.", True),
        ("In 2015 he acted on orders from %s.", True),
        ("The Government of %s did it in 2015.", True),
        ("%s's services, whose orders he followed, attacked it in 2015.", True),
        ("%s officers directed the attack of 2015.", True),
        ("The government carried it out in 2015.", True),
        # A claim that is cited covers its own clause and no other.
        ("It was ordered by %s, and attributed to %s by Sundria on 2020-10-22.", True),
        ("It was attributed to %s by Sundria on 2020-10-22, and %s ordered it.", True),
        ("It was attributed to %s, it was ordered by %s on 2020-10-22.", True),
        ("It was attributed to %s; he was named by a paper on 2020-10-22.", True),
        ("It was attributed to %s by Sundria on 2020-10-22 and by none in 2021.", False),
        ("The attack was attributed to the forces of %s by Sundria on 2020-10-22.", False),
    ],
)
@pytest.mark.parametrize("state", ["Aldria", "Borland"])
def test_a_state_is_named_as_a_claim_or_not_at_all_whichever_it_is(
    state: str, sentence: str, is_gap: bool
) -> None:
    draft = person()
    draft.add_sentence(sentence.replace("%s", state), 1)
    assert [gap.kind for gap in found(draft)] == (["state-attributed"] if is_gap else [])


def test_a_state_is_seen_behind_its_adjective() -> None:
    draft = person()
    draft.add_sentence("The Aldrian state carried it out on 4 May 2015.", 1)
    draft.add_sentence("The Aldrians ordered the copies of 2016.", 1)
    assert [gap.kind for gap in found(draft)] == ["state-attributed"] * 2


@pytest.mark.parametrize("said", ["Ald\u200bria", "Ald\u00adria", "\u0410ldria", "Aldr\u0456a"])
def test_no_sign_that_is_not_seen_or_looks_like_another_hides_a_state(said: str) -> None:
    draft = person()
    draft.add_sentence(f"The attack of 2015 was ordered by {said}.", 1)
    assert [gap.kind for gap in found(draft)] == ["state-attributed"]


def test_two_who_took_part_in_one_operation_may_share_all_but_the_link() -> None:
    draft = person()
    other = body()
    draft.others.append(other.folded())
    assert found(draft) == ()


@pytest.mark.parametrize("at", range(1, 6))
def test_each_sentence_needs_a_source_of_its_own(at: int) -> None:
    draft = person()
    draft.change(Reasoned, {"at": at}, rests_on=())
    told = [gap for gap in found(draft) if gap.kind == "sentence-unsourced"]
    assert [gap.place for gap in told] == [f"sentence {at}"]


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ("2026-11-26", ["review-past"]),
        ("2026-11-28", []),
        ("2027-11-27", []),
        ("2027-11-28", ["review-late"]),
    ],
)
def test_a_review_lies_ahead_and_within_a_year(day: str, kinds: list[GapKind]) -> None:
    draft = person()
    draft.change(ReviewSet, {}, on=day)
    assert [gap.kind for gap in found(draft)] == kinds
