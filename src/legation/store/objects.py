"""The register of STIX objects: every version ever taken in, each with when it was.

An object is put as bytes and given back as the same bytes. Nothing is changed or deleted;
`as_of` asks what the store believed at an instant, `in_force` which version was valid by
its own `modified`. Lists come in pages by number, so that nothing is missed or repeated
while others write.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import FromClause, Row, Select, func, or_, select

from legation.errors import NotFoundError, UsageError, VerificationError
from legation.store.cards import MARKINGS, read_card
from legation.store.database import Database
from legation.store.selection import Condition, believed, chosen, having, marked, pointing
from legation.store.tables import object_references as references
from legation.store.tables import object_versions as versions
from legation.store.values import moment
from legation.store.writing import Filing, Receipt, batches

_LONGEST_PAGE = 10_000


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an object.

    Attributes:
        seq: Its number in the store, growing with arrival.
        modified: Sortable instant of `modified`; empty for an observable or a marking.
        recorded: When the store took it in; no two versions share a time.
        content_sha256: Of the value, however it is written.
        raw: The bytes as they came in.
    """

    seq: int
    object_id: str
    object_type: str
    modified: str
    revoked: bool
    recorded: datetime
    content_sha256: str
    raw: bytes

    def value(self) -> dict[str, Any]:
        """Decode the object."""
        return msgspec.json.decode(self.raw, type=dict[str, Any])


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some versions in order, and the number to go on `after`; None at the end."""

    items: tuple[Version, ...]
    next: int | None


class Objects:
    """Append-only versions of STIX objects."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def put(self, raw: bytes) -> Receipt:
        """Take in one object; see `put_many`."""
        return self.put_many([raw])[0]

    def put_many(self, raws: Iterable[bytes]) -> list[Receipt]:
        """Take in objects in their order, all or none.

        What is stored already is known again and not written twice. An older version
        that arrives late is kept as history.

        Raises:
            BadInputError: The bytes are not one STIX object each.
            ConflictError: A version is stored with other content, has another creator,
                follows a revocation, or is modified in the future.
        """
        cards = [read_card(raw) for raw in raws]
        with self._database.write() as connection:
            ids = {card.object_id for card in cards}
            return Filing(connection, ids, self._database.now()).file(cards)

    def get(
        self, object_id: str, *, as_of: datetime | None = None, in_force: datetime | None = None
    ) -> Version:
        """Return the version of an object that holds.

        Args:
            object_id: Its STIX id.
            as_of: Hold by what the store knew at this time.
            in_force: Hold among versions not `modified` after this time.

        Raises:
            NotFoundError: The store has, or had, no such object.
        """
        source = believed(as_of, in_force, object_id)
        with self._database.read() as connection:
            row = connection.execute(chosen(source, source.c.object_id == object_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"no object {object_id:.90}", hint="check the id, and the time")
        return _version(row)

    def get_many(self, ids: Iterable[str], *, as_of: datetime | None = None) -> dict[str, Version]:
        """Return the versions that hold, by id; unknown ids are left out."""
        source = believed(as_of)
        found: dict[str, Version] = {}
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                rows = connection.execute(chosen(source, source.c.object_id.in_(some)))
                found |= {row.object_id: _version(row) for row in rows}
        return found

    def history(self, object_id: str) -> list[Version]:
        """Return all versions of an object, by `modified`, then by arrival."""
        statement = select(versions).where(versions.c.object_id == object_id)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(versions.c.modified, versions.c.seq))
            return [_version(row) for row in rows]

    def find(
        self,
        object_type: str | None = None,
        *,
        where: Mapping[str, str] | None = None,
        marking: str | None = None,
        refers_to: str | None = None,
        revoked: bool | None = None,
        as_of: datetime | None = None,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> Page:
        """Return a page of objects, each in the version that holds.

        Args:
            object_type: Only this STIX type.
            where: Indexed properties (`cards.INDEXED`) and the value each must have.
            marking: Only objects that carry this marking, as a whole or in a part.
            refers_to: Only objects that point to this id.
            revoked: Only revoked ones, or only others; None for both.
            as_of: What the store believed at this time.
            after: `next` of the page before.
            limit: Length of the page.
            newest_first: Order of arrival of the version, turned round.
        """
        source = believed(as_of)
        conditions = having(source, where or {})
        if object_type is not None:
            conditions.append(source.c.object_type == object_type)
        if marking is not None:
            conditions.append(marked(source, marking))
        if refers_to is not None:
            conditions.append(pointing(source, refers_to))
        if revoked is not None:
            conditions.append(source.c.revoked == revoked)
        return self._page(source, conditions, after, limit=limit, newest_first=newest_first)

    def relations(
        self,
        object_id: str,
        *,
        relationship_type: str | None = None,
        as_of: datetime | None = None,
        after: int | None = None,
        limit: int = 100,
    ) -> Page:
        """Return the relationships that start or end at an object."""
        source = believed(as_of)
        ends = or_(
            pointing(source, object_id, "source_ref"), pointing(source, object_id, "target_ref")
        )
        kind = {} if relationship_type is None else {"relationship_type": relationship_type}
        conditions = [source.c.object_type == "relationship", ends, *having(source, kind)]
        return self._page(source, conditions, after, limit=limit)

    def counts(self, *, as_of: datetime | None = None) -> dict[str, int]:
        """Return how many objects there are of each type."""
        source = believed(as_of)
        statement = select(source.c.object_type, func.count()).group_by(source.c.object_type)
        return self._counted(statement)

    def counts_by_marking(self, *, as_of: datetime | None = None) -> dict[str, int]:
        """Return how many objects carry each marking, as a whole or in a part."""
        source = believed(as_of)
        statement = (
            select(references.c.target_id, func.count(references.c.seq.distinct()))
            .join(source, source.c.seq == references.c.seq)
            .where(references.c.property.in_(MARKINGS))
            .group_by(references.c.target_id)
        )
        return self._counted(statement)

    def verify(self) -> int:
        """Check the bytes of every version against their hash.

        Returns:
            The number of versions.

        Raises:
            VerificationError: A version is not what was taken in; the first one is named.
        """
        checked, last = 0, 0
        with self._database.read() as connection:
            while rows := connection.execute(
                select(versions).where(versions.c.seq > last).order_by(versions.c.seq).limit(1000)
            ).all():
                for row in rows:
                    _check(row)
                checked, last = checked + len(rows), rows[-1].seq
        return checked

    def _counted(self, statement: Select[str, int]) -> dict[str, int]:
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def _page(
        self,
        source: FromClause,
        conditions: list[Condition],
        after: int | None,
        *,
        limit: int,
        newest_first: bool = False,
    ) -> Page:
        if not 1 <= limit <= _LONGEST_PAGE:
            raise UsageError(
                f"a page cannot have {limit} rows", hint=f"ask for 1 to {_LONGEST_PAGE}"
            )
        seq = source.c.seq
        if after is not None:
            conditions = [*conditions, seq < after if newest_first else seq > after]
        statement = chosen(source, *conditions).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(
                statement.order_by(seq.desc() if newest_first else seq.asc())
            ).all()
        items = tuple(_version(row) for row in rows[:limit])
        return Page(items=items, next=items[-1].seq if len(rows) > limit else None)


def _version(row: Row[Any]) -> Version:
    return Version(
        seq=row.seq,
        object_id=row.object_id,
        object_type=row.object_type,
        modified=row.modified,
        revoked=row.revoked,
        recorded=moment(row.recorded_us),
        content_sha256=row.content_sha256,
        raw=row.raw,
    )


def _check(row: Row[Any]) -> None:
    card = read_card(row.raw)
    filed = (row.object_id, row.version, row.revoked, row.content_sha256, row.raw_sha256)
    if filed != (
        card.object_id,
        card.version,
        card.revoked,
        card.content_sha256,
        card.raw_sha256,
    ):
        raise VerificationError(
            f"version {row.seq} of {row.object_id} is not what was taken in",
            hint="restore the store from a backup",
        )
