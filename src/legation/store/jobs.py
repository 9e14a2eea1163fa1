"""The table of jobs: long work that outlives the page, and the program, that asked for it.

A job is a row before anything is done for it, so nothing asked for is lost. What it is
given and what it gives are JSON values, never pickled objects: whoever can write to the
database must not be able to run code in the program that reads it. Who takes a job, and
what is done for it, is decided by `app`.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Row, func, insert, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.knowing import Cleared
from legation.store.notices import Notices
from legation.store.numbering import next_number
from legation.store.tables import job_log
from legation.store.tables import jobs as table
from legation.store.tellings import tell_of, tells_nothing_hidden, told_of_each
from legation.store.values import microseconds, moment, plain

State = Literal["waiting", "running", "done", "failed", "cancelled"]
OPEN: Final = ("waiting", "running")
ENDED: Final = ("done", "failed", "cancelled")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of long work.

    Attributes:
        job_id: Random, so that an address does not tell how many there are.
        seq: Order of asking.
        kind: What is to be done: `import`, `watch`.
        title: The same for a person, without the contents of anything.
        given: What the work needs to know, as JSON values.
        actor: Who asked.
        place: Where its files are: the machine and folder; only there it can be done.
        state: How far it is.
        percent: From 0 to 100.
        words: What it does now, or how it ended.
        result: What came of it, as JSON values.
        hint: What a person can do about a failure.
        cancelling: Somebody has asked to end it.
        attempts: How often it was begun; more than once after an interruption.
    """

    job_id: str
    seq: int
    kind: str
    title: str
    given: dict[str, Any]
    actor: str
    place: str
    state: State
    percent: int
    words: str
    result: dict[str, Any]
    hint: str
    cancelling: bool
    attempts: int
    created: datetime
    started: datetime | None
    ended: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits or runs."""
        return self.state in OPEN


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a job did."""

    at: datetime
    words: str


class Jobs:
    """The jobs of one store.

    Args:
        database: The database.
        reader: For whom they are read: a job that tells of an object which they may not know is
            not there for them. None for the house's own use.
    """

    def __init__(self, database: Database, reader: Cleared | None = None) -> None:
        """Work on this database."""
        self._database = database
        self._known = [] if reader is None else [tells_nothing_hidden(table.c.job_id, reader)]

    def as_read_by(self, reader: Cleared) -> "Jobs":
        """Return the jobs that a reader may know, as if there were no others."""
        return Jobs(self._database, reader)

    def tell_of(self, job_id: str, object_ids: Iterable[str]) -> None:
        """Note of which objects a job tells: by its words, its result or its file."""
        with self._database.write() as connection:
            tell_of(connection, job_id, object_ids)

    def about(self, job_ids: Collection[str]) -> dict[str, set[str]]:
        """Return the ids of the objects of which each of these jobs tells."""
        with self._database.read() as connection:
            return told_of_each(connection, job_ids)

    def add(
        self,
        kind: str,
        title: str,
        given: dict[str, Any],
        *,
        actor: str,
        place: str,
        about: Iterable[str] = (),
    ) -> Job:
        """Ask for work; on return it is on disk.

        Args:
            kind: What is to be done.
            title: The same for a person.
            given: What the work needs to know.
            actor: Who asks.
            place: Where its files are.
            about: Ids of the objects of which the job tells.
        """
        job_id = secrets.token_hex(8)
        with self._database.write() as connection:
            row = {
                "job_id": job_id,
                "seq": next_number(connection, table),
                "kind": kind,
                "title": plain(title),
                "given": msgspec.json.encode(given, order="sorted"),
                "actor": plain(actor),
                "place": plain(place),
                "state": "waiting",
                "percent": 0,
                "words": "waits for its turn",
                "result": b"{}",
                "hint": "",
                "cancelling": False,
                "attempts": 0,
                "created_us": microseconds(self._database.now()),
            }
            connection.execute(insert(table), row)
            tell_of(connection, job_id, about)
            self.note(job_id, "asked for")
            return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """Return one job.

        Raises:
            NotFoundError: There is none of that id.
        """
        with self._database.read() as connection:
            chosen = select(table).where(table.c.job_id == job_id, *self._known)
            row = connection.execute(chosen).one_or_none()
        if row is None:
            raise NotFoundError(f"no job {job_id!r:.70}", hint="run: legation job list")
        return _job(row)

    def find(
        self,
        *,
        states: tuple[State, ...] = (),
        place: str | None = None,
        actor: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Job]:
        """Return jobs, the newest first.

        Args:
            states: Only these; none means all.
            place: Only those whose files are there.
            actor: Only those that this one asked for.
            before: Only jobs asked for before the one of this number.
            limit: At most so many.
        """
        statement = select(table).where(*self._known)
        if states:
            statement = statement.where(table.c.state.in_(states))
        if place is not None:
            statement = statement.where(table.c.place == place)
        if actor is not None:
            statement = statement.where(table.c.actor == actor)
        if before is not None:
            statement = statement.where(table.c.seq < before)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(table.c.seq.desc()).limit(limit))
            return [_job(row) for row in rows]

    def take(self, place: str) -> Job | None:
        """Begin the job that has waited longest at a place; None when none waits."""
        waiting = (table.c.state == "waiting") & (table.c.place == place)
        with self._database.read() as connection:
            oldest = select(table.c.job_id).where(waiting).order_by(table.c.seq).limit(1)
            job_id = connection.execute(oldest).scalar_one_or_none()
        if job_id is None:
            return None
        begun = {
            "state": "running",
            "words": "begins",
            "attempts": table.c.attempts + 1,
            "started_us": microseconds(self._database.now()),
        }
        with self._database.write() as connection:
            changed = connection.execute(
                update(table).where((table.c.job_id == job_id) & waiting).values(begun)
            )
            return self.get(job_id) if changed.rowcount else None

    def report(self, job_id: str, percent: int, words: str) -> bool:
        """Say how far a running job is; tell whether somebody has asked to end it."""
        running = (table.c.job_id == job_id) & (table.c.state == "running")
        told = {"percent": max(0, min(percent, 100)), "words": plain(words)}
        with self._database.write() as connection:
            connection.execute(update(table).where(running).values(told))
            return self.get(job_id).cancelling

    def note(self, job_id: str, words: str) -> None:
        """Add a line to the log of what a job did."""
        with self._database.write() as connection:
            last = select(func.max(job_log.c.number)).where(job_log.c.job_id == job_id)
            number = (connection.execute(last).scalar_one() or 0) + 1
            at = microseconds(self._database.now())
            line = {"job_id": job_id, "number": number, "at_us": at, "words": plain(words)}
            connection.execute(insert(job_log), line)

    def log(self, job_id: str) -> list[LogLine]:
        """Return what a job did, in order."""
        lines = select(job_log).where(job_log.c.job_id == job_id).order_by(job_log.c.number)
        with self._database.read() as connection:
            return [
                LogLine(at=moment(row.at_us), words=row.words) for row in connection.execute(lines)
            ]

    def finish(
        self,
        job_id: str,
        state: Literal["done", "failed", "cancelled"],
        words: str,
        *,
        result: dict[str, Any] | None = None,
        hint: str = "",
    ) -> Job:
        """Say how a job ended; one that has ended stays as it is."""
        still_open = (table.c.job_id == job_id) & table.c.state.in_(OPEN)
        ended = {
            "state": state,
            "words": plain(words),
            "result": msgspec.json.encode(result or {}, order="sorted"),
            "hint": plain(hint),
            "ended_us": microseconds(self._database.now()),
        }
        if state == "done":
            ended["percent"] = 100
        with self._database.write() as connection:
            if connection.execute(update(table).where(still_open).values(ended)).rowcount:
                self.note(job_id, f"{state}: {words}")
                self._tell(job_id, state)
            return self.get(job_id)

    def _tell(self, job_id: str, state: str) -> None:
        """Tell whoever asked, in the transaction that ends the job."""
        asked = select(table.c.actor).where(table.c.job_id == job_id)
        with self._database.read() as connection:
            actor = connection.execute(asked).scalar_one()
        Notices(self._database).add(
            f"job.{state}", to=(actor,), key=f"job.ended {job_id}", subject=job_id
        )

    def cancel(self, job_id: str) -> Job:
        """Ask to end a job: one that waits ends now, one that runs at its next halt.

        Raises:
            NotFoundError: There is none of that id.
            ConflictError: It has ended already.
        """
        with self._database.write() as connection:
            job = self.get(job_id)
            if job.state == "waiting":
                return self.finish(job_id, "cancelled", "cancelled before it began")
            if not job.is_open:
                raise ConflictError(
                    f"this job is {job.state} already", hint="nothing is left to do"
                )
            if not job.cancelling:
                same = table.c.job_id == job_id
                connection.execute(update(table).where(same).values(cancelling=True))
                self.note(job_id, "asked to end")
            return self.get(job_id)

    def requeue(self, place: str, *, most: int) -> list[Job]:
        """Let jobs wait again that run nowhere any more; call it when nobody else runs jobs here.

        Args:
            place: Where.
            most: A job that was begun so often and never ended has failed: it may be what kills.
        """
        broken = self.find(states=("running",), place=place, limit=1000)
        with self._database.write():
            for job in broken:
                if job.cancelling:
                    self.finish(job.job_id, "cancelled", "cancelled")
                    continue
                if job.attempts >= most:
                    self.finish(
                        job.job_id,
                        "failed",
                        f"the program ended {job.attempts} times while it ran",
                        hint="look into the machine's log, then ask for it again",
                    )
                    continue
                self.wait_again(job.job_id, "goes on after an interruption", killed=True)
        return broken

    def wait_again(self, job_id: str, words: str, *, killed: bool = False) -> None:
        """Put a running job back into the queue, where it was; only a kill counts as an attempt."""
        running = (table.c.job_id == job_id) & (table.c.state == "running")
        attempts = table.c.attempts - (0 if killed else 1)
        again = {"state": "waiting", "words": plain(words), "attempts": attempts}
        with self._database.write() as connection:
            connection.execute(update(table).where(running).values(again))
            self.note(job_id, words)


def _job(row: Row[Any]) -> Job:
    return Job(
        job_id=row.job_id,
        seq=row.seq,
        kind=row.kind,
        title=row.title,
        given=msgspec.json.decode(row.given),
        actor=row.actor,
        place=row.place,
        state=row.state,
        percent=row.percent,
        words=row.words,
        result=msgspec.json.decode(row.result),
        hint=row.hint,
        cancelling=bool(row.cancelling),
        attempts=row.attempts,
        created=moment(row.created_us),
        started=None if row.started_us is None else moment(row.started_us),
        ended=None if row.ended_us is None else moment(row.ended_us),
    )
