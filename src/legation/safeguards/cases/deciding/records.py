"""The decision as its entries add up to it, and the two hands under its last state.

What is signed is one text of the whole decision as it stands (RFC 8785), with the case, the
entry, its author and its hour: a signature given to an earlier state, or to the same words in
another case, is a signature to other bytes and counts for nothing. Two hands are two persons;
who wrote the decision may be one of them.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import msgspec

from legation.errors import NotFoundError, RecordError
from legation.safeguards.cases.bodies import Body, Number
from legation.safeguards.cases.deciding.bodies import Decision, Signed
from legation.stix.canonical import canonical

Row = tuple[Number, str, datetime, Body]
# Four eyes.
HANDS: Final = 2


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that counts or does not.

    Attributes:
        entry: Number of its entry.
        who: Who signed.
        role: In which role.
        at: When it was written.
        counts: Whether it stands under the decision as it is, as the first of its person.
    """

    entry: Number
    who: str
    role: str
    at: datetime
    counts: bool
    words: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One decision, as it stands.

    Attributes:
        entry: The entry by which it was first made; it names the decision.
        stands: The entry that holds now: the first, or the last that changed it.
        states: All entries of it, the first at the front.
        author: Who wrote the one that holds.
        written: When.
        body: What is decided.
        signed_bytes: What is signed.
        hands: All signatures, in their order.
    """

    entry: Number
    stands: Number
    states: tuple[Number, ...]
    author: str
    written: datetime
    body: Decision
    signed_bytes: bytes
    hands: tuple[Hand, ...] = ()

    @property
    def sha256(self) -> str:
        """Return the hash of what is signed."""
        return hashlib.sha256(self.signed_bytes).hexdigest()

    @property
    def counting(self) -> tuple[Hand, ...]:
        """Return the signatures that count, one for each person."""
        return tuple(hand for hand in self.hands if hand.counts)

    @property
    def is_complete(self) -> bool:
        """Tell whether two persons signed it as it stands."""
        return len(self.counting) >= HANDS


def records_of(rows: Iterable[Row], *, case: str, every: Iterable[Row] = ()) -> tuple[Record, ...]:
    """Return every decision of a case, by its first entry.

    Args:
        rows: The entries of the case, in any order: number, author, when written, body.
        case: Number of the case, part of what is signed.
        every: The same with those that were taken back. A change takes the force of each
            signature before it, and to take the change back gives it to none of them again.
    """
    rows = sorted(rows, key=lambda row: row[0])
    changed: dict[Number, Number] = {}
    for number, _, _, body in (*rows, *every):
        if isinstance(body, Decision) and body.changes is not None:
            changed[body.changes] = max(number, changed.get(body.changes, 0))
    firsts = {row[0] for row in rows if isinstance(row[3], Decision) and row[3].changes is None}
    return tuple(_record(rows, first, case, changed.get(first, 0)) for first in sorted(firsts))


def record_of(
    rows: Iterable[Row], entry: Number, *, case: str, every: Iterable[Row] = ()
) -> Record:
    """Return one decision, by its first entry; see `records_of`.

    Raises:
        NotFoundError: No decision was first made by that entry.
    """
    found = [one for one in records_of(rows, case=case, every=every) if one.entry == entry]
    if not found:
        raise NotFoundError(
            f"entry {entry} begins no decision", hint="name the entry that first stated it"
        )
    return found[0]


def require_decision(body: Decision | Signed, rows: Iterable[Row], *, case: str) -> None:
    """Require that a change or a signature fits the case before it is written.

    Raises:
        RecordError: It names no decision, or is given to other bytes than those that stand; the
            place is the field at fault.
    """
    records = {one.entry: one for one in records_of(rows, case=case)}
    at, place = (body.to, "to") if isinstance(body, Signed) else (body.changes, "changes")
    if at is None:
        return
    if at not in records:
        known = ", ".join(map(str, records)) or "none"
        raise RecordError(
            f"entry {at} begins no decision", place=place, hint=f"decisions of the case: {known}"
        )
    if isinstance(body, Signed) and body.sha256 != records[at].sha256:
        raise RecordError(
            "the decision was changed since it was read",
            place="sha256",
            hint="read it as it stands and sign that",
        )


def signed_bytes(
    case: str, number: Number, author: str, written: datetime, body: Decision
) -> bytes:
    """Return what is signed of one state of a decision."""
    return canonical(
        {
            "case": case,
            "entry": number,
            "author": author,
            "written": written.astimezone(UTC).isoformat(),
            "decision": msgspec.to_builtins(body),
        }
    )


def _record(rows: list[Row], first: Number, case: str, changed: Number) -> Record:
    states = [
        (number, author, written, body)
        for number, author, written, body in rows
        if isinstance(body, Decision) and first in (number, body.changes)
    ]
    number, author, written, body = states[-1]
    content = signed_bytes(case, number, author, written, body)
    digest = hashlib.sha256(content).hexdigest()
    hands: list[Hand] = []
    seen: set[str] = set()
    for at, who, when, signed in rows:
        if not isinstance(signed, Signed) or signed.to != first:
            continue
        counts = signed.sha256 == digest and at > max(number, changed) and who not in seen
        if counts:
            seen.add(who)
        hands.append(
            Hand(entry=at, who=who, role=signed.role, at=when, counts=counts, words=signed.words)
        )
    return Record(
        entry=first,
        stands=number,
        states=tuple(state[0] for state in states),
        author=author,
        written=written,
        body=body,
        signed_bytes=content,
        hands=tuple(hands),
    )
