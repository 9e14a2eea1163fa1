"""Whether something is hidden from a reader, for what has to leave it out of its sums.

Whoever watches over the desk reads in the log that something was done; how much of it there
was, and the hash of it, would tell of what they may not know. So the log asks here first.
"""

from collections.abc import Iterable
from typing import final

from sqlalchemy import select

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

    def is_any(self, reader: Cleared) -> bool:
        """Tell whether there is an object that the reader may not know."""
        closed = select(heads.c.seq).where(~NeedToKnow(reader).known(heads)).limit(1)
        with self._database.read() as connection:
            return connection.execute(closed).first() is not None

    def compartments(self, reader: Cleared) -> frozenset[str]:
        """Return the compartments that a label or a person has, and the reader does not hold."""
        of_labels = select(names.c.name).where(names.c.kind == COMPARTMENT).distinct()
        of_people = select(clearances.c.compartments).distinct()
        with self._database.read() as connection:
            found = set(connection.execute(of_labels).scalars())
            for some in connection.execute(of_people).scalars():
                found |= {name for name in some.split(",") if name}
        return frozenset(found - set(reader.compartments))

    def known_of(self, reader: Cleared, ids: Iterable[str]) -> set[str]:
        """Return those of these ids that name an object which the reader may know."""
        known = select(heads.c.object_id).where(NeedToKnow(reader).known(heads))
        found: set[str] = set()
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                rows = connection.execute(known.where(heads.c.object_id.in_(some)))
                found |= set(rows.scalars())
        return found
