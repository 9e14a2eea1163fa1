"""Statements that choose versions: what the store believes, or believed at an instant.

`believed` is the one place that says which version of each object holds. Today's answer
is a table of its own; a past one is ranked from the versions by the same rule that
`admission.latest` applies.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    select,
)

from legation.store.cards import MARKINGS
from legation.store.tables import object_heads as heads
from legation.store.tables import object_properties as properties
from legation.store.tables import object_references as references
from legation.store.tables import object_versions as versions
from legation.store.values import indexed, microseconds, sortable

Condition = ColumnElement[bool]


def believed(
    as_of: datetime | None = None,
    in_force: datetime | None = None,
    object_id: str | None = None,
) -> FromClause:
    """Return rows (seq, object_id, object_type, revoked), one for each object.

    Args:
        as_of: What the store believed at that time; None means now.
        in_force: Only versions whose own `modified` is not later.
        object_id: Only this object.
    """
    if as_of is None and in_force is None:
        return heads
    limits: list[Condition] = []
    if as_of is not None:
        limits.append(versions.c.recorded_us <= microseconds(as_of))
    if in_force is not None:
        limits.append(versions.c.modified <= sortable(in_force))
    if object_id is not None:
        limits.append(versions.c.object_id == object_id)
    ranked = select(
        versions.c.seq,
        versions.c.object_id,
        versions.c.object_type,
        versions.c.revoked,
        func.row_number().over(partition_by=versions.c.object_id, order_by=_rank()).label("place"),
    ).where(*limits)
    inner = ranked.subquery()
    return select(inner).where(inner.c.place == 1).subquery()


def with_past(as_of: datetime | None = None) -> FromClause:
    """Return rows as `believed` does, of all versions: `holds` tells those that it returns.

    Args:
        as_of: By what the store believed at that time; None means now.
    """
    held = believed(as_of)
    limits = [versions.c.recorded_us <= microseconds(as_of)] if as_of is not None else []
    return (
        select(
            versions.c.seq,
            versions.c.object_id,
            versions.c.object_type,
            versions.c.revoked,
            (versions.c.seq == held.c.seq).label("holds"),
        )
        .join_from(versions, held, versions.c.object_id == held.c.object_id)
        .where(*limits)
        .subquery()
    )


def chosen(source: FromClause, *conditions: Condition) -> Select[*tuple[Any, ...]]:
    """Return whole versions for the rows of `believed`."""
    return (select(versions).join_from(source, versions, versions.c.seq == source.c.seq)).where(
        *conditions
    )


def having(source: FromClause, where: Mapping[str, str]) -> list[Condition]:
    """Return the condition that indexed properties have these values."""
    return [
        source.c.seq.in_(
            select(properties.c.seq).where(
                properties.c.property == name, properties.c.value == indexed(value)
            )
        )
        for name, value in where.items()
    ]


def marked(source: FromClause, marking_id: str) -> Condition:
    """Return the condition that an object, or a part of it, carries a marking."""
    return pointing(source, marking_id, *MARKINGS)


def pointing(source: FromClause, target_id: str, *names: str) -> Condition:
    """Return the condition that an object points to another, in these properties or any."""
    found = select(references.c.seq).where(references.c.target_id == target_id)
    if names:
        found = found.where(references.c.property.in_(names))
    return source.c.seq.in_(found)


def _rank() -> list[ColumnElement[object]]:
    revocation = and_(versions.c.revoked, versions.c.modified != "")
    return [
        case((revocation, 0), else_=1),
        case((revocation, versions.c.modified), else_="").asc(),
        versions.c.modified.desc(),
        versions.c.seq.desc(),
    ]
