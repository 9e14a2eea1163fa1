"""Leases: which of several processes does what only one may do at a time.

A lease ends by itself when its holder is gone, so no lock outlives a kill. It is taken and
renewed in the one writer's transaction, on every engine and across machines.
"""

from datetime import timedelta

from sqlalchemy import insert, select, update

from legation.store.database import Database
from legation.store.duty_tables import leases
from legation.store.values import microseconds


class Leases:
    """The leases of one store."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def take(self, name: str, holder: str, holds: timedelta) -> bool:
        """Take or renew a lease; tell whether it is held now.

        Args:
            name: Of what.
            holder: Who asks.
            holds: For how long from now.
        """
        now = self._database.now()
        row = {"name": name, "holder": holder, "until_us": microseconds(now + holds)}
        with self._database.write() as connection:
            same = leases.c.name == name
            held = connection.execute(select(leases).where(same)).one_or_none()
            if held is None:
                connection.execute(insert(leases), row)
                return True
            # None ends later than one that is taken now: such a one is of a clock set back since.
            if held.holder != holder and microseconds(now) < held.until_us <= row["until_us"]:
                return False
            connection.execute(update(leases).where(same).values(row))
            return True

    def end(self, name: str, holder: str) -> None:
        """Give a lease back, so that another need not wait for its end."""
        mine = (leases.c.name == name) & (leases.c.holder == holder)
        with self._database.write() as connection:
            connection.execute(update(leases).where(mine).values(until_us=0))
