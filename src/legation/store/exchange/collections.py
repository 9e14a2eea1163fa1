"""Collections: what they are called, who reaches them, and the objects in them.

A partner reaches what it was granted and learns of nothing else. All that one call adds or
deletes is one transaction: acknowledged means on disk.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from legation.errors import ConflictError, NotFoundError, UsageError
from legation.stix.received import Facts
from legation.store.database import Database
from legation.store.exchange.access import Collection
from legation.store.exchange.answered import note_answers
from legation.store.exchange.filing import (
    AFTER,
    Displaced,
    Filing,
    Outcome,
    settle_again,
)
from legation.store.exchange.quarantined import Held, hold
from legation.store.exchange.reading import Shelf, Wanted
from legation.store.exchange.tables import (
    exchange_secrets,
    taxii_collections,
    taxii_grants,
    taxii_statuses,
)
from legation.store.exchange.tombstones import bury, with_what_they_revoke
from legation.store.inserting import insert_rows
from legation.store.values import microseconds, plain

# It stands in addresses beside names that have a meaning there.
_ALIAS: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
# Long enough to ask again after a broken line; the objects say the rest (TAXII 2.1, section 4.3).
KEPT_STATUS: Final = timedelta(days=1)
# Not with each request: looking for what is too old would cost as much as keeping what is new.
_FORGETS_EVERY: Final = timedelta(minutes=1)


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """What one call adds to one collection.

    Attributes:
        number: Of the collection.
        partner_id: Who adds; empty for the house.
        items: Objects that are as the standard asks.
        held: Others, for the quarantine.
    """

    number: int
    partner_id: str
    items: tuple[tuple[Facts, bytes], ...]
    held: tuple[Held, ...] = ()


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request, as the one who made it may ask.

    Attributes:
        body: The status resource.
    """

    status_id: str
    partner_id: str
    root: str
    asked: datetime
    body: bytes


class Collections:
    """All collections."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database
        self._forgot = datetime.min.replace(tzinfo=UTC)

    def add(self, collection: Collection, now: datetime) -> int:
        """Make a collection; return its number.

        Raises:
            UsageError: Its alias cannot stand in an address.
            ConflictError: Its id or alias is taken.
        """
        if collection.alias and _ALIAS.fullmatch(collection.alias) is None:
            raise UsageError(
                f"{collection.alias!r:.80} is no alias",
                hint="give up to 61 of a-z, 0-9 and -, beginning with a letter or a digit",
            )
        row: dict[str, Any] = {
            "collection_id": collection.collection_id,
            "root": collection.root,
            "title": plain(collection.title),
            "description": plain(collection.description),
            "alias": collection.alias or collection.collection_id,
            "created_us": microseconds(now),
        }
        try:
            with self._database.write() as connection:
                greatest = connection.execute(_GREATEST).scalar()
                number = int(greatest or 0) + 1
                row["number"] = number
                connection.execute(insert(taxii_collections), row)
        except IntegrityError as taken:
            raise ConflictError(
                f"there is a collection {collection.title!r:.60} already",
                hint="see share collections",
            ) from taken
        return number

    def every(self) -> list[Collection]:
        """Return all collections that did not end, as the house reaches them."""
        table = taxii_collections
        statement = select(table).where(table.c.ended_us.is_(None)).order_by(table.c.number)
        with self._database.read() as connection:
            return [
                _collection(row, reads=True, writes=True) for row in connection.execute(statement)
            ]

    def get(self, name: str) -> Collection:
        """Return a collection by its id, its alias or its title.

        Raises:
            NotFoundError: There is none, or several have the title.
        """
        found = [one for one in self.every() if name in (one.collection_id, one.alias, one.title)]
        if len(found) != 1:
            raise NotFoundError(
                f"there is no one collection {name!r:.60}", hint="see share collections"
            )
        return found[0]

    def grant(
        self, partner_id: str, number: int, *, reads: bool, writes: bool, knows: bool = False
    ) -> None:
        """Let a partner reach a collection so, know of it alone, or not even that."""
        table = taxii_grants
        here = (table.c.partner_id == partner_id, table.c.number == number)
        with self._database.write() as connection:
            connection.execute(delete(table).where(*here))
            if reads or writes or knows:
                row = {"partner_id": partner_id, "number": number, "reads": reads, "writes": writes}
                connection.execute(insert(table), row)

    def granted(self, partner_id: str, root: str | None = None) -> list[Collection]:
        """Return what a partner reaches."""
        with self._database.read() as connection:
            rows = connection.execute(_granted(partner_id, root)).all()
        return [_collection(row, reads=row.reads, writes=row.writes) for row in rows]

    def end(self, number: int, at: datetime) -> None:
        """Close a collection; nobody reaches it any more."""
        statement = update(taxii_collections).where(taxii_collections.c.number == number)
        with self._database.write() as connection:
            connection.execute(statement.values(ended_us=microseconds(at)))

    def post(self, posting: Posting, now: datetime) -> list[Outcome]:
        """Add objects; those that contradict what is there go into quarantine."""
        return self.post_many([posting], now)[0]

    def post_many(
        self,
        postings: Sequence[Posting],
        now: datetime,
        told: Callable[[list[list[Outcome]]], Sequence[Status]] = lambda _: (),
    ) -> list[list[Outcome]]:
        """Add the objects of several calls in their order, all in one transaction.

        Args:
            postings: The calls.
            now: The time.
            told: Gives the statuses to be kept with what became of the objects.
        """
        outcomes: list[list[Outcome]] = [[] for _ in postings]
        with self._database.write() as connection:
            for (number, partner_id), places in _together(postings).items():
                filing = Filing(connection, number, partner_id, now)
                items = [item for place in places for item in postings[place].items]
                found = iter(filing.add(items))
                note_answers(connection, filing.filed)
                for place in places:
                    outcomes[place] = [next(found) for _ in postings[place].items]
                for place in places:
                    held = _held(postings[place], outcomes[place])
                    hold(connection, held, number, partner_id, now)
                for one in filing.displaced:
                    hold(connection, [_gone(one)], number, one.partner_id, now)
            self._keep(connection, told(outcomes))
        return outcomes

    def delete(
        self, number: int, object_id: str, wanted: Wanted, *, partner_id: str, now: datetime
    ) -> int:
        """Delete versions of an object; return how many there were.

        Where a partner deletes what took the object back, all of it goes.
        """
        with self._database.write() as connection:
            added = Shelf(connection, number).versions(object_id, wanted)
            if partner_id:
                added = with_what_they_revoke(connection, number, object_id, added)
            taken = bury(connection, added, partner_id=partner_id, now_us=microseconds(now))
            settle_again(connection, number, object_id, now)
        return taken

    @contextmanager
    def reading(self, number: int) -> Iterator[Shelf]:
        """Give a collection in one state of the store."""
        with self._database.read() as connection:
            yield Shelf(connection, number)

    def keep_statuses(self, statuses: Sequence[Status]) -> None:
        """Keep what became of requests for a while."""
        with self._database.write() as connection:
            self._keep(connection, statuses)

    def _keep(self, connection: Connection, statuses: Sequence[Status]) -> None:
        if not statuses:
            return
        latest = max(one.asked for one in statuses)
        if abs(latest - self._forgot) >= _FORGETS_EVERY:
            connection.execute(_FORGOTTEN, {"old": microseconds(latest - KEPT_STATUS)})
            self._forgot = latest
        rows = [
            (one.status_id, one.partner_id, one.root, microseconds(one.asked), one.body)
            for one in statuses
        ]
        insert_rows(connection, taxii_statuses, rows)

    def status(self, status_id: str, partner_id: str, root: str) -> bytes | None:
        """Return a status to whom it was given; None for all others."""
        table = taxii_statuses
        statement = select(table.c.body).where(
            table.c.status_id == status_id, table.c.partner_id == partner_id, table.c.root == root
        )
        with self._database.read() as connection:
            return connection.execute(statement).scalar()

    def secret(self, name: str, fresh: bytes) -> bytes:
        """Return the key of this name; the first who asks lays down a fresh one."""
        table = exchange_secrets
        statement = select(table.c.secret).where(table.c.name == name)
        with self._database.read() as connection:
            found = connection.execute(statement).scalar()
        if found is not None:
            return bytes(found)
        with self._database.write() as connection:
            found = connection.execute(statement).scalar()
            if found is None:
                connection.execute(insert(table), {"name": name, "secret": fresh})
        return fresh if found is None else bytes(found)


_GREATEST: Final = (
    select(taxii_collections.c.number).order_by(taxii_collections.c.number.desc()).limit(1)
)


_FORGOTTEN: Final = delete(taxii_statuses).where(
    taxii_statuses.c.asked_us < bindparam("old", type_=BigInteger)
)


def _together(postings: Sequence[Posting]) -> dict[tuple[int, str], list[int]]:
    """Return the places of postings by collection and partner."""
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, posting in enumerate(postings):
        places[posting.number, posting.partner_id].append(place)
    return places


def _held(posting: Posting, outcomes: Sequence[Outcome]) -> list[Held]:
    contradicting = (
        Held(
            object_id=facts.object_id,
            version_text=facts.version_text,
            kind="conflict",
            reason=outcome.reason,
            raw=raw,
        )
        for (facts, raw), outcome in zip(posting.items, outcomes, strict=True)
        if outcome.state == "conflict"
    )
    return [*posting.held, *contradicting]


def _gone(one: Displaced) -> Held:
    return Held(
        object_id=one.object_id,
        version_text=one.version_text,
        kind="conflict",
        reason=AFTER,
        raw=one.raw,
    )


def _granted(partner_id: str, root: str | None) -> Select[Any]:
    table, grants = taxii_collections, taxii_grants
    statement = (
        select(table, grants.c.reads, grants.c.writes)
        .join_from(grants, table, grants.c.number == table.c.number)
        .where(grants.c.partner_id == partner_id, table.c.ended_us.is_(None))
        .order_by(table.c.number)
    )
    return statement if root is None else statement.where(table.c.root == root)


def _collection(row: Row[Any], *, reads: bool, writes: bool) -> Collection:
    return Collection(
        number=row.number,
        collection_id=row.collection_id,
        root=row.root,
        title=row.title,
        description=row.description,
        alias="" if row.alias == row.collection_id else row.alias,
        reads=reads,
        writes=writes,
    )
