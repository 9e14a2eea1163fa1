"""The ledger: what was put where a partner reads it, by whose hand, when.

Entries are added and never changed. By it the desk knows who was sent an object, and which
version of a copy a partner has.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Row, and_, exists, func, insert, or_, select

from legation.store.database import Database
from legation.store.exchange.tables import share_ledger
from legation.store.knowing import Cleared, NeedToKnow
from legation.store.numbering import batches, next_number
from legation.store.tables import object_heads
from legation.store.values import microseconds, moment, plain

_MOST: Final = 10_000
_STRICTEST: Final = 4


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one object that was sent.

    Attributes:
        object_id: Its id on our side.
        modified: The version that was read for it; empty where there are none.
        sent_id: Its id on the partner's side.
        sent_modified: Its version there.
        sha256: Of the value that left, `modified` aside.
        raw_sha256: Of the exact bytes.
        added: When it was added to the collection from which the partner reads.
        outcome: Sent as it is, redacted, recalled, or deleted.
        channel: How it went: taxii, file.
        tlp: Level of what was sent, from 0 for TLP:CLEAR to 4 for TLP:RED.
        seq: Its number in the ledger; 0 before it stands there.
    """

    partner_id: str
    object_id: str
    modified: str
    sent_id: str
    sent_modified: str
    sha256: str
    raw_sha256: bytes
    added: datetime
    outcome: str
    channel: str = "taxii"
    tlp: int = _STRICTEST
    actor: str
    at: datetime
    seq: int = 0


class Ledger:
    """All that was sent."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, sendings: Sequence[Sending]) -> None:
        """Write entries."""
        if not sendings:
            return
        with self._database.write() as connection:
            first = next_number(connection, share_ledger)
            rows = [_row(one) | {"seq": first + at} for at, one in enumerate(sendings)]
            connection.execute(insert(share_ledger), rows)

    def newest(self, partner_id: str) -> dict[str, Sending]:
        """Return the last that a partner was sent of each object, by its id on their side."""
        table = share_ledger
        last = (
            select(func.max(table.c.seq))
            .where(table.c.partner_id == partner_id)
            .group_by(table.c.sent_id)
        )
        statement = select(table).where(table.c.seq.in_(last)).order_by(table.c.seq)
        with self._database.read() as connection:
            return {row.sent_id: _sending(row) for row in connection.execute(statement)}

    def versions_of(
        self, partner_id: str, sent_ids: Iterable[str]
    ) -> dict[tuple[str, str], set[bytes]]:
        """Return which versions of objects a partner was sent, with the hashes of their bytes.

        Args:
            partner_id: The partner.
            sent_ids: Ids of the objects on its side.

        Returns:
            By id and version as the object writes it.
        """
        table = share_ledger
        found: dict[tuple[str, str], set[bytes]] = defaultdict(set)
        with self._database.read() as connection:
            for some in batches(set(sent_ids)):
                statement = select(
                    table.c.sent_id, table.c.sent_modified, table.c.raw_sha256
                ).where(table.c.partner_id == partner_id, table.c.sent_id.in_(some))
                for row in connection.execute(statement):
                    found[row.sent_id, row.sent_modified].add(row.raw_sha256)
        return found

    def find(
        self,
        *,
        partner_id: str | None = None,
        object_id: str | None = None,
        reader: Cleared | None = None,
        behind: int | None = None,
        oldest_first: bool = False,
        limit: int = _MOST,
    ) -> list[Sending]:
        """Return entries, the newest first unless it is said otherwise.

        Args:
            partner_id: Only what this partner was sent.
            object_id: Only this object, by its id on either side.
            reader: Only of objects that whoever holds this may know; of what stands in no
                register, such as an answer, by the level under which it was sent. None: of all.
            behind: Only those that come behind the one of this number.
            oldest_first: In the order in which they were written.
            limit: How many at most.
        """
        statement = select(share_ledger)
        if partner_id is not None:
            statement = statement.where(share_ledger.c.partner_id == partner_id)
        if object_id is not None:
            either = (share_ledger.c.object_id, share_ledger.c.sent_id)
            statement = statement.where(or_(*(one == object_id for one in either)))
        if reader is not None:
            statement = statement.where(_may_know(reader))
        seq = share_ledger.c.seq
        if behind is not None:
            statement = statement.where(seq > behind if oldest_first else seq < behind)
        statement = statement.order_by(seq if oldest_first else seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [_sending(row) for row in connection.execute(statement)]


def _may_know(reader: Cleared) -> ColumnElement[bool]:
    ledger = share_ledger.c
    registered = exists(select(1).where(object_heads.c.object_id == ledger.object_id))
    return or_(
        NeedToKnow(reader).may_be_told(ledger.object_id),
        and_(~registered, ledger.tlp <= int(reader.tlp)),
    )


def _row(one: Sending) -> dict[str, Any]:
    return {
        "partner_id": one.partner_id,
        "object_id": one.object_id,
        "modified": one.modified,
        "sent_id": one.sent_id,
        "sent_modified": one.sent_modified,
        "sha256": one.sha256,
        "raw_sha256": one.raw_sha256,
        "added_us": microseconds(one.added),
        "outcome": one.outcome,
        "channel": one.channel,
        "tlp": one.tlp,
        "actor": plain(one.actor),
        "at_us": microseconds(one.at),
    }


def _sending(row: Row[Any]) -> Sending:
    return Sending(
        partner_id=row.partner_id,
        object_id=row.object_id,
        modified=row.modified,
        sent_id=row.sent_id,
        sent_modified=row.sent_modified,
        sha256=row.sha256,
        raw_sha256=row.raw_sha256,
        added=moment(row.added_us),
        outcome=row.outcome,
        channel=row.channel,
        tlp=row.tlp,
        actor=row.actor,
        at=moment(row.at_us),
        seq=row.seq,
    )
