"""Whether the register of objects is what its own bytes say: versions, heads and indexes.

Who can write to the database can leave every version as it was and empty or edit what stands
beside it: which version holds, what it points to, what it tells of. Lists and need-to-know are
read off these, so each is worked out anew from the bytes, and compared.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, select

from legation.errors import BadInputError, VerificationError
from legation.store.admission import Known, latest
from legation.store.cards import Card, read_card
from legation.store.numbering import batches
from legation.store.tables import (
    object_heads,
    object_needs,
    object_properties,
    object_references,
    object_versions,
)

_HINT: Final = "restore the store from a backup"
_AT_ONCE: Final = 500
# What stands in a row as it does on the card.
_FILED: Final = tuple(
    column.name for column in object_versions.c if column.name not in ("seq", "recorded_us", "raw")
)


def verify_objects(connection: Connection) -> int:
    """Check every version against its hash, and heads and indexes against the versions.

    Returns:
        The number of versions.

    Raises:
        VerificationError: A version is gone or not what was taken in, or what is filed beside it
            is not what it says; the first one is named.
    """
    totals: dict[Table, int] = defaultdict(int)
    for ids in ids_of_objects(connection):
        rows = connection.execute(
            select(object_versions)
            .where(object_versions.c.object_id.in_(ids))
            .order_by(object_versions.c.object_id, object_versions.c.seq)
        ).all()
        _verify_indexes(connection, rows, totals)
        _verify_heads(connection, ids, rows)
        totals[object_versions] += len(rows)
        totals[object_heads] += len(ids)
    _verify_totals(connection, totals)
    _verify_order(connection)
    return totals[object_versions]


def ids_of_objects(connection: Connection) -> Iterator[list[str]]:
    """Yield the ids of all objects that have a version, some at a time."""
    column, last = object_versions.c.object_id, ""
    some = select(column).distinct().order_by(column).limit(_AT_ONCE)
    while ids := connection.execute(some.where(column > last)).scalars().all():
        yield list(ids)
        last = ids[-1]


def _card(row: Row[Any]) -> Card:
    """Return the card of a version that is what was taken in."""
    try:
        if hashlib.sha256(row.raw).hexdigest() == row.raw_sha256:
            card = read_card(row.raw)
            if all(getattr(row, name) == getattr(card, name) for name in _FILED):
                return card
    except BadInputError:
        pass
    raise VerificationError(
        f"version {row.seq} of {row.object_id} is not what was taken in", hint=_HINT
    )


def _verify_indexes(
    connection: Connection, rows: Sequence[Row[Any]], totals: dict[Table, int]
) -> None:
    for some in batches(rows, _AT_ONCE):
        cards = {row.seq: _card(row) for row in some}
        wanted: dict[Table, dict[int, set[tuple[str, ...]]]] = {
            object_needs: {seq: {(each,) for each in card.needs} for seq, card in cards.items()},
            object_references: {seq: {*card.references} for seq, card in cards.items()},
            object_properties: {seq: {*card.properties} for seq, card in cards.items()},
        }
        for table, said in wanted.items():
            found: dict[int, set[tuple[str, ...]]] = defaultdict(set)
            for seq, *filed in connection.execute(select(table).where(table.c.seq.in_(cards))):
                found[seq].add(tuple(filed))
            for seq, card in cards.items():
                if found[seq] != said[seq]:
                    raise _index(
                        f"{table.name} does not say of {card.object_id} what its version {seq} does"
                    )
                totals[table] += len(said[seq])


def _verify_heads(connection: Connection, ids: list[str], rows: Sequence[Row[Any]]) -> None:
    found = {
        row.object_id: row
        for row in connection.execute(select(object_heads).where(object_heads.c.object_id.in_(ids)))
    }
    for object_id, versions in groupby(rows, key=lambda row: str(row.object_id)):
        held = latest([_known(row) for row in versions])
        wanted = (held.seq, object_id.partition("--")[0], held.revoked)
        head = found.get(object_id)
        if head is None:
            raise _index(f"object_heads does not name {object_id}")
        if (head.seq, head.object_type, head.revoked) != wanted:
            raise _index(f"object_heads does not name the version of {object_id} that holds")


def _verify_totals(connection: Connection, totals: dict[Table, int]) -> None:
    """Check that nothing is filed of what is not there, and that no version is missing."""
    for table in (object_heads, object_needs, object_references, object_properties):
        more = _count(connection, table) - totals[table]
        if more:
            raise _index(f"{table.name} has {more} rows of objects that are not there")
    last = connection.execute(select(func.max(object_versions.c.seq))).scalar_one() or 0
    missing = int(last) - totals[object_versions]
    if missing:
        raise VerificationError(
            f"{missing} versions of objects are gone: they are numbered without gaps, "
            f"and the last is {last}",
            hint=_HINT,
        )


def _verify_order(connection: Connection) -> None:
    """Check that each version was recorded after the one before it."""
    before = func.lag(object_versions.c.recorded_us).over(order_by=object_versions.c.seq)
    times = select(object_versions.c.seq, object_versions.c.recorded_us, before.label("before"))
    listed = times.subquery()
    early = select(func.min(listed.c.seq)).where(listed.c.recorded_us <= listed.c.before)
    seq = connection.execute(early).scalar_one()
    if seq is not None:
        raise VerificationError(
            f"the time at which version {seq} was recorded does not follow the one before it",
            hint=_HINT,
        )


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _known(row: Row[Any]) -> Known:
    return Known(**{name: getattr(row, name) for name in Known.__struct_fields__})


def _index(what: str) -> VerificationError:
    return VerificationError(f"the register of objects was changed: {what}", hint=_HINT)
