"""Everybody of the desk with what each holds, and whose a session is, in one question.

A page asks who looks, who is named on it, and who could decide on what it shows. All of that
is in one list, which is short; so the gate reads it once for the page.
"""

from typing import Any, Final, final

import msgspec
from sqlalchemy import ColumnElement, Row, and_, func, select

from legation.errors import NotFoundError
from legation.store.clearances import Held, read_held
from legation.store.database import Database
from legation.store.list_tables import visits
from legation.store.people import Person, number_of_passkeys, read_person
from legation.store.sessions import Session, Sessions, Visit, read_session
from legation.store.tables import clearances, people
from legation.store.tables import desk_sessions as sessions
from legation.store.values import moment

_OF_CLEARANCE: Final = ("tlp", "pap", "level", "compartments", "party")
_OF_SESSION: Final = ("session_sha256", "begun_us", "seen_us", "issuer", "proven_us")


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody of the desk at one moment, those who were disabled too.

    Attributes:
        people: In the order in which they were added.
        held: What each holds of whom somebody has said it, by id.
    """

    people: tuple[Person, ...] = ()
    held: dict[str, Held] = {}

    def names(self) -> dict[str, str]:
        """Return the name of each person by id."""
        return {one.person_id: one.name for one in self.people}

    def person(self, person_id: str) -> Person | None:
        """Return somebody by id; None for whom there is not."""
        return next((one for one in self.people if one.person_id == person_id), None)


@final
class Rosters:
    """Reads it.

    Args:
        database: The database.
        sessions: Notes that a session was seen.
    """

    def __init__(self, database: Database, sessions: Sessions) -> None:
        """Read nothing yet."""
        self._database = database
        self._sessions = sessions

    def now(self) -> Roster:
        """Return everybody."""
        return self._read("")[1]

    def of_session(
        self, session_sha256: str, *, attended: bool = True
    ) -> tuple[Person, Session, Roster]:
        """Return whose a session is, and everybody; the session is noted as `Sessions.get` does.

        Raises:
            NotFoundError: It is not known, or its time is over.
        """
        session, roster = self._read(session_sha256)
        if session is None:
            raise NotFoundError("nobody is signed in here", hint="log in")
        person = roster.person(session.person_id)
        assert person is not None  # noqa: S101 - the session was read from the person's row
        return person, self._sessions.noted(session, session_sha256, attended=attended), roster

    def _read(self, session_sha256: str) -> tuple[Session | None, Roster]:
        last = select(func.max(clearances.c.seq)).group_by(clearances.c.person_id)
        joined = people.outerjoin(
            clearances,
            and_(clearances.c.person_id == people.c.person_id, clearances.c.seq.in_(last)),
        ).outerjoin(
            sessions,
            and_(
                sessions.c.person_id == people.c.person_id,
                sessions.c.session_sha256 == session_sha256,
            ),
        )
        joined = joined.outerjoin(
            visits,
            and_(visits.c.person_id == people.c.person_id, sessions.c.session_sha256.is_not(None)),
        )
        columns: list[ColumnElement[Any]] = [clearances.c[name] for name in _OF_CLEARANCE]
        columns += [sessions.c[name] for name in _OF_SESSION]
        columns += [visits.c.seen_us.label("looked_us"), visits.c.before_us]
        chosen = select(people, number_of_passkeys(), *columns).select_from(joined)
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(people.c.seq)).all()
        found = next((row for row in rows if row.session_sha256 is not None), None)
        roster = Roster(
            people=tuple(map(read_person, rows)),
            held={row.person_id: read_held(row) for row in rows if row.tlp is not None},
        )
        return None if found is None else _session(found), roster


def _session(row: Row[Any]) -> Session:
    if row.looked_us is None:
        return read_session(row)
    before = None if row.before_us is None else moment(row.before_us)
    visit = Visit(seen=moment(row.looked_us), before=before)
    return msgspec.structs.replace(read_session(row), visit=visit)
