"""Personal fields: sealed bytes beside the key that opens them, until that key is destroyed.

The store cannot read them; `rights` seals and opens. Each record, each look and each erasure is
an entry of the audit trail, with the SHA-256 of the sealed bytes and never with what they hold,
so the trail can be checked when a record is long erased. A row is never deleted: what is left of
an erased one says that something was held, for what and how long.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import ColumnElement, LargeBinary, Row, Text, func, insert, select, update

from legation.errors import ConflictError, NotFoundError, VerificationError
from legation.store.audit import Audit, Event
from legation.store.database import Database
from legation.store.numbering import batches, next_number
from legation.store.readable import KnownObjects
from legation.store.rights_tables import personal_fields as fields
from legation.store.tables import metadata
from legation.store.values import microseconds

SEAL: Final = "person.seal"
LOOK: Final = "person.look"
USE: Final = "person.use"
ERASE: Final = "person.erase"
LIFT: Final = "person.lift"
_MADE: Final = ("record_id", "subject", "field", "purpose", "until", "sealed", "wrapped", "sha256")
_HINT: Final = "keep this store as evidence, and compare it with the last backup"


class PersonalRow(msgspec.Struct, frozen=True, kw_only=True):
    """One record: see `rights.vault.PersonalField`."""

    record_id: str
    subject: str
    field: str
    purpose: str
    until: date
    sealed: bytes
    wrapped: bytes
    sha256: str


class Stated(Protocol):
    """A look whose reasons have been stated and checked."""

    @property
    def actor(self) -> str:
        """Who looks."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def purpose(self) -> str:
        """Key of the purpose."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held for one purpose.

    Attributes:
        purpose: Its key.
        held: Records that can be opened.
        first: The earliest of their last days; None when there are none.
        last: The latest one.
        erased: Records whose key was destroyed.
    """

    purpose: str
    held: int
    first: date | None
    last: date | None
    erased: int


class PersonalFields:
    """The sealed personal fields of one store."""

    def __init__(self, database: Database, audit: Audit) -> None:
        """Work on this database, and write into this trail."""
        self._database = database
        self._audit = audit

    def put(self, rows: Iterable[PersonalRow], *, actor: str) -> int:
        """Keep new records, in the caller's transaction or alone; return how many."""
        number = 0
        with self._database.write() as connection:
            now = self._database.now()
            seq = next_number(connection, fields)
            for some in batches(rows):
                made = [
                    {name: getattr(row, name) for name in _MADE}
                    | {"seq": seq + place, "recorded_us": microseconds(now)}
                    for place, row in enumerate(some)
                ]
                connection.execute(insert(fields), made)
                for row in some:
                    detail = {
                        "sha256": row.sha256,
                        "about": row.subject,
                        "purpose": row.purpose,
                        "until": row.until.isoformat(),
                    }
                    self._note(now, actor, SEAL, row.record_id, detail)
                seq, number = seq + len(some), number + len(some)
        return number

    def current(self, field: str, subjects: Collection[str]) -> dict[str, PersonalRow]:
        """Return by its subject the newest record of each, where that one is not erased."""
        found: dict[str, PersonalRow] = {}
        with self._database.read() as connection:
            for some in batches(subjects):
                asked = (fields.c.field == field) & fields.c.subject.in_(some)
                newest = select(func.max(fields.c.seq)).where(asked).group_by(fields.c.subject)
                standing = select(fields).where(
                    fields.c.seq.in_(newest), fields.c.erased_us.is_(None)
                )
                found |= {row.subject: _row(row) for row in connection.execute(standing)}
        return found

    def records(self, known: KnownObjects | None = None) -> list[PersonalRow]:
        """Return the records that are not erased, the earliest last day first.

        Args:
            known: Leave out what is of an object that is not among these.
        """
        chosen = select(fields).where(fields.c.erased_us.is_(None), *_among(known))
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(fields.c.until, fields.c.seq)).all()
        return [_row(row) for row in rows]

    def note_look(self, row: PersonalRow, look: Stated, reasons: Mapping[str, str]) -> None:
        """Write a look at a record into the trail, before what it holds is shown."""
        detail = {"purpose": look.purpose, "about": row.subject, **reasons}
        self._note(look.at, look.actor, LOOK, row.record_id, detail)

    def note_use(
        self, purpose: str, reasons: Mapping[str, str], *, actor: str, records: int
    ) -> None:
        """Write into the trail that the program itself uses records, once a day for a purpose."""
        now = self._database.now()
        last = self._audit.last(USE)
        same = last is not None and last.event.subject == purpose and last.event.actor == actor
        if last is None or not same or _day(last.event.at) != _day(now):
            self._note(now, actor, USE, purpose, {"records": records, **reasons})

    def held(self, known: KnownObjects | None = None) -> list[Held]:
        """Return what is held and what was erased, by purpose.

        Args:
            known: Leave out what is of an object that is not among these.
        """
        stands = fields.c.erased_us.is_(None)
        counted = select(
            fields.c.purpose,
            func.count().filter(stands),
            func.min(fields.c.until).filter(stands),
            func.max(fields.c.until).filter(stands),
            func.count().filter(~stands),
        )
        told = counted.where(*_among(known)).group_by(fields.c.purpose)
        with self._database.read() as connection:
            rows = connection.execute(told.order_by(fields.c.purpose)).all()
        return [
            Held(purpose=row[0], held=row[1], first=row[2], last=row[3], erased=row[4])
            for row in rows
        ]

    def marks(self) -> dict[str, str]:
        """Return the marks that erased names have left, and the record of each.

        One that was lifted is none any more.
        """
        lifted = {entry.event.subject for entry in self._audit.every(LIFT)}
        return {
            str(entry.event.detail["mark"]): entry.event.subject
            for entry in self._audit.every(ERASE)
            if "mark" in entry.event.detail and entry.event.subject not in lifted
        }

    def lift(self, record_id: str, *, actor: str, reason: str) -> None:
        """Let a name come in again that was erased; who did, and why, is in the trail.

        Raises:
            NotFoundError: No erased name of this record is kept out.
        """
        with self._database.write():
            if record_id not in self.marks().values():
                raise NotFoundError(
                    f"no erased name of the record {record_id[:60]} is kept out",
                    hint="see: legation audit report erasures",
                )
            self._note(self._database.now(), actor, LIFT, record_id, {"reason": reason})

    def standing(self, holds: Callable[[str], bool]) -> dict[str, int]:
        """Return the columns of the store with texts that hold something, and in how many rows.

        Every text and all readable bytes of every table are looked at, so it takes as long as the
        store is large.
        """
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for table in metadata.sorted_tables:
                texts = [c for c in table.columns if isinstance(c.type, Text | LargeBinary)]
                rows = connection.execute(select(*texts)) if texts else ()
                for row in rows:
                    for column, value in zip(texts, row, strict=True):
                        if value and holds(_readable(value)):
                            place = f"{table.name}.{column.name}"
                            found[place] = found.get(place, 0) + 1
        return dict(sorted(found.items()))

    def erase(self, record_id: str, *, actor: str, reason: str, mark: str = "") -> None:
        """Destroy the key of one record, and its sealed bytes.

        Args:
            record_id: Which.
            actor: Who erases.
            reason: Why.
            mark: What the name leaves, so that it does not come in again; empty: nothing.

        Raises:
            NotFoundError: There is no such record.
            ConflictError: It is erased already.
        """
        with self._database.write() as connection:
            asked = select(fields.c.erased_us).where(fields.c.record_id == record_id)
            row = connection.execute(asked).one_or_none()
            if row is None:
                raise NotFoundError(
                    f"no record {record_id[:60]}", hint="run: legation rights list --records"
                )
            if row.erased_us is not None:
                raise ConflictError(
                    f"the record {record_id} is erased already", hint="nothing is left to do"
                )
            self._erase(fields.c.record_id == record_id, actor=actor, reason=reason, mark=mark)

    def erase_past(self, today: date) -> int:
        """Destroy the keys of all records whose last day has passed; return how many.

        Where there are none nothing is written, so it may be asked for often.
        """
        past = (fields.c.until < today) & fields.c.erased_us.is_(None)
        with self._database.read() as connection:
            if connection.execute(select(fields.c.seq).where(past).limit(1)).first() is None:
                return 0
        return self._erase(past, actor="store", reason="its retention has ended")

    def now(self) -> datetime:
        """Return the time by the store's clock."""
        return self._database.now()

    def forget(self, *, wait: bool = True) -> bool:
        """Rid the database's own log of what was erased; see `Database.forget`."""
        return self._database.forget(wait=wait)

    def verify(self, today: date) -> int:
        """Check that records are what the trail says, and that erased ones have no key left.

        Returns:
            The number of records, erased ones among them.

        Raises:
            VerificationError: They are not, or one that is past its day still has its key.
        """
        told = {entry.event.subject: entry.event.detail for entry in self._audit.every(SEAL)}
        gone = {entry.event.subject: entry.event.detail for entry in self._audit.every(ERASE)}
        with self._database.read() as connection:
            rows = connection.execute(select(fields).order_by(fields.c.seq)).all()
        for row in rows:
            _verify(row, told.pop(row.record_id, {}), gone.pop(row.record_id, None), today)
        if left := {*told, *gone}:
            raise _broken(min(left), "stands in the trail and not in the store")
        return len(rows)

    def _erase(self, which: ColumnElement[bool], *, actor: str, reason: str, mark: str = "") -> int:
        now = self._database.now()
        with self._database.write() as connection:
            rows = connection.execute(select(fields).where(which).order_by(fields.c.seq)).all()
            connection.execute(
                update(fields)
                .where(which)
                .values(sealed=b"", wrapped=b"", erased_us=microseconds(now))
            )
            for row in rows:
                detail = {"sha256": row.sha256, "purpose": row.purpose, "reason": reason}
                detail |= {"mark": mark} if mark else {}
                self._note(now, actor, ERASE, row.record_id, detail)
        return len(rows)

    def _note(
        self, at: datetime, actor: str, verb: str, subject: str, detail: dict[str, Any]
    ) -> None:
        self._audit.append(Event(at=at, actor=actor, verb=verb, subject=subject, detail=detail))


def _verify(
    row: Row[Any], told: Mapping[str, Any], gone: Mapping[str, Any] | None, today: date
) -> None:
    if told.get("sha256") != row.sha256 or told.get("until") != row.until.isoformat():
        raise _broken(row.record_id, "is not the one that the audit trail names")
    if row.erased_us is None:
        if gone is not None:
            raise _broken(row.record_id, "was erased by the audit trail and still has its key")
        if hashlib.sha256(row.sealed).hexdigest() != row.sha256 or not row.wrapped:
            raise _broken(row.record_id, "holds other bytes than were kept")
        if row.until < today:
            raise VerificationError(
                f"the personal record {row.record_id} is kept since {row.until} past its day",
                hint="run: legation watch --once",
            )
        return
    if row.wrapped or row.sealed:
        raise _broken(row.record_id, "is erased and still has a key or sealed bytes")
    if gone is None or gone.get("sha256") != row.sha256:
        raise _broken(row.record_id, "is erased and the audit trail does not say so")


def _broken(record_id: str, what: str) -> VerificationError:
    return VerificationError(f"the personal record {record_id} {what}", hint=_HINT)


def _row(row: Row[Any]) -> PersonalRow:
    return PersonalRow(**{name: getattr(row, name) for name in _MADE})


def _readable(value: str | bytes) -> str:
    """Return a cell as text; JSON writes letters beyond ASCII as they are."""
    return value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")


def _among(known: KnownObjects | None) -> tuple[ColumnElement[bool], ...]:
    return () if known is None else (known.among(fields.c.subject),)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
