"""Feeds: collections of partners' servers that the desk pulls, and how far each was taken over."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.exchange.tables import share_feeds
from legation.store.numbering import next_number
from legation.store.values import microseconds, moment, plain


class KeptFeed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed.

    Attributes:
        name: As people of the house call it.
        partner_id: Whose it is; what it brings goes into the collection for what they send.
        address: Of the API root.
        collection: Id or alias of the collection there.
        access: How to get in, as JSON: names of files, never what stands in them.
        state: How far it was taken over, as the source writes it; empty: not yet.
    """

    name: str
    partner_id: str
    address: str
    collection: str
    access: bytes = b"{}"
    state: bytes = b""
    created: datetime
    ended: datetime | None = None


class Feeds:
    """All feeds."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, feed: KeptFeed) -> None:
        """Keep a new feed; the name of one that ended is taken up anew, from the beginning.

        Raises:
            ConflictError: Another that did not end has its name.
        """
        row = {
            "name": plain(feed.name),
            "partner_id": feed.partner_id,
            "address": plain(feed.address),
            "collection": plain(feed.collection),
            "access": feed.access,
            "state": feed.state,
            "created_us": microseconds(feed.created),
            "ended_us": None,
        }
        ended = (share_feeds.c.name == row["name"]) & share_feeds.c.ended_us.is_not(None)
        try:
            with self._database.write() as connection:
                row["seq"] = next_number(connection, share_feeds)
                again = connection.execute(update(share_feeds).where(ended).values(**row))
                if again.rowcount == 0:
                    connection.execute(insert(share_feeds), row)
        except IntegrityError as taken:
            raise ConflictError(
                f"there is a feed {feed.name!r:.60} already", hint="see share feed list"
            ) from taken

    def every(self) -> list[KeptFeed]:
        """Return the feeds that did not end, in the order in which they came."""
        with self._database.read() as connection:
            return [_feed(row) for row in connection.execute(_OPEN)]

    def get(self, name: str) -> KeptFeed:
        """Return a feed that did not end, by its name.

        Raises:
            NotFoundError: There is none.
        """
        statement = _OPEN.where(share_feeds.c.name == plain(name))
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFoundError(f"there is no feed {name!r:.60}", hint="see share feed list")
        return _feed(row)

    def keep_state(self, name: str, state: bytes) -> None:
        """Keep how far a feed was taken over."""
        self._set(name, state=state)

    def end(self, name: str, at: datetime) -> None:
        """Pull a feed no more; what it brought stays."""
        self._set(name, ended_us=microseconds(at))

    def _set(self, name: str, **values: Any) -> None:
        statement = update(share_feeds).where(share_feeds.c.name == plain(name))
        with self._database.write() as connection:
            connection.execute(statement.values(**values))


_OPEN: Final = (
    select(share_feeds).where(share_feeds.c.ended_us.is_(None)).order_by(share_feeds.c.seq)
)


def _feed(row: Row[Any]) -> KeptFeed:
    return KeptFeed(
        name=row.name,
        partner_id=row.partner_id,
        address=row.address,
        collection=row.collection,
        access=row.access,
        state=row.state,
        created=moment(row.created_us),
        ended=None if row.ended_us is None else moment(row.ended_us),
    )
