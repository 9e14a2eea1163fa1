"""The log of shifts: what is open, what was done, who handed over to whom, who took it.

Entries are never changed or deleted; a mistake is corrected by a later entry. An entry is
under the desk's own level, and whoever may not know an object that it names has no such entry.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Literal, final

import msgspec
from sqlalchemy import Row, Subquery, exists, func, insert, select

from legation.errors import ConflictError, DeniedError, NotFoundError, UsageError
from legation.store.database import Database
from legation.store.duty_tables import shift_log as log
from legation.store.duty_tables import shift_log_objects as named
from legation.store.knowing import Cleared, NeedToKnow
from legation.store.numbering import next_number
from legation.store.selection import Condition
from legation.store.values import microseconds, moment, plain

Kind = Literal["open", "done", "handover", "taken"]
LONGEST: Final = 4000


class ShiftEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry.

    Attributes:
        kind: `open`: a matter that waits; `done`: what was done; `handover`: the shift is given
            to somebody; `taken`: they have it.
        person_id: Who wrote it.
        to_person_id: To whom the shift is handed over.
        answers: The hand-over that is taken.
        tlp: Level of the desk when it was written.
        object_ids: The objects that it names.
    """

    seq: int
    kind: Kind
    person_id: str
    to_person_id: str
    answers: int | None
    tlp: int
    words: str
    object_ids: tuple[str, ...]
    recorded: datetime


class ShiftLog:
    """All entries, for those who write them."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(
        self,
        kind: Kind,
        words: str,
        *,
        person_id: str,
        tlp: int,
        object_ids: Iterable[str] = (),
        to: str = "",
    ) -> ShiftEntry:
        """Write an entry; on return it is on disk.

        Raises:
            UsageError: It says nothing, or too much.
        """
        if kind == "taken":
            raise UsageError("a hand-over is taken, not written", hint="take it")
        return self._add(kind, words, person_id, tlp=tlp, object_ids=object_ids, to=to)

    def take(self, seq: int, *, person_id: str, tlp: int) -> ShiftEntry:
        """Say that a shift that was handed over has been taken.

        Raises:
            NotFoundError: There is no such hand-over.
            DeniedError: It was handed to somebody else.
            ConflictError: It was taken before.
        """
        with self._database.write():
            found = self._find(log.c.seq == seq, log.c.kind == "handover", limit=1)
            if not found:
                raise NotFoundError(f"no hand-over {seq}", hint="see the log of shifts")
            if found[0].to_person_id != person_id:
                raise DeniedError(
                    "this shift was handed to somebody else", hint="they must take it themselves"
                )
            if self._find(log.c.answers == seq, limit=1):
                raise ConflictError("this shift was taken before", hint="nothing is left to do")
            return self._add("taken", "", person_id, tlp=tlp, answers=seq)

    def as_read_by(self, reader: Cleared) -> "KnownShiftLog":
        """Return the entries that a reader may know, as if there were no others."""
        return KnownShiftLog(self._database, reader)

    def _add(
        self,
        kind: Kind,
        words: str,
        person_id: str,
        *,
        tlp: int,
        object_ids: Iterable[str] = (),
        to: str = "",
        answers: int | None = None,
    ) -> ShiftEntry:
        words = plain(words).strip()
        if not (words or answers) or len(words) > LONGEST:
            raise UsageError(
                "an entry must say something, and not too much",
                hint=f"write from 1 to {LONGEST:,} letters",
            )
        with self._database.write() as connection:
            seq = next_number(connection, log)
            row = {
                "seq": seq,
                "kind": kind,
                "person_id": person_id,
                "to_person_id": to,
                "answers": answers,
                "tlp": tlp,
                "words": words,
                "recorded_us": microseconds(self._database.now()),
            }
            connection.execute(insert(log), row)
            rows = [{"seq": seq, "object_id": each} for each in dict.fromkeys(object_ids)]
            if rows:
                connection.execute(insert(named), rows)
            return self._find(log.c.seq == seq, limit=1)[0]

    def _find(self, *wanted: Condition, limit: int) -> list[ShiftEntry]:
        newest = select(log).where(*wanted).order_by(log.c.seq.desc()).limit(limit).subquery()
        joined = newest.outerjoin(named, named.c.seq == newest.c.seq)
        chosen = select(newest, named.c.object_id).select_from(joined)
        with self._database.read() as connection:
            found = connection.execute(
                chosen.order_by(newest.c.seq.desc(), named.c.object_id)
            ).all()
        rows = {row.seq: row for row in found}
        objects: dict[int, list[str]] = defaultdict(list)
        for row in found:
            objects[row.seq] += [row.object_id] if row.object_id is not None else []
        return [_entry(row, objects[seq]) for seq, row in rows.items()]


@final
class KnownShiftLog(ShiftLog):
    """The entries that one reader may know."""

    def __init__(self, database: Database, reader: Cleared) -> None:
        """Read for somebody who holds this."""
        super().__init__(database)
        need = NeedToKnow(reader)
        of = named.c.seq == log.c.seq, ~need.may_be_told(named.c.object_id)
        self._admitted = (log.c.tlp <= int(reader.tlp), ~exists(select(1).where(*of)))

    def find(self, *, before: int | None = None, limit: int = 50) -> list[ShiftEntry]:
        """Return entries, the newest first."""
        wanted: list[Condition] = list(self._admitted)
        if before is not None:
            wanted.append(log.c.seq < before)
        return self._find(*wanted, limit=limit)

    def waiting(self) -> list[ShiftEntry]:
        """Return the hand-overs that nobody has taken, the newest first."""
        answer = log.alias()
        taken = exists(select(1).where(answer.c.answers == log.c.seq))
        return self._find(*self._admitted, log.c.kind == "handover", ~taken, limit=50)

    def numbered(self, entries: Iterable[ShiftEntry]) -> list[ShiftEntry]:
        """Return entries under this reader's own numbers, which tell of no entry beyond theirs.

        The first entry that the reader may know is 1. A hand-over that is not among them has
        no number in the entry that takes it.
        """
        found = list(entries)
        seqs = [seq for one in found for seq in (one.seq, one.answers) if seq is not None]
        counted = self._counted()
        chosen = select(counted.c.seq, counted.c.number).where(
            counted.c.seq >= min(seqs, default=0)
        )
        with self._database.read() as connection:
            numbers = {row.seq: row.number for row in connection.execute(chosen)} if seqs else {}
        return [
            msgspec.structs.replace(
                one, seq=numbers[one.seq], answers=one.answers and numbers.get(one.answers, 0)
            )
            for one in found
        ]

    def seq_of(self, number: int) -> int:
        """Return the entry that has a number for this reader.

        Raises:
            NotFoundError: None has.
        """
        counted = self._counted()
        with self._database.read() as connection:
            found = connection.scalar(select(counted.c.seq).where(counted.c.number == number))
        if found is None:
            raise NotFoundError(f"no hand-over {number}", hint="see the log of shifts")
        return int(found)

    def _counted(self) -> Subquery:
        number = func.row_number().over(order_by=log.c.seq).label("number")
        return select(log.c.seq, number).where(*self._admitted).subquery()


def _entry(row: Row[Any], object_ids: list[str]) -> ShiftEntry:
    return ShiftEntry(
        seq=row.seq,
        kind=row.kind,
        person_id=row.person_id,
        to_person_id=row.to_person_id,
        answers=row.answers,
        tlp=row.tlp,
        words=row.words,
        object_ids=tuple(object_ids),
        recorded=moment(row.recorded_us),
    )
