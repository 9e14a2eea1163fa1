"""The duty rota: who is on duty when, and how each person is woken.

A shift is two instants and the zone in which it was written. It is never changed or deleted:
it is removed, and another takes its place, so that it can be told later who was on duty.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, case, delete, func, insert, select, update

from legation.errors import NotFoundError
from legation.store.database import Database
from legation.store.duty_tables import duty_channels as channels
from legation.store.duty_tables import duty_shifts as shifts
from legation.store.numbering import next_number
from legation.store.values import microseconds, moment, plain

_LONGEST_FAULT = 300


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's time on duty.

    Attributes:
        starts: From this instant.
        ends: Up to this instant, which is not in it.
        zone: In which it was written, for showing it.
        rank: 1 for who is woken first.
    """

    shift_id: str
    person_id: str
    starts: datetime
    ends: datetime
    zone: str
    rank: int = 1


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A way to wake somebody.

    Attributes:
        place: 1 for the one that is tried first.
        kind: `mail`, `webhook` or `sms`.
        good: When the other side last took something; None for never.
        bad: When something was last given up there; None for never.
        fault: Why.
    """

    person_id: str
    place: int
    kind: str
    address: str
    good: datetime | None = None
    bad: datetime | None = None
    fault: str = ""

    @property
    def is_dead(self) -> bool:
        """Tell whether the last thing sent there was given up."""
        return self.bad is not None and (self.good is None or self.bad > self.good)


class Rota:
    """Shifts and channels."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(
        self, person_id: str, starts: datetime, ends: datetime, *, zone: str, rank: int = 1
    ) -> tuple[Shift, bool]:
        """Add a shift, or find the same one; tell whether it was new."""
        same = (
            (shifts.c.person_id == person_id)
            & (shifts.c.starts_us == microseconds(starts))
            & (shifts.c.ends_us == microseconds(ends))
            & (shifts.c.rank == rank)
            & shifts.c.removed_us.is_(None)
        )
        with self._database.write() as connection:
            known = connection.execute(select(shifts).where(same)).first()
            if known is not None:
                return _shift(known), False
            row = {
                "shift_id": secrets.token_hex(4),
                "seq": next_number(connection, shifts),
                "person_id": person_id,
                "starts_us": microseconds(starts),
                "ends_us": microseconds(ends),
                "zone": zone,
                "rank": rank,
                "created_us": microseconds(self._database.now()),
            }
            connection.execute(insert(shifts), row)
            return self.get(str(row["shift_id"])), True

    def get(self, shift_id: str) -> Shift:
        """Return a shift that stands.

        Raises:
            NotFoundError: There is none of that id.
        """
        mine = (shifts.c.shift_id == shift_id) & shifts.c.removed_us.is_(None)
        with self._database.read() as connection:
            row = connection.execute(select(shifts).where(mine)).one_or_none()
        if row is None:
            raise NotFoundError(f"no shift {shift_id!r:.40}", hint="run: legation duty list")
        return _shift(row)

    def ever(self, shift_id: str) -> Shift:
        """Return a shift that stands or once stood.

        Raises:
            NotFoundError: There was none of that id.
        """
        with self._database.read() as connection:
            found = select(shifts).where(shifts.c.shift_id == shift_id)
            row = connection.execute(found).one_or_none()
        if row is None:
            raise NotFoundError(f"no shift {shift_id!r:.40}", hint="run: legation duty list")
        return _shift(row)

    def remove(self, shift_id: str) -> None:
        """Take a shift out of the rota; that it stood there stays known."""
        mine = (shifts.c.shift_id == shift_id) & shifts.c.removed_us.is_(None)
        with self._database.write() as connection:
            connection.execute(
                update(shifts).where(mine).values(removed_us=microseconds(self._database.now()))
            )

    def between(self, start: datetime, end: datetime) -> list[Shift]:
        """Return the shifts that reach into a time, in order."""
        return self._find(_reaching(start, end))

    def ahead(self, start: datetime, end: datetime) -> tuple[list[Shift], bool, list[Channel]]:
        """Return the same, whether a shift was ever written, and the channels of who is on it."""
        stands = _reaching(start, end)
        first = shifts.c.seq == select(func.min(shifts.c.seq)).scalar_subquery()
        ways = [one.label(f"way_{one.name}") for one in channels.c]
        columns = select(shifts, case((stands, 1), else_=0).label("stands"), *ways)
        joined = columns.outerjoin(channels, channels.c.person_id == shifts.c.person_id)
        ordered = joined.where(stands | first).order_by(shifts.c.starts_us, shifts.c.rank)
        with self._database.read() as connection:
            rows = connection.execute(ordered.order_by(shifts.c.seq, channels.c.place)).all()
        standing = [row for row in rows if row.stands]
        found = {one.shift_id: one for one in map(_shift, standing)}
        reached = {
            (row.way_person_id, row.way_place): _channel(row, "way_")
            for row in standing
            if row.way_place is not None
        }
        return list(found.values()), bool(rows), list(reached.values())

    def is_kept(self) -> bool:
        """Tell whether a shift was ever written: without, nobody is meant to be woken."""
        with self._database.read() as connection:
            return connection.execute(select(shifts.c.seq).limit(1)).first() is not None

    def set_channels(self, person_id: str, ways: Iterable[tuple[str, str]]) -> list[Channel]:
        """Give somebody their channels, in the order in which they are tried."""
        before = {(way.kind, way.address): way for way in self.channels([person_id])}
        with self._database.write() as connection:
            connection.execute(delete(channels).where(channels.c.person_id == person_id))
            rows = []
            for place, (kind, address) in enumerate(dict.fromkeys(ways), 1):
                old = before.get((kind, address))
                row = {
                    "person_id": person_id,
                    "place": place,
                    "kind": kind,
                    "address": plain(address),
                    "good_us": old and old.good and microseconds(old.good),
                    "bad_us": old and old.bad and microseconds(old.bad),
                    "fault": old.fault if old else "",
                }
                rows.append(row)
            if rows:
                connection.execute(insert(channels), rows)
            return self.channels([person_id])

    def channels(self, people: Sequence[str] | None = None) -> list[Channel]:
        """Return channels in order: of some people, or of all."""
        statement = select(channels).order_by(channels.c.person_id, channels.c.place)
        if people is not None:
            statement = statement.where(channels.c.person_id.in_(sorted(people)))
        with self._database.read() as connection:
            return [_channel(row) for row in connection.execute(statement)]

    def note(self, kind: str, address: str, fault: str = "") -> None:
        """Note that a channel took something, or, with a fault, that it was given up."""
        now = microseconds(self._database.now())
        told = {"bad_us": now, "fault": plain(fault)[:_LONGEST_FAULT]}
        if not fault:
            told = {"good_us": now, "fault": ""}
        same = (channels.c.kind == kind) & (channels.c.address == address)
        with self._database.write() as connection:
            connection.execute(update(channels).where(same).values(told))

    def _find(self, which: Any) -> list[Shift]:
        order = (shifts.c.starts_us, shifts.c.rank, shifts.c.seq)
        with self._database.read() as connection:
            rows = connection.execute(select(shifts).where(which).order_by(*order))
            return [_shift(row) for row in rows]


def _reaching(start: datetime, end: datetime) -> ColumnElement[bool]:
    begins, ends = shifts.c.starts_us < microseconds(end), shifts.c.ends_us > microseconds(start)
    return begins & ends & shifts.c.removed_us.is_(None)


def _shift(row: Row[Any]) -> Shift:
    return Shift(
        shift_id=row.shift_id,
        person_id=row.person_id,
        starts=moment(row.starts_us),
        ends=moment(row.ends_us),
        zone=row.zone,
        rank=row.rank,
    )


def _channel(row: Row[Any], before: str = "") -> Channel:
    """Return the channel of a row whose columns have something before their names."""
    told = {name: getattr(row, f"{before}{name}") for name in channels.c.keys()}  # noqa: SIM118
    good, bad = told["good_us"], told["bad_us"]
    return Channel(
        person_id=told["person_id"],
        place=told["place"],
        kind=told["kind"],
        address=told["address"],
        good=None if good is None else moment(good),
        bad=None if bad is None else moment(bad),
        fault=told["fault"],
    )
