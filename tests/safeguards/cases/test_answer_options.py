"""Which answers are open in which case, and how the ladder shows them."""

import random

import msgspec
import pytest

from legation.safeguards.cases.policy.pack import Asked, Policy, default_policy
from legation.safeguards.cases.responses.answering.ladder import NO_ANSWER, ladder
from legation.safeguards.cases.responses.answering.options import Option, options
from legation.safeguards.cases.responses.catalogue import BY_KEY
from legation.safeguards.cases.responses.situation import Situation
from worlds.answered_cases import KEYS, all_open, any_policy, by_chance

SHIPPED = default_policy()
FRESH = Situation(status="reported", day="2026-03-10")


def by_key(situation: Situation, policy: Policy = SHIPPED) -> dict[str, Option]:
    return {one.key: one for one in options(situation, policy)}


def opened(situation: Situation, policy: Policy = SHIPPED) -> set[str]:
    return {key for key, one in by_key(situation, policy).items() if one.state == "open"}


def test_where_nothing_lacks_every_answer_is_open() -> None:
    assert opened(all_open()) == {*KEYS}


def test_of_a_fresh_report_only_what_needs_no_finding_is_open() -> None:
    assert opened(FRESH) == {
        "no-action",
        "technical-measure",
        "partner-notification",
        "contact-point-request",
        "note-verbale",
        "public-statement",
        "hotline-call",
        "clarification-request",
        "joint-technical-finding",
        "standstill",
        "good-offices",
    }


def test_genuine_speech_of_citizens_leaves_no_action_alone_and_is_no_threat() -> None:
    found = by_key(all_open(speech=frozenset({"genuine"})))
    assert {key for key, one in found.items() if one.state == "open"} == {"no-action"}
    assert {key for key, one in found.items() if one.outcome == "no threat"} == {"no-action"}
    assert {one.outcome for one in by_key(all_open()).values()} == {""}
    assert {one.state for key, one in found.items() if key != "no-action"} == {"refused"}
    assert all(
        "ICCPR 19" in {reason.by.article for reason in one.reasons}
        for key, one in found.items()
        if key != "no-action"
    )


@pytest.mark.parametrize("kind", ["criticism", "opinion"])
def test_no_takedown_is_asked_for_criticism_or_opinion(kind: str) -> None:
    found = by_key(all_open(speech=frozenset({kind})))["takedown-request"]
    assert found.state == "refused"
    assert {one.by.article for one in found.reasons if one.kind == "refused"} >= {"ICCPR 19"}
    silent = Policy(name="silent")
    assert by_key(all_open(speech=frozenset({kind})), silent)["takedown-request"].state == "refused"


def test_a_takedown_needs_a_named_law_or_a_rule_of_the_platform() -> None:
    assert by_key(all_open(legal_ground=" "))["takedown-request"].state == "needs"
    by_rule = all_open(legal_ground="", platform_rule="rule-4")
    assert by_key(by_rule)["takedown-request"].state == "open"


# What could look for a source, strike it or show who it is; and what is aimed at a state.
FINDS = {
    *("technical-measure", "takedown-request", "criminal-charge", "sanctions-dossier"),
    *("contact-point-request", "partner-notification", "joint-technical-finding"),
    *("public-statement", "public-attribution"),
}
AIMED = {"retorsion", "countermeasure"}
MAY_TOUCH = {key for key in KEYS if BY_KEY[key].touches != "never"}


@pytest.mark.parametrize("kind", ["protected disclosure", "press source"])
def test_no_answer_looks_for_a_guarded_source_strikes_it_or_shows_it(kind: str) -> None:
    assert MAY_TOUCH == FINDS | AIMED
    guarded = all_open(guarded=frozenset({kind}), touching=dict.fromkeys(MAY_TOUCH, True))
    found = by_key(guarded)
    assert {key for key, one in found.items() if one.state == "refused"} == FINDS
    assert {key for key, one in found.items() if one.state == "open"} == {*KEYS} - FINDS
    for key in FINDS:
        assert any(one.named == kind and one.kind == "refused" for one in found[key].reasons)


@pytest.mark.parametrize("key", sorted(FINDS | AIMED))
@pytest.mark.parametrize("said", [None, "unknown", "press source"])
def test_whatever_touches_persons_is_refused_until_its_test_spares_the_guarded_source(
    key: str, said: str | None
) -> None:
    tests = {one: "neither" for one in KEYS if one != key} | ({key: said} if said else {})
    guarded = frozenset({"press source"})
    found = by_key(all_open(guarded=guarded, tests=tests, touching={key: True}))[key]
    assert found.state == "refused"
    assert "ICCPR 19" in {one.by.article for one in found.reasons if one.kind == "refused"}


def test_a_technical_measure_that_touches_nobody_stays_open_beside_a_guarded_source() -> None:
    guarded = frozenset({"press source"})
    spares = all_open(guarded=guarded, touching={"technical-measure": False})
    assert by_key(spares)["technical-measure"].state == "open"
    assert by_key(all_open(guarded=guarded))["technical-measure"].state == "needs"


@pytest.mark.parametrize("key", [one for one in KEYS if BY_KEY[one].touches != "never"])
def test_a_step_that_touches_persons_needs_its_own_rights_test(key: str) -> None:
    others = dict.fromkeys([one for one in KEYS if one != key], "neither")
    found = by_key(all_open(touching={key: True}, tests=others))[key]
    assert found.state == "needs"
    assert "ICCPR 17 and 19" in {one.by.article for one in found.reasons}
    sourced = {**others, key: "protected disclosure"}
    assert by_key(all_open(touching={key: True}, tests=sourced))[key].state == "refused"


@pytest.mark.parametrize(
    ("layer", "state"),
    [("legal", "open"), ("political", "open"), ("technical", "needs"), ("operational", "needs")],
)
def test_what_technicians_find_is_not_said_in_public_in_the_name_of_the_state(
    layer: str, state: str
) -> None:
    base = all_open()
    who = msgspec.structs.replace(base.attributed, layer=layer)
    found = by_key(msgspec.structs.replace(base, attributed=who))["public-attribution"]
    assert found.state == state
    told = [
        one for one in found.reasons if one.words.startswith("the attribution in force is meant")
    ]
    assert [one.named for one in told] == ([] if state == "open" else ["legal or political"])


def test_a_closed_case_opens_nothing() -> None:
    assert opened(all_open(status="closed")) == set()


@pytest.mark.parametrize("key", ["criminal-charge"])
def test_a_charge_needs_a_law_of_the_land_and_an_offence_that_is_met(key: str) -> None:
    assert by_key(all_open(legal_ground=""))[key].state == "needs"
    named = Policy(name="p", answers={key: Asked(law="xa-act-7")})
    assert by_key(all_open(legal_ground=""), named)[key].state == "open"
    assert by_key(all_open(norms=()))[key].state == "needs"
    (argued,) = all_open().norms[1:]
    argued = msgspec.structs.replace(argued, met="disputed")
    found = by_key(all_open(norms=(argued,)))[key]
    assert (found.state, [one.kind for one in found.reasons]) == ("needs", ["note", "needs"])
    assert "note" not in {one.kind for one in by_key(all_open(norms=()))[key].reasons}


def test_there_must_be_something_to_lift() -> None:
    assert by_key(all_open(on_foot=()))["phased-lifting"].state == "needs"


def test_a_policy_may_close_an_answer_and_ask_for_more() -> None:
    policy = Policy(
        name="p",
        answers={
            "note-verbale": Asked(open=False),
            "retorsion": Asked(likelihood="almost certain", persons=3, roles=("legal",)),
            "contact-point-request": Asked(never_for=("opinion",)),
            "hotline-call": Asked(likelihood="likely"),
        },
    )
    found = by_key(all_open(speech=frozenset({"opinion"})), policy)
    assert found["note-verbale"].state == "refused"
    assert found["retorsion"].state == "needs"
    assert (found["retorsion"].persons, found["retorsion"].roles) == (3, ("legal",))
    assert found["contact-point-request"].state == "refused"
    assert found["hotline-call"].state == "open"
    assert by_key(FRESH, policy)["hotline-call"].state == "needs"


def test_no_policy_lowers_the_number_who_sign() -> None:
    policy = Policy(name="p", answers={"sanctions-dossier": Asked(persons=1)})
    assert by_key(all_open(), policy)["sanctions-dossier"].persons == 2


def test_the_lowest_open_rung_is_marked_and_those_above_it_name_it() -> None:
    found = by_key(FRESH)
    assert {key for key, one in found.items() if one.lowest} == {"no-action", "technical-measure"}
    assert found["note-verbale"].untried == (0, 1, 2)
    tried = Situation(
        status="reported",
        day="2026-03-10",
        tried=frozenset({"no-action", "contact-point-request"}),
    )
    found = by_key(tried)
    assert {key for key, one in found.items() if one.lowest} == {"partner-notification"}
    assert found["note-verbale"].untried == (1,)
    assert found["hotline-call"].untried == ()


def test_none_is_marked_above_a_lower_one_that_is_open_and_was_not_tried() -> None:
    dice = random.Random(11)  # noqa: S311 # a seed, so that a failure can be told again
    marked = 0
    for _ in range(1000):
        situation, policy = by_chance(dice), any_policy(dice)
        found = options(situation, policy)
        rungs = [one.rung for one in found if one.rung is not None]
        assert rungs == sorted(rungs)
        tried = {one.rung for one in found if one.key in situation.tried}
        for one in found:
            lower = {
                other.rung
                for other in found
                if other.state == "open" and other.rung is not None and one.rung is not None
                if other.rung < one.rung and other.rung not in tried
            }
            assert {*one.untried} == lower
            if one.lowest:
                marked += 1
                assert one.state == "open"
                assert not lower
                assert one.rung not in tried
    assert marked > 100


def test_every_answer_that_is_not_open_says_why_and_where_that_stands() -> None:
    dice = random.Random(12)  # noqa: S311 # a seed, so that a failure can be told again
    for _ in range(300):
        for one in options(by_chance(dice), any_policy(dice)):
            why = [reason for reason in one.reasons if reason.kind in ("refused", "needs")]
            assert bool(why) == (one.state != "open")
            assert all(reason.words and reason.by.article for reason in one.reasons)


def test_the_ladder_shows_every_rung_what_stands_on_it_and_the_exits_beside_it() -> None:
    rungs = ladder(all_open(), SHIPPED)
    assert [one.number for one in rungs] == list(range(12))
    on = {option.key: rung.number for rung in rungs for option in rung.options}
    assert on == {key: one.rung for key, one in BY_KEY.items() if one.rung is not None}
    assert on["countermeasure"] == 9
    assert all(rung.exits for rung in rungs)
    assert all(one.rung is None for rung in rungs for one in rung.exits)
    assert [rung.number for rung in rungs if rung.note == NO_ANSWER] == [11]
