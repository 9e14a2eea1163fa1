"""What imported posts carry of statements: where one stands as issued, and altered copies.

It follows from the lake and the register, so it can be found again at any time. It belongs to the
posts: when they leave the lake, it goes with them. Which posts and which statements were compared
is kept beside it, so that the next look reads what is new and nothing else. Each is under the label
of the desk's own findings; whoever does not meet it finds none.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, final

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select

from legation.errors import NotFoundError
from legation.stix.labels import Label
from legation.store.database import Database
from legation.store.knowing import Cleared, label_met
from legation.store.labels import keep_kinds, label_id, read_labels
from legation.store.numbering import batches, next_number
from legation.store.selection import Condition
from legation.store.statement_tables import statement_compared as compared
from legation.store.statement_tables import statement_copies as table
from legation.store.statement_tables import statement_sightings as sightings
from legation.store.values import microseconds, moment, plain

By = Literal["official", "others"]
Compared = Literal["batch", "statement"]
MOST: Final = 10_000
"""Copies that are listed, the newest."""


class CopyFound(msgspec.Struct, frozen=True, kw_only=True):
    """An altered wording of a statement, as it is found.

    Attributes:
        name: Hash of the statement and of what was changed; the same wording is one copy.
        kind: Who posted it.
        grade: How sure it is.
        reason: What a person can check, in a sentence.
        label: Who may know it.
        body: Which words differ, as JSON.
    """

    name: str
    kind: By
    issuer: str
    number: str
    language: str
    grade: str
    reason: str
    label: Label
    body: bytes


class CopyRow(msgspec.Struct, frozen=True, kw_only=True):
    """An altered wording, with how often and since when it stands in posts.

    Attributes:
        copy: Its running number.
        found: What was found.
        posts: How many posts have it.
        accounts: Of how many accounts.
        first: When the first was posted.
        last: When the last was posted.
    """

    copy: int
    found: CopyFound
    posts: int
    accounts: int
    first: datetime
    last: datetime


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One post that carries a statement.

    Attributes:
        batch: Of the lake, in which the post is.
        post_id: Of the post.
        account_id: Of its account, a pseudonym in a home.
        how: `whole` or `excerpt`, as issued; `altered`.
        copy: Name of the altered wording; empty where it is as issued.
        at: When it was posted.
        label: Who may know it.
        body: Whose official place it is, as JSON; empty for nobody's.
    """

    batch: str
    post_id: str
    account_id: str
    issuer: str
    number: str
    language: str
    how: str
    copy: str
    at: datetime
    label: Label
    body: bytes


@final
class Copies:
    """What posts carry of statements, for the house's own use: nothing is filtered here.

    Args:
        database: The database.
        reader: For whom it is read; None for all.
    """

    def __init__(self, database: Database, reader: Cleared | None = None) -> None:
        """Work on this database."""
        self._database = database
        self._known: list[Condition] = []
        self._seen: list[Condition] = []
        if reader is not None:
            self._known = [label_met(reader, table.c.label_id)]
            self._seen = [label_met(reader, sightings.c.label_id)]

    def as_read_by(self, reader: Cleared) -> "Copies":
        """Return what a reader may know, as if there were nothing else."""
        return Copies(self._database, reader)

    def compared(self, kind: Compared) -> set[str]:
        """Return which batches of the lake, or which statements, were compared."""
        asked = select(compared.c.name).where(compared.c.kind == kind)
        with self._database.read() as connection:
            return set(connection.execute(asked).scalars())

    def note_compared(self, kind: Compared, names: Collection[str]) -> None:
        """Note that these were compared, in the transaction that is open."""
        with self._database.write() as connection:
            new = set(names) - self.compared(kind)
            rows = [{"kind": kind, "name": name} for name in sorted(new)]
            if rows:
                connection.execute(insert(compared), rows)

    def forget(self, gone: Iterable[str]) -> None:
        """Take out what was found in batches that have left the lake."""
        with self._database.write() as connection:
            for some in batches(sorted(gone)):
                connection.execute(delete(sightings).where(sightings.c.batch.in_(some)))
                same = (compared.c.kind == "batch") & compared.c.name.in_(some)
                connection.execute(delete(compared).where(same))

    def put(self, found: Iterable[CopyFound], seen: Sequence[Sighting]) -> dict[str, int]:
        """Keep altered wordings, and posts that carry statements; what was kept of them goes.

        Args:
            found: Wordings; one that is known stays what it is.
            seen: Posts; those with an altered wording name it.

        Returns:
            The numbers of the wordings that are new, by their names.
        """
        with self._database.write() as connection:
            known = self._numbers(connection, [one.copy for one in seen if one.copy])
            new: dict[str, int] = {}
            for one in found:
                if one.name not in known and one.name not in new:
                    new[one.name] = _add(connection, one, microseconds(self._database.now()))
            numbers = known | new
            keep_kinds(connection, [*{each.label for each in seen}])
            by_batch: dict[str, list[str]] = {}
            for each in seen:
                by_batch.setdefault(each.batch, []).append(each.post_id)
            for batch, posts in by_batch.items():
                for some in batches(sorted(posts)):
                    same = (sightings.c.batch == batch) & sightings.c.post_id.in_(some)
                    connection.execute(delete(sightings).where(same))
            first = next_number(connection, sightings)
            rows = [_row(seq, each, numbers) for seq, each in enumerate(seen, first)]
            if rows:
                connection.execute(insert(sightings), rows)
            return new

    def get(self, copy: int) -> CopyRow:
        """Return one altered wording.

        Raises:
            NotFoundError: For this reader there is none, or its posts are gone.
        """
        found = self._read(table.c.copy == copy)
        if not found:
            raise NotFoundError("there is no such copy", hint="see the list of altered copies")
        return found[0]

    def every(self) -> list[CopyRow]:
        """Return the altered wordings, the newest first; at most `MOST`."""
        return self._read()

    def of(self, issuer: str, number: str) -> list[CopyRow]:
        """Return the altered wordings of one statement, the newest first."""
        return self._read(table.c.issuer == plain(issuer), table.c.number == plain(number))

    def sightings(self, copy: int, *, limit: int) -> list[Sighting]:
        """Return the posts with an altered wording, the first posted first."""
        return self._sightings(sightings.c.copy == copy, limit=limit)

    def postings(self, issuer: str, number: str, *, limit: int) -> list[Sighting]:
        """Return the official places where a statement stands as issued, the first first."""
        return self._sightings(
            sightings.c.issuer == plain(issuer),
            sightings.c.number == plain(number),
            sightings.c.copy.is_(None),
            limit=limit,
        )

    def labels(self, copies: Collection[int]) -> list[Label]:
        """Return the labels of some copies."""
        if not copies:
            return []
        asked = select(table.c.label_id).where(table.c.copy.in_(sorted({*copies})), *self._known)
        with self._database.read() as connection:
            ids = set(connection.execute(asked).scalars())
            return list(read_labels(connection, ids).values())

    def _numbers(self, connection: Connection, names: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in batches(sorted({*names})):
            asked = select(table.c.name, table.c.copy).where(table.c.name.in_(some))
            found |= {row.name: row.copy for row in connection.execute(asked)}
        return found

    def _read(self, *conditions: Condition) -> list[CopyRow]:
        counted = (
            func.count().label("posts"),
            func.count(sightings.c.account_id.distinct()).label("accounts"),
            func.min(sightings.c.at_us).label("first_us"),
            func.max(sightings.c.at_us).label("last_us"),
        )
        grouped = (
            select(sightings.c.copy, *counted)
            .where(sightings.c.copy.is_not(None), *self._seen)
            .group_by(sightings.c.copy)
            .subquery()
        )
        asked = (
            select(table, *(one for one in grouped.c if one.name != "copy"))
            .join(grouped, grouped.c.copy == table.c.copy)
            .where(*conditions, *self._known)
            .order_by(table.c.copy.desc())
            .limit(MOST)
        )
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
            labels = read_labels(connection, {row.label_id for row in rows}) if rows else {}
        return [_copy(row, labels[row.label_id]) for row in rows]

    def _sightings(self, *conditions: Condition, limit: int) -> list[Sighting]:
        asked = (
            select(sightings, table.c.name)
            .outerjoin(table, table.c.copy == sightings.c.copy)
            .where(*conditions, *self._seen)
            .order_by(sightings.c.at_us, sightings.c.seq)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
            labels = read_labels(connection, {row.label_id for row in rows}) if rows else {}
        return [_sighting(row, labels[row.label_id]) for row in rows]


def _add(connection: Connection, one: CopyFound, now: int) -> int:
    keep_kinds(connection, [one.label])
    greatest = connection.execute(select(func.max(table.c.copy))).scalar_one()
    number = int(greatest or 0) + 1
    row = {
        "copy": number,
        "name": one.name,
        "kind": one.kind,
        "issuer": plain(one.issuer),
        "number": plain(one.number),
        "language": plain(one.language),
        "grade": one.grade,
        "reason": plain(one.reason),
        "label_id": label_id(one.label),
        "found_us": now,
        "body": one.body,
    }
    connection.execute(insert(table), row)
    return number


def _row(seq: int, one: Sighting, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "seq": seq,
        "batch": one.batch,
        "post_id": plain(one.post_id),
        "account_id": plain(one.account_id),
        "issuer": plain(one.issuer),
        "number": plain(one.number),
        "language": plain(one.language),
        "how": one.how,
        "copy": numbers[one.copy] if one.copy else None,
        "label_id": label_id(one.label),
        "at_us": microseconds(one.at),
        "body": one.body,
    }


def _copy(row: Row[Any], label: Label) -> CopyRow:
    found = CopyFound(
        name=row.name,
        kind=row.kind,
        issuer=row.issuer,
        number=row.number,
        language=row.language,
        grade=row.grade,
        reason=row.reason,
        label=label,
        body=row.body,
    )
    return CopyRow(
        copy=row.copy,
        found=found,
        posts=row.posts,
        accounts=row.accounts,
        first=moment(row.first_us),
        last=moment(row.last_us),
    )


def _sighting(row: Row[Any], label: Label) -> Sighting:
    return Sighting(
        batch=row.batch,
        post_id=row.post_id,
        account_id=row.account_id,
        issuer=row.issuer,
        number=row.number,
        language=row.language,
        how=row.how,
        copy=row.name or "",
        at=moment(row.at_us),
        label=label,
        body=row.body,
    )
