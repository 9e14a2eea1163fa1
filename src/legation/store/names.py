"""The sealed side table: the clear form of pseudonyms, which only a stated purpose opens.

The store holds sealed bytes and cannot read them; `rights` seals and opens. How many entries
came is in the audit trail, so one that is taken away by other means is missed. Fetching an
entry needs a look (who, why, and the tests of legality, necessity, proportionality, safeguards)
and writes it into the audit trail in the same transaction: that trail is the log of looks.
Entries past their day are deleted, and their bytes overwritten where the engine can.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Protocol

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from legation.errors import NotFoundError, VerificationError
from legation.store.audit import Audit, Entry, Event
from legation.store.database import Database
from legation.store.numbering import MANY, batches
from legation.store.tables import sealed_names as names

LOOK = "name.look"
MASK = "name.mask"
EXPIRE = "name.expire"
KEEP = "name.keep"
ERASE = "name.erase"
LIFT = "name.lift"
WITHHOLD = "name.withhold"
REFUSE = "name.refuse"
_TESTS = ("purpose", "legality", "necessity", "proportionality", "safeguards")


def no_name(pseudonym: str) -> NotFoundError:
    """Return the error of a name that is not kept, or not for whoever asks."""
    return NotFoundError(
        f"no name is kept for {pseudonym:.90}", hint="its retention may have ended"
    )


class Sealed(Protocol):
    """What can be put into the side table."""

    @property
    def pseudonym(self) -> str:
        """The keyed hash that stands for the account everywhere else."""

    @property
    def platform(self) -> str:
        """Where the account is."""

    @property
    def sealed(self) -> bytes:
        """The clear form, sealed."""

    @property
    def until(self) -> date:
        """Last day on which it is kept."""


class SealedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the side table: see `Sealed`."""

    pseudonym: str
    platform: str
    sealed: bytes
    until: date


class Purpose(Protocol):
    """A look whose reasons have been stated and checked."""

    @property
    def actor(self) -> str:
        """Who looks."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def purpose(self) -> str:
        """What for."""

    @property
    def legality(self) -> str:
        """On which legal ground."""

    @property
    def necessity(self) -> str:
        """Why nothing less would do."""

    @property
    def proportionality(self) -> str:
        """Why it weighs more than the intrusion."""

    @property
    def safeguards(self) -> str:
        """What protects the person concerned."""


class Names:
    """Sealed clear forms of pseudonyms."""

    def __init__(self, database: Database, audit: Audit) -> None:
        """Work on this database, and log looks in this trail."""
        self._database = database
        self._audit = audit

    def put_names(self, rows: Iterable[Sealed]) -> int:
        """Keep entries; of two for one pseudonym, the one that may be kept longer.

        The last day is part of the seal, so an entry is replaced as a whole. One that was erased
        on demand is not kept again; how many were left out is in the trail.

        Returns:
            How many are new.
        """
        new, out = 0, set[str]()
        with self._database.write():
            erased = self.erased()
            for some in batches(rows):
                some.sort(key=lambda row: row.until)
                named = {row.pseudonym: row for row in some}
                out |= named.keys() & erased
                new += self._put({name: named[name] for name in named.keys() - erased})
            if out:
                self._note("import", WITHHOLD, "names", {"names": len(out)})
            if new:
                # What was there before is counted once, where the trail does not say it yet.
                before = self.expected()
                held = self.count() if before is None else before + new
                self._note("store", KEEP, "names", {"new": new, "held": held})
        return new

    def expected(self) -> int | None:
        """Return how many names the trail says are kept; None when it does not say it yet."""
        kept = self._audit.last(KEEP)
        if kept is None:
            return None
        gone, after = 0, kept.seq
        while some := self._audit.entries(verb=EXPIRE, after=after):
            gone += sum(int(one.event.detail["deleted"]) for one in some)
            after = some[-1].seq
        gone += sum(one.seq > kept.seq for one in self._audit.every(ERASE))
        return int(kept.event.detail["held"]) - gone

    def verify_number(self) -> int:
        """Check that no name was taken away, or laid beside, by other means than legation.

        Returns:
            How many there are.

        Raises:
            VerificationError: The trail says another number.
        """
        with self._database.read():
            there, told = self.count(), self.expected()
        if told is not None and there != told:
            number = abs(told - there)
            verb = "is" if number == 1 else "are"
            what = f"{verb} gone" if there < told else "came from elsewhere"
            raise VerificationError(
                f"the sealed names are not those of the audit trail: there are {there:,}, and the "
                f"trail says {told:,}: {number:,} {what}",
                hint="keep this store as evidence, and restore the last backup",
            )
        return there

    def erased(self) -> set[str]:
        """Return the pseudonyms whose names were erased and do not come in again."""
        kept_out: set[str] = set()
        for entry in sorted(
            (*self._audit.every(ERASE), *self._audit.every(LIFT)), key=lambda one: one.seq
        ):
            change = kept_out.add if entry.event.verb == ERASE else kept_out.discard
            change(entry.event.subject)
        return kept_out

    def erase(self, pseudonym: str, *, actor: str, reason: str) -> None:
        """Delete the sealed name of a pseudonym, which no later import brings back.

        The pseudonym itself is the mark that is left: it is made with the desk's keys.

        Raises:
            NotFoundError: No name is kept for it.
        """
        with self._database.write() as connection:
            gone = connection.execute(delete(names).where(names.c.pseudonym == pseudonym)).rowcount
            if not gone:
                raise no_name(pseudonym)
            self._note(actor, ERASE, pseudonym, {"reason": reason})

    def lift(self, pseudonym: str, *, actor: str, reason: str) -> None:
        """Let an erased name be kept again; who did, and why, is in the trail.

        Raises:
            NotFoundError: It was not erased.
        """
        with self._database.write():
            if pseudonym not in self.erased():
                raise NotFoundError(
                    f"the name of {pseudonym:.90} is not kept out",
                    hint="see: legation audit report erasures",
                )
            self._note(actor, LIFT, pseudonym, {"reason": reason})

    def _note(self, actor: str, verb: str, subject: str, detail: dict[str, Any]) -> None:
        now = self._database.now()
        self._audit.append(Event(at=now, actor=actor, verb=verb, subject=subject, detail=detail))

    def name(self, pseudonym: str, look: Purpose) -> SealedRow:
        """Return the sealed entry of a pseudonym and log the look.

        Raises:
            NotFoundError: There is none, or it has expired and is deleted.
        """
        with self._database.write() as connection:
            row = connection.execute(
                select(names).where(names.c.pseudonym == pseudonym)
            ).one_or_none()
            if row is None:
                raise no_name(pseudonym)
            detail = {test: getattr(look, test) for test in _TESTS}
            self._audit.append(
                Event(at=look.at, actor=look.actor, verb=LOOK, subject=pseudonym, detail=detail)
            )
            return SealedRow(**row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)

    def lying(self, pseudonym: str) -> SealedRow | None:
        """Return an entry as it lies, for what is compared in memory and shown to nobody."""
        with self._database.read() as connection:
            row = connection.execute(
                select(names).where(names.c.pseudonym == pseudonym)
            ).one_or_none()
        return None if row is None else SealedRow(**row._mapping)  # noqa: SLF001 (as above)

    def refuse(self, pseudonym: str, *, actor: str, act: str) -> None:
        """Log that reasons repeated the name; what they said is kept nowhere."""
        self._note(actor, REFUSE, pseudonym, {"act": act})

    def names_to_mask(
        self, platform: str, look: Purpose, known: Collection[str] = ()
    ) -> Iterator[SealedRow]:
        """Give the entries of a platform that a masker of texts lacks, and log that as one look.

        Args:
            platform: Where the accounts are.
            look: Why; entries whose last day has passed by then are left out.
            known: Pseudonyms whose names the masker has.
        """
        kept = (names.c.platform == platform) & (names.c.until >= look.at.astimezone(UTC).date())
        with self._database.read() as connection:
            every = connection.execute(select(names.c.pseudonym).where(kept)).scalars()
            lacking = [pseudonym for pseudonym in every if pseudonym not in known]
        if lacking:
            detail = {test: getattr(look, test) for test in _TESTS}
            detail |= {"platform": platform, "names": len(lacking)}
            self._audit.append(
                Event(at=look.at, actor=look.actor, verb=MASK, subject="names", detail=detail)
            )
        for some in batches(lacking):
            with self._database.read() as connection:
                rows = connection.execute(select(names).where(names.c.pseudonym.in_(some))).all()
            yield from (SealedRow(**row._mapping) for row in rows)  # noqa: SLF001 (as above)

    def every(self) -> Iterator[SealedRow]:
        """Yield all entries as they lie, for who proves their seals; nothing is opened by it."""
        last = ""
        some = select(names).order_by(names.c.pseudonym).limit(MANY)
        while True:
            with self._database.read() as connection:
                rows = connection.execute(some.where(names.c.pseudonym > last)).all()
            if not rows:
                return
            yield from (SealedRow(**row._mapping) for row in rows)  # noqa: SLF001 (as above)
            last = rows[-1].pseudonym

    def looks(
        self, pseudonym: str | None = None, *, after: int = 0, limit: int = 100
    ) -> list[Entry]:
        """Return who looked at names, or at one name, in order."""
        return self._audit.entries(verb=LOOK, subject=pseudonym, after=after, limit=limit)

    def kept(self, pseudonyms: Iterable[str]) -> tuple[int, date | None, date | None]:
        """Return how many of these have a sealed name, and the first and last of their last days.

        Nothing sealed is read: this is no look.
        """
        number, first, last = 0, None, None
        with self._database.read() as connection:
            for some in batches(pseudonyms, MANY):
                told = select(func.count(), func.min(names.c.until), func.max(names.c.until))
                row = connection.execute(told.where(names.c.pseudonym.in_(some))).one()
                if row[0]:
                    number += row[0]
                    first, last = min(first or row[1], row[1]), max(last or row[2], row[2])
        return number, first, last

    def looks_among(self, pseudonyms: Iterable[str], limit: int) -> tuple[int, list[Entry]]:
        """Return how often names of these were looked at, and the latest looks, newest first."""
        return self._audit.newest(LOOK, pseudonyms, limit)

    def platforms(self) -> list[str]:
        """Return the platforms of the names that are kept."""
        with self._database.read() as connection:
            every = select(names.c.platform).distinct().order_by(names.c.platform)
            return list(connection.execute(every).scalars())

    def count(self) -> int:
        """Return how many names are kept."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(names)).scalar_one())

    def held(self) -> tuple[int, date | None, date | None]:
        """Return how many names are kept, and the first and last of their last days."""
        told = select(func.count(), func.min(names.c.until), func.max(names.c.until))
        with self._database.read() as connection:
            number, first, last = connection.execute(told).one()
        return int(number), first, last

    def expire(self, today: date) -> int:
        """Delete the entries whose last day has passed and log how many.

        Where there are none nothing is written, so it may be asked for often.

        Returns:
            How many were deleted.
        """
        with self._database.read() as connection:
            past = select(names.c.pseudonym).where(names.c.until < today).limit(1)
            if connection.execute(past).one_or_none() is None:
                return 0
        with self._database.write() as connection:
            gone = connection.execute(delete(names).where(names.c.until < today)).rowcount
            if gone:
                now = self._database.now()
                detail = {"today": today.isoformat(), "deleted": gone}
                self._audit.append(
                    Event(at=now, actor="store", verb=EXPIRE, subject="names", detail=detail)
                )
        return gone

    def _put(self, rows: dict[str, Sealed]) -> int:
        with self._database.write() as connection:
            known = connection.execute(
                select(names.c.pseudonym, names.c.until).where(names.c.pseudonym.in_(rows))
            ).all()
            longer = [
                rows[pseudonym] for pseudonym, until in known if rows[pseudonym].until > until
            ]
            if longer:
                statement = update(names).where(names.c.pseudonym == bindparam("key"))
                connection.execute(
                    # The seal is bound to all of its row, so all of it is replaced.
                    statement.values(
                        platform=bindparam("place"),
                        sealed=bindparam("seal"),
                        until=bindparam("day"),
                    ),
                    [
                        {
                            "key": row.pseudonym,
                            "place": row.platform,
                            "seal": row.sealed,
                            "day": row.until,
                        }
                        for row in longer
                    ],
                )
            fresh = rows.keys() - {pseudonym for pseudonym, _ in known}
            if fresh:
                columns = names.c.keys()
                connection.execute(
                    insert(names),
                    [
                        {column: getattr(rows[pseudonym], column) for column in columns}
                        for pseudonym in sorted(fresh)
                    ],
                )
            return len(fresh)
