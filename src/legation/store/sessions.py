"""Sessions of the desk: who is signed in, known by the hash of a secret in their browser.

A session ends by itself: 30 minutes after it was last seen, 12 hours after it began. To be
seen costs a write, so it is noted once a minute at most, and not while another
writes for long.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, delete, insert, or_, select, update

from legation.errors import BusyError, NotFoundError
from legation.store.database import Database
from legation.store.tables import desk_sessions as sessions
from legation.store.values import microseconds, moment

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
NOTED: Final = timedelta(minutes=1)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser that is signed in.

    Attributes:
        issuer: The identity provider that vouched for the person; empty: their passkey did.
        proven: When its person last showed their passkey in it; None when never.
        visit: When they looked at the first page; None where that was not read, or never.
    """

    person_id: str
    begun: datetime
    seen: datetime
    issuer: str = ""
    proven: datetime | None = None
    visit: "Visit | None" = None


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody looked at the first page last, and when in their visit before that."""

    seen: datetime
    before: datetime | None = None


class Sessions:
    """All sessions that may still hold."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def begin(
        self, session_sha256: str, person_id: str, issuer: str = "", *, proven: bool = False
    ) -> None:
        """Begin a session, and forget those whose time is over.

        Args:
            session_sha256: Hash of its secret.
            person_id: Whose it is.
            issuer: The provider that vouched for them; empty: their passkey did.
            proven: Whether they were asked just now who they are.
        """
        now = self._database.now()
        over = or_(
            sessions.c.begun_us <= microseconds(now - LONGEST),
            sessions.c.seen_us <= microseconds(now - IDLE),
        )
        row = {
            "session_sha256": session_sha256,
            "person_id": person_id,
            "begun_us": microseconds(now),
            "seen_us": microseconds(now),
            "issuer": issuer or None,
            "proven_us": microseconds(now) if proven else None,
        }
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(over))
            connection.execute(insert(sessions), row)

    def get(self, session_sha256: str, *, attended: bool = True) -> Session:
        """Return a session, and note that it was seen.

        Args:
            session_sha256: Which.
            attended: False when a page asks by itself: then its time runs on.

        Raises:
            NotFoundError: It is not known, or its time is over.
        """
        named = sessions.c.session_sha256 == session_sha256
        with self._database.read() as connection:
            row = connection.execute(select(sessions).where(named)).one_or_none()
        if row is None:
            raise NotFoundError("nobody is signed in here", hint="log in")
        return self.noted(read_session(row), session_sha256, attended=attended)

    def noted(self, found: Session, session_sha256: str, *, attended: bool) -> Session:
        """Return a session that was read, as one that is seen now; see `get`.

        Raises:
            NotFoundError: Its time is over.
        """
        now = self._database.now()
        if _over(found.begun, found.seen, now):
            raise NotFoundError("nobody is signed in here", hint="log in")
        if attended and now - found.seen >= NOTED:
            named = sessions.c.session_sha256 == session_sha256
            with suppress(BusyError), self._database.write() as connection:
                connection.execute(update(sessions).where(named).values(seen_us=microseconds(now)))
        return msgspec.structs.replace(found, seen=now)

    def prove(self, session_sha256: str) -> None:
        """Note that a passkey was shown in a session, now."""
        named = sessions.c.session_sha256 == session_sha256
        shown = {"proven_us": microseconds(self._database.now())}
        with self._database.write() as connection:
            connection.execute(update(sessions).where(named).values(shown))

    def end(self, session_sha256: str) -> None:
        """End a session; one that is not known is ended already."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.session_sha256 == session_sha256))

    def end_all(self, person_id: str, *, but: str = "") -> None:
        """End all sessions of somebody, save the one of this hash."""
        others = (sessions.c.person_id == person_id) & (sessions.c.session_sha256 != but)
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(others))


def read_session(row: Row[Any]) -> Session:
    """Return the session of a row, as it was seen last."""
    return Session(
        person_id=row.person_id,
        begun=moment(row.begun_us),
        seen=moment(row.seen_us),
        issuer=row.issuer or "",
        proven=None if row.proven_us is None else moment(row.proven_us),
    )


def _over(begun: datetime, seen: datetime, now: datetime) -> bool:
    # A clock that was set back must not make a session longer.
    return not (begun - NOTED <= now < begun + LONGEST and now < seen + IDLE)
