"""What jobs and requests tell of: who may not know one of its objects is not told of a thing.

The condition is that of `knowing`, so a job is hidden by the same rule as the object it is
about. An object that the store does not have is known to nobody, and so is the thing.
"""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import ColumnElement, Connection, exists, insert, select

from legation.store.knowing import Cleared, NeedToKnow
from legation.store.numbering import MANY, batches
from legation.store.selection import Condition
from legation.store.tables import object_heads, tellings

_HEADS: Final = object_heads.alias()


def tell_of(connection: Connection, thing_id: str, object_ids: Iterable[str]) -> None:
    """Note that a thing tells of objects, besides those of which it does already."""
    same = select(tellings.c.object_id).where(tellings.c.thing_id == thing_id)
    fresh = set(object_ids) - set(connection.execute(same).scalars())
    if fresh:
        rows = [{"thing_id": thing_id, "object_id": object_id} for object_id in sorted(fresh)]
        connection.execute(insert(tellings), rows)


def told_of_each(connection: Connection, thing_ids: Collection[str]) -> dict[str, set[str]]:
    """Return the ids of the objects that each of these things tells of, by its own."""
    found: dict[str, set[str]] = {thing_id: set() for thing_id in thing_ids}
    for some in batches(sorted(found), MANY):
        chosen = select(tellings).where(tellings.c.thing_id.in_(some))
        for row in connection.execute(chosen):
            found[row.thing_id].add(row.object_id)
    return found


def tells_nothing_hidden(thing_id: ColumnElement[str], reader: Cleared | NeedToKnow) -> Condition:
    """Return the condition that a reader may know every object a thing tells of.

    A statement that asks more of the same reader gives its own `NeedToKnow`: it has one.
    """
    need = reader if isinstance(reader, NeedToKnow) else NeedToKnow(reader)
    head = _HEADS
    may = select(1).where(head.c.object_id == tellings.c.object_id, need.known(head, latest=True))
    unknown = select(1).where(tellings.c.thing_id == thing_id, ~exists(may))
    return ~exists(unknown)
