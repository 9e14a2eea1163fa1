"""Partners: who they are, by which key they come, and the policy under which they are told.

Who the partners are is itself a secret: a partner is known outside by a random id, and no
answer to one tells of another. Keys are kept as hashes; a partner that ended stays, so that the
ledger can be read. Its name can be taken up again: by a new partner, with a new id and nothing of
the old one, which from then on is called by its name and the day on which it ended.
"""

from collections import defaultdict
from datetime import datetime
from itertools import count
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.exchange.tables import partner_keys, partners
from legation.store.numbering import next_number
from legation.store.values import microseconds, moment, plain

KeyKind = Literal["token", "certificate"]
KEY_KINDS: Final[tuple[KeyKind, ...]] = ("token", "certificate")


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """One partner.

    Attributes:
        partner_id: By which it is known outside this table.
        name: As people here call it.
        party: Its code among parties, such as FR; may be empty.
        policy: The policy file as it was given; empty: nothing leaves to it.
        confidence: How much we give what it says, 0 to 100 (STIX 2.1, appendix A); None: nobody
            said.
        signer: Fingerprint of its keys, as it was told by another way; empty: nobody pinned it.
        inbox: Number of the collection into which it writes.
        outbox: Number of the collection from which it reads.
        ended: When the sharing ended; None while it goes on.
    """

    partner_id: str
    name: str
    party: str = ""
    policy: bytes = b""
    confidence: int | None = None
    signer: str = ""
    inbox: int = 0
    outbox: int = 0
    created: datetime
    ended: datetime | None = None


class PartnerKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key by which a partner comes, without its secret."""

    key_sha256: str
    kind: KeyKind
    partner_id: str
    created: datetime
    until: datetime | None = None
    revoked: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Tell whether it opens something."""
        return self.revoked is None and (self.until is None or self.until > now)


class Partners:
    """All partners that there ever were."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, partner: Partner) -> None:
        """Keep a new partner; one of its name that ended is called by its last day from then on.

        Raises:
            ConflictError: Another that did not end has its name.
        """
        row = {
            "partner_id": partner.partner_id,
            "name": plain(partner.name),
            "party": plain(partner.party),
            "policy": partner.policy,
            "confidence": partner.confidence,
            "signer": partner.signer,
            "inbox": partner.inbox,
            "outbox": partner.outbox,
            "created_us": microseconds(partner.created),
        }
        try:
            with self._database.write() as connection:
                _free(connection, str(row["name"]))
                row["seq"] = next_number(connection, partners)
                connection.execute(insert(partners), row)
        except IntegrityError as taken:
            raise ConflictError(
                f"there is a partner {partner.name!r:.60} already", hint="see partner list"
            ) from taken

    def get(self, name: str) -> Partner:
        """Return a partner by its name or id.

        Raises:
            NotFoundError: There is none.
        """
        asked = plain(name)
        condition = (partners.c.name == asked) | (partners.c.partner_id == asked)
        with self._database.read() as connection:
            row = connection.execute(select(partners).where(condition)).first()
        if row is None:
            raise NotFoundError(f"there is no partner {name!r:.60}", hint="see partner list")
        return _partner(row)

    def every(self) -> list[Partner]:
        """Return all partners in the order in which they came."""
        with self._database.read() as connection:
            return [_partner(row) for row in connection.execute(_BY_ARRIVAL)]

    def set_policy(self, partner_id: str, policy: bytes) -> None:
        """Put a policy in force."""
        self._set(partner_id, policy=policy)

    def give(self, partner_id: str, confidence: int | None) -> None:
        """Say how much we give what a partner says."""
        self._set(partner_id, confidence=confidence)

    def pin(self, partner_id: str, signer: str) -> None:
        """Say by which fingerprint a partner's signatures are known."""
        self._set(partner_id, signer=signer)

    def end(self, partner_id: str, at: datetime) -> None:
        """End the sharing with a partner: its keys open nothing any more."""
        self._set(partner_id, ended_us=microseconds(at))

    def add_key(self, key: PartnerKey) -> None:
        """Let a partner come by a key.

        Raises:
            ConflictError: The key is known already.
        """
        row = {
            "key_sha256": key.key_sha256,
            "kind": key.kind,
            "partner_id": key.partner_id,
            "created_us": microseconds(key.created),
            "until_us": None if key.until is None else microseconds(key.until),
        }
        try:
            with self._database.write() as connection:
                row["seq"] = next_number(connection, partner_keys)
                connection.execute(insert(partner_keys), row)
        except IntegrityError as taken:
            raise ConflictError(
                "this key is known already", hint="give each partner a key of its own"
            ) from taken

    def keys(self, partner_id: str) -> list[PartnerKey]:
        """Return the keys of a partner, also those that open nothing any more."""
        statement = select(partner_keys).where(partner_keys.c.partner_id == partner_id)
        with self._database.read() as connection:
            return [_key(row) for row in connection.execute(statement.order_by(partner_keys.c.seq))]

    def every_key(self) -> dict[str, list[PartnerKey]]:
        """Return the keys of all partners, each by its partner's id."""
        found: dict[str, list[PartnerKey]] = defaultdict(list)
        with self._database.read() as connection:
            for row in connection.execute(select(partner_keys).order_by(partner_keys.c.seq)):
                found[row.partner_id].append(_key(row))
        return found

    def revoke_key(self, key_sha256: str, at: datetime) -> None:
        """Let a key open nothing any more.

        Raises:
            NotFoundError: There is none that still does.
        """
        statement = update(partner_keys).where(
            partner_keys.c.key_sha256 == key_sha256, partner_keys.c.revoked_us.is_(None)
        )
        with self._database.write() as connection:
            done = connection.execute(statement.values(revoked_us=microseconds(at)))
        if done.rowcount == 0:
            raise NotFoundError("there is no such key", hint="see partner show")

    def _set(self, partner_id: str, **values: Any) -> None:
        statement = update(partners).where(partners.c.partner_id == partner_id)
        with self._database.write() as connection:
            connection.execute(statement.values(**values))


def _free(connection: Connection, name: str) -> None:
    """Call a partner of this name that ended by its name and its last day."""
    called = partners.c.name == name
    ended = select(partners.c.partner_id, partners.c.ended_us).where(
        called, partners.c.ended_us.is_not(None)
    )
    row = connection.execute(ended).first()
    if row is None:
        return
    day = f"{name}, ended {moment(row.ended_us):%Y-%m-%d}"
    for again in count(1):
        freed = day if again == 1 else f"{day} ({again})"
        taken = select(partners.c.seq).where(partners.c.name == freed)
        if connection.execute(taken).first() is None:
            break
    of_it = partners.c.partner_id == row.partner_id
    connection.execute(update(partners).where(of_it).values(name=freed))


_BY_ARRIVAL: Final = select(partners).order_by(partners.c.seq)


def _partner(row: Row[Any]) -> Partner:
    return Partner(
        partner_id=row.partner_id,
        name=row.name,
        party=row.party,
        policy=row.policy,
        confidence=row.confidence,
        signer=row.signer,
        inbox=row.inbox,
        outbox=row.outbox,
        created=moment(row.created_us),
        ended=None if row.ended_us is None else moment(row.ended_us),
    )


def _key(row: Row[Any]) -> PartnerKey:
    return PartnerKey(
        key_sha256=row.key_sha256,
        kind=row.kind,
        partner_id=row.partner_id,
        created=moment(row.created_us),
        until=None if row.until_us is None else moment(row.until_us),
        revoked=None if row.revoked_us is None else moment(row.revoked_us),
    )
