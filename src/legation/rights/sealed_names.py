"""The clear names behind pseudonyms: sealed, for a while, opened only with a reason.

Each clear name is one sealed entry beside its pseudonym; `store` keeps the entries,
this module seals, opens and judges them. An entry opens only to a look that states
the five parts of the test in `intrusion`, of which the purpose is the aim, and never after its
last day, which is part of the seal. The caller writes the look to the audit trail before it
opens the name. What the program itself guarantees is the same for each look (logged before, shown
to whoever asked, ended by the last day) and is not asked; what becomes of a name once it was read
is beyond any program, so whoever looks states what protects the person then.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from legation.errors import DeniedError, UsageError, VerificationError
from legation.rights.framing import Sealer, framed, place_of, unframed
from legation.rights.intrusion import STATED, Intrusion, require_actor, require_statement
from legation.rights.lettering import folded

# A shorter name may be a word of any sentence; it counts only where it is written as a name.
_TELLING: Final = 4
_CONTEXT: Final = b"legation sealed name 1"


class Look(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's look at clear names, with its reasons; it cannot be made without them.

    Attributes:
        purpose: What the names are needed for.
        actor: Who looks.
        at: When.
        legality: The law or mandate that allows it.
        necessity: Why the pseudonym does not do.
        proportionality: Why the gain outweighs the interference.
        safeguards: What protects the person concerned: who sees it, where it is kept, when it
            ends, who may complain where.
    """

    purpose: str
    actor: str
    at: datetime
    legality: str
    necessity: str
    proportionality: str
    safeguards: str

    def __post_init__(self) -> None:
        """Refuse a look without its reasons."""
        require_actor(self.actor)
        for name in STATED:
            require_statement(getattr(self, name), f"the {name} of the look", name)
        if self.at.tzinfo is None:
            raise UsageError("the time of the look has no zone", hint="give the time in UTC")

    @property
    def test(self) -> Intrusion:
        """The same test that a personal look and an order carry."""
        return Intrusion(
            aim=self.purpose,
            legality=self.legality,
            necessity=self.necessity,
            proportionality=self.proportionality,
            safeguards=self.safeguards,
        )

    def stated(self) -> dict[str, str]:
        """Return what was stated, by name, as it is stored with the look."""
        return {name: getattr(self, name) for name in STATED}


class SealedName(msgspec.Struct, frozen=True, kw_only=True):
    """The clear name behind one pseudonym, sealed.

    Attributes:
        pseudonym: As stored with the posts.
        platform: Where the account is.
        sealed: The clear name, sealed for this pseudonym, platform and last day.
        until: Last day (UTC) on which it may be opened; then the store deletes it.
    """

    pseudonym: str
    platform: str
    sealed: bytes
    until: date

    def expired(self, now: datetime) -> bool:
        """Tell whether the retention rule asks for deletion."""
        return now.astimezone(UTC).date() > self.until


def keep_until(received: datetime, retention_days: int) -> date:
    """Return the last day on which a clear name received then may be kept.

    Raises:
        UsageError: The number of days is negative or beyond the calendar.
    """
    try:
        last = received.astimezone(UTC).date() + timedelta(days=retention_days)
    except OverflowError as far:
        raise UsageError(
            f"{retention_days} days of retention leave the calendar",
            hint="set retention_days to the days that your rule allows",
        ) from far
    if retention_days < 0:
        raise UsageError("retention_days is negative", hint="0 keeps a name for its day only")
    return last


def seal_name(
    handle: str, *, pseudonym: str, platform: str, until: date, sealer: Sealer
) -> SealedName:
    """Seal an account's clear name.

    Args:
        handle: As written at its source.
        pseudonym: The account's pseudonym.
        platform: Where the account is.
        until: Last day on which it may be opened; see `keep_until`.
        sealer: The desk's sealing key.
    """
    sealed = sealer.seal(framed(handle), _place(pseudonym, platform, until))
    return SealedName(pseudonym=pseudonym, platform=platform, sealed=sealed, until=until)


def open_name(entry: SealedName, look: Look, sealer: Sealer) -> str:
    """Open an account's clear name for a look.

    Args:
        entry: As `seal_name` made it.
        look: Why, and by whom; the caller has already put it into the audit trail.
        sealer: The desk's sealing key.

    Raises:
        DeniedError: The entry's last day is past.
        VerificationError: The entry was changed, moved to another row, or sealed with
            another key.
    """
    if entry.expired(look.at):
        raise DeniedError(
            f"the name was kept until {entry.until.isoformat()}",
            hint="nobody may open it any more; the retention rule deletes it",
        )
    return unsealed(entry, sealer)


def unsealed(entry: SealedName, sealer: Sealer) -> str:
    """Return a clear name to be compared in memory; it is shown to nobody, so it is no look.

    Raises:
        VerificationError: As `open_name`.
    """
    name = unframed(sealer.open(entry.sealed, _place(entry.pseudonym, entry.platform, entry.until)))
    if name is None:
        raise VerificationError("the sealed name is cut short", hint="restore the backup")
    return name


def verify_name(entry: SealedName, sealer: Sealer) -> None:
    """Check that an entry is what was sealed; its name is given to nobody.

    Raises:
        VerificationError: As `open_name`.
    """
    sealer.open(entry.sealed, _place(entry.pseudonym, entry.platform, entry.until))


def repeats_name(handle: str, text: str) -> bool:
    """Tell whether a text repeats the clear name of an account, however its words are joined.

    >>> repeats_name("@Ann_Vermeer", "Ann Vermeer asked for it"), repeats_name("ann", "a plan")
    (True, False)
    >>> repeats_name("ann", "asked for by @Ann"), repeats_name("daily_news", "it spreads news")
    (True, False)
    """
    bare = folded(handle).replace(" ", "")
    if not bare:
        return False
    words = folded(text).split()
    if len(bare) < _TELLING:
        return any(folded(word).strip() == bare for word in text.split() if word.startswith("@"))
    for at in range(len(words)):
        joined = ""
        for word in words[at:]:
            joined += word
            if joined == bare:
                return True
            if not bare.startswith(joined):
                break
    return False


def _place(pseudonym: str, platform: str, until: date) -> bytes:
    return place_of(_CONTEXT, pseudonym, platform, until.isoformat())
