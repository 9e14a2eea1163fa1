"""The audit trail: who did what to what, each entry bound to all before it.

An entry's hash is SHA-256 over a label, the hash before and the entry's exact bytes, so a
change, a removal or another order breaks the chain at that place. Cutting off the end
leaves a sound shorter chain: it shows against a head kept elsewhere (`head`, printed or
sent out each day). An entry is appended in the transaction of the act it records.
It says ids and verbs, never the contents of correspondence.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, or_, select

from legation.errors import BadInputError, VerificationError
from legation.store.database import Database
from legation.store.numbering import MANY, batches
from legation.store.tables import audit_entries as entries
from legation.store.values import microseconds, moment, plain

_LABEL = b"legation-audit-1\n"
_START = bytes(32)
_AT_ONCE = 1000


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One act.

    Attributes:
        at: When.
        actor: Who: a user, or the program's own part.
        verb: What was done, as on the command line: `campaign.export`.
        subject: Id of what it was done to.
        detail: Further facts, as JSON values.
    """

    at: datetime
    actor: str
    verb: str
    subject: str
    detail: dict[str, Any] = {}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its place in the chain; `hash` in hexadecimal."""

    seq: int
    event: Event
    hash: str


class AuditHead(msgspec.Struct, frozen=True, kw_only=True):
    """The end of the chain at some time, to be kept outside the store."""

    seq: int
    hash: str

    def text(self) -> str:
        """Write the head as one line.

        >>> AuditHead(seq=1, hash="ab" * 32).text()[:24]
        'legation-audit-1 1 ababa'
        """
        return f"legation-audit-1 {self.seq} {self.hash}"


class AuditState(msgspec.Struct, frozen=True, kw_only=True):
    """What a successful check has seen."""

    entries: int
    head: AuditHead


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the trail; all of it must fit.

    Attributes:
        verbs: One of these; one that ends in a dot stands for all that begin so. Empty: any.
        actors: One of these; None: anybody.
        since: Not before.
        until: Before.
        before: A smaller number.
        after: A greater number.
        limit: How many at most.
        up: The oldest first.
    """

    verbs: tuple[str, ...] = ()
    actors: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int = 0
    limit: int = 100
    up: bool = False

    def conditions(self) -> Iterator[Any]:
        """Yield what must hold of an entry's row."""
        yield entries.c.seq > self.after
        if self.before is not None:
            yield entries.c.seq < self.before
        if self.since is not None:
            yield entries.c.at_us >= microseconds(self.since)
        if self.until is not None:
            yield entries.c.at_us < microseconds(self.until)
        if self.actors is not None:
            yield entries.c.actor.in_(map(plain, self.actors))
        if self.verbs:
            whole = [verb for verb in self.verbs if not verb.endswith(".")]
            begun = [verb for verb in self.verbs if verb.endswith(".")]
            yield or_(
                entries.c.verb.in_(whole),
                *(entries.c.verb.startswith(verb, autoescape=True) for verb in begun),
            )


class _Body(msgspec.Struct, frozen=True, array_like=True):
    """The hashed facts, in this order."""

    seq: int
    at_us: int
    actor: str
    verb: str
    subject: str
    detail: dict[str, Any]


def read_head(text: str) -> AuditHead:
    """Read a head that `AuditHead.text` wrote.

    Raises:
        BadInputError: The line is something else.
    """
    match text.split():
        case ["legation-audit-1", seq, digest] if (
            seq.isdecimal() and len(digest) == len(_START) * 2
        ):
            return AuditHead(seq=int(seq), hash=digest.lower())
        case _:
            raise BadInputError(
                "this is no head of an audit trail",
                place="",
                hint="give the line as it was printed",
            )


class Audit:
    """The hash-chained audit trail."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def append(self, event: Event) -> Entry:
        """Add an event at the end of the chain, in the transaction that is open.

        Raises:
            VerificationError: The entry is not there afterwards: something swallows entries.
        """
        with self._database.write() as connection:
            last = _last(connection)
            body = _Body(
                seq=last.seq + 1,
                at_us=microseconds(event.at),
                actor=plain(event.actor),
                verb=plain(event.verb),
                subject=plain(event.subject),
                detail=event.detail,
            )
            written = msgspec.json.encode(body)
            digest = _hash(bytes.fromhex(last.hash), written)
            row = {name: getattr(body, name) for name in _Body.__struct_fields__[:-1]}
            connection.execute(insert(entries), {**row, "body": written, "hash": digest})
            if _last(connection) != AuditHead(seq=body.seq, hash=digest.hex()):
                raise _broken(body.seq, "was written and is not there")
            return _entry(body, digest, body.seq)

    def head(self) -> AuditHead:
        """Return the end of the chain; number 0 when it is empty."""
        with self._database.read() as connection:
            return _last(connection)

    def entries(
        self,
        *,
        verb: str | None = None,
        subject: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Entry]:
        """Return entries after a number, in order."""
        statement = select(entries).where(entries.c.seq > after)
        if verb is not None:
            statement = statement.where(entries.c.verb == verb)
        if subject is not None:
            statement = statement.where(entries.c.subject == subject)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(entries.c.seq).limit(limit))
            return [_placed(row) for row in rows]

    def search(self, query: "AuditQuery") -> list[Entry]:
        """Return the entries that are asked for, the newest first; `up` turns the order."""
        statement = select(entries).where(*query.conditions())
        ordered = entries.c.seq.asc() if query.up else entries.c.seq.desc()
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(ordered).limit(query.limit))
            return [_placed(row) for row in rows]

    def newest(self, verb: str, subjects: Iterable[str], limit: int) -> tuple[int, list[Entry]]:
        """Return how many entries of a verb these subjects have, and the newest, newest first."""
        number, found = 0, list[Entry]()
        with self._database.read() as connection:
            for some in batches(subjects, MANY):
                fits = (entries.c.verb == verb) & entries.c.subject.in_(some)
                counted = select(func.count()).select_from(entries).where(fits)
                number += connection.execute(counted).scalar_one()
                latest = select(entries).where(fits).order_by(entries.c.seq.desc()).limit(limit)
                found += [_placed(row) for row in connection.execute(latest)]
        return number, sorted(found, key=lambda entry: -entry.seq)[:limit]

    def last(self, verb: str) -> Entry | None:
        """Return the newest entry of a verb; None when there is none."""
        newest = select(entries).where(entries.c.verb == verb).order_by(entries.c.seq.desc())
        with self._database.read() as connection:
            row = connection.execute(newest.limit(1)).one_or_none()
        return None if row is None else _placed(row)

    def has(self, head: AuditHead) -> bool:
        """Tell whether the chain passes through this head."""
        statement = select(entries.c.hash).where(entries.c.seq == head.seq)
        with self._database.read() as connection:
            found = connection.execute(statement).scalar_one_or_none()
        return found is not None and found.hex() == head.hash

    def every(self, verb: str) -> Iterator[Entry]:
        """Yield all entries of a verb, in order."""
        after = 0
        while some := self.entries(verb=verb, after=after, limit=_AT_ONCE):
            yield from some
            after = some[-1].seq

    def verify(self, *heads: AuditHead) -> AuditState:
        """Check the whole chain.

        Args:
            heads: Ends of the chain kept elsewhere; each must still be in it.

        Raises:
            VerificationError: The chain does not hold; the first bad entry is named.
        """
        kept: dict[int, set[str]] = {}
        for head in heads:
            if head.seq:
                kept.setdefault(head.seq, set()).add(head.hash)
        seq, digest = 0, _START
        with self._database.read() as connection:
            for row in _rows(connection):
                _check(row, seq + 1, digest)
                seq, digest = row.seq, row.hash
                if kept.pop(seq, {digest.hex()}) != {digest.hex()}:
                    raise _broken(seq, "is not the one that was kept as the chain's end")
        if kept:
            raise _broken(seq + 1, f"and all up to entry {max(kept)} have been cut off")
        return AuditState(entries=seq, head=AuditHead(seq=seq, hash=digest.hex()))


def _hash(previous: bytes, body: bytes) -> bytes:
    return hashlib.sha256(_LABEL + previous + body).digest()


def _last(connection: Connection) -> AuditHead:
    newest = select(entries.c.seq, entries.c.hash).order_by(entries.c.seq.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        return AuditHead(seq=0, hash=_START.hex())
    return AuditHead(seq=row.seq, hash=row.hash.hex())


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    after: int | None = None
    while True:
        statement = select(entries).order_by(entries.c.seq).limit(_AT_ONCE)
        if after is not None:
            statement = statement.where(entries.c.seq > after)
        rows = connection.execute(statement).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].seq


def _check(row: Row[Any], expected: int, previous: bytes) -> None:
    if row.seq != expected:
        raise _broken(expected, f"is missing; entry {row.seq} follows the one before")
    if _hash(previous, row.body) != row.hash:
        raise _broken(expected, "does not follow from the entry before it")
    body = _decoded(row)
    if any(getattr(body, name) != getattr(row, name) for name in _Body.__struct_fields__[:-1]):
        raise _broken(expected, "is listed with other facts than were hashed")


def _decoded(row: Row[Any]) -> _Body:
    try:
        return msgspec.json.decode(row.body, type=_Body)
    except msgspec.DecodeError as bad:
        raise _broken(row.seq, "cannot be read") from bad


def _placed(row: Row[Any]) -> Entry:
    """Return an entry under the number it is filed under: who pages by it always gets on."""
    return _entry(_decoded(row), row.hash, row.seq)


def _entry(body: _Body, digest: bytes, seq: int) -> Entry:
    event = Event(
        at=moment(body.at_us),
        actor=body.actor,
        verb=body.verb,
        subject=body.subject,
        detail=body.detail,
    )
    return Entry(seq=seq, event=event, hash=digest.hex())


def _broken(seq: int, what: str) -> VerificationError:
    return VerificationError(
        f"the audit trail does not hold: entry {seq} {what}",
        hint="keep this store as evidence, and compare it with the last backup",
    )
