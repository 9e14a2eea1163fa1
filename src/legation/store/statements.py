"""Drafts of statements: what was done to each, by whom, and how each stands.

Entries are added and never changed; a draft's state is what follows from them. A draft has a label
of its own, for what is to be said tomorrow is not for everybody today; whoever does not meet it
finds no draft. The object that a draft answers is named to those only who may know that object.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, final

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from legation.errors import ConflictError, NotFoundError
from legation.stix.labels import Label
from legation.store.database import Database
from legation.store.knowing import Cleared, NeedToKnow, label_met
from legation.store.labels import keep_kinds, label_id, label_of
from legation.store.numbering import next_number
from legation.store.selection import Condition
from legation.store.statement_tables import statement_copies as copies
from legation.store.statement_tables import statement_drafts as table
from legation.store.statement_tables import statement_entries as entries
from legation.store.tables import label_kinds, label_names
from legation.store.values import microseconds, moment, plain

Order = Literal["touched", "draft"]
OF_DRAFTS: Final = "statement."
"""How kinds of notices begin that are about a draft."""
OF_COPIES: Final = "copy."
"""The same, about an altered copy."""
_ORDERS: Final[Mapping[Order, Any]] = {"touched": table.c.seq, "draft": table.c.draft}
_HINT: Final = "see the list of statements"


class StatementEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done to a draft.

    Attributes:
        seq: Its number among all entries; 0 before it stands there.
        draft: Running number of the draft.
        kind: What was done, such as `approved`.
        actor: Who did it.
        body: What goes with it, as JSON.
    """

    seq: int = 0
    draft: int
    kind: str
    actor: str
    at: datetime
    body: bytes


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a draft stands.

    Attributes:
        draft: Its running number.
        seq: Number of its last entry.
        label: Who may know it.
        title: First line of its text in its first language.
        number: Of the statement that it became; empty before.
        answers: Id of the object that it answers; empty for none, or where that is not known.
        key: Under which it is issued once.
        begun: When it was begun.
        touched: When something was last done to it.
    """

    draft: int
    seq: int
    label: Label
    state: str
    title: str
    issuer: str
    number: str
    answers: str
    key: str
    begun: datetime
    touched: datetime


class DraftStanding(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the entries of a draft, for its row."""

    label: Label
    state: str
    title: str
    issuer: str
    number: str = ""
    answers: str = ""


@final
class Statements:
    """The drafts of one store, for the house's own use: nothing is filtered here.

    Args:
        database: The database.
        reader: For whom they are read; None for all.
    """

    def __init__(self, database: Database, reader: Cleared | None = None) -> None:
        """Work on this database."""
        self._database = database
        self._known: list[Condition] = []
        answers: Any = table.c.answers
        if reader is not None:
            self._known = [label_met(reader, table.c.label_id)]
            may = NeedToKnow(reader).may_be_told(table.c.answers)
            answers = case((may, table.c.answers), else_=literal(""))
        rest = [one for one in table.c if one.name != "answers"]
        self._answers = answers
        self._wanted = (*rest, answers.label("answers"))

    def as_read_by(self, reader: Cleared) -> "Statements":
        """Return the drafts that a reader may know, as if there were no others."""
        return Statements(self._database, reader)

    def begin(self, entry: StatementEntry, standing: DraftStanding, key: str) -> DraftRow:
        """Give a new draft its number and its first entry.

        Args:
            entry: What was done; its draft is given here.
            standing: How the draft stands by it.
            key: A word that no other draft has, in this store or another.
        """
        with self._database.write() as connection:
            greatest = connection.execute(select(func.max(table.c.draft))).scalar_one()
            draft = int(greatest or 0) + 1
            entry = msgspec.structs.replace(entry, draft=draft)
            seq = _add(connection, entry, standing)
            row = {"draft": draft, "seq": seq, "order_key": key}
            row["begun_us"] = microseconds(entry.at)
            connection.execute(insert(table), row | _columns(entry, standing))
            return self.get(draft)

    def add(self, entry: StatementEntry, standing: DraftStanding, *, seen: int) -> DraftRow:
        """Write what was done to a draft.

        Args:
            entry: What was done.
            standing: How the draft stands by it.
            seen: Number of the last entry that whoever did it knew.

        Raises:
            NotFoundError: There is no such draft.
            ConflictError: Something else was done to it since.
        """
        with self._database.write() as connection:
            last = connection.execute(
                select(table.c.seq).where(table.c.draft == entry.draft)
            ).scalar_one_or_none()
            if last is None:
                raise _no_draft()
            if last != seen:
                raise ConflictError(
                    "somebody did something to this draft since you opened it",
                    hint="read what was done, then decide again",
                )
            row = {"seq": _add(connection, entry, standing)} | _columns(entry, standing)
            connection.execute(update(table).where(table.c.draft == entry.draft).values(row))
            return self.get(entry.draft)

    def get(self, draft: int) -> DraftRow:
        """Return how a draft stands.

        Raises:
            NotFoundError: For this reader there is no such draft.
        """
        return self._one(table.c.draft == draft)

    def issued_as(self, issuer: str, number: str) -> DraftRow:
        """Return the draft that became a statement, by issuer and number; errors as `get`."""
        return self._one((table.c.issuer == plain(issuer)) & (table.c.number == plain(number)))

    def labels(self, drafts: Collection[int]) -> list[Label]:
        """Return the labels of some drafts, as far as a reader may know them."""
        if not drafts:
            return []
        wanted = table.c.draft.in_(sorted({*drafts}))
        return [one.label for one in self._read(select(*self._wanted).where(wanted, *self._known))]

    def entries(self, draft: int) -> list[StatementEntry]:
        """Return what was done to a draft, the oldest first; ask `get` whether it may be known."""
        asked = select(entries).where(entries.c.draft == draft).order_by(entries.c.seq)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(asked)]

    def find(
        self,
        *,
        states: Collection[str] = (),
        words: str = "",
        order: Order = "touched",
        backwards: bool = False,
        after: str = "",
        limit: int,
    ) -> tuple[list[DraftRow], str | None]:
        """Return a page of drafts, and the number of the draft from which the next goes on.

        Args:
            states: Only in these states; none for any.
            words: Words that all stand in the title.
            order: By the last thing that was done, or by number; the greatest first.
            backwards: The other way round.
            after: Number of the draft at which the page before ended.
            limit: Length of the page.

        Raises:
            NotFoundError: For this reader there is no such draft to go on from.
        """
        column = _ORDERS[order]
        conditions = self._conditions(states, words)
        if after:
            last = self._one(table.c.draft == int(after))
            value = last.seq if order == "touched" else last.draft
            conditions.append(column > value if backwards else column < value)
        way = column.asc() if backwards else column.desc()
        found = self._read(select(*self._wanted).where(*conditions).order_by(way).limit(limit + 1))
        found.sort(key=lambda one: one.seq if order == "touched" else one.draft)
        found = (found if backwards else found[::-1])[: limit + 1]
        more = len(found) > limit
        return found[:limit], str(found[limit - 1].draft) if more else None

    def count(self, *, states: Collection[str] = (), words: str = "", most: int) -> int:
        """Return how many drafts there are, at most `most`."""
        some = select(table.c.draft).where(*self._conditions(states, words)).limit(most)
        with self._database.read() as connection:
            return int(
                connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
            )

    def answering(self, object_ids: Iterable[str]) -> list[DraftRow]:
        """Return the drafts that answer any of these objects, of those that a reader may know."""
        wanted = self._answers.in_(sorted(set(object_ids)))
        found = self._read(select(*self._wanted).where(wanted, *self._known))
        return sorted(found, key=lambda one: one.draft, reverse=True)

    def _one(self, condition: Condition) -> DraftRow:
        found = self._read(select(*self._wanted).where(condition, *self._known))
        if not found:
            raise _no_draft()
        return found[0]

    def _read(self, asked: Select[Any]) -> list[DraftRow]:
        """Return drafts with their labels, by one question."""
        some = asked.subquery()
        joined = some.join(label_kinds, label_kinds.c.label_id == some.c.label_id).outerjoin(
            label_names, label_names.c.label_id == some.c.label_id
        )
        parts = (label_kinds.c.tlp, label_kinds.c.pap, label_kinds.c.restricted)
        names = (label_names.c.kind, label_names.c.name)
        whole = select(some, *parts, *names).select_from(joined)
        drafts: dict[int, Row[Any]] = {}
        named: dict[int, list[tuple[str, str]]] = defaultdict(list)
        with self._database.read() as connection:
            for row in connection.execute(whole):
                drafts[row.draft] = row
                if row.kind is not None:
                    named[row.draft].append((row.kind, row.name))
        return [_draft(row, label_of(row, named[draft])) for draft, row in drafts.items()]

    def _conditions(self, states: Collection[str], words: str) -> list[Condition]:
        found: list[Condition] = []
        if states:
            found.append(table.c.state.in_(sorted(states)))
        found += [
            or_(
                table.c.title.icontains(word, autoescape=True),
                table.c.number.icontains(word, autoescape=True),
            )
            for word in words.split()
        ]
        return [*found, *self._known]


def tells_no_hidden_statement(
    kind: ColumnElement[str], subject: ColumnElement[str], reader: Cleared
) -> Condition:
    """Return the condition that what is told of a draft or a copy is told to who may know it.

    Args:
        kind: What happened; `OF_DRAFTS` and `OF_COPIES` say of what.
        subject: Its number, where it is one of these.
        reader: Who reads.
    """
    return and_(
        *(
            ~exists(
                select(1).where(
                    number == case((kind.startswith(of), cast(subject, BigInteger)), else_=null()),
                    ~label_met(reader, label),
                )
            )
            for of, number, label in (
                (OF_DRAFTS, table.c.draft, table.c.label_id),
                (OF_COPIES, copies.c.copy, copies.c.label_id),
            )
        )
    )


def _no_draft() -> NotFoundError:
    return NotFoundError("there is no such draft", hint=_HINT)


def _add(connection: Connection, entry: StatementEntry, standing: DraftStanding) -> int:
    keep_kinds(connection, [standing.label])
    seq = next_number(connection, entries)
    row = {
        "seq": seq,
        "draft": entry.draft,
        "kind": entry.kind,
        "label_id": label_id(standing.label),
        "actor": plain(entry.actor),
        "at_us": microseconds(entry.at),
        "body": entry.body,
    }
    connection.execute(insert(entries), row)
    return seq


def _columns(entry: StatementEntry, standing: DraftStanding) -> dict[str, Any]:
    return {
        "label_id": label_id(standing.label),
        "state": standing.state,
        "title": plain(standing.title),
        "issuer": plain(standing.issuer),
        "number": plain(standing.number),
        "answers": plain(standing.answers),
        "touched_us": microseconds(entry.at),
    }


def _entry(row: Row[Any]) -> StatementEntry:
    return StatementEntry(
        seq=row.seq,
        draft=row.draft,
        kind=row.kind,
        actor=row.actor,
        at=moment(row.at_us),
        body=row.body,
    )


def _draft(row: Row[Any], label: Label) -> DraftRow:
    return DraftRow(
        draft=row.draft,
        seq=row.seq,
        label=label,
        state=row.state,
        title=row.title,
        issuer=row.issuer,
        number=row.number,
        answers=row.answers,
        key=row.order_key or f"draft {row.draft}",  # as those were that were begun before
        begun=moment(row.begun_us),
        touched=moment(row.touched_us),
    )
