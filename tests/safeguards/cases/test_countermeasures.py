"""A countermeasure is never offered too early, and every condition of the articles can close it."""

import random
from typing import Any

import msgspec
import pytest

from legation.safeguards.cases.policy.pack import Asked, Policy, default_policy
from legation.safeguards.cases.responses.acting import countermeasure
from legation.safeguards.cases.responses.answering.options import Option, options
from legation.safeguards.cases.responses.situation import (
    LIKELIHOODS,
    OBLIGATIONS,
    Attributed,
    Duty,
    Situation,
)
from worlds.answered_cases import OTHER, all_open, any_policy, by_chance

CASES = 10_000
KEY = "countermeasure"
SHIPPED = default_policy()
SURE = all_open().attributed


def offered(situation: Situation, policy: Policy = SHIPPED) -> Option:
    return next(one for one in options(situation, policy) if one.key == KEY)


def threshold(policy: Policy) -> str:
    """Return what is asked for, read from the policy and the floor without the program's help."""
    said = policy.answers[KEY].likelihood or "very likely"
    return max(said, "likely", key=LIKELIHOODS.index)


def is_below(situation: Situation, policy: Policy) -> bool:
    said = situation.attributed.likelihood
    return (
        situation.attributed.kind != "state"
        or said is None
        or LIKELIHOODS.index(said) < LIKELIHOODS.index(threshold(policy))
    )


def may_be_open(one: Situation, policy: Policy) -> bool:
    """Say by the articles alone whether it may be offered: an account of its own, to compare."""
    who, asked = one.attributed, policy.answers[KEY]
    least = asked.confidence or "moderate"
    leaned = who.confidence is not None and (
        ("low", "moderate", "high").index(who.confidence)
        >= ("low", "moderate", "high").index(least)
    )
    breach = any(
        (duty.kind, duty.weight, duty.met, duty.binds)
        == ("duty of states", "binding", "yes", "yes")
        for duty in one.norms
    )
    day = one.day.ljust(10, "-").replace("--------", "-01-01")[:10]
    day = {"2026------": "2026-01-01"}.get(day, day)

    def done(on: str) -> bool:
        begun = {4: f"{on}-01-01", 7: f"{on}-01"}.get(len(on), on)
        return bool(on) and begun <= day

    urgent = bool(one.urgent.strip())
    return all(
        (
            asked.open is not False,
            one.status in ("attributed", "answered"),
            not is_below(one, policy),
            leaned,
            who.agreed,
            who.state_link == "yes",
            breach,
            one.injured == "own",
            one.tests.get(KEY) == "neither",
            {one.obligations.get(each) for each in OBLIGATIONS} == {"no"},
            bool(one.commensurate.strip()),
            done(one.called),
            urgent or (done(one.notified) and done(one.offered)),
            not one.complied,
            not (one.ceased and one.pending),
            "genuine" not in one.speech,
            not one.speech & {*asked.never_for},
        )
    )


def test_none_is_offered_below_the_threshold_or_without_a_rights_test_in_ten_thousand_cases() -> (
    None
):
    dice = random.Random(20260310)  # noqa: S311 # a seed, so that a failure can be told again
    opened = below = untested = 0
    for number in range(CASES):
        situation, policy = by_chance(dice), any_policy(dice)
        is_open = offered(situation, policy).state == "open"
        assert is_open == may_be_open(situation, policy), (number, situation, policy)
        opened += is_open
        if is_below(situation, policy):
            below += 1
            assert not is_open, (number, situation)
        if situation.tests.get(KEY) != "neither":
            untested += 1
            assert not is_open, (number, situation)
    # It could fail: it is offered in many cases, and many are of each kind that bars it.
    assert opened >= 500
    assert below >= 2000
    assert untested >= 2000


def test_every_step_that_touches_persons_is_closed_without_its_test_in_ten_thousand_cases() -> None:
    dice = random.Random(20260311)  # noqa: S311 # a seed, so that a failure can be told again
    seen = 0
    for number in range(CASES):
        situation = by_chance(dice)
        for one in options(situation, SHIPPED):
            touches = one.touches == "always" or (
                one.touches == "may" and situation.touching.get(one.key)
            )
            if touches and situation.tests.get(one.key) != "neither":
                seen += 1
                assert one.state != "open", (number, one.key, situation)
    assert seen > CASES


BREACH = all_open().norms[0]
CLOSED_BY: dict[str, tuple[dict[str, Any], str, str]] = {
    "a group did it": (
        {
            "attributed": Attributed(
                kind="group",
                likelihood="almost certain",
                confidence="high",
                agreed=True,
                state_link="yes",
            )
        },
        "refused",
        "ARSIWA 49",
    ),
    "nobody is named": ({"attributed": Attributed()}, "needs", "ARSIWA 49"),
    "it is only likely": (
        {"attributed": msgspec.structs.replace(SURE, likelihood="likely")},
        "needs",
        "policy of the state",
    ),
    "confidence is low": (
        {"attributed": msgspec.structs.replace(SURE, confidence="low")},
        "needs",
        "policy of the state",
    ),
    "one person set it": (
        {"attributed": msgspec.structs.replace(SURE, agreed=False)},
        "needs",
        "rule of this desk",
    ),
    "the link fails": (
        {"attributed": msgspec.structs.replace(SURE, state_link="no")},
        "refused",
        "ARSIWA 4, 5, 8, 11",
    ),
    "the link is disputed": (
        {"attributed": msgspec.structs.replace(SURE, state_link="disputed")},
        "needs",
        "ARSIWA 4, 5, 8, 11",
    ),
    "the norm is political": (
        {"norms": (msgspec.structs.replace(BREACH, weight="political"),)},
        "needs",
        "ARSIWA 2",
    ),
    "the elements are disputed": (
        {"norms": (msgspec.structs.replace(BREACH, met="disputed"),)},
        "needs",
        "ARSIWA 12",
    ),
    "it does not bind both": (
        {"norms": (msgspec.structs.replace(BREACH, binds="unknown"),)},
        "needs",
        "ARSIWA 12",
    ),
    "only an offence is met": (
        {"norms": (msgspec.structs.replace(BREACH, kind="offence"),)},
        "needs",
        "ARSIWA 2",
    ),
    "another is injured": ({"injured": "other"}, "refused", "ARSIWA 49"),
    "it is owed to all": ({"injured": "community"}, "refused", "ARSIWA 54"),
    "nobody said who is injured": ({"injured": "unknown"}, "needs", "ARSIWA 42"),
    "it has no rights test": ({"tests": {}}, "needs", "ICCPR 17 and 19"),
    "its rights test is unsure": ({"tests": {KEY: "unknown"}}, "needs", "UN norm 13(e)"),
    "it would reach a source": ({"tests": {KEY: "press source"}}, "refused", "ICCPR 19"),
    "nobody looked at what it spares": ({"obligations": {}}, "needs", "ARSIWA 50"),
    "proportion is not stated": ({"commensurate": "  "}, "needs", "ARSIWA 51"),
    "nobody called": ({"called": ""}, "needs", "ARSIWA 52(1)"),
    "the call lies ahead": ({"called": "2026-03-11"}, "needs", "ARSIWA 52(1)"),
    "no notice was given": ({"notified": ""}, "needs", "ARSIWA 52(1)"),
    "no talks were offered": ({"offered": ""}, "needs", "ARSIWA 52(1)"),
    "it is before a court": (
        {"ceased": "2026-03-05", "pending": True},
        "refused",
        "ARSIWA 52(3)",
    ),
    "the state complied": ({"complied": "2026-03-05"}, "refused", "ARSIWA 53"),
    "the case is closed": ({"status": "closed"}, "needs", "rule of this desk"),
    "the case is not that far": ({"status": "assessed"}, "needs", "rule of this desk"),
    "citizens speak": ({"speech": frozenset({"genuine"})}, "refused", "ICCPR 19"),
}


def test_it_is_open_when_every_condition_is_met() -> None:
    found = offered(all_open())
    assert found.state == "open"
    assert {one.kind for one in found.reasons} == {"note"}
    assert any("the law fixes no likelihood" in one.words for one in found.reasons)
    assert found.persons == 2


@pytest.mark.parametrize("why", CLOSED_BY)
def test_each_condition_alone_closes_it_with_its_article(why: str) -> None:
    changed, state, article = CLOSED_BY[why]
    found = offered(all_open(**changed))
    assert found.state == state
    barring = [one for one in found.reasons if one.kind in ("refused", "needs")]
    assert article in {one.by.article for one in barring}
    assert all(one.kind != "refused" for one in barring) == (state == "needs")


@pytest.mark.parametrize("one", OBLIGATIONS)
@pytest.mark.parametrize(
    ("said", "state"), [("yes", "refused"), ("disputed", "refused"), ("unknown", "needs")]
)
def test_it_never_touches_what_article_50_names(one: str, said: str, state: str) -> None:
    spared = dict.fromkeys(OBLIGATIONS, "no") | {one: said}
    assert offered(all_open(obligations=spared)).state == state


def test_an_urgent_one_owes_the_notice_and_the_offer_still_and_never_spares_the_call() -> None:
    urgent = all_open(urgent="data are being wiped", notified="", offered="")
    found = offered(urgent)
    assert found.state == "open"
    owed = [one.by.article for one in found.reasons if one.kind == "later"]
    assert owed == ["ARSIWA 52(2)", "ARSIWA 52(2)"]
    uncalled = msgspec.structs.replace(urgent, called="")
    assert offered(uncalled).state == "needs"


def test_an_act_that_has_ceased_still_leaves_it_open_while_no_tribunal_has_the_matter() -> None:
    assert offered(all_open(ceased="2026-03-05")).state == "open"
    assert offered(all_open(pending=True)).state == "open"


@pytest.mark.parametrize("least", LIKELIHOODS[4:])
@pytest.mark.parametrize("said", LIKELIHOODS)
def test_the_policy_sets_the_threshold(least: str, said: str) -> None:
    policy = Policy(name="p", answers={KEY: Asked(open=True, likelihood=least)})  # type: ignore[arg-type] # from the list of words
    who = msgspec.structs.replace(SURE, likelihood=said)
    is_open = offered(all_open(attributed=who), policy).state == "open"
    assert is_open == (LIKELIHOODS.index(said) >= LIKELIHOODS.index(least))


def test_where_a_policy_does_not_speak_of_it_it_stays_closed() -> None:
    assert offered(all_open(), Policy(name="silent")).state == "refused"


def test_swapping_the_states_changes_nothing() -> None:
    dice = random.Random(7)  # noqa: S311 # a seed, so that a failure can be told again
    for _ in range(500):
        one = by_chance(dice)
        who = msgspec.structs.replace(
            one.attributed, party={"XA": OTHER, OTHER: "XA"}.get(one.attributed.party, "")
        )
        assert options(one, SHIPPED) == options(
            msgspec.structs.replace(one, attributed=who), SHIPPED
        )


def test_whoever_decides_is_told_what_to_know() -> None:
    told = {one.words for one in offered(all_open()).reasons if one.kind == "note"}
    assert told == {countermeasure.LAW_FIXES_NONE, countermeasure.REVERSIBLE}
    crime = msgspec.structs.replace(BREACH, kind="offence")
    told = {one.words for one in offered(all_open(norms=(crime,))).reasons if one.kind == "note"}
    assert countermeasure.OFFENCE_ONLY in told
    unmet = msgspec.structs.replace(crime, met="no")
    told = {one.words for one in offered(all_open(norms=(unmet,))).reasons if one.kind == "note"}
    assert countermeasure.OFFENCE_ONLY not in told


def test_a_duty_that_is_met_beside_one_that_is_not_is_enough() -> None:
    unmet = Duty(key="b", kind="duty of states", weight="binding", met="disputed", binds="yes")
    assert offered(all_open(norms=(unmet, BREACH))).state == "open"
