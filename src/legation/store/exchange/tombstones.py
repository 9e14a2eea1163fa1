"""What was deleted from a collection, and what that still says of what comes after it.

A deletion takes an object out of sight; it takes back nothing that was said by it. Else whoever
deletes a revocation, or the first content of a version, could put another truth in its place.
What the house itself deletes, such as what it recalls, it may put there anew.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from legation.stix.received import Facts
from legation.stix.timestamps import sortable as in_order
from legation.store.exchange.keys import key_of
from legation.store.exchange.tables import taxii_objects, taxii_tombstones
from legation.store.numbering import batches

_OTHER_CONTENT: Final = "the same version was here with other content, and was deleted"
_OTHER_CREATOR: Final = "it has another creator than the version that was here and was deleted"
_KEPT: Final = (
    *("added_us", "number", "id_key", "object_id", "version", "version_text"),
    *("created_by", "revoked", "raw_sha256"),
)
_SAID: Final = select(
    *(
        taxii_tombstones.c[name]
        for name in ("object_id", "version", "created_by", "revoked", "content_sha256")
    )
).where(
    taxii_tombstones.c.number == bindparam("number"),
    taxii_tombstones.c.id_key.in_(bindparam("keys", expanding=True)),
)


class Grave(msgspec.Struct, frozen=True, gc=False):
    """A version that was deleted: what of it still holds.

    Attributes:
        version: Its instant in sortable form; empty: it had none.
        created_by: Id of its creator, or empty.
        revoked: Whether it took the object back.
        content_sha256: Of its content in one form.
    """

    version: str
    created_by: str
    revoked: bool
    content_sha256: bytes


def graves_of(
    connection: Connection, number: int, ids: Iterable[str]
) -> Mapping[str, Sequence[Grave]]:
    """Return what was deleted of objects, by their ids."""
    found: dict[str, list[Grave]] = defaultdict(list)
    for some in batches(sorted(set(ids))):
        keys = [key_of(one) for one in some]
        for row in connection.execute(_SAID, {"number": number, "keys": keys}):
            grave = Grave(row.version, row.created_by, row.revoked, row.content_sha256)
            found[row.object_id].append(grave)
    return found


def contradiction(facts: Facts, raw: bytes, graves: Sequence[Grave]) -> str:
    """Return what of the deleted versions an object contradicts; empty: nothing."""
    if not graves:
        return ""
    unversioned = not facts.version or facts.object_type == "marking-definition"
    digest = hashlib.sha256(content_of(raw)).digest()
    if any(
        one.content_sha256 != digest
        for one in graves
        if unversioned or one.version == facts.version
    ):
        return _OTHER_CONTENT
    if any(one.created_by != facts.created_by for one in graves):
        return _OTHER_CREATOR
    return ""


def taken_back(graves: Sequence[Grave]) -> str | None:
    """Return the instant of the deleted version that took the object back; None for none."""
    return min((one.version for one in graves if one.revoked and one.version), default=None)


def bury(connection: Connection, added: Iterable[int], *, partner_id: str, now_us: int) -> int:
    """Take rows out of their collection, and leave a tombstone for each.

    Args:
        connection: In a write transaction.
        added: By when they were added.
        partner_id: Who has it done; empty for the house.
        now_us: When.

    Returns:
        How many there were.
    """
    taken = 0
    columns = [taxii_objects.c[name] for name in (*_KEPT, "raw")]
    for some in batches(added):
        condition = taxii_objects.c.added_us.in_(some)
        rows = connection.execute(select(*columns).where(condition)).mappings()
        told = {"partner_id": partner_id, "deleted_us": now_us}
        graves = [_grave(dict(row)) | told for row in rows]
        if graves:
            connection.execute(insert(taxii_tombstones), graves)
            connection.execute(delete(taxii_objects).where(condition))
        taken += len(graves)
    return taken


def with_what_they_revoke(
    connection: Connection, number: int, object_id: str, added: list[int]
) -> list[int]:
    """Return versions that a partner deletes, and all others of the object where one revokes it.

    Without the revocation the others would hold again.
    """
    table = taxii_objects
    here = (table.c.number == number, table.c.id_key == key_of(object_id))
    statement = select(table.c.added_us, table.c.revoked).where(
        *here, table.c.object_id == object_id
    )
    rows = connection.execute(statement).all()
    if any(row.revoked and row.added_us in added for row in rows):
        return [row.added_us for row in rows]
    return added


def note_return(
    connection: Connection, number: int, hashes: Mapping[str, Sequence[bytes]], now_us: int
) -> None:
    """Note on the tombstones of what was deleted before that it came again.

    Args:
        connection: In a write transaction.
        number: Of the collection.
        hashes: Of the bytes of new versions, by the ids of their objects.
        now_us: When.
    """
    buried = taxii_tombstones
    for some in batches(sorted(hashes)):
        connection.execute(
            update(buried)
            .where(
                buried.c.number == number,
                buried.c.id_key.in_([key_of(one) for one in some]),
                buried.c.again_us.is_(None),
                buried.c.raw_sha256.in_([digest for one in some for digest in hashes[one]]),
            )
            .values(again_us=now_us)
        )


def content_of(raw: bytes) -> bytes:
    """Return the value of an object in one form, whatever its spelling."""
    value = msgspec.json.decode(raw, type=dict[str, Any])
    for name in ("created", "modified"):
        if isinstance(value.get(name), str):
            value[name] = in_order(value[name])
    return msgspec.json.encode(value, order="sorted")


def _grave(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in _KEPT}
    return kept | {"content_sha256": hashlib.sha256(content_of(row["raw"])).digest()}
