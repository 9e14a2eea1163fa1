"""The outbox: what one room wants sent and another will send.

A room writes a draft beside the change it speaks of, in one transaction; the room that
owns the channel sends it and says so. A draft is known by its content, so writing it
again, or saying again that it is sent, changes nothing.
"""

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.numbering import next_number
from legation.store.tables import outbox_drafts as drafts
from legation.store.values import microseconds, moment


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be sent.

    Attributes:
        draft_id: From its key, or from its content.
        channel: Who sends it: `mail`, `contact-point`, `taxii`.
        subject: Id of what it is about.
        sent: When it was sent; None while it waits.
        receipt: What the channel said.
    """

    draft_id: str
    channel: str
    subject: str
    body: bytes
    created: datetime
    sent: datetime | None
    receipt: str


class Outbox:
    """Drafts waiting for their channel."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def draft(self, channel: str, subject: str, body: bytes, *, key: str | None = None) -> Draft:
        """Write a draft, or find it when it was written before.

        Args:
            channel: Who sends it.
            subject: Id of what it is about.
            body: What is sent, as it is.
            key: Tells two sendings of one content apart (the number of a reminder).

        Raises:
            ConflictError: The key stands for a draft with another content.
        """
        facts = (channel, subject, key if key is not None else hashlib.sha256(body).hexdigest())
        draft_id = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
        with self._database.write() as connection:
            known = connection.execute(
                select(drafts).where(drafts.c.draft_id == draft_id)
            ).one_or_none()
            if known is None:
                row = {
                    "draft_id": draft_id,
                    "seq": next_number(connection, drafts),
                    "channel": channel,
                    "subject": subject,
                    "body": body,
                    "created_us": microseconds(self._database.now()),
                    "receipt": "",
                }
                connection.execute(insert(drafts), row)
            elif known.body != body:
                raise ConflictError(
                    f"draft {key} on {channel} has another content", hint="choose another key"
                )
            return self.get(draft_id)

    def get(self, draft_id: str) -> Draft:
        """Return a draft, waiting or sent.

        Raises:
            NotFoundError: There is none of that id.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(drafts).where(drafts.c.draft_id == draft_id)
            ).one_or_none()
        if row is None:
            raise NotFoundError(f"no draft {draft_id:.70}", hint="list those that wait")
        return _draft(row)

    def pending(
        self, channel: str | None = None, *, subject: str | None = None, limit: int = 100
    ) -> list[Draft]:
        """Return drafts not yet sent, the oldest first."""
        statement = select(drafts).where(drafts.c.sent_us.is_(None))
        if channel is not None:
            statement = statement.where(drafts.c.channel == channel)
        if subject is not None:
            statement = statement.where(drafts.c.subject == subject)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(drafts.c.seq).limit(limit))
            return [_draft(row) for row in rows]

    def mark_sent(self, draft_id: str, *, receipt: str = "") -> Draft:
        """Say that a draft is sent; the first time counts.

        Raises:
            NotFoundError: There is none of that id.
        """
        waiting = (drafts.c.draft_id == draft_id) & drafts.c.sent_us.is_(None)
        sent = {"sent_us": microseconds(self._database.now()), "receipt": receipt}
        with self._database.write() as connection:
            connection.execute(update(drafts).where(waiting).values(sent))
            return self.get(draft_id)


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        draft_id=row.draft_id,
        channel=row.channel,
        subject=row.subject,
        body=row.body,
        created=moment(row.created_us),
        sent=None if row.sent_us is None else moment(row.sent_us),
        receipt=row.receipt,
    )
