"""Which cases there are: their numbers, and how each stands, for lists that stay fast.

What a case says is in its objects, and is read from there. A row here follows from them and is
written in the same transaction, so a list asks one table and never opens a case. A reader has
the cases whose first entry they may know; those that lie beyond it are neither counted nor named.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.case_tables import case_subjects as subjects
from legation.store.case_tables import cases as table
from legation.store.database import Database
from legation.store.knowing import Cleared
from legation.store.numbering import batches, next_number
from legation.store.readable import KnownObjects
from legation.store.selection import Condition
from legation.store.values import microseconds, moment, plain

Order = Literal["touched", "number", "due"]
# A count beyond this is told as "more than": it would cost a look at every case.
MOST_COUNTED: Final = 200
_PARTY: Final = "party:"
_MANY: Final = 200
_HINT: Final = "run: legation case list"


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a list.

    Attributes:
        object_id: Its incident's.
        number: Such as 2026-0017.
        first_id: Id of its first entry.
        began: A day, or as much of it as is known.
        due: Day of the most urgent task; empty when nothing waits.
        entries: Number of its last entry.
        parties: States and organisations that were harmed or aimed at.
        subjects: What else it concerns: mission:KEY, talks:KEY, and ids of objects.
    """

    object_id: str
    number: str
    first_id: str
    title: str
    type: str
    domain: str
    status: str
    began: str
    due: str
    entries: int
    opened: datetime
    touched: datetime
    parties: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a case stands, for its row."""

    title: str
    type: str
    domain: str
    status: str
    began: str
    due: str
    entries: int
    parties: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases are asked for; empty parts ask for nothing.

    Attributes:
        about: What it concerns: mission:KEY, talks:KEY, or the id of an object.
    """

    status: str = ""
    type: str = ""
    domain: str = ""
    party: str = ""
    about: str = ""
    words: str = ""
    open: bool = False


class Cases:
    """The cases of one store, for the house's own use: nothing is filtered here.

    Args:
        database: The database.
        known: What a reader may know; None for all.
    """

    def __init__(self, database: Database, known: KnownObjects | None = None) -> None:
        """Work on this database."""
        self._database = database
        self._known = known
        self._admitted: list[Condition] = [] if known is None else [known.among(table.c.first_id)]

    def as_read_by(self, reader: Cleared) -> "Cases":
        """Return the cases that a reader may know, as if there were no others."""
        return Cases(self._database, KnownObjects(self._database, reader))

    def next_place(self, year: int) -> int:
        """Return the place of the next case of a year; ask it inside the transaction."""
        asked = select(func.max(table.c.place)).where(table.c.year == year)
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one() or 0) + 1

    def open(
        self, object_id: str, number: str, first_id: str, standing: Standing, now: datetime
    ) -> None:
        """Give a case its row.

        Raises:
            ConflictError: The number is taken.
        """
        year, _, place = number.partition("-")
        with self._database.write() as connection:
            same = select(table.c.seq).where(table.c.number == number)
            if connection.execute(same).one_or_none() is not None:
                raise ConflictError(f"case {number} exists", hint=_HINT)
            row = {
                "object_id": object_id,
                "seq": next_number(connection, table),
                "number": number,
                "year": int(year),
                "place": int(place),
                "first_id": first_id,
                "opened_us": microseconds(now),
                "touched_us": microseconds(now),
                **_columns(standing),
            }
            connection.execute(insert(table), row)
            self._set_subjects(object_id, standing)

    def stand(self, object_id: str, standing: Standing, now: datetime) -> None:
        """Say how a case stands from now on."""
        with self._database.write() as connection:
            values = _columns(standing) | {"touched_us": microseconds(now)}
            connection.execute(update(table).where(table.c.object_id == object_id).values(values))
            self._set_subjects(object_id, standing)

    def touch(self, object_id: str, entries: int, now: datetime) -> None:
        """Say that entries came from which nothing follows for how a case stands."""
        values = {"entries": entries, "touched_us": microseconds(now)}
        with self._database.write() as connection:
            connection.execute(update(table).where(table.c.object_id == object_id).values(values))

    def entries(self, object_id: str) -> int:
        """Return the number of the last entry of a case.

        Raises:
            NotFoundError: There is no such case.
        """
        return self._one(table.c.object_id == object_id, object_id).entries

    def get(self, name: str) -> CaseRow:
        """Return a case by its number or its id.

        Raises:
            NotFoundError: For this reader there is none.
        """
        return self._one(or_(table.c.number == name, table.c.object_id == name), name)

    def bare(self, name: str) -> CaseRow:
        """Return the same without whom it concerns, in one question.

        Raises:
            NotFoundError: For this reader there is none.
        """
        named = or_(table.c.number == name, table.c.object_id == name)
        with self._database.read() as connection:
            row = connection.execute(select(table).where(named, *self._admitted)).one_or_none()
        if row is None:
            raise NotFoundError(f"no case {name:.80}", hint=_HINT)
        return _row(row, ())

    def of(self, ids: Iterable[str]) -> dict[str, CaseRow]:
        """Return cases by their ids; unknown ones are left out."""
        asked = select(table).where(table.c.object_id.in_(sorted(set(ids))), *self._admitted)
        with self._database.read() as connection:
            return {one.object_id: one for one in self._rows(connection.execute(asked).all())}

    def find(
        self,
        wanted: Wanted,
        *,
        order: Order = "touched",
        after: str = "",
        limit: int = 50,
        backwards: bool = False,
        concerns: bool = True,
    ) -> tuple[list[CaseRow], str | None]:
        """Return a page of cases, and the number of its last one when there are more.

        Args:
            wanted: Which.
            order: By last entry or number, the newest first; by deadline, the most urgent first,
                and at the end those of which nothing is due.
            after: Number of the case at which the page before ended.
            limit: Length of the page.
            backwards: The other way round.
            concerns: Whether the rows say what they concern, which is one question more.

        Raises:
            NotFoundError: For this reader there is no such case to go on from.
        """
        column, falls = _ORDERS[order]
        falls ^= backwards
        conditions = self._conditions(wanted)
        if after:
            conditions.append(self._beyond(column, after, falls=falls))
        columns = dict.fromkeys((column, table.c.seq))
        ways = [one.desc() if falls else one.asc() for one in columns]
        asked = select(table).where(*conditions).order_by(*ways).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
            some = rows[:limit]
            found = self._rows(some) if concerns else [_row(row, ()) for row in some]
        return found, rows[limit - 1].number if len(rows) > limit else None

    def count(self, wanted: Wanted) -> int:
        """Return how many cases there are, at most `MOST_COUNTED` and one."""
        some = select(table.c.seq).where(*self._conditions(wanted)).limit(MOST_COUNTED + 1)
        with self._database.read() as connection:
            return int(
                connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
            )

    def every(self) -> list[CaseRow]:
        """Return all cases, in the order of their numbers."""
        asked = select(table).where(*self._admitted).order_by(table.c.year, table.c.place)
        with self._database.read() as connection:
            return self._rows(connection.execute(asked).all())

    def _beyond(self, column: ColumnElement[Any], number: str, *, falls: bool) -> Condition:
        """Return the condition that a case comes after another."""
        last = select(column.label("value"), table.c.seq).where(
            table.c.number == number, *self._admitted
        )
        with self._database.read() as connection:
            row = connection.execute(last).one_or_none()
        if row is None:
            raise NotFoundError("that page does not exist", hint="go back to the first page")
        if falls:
            return or_(column < row.value, (column == row.value) & (table.c.seq < row.seq))
        return or_(column > row.value, (column == row.value) & (table.c.seq > row.seq))

    def _conditions(self, wanted: Wanted) -> list[Condition]:
        found: list[Condition] = []
        asked = {name: getattr(wanted, name) for name in ("status", "type", "domain")}
        found += [table.c[name] == value for name, value in asked.items() if value]
        if wanted.open:
            found.append(table.c.status != "closed")
        if wanted.party:
            found.append(self._concerns(f"{_PARTY}{wanted.party}"))
        if wanted.about:
            # Of one campaign, mission or round there are few.
            named = select(subjects.c.object_id).where(subjects.c.subject == wanted.about)
            found.append(table.c.object_id.in_(named))
        if wanted.words:
            found += [
                table.c.title.icontains(word, autoescape=True) for word in wanted.words.split()
            ]
        # Whether a reader may know a case costs most, so it is asked last.
        return [*found, *self._admitted]

    def _one(self, condition: ColumnElement[bool], name: str) -> CaseRow:
        with self._database.read() as connection:
            row = connection.execute(select(table).where(condition, *self._admitted)).one_or_none()
            if row is None:
                raise NotFoundError(f"no case {name:.80}", hint=_HINT)
            return self._rows([row])[0]

    def _concerns(self, subject: str) -> Condition:
        """Return the condition that a case concerns something.

        Of few, each is fetched and sorted; of many, a page is read in its order and each row asked,
        so that nobody gathers thousands for a page of fifty.
        """
        named = subjects.c.subject == subject
        some = select(subjects.c.object_id).where(named)
        with self._database.read() as connection:
            few = len(connection.execute(some.limit(_MANY)).all()) < _MANY
        if few:
            return table.c.object_id.in_(some)
        return some.where(subjects.c.object_id == table.c.object_id).exists()

    def _rows(self, rows: Sequence[Row[Any]]) -> list[CaseRow]:
        named: dict[str, list[str]] = {}
        every = select(subjects).order_by(subjects.c.subject)
        with self._database.read() as connection:
            for ids in batches(row.object_id for row in rows):
                for one in connection.execute(every.where(subjects.c.object_id.in_(ids))):
                    named.setdefault(one.object_id, []).append(one.subject)
        return [_row(row, named.get(row.object_id, ())) for row in rows]

    def _set_subjects(self, object_id: str, standing: Standing) -> None:
        named = {*(f"{_PARTY}{one}" for one in standing.parties), *standing.subjects}
        with self._database.write() as connection:
            connection.execute(delete(subjects).where(subjects.c.object_id == object_id))
            if named:
                rows = [{"object_id": object_id, "subject": one} for one in sorted(named)]
                connection.execute(insert(subjects), rows)


# What has no deadline stands after all that has one: letters stand behind digits.
_NEVER: Final = "never"
_ORDERS: Final[dict[Order, tuple[ColumnElement[Any], bool]]] = {
    "touched": (table.c.touched_us, True),
    "number": (table.c.seq, True),
    "due": (table.c.due, False),
}


def _columns(standing: Standing) -> dict[str, Any]:
    told = msgspec.structs.asdict(standing)
    del told["parties"], told["subjects"]
    told["due"] = told["due"] or _NEVER
    return {name: plain(part) if isinstance(part, str) else part for name, part in told.items()}


def _row(row: Row[Any], named: Sequence[str]) -> CaseRow:
    shared = {
        name: getattr(row, name)
        for name in CaseRow.__struct_fields__
        if name not in ("opened", "touched", "parties", "subjects", "due")
    }
    return CaseRow(
        **shared,
        due="" if row.due == _NEVER else row.due,
        opened=moment(row.opened_us),
        touched=moment(row.touched_us),
        parties=tuple(one.removeprefix(_PARTY) for one in named if one.startswith(_PARTY)),
        subjects=tuple(one for one in named if not one.startswith(_PARTY)),
    )
