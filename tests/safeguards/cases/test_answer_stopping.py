"""Each measure on foot whose reason fell away is told, with every reason and its article."""

from typing import Any

import msgspec
import pytest

from legation.safeguards.cases.responses.answering.stopping import must_stop
from legation.safeguards.cases.responses.situation import (
    CALLS,
    OBLIGATION_WORDS,
    OBLIGATIONS,
    Attributed,
    OnFoot,
    Situation,
)
from worlds.answered_cases import OTHER, OWN, all_open
from worlds.answered_steps import SHIPPED, chosen, recorded, step, whole_test

ON_FOOT = (
    OnFoot(of=3, answer="retorsion", against=OTHER),
    OnFoot(of=7, answer="countermeasure", against=OTHER, touches=True),
)
SPARED = dict.fromkeys(OBLIGATIONS, "no")
TAKEN = all_open(on_foot=ON_FOOT, tested={7: "neither"})


def stops(situation: Situation) -> set[tuple[int, str]]:
    return {(one.of, one.by.article) for one in must_stop(situation, SHIPPED)}


def test_a_countermeasure_whose_reasons_stand_need_not_end() -> None:
    assert stops(TAKEN) == set()


def _attributed(**changed: Any) -> Attributed:
    return msgspec.structs.replace(TAKEN.attributed, **changed)


@pytest.mark.parametrize(
    ("changed", "articles"),
    [
        ({"complied": "2026-03-09"}, ["ARSIWA 53"]),
        ({"ceased": "2026-03-09", "pending": True}, ["ARSIWA 52(3)"]),
        ({"obligations": SPARED | {OBLIGATIONS[1]: "yes"}}, ["ARSIWA 50"]),
        ({"attributed": Attributed()}, ["ARSIWA 49", "ARSIWA 4, 5, 8, 11"]),
        ({"attributed": _attributed(likelihood="likely")}, ["policy of the state"]),
        ({"attributed": _attributed(confidence="low")}, ["policy of the state"]),
        ({"attributed": _attributed(state_link="disputed")}, ["ARSIWA 4, 5, 8, 11"]),
        ({"attributed": _attributed(state_link="no")}, ["ARSIWA 4, 5, 8, 11"]),
        ({"attributed": _attributed(agreed=False)}, ["rule of this desk"]),
        ({"attributed": _attributed(party=OWN)}, ["ARSIWA 49"]),
        ({"norms": ()}, ["ARSIWA 2"]),
        ({"injured": "other"}, ["ARSIWA 49"]),
        ({"injured": "unknown"}, ["ARSIWA 42"]),
        ({"commensurate": " "}, ["ARSIWA 51"]),
        ({"called": ""}, ["ARSIWA 52(1)"]),
        ({"notified": ""}, ["ARSIWA 52(1)"]),
        ({"offered": "", "urgent": "it is being wiped"}, []),
        ({"status": "closed"}, ["rule of this desk"]),
        ({"tested": {}}, ["ICCPR 17 and 19"]),
        ({"tested": {7: "unknown"}}, ["UN norm 13(e)"]),
        ({"tested": {7: "press source"}}, ["ICCPR 19"]),
        ({"guarded": frozenset({"press source"})}, []),
        ({"speech": frozenset({"genuine"})}, ["ICCPR 19"]),
    ],
)
def test_a_countermeasure_ends_with_each_reason_it_rested_on_and_a_retorsion_stays(
    changed: dict[str, Any], articles: list[str]
) -> None:
    found = stops(msgspec.structs.replace(TAKEN, **changed))
    assert {(of, article) for of, article in found if of == ON_FOOT[1].of} == {
        (7, article) for article in articles
    }
    assert {of for of, _ in found} <= {7}


def test_each_condition_that_fell_away_is_named_and_not_the_first_alone() -> None:
    lost = {"norms": (), "injured": "other", "commensurate": "", "obligations": {}}
    told = must_stop(msgspec.structs.replace(TAKEN, **lost), SHIPPED)
    assert {one.by.article for one in told} == {"ARSIWA 2", "ARSIWA 49", "ARSIWA 50", "ARSIWA 51"}
    assert {one.named for one in told if one.by.article == "ARSIWA 50"} == {
        *OBLIGATION_WORDS.values()
    }


def test_a_cease_alone_or_a_tribunal_alone_ends_nothing() -> None:
    assert stops(msgspec.structs.replace(TAKEN, ceased="2026-03-09")) == set()
    assert stops(msgspec.structs.replace(TAKEN, pending=True)) == set()


def test_a_step_against_a_leak_ends_when_its_source_proves_guarded() -> None:
    charge = (OnFoot(of=5, answer="criminal-charge", touches=True),)
    situation = all_open(
        on_foot=charge, tested={5: "neither"}, guarded=frozenset({"protected disclosure"})
    )
    assert stops(situation) == {(5, "ICCPR 19")}


def test_compliance_shows_from_the_record_to_the_stop() -> None:
    called = (
        chosen(),
        *(step(what, of=1, on="2026-03-01") for what in CALLS),
        whole_test("countermeasure"),
        chosen("countermeasure", touches=True),
        step("taken", of=6),
    )
    assert stops(recorded(*called)) == set()
    assert stops(recorded(*called, step("complied", of=6))) == {(6, "ARSIWA 53")}


@pytest.mark.parametrize("answer", ["retorsion", "public-statement", "countermeasure"])
def test_a_measure_that_touches_persons_ends_when_its_test_never_asked_of_the_source(
    answer: str,
) -> None:
    guarded = frozenset({"press source"})
    touching = OnFoot(of=5, answer=answer, touches=True)
    unasked = all_open(on_foot=(touching,), tested={5: "unknown"}, guarded=guarded)
    assert (5, "ICCPR 19") in stops(unasked)
    asked = stops(msgspec.structs.replace(unasked, tested={5: "neither"}))
    assert ((5, "ICCPR 19") in asked) == (answer == "public-statement")
