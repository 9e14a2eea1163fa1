"""Tokens of programs that ask the desk in a person's place, kept as hashes.

A token says what it is for and until when; it never reaches further than the person. Revoked
and expired ones stay in the list, so that the trail's ids can be read.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from legation.errors import NotFoundError
from legation.store.database import Database
from legation.store.numbering import next_number
from legation.store.tables import api_tokens as tokens
from legation.store.values import microseconds, moment, plain


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """One token, without its secret.

    Attributes:
        token_id: As the list and the audit trail name it.
        scopes: Verbs that it is for.
        used: When it was last used; None for never.
        clearance: What its person might know when it was made, as JSON; None when it was made
            before tokens carried that.
    """

    token_id: str
    person_id: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    until: datetime
    used: datetime | None
    revoked: datetime | None
    clearance: bytes | None = None


class Tokens:
    """All tokens that were ever made."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, token: Token, token_sha256: str) -> None:
        """Keep a new token."""
        row = {
            "token_id": token.token_id,
            "token_sha256": token_sha256,
            "person_id": token.person_id,
            "name": plain(token.name),
            "scopes": ",".join(token.scopes),
            "created_us": microseconds(token.created),
            "until_us": microseconds(token.until),
            "clearance": token.clearance,
        }
        with self._database.write() as connection:
            connection.execute(insert(tokens), row | {"seq": next_number(connection, tokens)})

    def every(self) -> list[Token]:
        """Return all tokens, the oldest first."""
        with self._database.read() as connection:
            return [
                _token(row) for row in connection.execute(select(tokens).order_by(tokens.c.seq))
            ]

    def use(self, token_sha256: str) -> Token:
        """Return a token that holds, and note its use.

        Raises:
            NotFoundError: It is not known, was revoked, or its time is over.
        """
        now = microseconds(self._database.now())
        holds = (
            (tokens.c.token_sha256 == token_sha256)
            & tokens.c.revoked_us.is_(None)
            & (tokens.c.until_us > now)
        )
        with self._database.write() as connection:
            if connection.execute(update(tokens).where(holds).values(used_us=now)).rowcount != 1:
                raise NotFoundError(
                    "this token does not hold", hint="run: legation admin token list"
                )
            return _token(connection.execute(select(tokens).where(holds)).one())

    def revoke(self, token_id: str) -> None:
        """Let a token hold no longer.

        Raises:
            NotFoundError: There is none of that id that holds.
        """
        holds = (tokens.c.token_id == token_id) & tokens.c.revoked_us.is_(None)
        now = microseconds(self._database.now())
        with self._database.write() as connection:
            if connection.execute(update(tokens).where(holds).values(revoked_us=now)).rowcount != 1:
                raise NotFoundError(
                    f"no token {token_id:.80} holds", hint="run: legation admin token list"
                )

    def revoke_all(self, person_id: str) -> list[str]:
        """Let no token of somebody hold any longer; return the ids of those that did."""
        now = microseconds(self._database.now())
        holds = (
            (tokens.c.person_id == person_id)
            & tokens.c.revoked_us.is_(None)
            & (tokens.c.until_us > now)
        )
        with self._database.write() as connection:
            ids = select(tokens.c.token_id).where(holds).order_by(tokens.c.seq)
            found = [str(row.token_id) for row in connection.execute(ids)]
            connection.execute(update(tokens).where(holds).values(revoked_us=now))
        return found


def _token(row: Row[Any]) -> Token:
    return Token(
        token_id=row.token_id,
        person_id=row.person_id,
        name=row.name,
        scopes=tuple(row.scopes.split(",")),
        created=moment(row.created_us),
        until=moment(row.until_us),
        used=None if row.used_us is None else moment(row.used_us),
        revoked=None if row.revoked_us is None else moment(row.revoked_us),
        clearance=row.clearance,
    )
