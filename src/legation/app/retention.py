"""What personal data is held, until when, and its end: retention as a job, and erasure on demand.

The watch and the desk's jobs end what is past its day on each round. Erasing a personal field
destroys its key; the row with its hash and the entries of the trail stay. What a backup of an
earlier day holds is beyond any store: `docs/reference/rights.md` says what to do about it.
"""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.rights.intrusion import require_actor, require_statement

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.store.opening import Store
    from legation.store.personal import PersonalRow
    from legation.store.readable import KnownObjects

# Verbs of the trail that tell of personal data being opened, by a person or by the program.
LOOKS: Final = ("name.look", "name.mask", "person.look", "person.use", "evidence.open")
_AT_ONCE: Final = 1000


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What was past its day and is gone.

    Attributes:
        names: Clear names of accounts.
        files: Captured files.
        persons: Personal fields whose key was destroyed.
    """

    names: int
    files: int
    persons: int


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What is held for one purpose.

    Attributes:
        purpose: Its key.
        told: What it means.
        held: How much of it can still be opened.
        first: The earliest last day; None when nothing is held.
        last: The latest one.
        erased: Records whose key was destroyed.
    """

    purpose: str
    told: str
    held: int
    first: date | None
    last: date | None
    erased: int


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One look at personal data, as the trail has it.

    Attributes:
        purpose: Key of a purpose, or its words.
        safeguards: What protects who is concerned; empty in the trail of an older release.
        detail: All that the entry says.
    """

    seq: int
    at: datetime
    actor: str
    verb: str
    subject: str
    purpose: str
    safeguards: str
    detail: dict[str, Any]


def end_terms(home: "Home", store: "Store") -> Ended:
    """Delete or erase all personal data whose last day is over, and rid the log of what was.

    Who reads can keep the log from being cut, so it is tried on each round, without waiting.
    """
    from legation.app.evidence.checking import expire as expire_evidence

    today = home.now().astimezone(UTC).date()
    ended = Ended(
        names=store.names.expire(today),
        files=expire_evidence(home, store),
        persons=store.personal.erase_past(today),
    )
    store.personal.forget(wait=bool(ended.names or ended.persons))
    return ended


def erase(store: "Store", record_id: str, *, actor: str, reason: str, mark: str = "") -> bool:
    """Destroy the key of one record.

    Args:
        store: The open store.
        record_id: Which.
        actor: Who erases.
        reason: Why; it stays in the trail.
        mark: By which a later import knows the name; see `persons.erase_person`.

    Returns:
        Whether its bytes have left the database's log too; False while another program reads.

    Raises:
        DeniedError: No reason is stated.
        NotFoundError: There is no such record.
        ConflictError: It is erased already.
    """
    require_statement(reason, "the reason of the erasure", "reason")
    store.personal.erase(record_id, actor=actor, reason=reason, mark=mark)
    return store.personal.forget()


def lift(store: "Store", record_id: str, *, actor: str, reason: str) -> None:
    """Let an erased name come in again, for a reason that stays.

    Raises:
        DeniedError: No reason is stated, or nobody is named.
        NotFoundError: No erased name of this record is kept out.
    """
    require_actor(actor, "lifts it")
    require_statement(reason, "the reason of the lifting", "reason")
    store.personal.lift(record_id, actor=actor, reason=reason)


def holdings(store: "Store", known: "KnownObjects | None" = None) -> list[Holding]:
    """Return what personal data is held, by purpose, in the order of the list of purposes.

    Args:
        store: The open store.
        known: Leave out what is of an object that is not among these.
    """
    from legation.rights.purposes import PURPOSES

    found = {
        one.purpose: (one.held, one.first, one.last, one.erased)
        for one in store.personal.held(known)
    }
    found["account-name"] = (*store.names.held(), 0)
    found["captured-file"] = (*store.evidence.held(known), 0)
    nothing = (0, None, None, 0)
    return [
        Holding(purpose=one.key, told=one.told, held=held, first=first, last=last, erased=erased)
        for one in PURPOSES
        if one.use == "hold"
        for held, first, last, erased in [found.get(one.key, nothing)]
    ]


def records(store: "Store", known: "KnownObjects | None" = None) -> "list[PersonalRow]":
    """Return the personal fields that are held; of those of known objects where these are given."""
    return store.personal.records(known)


def looks(store: "Store") -> list[Looked]:
    """Return all looks at personal data that were taken, in order."""
    from legation.store.audit import AuditQuery

    found: list[Looked] = []
    while True:
        after = found[-1].seq if found else 0
        query = AuditQuery(verbs=LOOKS, after=after, limit=_AT_ONCE, up=True)
        entries = store.audit.search(query)
        found += [
            Looked(
                seq=entry.seq,
                at=entry.event.at,
                actor=entry.event.actor,
                verb=entry.event.verb,
                subject=entry.event.subject,
                purpose=str(entry.event.detail.get("purpose", "")) or entry.event.subject,
                safeguards=str(entry.event.detail.get("safeguards", "")),
                detail=entry.event.detail,
            )
            for entry in entries
        ]
        if len(entries) < _AT_ONCE:
            return found


def checked(home: "Home", store: "Store") -> str:
    """Say for the doctor that personal records hold, and that none is past its day.

    Raises:
        VerificationError: They do not.
    """
    number = store.personal.verify(home.now().astimezone(UTC).date())
    erased = sum(one.erased for one in store.personal.held())
    return f"{number - erased} personal records hold, {erased} are erased and have no key"


def places_of(store: "Store", name: str) -> dict[str, int]:
    """Return where a name stands in clear in the store all the same, and in how many rows.

    Args:
        store: The open store.
        name: As it was sealed; its words are looked for side by side, in any order.
    """
    from legation.rights.vault import names_in, words_of

    words = words_of(name)
    if len(words) == 1:
        return store.personal.standing(lambda text: words[0] in words_of(text))
    return store.personal.standing(lambda text: words in names_in(text, len(words)))
