"""Clear names behind pseudonyms: opened for a stated reason, listed, and deleted in time.

A look is in the audit trail before a name is shown. So whoever reads the trail knows at
least of every name that was shown, be it that the machine stopped in between. Reasons stay in it
when the name is gone: what repeats the name is refused, and that somebody tried is logged.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.home import Home
from legation.errors import DeniedError, VerificationError
from legation.rights.intrusion import require_actor, require_statement

if TYPE_CHECKING:
    from legation.crypto.key_files import Protection
    from legation.rights.framing import Sealer
    from legation.rights.sealed_names import Look
    from legation.store.opening import Store

_AT_ONCE: Final = 1000


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """One clear name, shown for a look.

    Attributes:
        pseudonym: As the desk knows the account.
        platform: Where the account is.
        name: As its source wrote it.
        until: Last day on which it may be opened.
    """

    pseudonym: str
    platform: str
    name: str
    until: str


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One look that was taken, as the audit trail has it; see `rights.sealed_names.Look`.

    The trail of an older release has looks that state no safeguards: theirs are empty.
    """

    seq: int
    at: datetime
    actor: str
    pseudonym: str
    purpose: str
    legality: str
    necessity: str
    proportionality: str
    safeguards: str = ""


def open_names(
    home: Home, store: "Store", pseudonyms: Sequence[str], look: "Look", protection: "Protection"
) -> list[Opened]:
    """Open the clear names of pseudonyms, all or none, and log each look before.

    Args:
        home: The home.
        store: Its open store.
        pseudonyms: Whose names.
        look: By whom, and why.
        protection: What opens the home's keys.

    Raises:
        NotFoundError: No name is kept for one of them; then no name was looked at.
        DeniedError: The last day of one is past, or the reasons repeat one.
    """
    from legation.rights.sealed_names import SealedName, open_name

    sealer = home.keys(protection).sealing_key()
    with store.transaction():
        _refuse_hidden(home, store, pseudonyms, look)
        repeated = _repeated(store, pseudonyms, look.stated().values(), sealer)
        for pseudonym in repeated:
            store.names.refuse(pseudonym, actor=look.actor, act="look")
        asked = () if repeated else dict.fromkeys(pseudonyms)
        rows = [store.names.name(pseudonym, look) for pseudonym in asked]
    if repeated:
        raise _repeats()
    entries = [msgspec.convert(row, SealedName, from_attributes=True) for row in rows]
    return [
        Opened(
            pseudonym=entry.pseudonym,
            platform=entry.platform,
            name=open_name(entry, look, sealer),
            until=entry.until.isoformat(),
        )
        for entry in entries
    ]


def _refuse_hidden(home: Home, store: "Store", pseudonyms: Sequence[str], look: "Look") -> None:
    """Refuse the name of an account that the reader may not know, as if none were kept."""
    from legation.formats.campaign import account_id
    from legation.store.names import no_name

    ids = {account_id(pseudonym): pseudonym for pseudonym in pseudonyms}
    known = store.objects.as_read_by(home.reader(store, look.actor).clearance)
    hidden = store.labels.in_force(ids).keys() - known.standing(ids).keys()
    for object_id in hidden:
        raise no_name(ids[object_id])


def _repeated(
    store: "Store", pseudonyms: Iterable[str], words: Iterable[str], sealer: "Sealer"
) -> list[str]:
    """Return those whose clear name stands in what was said of them; nobody is shown one."""
    from legation.rights.sealed_names import SealedName, repeats_name, unsealed

    said, found = " ".join(words), list[str]()
    for pseudonym in dict.fromkeys(pseudonyms):
        row = store.names.lying(pseudonym)
        with suppress(VerificationError):  # what does not open says so where it is shown
            if row is not None and repeats_name(
                unsealed(msgspec.convert(row, SealedName, from_attributes=True), sealer), said
            ):
                found.append(pseudonym)
    return found


def _repeats() -> DeniedError:
    return DeniedError(
        "the reasons repeat the clear name",
        hint="name the account by its pseudonym: reasons stay in the audit trail when the name "
        "is gone",
    )


def looks(store: "Store") -> list[Looked]:
    """Return all looks that were taken, in order."""
    found: list[Looked] = []
    while True:
        last = found[-1].seq if found else 0
        entries = store.names.looks(after=last, limit=_AT_ONCE)
        found += [
            Looked(
                seq=entry.seq,
                at=entry.event.at,
                actor=entry.event.actor,
                pseudonym=entry.event.subject,
                **entry.event.detail,
            )
            for entry in entries
        ]
        if len(entries) < _AT_ONCE:
            return found


def erase(
    store: "Store", pseudonym: str, *, actor: str, reason: str, sealer: "Sealer | None" = None
) -> bool:
    """Delete the clear name of an account, which no later import brings back.

    Its posts stay under the pseudonym, as they always were.

    Args:
        store: The open store.
        pseudonym: Whose name.
        actor: Who erases.
        reason: Why; it stays in the trail.
        sealer: The desk's sealing key, where it is at hand: then the reason may not repeat the
            name.

    Returns:
        Whether its bytes have left the database's log too; False while another program reads.

    Raises:
        DeniedError: No reason is stated, or it repeats the name, or nobody is named.
        NotFoundError: No name is kept for it.
    """
    require_actor(actor, "erases")
    require_statement(reason, "the reason of the erasure", "reason")
    if sealer is not None and _repeated(store, [pseudonym], [reason], sealer):
        store.names.refuse(pseudonym, actor=actor, act="erase")
        raise _repeats()
    store.names.erase(pseudonym, actor=actor, reason=reason)
    return store.personal.forget()


def lift(store: "Store", pseudonym: str, *, actor: str, reason: str) -> None:
    """Let an erased name of an account be kept again, for a reason that stays.

    Raises:
        DeniedError: No reason is stated, or nobody is named.
        NotFoundError: It was not erased.
    """
    require_actor(actor, "lifts it")
    require_statement(reason, "the reason of the lifting", "reason")
    store.names.lift(pseudonym, actor=actor, reason=reason)


def expire(home: Home, store: "Store") -> int:
    """Delete the names whose retention has ended, and return how many."""
    return store.names.expire(home.now().astimezone(UTC).date())
