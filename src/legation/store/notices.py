"""Notices: that something happened, for whom, and who has read it.

A notice names a kind, and the id of an object, job, import or call; never a word of it. What
it says is made when it is shown, so a notice of an object that the reader may not know does
not exist for them, in no list and no count, from the moment the label closes.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, final

import msgspec
from sqlalchemy import Row, Select, and_, delete, exists, func, insert, select

from legation.store.database import Database
from legation.store.duty_tables import notice_audience as audience
from legation.store.duty_tables import notice_reads as reads
from legation.store.duty_tables import notices
from legation.store.knowing import Cleared, NeedToKnow
from legation.store.numbering import batches, next_number
from legation.store.selection import Condition
from legation.store.statements import tells_no_hidden_statement
from legation.store.tellings import tells_nothing_hidden
from legation.store.values import microseconds, moment, plain


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """That something happened.

    Attributes:
        kind: What: `campaign.new`, `job.done`.
        object_id: Of which object; empty for none.
        subject: Of which job, import, call, draft of a statement or altered copy of one; empty for
            none.
        facts: Words of the house's own about it, such as a grade.
        read: Whether the reader has seen it.
    """

    seq: int
    kind: str
    object_id: str
    subject: str
    facts: dict[str, Any]
    at: datetime
    read: bool


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads notices: somebody, by id and by role, with what they may know."""

    person_id: str
    roles: tuple[str, ...]
    cleared: Cleared


class Notices:
    """All notices, for those who write them."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(
        self,
        kind: str,
        *,
        to: Iterable[str],
        but: str | Collection[str] = (),
        key: str,
        object_id: str = "",
        subject: str = "",
        facts: dict[str, Any] | None = None,
    ) -> bool:
        """Tell of something, in the transaction that is open; tell whether it was new.

        Args:
            kind: What happened.
            to: Ids of people, and names of roles.
            but: Ids of whom it is not told, whatever their roles.
            key: Names the event: the same is told once, however often it is said.
            object_id: Of which object.
            subject: Of which job, import, call or draft.
            facts: Further words, never of the object's content.
        """
        with self._database.write() as connection:
            known = select(notices.c.seq).where(notices.c.key == key)
            if connection.execute(known).first() is not None:
                return False
            seq = next_number(connection, notices)
            row = {
                "seq": seq,
                "key": key,
                "kind": kind,
                "object_id": object_id,
                "subject": plain(subject),
                "facts": msgspec.json.encode(facts or {}, order="sorted"),
                "at_us": microseconds(self._database.now()),
            }
            connection.execute(insert(notices), row)
            barred = [but] if isinstance(but, str) else but
            told = dict.fromkeys((*to, *(_not(one) for one in barred if one)))
            names = [{"seq": seq, "name": plain(name)} for name in told]
            if names:
                connection.execute(insert(audience), names)
            return True

    def settle(self, key: str, people: Iterable[str]) -> None:
        """Note that what was told is done: these have read it, in the transaction that is open.

        Args:
            key: Names the event.
            people: Ids of those for whom it is done.
        """
        with self._database.write() as connection:
            seq = connection.execute(select(notices.c.seq).where(notices.c.key == key)).scalar()
            if seq is None:
                return
            known = select(reads.c.person_id).where(reads.c.seq == seq)
            left = {*people} - {*connection.execute(known).scalars()}
            now = microseconds(self._database.now())
            rows = [{"seq": seq, "person_id": one, "read_us": now} for one in sorted(left)]
            if rows:
                connection.execute(insert(reads), rows)

    def as_read_by(self, reader: Addressee) -> "KnownNotices":
        """Return the notices that are for somebody, as if there were no others."""
        return KnownNotices(self._database, reader)


@final
class KnownNotices:
    """The notices of one reader."""

    def __init__(self, database: Database, reader: Addressee) -> None:
        """Read for somebody."""
        self._database = database
        self._person = reader.person_id
        names = sorted({reader.person_id, *reader.roles})
        same = audience.c.seq == notices.c.seq, audience.c.name.in_(names)
        barred = audience.c.seq == notices.c.seq, audience.c.name == _not(reader.person_id)
        need = NeedToKnow(reader.cleared)
        # A job tells of objects too: who may not know one of them is not told that it ended.
        self._admitted = and_(
            exists(select(1).where(*same)),
            ~exists(select(1).where(*barred)),
            need.may_be_told(notices.c.object_id),
            tells_nothing_hidden(notices.c.subject, need),
            tells_no_hidden_statement(notices.c.kind, notices.c.subject, reader.cleared),
        )
        seen = reads.c.seq == notices.c.seq, reads.c.person_id == self._person
        self._seen = exists(select(1).where(*seen))

    def find(
        self,
        *,
        kind: str | Collection[str] | None = None,
        unread: bool = False,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Notice]:
        """Return notices, the newest first.

        Args:
            kind: Only of this kind, or of these.
            unread: Only those that were not read.
            before: Only those before the one of this number.
            limit: At most so many.
        """
        statement = select(notices, self._seen.label("read")).where(*self._where(kind, unread))
        if before is not None:
            statement = statement.where(notices.c.seq < before)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(notices.c.seq.desc()).limit(limit))
            return [_notice(row) for row in rows]

    def count(self, *, kind: str | None = None, unread: bool = False, most: int = 1000) -> int:
        """Return how many notices there are, counting no further than `most`."""
        some = select(notices.c.seq).where(*self._where(kind, unread)).limit(most).subquery()
        return self._number(select(func.count()).select_from(some))

    def kinds(self) -> list[str]:
        """Return the kinds of which there is a notice."""
        statement = select(notices.c.kind).where(self._admitted).distinct()
        with self._database.read() as connection:
            return sorted(connection.execute(statement).scalars())

    def mark(self, seqs: Collection[int] | None = None, *, read: bool = True) -> None:
        """Note for this reader alone that notices were read, or were not; None means all."""
        wanted = select(notices.c.seq).where(self._admitted)
        wanted = wanted.where(~self._seen if read else self._seen)
        with self._database.write() as connection:
            if seqs is None:
                found = list(connection.execute(wanted).scalars())
            else:
                found = [
                    seq
                    for some in batches(sorted(seqs))
                    for seq in connection.execute(wanted.where(notices.c.seq.in_(some))).scalars()
                ]
            now = microseconds(self._database.now())
            rows = [{"seq": seq, "person_id": self._person, "read_us": now} for seq in found]
            if read and rows:
                connection.execute(insert(reads), rows)
            for some in batches(found) if not read else ():
                mine = (reads.c.person_id == self._person) & reads.c.seq.in_(some)
                connection.execute(delete(reads).where(mine))

    def _where(self, kind: str | Collection[str] | None, unread: bool) -> list[Condition]:
        conditions = [self._admitted]
        if kind is not None:
            kinds = [kind] if isinstance(kind, str) else sorted(kind)
            conditions.append(notices.c.kind.in_(kinds))
        if unread:
            conditions.append(~self._seen)
        return conditions

    def _number(self, statement: Select[int]) -> int:
        with self._database.read() as connection:
            return int(connection.execute(statement).scalar_one())


def _not(person_id: str) -> str:
    """Return the name in the audience of whom it is not told."""
    return f"-{person_id}"


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        seq=row.seq,
        kind=row.kind,
        object_id=row.object_id,
        subject=row.subject,
        facts=msgspec.json.decode(row.facts),
        at=moment(row.at_us),
        read=bool(row.read),
    )
