"""Digests: a list that somebody wants to be told about, how often, and when not.

One is off until its person switches it on. What was counted last is kept as hashes: enough
to say how much is new, and no word of what it is.
"""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from legation.errors import NotFoundError
from legation.store.database import Database
from legation.store.duty_tables import digests as table
from legation.store.numbering import next_number
from legation.store.values import microseconds, moment, plain

Period = Literal["hour", "day", "week"]
_LONGEST_FAULT = 300


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """A list that somebody is told about.

    Attributes:
        address: Of the list with its filter: `/campaigns?grade=high`.
        period: At most one in each.
        quiet: Hours in which none is sent, such as `22:00-07:00`; empty for none.
        zone: Of these hours.
        kind: Of the channel.
        sends: Whether it is switched on.
        seen: Hashes of what the last one counted.
        sent: When the last one was asked for.
        fault: Why the list could not be counted.
    """

    digest_id: str
    person_id: str
    address: str
    period: Period
    quiet: str
    zone: str
    kind: str
    sends: bool
    seen: tuple[str, ...]
    created: datetime
    sent: datetime | None
    fault: str


class Digests:
    """The digests of one store."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(
        self, person_id: str, address: str, *, period: Period, quiet: str, zone: str, kind: str
    ) -> Digest:
        """Write down a digest, switched off."""
        digest_id = secrets.token_hex(5)
        with self._database.write() as connection:
            row = {
                "digest_id": digest_id,
                "seq": next_number(connection, table),
                "person_id": person_id,
                "address": plain(address),
                "period": period,
                "quiet": quiet,
                "zone": zone,
                "kind": kind,
                "sends": False,
                "seen": b"[]",
                "created_us": microseconds(self._database.now()),
                "fault": "",
            }
            connection.execute(insert(table), row)
            return self.get(digest_id)

    def get(self, digest_id: str, *, person_id: str | None = None) -> Digest:
        """Return a digest; with a person only one of theirs.

        Raises:
            NotFoundError: There is none of that id.
        """
        wanted = [table.c.digest_id == digest_id]
        if person_id is not None:
            wanted.append(table.c.person_id == person_id)
        with self._database.read() as connection:
            row = connection.execute(select(table).where(*wanted)).one_or_none()
        if row is None:
            raise NotFoundError(f"no digest {digest_id!r:.40}", hint="see your digests")
        return _digest(row)

    def find(self, *, person_id: str | None = None, sends: bool | None = None) -> list[Digest]:
        """Return digests in the order in which they were written down."""
        statement = select(table).order_by(table.c.seq)
        if person_id is not None:
            statement = statement.where(table.c.person_id == person_id)
        if sends is not None:
            statement = statement.where(table.c.sends.is_(sends))
        with self._database.read() as connection:
            return [_digest(row) for row in connection.execute(statement)]

    def switch(self, digest_id: str, *, sends: bool) -> None:
        """Switch a digest on or off."""
        self._change(digest_id, sends=sends)

    def remove(self, digest_id: str) -> None:
        """Remove a digest."""
        with self._database.write() as connection:
            connection.execute(delete(table).where(table.c.digest_id == digest_id))

    def note_sent(self, digest_id: str, seen: Collection[str]) -> None:
        """Note that a digest was asked to be sent, and what it counted."""
        now = microseconds(self._database.now())
        self._change(digest_id, sent_us=now, seen=msgspec.json.encode(sorted(seen)), fault="")

    def note_fault(self, digest_id: str, fault: str) -> None:
        """Note why a list could not be counted."""
        self._change(digest_id, fault=plain(fault)[:_LONGEST_FAULT])

    def _change(self, digest_id: str, **values: Any) -> None:
        with self._database.write() as connection:
            mine = update(table).where(table.c.digest_id == digest_id)
            connection.execute(mine.values(**values))


def _digest(row: Row[Any]) -> Digest:
    return Digest(
        digest_id=row.digest_id,
        person_id=row.person_id,
        address=row.address,
        period=row.period,
        quiet=row.quiet,
        zone=row.zone,
        kind=row.kind,
        sends=bool(row.sends),
        seen=tuple(msgspec.json.decode(row.seen, type=list[str])),
        created=moment(row.created_us),
        sent=None if row.sent_us is None else moment(row.sent_us),
        fault=row.fault,
    )
