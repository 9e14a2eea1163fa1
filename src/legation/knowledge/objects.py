"""Rows of knowledge packs as STIX objects, and back.

Each row is a grouping that names its table as its context; its sentence carries the mark, so that
whoever reads nothing but standard STIX reads the mark too. Our extension `knowledge` carries the
row whole. An id follows from desk, publisher, pack, table and key: a changed row is a new version
of the same object. A row that its publisher took away is a version that says so, not a
revocation, since a later pack may bring it back.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec

from legation.errors import RecordError
from legation.knowledge.facts import Fact
from legation.knowledge.marks import shown
from legation.knowledge.pack_file import Pack
from legation.knowledge.tables import TABLES, points_to, table_of
from legation.stix.extensions import carried, carry
from legation.stix.ids import fact_id
from legation.stix.objects import SPEC, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, marking_ref
from legation.stix.vocabulary import Grouping

TYPE: Final = "grouping"
HEAD: Final = "pack"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the store keeps of a pack beside its rows.

    Attributes:
        sha256: Of the file.
        signed_by: Fingerprint of who signed it; empty: nobody did.
        successor: Fingerprint of the key that its publisher says may follow.
    """

    name: str
    publisher: str
    dated: datetime = msgspec.field(name="date")
    as_of: date
    licence: str
    note: str = ""
    successor: str = ""
    sha256: str
    signed_by: str = ""


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Who states an object, when, to whom.

    Attributes:
        author: Id of the desk's identity.
        created: When the first version was made, aware.
        modified: When this one was.
    """

    author: str
    created: datetime
    modified: datetime
    marking: Tlp


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What an object of a pack carries.

    Attributes:
        publisher: Of the pack.
        pack: Its name.
        table: Of the row; `pack` for the head.
        row: The row, or the head.
        gone: Whether the publisher took it away.
    """

    publisher: str
    pack: str
    table: str
    key: str
    row: Fact | Head
    gone: bool

    @property
    def title(self) -> str:
        """Return publisher and name of the pack."""
        return f"{self.publisher}/{self.pack}"


def object_id(author: str, publisher: str, pack: str, table: str, key: str) -> str:
    """Return the id of a row's object, or with the table `pack` that of a head."""
    return fact_id(TYPE, author, publisher, pack, table, key)


def row_object(pack: Pack, row: Fact, stated: Stated, *, gone: bool = False) -> Grouping:
    """Return the object of a row; it points to the facts of its own pack that it names.

    Args:
        pack: Its pack.
        row: The row.
        stated: Who states it, when, to whom.
        gone: Whether the publisher took it away.
    """
    table = table_of(row)
    # Whether a row is stale depends on the day it is read, so the object does not say it.
    seen = shown(row, pack=pack.title, today=row.as_of, signed=not pack.unsigned)
    there = pack.names
    named = (getattr(row, part, "") for part in ("title", "name", "text"))
    name = next(filter(None, named), row.key)
    ids = [
        object_id(stated.author, pack.publisher, pack.name, *other.split(":", 1))
        for other in points_to(row)
        if other in there
    ]
    head = object_id(stated.author, pack.publisher, pack.name, HEAD, pack.name)
    content = _content(pack, table, row.key, msgspec.to_builtins(row), gone=gone)
    return Grouping(
        **_common(table, row.key, pack, stated, content),
        name=name,
        description=seen.line(),
        context=f"knowledge-{table.replace('_', '-')}",
        object_refs=(head, *dict.fromkeys(ids)),
    )


def head_object(pack: Pack, stated: Stated, *, sha256: str, signed_by: str) -> Grouping:
    """Return the object of a pack's head."""
    row = {
        "name": pack.name,
        "publisher": pack.publisher,
        "date": pack.dated,
        "as_of": pack.as_of,
        "licence": pack.licence,
        "note": pack.note,
        "successor": pack.successor,
        "sha256": sha256,
        "signed_by": signed_by,
    }
    content = _content(pack, HEAD, pack.name, msgspec.to_builtins(row), gone=False)
    return Grouping(
        **_common(HEAD, pack.name, pack, stated, content),
        name=pack.title,
        description=pack.note or None,
        context="knowledge-pack",
        object_refs=(stated.author,),
    )


def carried_in(thing: StixObject) -> Carried | None:
    """Return what an object of a pack carries; None when it carries nothing of the kind.

    Raises:
        RecordError: What it carries is no row of that table.
    """
    content = carried(thing, "knowledge")
    if content is None:
        return None
    table = str(content.get("table"))
    shape: type[Fact | Head] | None = Head if table == HEAD else TABLES.get(table)
    if shape is None:
        raise RecordError(
            f"unknown table {table[:40]!r}", place=thing.id, hint=f"known: {', '.join(TABLES)}"
        )
    try:
        row = msgspec.convert(content.get("row"), shape)
    except msgspec.ValidationError as bad:
        raise RecordError(str(bad), place=thing.id, hint="take the pack in again") from bad
    return Carried(
        publisher=str(content.get("publisher")),
        pack=str(content.get("pack")),
        table=table,
        key=str(content.get("key")),
        row=row,
        gone=content.get("gone") is True,
    )


def _common(
    table: str, key: str, pack: Pack, stated: Stated, content: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "id": object_id(stated.author, pack.publisher, pack.name, table, key),
        "spec_version": SPEC,
        "created_by_ref": stated.author,
        "created": Timestamp.of(stated.created),
        "modified": Timestamp.of(stated.modified),
        "object_marking_refs": (marking_ref(stated.marking),),
        "extensions": carry("knowledge", content),
    }


def _content(
    pack: Pack, table: str, key: str, row: Mapping[str, Any], *, gone: bool
) -> dict[str, Any]:
    return {
        "publisher": pack.publisher,
        "pack": pack.name,
        "table": table,
        "key": key,
        "row": {name: part for name, part in row.items() if part not in (None, "", [], ())},
    } | ({"gone": True} if gone else {})
