"""Putting objects into a collection: which are new, which are known, which contradict.

A version is known by id and instant. What contradicts is never written over what stands: it
goes into quarantine, where people see both. Which versions stand in the end, and which of
them holds, does not depend on the order in which they came.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, bindparam, exists, func, select, update

from legation.stix.received import Facts
from legation.store.exchange.keys import key_of
from legation.store.exchange.tables import (
    BETWEEN,
    FIRST,
    LAST,
    ONLY,
    taxii_objects,
    taxii_tombstones,
)
from legation.store.exchange.tombstones import (
    Grave,
    bury,
    content_of,
    contradiction,
    graves_of,
    note_return,
    taken_back,
)
from legation.store.inserting import insert_rows
from legation.store.numbering import batches
from legation.store.values import microseconds, sortable

# A `modified` beyond this would mask what is true until then.
AHEAD: Final = timedelta(days=1)
AFTER: Final = "its author had taken the object back before this version"
_GONE: Final = "its author had taken the object back; what took it back was deleted since"
_OTHER_CONTENT: Final = "the same version is here already, with other content"
_KNOWN: Final = (
    "added_us", "place", "object_id", "version", "version_text",
    "created", "created_by", "revoked", "raw_sha256",
)  # fmt: skip


# How far the collections are: the greatest instants, and whether anything was deleted here.
_REACHED: Final = select(
    *(
        select(func.max(table.c.added_us)).scalar_subquery()
        for table in (taxii_objects, taxii_tombstones)
    ),
    exists().where(taxii_tombstones.c.number == bindparam("number")),
)
_STORED: Final = select(*(taxii_objects.c[name] for name in _KNOWN)).where(
    taxii_objects.c.number == bindparam("number"),
    taxii_objects.c.id_key.in_(bindparam("keys", expanding=True)),
)


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of one object.

    Attributes:
        state: New, known already, or in contradiction to what stands there.
        added_us: When it was added, or had been; 0 for a contradiction.
        reason: What contradicts; empty otherwise.
    """

    state: Literal["new", "known", "conflict"]
    added_us: int = 0
    reason: str = ""


class Displaced(msgspec.Struct, frozen=True):
    """A version that left a collection because an earlier one takes the object back."""

    object_id: str
    version_text: str
    partner_id: str
    raw: bytes


class _Version:
    """A version that stands in the collection, or is about to."""

    __slots__ = ("added_us", "facts", "place", "raw", "sha256")

    def __init__(
        self, facts: Facts, added_us: int, place: int, sha256: bytes, raw: bytes | None
    ) -> None:
        self.facts, self.added_us, self.place = facts, added_us, place
        self.sha256, self.raw = sha256, raw


class Filing:
    """One call's work on one collection, inside one transaction."""

    def __init__(self, connection: Connection, number: int, partner_id: str, now: datetime) -> None:
        """Work on the collection of this number, for whoever adds."""
        self._connection, self._number, self._partner = connection, number, partner_id
        self._now = microseconds(now)
        self._horizon = sortable(now + AHEAD)
        reached: Sequence[Any] = connection.execute(_REACHED, {"number": number}).one()
        added, deleted, buried = reached
        # The greatest instant that was ever given to an object, also to a deleted one.
        self._last: int = max(added or 0, deleted or 0)
        self._buried = bool(buried)
        self._new: list[_Version] = []
        self._moved: set[int] = set()
        self._gone: set[str] = set()
        self.displaced: list[Displaced] = []
        self.filed: list[tuple[int, str, bytes]] = []

    def add(self, items: Sequence[tuple[Facts, bytes]]) -> list[Outcome]:
        """Add objects in their order; those that contradict are told, the others kept."""
        ids = {facts.object_id for facts, _ in items}
        self._shelf = self._stored(ids)
        # What the house recalled it may send anew.
        self._graves: Mapping[str, Sequence[Grave]] = (
            graves_of(self._connection, self._number, ids) if self._partner and self._buried else {}
        )
        outcomes = [self._admitted(facts, raw) for facts, raw in items]
        touched = {version.facts.object_id for version in self._new}
        for object_id in touched:
            self._settle(object_id, self._shelf[object_id])
        self._write()
        if self._buried:
            self._note_return()
        stays = {version.added_us for version in self._new}
        return [
            one
            if one.state != "new" or one.added_us in stays
            else Outcome("conflict", 0, _GONE if facts.object_id in self._gone else AFTER)
            for one, (facts, _) in zip(outcomes, items, strict=True)
        ]

    def _note_return(self) -> None:
        hashes: dict[str, list[bytes]] = defaultdict(list)
        for version in self._new:
            hashes[version.facts.object_id].append(version.sha256)
        note_return(self._connection, self._number, hashes, self._now)

    def _stored(self, ids: set[str]) -> dict[str, list[_Version]]:
        shelf: dict[str, list[_Version]] = defaultdict(list)
        for keys in batches({key_of(object_id) for object_id in ids}):
            rows = self._connection.execute(_STORED, {"number": self._number, "keys": keys})
            for row in rows:
                if row.object_id in ids:
                    facts = Facts(
                        row.object_id,
                        row.object_id.partition("--")[0],
                        *(row.version, row.version_text, row.created, row.created_by, row.revoked),
                    )
                    shelf[row.object_id].append(
                        _Version(facts, row.added_us, row.place, row.raw_sha256, None)
                    )
        return shelf

    def _admitted(self, facts: Facts, raw: bytes) -> Outcome:
        known = self._shelf[facts.object_id]
        sha256 = hashlib.sha256(raw).digest()
        for other in known:
            if other.facts.version == facts.version:
                if other.sha256 == sha256 or self._same(other, raw):
                    return Outcome("known", other.added_us)
                return Outcome("conflict", 0, _OTHER_CONTENT)
        reason = self._contradiction(facts, known) if known else ""
        reason = reason or contradiction(facts, raw, self._graves.get(facts.object_id, ()))
        if reason:
            return Outcome("conflict", 0, reason)
        # Each has an instant of its own, also when the clock stands or steps back.
        self._last = max(self._now, self._last + 1)
        version = _Version(facts, self._last, ONLY, sha256, raw)
        known.append(version)
        self._new.append(version)
        return Outcome("new", self._last)

    def _contradiction(self, facts: Facts, known: list[_Version]) -> str:
        if not facts.version or facts.object_type == "marking-definition":
            return "what has no versions is here already, with other content"
        # Platforms that make ids of contents write an object anew with another time of creation,
        # so that is no contradiction; another creator is.
        if known[0].facts.created_by != facts.created_by:
            return "it has another creator than the version that is here"
        if any(other.facts.revoked and other.facts.version < facts.version for other in known):
            return AFTER
        return ""

    def _same(self, other: _Version, raw: bytes) -> bool:
        stored = other.raw
        if stored is None:
            statement = select(taxii_objects.c.raw).where(
                taxii_objects.c.added_us == other.added_us
            )
            stored = self._connection.execute(statement).scalar_one()
        return content_of(stored) == content_of(raw)

    def _settle(self, object_id: str, versions: list[_Version]) -> None:
        """Say of each version of an object which it is; take away what follows a revocation."""
        for one in self._revoked(object_id, versions):
            versions.remove(one)
            self._displace(one)
        if len(versions) == 1 and versions[0].place == ONLY:
            return
        versions.sort(key=lambda one: one.facts.version)
        places = _places([one.facts.version for one in versions], self._horizon)
        for one, place in zip(versions, places, strict=True):
            if place != one.place:
                one.place = place
                self._moved.add(one.added_us)

    def _revoked(self, object_id: str, versions: Sequence[_Version]) -> list[_Version]:
        """Return which versions do not stand, since the object was taken back."""
        here = min(
            (one.facts.version for one in versions if one.facts.revoked and one.facts.version),
            default=None,
        )
        buried = taken_back(self._graves.get(object_id, ()))
        if buried is not None and (here is None or buried < here):
            # Not even those before it: they would hold again without the version that is deleted.
            self._gone.add(object_id)
            return list(versions)
        return [one for one in versions if here is not None and one.facts.version > here]

    def _displace(self, version: _Version) -> None:
        if version in self._new:
            self._new.remove(version)
            raw, partner_id = version.raw or b"", self._partner
        else:
            at = taxii_objects.c.added_us == version.added_us
            columns = (taxii_objects.c.raw, taxii_objects.c.partner_id)
            raw, partner_id = self._connection.execute(select(*columns).where(at)).one()
            bury(self._connection, [version.added_us], partner_id=self._partner, now_us=self._now)
        facts = version.facts
        self.displaced.append(Displaced(facts.object_id, facts.version_text, partner_id, raw))

    def _write(self) -> None:
        moved_only = self._moved - {version.added_us for version in self._new}
        if self._new:
            insert_rows(
                self._connection, taxii_objects, [self._row(version) for version in self._new]
            )
            self.filed = [
                (one.added_us, one.facts.object_type, one.raw or b"") for one in self._new
            ]
        moved = [
            {"key": version.added_us, "to": version.place}
            for versions in self._shelf.values()
            for version in versions
            if version.added_us in moved_only
        ]
        if moved:
            statement = update(taxii_objects).where(taxii_objects.c.added_us == bindparam("key"))
            self._connection.execute(statement.values(place=bindparam("to")), moved)

    def _row(self, version: _Version) -> tuple[Any, ...]:
        """Return the cells of a version, in the order of the table's columns."""
        facts = version.facts
        return (
            version.added_us,
            self._number,
            version.place,
            key_of(facts.object_id),
            facts.object_id,
            facts.object_type,
            facts.version,
            cut(facts.version) if facts.version else version.added_us,
            facts.version_text,
            facts.created,
            facts.created_by,
            facts.revoked,
            version.sha256,
            self._partner,
            version.raw,
        )


def settle_again(connection: Connection, number: int, object_id: str, now: datetime) -> None:
    """Say anew which versions of an object are the first and the last, after some were deleted."""
    table = taxii_objects
    rows = connection.execute(
        select(table.c.added_us, table.c.place, table.c.version)
        .where(
            table.c.number == number,
            table.c.id_key == key_of(object_id),
            table.c.object_id == object_id,
        )
        .order_by(table.c.version)
    ).all()
    places = _places([row.version for row in rows], sortable(now + AHEAD))
    for row, place in zip(rows, places, strict=True):
        if place != row.place:
            connection.execute(
                update(table).where(table.c.added_us == row.added_us).values(place=place)
            )


def cut(version: str) -> int:
    """Return a sortable instant as microseconds since 1970; finer digits are cut."""
    second, _, fraction = version.partition(".")
    # A leap second has no number of its own; the text tells it from its neighbour.
    whole = datetime.fromisoformat(f"{second[:-2]}{min(int(second[-2:]), 59):02}+00:00")
    return microseconds(whole) + int(fraction[:6].ljust(6, "0"))


def _places(versions: Sequence[str], horizon: str) -> list[int]:
    """Return which of its object's versions each is; they are in order.

    What is modified in the future masks nothing that is true until then: it is the last one only
    where there is no other.
    """
    last = sum(version <= horizon for version in versions) - 1
    if last < 0:
        last = len(versions) - 1
    return [
        ONLY if at == last == 0 else FIRST if at == 0 else LAST if at == last else BETWEEN
        for at in range(len(versions))
    ]
