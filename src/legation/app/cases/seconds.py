"""What waits for a second person in a case: an attribution to agree to, a decision to sign.

Who proposed does not agree, and who gave their hand to a state does not give it twice; so to each
person only that is offered which they can still do. Whether their role lets them is asked when
they write.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from legation.safeguards.cases.attribution.naming import (
    WAITS,
    Agreed,
    Attributed,
    Withdrawn,
    is_another,
    wording,
)
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.deciding.bodies import Decision, Signed
from legation.safeguards.cases.deciding.records import Record
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Withdrawn as TakenBack
from legation.safeguards.cases.gathering import attributed_in, records_in, rows_of

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.notices import KnownNotices

# Why somebody does not give their hand to something; empty: they can.
Bar = Literal["", "proposed", "agreed", "signed", "withdrawn", "done"]
Kind = Literal["attribution", "decision"]
AGREES = "attribution.decide"
SIGNS = "case.sign"
_MOST_TOLD: Final = 200


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for a hand.

    Attributes:
        case: Number of its case.
        title: What the case is called.
        entry: The proposal, or the entry that first made the decision.
        says: What is proposed or decided.
        author: Who proposed or wrote it.
        ids: Of the objects that tell of it.
    """

    case: str
    title: str
    kind: Kind
    entry: int
    says: str
    author: str
    written: datetime
    ids: tuple[str, ...]


def bar_to_agree(case: Case, number: int, person: str) -> Bar:
    """Return why somebody does not agree to a proposal; empty: they can."""
    rows = rows_of(case)
    taken = {body.to for *_, body in rows if isinstance(body, Withdrawn)}
    authors = {at: author for at, author, _, body in rows if isinstance(body, Attributed)}
    agreed = {
        author
        for at, author, _, body in rows
        if isinstance(body, Agreed) and body.to == number and at not in taken
    }
    force = attributed_in(case).in_force
    if number in taken or number not in authors:
        return "withdrawn"
    if not is_another(person, authors[number]):
        return "proposed"
    if force is not None and force.number == number:
        return "agreed" if person in agreed else "done"
    # Who agreed before it was complete, or before it fell, can do so anew.
    return ""


def bar_to_sign(record: Record, person: str) -> Bar:
    """Return why somebody does not sign a decision as it stands; empty: they can."""
    if person in {hand.who for hand in record.counting}:
        return "signed"
    return "done" if record.is_complete else ""


def waiting_in(case: Case, person: str, verbs: Collection[str]) -> tuple[Waiting, ...]:
    """Return what waits in a case for somebody, by what they may do."""
    found: list[Waiting] = []
    if AGREES in verbs:
        found += [
            _waiting(case, "attribution", number, wording(body), author, written)
            for number, author, written, body in rows_of(case)
            if isinstance(body, Attributed)
            and _waits(case, number)
            and not bar_to_agree(case, number, person)
        ]
    if SIGNS in verbs:
        found += [
            _waiting(case, "decision", one.entry, one.body.what, one.author, one.written)
            for one in records_in(case)
            if not bar_to_sign(one, person)
        ]
    return tuple(found)


def waiting_for(
    scope: "Scope", notices: "KnownNotices", verbs: Collection[str]
) -> tuple[Waiting, ...]:
    """Return what waits in cases for somebody, the newest first.

    Whatever waits was told of once, so that their notices say which cases are to be read.

    Args:
        scope: Who asks.
        notices: Theirs.
        verbs: What they may do.
    """
    from legation.app.cases.docket import Docket

    if "case.read" not in verbs or {AGREES, SIGNS}.isdisjoint(verbs):
        return ()
    told = notices.find(kind=("case.attribution", "case.decision"), limit=_MOST_TOLD)
    cases = Docket(scope).numbered(dict.fromkeys(one.subject for one in told))
    found = [one for case in cases for one in waiting_in(case, scope.reader.actor, verbs)]
    return tuple(sorted(found, key=lambda one: (one.written, one.entry), reverse=True))


def settled_by(case: Case, entry: Entry) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Yield which notices an entry settles: kind, number of what waited, for whom; none: for all.

    Args:
        case: As it stands with the entry.
        entry: What came.
    """
    body = entry.body
    if isinstance(body, Agreed | Withdrawn):
        yield "case.attribution", body.to, ()
    elif isinstance(body, TakenBack):
        yield "case.attribution", body.what, ()
        yield "case.decision", body.what, ()
    elif isinstance(body, Signed):
        for one in records_in(case):
            if one.entry == body.to:
                people = () if one.is_complete else (entry.author,)
                yield from (("case.decision", number, people) for number in one.states)
    elif isinstance(body, Decision) and body.changes is not None:
        # Another state waits now, of which its own notice tells.
        for one in records_in(case):
            if one.entry == body.changes:
                before = (number for number in one.states if number != one.stands)
                yield from (("case.decision", number, ()) for number in before)


def _waits(case: Case, number: int) -> bool:
    return any(one.number == number and one.why == WAITS for one in attributed_in(case).refused)


def _waiting(  # noqa: PLR0917 - one line of a list
    case: Case, kind: Kind, entry: int, says: str, author: str, written: datetime
) -> Waiting:
    return Waiting(
        case=case.number,
        title=case.opened.title,
        kind=kind,
        entry=entry,
        says=says,
        author=author,
        written=written,
        ids=(case.id, *(one.id for one in case.entries if one.number == entry)),
    )
