"""Who comes by a key, and all that they reach: one question for each request."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, select

from legation.store.database import Database
from legation.store.exchange.tables import (
    partner_keys,
    partners,
    taxii_collections,
    taxii_grants,
)
from legation.store.values import microseconds


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """One collection, as somebody reaches it.

    Attributes:
        number: Its number here; no partner learns it.
        collection_id: Its id in TAXII.
        root: Name of the API root that it stands under.
        alias: A name in place of the id; may be empty.
        reads: Whether objects may be read from it.
        writes: Whether objects may be added to it.
    """

    number: int
    collection_id: str
    root: str
    title: str
    description: str = ""
    alias: str = ""
    reads: bool = True
    writes: bool = True


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A partner that has shown who it is.

    Attributes:
        partner_id: By which it is known.
        name: As people here call it.
        outbox: Number of the collection from which it reads what it is sent.
        reached: The collections that it may know of.
        policy: Its policy file as it was given; empty: none.
    """

    partner_id: str
    name: str
    outbox: int = 0
    reached: tuple[Collection, ...]
    policy: bytes = b""


class Doorkeeper:
    """Lets partners in."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def admit(self, hashes: Sequence[str], now: datetime) -> Access | None:
        """Return whom one of these keys lets in now, with all that they reach.

        Args:
            hashes: SHA-256 of what was shown: a token, a client certificate.
            now: The time.
        """
        given = {"hashes": list(hashes), "now": microseconds(now)}
        with self._database.read() as connection:
            rows = connection.execute(_ADMITTED, given).all()
        # Two keys that let in two partners let in neither.
        if len({row.partner_id for row in rows}) != 1:
            return None
        found = dict.fromkeys(_collection(row) for row in rows if row.number is not None)
        first = rows[0]
        return Access(
            partner_id=first.partner_id,
            name=first.name,
            outbox=first.outbox,
            reached=tuple(found),
            policy=first.policy,
        )


_NOW: Final = bindparam("now", type_=BigInteger)
_ADMITTED: Final = (
    select(
        partners.c.partner_id,
        partners.c.name,
        partners.c.outbox,
        partners.c.policy,
        *(
            taxii_collections.c[name]
            for name in ("number", "collection_id", "root", "title", "description", "alias")
        ),
        taxii_grants.c.reads,
        taxii_grants.c.writes,
    )
    .select_from(
        partner_keys.join(partners, partner_keys.c.partner_id == partners.c.partner_id)
        .outerjoin(taxii_grants, taxii_grants.c.partner_id == partners.c.partner_id)
        .outerjoin(
            taxii_collections,
            (taxii_grants.c.number == taxii_collections.c.number)
            & taxii_collections.c.ended_us.is_(None),
        )
    )
    .where(
        partner_keys.c.key_sha256.in_(bindparam("hashes", expanding=True)),
        partner_keys.c.revoked_us.is_(None),
        (partner_keys.c.until_us.is_(None)) | (partner_keys.c.until_us > _NOW),
        partners.c.ended_us.is_(None),
    )
    .order_by(taxii_collections.c.number)
)


def _collection(row: Any) -> Collection:
    return Collection(
        number=row.number,
        collection_id=row.collection_id,
        root=row.root,
        title=row.title,
        description=row.description,
        alias="" if row.alias == row.collection_id else row.alias,
        reads=row.reads,
        writes=row.writes,
    )
