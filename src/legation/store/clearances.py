"""The register of clearances: what each person may know, and how that came to be.

An entry in force is the last of its person. Entries are never changed or deleted, so it can
always be said what somebody could know on a day. Who has no entry holds what the settings
say; whether somebody may give a clearance is decided by `app`.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, func, insert, select

from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store.database import Database
from legation.store.numbering import next_number
from legation.store.tables import clearances
from legation.store.values import microseconds, moment, plain


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody holds, as it is written down.

    Attributes:
        tlp: Highest TLP level.
        pap: Highest PAP level.
        level: Highest rung of the national ladder; empty for none.
        compartments: Compartments, sorted.
        party: Code of their party; empty for none.
    """

    tlp: Tlp
    pap: Pap
    level: str = ""
    compartments: tuple[str, ...] = ()
    party: str = ""


class ClearanceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry; `actor` made it, `reason` says why."""

    person_id: str
    held: Held
    actor: str
    reason: str
    recorded: datetime


class Clearances:
    """What people hold; nobody is asked here whether they may."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def in_force(self, person_id: str) -> Held | None:
        """Return what somebody holds; None when nobody has said."""
        newest = select(clearances).where(clearances.c.person_id == person_id)
        with self._database.read() as connection:
            row = connection.execute(newest.order_by(clearances.c.seq.desc()).limit(1)).first()
        return None if row is None else read_held(row)

    def every(self) -> dict[str, Held]:
        """Return what each person holds of whom somebody has said it."""
        last = select(func.max(clearances.c.seq)).group_by(clearances.c.person_id)
        with self._database.read() as connection:
            rows = connection.execute(select(clearances).where(clearances.c.seq.in_(last)))
            return {row.person_id: read_held(row) for row in rows}

    def history(self, person_id: str) -> list[ClearanceEntry]:
        """Return all entries of somebody, the oldest first."""
        chosen = select(clearances).where(clearances.c.person_id == person_id)
        with self._database.read() as connection:
            return [
                ClearanceEntry(
                    person_id=row.person_id,
                    held=read_held(row),
                    actor=row.actor,
                    reason=row.reason,
                    recorded=moment(row.recorded_us),
                )
                for row in connection.execute(chosen.order_by(clearances.c.seq))
            ]

    def set(self, person_id: str, held: Held, *, actor: str, reason: str) -> None:
        """Put a clearance in force."""
        with self._database.write() as connection:
            row = {
                "seq": next_number(connection, clearances),
                "person_id": person_id,
                "tlp": int(held.tlp),
                "pap": int(held.pap),
                "level": plain(held.level),
                "compartments": ",".join(sorted(set(held.compartments))),
                "party": plain(held.party),
                "actor": plain(actor),
                "reason": plain(reason),
                "recorded_us": microseconds(self._database.now()),
            }
            connection.execute(insert(clearances), row)


def read_held(row: Row[Any]) -> Held:
    """Return what a row of the register says."""
    return Held(
        tlp=Tlp(row.tlp),
        pap=Pap(row.pap),
        level=row.level,
        compartments=tuple(name for name in row.compartments.split(",") if name),
        party=row.party,
    )
