"""Sendings: how far a draft of the outbox is on its way out.

Who sends says so before the first byte leaves, on disk. So after a kill it is known which
drafts may have left: they are sent again, and told of as possibly doubled. A draft that
no try has brought out is dead and is listed until somebody has seen it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Row, case, insert, select, update

from legation.store.database import Database
from legation.store.duty_tables import outbox_sendings as table
from legation.store.duty_tables import wake_calls as calls
from legation.store.outbox import Draft, Outbox
from legation.store.selection import Condition
from legation.store.tables import outbox_drafts as drafts
from legation.store.values import microseconds, moment, plain

State = Literal["waiting", "sending", "sent", "dead", "withdrawn"]
_LONGEST_FAULT = 300


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """A draft on its way.

    Attributes:
        attempts: How often it was begun.
        due: When it is tried next.
        holder: Who is sending it now; empty for nobody.
        doubled: It may have been sent twice.
        fault: Why the last try failed.
    """

    draft_id: str
    state: State
    attempts: int
    due: datetime
    holder: str
    doubled: bool
    fault: str
    channel: str
    subject: str
    created: datetime


class Sendings:
    """What leaves, for whoever sends it."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        """Work on this database and its outbox."""
        self._database = database
        self._outbox = outbox

    def put(self, channel: str, subject: str, body: bytes, *, key: str) -> Draft:
        """Ask for something to be sent, once for each key; on return it is on disk."""
        with self._database.write() as connection:
            draft = self._outbox.draft(channel, subject, body, key=key)
            known = select(table.c.draft_id).where(table.c.draft_id == draft.draft_id)
            if connection.execute(known).first() is None:
                row = {
                    "draft_id": draft.draft_id,
                    "state": "waiting",
                    "attempts": 0,
                    "due_us": microseconds(self._database.now()),
                    "holder": "",
                    "doubled": False,
                    "fault": "",
                }
                connection.execute(insert(table), row)
            return draft

    def take(self, holder: str, besides: Collection[str] = ()) -> tuple[Draft, Sending] | None:
        """Begin the sending that has been due longest, of a call before all others; None for none.

        Args:
            holder: Who sends.
            besides: Channels that are left alone.

        Call it under the lease alone: what somebody else is sending is then what a kill left.
        """
        with self._database.write() as connection:
            joined = table.join(drafts, drafts.c.draft_id == table.c.draft_id)
            ready = self._ready(holder), drafts.c.channel.not_in(besides)
            oldest = select(table).select_from(joined).where(*ready)
            rings = drafts.c.subject.in_(select(calls.c.ref))
            order = (case((rings, 0), else_=1), table.c.due_us, drafts.c.seq)
            row = connection.execute(oldest.order_by(*order).limit(1)).one_or_none()
            if row is None:
                return None
            begun = {
                "state": "sending",
                "attempts": row.attempts + 1,
                "holder": holder,
                "doubled": bool(row.doubled) or row.state == "sending",
            }
            connection.execute(self._of(row.draft_id).values(begun))
            return self._outbox.get(row.draft_id), self.get(row.draft_id)

    def waits(self, holder: str) -> bool:
        """Tell whether there is something to take."""
        ready = select(table.c.draft_id).where(self._ready(holder)).limit(1)
        with self._database.read() as connection:
            return connection.execute(ready).first() is not None

    def sent(self, draft_id: str, receipt: str) -> None:
        """Say that a draft was taken by the other side."""
        with self._database.write() as connection:
            self._outbox.mark_sent(draft_id, receipt=receipt)
            connection.execute(self._of(draft_id).values(state="sent", holder="", fault=""))

    def failed(
        self, draft_id: str, fault: str, *, again: datetime | None, doubled: bool = False
    ) -> None:
        """Say that a try failed.

        Args:
            draft_id: Of which draft.
            fault: Why.
            again: When it is tried next; None: never, it is dead.
            doubled: The other side may have it all the same, so another try may double it.
        """
        told: dict[str, Any] = {"holder": "", "fault": plain(fault)[:_LONGEST_FAULT]}
        if doubled:
            told["doubled"] = True
        if again is None:
            told["state"] = "dead"
        else:
            told |= {"state": "waiting", "due_us": microseconds(again)}
        with self._database.write() as connection:
            connection.execute(self._of(draft_id).values(told))

    def withdraw(self, subject: str) -> None:
        """Let nothing leave any more that waits for a subject."""
        of = select(drafts.c.draft_id).where(drafts.c.subject == subject)
        waiting = table.c.draft_id.in_(of) & (table.c.state == "waiting")
        with self._database.write() as connection:
            connection.execute(update(table).where(waiting).values(state="withdrawn"))

    def get(self, draft_id: str) -> Sending:
        """Return one sending."""
        joined = _joined().where(table.c.draft_id == draft_id)
        with self._database.read() as connection:
            return _sending(connection.execute(joined).one())

    def find(
        self, *, state: State | None = None, subject: str | None = None, limit: int = 100
    ) -> list[Sending]:
        """Return sendings, the newest first."""
        statement = _joined()
        if state is not None:
            statement = statement.where(table.c.state == state)
        if subject is not None:
            statement = statement.where(drafts.c.subject == subject)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(drafts.c.seq.desc()).limit(limit))
            return [_sending(row) for row in rows]

    def _ready(self, holder: str) -> Condition:
        now = microseconds(self._database.now())
        due = (table.c.state == "waiting") & (table.c.due_us <= now)
        return due | ((table.c.state == "sending") & (table.c.holder != holder))

    def _of(self, draft_id: str) -> Any:
        return update(table).where(table.c.draft_id == draft_id)


def _joined() -> Any:
    shown = (drafts.c.channel, drafts.c.subject, drafts.c.created_us)
    return select(table, *shown).join_from(table, drafts, drafts.c.draft_id == table.c.draft_id)


def _sending(row: Row[Any]) -> Sending:
    return Sending(
        draft_id=row.draft_id,
        state=row.state,
        attempts=row.attempts,
        due=moment(row.due_us),
        holder=row.holder,
        doubled=bool(row.doubled),
        fault=row.fault,
        channel=row.channel,
        subject=row.subject,
        created=moment(row.created_us),
    )
