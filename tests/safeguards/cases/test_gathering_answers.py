"""What answers, decisions and dossiers are told of a case: gathered from the entries that hold."""

from typing import Any

import msgspec
import pytest

from legation.errors import RecordError
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import Circumstances
from legation.safeguards.cases.deciding.bodies import Decision, Signed
from legation.safeguards.cases.deciding.records import record_of
from legation.safeguards.cases.dossier.bodies import DossierOpened, Identified
from legation.safeguards.cases.facts import Attached, Moved, Withdrawn
from legation.safeguards.cases.gathering import (
    beside,
    dossier_named,
    dossiers_in,
    records_in,
    rights_tests,
    rows_of,
    situation_of,
    stands_in,
)
from legation.safeguards.cases.persons import Protected, RightsTest, SpeechNamed
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.situation import OnFoot
from worlds.gathered_cases import (
    BOOK,
    DAY,
    FACT,
    NORMS,
    Told,
    agreed,
    case,
    named,
    weighed,
)


def test_circumstances_are_told_as_a_whole_and_the_last_holds() -> None:
    first = Circumstances(
        injured="own", urgent="it is being wiped", obligations={"force": "no"}, rests_on=(2,)
    )
    told = situation_of(case(first), BOOK, DAY)
    assert (told.injured, told.urgent, told.obligations) == (
        "own",
        "it is being wiped",
        {"force": "no"},
    )
    then = Circumstances(injured="other", ceased="2026-03-01", pending=True, rests_on=(2,))
    told = situation_of(case(first, then), BOOK, DAY)
    assert (told.injured, told.urgent, told.obligations) == ("other", "", {})
    assert (told.ceased, told.pending, told.day) == ("2026-03-01", True, "2026-03-10")
    silent = situation_of(case(Moved(to="triaged")), BOOK, DAY)
    assert (silent.injured, silent.status, silent.obligations) == ("unknown", "triaged", {})


def rights(for_: str | int, excluded: Any = "neither") -> RightsTest:
    words = dict.fromkeys(
        ("persons", "legality", "aim", "necessity", "proportionality", "safeguards", "notice",
         "observations", "review"),
        "said in a whole sentence",
    )  # fmt: skip
    return RightsTest(for_=for_, rights=("privacy",), excluded=excluded, **words)  # type: ignore[arg-type]  # by name


def chosen(answer: str = "note-verbale", *, touches: bool = False) -> Chosen:
    return Chosen(answer=answer, against="XB", touches=touches, why="so", rests_on=(2,))


def test_what_is_on_record_of_persons_speech_and_steps_is_told() -> None:
    told = situation_of(
        case(
            rights("retorsion", "unknown"),
            SpeechNamed(kind="criticism", why="so"),
            Protected(kind="press source", why="so"),
            chosen("technical-measure", touches=True),
            Step(of=6, what="taken", on="2026-03-02", words="locked", source="us"),
        ),
        BOOK,
        DAY,
    )
    assert (told.tests, told.speech) == ({"retorsion": "unknown"}, frozenset({"criticism"}))
    assert told.guarded == frozenset({"press source"})
    assert told.tried == frozenset({"technical-measure"})
    assert told.on_foot == (OnFoot(of=6, answer="technical-measure", against="XB", touches=True),)


def test_a_rights_test_passes_only_where_no_guarded_source_is_touched() -> None:
    told = case(*(rights("retorsion", one) for one in ("neither", "unknown", "press source")))
    assert rights_tests(told) == {3: "retorsion"}
    assert stands_in(told, DAY).rights_tests == frozenset({3})


def test_a_rights_test_made_before_the_source_was_guarded_says_nothing_of_it() -> None:
    guarded = Protected(kind="press source", why="so")
    told = [rights("retorsion"), chosen("retorsion", touches=True), guarded]
    assert rights_tests(case(*told)) == {}
    assert stands_in(case(*told), DAY).tested == {}
    assert situation_of(case(*told), BOOK, DAY).tested == {4: "unknown"}
    again = case(*told, rights(4))
    assert rights_tests(again) == {6: 4}
    assert stands_in(again, DAY).tested == {4: 6}
    assert situation_of(again, BOOK, DAY).tested == {4: "neither"}


def test_each_choice_has_the_test_that_was_made_for_it_and_no_other() -> None:
    told = case(
        *(rights("retorsion"), rights("technical-measure")),
        *(chosen("retorsion", touches=True), chosen("technical-measure", touches=True)),
        *(rights("retorsion"), chosen("retorsion", touches=True)),
        *(chosen("retorsion", touches=True), rights(5), rights("retorsion", "unknown")),
    )
    assert stands_in(told, DAY).tested == {5: 10, 6: 4, 8: 7}


def test_a_choice_to_propose_a_listing_stands_beside_its_dossier() -> None:
    dossier = chosen("sanctions-dossier", touches=True)
    told: list[Told] = [rights("sanctions-dossier"), dossier, decision(answers=(4,))]
    (one,) = beside(case(*told), BOOK, DAY).listings
    assert (one.choice, one.test, one.signed, one.persons) == (4, 3, 0, 2)
    assert len(one.barred) == 1
    for by in ("ann", "bob"):
        told.append(signed(case(*told), 5, by))
    assert beside(case(*told), BOOK, DAY).listings[0].signed == 2
    spoken = case(*told, SpeechNamed(why="so"))
    assert any("genuine speech" in why for why in beside(spoken, BOOK, DAY).listings[0].barred)
    assert beside(case(rights("sanctions-dossier")), BOOK, DAY).listings == ()


def decision(**more: Any) -> Decision:
    told: dict[str, Any] = {"answers": (3,), "touches_persons": False, **more}
    return Decision(what="send it", **told)


def signed(told: Case, to: int, by: str) -> tuple[str, Body]:
    sha256 = record_of(rows_of(told), to, case=told.number).sha256
    return by, Signed(to=to, role="policy", sha256=sha256)


def test_persons_who_signed_a_decision_are_counted_for_each_answer_it_takes() -> None:
    told: list[Told] = [chosen(), decision()]
    assert situation_of(case(*told), BOOK, DAY).signed == {3: 0}
    for by, count in (("ann", 1), ("ann", 1), ("bob", 2)):
        told.append(signed(case(*told), 4, by))
        assert situation_of(case(*told), BOOK, DAY).signed == {3: count}
    told.append(decision(legal_basis="none is needed", changes=4))
    assert situation_of(case(*told), BOOK, DAY).signed == {3: 0}
    assert [one.stands for one in records_in(case(*told))] == [8]


def test_what_a_decision_may_cite_is_what_stands() -> None:
    told = stands_in(
        case(*weighed(), named(), agreed(6), chosen(), chosen("retorsion", touches=True)), DAY
    )
    assert (told.answers, told.touching) == (frozenset({8, 9}), frozenset({9}))
    assert told.attributions == {6: ("very likely", "moderate")}
    assert told.today == DAY
    assert stands_in(case(*weighed(), named()), DAY).attributions == {}


def test_dossiers_are_gathered_by_their_keys() -> None:
    told = case(
        DossierOpened(dossier="one", regime="eu-cyber-2019-797", kind="person"),
        DossierOpened(dossier="two", regime="nobodys", kind="body"),
        Identified(dossier="two", field="name", value="a mill", rests_on=(2,)),
    )
    assert [(one.key, one.kind) for one in dossiers_in(told, BOOK)] == [
        ("one", "person"),
        ("two", "body"),
    ]
    assert dossier_named(told, BOOK, "two").regime == "nobodys"
    with pytest.raises(RecordError, match="'three'") as found:
        dossier_named(told, BOOK, "three")
    assert "one, two" in found.value.hint
    with pytest.raises(RecordError) as found:
        dossier_named(case(), BOOK, "one")
    assert "none" in found.value.hint


def test_beside_a_dossier_stand_the_facts_as_they_are_and_those_taken_back() -> None:
    file = Attached(evidence="observed-data--33333333-3333-4333-8333-333333333333", sha256="a" * 64)
    better = msgspec.structs.replace(FACT, says="the store was broken open", files=(file,))
    told = case(
        FACT, ("bob", better, 2), Withdrawn(what=3, why="it comes twice"), rights("retorsion")
    )
    around = beside(told, Book(norms=NORMS, states={"XA": "Aldria"}), DAY)
    assert {number: one.withdrawn for number, one in around.facts.items()} == {2: False, 3: True}
    assert around.facts[2].says == "the store was broken open"
    assert around.facts[2].files == ("a" * 64,)
    assert (around.today, around.states, around.rights_tests) == (
        DAY,
        {"XA": "Aldria"},
        frozenset({6}),
    )


def test_a_fact_that_was_corrected_and_then_taken_back_is_told_as_taken_back() -> None:
    better = msgspec.structs.replace(FACT, says="the store was broken open")
    told = case(("bob", better, 2), Withdrawn(what=2, why="of another store"))
    around = beside(told, BOOK, DAY)
    assert {number: one.withdrawn for number, one in around.facts.items()} == {2: True}
