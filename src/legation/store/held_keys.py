"""The passkeys of one person: listed, added, named and removed, one by one.

A first passkey comes by an enrolment link and takes the place of all before it (`people`).
Here stand the further ones, which leave the others in force. The last one is never
removed: who has none could not come back to add another.
"""

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.people import Passkey, refuse_known
from legation.store.tables import passkeys
from legation.store.values import microseconds, moment, plain


class HeldKey(msgspec.Struct, frozen=True, kw_only=True):
    """One passkey as its owner sees it; `used` is None until the first log-in by it."""

    credential_id: str
    name: str
    created: datetime
    used: datetime | None


class HeldKeys:
    """The passkeys of all people, by person."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def of(self, person_id: str) -> list[HeldKey]:
        """Return the passkeys of somebody, the oldest first."""
        theirs = select(passkeys).where(passkeys.c.person_id == person_id)
        ordered = theirs.order_by(passkeys.c.created_us, passkeys.c.credential_id)
        with self._database.read() as connection:
            return [
                HeldKey(
                    credential_id=row.credential_id,
                    name=row.name or "",
                    created=moment(row.created_us),
                    used=None if row.used_us is None else moment(row.used_us),
                )
                for row in connection.execute(ordered)
            ]

    def add(self, passkey: Passkey) -> None:
        """Give somebody a further passkey; what let them in before still does.

        Raises:
            ConflictError: The passkey is known already.
        """
        row = msgspec.structs.asdict(passkey) | {"name": plain(passkey.name)}
        with self._database.write() as connection:
            refuse_known(connection, passkey.credential_id)
            connection.execute(insert(passkeys), row | {"created_us": self._now()})

    def rename(self, person_id: str, credential_id: str, name: str) -> None:
        """Call a passkey otherwise.

        Raises:
            NotFoundError: It is none of theirs.
        """
        with self._database.write() as connection:
            named = update(passkeys).where(*_one(person_id, credential_id))
            if connection.execute(named.values(name=plain(name))).rowcount != 1:
                raise _no_key()

    def remove(self, person_id: str, credential_id: str) -> None:
        """Let a passkey hold no longer.

        Raises:
            NotFoundError: It is none of theirs.
            ConflictError: It is their last one.
        """
        with self._database.write() as connection:
            if connection.execute(delete(passkeys).where(*_one(person_id, credential_id))).rowcount:
                left = select(func.count()).select_from(passkeys)
                theirs = left.where(passkeys.c.person_id == person_id)
                if connection.execute(theirs).scalar_one():
                    return
                raise ConflictError(
                    "this is your last key, and without one you could not come back",
                    hint="add another key first",
                )
        raise _no_key()

    def _now(self) -> int:
        return microseconds(self._database.now())


def _one(person_id: str, credential_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (passkeys.c.person_id == person_id, passkeys.c.credential_id == credential_id)


def _no_key() -> NotFoundError:
    return NotFoundError("you have no such key", hint="load the page of your keys again")
