"""What no law in force gave a case: powers that were missing, and norms that bind too few.

A power that rests on a treaty is given only to who is bound by it, so a law that is named is
looked at too, where packs know it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from legation.knowledge.norms import Norms
from legation.safeguards.cases.bodies import UNVERIFIED
from legation.safeguards.cases.law.answers import PowerNeeded
from legation.safeguards.cases.law.assessing import Assessment

NO_LAW: Final = "no law in force gives this power"
NOT_BOUND: Final = "the law that is named does not bind this state"
NOT_KNOWN: Final = "whether the law that is named binds this state is not known"
NOT_PARTY: Final = "elements are met, and a state concerned is not bound"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A power that no law in force gives, or a norm by which a state concerned is not bound.

    Attributes:
        what: The power, or the name of the norm.
        state: Whose; empty: of no state.
        why: Why it is a gap.
        detail: How the state stands to the norm, or the law that was named.
        entry: The entry that says the power was needed; None for a norm.
        rests_on: Entries of the case behind it.
        as_of: Day that the facts behind it speak for; None: an entry alone says it.
        mark: What must stand beside it.
    """

    kind: Literal["power", "norm"]
    what: str
    state: str
    why: str
    detail: str = ""
    entry: int | None = None
    rests_on: tuple[int, ...] = ()
    as_of: date | None = None
    mark: str = ""


def gaps_of_law(
    powers: Iterable[tuple[int, PowerNeeded]],
    assessments: Sequence[Assessment],
    norms: Norms,
    *,
    on: date,
) -> tuple[Gap, ...]:
    """Return what the law in force did not give a case.

    Args:
        powers: Powers that were needed, each with the number of its entry.
        assessments: What the answers say of each norm.
        norms: To look at the laws that are named.
        on: The day that law is looked at.
    """
    found = [gap for number, body in powers if (gap := _power(number, body, norms, on))]
    return (*found, *(gap for one in assessments for gap in _norm(one)))


def _power(number: int, body: PowerNeeded, norms: Norms, on: date) -> Gap | None:
    state = body.state or ""
    mark = UNVERIFIED if body.verified == "from-memory" else ""
    if not body.law:
        return Gap(
            kind="power",
            what=body.needed,
            state=state,
            why=NO_LAW,
            entry=number,
            rests_on=body.rests_on,
            mark=mark,
        )
    if not (body.fact and state):
        return None
    for bound in norms.bound(norms.binder(body.fact), norms.standings((state,), on), on):
        if bound.said != "bound":
            return Gap(
                kind="power",
                what=body.needed,
                state=state,
                why=NOT_KNOWN if bound.said == "unknown" else NOT_BOUND,
                detail="; ".join(part for part in (body.law, bound.said, bound.note) if part),
                entry=number,
                rests_on=body.rests_on,
                as_of=bound.as_of,
                mark=bound.mark or mark,
            )
    return None


def _norm(one: Assessment) -> Iterable[Gap]:
    """Yield the states that a norm does not bind whose elements are met, or may be."""
    if one.result == "not met" or one.about.startswith("law:"):
        return
    rests_on = tuple(dict.fromkeys(n for part in one.elements for n in part.rests_on))
    for bound in one.bound:
        if bound.said in ("signed only", "not a party", "suspended"):
            yield Gap(
                kind="norm",
                what=one.name,
                state=bound.state,
                why=NOT_PARTY,
                detail="; ".join(part for part in (one.result, bound.said, bound.note) if part),
                rests_on=rests_on,
                as_of=bound.as_of,
                mark=bound.mark,
            )
