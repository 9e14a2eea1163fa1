"""Whether something is hidden from a reader, for what has to leave it out of its sums.

Whoever watches over the desk reads in the log that something was done; how much of it there
was, and the hash of it, would tell of what they may not know. So the log asks here first.
"""

from collections.abc import Iterable
from typing import final

from sqlalchemy import literal, select, union_all

from legation.store.database import Database
from legation.store.knowing import Cleared, NeedToKnow
from legation.store.labels import COMPARTMENT
from legation.store.numbering import batches
from legation.store.tables import clearances
from legation.store.tables import label_names as names
from legation.store.tables import object_heads as heads


@final
class Hidden:
    """What one reader may not know, as a question of its own."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def closed_to(self, reader: Cleared) -> tuple[bool, frozenset[str]]:
        """Return whether there is an object that the reader may not know, and compartments.

        The compartments are those that a label or a person has, and the reader does not hold.
        """
        closed = select(heads.c.object_id).where(~NeedToKnow(reader).known(heads)).limit(1)
        asked = union_all(
            select(literal("object").label("what"), closed.subquery().c.object_id.label("named")),
            select(literal("label"), names.c.name).where(names.c.kind == COMPARTMENT).distinct(),
            select(literal("person"), clearances.c.compartments).distinct(),
        )
        with self._database.read() as connection:
            found = [(what, named) for what, named in connection.execute(asked)]
        said = {name for what, some in found if what != "object" for name in some.split(",")}
        hidden = any(what == "object" for what, _ in found)
        return hidden, frozenset(said - {"", *reader.compartments})

    def known_of(self, reader: Cleared, ids: Iterable[str]) -> set[str]:
        """Return those of these ids that name an object which the reader may know."""
        known = select(heads.c.object_id).where(NeedToKnow(reader).known(heads))
        found: set[str] = set()
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                rows = connection.execute(known.where(heads.c.object_id.in_(some)))
                found |= set(rows.scalars())
        return found
