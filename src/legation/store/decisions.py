"""Acts that need two people: who asks, who decides, and that it is carried out once.

A request is a row before anybody is asked. It waits until its last day, and its state changes
in one statement that asks for the state before, so of two who decide at the same time one is
too late. Who may ask and decide is settled by `app`.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Row, insert, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.knowing import Cleared
from legation.store.numbering import next_number
from legation.store.tables import decisions as table
from legation.store.tellings import tell_of, tells_nothing_hidden, told_of_each
from legation.store.values import microseconds, moment, plain

RequestState = Literal["waiting", "approved", "refused", "withdrawn", "lapsed"]
WAITING: Final = "waiting"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One act that somebody asked for and somebody else decides on.

    Attributes:
        request_id: Random, so that an address does not tell how many there are.
        seq: Order of asking.
        act: Name of the act in the catalogue.
        subject: What it is done to, for the audit trail.
        title: The act for a person, without the contents of anything.
        given: What carrying it out needs to know, as JSON values.
        reason: Why, in the words of who asked.
        until: When it lapses by itself.
        decided_by: Who decided; empty until then.
        words: What they said.
        outcome: The job that carries it out; empty when there is none.
    """

    request_id: str
    seq: int
    act: str
    subject: str
    title: str
    given: dict[str, Any]
    reason: str
    asked_by: str
    asked: datetime
    until: datetime
    state: RequestState
    decided_by: str
    decided: datetime | None
    words: str
    outcome: str


class Decisions:
    """The requests of one store.

    Args:
        database: The database.
        reader: For whom they are read; None for the house's own use.
    """

    def __init__(self, database: Database, reader: Cleared | None = None) -> None:
        """Work on this database."""
        self._database = database
        self._known = [] if reader is None else [tells_nothing_hidden(table.c.request_id, reader)]

    def as_read_by(self, reader: Cleared) -> "Decisions":
        """Return the requests that a reader may know, as if there were no others."""
        return Decisions(self._database, reader)

    def ask(
        self,
        act: str,
        subject: str,
        title: str,
        given: dict[str, Any],
        *,
        reason: str,
        asked_by: str,
        until: datetime,
        about: Iterable[str] = (),
    ) -> Request:
        """Keep a request.

        Raises:
            ConflictError: The same act on the same subject waits already.
        """
        request_id = secrets.token_hex(8)
        same = (table.c.act == act) & (table.c.subject == subject) & (table.c.state == WAITING)
        with self._database.write() as connection:
            if connection.execute(select(table.c.seq).where(same)).first() is not None:
                raise ConflictError(
                    "this was asked for already, and waits for its decision",
                    hint="see the page Decisions",
                )
            row = {
                "request_id": request_id,
                "seq": next_number(connection, table),
                "act": act,
                "subject": subject,
                "title": plain(title),
                "given": msgspec.json.encode(given, order="sorted"),
                "reason": plain(reason),
                "asked_by": asked_by,
                "asked_us": microseconds(self._database.now()),
                "until_us": microseconds(until),
                "state": WAITING,
                "decided_by": "",
                "decided_us": None,
                "words": "",
                "outcome": "",
            }
            connection.execute(insert(table), row)
            tell_of(connection, request_id, about)
            return self.get(request_id)

    def get(self, request_id: str) -> Request:
        """Return one request.

        Raises:
            NotFoundError: There is none of that id.
        """
        chosen = select(table).where(table.c.request_id == request_id, *self._known)
        with self._database.read() as connection:
            row = connection.execute(chosen).one_or_none()
        if row is None:
            raise NotFoundError(f"no request {request_id!r:.70}", hint="see the page Decisions")
        return _request(row)

    def find(
        self,
        *,
        state: RequestState | None = None,
        asked_by: str | None = None,
        acts: Iterable[str] | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Request]:
        """Return requests, the newest first.

        Args:
            state: Only those in it.
            asked_by: Only those that this person asked for.
            acts: Only these acts, and those that `asked_by` asked for when it is given too.
            before: Only those asked for before the one of this number.
            limit: At most so many.
        """
        conditions = list(self._known)
        if state is not None:
            conditions.append(table.c.state == state)
        if acts is not None:
            named = table.c.act.in_(sorted(acts))
            conditions.append(named if asked_by is None else named | (table.c.asked_by == asked_by))
        elif asked_by is not None:
            conditions.append(table.c.asked_by == asked_by)
        if before is not None:
            conditions.append(table.c.seq < before)
        chosen = select(table).where(*conditions).order_by(table.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [_request(row) for row in connection.execute(chosen)]

    def about(self, request_ids: Collection[str]) -> dict[str, set[str]]:
        """Return the ids of the objects of which each of these requests tells."""
        with self._database.read() as connection:
            return told_of_each(connection, request_ids)

    def decide(self, request_id: str, state: RequestState, *, by: str, words: str = "") -> Request:
        """End the waiting of a request, once.

        Raises:
            ConflictError: It does not wait any more.
        """
        waits = (table.c.request_id == request_id) & (table.c.state == WAITING)
        decided = {
            "state": state,
            "decided_by": by,
            "decided_us": microseconds(self._database.now()),
            "words": plain(words),
        }
        with self._database.write() as connection:
            if connection.execute(update(table).where(waits).values(decided)).rowcount != 1:
                raise ConflictError(
                    "this request does not wait any more", hint="load its page again"
                )
            return self.get(request_id)

    def note_outcome(self, request_id: str, outcome: str) -> Request:
        """Note which job carries out what was approved."""
        same = (table.c.request_id == request_id) & (table.c.state == "approved")
        with self._database.write() as connection:
            connection.execute(update(table).where(same).values(outcome=outcome))
            return self.get(request_id)


def _request(row: Row[Any]) -> Request:
    return Request(
        request_id=row.request_id,
        seq=row.seq,
        act=row.act,
        subject=row.subject,
        title=row.title,
        given=msgspec.json.decode(row.given),
        reason=row.reason,
        asked_by=row.asked_by,
        asked=moment(row.asked_us),
        until=moment(row.until_us),
        state=row.state,
        decided_by=row.decided_by,
        decided=None if row.decided_us is None else moment(row.decided_us),
        words=row.words,
        outcome=row.outcome,
    )
