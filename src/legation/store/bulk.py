"""What is done to many rows at once: the marks of objects, and acts that can be undone.

An act keeps for each row what was before and what it made of it, in the transaction that
did it. Undoing is another act on the same rows: nothing is taken out of any history. A
mark says what the desk has made of an object: `seen`, `aside` with a reason, or `open`.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

import msgspec
from sqlalchemy import Row, func, insert, select, update

from legation.errors import NotFoundError
from legation.store.database import Database
from legation.store.list_tables import bulk_acts, bulk_rows, object_marks, visits
from legation.store.numbering import MANY, batches, next_number
from legation.store.sessions import Visit
from legation.store.values import microseconds, moment, plain

Mark = Literal["open", "seen", "aside"]
MARKS: Final[tuple[Mark, ...]] = get_args(Mark)
_ONE_VISIT: Final = timedelta(minutes=30)


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk has made of an object; `open` with nobody's name when nothing yet."""

    mark: Mark = "open"
    reason: str = ""
    actor: str = ""
    recorded: datetime | None = None


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to many rows.

    Attributes:
        list: Of which list.
        act: What: `label`, `mark`, `undo`.
        words: What was done, in words.
    """

    act_id: str
    list: str
    act: str
    words: str
    actor: str
    at: datetime
    undone: datetime | None


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an act, as JSON: what was before, what is after."""

    row_id: str
    before: bytes
    after: bytes


class Bulk:
    """Marks and acts."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def marks(self, ids: Iterable[str]) -> dict[str, Marked]:
        """Return the mark in force of each object that has one."""
        marks = object_marks.c
        found: dict[str, Marked] = {}
        with self._database.read() as connection:
            for some in batches(sorted(set(ids)), MANY):
                last = select(func.max(marks.seq)).where(marks.object_id.in_(some))
                newest = last.group_by(marks.object_id)
                for row in connection.execute(
                    select(object_marks).where(marks.seq.in_(newest.scalar_subquery()))
                ):
                    found[row.object_id] = _marked(row)
        return found

    def history(self, object_id: str) -> list[Marked]:
        """Return all marks of an object, the oldest first."""
        marks = object_marks.c
        asked = select(object_marks).where(marks.object_id == object_id).order_by(marks.seq)
        with self._database.read() as connection:
            return [_marked(row) for row in connection.execute(asked)]

    def mark(self, marks: Mapping[str, Marked], *, actor: str) -> None:
        """Put marks in force; whether somebody may is asked before."""
        with self._database.write() as connection:
            first, now = next_number(connection, object_marks), self._database.now()
            rows = [
                {
                    "seq": first + place,
                    "object_id": object_id,
                    "mark": mark.mark,
                    "reason": plain(mark.reason),
                    "actor": actor,
                    "recorded_us": microseconds(now),
                }
                for place, (object_id, mark) in enumerate(marks.items())
            ]
            if rows:
                connection.execute(insert(object_marks), rows)

    def record(
        self, act: str, words: str, changed: Iterable[Changed], *, of: str, actor: str
    ) -> Act:
        """Record an act, in the transaction that does it."""
        act_id = secrets.token_hex(8)
        with self._database.write() as connection:
            row = {
                "act_id": act_id,
                "seq": next_number(connection, bulk_acts),
                "list": of,
                "act": act,
                "words": plain(words),
                "actor": actor,
                "at_us": microseconds(self._database.now()),
            }
            connection.execute(insert(bulk_acts), row)
            rows = [msgspec.structs.asdict(one) | {"act_id": act_id} for one in changed]
            for some in batches(rows):
                connection.execute(insert(bulk_rows), some)
            return self.act(act_id)

    def act(self, act_id: str) -> Act:
        """Return one act.

        Raises:
            NotFoundError: There is none of that id.
        """
        with self._database.read() as connection:
            asked = select(bulk_acts).where(bulk_acts.c.act_id == act_id)
            row = connection.execute(asked).one_or_none()
        if row is None:
            raise NotFoundError("there is no such act", hint="open the list of what you did")
        return _act(row)

    def acts(
        self,
        actor: str,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int = 50,
    ) -> list[Act]:
        """Return what somebody did, the newest first."""
        asked = select(bulk_acts).where(bulk_acts.c.actor == actor)
        if since is not None:
            asked = asked.where(bulk_acts.c.at_us > microseconds(since))
        if before is not None:
            asked = asked.where(bulk_acts.c.at_us < microseconds(before))
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(bulk_acts.c.seq.desc()).limit(limit))
            return [_act(row) for row in rows]

    def rows(self, act_id: str) -> list[Changed]:
        """Return the rows of an act."""
        asked = select(bulk_rows).where(bulk_rows.c.act_id == act_id)
        with self._database.read() as connection:
            return [
                Changed(row_id=row.row_id, before=row.before, after=row.after)
                for row in connection.execute(asked.order_by(bulk_rows.c.row_id))
            ]

    def note_undone(self, act_id: str) -> bool:
        """Note that an act was undone; tell whether it was not before."""
        open_still = (bulk_acts.c.act_id == act_id) & bulk_acts.c.undone_us.is_(None)
        now = microseconds(self._database.now())
        with self._database.write() as connection:
            changed = connection.execute(update(bulk_acts).where(open_still).values(undone_us=now))
            return bool(changed.rowcount)

    def visit(self, person_id: str, last: Visit | None) -> datetime | None:
        """Note that somebody looks at the first page; return when they did the time before.

        Pages opened within half an hour of one another are one visit.

        Args:
            person_id: Who.
            last: When they looked last, as the store says.
        """
        now = self._database.now()
        if last is not None and now - last.seen < timedelta(minutes=1):
            return last.before
        seen = {"seen_us": microseconds(now)}
        with self._database.write() as connection:
            if last is None:
                first = {"person_id": person_id, "began_us": microseconds(now)}
                connection.execute(insert(visits), first | seen)
                return None
            before = last.before
            if now - last.seen >= _ONE_VISIT:
                before = last.seen
                seen |= {"began_us": microseconds(now), "before_us": microseconds(before)}
            mine = visits.c.person_id == person_id
            connection.execute(update(visits).where(mine).values(seen))
        return before


def read_mark(name: str) -> Mark:
    """Return a mark by its name."""
    return next(one for one in MARKS if one == name)


def _marked(row: Row[Any]) -> Marked:
    mark = read_mark(row.mark)
    return Marked(mark=mark, reason=row.reason, actor=row.actor, recorded=moment(row.recorded_us))


def _act(row: Row[Any]) -> Act:
    return Act(
        act_id=row.act_id,
        list=row.list,
        act=row.act,
        words=row.words,
        actor=row.actor,
        at=moment(row.at_us),
        undone=None if row.undone_us is None else moment(row.undone_us),
    )
