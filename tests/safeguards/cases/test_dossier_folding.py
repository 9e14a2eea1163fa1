"""A dossier is what its entries add up to: the last holds, what was taken back is nothing."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import ConflictError, NotFoundError, RecordError
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.dossier.bodies import (
    PERSONAL,
    DossierOpened,
    FactorMet,
    Ground,
    Identified,
    OfDossier,
    Reasoned,
    RemedySet,
    ReviewSet,
    SourceJudged,
    ThresholdMet,
)
from legation.safeguards.cases.dossier.folding import fold_dossier, require_fits
from worlds.dossiers import PERSON, REGIME, body, person

REGIMES = {REGIME.key: REGIME}


def identified(field: str, value: str = "", **other: object) -> Identified:
    return msgspec.convert(
        {"entry": "identified", "dossier": PERSON, "field": field, "value": value, **other},
        Identified,
    )


@given(st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(chance: Random) -> None:
    draft = person()
    entries = [*draft.entries(), (3000, identified("name", "Jan A. Example"))]
    mixed = list(entries)
    chance.shuffle(mixed)
    assert fold_dossier(mixed, PERSON, REGIME) == fold_dossier(entries, PERSON, REGIME)


def test_of_a_field_with_one_value_the_last_holds_and_of_others_each_stays() -> None:
    more: list[tuple[int, Body]] = [
        (3000, identified("date-of-birth", "1985-04-04")),
        (3001, identified("aliases", "J. E.")),
        (3002, identified("passport", "P 123")),
    ]
    folded = fold_dossier([*person().entries(), *more], PERSON, REGIME)
    told = [(one.field, one.value) for _, one in folded.identified]
    assert [value for field, value in told if field == "date-of-birth"] == ["1985-04-04"]
    assert [value for field, value in told if field == "aliases"] == ["The Clerk", "J. E."]
    # It was unavailable until it was found.
    assert [value for field, value in told if field == "passport"] == ["P 123"]
    assert folded.names == ("Jan Example", "The Clerk", "J. E.")


def test_what_is_unavailable_after_all_loses_its_values() -> None:
    entries = [*person().entries(), (3000, identified("aliases", unavailable=True))]
    folded = fold_dossier(entries, PERSON, REGIME)
    assert [one.value for _, one in folded.identified if one.field == "aliases"] == [""]


def test_an_entry_that_was_taken_back_lets_the_earlier_hold_again() -> None:
    entries = [*person().entries(), (3000, ReviewSet(dossier=PERSON, on="2027-01-01"))]
    later = fold_dossier(entries, PERSON, REGIME)
    assert later.review is not None
    assert later.review[1].on == "2027-01-01"
    back = fold_dossier(entries, PERSON, REGIME, withdrawn={3000})
    assert back == person().folded()


def test_a_sentence_is_corrected_in_its_place() -> None:
    corrected = Reasoned(dossier=PERSON, at=2, sentence="Jan Example slept.", rests_on=(1,))
    folded = fold_dossier([*person().entries(), (3000, corrected)], PERSON, REGIME)
    assert [one.at for _, one in folded.sentences] == [1, 2, 3, 4, 5]
    assert folded.sentences[1] == (3000, corrected)


def test_two_dossiers_of_one_case_are_kept_apart() -> None:
    both = person().entries() + [(number + 500, one) for number, one in body().entries()]
    assert fold_dossier(both, PERSON, REGIME) == person().folded()


def test_a_dossier_that_nobody_opened_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        fold_dossier(person().entries(), "nobody", REGIME)


def test_bodies_are_read_again_as_they_were_written() -> None:
    for draft in (person(), body()):
        for one in draft.bodies:
            assert msgspec.json.decode(msgspec.json.encode(one), type=type(one)) == one


def test_no_two_entries_of_a_dossier_have_one_tag() -> None:
    tags = [kind.__struct_config__.tag for kind in OfDossier.__subclasses__()]
    assert len(tags) == len({*tags})
    assert all(name in kind.__struct_fields__ for kind, some in PERSONAL.items() for name in some)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (DossierOpened(dossier="new", regime="no-such", kind="person"), "regime"),
        (Identified(dossier="no-such", field="name", value="x"), "dossier"),
        (Identified(dossier=PERSON, field="shoe-size", value="44"), "field"),
        (Identified(dossier=PERSON, field="registration", value="HR 1"), "field"),
        (ThresholdMet(dossier=PERSON, question="moon", answer="yes", why="w"), "question"),
        (FactorMet(dossier=PERSON, factor="moon", why="w"), "factor"),
        (Ground(dossier=PERSON, ground="moon"), "ground"),
        (RemedySet(dossier=PERSON, remedy="moon", how="w"), "remedy"),
        (Reasoned(dossier=PERSON, at=9, sentence="s", serves=("moon",)), "serves"),
    ],
)
def test_an_unknown_key_is_refused_with_its_place(wrong: OfDossier, place: str) -> None:
    with pytest.raises(RecordError) as refused:
        require_fits(wrong, person().entries(), REGIMES)
    assert refused.value.place == place
    assert refused.value.hint


def test_a_near_key_is_named() -> None:
    with pytest.raises(RecordError) as refused:
        require_fits(Ground(dossier=PERSON, ground="responsable"), person().entries(), REGIMES)
    assert "'responsible'" in refused.value.hint


def test_a_dossier_is_opened_once_and_what_fits_is_let_in() -> None:
    with pytest.raises(ConflictError):
        require_fits(person().bodies[0], person().entries(), REGIMES)
    for one in person().bodies[1:]:
        require_fits(one, person().entries(), REGIMES)
    with pytest.raises(RecordError) as refused:
        require_fits(Ground(dossier=PERSON, ground="support"), person().entries(), {})
    assert refused.value.place == "dossier"


def test_a_field_has_a_value_or_is_unavailable() -> None:
    for value, unavailable in (("", False), ("x", True), (" ", False)):
        with pytest.raises(RecordError) as refused:
            Identified(dossier=PERSON, field="name", value=value, unavailable=unavailable)
        assert refused.value.place == "value"


def test_a_review_is_a_day() -> None:
    with pytest.raises(RecordError):
        ReviewSet(dossier=PERSON, on="2027-02-30")


def test_the_last_judgement_of_a_source_holds() -> None:
    draft = person()
    draft.bodies.append(
        SourceJudged(dossier=PERSON, fact=1, open=False, admissibility="disputed", why="w")
    )
    assert draft.folded().judged[1].admissibility == "disputed"
