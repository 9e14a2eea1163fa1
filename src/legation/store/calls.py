"""Calls that wake somebody: what was tried, in which order, and who took it.

A call has a random reference, which is all that leaves the desk. It stays open until a
person acknowledges it; that nobody did is a state of its own, which stays as well.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Row, func, insert, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.duty_tables import wake_calls as calls
from legation.store.duty_tables import wake_steps as steps
from legation.store.knowing import Cleared, NeedToKnow
from legation.store.numbering import next_number
from legation.store.selection import Condition
from legation.store.values import microseconds, moment, plain

State = Literal["open", "nobody", "acknowledged"]
Urgency = Literal["urgent", "soon"]
RINGING: Final = ("open", "nobody")
# Without letters and digits that are read or heard as one another.
_SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LONG: Final = 8


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call.

    Attributes:
        ref: Names it in the world outside.
        cause: What happened: `campaign.new`.
        object_id: Of which object; empty for none.
        state: `nobody`: a whole round of people and channels has passed without an answer.
        round: The round that runs, from 1.
        due: When the next step is taken.
        ended: When it was acknowledged.
        person_id: By whom.
    """

    ref: str
    seq: int
    cause: str
    object_id: str
    urgency: Urgency
    state: State
    round: int
    created: datetime
    due: datetime
    ended: datetime | None
    person_id: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One try to wake somebody; no person when nobody was left to try."""

    ref: str
    number: int
    round: int
    person_id: str
    kind: str
    address: str
    draft_id: str
    words: str
    at: datetime


class Calls:
    """The calls of one store."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def raise_call(
        self, cause: str, *, key: str, object_id: str = "", urgency: Urgency = "urgent"
    ) -> tuple[Call, bool]:
        """Raise a call, or find the one of that key; tell whether it was new."""
        with self._database.write() as connection:
            known = connection.execute(select(calls).where(calls.c.key == key)).one_or_none()
            if known is not None:
                return _call(known), False
            now = microseconds(self._database.now())
            row = {
                "ref": "".join(secrets.choice(_SIGNS) for _ in range(_LONG)),
                "seq": next_number(connection, calls),
                "key": key,
                "cause": cause,
                "object_id": object_id,
                "urgency": urgency,
                "state": "open",
                "round": 1,
                "created_us": now,
                "due_us": now,
                "person_id": "",
            }
            connection.execute(insert(calls), row)
            return self.get(str(row["ref"])), True

    def get(self, ref: str, reader: Cleared | None = None) -> Call:
        """Return a call; with a reader only one of what they may know.

        Raises:
            NotFoundError: There is none of that reference.
        """
        wanted = [calls.c.ref == ref.strip().upper(), *_admitted(reader)]
        with self._database.read() as connection:
            row = connection.execute(select(calls).where(*wanted)).one_or_none()
        if row is None:
            raise NotFoundError(
                f"no call {ref!r:.40}", hint="check the letters; run: legation duty show"
            )
        return _call(row)

    def due(self, longest: timedelta | None = None, *, rounds: int = 0) -> list[Call]:
        """Return the calls whose next step is due, the oldest first.

        Args:
            longest: No step waits longer, in one of so many rounds: what is due later was put
                there before the clock was set back, and nobody would be woken until it comes.
            rounds: How many.
        """
        now = self._database.now()
        ripe = calls.c.due_us <= microseconds(now)
        if longest is not None:
            ripe |= (calls.c.due_us > microseconds(now + longest)) & (calls.c.round <= rounds)
        return self._find(calls.c.state.in_(RINGING), ripe, order=calls.c.seq, limit=1000)

    def find(
        self,
        *,
        reader: Cleared | None = None,
        states: tuple[str, ...] = (),
        before: int | None = None,
        limit: int = 50,
    ) -> list[Call]:
        """Return calls, the newest first."""
        wanted = _admitted(reader)
        if states:
            wanted.append(calls.c.state.in_(states))
        if before is not None:
            wanted.append(calls.c.seq < before)
        return self._find(*wanted, order=calls.c.seq.desc(), limit=limit)

    def known(self, refs: Collection[str], reader: Cleared) -> set[str]:
        """Return those of some references whose calls a reader may know of."""
        wanted = [calls.c.ref.in_(sorted(refs)), *_admitted(reader)]
        with self._database.read() as connection:
            return set(connection.execute(select(calls.c.ref).where(*wanted)).scalars())

    def count(self, *states: str, reader: Cleared | None = None) -> int:
        """Return how many calls are in these states."""
        wanted = [calls.c.state.in_(states), *_admitted(reader)]
        with self._database.read() as connection:
            counted = select(func.count()).select_from(calls).where(*wanted)
            return int(connection.execute(counted).scalar_one())

    def step(self, taken: Step, *, due: datetime) -> None:
        """Write what was tried, and when the next is due; an answered call stays as it is."""
        row = msgspec.structs.asdict(taken)
        row |= {"at_us": microseconds(row.pop("at")), "words": plain(taken.words)}
        with self._database.write() as connection:
            connection.execute(insert(steps), row)
            connection.execute(self._ringing(taken.ref).values(due_us=microseconds(due)))

    def is_taken(self, draft_id: str) -> bool:
        """Tell whether somebody took the call for which a draft is sent."""
        of = select(steps.c.ref).where(steps.c.draft_id == draft_id)
        taken = calls.c.ref.in_(of) & (calls.c.state == "acknowledged")
        with self._database.read() as connection:
            return connection.execute(select(calls.c.ref).where(taken)).first() is not None

    def hurry(self, draft_id: str) -> None:
        """Let the next step be due now: what the last one sent has been given up."""
        of = select(steps.c.ref).where(steps.c.draft_id == draft_id)
        ringing = calls.c.ref.in_(of) & calls.c.state.in_(RINGING)
        now = microseconds(self._database.now())
        later = calls.c.due_us > now
        with self._database.write() as connection:
            connection.execute(update(calls).where(ringing, later).values(due_us=now))

    def round_over(self, ref: str, *, due: datetime) -> None:
        """Say that a round passed and nobody answered, and when the next begins."""
        told = {
            "state": "nobody",
            "round": calls.c.round + 1,
            "due_us": microseconds(due),
        }
        with self._database.write() as connection:
            connection.execute(self._ringing(ref).values(told))

    def acknowledge(self, ref: str, person_id: str) -> Call:
        """Say that somebody has taken a call; on return it is on disk.

        Raises:
            NotFoundError: There is none of that reference.
            ConflictError: Somebody else has taken it.
        """
        with self._database.write() as connection:
            call = self.get(ref)
            told = {
                "state": "acknowledged",
                "ended_us": microseconds(self._database.now()),
                "person_id": person_id,
            }
            changed = connection.execute(self._ringing(call.ref).values(told)).rowcount
            if not changed and call.person_id != person_id:
                raise ConflictError(
                    f"{call.ref} was taken by somebody else", hint="open the call to see by whom"
                )
            return self.get(call.ref)

    def steps(self, ref: str) -> list[Step]:
        """Return what was tried, in order."""
        of = select(steps).where(steps.c.ref == ref).order_by(steps.c.number)
        with self._database.read() as connection:
            return [_step(row) for row in connection.execute(of)]

    def _ringing(self, ref: str) -> Any:
        return update(calls).where(calls.c.ref == ref, calls.c.state.in_(RINGING))

    def _find(self, *wanted: Condition, order: Any, limit: int) -> list[Call]:
        statement = select(calls).where(*wanted).order_by(order).limit(limit)
        with self._database.read() as connection:
            return [_call(row) for row in connection.execute(statement)]


def _admitted(reader: Cleared | None) -> list[Condition]:
    return [] if reader is None else [NeedToKnow(reader).may_be_told(calls.c.object_id)]


def _call(row: Row[Any]) -> Call:
    return Call(
        ref=row.ref,
        seq=row.seq,
        cause=row.cause,
        object_id=row.object_id,
        urgency=row.urgency,
        state=row.state,
        round=row.round,
        created=moment(row.created_us),
        due=moment(row.due_us),
        ended=None if row.ended_us is None else moment(row.ended_us),
        person_id=row.person_id,
    )


def _step(row: Row[Any]) -> Step:
    return Step(
        ref=row.ref,
        number=row.number,
        round=row.round,
        person_id=row.person_id,
        kind=row.kind,
        address=row.address,
        draft_id=row.draft_id,
        words=row.words,
        at=moment(row.at_us),
    )
