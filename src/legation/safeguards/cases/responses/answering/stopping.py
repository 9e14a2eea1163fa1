"""Which measures on foot must end, and by which article.

A countermeasure lives only as long as its reason: each condition without which it could not be
chosen today is listed here, until somebody enters that it was stopped. A measure that touches
persons must end when its rights test is gone or names a source that the law guards.
"""

import msgspec

from legation.safeguards.cases.policy.pack import Policy
from legation.safeguards.cases.responses.answering.checking import ANOTHER_STATE
from legation.safeguards.cases.responses.answering.options import (
    GENUINE,
    GUARDED_SOURCE,
    TEST_MISSING,
    reasons_of,
)
from legation.safeguards.cases.responses.catalogue import BY_KEY
from legation.safeguards.cases.responses.law import ARSIWA_49, ICCPR_17_19, ICCPR_19, Article
from legation.safeguards.cases.responses.response import Reason, needs, refused
from legation.safeguards.cases.responses.situation import OnFoot, Situation


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A measure that must end.

    Attributes:
        of: Number of its choice.
        answer: Its key.
        words: Why.
        named: What it is about in this case; empty: nothing.
        by: Where that stands.
    """

    of: int
    answer: str
    words: str
    named: str = ""
    by: Article


def must_stop(situation: Situation, policy: Policy) -> tuple[Stop, ...]:
    """Return the measures on foot that must end, each with every reason.

    Args:
        situation: What is on record.
        policy: The state's, for what it asks of a countermeasure.
    """
    return tuple(
        Stop(of=one.of, answer=one.answer, words=why.words, named=why.named, by=why.by)
        for one in situation.on_foot
        for why in _why(one, situation, policy)
    )


def _why(one: OnFoot, situation: Situation, policy: Policy) -> list[Reason]:
    known = BY_KEY.get(one.answer)
    if known is None or not known.stops:
        return _persons(one, situation)
    tests = {key: said for key, said in situation.tests.items() if key != one.answer}
    if one.of in situation.tested:
        tests[one.answer] = situation.tested[one.of]
    its_own = msgspec.structs.replace(situation, tests=tests)
    found = [why for why in reasons_of(known, its_own, policy) if why.kind in ("refused", "needs")]
    who = situation.attributed
    if who.kind == "state" and one.against not in ("", who.party):
        found.append(refused(ANOTHER_STATE, ARSIWA_49, named=one.against))
    return found


def _persons(one: OnFoot, situation: Situation) -> list[Reason]:
    if not one.touches:
        return []
    said, known = situation.tested.get(one.of), BY_KEY.get(one.answer)
    finds_source = known is not None and known.finds_source
    found: list[Reason] = []
    if said is None or said == "unknown":
        found.append(needs(TEST_MISSING, ICCPR_17_19))
    if said in ("protected disclosure", "press source"):
        found.append(refused(GUARDED_SOURCE, ICCPR_19, named=said))
    elif situation.guarded and (finds_source or said != "neither"):
        found.append(refused(GUARDED_SOURCE, ICCPR_19, named=min(situation.guarded)))
    if "genuine" in situation.speech:
        found.append(refused(GENUINE, ICCPR_19))
    return found
