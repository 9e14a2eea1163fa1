"""Monitoring orders as they were given, and their early ends; neither is ever changed.

Each order is an entry of the audit trail with the hash of its words, each refusal one with the
rule that was met and none of the words. The agreement of a second person is an entry too, bound to
that hash, so it never passes to another order. Which orders may be given is `rights`' to say.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Row, insert, select

from legation.errors import ConflictError, NotFoundError, VerificationError
from legation.store.audit import Audit, Event
from legation.store.database import Database
from legation.store.numbering import next_number
from legation.store.rights_tables import order_ends
from legation.store.rights_tables import orders as table
from legation.store.values import microseconds, moment, plain

ADD: Final = "order.add"
END: Final = "order.end"
AGREE: Final = "order.agree"
REFUSE: Final = "order.refuse"
_WORDS: Final = (
    *("threat", "target", "watched", "expression", "legality", "aim", "necessity"),
    *("proportionality", "safeguards", "actor"),
)


class KeptOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the store; see `rights.orders.Order`.

    Attributes:
        ended: When it was ended before its last day; None when it was not.
        ended_by: Who ended it; empty when nobody did.
        end_reason: Why.
        agreed: When a second person agreed to it; None when nobody did.
        agreed_by: Who; empty when nobody did.
        agree_reason: Why.
    """

    order_id: str
    threat: str
    target: str
    watched: str
    expression: str
    legality: str
    aim: str
    necessity: str
    proportionality: str
    safeguards: str
    actor: str
    ordered: datetime
    ends: date
    ended: datetime | None = None
    ended_by: str = ""
    end_reason: str = ""
    agreed: datetime | None = None
    agreed_by: str = ""
    agree_reason: str = ""


class Orders:
    """The monitoring orders of one store."""

    def __init__(self, database: Database, audit: Audit) -> None:
        """Work on this database, and write into this trail."""
        self._database = database
        self._audit = audit

    def add(self, order: KeptOrder, doubts: Sequence[str] = ()) -> KeptOrder:
        """Keep an order, with its entry in the trail.

        Args:
            order: The order.
            doubts: What could not be told of it, for the trail.

        Raises:
            ConflictError: One has that name already.
        """
        with self._database.write() as connection:
            if connection.execute(_select(order.order_id)).one_or_none() is not None:
                raise ConflictError(f"the order {order.order_id} exists", hint="give it anew")
            row: dict[str, Any] = {name: plain(getattr(order, name)) for name in _WORDS}
            row |= {
                "order_id": order.order_id,
                "seq": next_number(connection, table),
                "ordered_us": microseconds(order.ordered),
                "ends": order.ends,
            }
            connection.execute(insert(table), row)
            detail = {
                "sha256": _hash(row),
                "threat": order.threat,
                "target": order.target,
                "ends": order.ends.isoformat(),
                **({"doubts": list(doubts)} if doubts else {}),
            }
            self._note(order.ordered, order.actor, ADD, order.order_id, detail)
        return self.get(order.order_id)

    def refuse(self, *, actor: str, threat: str, target: str, detail: Mapping[str, Any]) -> None:
        """Write a refusal into the trail; nothing else is kept of it."""
        told = {"threat": threat[:20], "target": target[:40], **detail}
        self._note(self._database.now(), actor, REFUSE, "order", told)

    def end(self, order_id: str, *, actor: str, reason: str) -> KeptOrder:
        """End an order before its last day.

        Raises:
            NotFoundError: There is none of that name.
            ConflictError: It has ended.
        """
        now = self._database.now()
        with self._database.write() as connection:
            order = self.get(order_id)
            if order.ended is not None or order.ends < now.date():
                raise ConflictError(f"the order {order_id} has ended", hint="nothing is left to do")
            row = {
                "order_id": order_id,
                "seq": next_number(connection, order_ends),
                "actor": plain(actor),
                "reason": plain(reason),
                "ended_us": microseconds(now),
            }
            connection.execute(insert(order_ends), row)
            self._note(now, actor, END, order_id, {"reason": reason})
        return self.get(order_id)

    def agree(self, order_id: str, *, actor: str, reason: str) -> KeptOrder:
        """Write into the trail that a second person agrees to an order.

        Raises:
            NotFoundError: There is none of that name.
            ConflictError: Somebody has agreed to it.
        """
        with self._database.write() as connection:
            row = connection.execute(_select(order_id)).one_or_none()
            if row is None:
                raise _none(order_id)
            if self._agreements().get(order_id) is not None:
                raise ConflictError(
                    f"somebody has agreed to the order {order_id}", hint="nothing is left to do"
                )
            detail = {"sha256": _hash(row._mapping), "reason": plain(reason)}  # noqa: SLF001 (SQLAlchemy's public name for it)
            self._note(self._database.now(), plain(actor), AGREE, order_id, detail)
        return self.get(order_id)

    def get(self, order_id: str) -> KeptOrder:
        """Return an order.

        Raises:
            NotFoundError: There is none of that name.
        """
        with self._database.read() as connection:
            row = connection.execute(_select(order_id)).one_or_none()
        if row is None:
            raise _none(order_id)
        return _order(row, self._agreements().get(order_id))

    def every(self) -> list[KeptOrder]:
        """Return all orders, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(_select().order_by(table.c.seq.desc())).all()
        agreed = self._agreements()
        return [_order(row, agreed.get(row.order_id)) for row in rows]

    def verify(self) -> int:
        """Check that the orders are those of the trail; return how many.

        Raises:
            VerificationError: They are not.
        """
        told = {entry.event.subject: entry.event.detail for entry in self._audit.every(ADD)}
        ends = {entry.event.subject for entry in self._audit.every(END)}
        with self._database.read() as connection:
            rows = connection.execute(_select().order_by(table.c.seq)).all()
        for row in rows:
            if told.pop(row.order_id, {}).get("sha256") != _hash(row._mapping):  # noqa: SLF001 (SQLAlchemy's public name for it)
                raise _broken(row.order_id, "is not the one that the audit trail names")
            if (row.ended_us is not None) != (row.order_id in ends):
                raise _broken(row.order_id, "ended otherwise than the audit trail says")
        if told:
            raise _broken(min(told), "stands in the trail and not in the store")
        hashes = {row.order_id: _hash(row._mapping) for row in rows}  # noqa: SLF001 (as above)
        for order_id, event in self._agreements().items():
            if event.detail.get("sha256") != hashes.get(order_id):
                raise _broken(order_id, "is not the one that somebody agreed to")
        return len(rows)

    def _agreements(self) -> dict[str, Event]:
        """Return by its order what the trail says of each agreement; the first one counts."""
        found: dict[str, Event] = {}
        for entry in self._audit.every(AGREE):
            found.setdefault(entry.event.subject, entry.event)
        return found

    def _note(
        self, at: datetime, actor: str, verb: str, subject: str, detail: dict[str, Any]
    ) -> None:
        self._audit.append(Event(at=at, actor=actor, verb=verb, subject=subject, detail=detail))


def _select(order_id: str | None = None) -> Any:
    chosen = select(
        table,
        order_ends.c.ended_us,
        order_ends.c.actor.label("ended_by"),
        order_ends.c.reason.label("end_reason"),
    ).join(order_ends, order_ends.c.order_id == table.c.order_id, isouter=True)
    return chosen if order_id is None else chosen.where(table.c.order_id == order_id)


def _hash(row: Mapping[Any, Any]) -> str:
    facts = [row[name] for name in ("order_id", *_WORDS, "ordered_us")]
    written = msgspec.json.encode([*facts, row["ends"].isoformat()])
    return hashlib.sha256(written).hexdigest()


def _order(row: Row[Any], agreed: Event | None) -> KeptOrder:
    # An agreement to other words than these is none.
    same = agreed is not None and agreed.detail.get("sha256") == _hash(row._mapping)  # noqa: SLF001 (as above)
    by = agreed if same else None
    return KeptOrder(
        order_id=row.order_id,
        **{name: getattr(row, name) for name in _WORDS},
        ordered=moment(row.ordered_us),
        ends=row.ends,
        ended=None if row.ended_us is None else moment(row.ended_us),
        ended_by=row.ended_by or "",
        end_reason=row.end_reason or "",
        agreed=by.at if by else None,
        agreed_by=by.actor if by else "",
        agree_reason=str(by.detail["reason"]) if by else "",
    )


def _none(order_id: str) -> NotFoundError:
    return NotFoundError(f"no order {order_id[:60]}", hint="run: legation order list")


def _broken(order_id: str, what: str) -> VerificationError:
    return VerificationError(
        f"the order {order_id} {what}",
        hint="keep this store as evidence, and compare it with the last backup",
    )
