"""Whether the tables of exchange hold what was put into them.

The bytes of each object have their hash and their id, each version stands at its place, nothing
stands after a revocation, and grants lead from partners to collections that are there. What was
changed by other means than legation, or was kept by half, is found here.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Connection, Row, Select, func, select

from legation.store.exchange.filing import cut
from legation.store.exchange.keys import key_of
from legation.store.exchange.tables import (
    BETWEEN,
    FIRST,
    LAST,
    ONLY,
    partner_keys,
    partners,
    quarantine,
    taxii_collections,
    taxii_grants,
    taxii_objects,
    taxii_statuses,
    taxii_tombstones,
)
from legation.store.soundness import damaged

_AT_ONCE: Final = 200


class _Named(msgspec.Struct):
    id: str
    type: str = ""


def verify_exchange(connection: Connection) -> int:
    """Check all that partners sent and are given; return how many objects stand in collections.

    Raises:
        VerificationError: Something is not as it was kept; the first is named.
    """
    for why, statement in _ASTRAY:
        astray = connection.execute(statement).scalar()
        if astray:
            raise damaged(f"{astray} {why}")
    _verify_quarantine(connection)
    _verify_statuses(connection)
    objects = 0
    for _, group in groupby(_rows(connection, _SHELVED), key=lambda row: (row.number, row.id_key)):
        some = list(group)
        objects += len(some)
        for row in some:
            _verify_object(row)
        for object_id in {row.object_id for row in some}:
            _verify_places([row for row in some if row.object_id == object_id])
    return objects


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    with connection.execute(statement, execution_options={"yield_per": _AT_ONCE}) as rows:
        yield from rows


def _verify_object(row: Row[Any]) -> None:
    where = f"the object {row.object_id!r:.80} of collection {row.number}"
    if sha256(row.raw).digest() != row.raw_sha256:
        raise damaged(f"{where} has other bytes than came")
    try:
        named = msgspec.json.decode(row.raw, type=_Named)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as bad:
        raise damaged(f"{where} cannot be read") from bad
    version_us = cut(row.version) if row.version else row.added_us
    kept = (row.object_id, row.object_type, row.id_key, row.version_us)
    if kept != (named.id, named.type, key_of(named.id), version_us):
        raise damaged(f"{where} is filed under what it is not")


def _verify_places(rows: list[Row[Any]]) -> None:
    """Check which of its object's versions each row says that it is; all are of one object."""
    rows.sort(key=lambda row: str(row.version))
    places = [row.place for row in rows]
    where = f"the object {rows[0].object_id!r:.80} of collection {rows[0].number}"
    last = places.index(LAST) if LAST in places else 0
    expected = [FIRST if last else ONLY, *[BETWEEN] * (len(rows) - 1)]
    if last:
        expected[last] = LAST
    # Only what was of the future when it came stands after the last one.
    if places != expected or any(row.version_us <= row.added_us for row in rows[last + 1 :]):
        raise damaged(f"the versions of {where} stand at wrong places")
    if len({row.version for row in rows}) != len(rows):
        raise damaged(f"one version of {where} stands there twice")
    if any(row.revoked and row.version for row in rows[:-1]):
        raise damaged(f"versions of {where} stand after it was taken back")


def _verify_quarantine(connection: Connection) -> None:
    for row in _rows(connection, _ASIDE):
        if sha256(row.raw).digest() != row.raw_sha256:
            raise damaged(f"number {row.seq} in quarantine has other bytes than came")


def _verify_statuses(connection: Connection) -> None:
    for row in _rows(connection, _TOLD):
        try:
            told = msgspec.json.decode(row.body, type=_Named).id
        except (msgspec.MsgspecError, UnicodeDecodeError) as bad:
            raise damaged(f"the status {row.status_id!r:.60} cannot be read") from bad
        if told != row.status_id:
            raise damaged(f"the status {row.status_id!r:.60} tells of another request")


def _shelved(names: str) -> Select[Any]:
    table = taxii_objects
    ordered = (table.c.number, table.c.id_key, table.c.added_us)
    return select(*(table.c[name] for name in names.split())).order_by(*ordered)


def _without(own: Column[Any], other: Column[Any]) -> Select[Any]:
    """Return how many rows have a value that no row of another table has."""
    return select(func.count()).select_from(own.table).where(own.not_in(select(other)))


_SHELVED: Final = _shelved(
    "number id_key added_us place object_id object_type version version_us revoked raw_sha256 raw"
)
_ASIDE: Final = select(quarantine.c.seq, quarantine.c.raw_sha256, quarantine.c.raw)
_TOLD: Final = select(taxii_statuses.c.status_id, taxii_statuses.c.body)
_ASTRAY: Final = (
    ("keys are of no partner", _without(partner_keys.c.partner_id, partners.c.partner_id)),
    ("grants are to no partner", _without(taxii_grants.c.partner_id, partners.c.partner_id)),
    ("grants are to no collection", _without(taxii_grants.c.number, taxii_collections.c.number)),
    ("objects are in no collection", _without(taxii_objects.c.number, taxii_collections.c.number)),
    (
        "objects in quarantine were for no collection",
        _without(quarantine.c.number, taxii_collections.c.number),
    ),
    (
        "objects stand in collections that were deleted from them",
        select(func.count())
        .select_from(taxii_tombstones)
        .where(taxii_tombstones.c.added_us.in_(select(taxii_objects.c.added_us))),
    ),
)
