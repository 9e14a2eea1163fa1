"""A countermeasure: a duty towards the responsible state is left undone, so that it complies.

It is the one answer that would break the law but for the breach before it. So nothing is left
open: each condition of the articles is asked for, and what nobody said counts as missing.
Everybody whom it could touch has the rights test, for whether it touches anybody is the first
thing to find out.
"""

from collections.abc import Iterator
from typing import Final

from legation.safeguards.cases.bodies import first_day
from legation.safeguards.cases.responses.effects import LEGAL
from legation.safeguards.cases.responses.law import (
    ARSIWA_2,
    ARSIWA_8,
    ARSIWA_12,
    ARSIWA_42,
    ARSIWA_49,
    ARSIWA_50,
    ARSIWA_51,
    ARSIWA_52_1,
    ARSIWA_52_2,
    ARSIWA_52_3,
    ARSIWA_53,
    ARSIWA_54,
)
from legation.safeguards.cases.responses.response import (
    Need,
    Reason,
    Response,
    later,
    needs,
    note,
    refused,
)
from legation.safeguards.cases.responses.situation import (
    OBLIGATION_WORDS,
    OBLIGATIONS,
    Call,
    Situation,
)

KEY: Final = "countermeasure"
LAW_FIXES_NONE: Final = (
    "the law fixes no likelihood for this: the threshold is the policy's, and the state answers "
    "for error"
)
REVERSIBLE: Final = "choose what can be undone, and what lets the other state resume its duties"
LINK_FAILS: Final = "by the legal test the act is no state's"
LINK_OPEN: Final = "the link to the state is not met by a legal test"
NO_DUTY: Final = "no binding duty of states has all its elements met"
DUTY_ARGUED: Final = "whether the elements of the duty are met is disputed"
OFFENCE_ONLY: Final = "an offence is met; that alone breaks no duty of a state"
NOT_BOUND: Final = "say whether the duty is in force between the two states"
WHO: Final = "say who is injured"
ANOTHER: Final = "another state is injured, and only the injured one may take it"
COMMUNITY: Final = (
    "whether a state may take it that is not injured itself is disputed; it is not offered"
)
NEVER: Final = "it would touch what no countermeasure may touch"
MAYBE: Final = "whether it would touch what no countermeasure may touch is disputed"
LOOK: Final = "say that it does not touch this"
WHY_MEASURED: Final = "say why it is in proportion to the injury"
CALL: Final = "call on the state to fulfil its duties first"
NOTIFY: Final = "notify the state of the decision, or say why this cannot wait"
OFFER: Final = "offer to negotiate, or say why this cannot wait"
NOTIFY_LATER: Final = "it is urgent: the notice is owed as soon as it can be given"
BEFORE_IT: Final = "what is on record of this is dated before the act began, and answers nothing"
CANNOT_TELL: Final = (
    "whether what is on record of this came after the act began cannot be told: enter its day"
)
OFFER_LATER: Final = "it is urgent: the offer to negotiate is owed as soon as it can be made"
BEFORE_A_COURT: Final = "the act has ceased and the dispute is before a tribunal that binds both"
COMPLIED: Final = "the state has complied"


def rests_on_a_breach(situation: Situation) -> Iterator[Reason]:
    """Ask for a duty that binds both, is owed by a state, and has its elements met."""
    duties = [one for one in situation.norms if one.kind == "duty of states"]
    binding = [one for one in duties if one.weight == "binding"]
    met = [one for one in binding if one.met == "yes"]
    if any(one.binds == "yes" for one in met):
        return
    if met:
        yield needs(NOT_BOUND, ARSIWA_12, named=met[0].key)
    elif any(one.met == "disputed" for one in binding):
        yield needs(DUTY_ARGUED, ARSIWA_12)
    else:
        yield needs(NO_DUTY, ARSIWA_2)
        if any(one.kind == "offence" and one.met == "yes" for one in situation.norms):
            yield note(OFFENCE_ONLY, ARSIWA_2)


def answers_a_state(situation: Situation) -> Iterator[Reason]:
    """Ask for the link to a state, by a legal test."""
    yield note(LAW_FIXES_NONE, ARSIWA_49)
    if situation.attributed.state_link == "no":
        yield refused(LINK_FAILS, ARSIWA_8)
    elif situation.attributed.state_link != "yes":
        yield needs(LINK_OPEN, ARSIWA_8)


def is_the_injured_state_s(situation: Situation) -> Iterator[Reason]:
    """Refuse it to whoever is not injured; what others may do is disputed."""
    if situation.injured == "unknown":
        yield needs(WHO, ARSIWA_42)
    elif situation.injured == "other":
        yield refused(ANOTHER, ARSIWA_49)
    elif situation.injured == "community":
        yield refused(COMMUNITY, ARSIWA_54)


def touches_nothing_barred(situation: Situation) -> Iterator[Reason]:
    """Ask of each barred duty whether it is touched; silence is no answer."""
    for one in OBLIGATIONS:
        said = situation.obligations.get(one, "unknown")
        if said == "yes":
            yield refused(NEVER, ARSIWA_50, named=OBLIGATION_WORDS[one])
        elif said == "disputed":
            yield refused(MAYBE, ARSIWA_50, named=OBLIGATION_WORDS[one])
        elif said == "unknown":
            yield needs(LOOK, ARSIWA_50, named=OBLIGATION_WORDS[one])


def is_commensurate(situation: Situation) -> Iterator[Reason]:
    """Ask for the reason why it is in proportion."""
    if not situation.commensurate.strip():
        yield needs(WHY_MEASURED, ARSIWA_51)
    yield note(REVERSIBLE, ARSIWA_49)


def was_called_for(situation: Situation) -> Iterator[Reason]:
    """Ask for the call, the notice and the offer; an urgent one may give the last two later.

    Article 52(2) lifts paragraph 1(b) alone. The call of paragraph 1(a) is never spared.
    """
    urgent = bool(situation.urgent.strip())
    if not _by_then(situation.called, situation):
        yield needs(CALL, ARSIWA_52_1)
        yield from _uncounted("called", situation)
    if not _by_then(situation.notified, situation):
        yield later(NOTIFY_LATER, ARSIWA_52_2) if urgent else needs(NOTIFY, ARSIWA_52_1)
        yield from _uncounted("notified", situation)
    if not _by_then(situation.offered, situation):
        yield later(OFFER_LATER, ARSIWA_52_2) if urgent else needs(OFFER, ARSIWA_52_1)
        yield from _uncounted("offered", situation)


def has_still_an_aim(situation: Situation) -> Iterator[Reason]:
    """Refuse it once the other state complied, or a tribunal has the matter and the act ceased.

    The exception of article 52(4), for a state that does not settle in good faith, is not offered:
    whether faith is good is no question that a record answers.
    """
    if situation.complied:
        yield refused(COMPLIED, ARSIWA_53)
    if situation.ceased and situation.pending:
        yield refused(BEFORE_A_COURT, ARSIWA_52_3)


def _by_then(on: str, situation: Situation) -> bool:
    return bool(on) and first_day(on) <= first_day(situation.day)


def _uncounted(call: Call, situation: Situation) -> Iterator[Reason]:
    """Say why what is on record of a call does not count."""
    why = situation.uncounted.get(call)
    if why == "before":
        yield note(BEFORE_IT, ARSIWA_52_1, named=call)
    elif why == "cannot tell":
        yield note(CANNOT_TELL, ARSIWA_52_1, named=call)


RESPONSE: Final = Response(
    key=KEY,
    title="Countermeasure",
    what="A duty towards the responsible state is left undone for a time, only so that it ends "
    "the act and makes good what it did. Law permits it on strict conditions.",
    roles=("legal", "policy"),
    legal=(
        Need(by=ARSIWA_49, words="against the responsible state, to induce it to comply"),
        Need(by=ARSIWA_50, words="what it never touches"),
        Need(by=ARSIWA_51, words="in proportion to the injury"),
        Need(by=ARSIWA_52_1, words="a call, a notice and an offer to negotiate come first"),
        Need(by=ARSIWA_53, words="it ends as soon as the other state complies"),
    ),
    cost="high",
    effect=LEGAL,
    rung=9,
    # It is aimed at a state, for its act: a source is spared by its rights test, not by leaving it.
    touches="always",
    two_persons=True,
    addressed=True,
    kinds=("state",),
    # The law fixes none; a strong standard is asked for since the state answers for error.
    least="very likely",
    # Below it, it would be aimed at a state thought no more likely than not to have done it.
    floor="likely",
    # Low: scant or fragmented information, on which a likelihood says little.
    confidence="moderate",
    status="attributed",
    stops=True,
    open=False,
    exits=("hotline-call", "good-offices", "joint-technical-finding", "phased-lifting"),
    rules=(
        answers_a_state,
        rests_on_a_breach,
        is_the_injured_state_s,
        touches_nothing_barred,
        is_commensurate,
        was_called_for,
        has_still_an_aim,
    ),
)
