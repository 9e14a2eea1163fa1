"""Quarantine: what came and was not taken in, kept as it came, with the reason.

Nothing of a partner is lost because it was wrong: who asks why an object is missing finds it
here with what was held against it. The same bytes that come again stand here once.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Row, insert, select

from legation.errors import NotFoundError
from legation.store.database import Database
from legation.store.exchange.tables import quarantine
from legation.store.numbering import batches, next_number
from legation.store.values import microseconds, moment, plain

_LONGEST: Final = 300


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An object that is to be kept aside.

    Attributes:
        kind: Not as the standard asks, or in contradiction to what is there.
        reason: What is held against it.
        raw: Its bytes as they came.
    """

    object_id: str
    version_text: str = ""
    kind: Literal["invalid", "conflict"]
    reason: str
    raw: bytes


class Quarantined(Held, frozen=True, kw_only=True):
    """An object that is kept aside.

    Attributes:
        seq: Its number here.
        number: Of the collection that it was for.
        partner_id: Who sent it; empty for the house.
        came: When it first came.
    """

    seq: int
    number: int
    partner_id: str
    came: datetime


class Quarantine:
    """All that was kept aside."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def find(
        self,
        *,
        partner_id: str | None = None,
        kind: str = "",
        after: int = 0,
        newest: bool = False,
        limit: int = 100,
    ) -> list[Quarantined]:
        """Return a page of it, in order of arrival.

        Args:
            partner_id: Only what this partner sent.
            kind: Only of this kind; empty: of both.
            after: Number of the last one of the page before; 0: the first page.
            newest: Whether the last that came is the first.
            limit: Length of the page.
        """
        statement = select(quarantine)
        if after:
            on = quarantine.c.seq < after if newest else quarantine.c.seq > after
            statement = statement.where(on)
        if partner_id is not None:
            statement = statement.where(quarantine.c.partner_id == partner_id)
        if kind:
            statement = statement.where(quarantine.c.kind == kind)
        order = quarantine.c.seq.desc() if newest else quarantine.c.seq
        statement = statement.order_by(order).limit(limit)
        with self._database.read() as connection:
            return [_held(row) for row in connection.execute(statement)]

    def get(self, seq: int) -> Quarantined:
        """Return one by its number.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.read() as connection:
            row = connection.execute(select(quarantine).where(quarantine.c.seq == seq)).first()
        if row is None:
            raise NotFoundError(
                f"nothing in quarantine has the number {seq}", hint="see share quarantine list"
            )
        return _held(row)


def hold(
    connection: Connection, held: Sequence[Held], number: int, partner_id: str, now: datetime
) -> None:
    """Keep objects aside, in a write transaction; what is there already stays as it is."""
    if not held:
        return
    by_hash = {(sha256(one.raw).digest(), one.kind): one for one in reversed(held)}
    here = (quarantine.c.partner_id == partner_id, quarantine.c.number == number)
    for some in batches({digest for digest, _ in by_hash}):
        same = select(quarantine.c.raw_sha256, quarantine.c.kind).where(
            *here, quarantine.c.raw_sha256.in_(some)
        )
        for row in connection.execute(same):
            by_hash.pop((row.raw_sha256, row.kind), None)
    if not by_hash:
        return
    first = next_number(connection, quarantine)
    rows = [
        {
            "seq": first + at,
            "raw_sha256": digest,
            "number": number,
            "partner_id": partner_id,
            "object_id": plain(one.object_id)[:_LONGEST],
            "version_text": plain(one.version_text)[:_LONGEST],
            "kind": kind,
            "reason": plain(one.reason)[:_LONGEST],
            "came_us": microseconds(now),
            "raw": one.raw,
        }
        for at, ((digest, kind), one) in enumerate(reversed(by_hash.items()))
    ]
    connection.execute(insert(quarantine), rows)


def _held(row: Row[Any]) -> Quarantined:
    return Quarantined(
        seq=row.seq,
        number=row.number,
        partner_id=row.partner_id,
        object_id=row.object_id,
        version_text=row.version_text,
        kind=row.kind,
        reason=row.reason,
        came=moment(row.came_us),
        raw=row.raw,
    )
