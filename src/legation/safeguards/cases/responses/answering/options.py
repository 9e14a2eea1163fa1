"""Which answers are open in a case, which are not, and each reason in words.

Nothing here decides. An answer is refused where law or a rule says no, lacks something where it
would open with it, and else is open. The lowest open rung that was not tried is marked; whoever
goes above it says why.
"""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from legation.rights.roles import Role
from legation.safeguards.cases.policy.pack import Asked, Policy, asked_of
from legation.safeguards.cases.responses.catalogue import RESPONSES
from legation.safeguards.cases.responses.law import (
    ARSIWA_49,
    HOUSE,
    ICCPR_17_19,
    ICCPR_19,
    NORM_E,
    POLICY,
)
from legation.safeguards.cases.responses.response import (
    Need,
    Reason,
    Response,
    Touches,
    needs,
    refused,
)
from legation.safeguards.cases.responses.situation import STATUSES, Situation, leans, reaches

NO_THREAT: Final = "no threat"
CLOSED_CASE: Final = "the case is closed: open it again first"
CLOSED_BY_POLICY: Final = "the policy does not open it"
GENUINE: Final = "this is genuine speech of citizens: only no action is open"
SPEECH_BY_POLICY: Final = "the policy never uses it for this kind of speech"
TOO_EARLY: Final = "the case is not that far"
GUARDED_SOURCE: Final = "a protected disclosure or a source of the press is no target of it"
SOURCE_UNTESTED: Final = (
    "the source is guarded by law: its rights test, made since, must say that it is not concerned"
)
TEST_MISSING: Final = "it touches persons, and its rights test is not on record"
TEST_UNSURE: Final = "its rights test does not say whether a guarded source is concerned"
NOT_ATTRIBUTED: Final = "the act is attributed to nobody"
WRONG_KIND: Final = "it answers a state, and the act is attributed to a group"
BELOW: Final = "the attribution is less likely than the policy asks"
UNSURE: Final = "the attribution can be leaned on less than the policy asks"
OTHER_LAYER: Final = "the attribution in force is meant in another sense than this answer needs"
NOT_AGREED: Final = "two persons have not set the attribution"
NO_LAW: Final = "name the domestic law that allows it"

State = Literal["open", "needs", "refused"]


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as it stands in a case.

    Attributes:
        key: Of the answer.
        state: Whether it is open.
        reasons: Why it is not, what stays owed, and what has to be known.
        rung: Where it stands; None: beside the ladder.
        exits: The moves beside it.
        roles: Who may use it, by the policy.
        persons: How many must sign it.
        law: The domestic law that the policy names for it.
        legal: The law that it rests on.
        touches: Whether it touches persons.
        room_built: Whether the room that sends it is there.
        lowest: Whether it is the lowest that is open and was not tried.
        untried: Lower rungs that are open and were not tried: each is passed over with a reason.
        outcome: What the case closes with, where the answer says it.
    """

    key: str
    title: str
    state: State
    reasons: tuple[Reason, ...]
    rung: int | None
    exits: tuple[str, ...]
    roles: tuple[Role, ...]
    persons: int
    law: str
    legal: tuple[Need, ...]
    touches: Touches
    room_built: bool
    lowest: bool = False
    untried: tuple[int, ...] = ()
    outcome: str = ""


def options(situation: Situation, policy: Policy) -> tuple[Option, ...]:
    """Return every answer as it stands, those of the ladder from its lowest rung, then the exits.

    Args:
        situation: What is on record.
        policy: The state's.
    """
    judged = [_judged(one, situation, policy) for one in RESPONSES]
    untried = _untried(judged, situation)
    return tuple(
        msgspec.structs.replace(
            one,
            lowest=one.state == "open"
            and one.rung is not None
            and one.rung == min(untried, default=None),
            untried=tuple(rung for rung in untried if one.rung is not None and rung < one.rung),
        )
        for one in judged
    )


def reasons_of(response: Response, situation: Situation, policy: Policy) -> tuple[Reason, ...]:
    """Return the reasons that go with an answer, the shared ones first."""
    asked = asked_of(response, policy)
    return (
        *_stands_open(response, situation, asked),
        *_spares_speech(response, situation, asked),
        *_spares_sources(response, situation),
        *_has_its_test(response, situation),
        *_is_attributed(response, situation, asked),
        *_has_its_law(response, situation, asked),
        *(reason for rule in response.rules for reason in rule(situation)),
    )


def _judged(response: Response, situation: Situation, policy: Policy) -> Option:
    reasons = reasons_of(response, situation, policy)
    kinds = {one.kind for one in reasons}
    asked = asked_of(response, policy)
    ends_it = response.rung == 0 and response.touches == "never" and "genuine" in situation.speech
    return Option(
        key=response.key,
        title=response.title,
        state="refused" if "refused" in kinds else "needs" if "needs" in kinds else "open",
        reasons=reasons,
        rung=response.rung,
        exits=response.exits,
        roles=asked.roles,
        persons=asked.persons or 1,
        law=asked.law or "",
        legal=response.legal,
        touches=response.touches,
        room_built=response.room_built,
        outcome=NO_THREAT if ends_it else "",
    )


def _untried(judged: list[Option], situation: Situation) -> tuple[int, ...]:
    """Return the rungs on which something is open and nothing was tried, from the lowest."""
    on = {one.rung for one in judged if one.state == "open" and one.rung is not None}
    tried = {one.rung for one in judged if one.key in situation.tried}
    return tuple(sorted(on - tried))


def _stands_open(response: Response, situation: Situation, asked: Asked) -> Iterator[Reason]:
    if situation.status == "closed":
        yield needs(CLOSED_CASE, HOUSE)
    elif STATUSES.index(situation.status) < STATUSES.index(response.status):
        yield needs(TOO_EARLY, HOUSE, named=response.status)
    if not asked.open:
        yield refused(CLOSED_BY_POLICY, POLICY)


def _spares_speech(response: Response, situation: Situation, asked: Asked) -> Iterator[Reason]:
    """What citizens say is no threat; the answer to it is to do nothing."""
    does_something = response.rung != 0 or response.touches != "never"
    if does_something and "genuine" in situation.speech:
        yield refused(GENUINE, ICCPR_19)
    for kind in asked.never_for:
        if does_something and kind in situation.speech:
            yield refused(SPEECH_BY_POLICY, POLICY, named=kind)


def _spares_sources(response: Response, situation: Situation) -> Iterator[Reason]:
    """A source that the law guards is not looked for, struck or shown, by whatever answer."""
    if not situation.guarded or not _touches(response, situation):
        return
    named = min(situation.guarded)
    if response.finds_source:
        yield refused(GUARDED_SOURCE, ICCPR_19, named=named)
    elif situation.tests.get(response.key) in (None, "unknown"):
        yield refused(SOURCE_UNTESTED, ICCPR_19, named=named)


def _has_its_test(response: Response, situation: Situation) -> Iterator[Reason]:
    said = situation.tests.get(response.key)
    if said in ("protected disclosure", "press source"):
        yield refused(GUARDED_SOURCE, ICCPR_19, named=said)
    if not _touches(response, situation):
        return
    if said is None:
        yield needs(TEST_MISSING, ICCPR_17_19)
    elif said == "unknown":
        yield needs(TEST_UNSURE, NORM_E)


def _is_attributed(response: Response, situation: Situation, asked: Asked) -> Iterator[Reason]:
    if not (response.kinds or asked.likelihood or asked.confidence):
        return
    who = situation.attributed
    if who.kind == "none":
        yield needs(NOT_ATTRIBUTED, ARSIWA_49 if response.stops else POLICY)
        return
    if response.kinds and who.kind not in response.kinds:
        yield refused(WRONG_KIND, ARSIWA_49 if response.stops else HOUSE)
    if response.layers and who.layer not in response.layers:
        yield needs(OTHER_LAYER, HOUSE, named=" or ".join(response.layers))
    if asked.likelihood and not reaches(who.likelihood, asked.likelihood):
        yield needs(BELOW, POLICY, named=asked.likelihood)
    if asked.confidence and not leans(who.confidence, asked.confidence):
        yield needs(UNSURE, POLICY, named=asked.confidence)
    if not who.agreed:
        yield needs(NOT_AGREED, HOUSE)


def _has_its_law(response: Response, situation: Situation, asked: Asked) -> Iterator[Reason]:
    if response.needs_law and not (asked.law or situation.legal_ground.strip()):
        yield needs(NO_LAW, ICCPR_17_19)


def _touches(response: Response, situation: Situation) -> bool:
    """Tell whether an answer touches persons, by its nature or as somebody said."""
    return response.touches == "always" or (
        response.touches == "may" and situation.touching.get(response.key, False)
    )
