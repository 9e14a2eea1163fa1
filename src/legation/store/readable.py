"""Reading the register: the same questions, over all objects or over those of one reader.

`Readable` asks; `KnownObjects` adds to each question that the answer may be known. It has
no question of its own without that. What a reader may not know is not listed, counted or named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
)

from legation.errors import NotFoundError, UsageError
from legation.store.cards import MARKINGS
from legation.store.database import Database
from legation.store.knowing import Cleared, NeedToKnow
from legation.store.list_tables import object_marks as marks
from legation.store.numbering import batches
from legation.store.selection import (
    Condition,
    believed,
    chosen,
    having,
    marked,
    pointing,
    with_past,
)
from legation.store.tables import object_heads as heads
from legation.store.tables import object_label_heads as label_heads
from legation.store.tables import object_properties as properties
from legation.store.tables import object_references as references
from legation.store.tables import object_versions as versions
from legation.store.values import indexed, moment
from legation.store.versions import Page, Stand, Version
from legation.store.withheld import without

_LONGEST_PAGE = 10_000


class Readable:
    """Questions to the register."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

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
            found = chosen(source, source.c.object_id == object_id, *self._admitted(source))
            rows = self._shown(connection, connection.execute(found).all())
        if not rows:
            raise NotFoundError(f"no object {object_id:.90}", hint="check the id, and the time")
        return rows[0]

    def get_many(self, ids: Iterable[str], *, as_of: datetime | None = None) -> dict[str, Version]:
        """Return the versions that hold, by id; unknown ids are left out."""
        source = believed(as_of)
        found: dict[str, Version] = {}
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                rows = connection.execute(
                    chosen(source, source.c.object_id.in_(some), *self._admitted(source))
                )
                found |= {each.object_id: each for each in self._shown(connection, rows.all())}
        return found

    def history(self, object_id: str) -> list[Version]:
        """Return all versions of an object, by `modified`, then by arrival."""
        statement = select(versions).where(
            versions.c.object_id == object_id, *self._admitted(versions)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(versions.c.modified, versions.c.seq))
            return self._shown(connection, rows.all())

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
            conditions += [marked(source, marking), *self._named(literal(marking))]
        if refers_to is not None:
            conditions += [pointing(source, refers_to), *self._named(literal(refers_to))]
        if revoked is not None:
            conditions.append(source.c.revoked == revoked)
        return self._page(source, conditions, after, limit=limit, newest_first=newest_first)

    def pointing_to(self, ids: Iterable[str], name: str) -> list[Version]:
        """Return the objects that point to any of these by one property, in order of arrival.

        Args:
            ids: Which.
            name: The property, as it is indexed.
        """
        found: list[Version] = []
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                named = select(references.c.seq).where(
                    references.c.target_id.in_(some), references.c.property == indexed(name)
                )
                asked = chosen(heads, heads.c.seq.in_(named), *self._admitted(heads))
                rows = connection.execute(asked.order_by(heads.c.seq)).all()
                found += self._shown(connection, rows)
        return found

    def registered(
        self, registers: Sequence[str], *, as_of: datetime | None = None
    ) -> list[Version]:
        """Return all rows of some registers in one question, as they are kept.

        Whoever shows one whole asks `get`: ids that a reader may not know still stand in these.

        Args:
            registers: Values of the indexed property `register` (`cards.REGISTER`).
            as_of: What the store believed at this time.
        """
        source = believed(as_of)
        conditions = [_of(source, registers), source.c.revoked.is_(False)]
        statement = chosen(source, *conditions, *self._admitted(source))
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(source.c.seq))
            return [_version(row) for row in rows]

    def registered_ever(
        self, registers: Sequence[str], past: Sequence[str], *, as_of: datetime | None = None
    ) -> tuple[list[Version], list[Version]]:
        """Return what `registered` does and, in the same question, the past of some registers.

        Those of the past come as they arrived and what holds last, withdrawn ones too.
        """
        source = with_past(as_of)
        holding = and_(source.c.holds, source.c.revoked.is_(False), _of(source, registers))
        gone = _of(source, past)
        statement = chosen(source, or_(holding, gone), *self._admitted(source))
        statement = statement.add_columns(holding.label("holding"), gone.label("gone"))
        with self._database.read() as connection:
            rows = list(connection.execute(statement.order_by(source.c.holds, source.c.seq)))
        return (
            [_version(row) for row in rows if row.holding],
            [_version(row) for row in rows if row.gone],
        )

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
        conditions += self._named(literal(object_id))
        return self._page(source, conditions, after, limit=limit)

    def counts(self, *, as_of: datetime | None = None) -> dict[str, int]:
        """Return how many objects there are of each type."""
        source = believed(as_of)
        statement = select(source.c.object_type, func.count()).where(*self._admitted(source))
        return self._counted(statement.group_by(source.c.object_type))

    def counts_by_marking(self, *, as_of: datetime | None = None) -> dict[str, int]:
        """Return how many objects carry each marking, as a whole or in a part."""
        source = believed(as_of)
        statement = (
            select(references.c.target_id, func.count(references.c.seq.distinct()))
            .join(source, source.c.seq == references.c.seq)
            .where(references.c.property.in_(MARKINGS), *self._admitted(source))
            .where(*self._named(references.c.target_id))
            .group_by(references.c.target_id)
        )
        return self._counted(statement)

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
        statement = chosen(source, *conditions, *self._admitted(source)).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(
                statement.order_by(seq.desc() if newest_first else seq.asc())
            ).all()
            items = tuple(self._shown(connection, rows[:limit]))
        return Page(items=items, next=items[-1].seq if len(rows) > limit else None)

    def _admitted(self, source: FromClause) -> list[Condition]:
        """Return the conditions under which a row may be given."""
        del source
        return []

    def _named(self, object_id: ColumnElement[str]) -> list[Condition]:
        """Return the conditions under which an id may be asked about."""
        del object_id
        return []

    def _shown(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[Version]:
        """Return the versions of rows as they may be given."""
        del connection
        return [_version(row) for row in rows]


@final
class KnownObjects(Readable):
    """The objects that one reader may know; it answers as if there were no others."""

    def __init__(self, database: Database, reader: Cleared) -> None:
        """Read for somebody who holds this."""
        super().__init__(database)
        self._need = NeedToKnow(reader)

    def get_many(self, ids: Iterable[str], *, as_of: datetime | None = None) -> dict[str, Version]:
        """Return the versions that hold, by id; unknown ids are left out."""
        source = believed(as_of)
        found: dict[str, Version] = {}
        hidden: dict[str, set[str]] = defaultdict(set)
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                known = source.c.object_id.in_(some), *self._admitted(source)
                shown = chosen(source, *known).subquery()
                named = (references.c.seq == shown.c.seq) & ~self._need.not_hidden(
                    references.c.target_id
                )
                # With what of each is hidden, so that it is one question for all of it.
                joined = shown.outerjoin(references, named)
                for row in connection.execute(
                    select(shown, references.c.target_id).select_from(joined)
                ):
                    hidden[row.object_id] |= {row.target_id} if row.target_id else set()
                    found[row.object_id] = _version(row)
        return {name: without(version, hidden[name]) for name, version in found.items()}

    def standing(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the number of the version that holds, by id; unknown ids are left out."""
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                columns = select(heads.c.object_id, heads.c.seq)
                rows = columns.where(heads.c.object_id.in_(some), *self._admitted(heads))
                found |= {row.object_id: row.seq for row in connection.execute(rows)}
        return found

    def stand(self, ids: Iterable[str]) -> dict[str, Stand]:
        """Return the same with the label and the mark of each, in one question."""
        found: dict[str, Stand] = {}
        last = select(func.max(marks.c.seq)).group_by(marks.c.object_id)
        newest = (marks.c.object_id == heads.c.object_id) & marks.c.seq.in_(last)
        joined = heads.join(label_heads, label_heads.c.object_id == heads.c.object_id)
        columns = select(heads.c.object_id, heads.c.seq, label_heads.c.label_id, marks.c.mark)
        every = columns.select_from(joined.outerjoin(marks, newest))
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                rows = every.where(heads.c.object_id.in_(some), *self._admitted(heads))
                found |= {
                    row.object_id: Stand(seq=row.seq, label_id=row.label_id, mark=row.mark or "")
                    for row in connection.execute(rows)
                }
        return found

    def among(self, object_id: ColumnElement[str]) -> Condition:
        """Return the condition that a column of another table names an object that may be known."""
        named = select(heads.c.seq).where(heads.c.object_id == object_id, *self._admitted(heads))
        return named.exists()

    def _admitted(self, source: FromClause) -> list[Condition]:
        return [self._need.known(source)]

    def _named(self, object_id: ColumnElement[str]) -> list[Condition]:
        return [self._need.not_hidden(object_id)]

    def _shown(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[Version]:
        hidden: dict[int, set[str]] = defaultdict(set)
        for some in batches(row.seq for row in rows):
            named = select(references.c.seq, references.c.target_id).where(
                references.c.seq.in_(some), ~self._need.not_hidden(references.c.target_id)
            )
            for row in connection.execute(named):
                hidden[row.seq].add(row.target_id)
        return [without(_version(row), hidden.get(row.seq, set())) for row in rows]


def _of(source: FromClause, registers: Sequence[str]) -> Condition:
    """Return the condition that a version is a row of one of some registers."""
    named = select(properties.c.seq).where(
        properties.c.property == "register", properties.c.value.in_(map(indexed, registers))
    )
    return source.c.seq.in_(named)


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
