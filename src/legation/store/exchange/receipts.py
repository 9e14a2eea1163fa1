"""Receipts: which version of which object a partner fetched, and when first."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select

from legation.store.database import Database
from legation.store.exchange.tables import share_receipts
from legation.store.numbering import batches
from legation.store.values import microseconds, moment


class Receipts:
    """All receipts."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, partner_id: str, added: Collection[int], at: datetime) -> None:
        """Note that a partner fetched versions; what is noted already stays as it is.

        Args:
            partner_id: Who fetched.
            added: By when each version was added to its collection.
            at: When.
        """
        table = share_receipts
        with self._database.write() as connection:
            for some in batches(sorted(set(added))):
                known = select(table.c.added_us).where(
                    table.c.added_us.in_(some), table.c.partner_id == partner_id
                )
                here = {row.added_us for row in connection.execute(known)}
                rows = [
                    {"added_us": one, "partner_id": partner_id, "at_us": microseconds(at)}
                    for one in some
                    if one not in here
                ]
                if rows:
                    connection.execute(insert(table), rows)

    def of(self, added: Collection[datetime]) -> dict[tuple[str, datetime], datetime]:
        """Return when partners first fetched versions, by partner and by when each was added."""
        table = share_receipts
        found: dict[tuple[str, datetime], datetime] = {}
        with self._database.read() as connection:
            for some in batches(sorted({microseconds(one) for one in added})):
                found |= {
                    (row.partner_id, moment(row.added_us)): moment(row.at_us)
                    for row in connection.execute(select(table).where(table.c.added_us.in_(some)))
                }
        return found
