"""Which measures on foot must end, and by which article.

A countermeasure lives only as long as its reason. When the other state complied, when a tribunal
has the matter and the act ceased, or when what it rested on fell away, it is listed here until
somebody enters that it was stopped. A measure that touches persons must end when its rights test
is gone or names a source that the law guards.
"""

from typing import Final

import msgspec

from legation.safeguards.cases.policy.pack import Policy, asked_of
from legation.safeguards.cases.responses.acting.countermeasure import BEFORE_A_COURT, COMPLIED
from legation.safeguards.cases.responses.answering.options import (
    GENUINE,
    GUARDED_SOURCE,
    TEST_MISSING,
)
from legation.safeguards.cases.responses.catalogue import BY_KEY
from legation.safeguards.cases.responses.law import (
    ARSIWA_49,
    ARSIWA_50,
    ARSIWA_52_3,
    ARSIWA_53,
    ICCPR_17_19,
    ICCPR_19,
    Article,
)
from legation.safeguards.cases.responses.situation import OnFoot, Situation, reaches

NO_GROUND: Final = "the act is no longer attributed to a state as surely as it asks"
TOUCHES: Final = "it touches what no countermeasure may touch"


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A measure that must end.

    Attributes:
        of: Number of its choice.
        answer: Its key.
        words: Why.
        by: Where that stands.
    """

    of: int
    answer: str
    words: str
    by: Article


def must_stop(situation: Situation, policy: Policy) -> tuple[Stop, ...]:
    """Return the measures on foot that must end, each with every reason.

    Args:
        situation: What is on record.
        policy: The state's, for the attribution that a countermeasure rests on.
    """
    return tuple(
        Stop(of=one.of, answer=one.answer, words=words, by=by)
        for one in situation.on_foot
        for words, by in (
            *(_countermeasure(one, situation, policy) if _ends_with_its_reason(one) else ()),
            *_persons(one, situation),
        )
    )


def _ends_with_its_reason(one: OnFoot) -> bool:
    known = BY_KEY.get(one.answer)
    return known is not None and known.stops


def _countermeasure(one: OnFoot, situation: Situation, policy: Policy) -> list[tuple[str, Article]]:
    found: list[tuple[str, Article]] = []
    if situation.complied:
        found.append((COMPLIED, ARSIWA_53))
    if situation.ceased and situation.pending:
        found.append((BEFORE_A_COURT, ARSIWA_52_3))
    if any(said in ("yes", "disputed") for said in situation.obligations.values()):
        found.append((TOUCHES, ARSIWA_50))
    who, least = situation.attributed, asked_of(BY_KEY[one.answer], policy).likelihood
    sure = who.agreed and (least is None or reaches(who.likelihood, least))
    if who.kind != "state" or who.state_link != "yes" or not sure:
        found.append((NO_GROUND, ARSIWA_49))
    return found


def _persons(one: OnFoot, situation: Situation) -> list[tuple[str, Article]]:
    if not one.touches:
        return []
    said = situation.tested.get(one.of)
    found: list[tuple[str, Article]] = []
    if said is None or said == "unknown":
        found.append((TEST_MISSING, ICCPR_17_19))
    elif said != "neither" or (situation.guarded and BY_KEY[one.answer].on_leaks):
        found.append((GUARDED_SOURCE, ICCPR_19))
    if "genuine" in situation.speech:
        found.append((GENUINE, ICCPR_19))
    return found
