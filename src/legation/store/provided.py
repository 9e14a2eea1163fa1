"""Whom an identity provider knows: a subject of an issuer, and the person of this desk.

A subject is what a provider promises never to give to anybody else (OpenID Connect Core 1.0,
section 2); names and mail addresses are given again, so nobody is found by them.
"""

import msgspec
from sqlalchemy import insert, select, update

from legation.errors import ConflictError
from legation.store.database import Database
from legation.store.tables import provided_people as provided
from legation.store.values import microseconds, plain


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """A person whom a provider vouches for.

    Attributes:
        issuer: The provider, as its tokens name it.
        subject: What it calls the person.
        follows: Whether the provider's groups say which roles the person has.
    """

    issuer: str
    subject: str
    person_id: str
    follows: bool


class Provided:
    """All people whom a provider vouches for."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def find(self, issuer: str, subject: str) -> Vouched | None:
        """Return whom a provider means; None when they are not known here."""
        named = (provided.c.issuer == plain(issuer)) & (provided.c.subject == plain(subject))
        with self._database.read() as connection:
            row = connection.execute(select(provided).where(named)).one_or_none()
        if row is None:
            return None
        return Vouched(
            issuer=row.issuer, subject=row.subject, person_id=row.person_id, follows=row.follows
        )

    def people(self) -> frozenset[str]:
        """Return the ids of all people whom a provider vouches for."""
        with self._database.read() as connection:
            return frozenset(connection.execute(select(provided.c.person_id)).scalars())

    def add(self, vouched: Vouched) -> None:
        """Tie a subject to a person, for good.

        Raises:
            ConflictError: The subject is tied already.
        """
        with self._database.write() as connection:
            if self.find(vouched.issuer, vouched.subject) is not None:
                raise ConflictError(
                    "this subject of the provider is somebody's already",
                    hint="look for them in: legation admin list",
                )
            now = microseconds(self._database.now())
            row = {
                "issuer": plain(vouched.issuer),
                "subject": plain(vouched.subject),
                "person_id": vouched.person_id,
                "follows": vouched.follows,
                "created_us": now,
            }
            connection.execute(insert(provided), row)

    def note_use(self, vouched: Vouched) -> None:
        """Note that somebody came in by the provider."""
        named = (provided.c.issuer == vouched.issuer) & (provided.c.subject == vouched.subject)
        with self._database.write() as connection:
            now = microseconds(self._database.now())
            connection.execute(update(provided).where(named).values(used_us=now))
