"""Filters that people saved: the address of a list under a name, shared or not.

What is shared is the question, never its answer: each reader gets what they may know. The
words of a question can betray something themselves, so a filter has a label, and is shown
to those only who meet it. Who saved, shared, renamed or removed one is in the audit trail,
in the transaction of the act; a removed filter stays as a row that nobody is shown.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, insert, or_, select, update

from legation.errors import NotFoundError
from legation.stix.labels import Label
from legation.store.database import Database
from legation.store.knowing import Cleared, label_met
from legation.store.labels import keep_kinds, label_id, read_labels
from legation.store.list_tables import saved_filters as table
from legation.store.numbering import next_number
from legation.store.values import microseconds, moment, plain

ALL: Final = "all"


class SavedFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter.

    Attributes:
        list: Which list it is of: `campaigns`, `jobs`, ...
        asked: The address after the question mark.
        owner: Who saved it: a person's id.
        shared_with: A role, `all`, or empty for nobody.
        label: Who may be shown it, of those with whom it is shared.
    """

    filter_id: str
    list: str
    name: str
    asked: str
    owner: str
    shared_with: str
    label: Label
    created: datetime


class SavedFilters:
    """All saved filters."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(
        self, name: str, *, of: str, asked: str, owner: str, shared_with: str, label: Label
    ) -> SavedFilter:
        """Save a filter."""
        filter_id = f"f-{secrets.token_hex(8)}"
        with self._database.write() as connection:
            keep_kinds(connection, [label])
            row = {
                "filter_id": filter_id,
                "seq": next_number(connection, table),
                "list": of,
                "name": plain(name),
                "asked": plain(asked),
                "owner": owner,
                "shared_with": shared_with,
                "label_id": label_id(label),
                "created_us": microseconds(self._database.now()),
            }
            connection.execute(insert(table), row)
            return _read(connection, table.c.filter_id == filter_id)[0]

    def change(
        self,
        filter_id: str,
        *,
        name: str | None = None,
        shared_with: str | None = None,
        gone: bool = False,
    ) -> None:
        """Rename a filter, share it with others, or remove it."""
        changed: dict[str, Any] = {}
        if name is not None:
            changed["name"] = plain(name)
        if shared_with is not None:
            changed["shared_with"] = shared_with
        if gone:
            changed["gone_us"] = microseconds(self._database.now())
        with self._database.write() as connection:
            connection.execute(update(table).where(table.c.filter_id == filter_id).values(changed))

    def shown_to(
        self, reader: Cleared, person_id: str, roles: Collection[str], *, of: str | None = None
    ) -> list[SavedFilter]:
        """Return the filters that somebody may see: their own and those shared with them.

        Args:
            reader: What they hold.
            person_id: Who.
            roles: What they are.
            of: Only filters of this list.
        """
        theirs = or_(table.c.owner == person_id, table.c.shared_with.in_([ALL, *sorted(roles)]))
        conditions = [theirs, table.c.gone_us.is_(None), label_met(reader, table.c.label_id)]
        if of is not None:
            conditions.append(table.c.list == of)
        with self._database.read() as connection:
            return _read(connection, *conditions)

    def shown(
        self, filter_id: str, reader: Cleared, person_id: str, roles: Collection[str]
    ) -> SavedFilter:
        """Return one filter that somebody may see.

        Raises:
            NotFoundError: For them there is none of that id.
        """
        for one in self.shown_to(reader, person_id, roles):
            if one.filter_id == filter_id:
                return one
        raise NotFoundError("there is no such filter", hint="open the list of your filters")


def _read(connection: Connection, *conditions: Any) -> list[SavedFilter]:
    rows = connection.execute(select(table).where(*conditions).order_by(table.c.seq)).all()
    labels = read_labels(connection, {row.label_id for row in rows}) if rows else {}
    return list(_filters(rows, labels))


def _filters(rows: Iterable[Row[Any]], labels: dict[str, Label]) -> Iterable[SavedFilter]:
    for row in rows:
        yield SavedFilter(
            filter_id=row.filter_id,
            list=row.list,
            name=row.name,
            asked=row.asked,
            owner=row.owner,
            shared_with=row.shared_with,
            label=labels[row.label_id],
            created=moment(row.created_us),
        )
