"""The log of runs: which detector looked at which input under which rule.

A finding names its run, so that anybody can run it again and compare. A run's id follows
from input and rule: recording it twice is one record; other facts under one id are a fault.
"""

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.numbering import next_number
from legation.store.tables import runs
from legation.store.values import microseconds, moment


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a detector.

    Attributes:
        run_id: From the input's hash and the rule.
        seq: Order of recording.
        detector: Its name in the catalogue.
        input_sha256: Of the file, or `Lake.fingerprint`.
        rule: Its settings, as JSON values.
        facts: What it counted, as JSON values.
        created: When it was recorded.
    """

    run_id: str
    seq: int
    detector: str
    input_sha256: str
    rule: dict[str, Any]
    facts: dict[str, Any]
    created: datetime

    def fingerprint(self) -> str:
        """Return a SHA-256 over all that was recorded but the time."""
        told = (self.run_id, self.detector, self.input_sha256, self.rule, self.facts)
        return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()


class Runs:
    """The log of detection runs."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def record(
        self,
        run_id: str,
        *,
        detector: str,
        input_sha256: str,
        rule: dict[str, Any],
        facts: dict[str, Any] | None = None,
    ) -> RunRow:
        """Record a run, or find it when it was recorded before; it is then the newest.

        An input can come again: when an import is undone, the lake is what it was.

        Raises:
            ConflictError: The id stands for another run.
        """
        row = {
            "detector": detector,
            "input_sha256": input_sha256,
            "rule": msgspec.json.encode(rule, order="sorted"),
            "facts": msgspec.json.encode(facts or {}, order="sorted"),
        }
        with self._database.write() as connection:
            known = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
            if known is None:
                seq, now = next_number(connection, runs), microseconds(self._database.now())
                connection.execute(
                    insert(runs), {"run_id": run_id, "seq": seq, "created_us": now, **row}
                )
            elif any(getattr(known, name) != value for name, value in row.items()):
                raise ConflictError(
                    f"run {run_id:.70} is recorded with other facts",
                    hint="a run's id must follow from its input and rule",
                )
            elif (seq := next_number(connection, runs)) > known.seq + 1:
                again = {"seq": seq, "created_us": microseconds(self._database.now())}
                same = runs.c.run_id == run_id
                connection.execute(update(runs).where(same).values(again))
            return self.get(run_id)

    def has(self, run_id: str) -> bool:
        """Tell whether a run was recorded."""
        with self._database.read() as connection:
            found = connection.execute(select(runs.c.run_id).where(runs.c.run_id == run_id))
            return found.one_or_none() is not None

    def get(self, run_id: str) -> RunRow:
        """Return one run.

        Raises:
            NotFoundError: There is none of that id.
        """
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"no run {run_id:.70}", hint="list the runs")
        return _run(row)

    def ids(self) -> list[str]:
        """Return the ids of all runs, the oldest first."""
        with self._database.read() as connection:
            return list(connection.execute(select(runs.c.run_id).order_by(runs.c.seq)).scalars())

    def newest(self, detector: str | None = None, *, limit: int = 1) -> list[RunRow]:
        """Return runs, the newest first."""
        statement = select(runs).order_by(runs.c.seq.desc()).limit(limit)
        if detector is not None:
            statement = statement.where(runs.c.detector == detector)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(statement)]


def _run(row: Row[Any]) -> RunRow:
    return RunRow(
        run_id=row.run_id,
        seq=row.seq,
        detector=row.detector,
        input_sha256=row.input_sha256,
        rule=msgspec.json.decode(row.rule),
        facts=msgspec.json.decode(row.facts),
        created=moment(row.created_us),
    )
