"""The registers of a home: rows in, rows out, as STIX objects that the desk itself states.

Good rows of a table are taken in as one transaction, with an entry of the trail; the others are
listed. A row that says what the store has already is no new version. What somebody may not know
is absent for them here too. A personal name goes sealed beside the objects: see `persons`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.marking import kept_level
from legation.app.registers_judged import (
    Given,
    bare,
    differing,
    heard,
    is_of_another_kind,
    judged,
    read_incoming,
)
from legation.app.weakening import Weakening, note_weakened, weakenings
from legation.app.weighable import breached_channels
from legation.errors import LegationError
from legation.formats.rows import Refused, Rows, refused_row, write_rows
from legation.missions.calendar import Assumed, write_calendar
from legation.missions.objects import SHAPES, Row, Stated, object_id, object_of, row_of
from legation.missions.register import Holder
from legation.missions.tables import pointed, reached
from legation.missions.talks import Talk

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.rights.vault import Vault
    from legation.store.opening import Store
    from legation.store.readable import Readable
    from legation.store.versions import Version

WRITTEN: Final = "mission.write"
# What is pointed to stands before what points to it.
_IN_ORDER: Final = tuple(SHAPES)
_STEP: Final = timedelta(milliseconds=1)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A row with its object.

    Attributes:
        object_id: Of its object.
        modified: When this version was stated, as STIX writes it.
        raw: The object, as it is kept.
    """

    register: str
    row: Row
    object_id: str
    modified: str
    raw: bytes


class TakenRows(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table.

    Attributes:
        added: Rows of a new key.
        changed: Rows that say something else than before.
        same: Rows that say nothing new.
        refused: Rows that were not taken, with the reason.
        keys: Of the rows that were taken.
        weakened: Breaches on record of which the table says less.
        columns: In what the changed rows say something else.
        unknown: Zones of a calendar that nobody knows.
        zone: The zone that was taken for them.
    """

    register: str
    file: str
    added: int
    changed: int
    same: int
    refused: tuple[Refused, ...]
    keys: tuple[str, ...] = ()
    weakened: tuple[Weakening, ...] = ()
    columns: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    zone: str = ""


@final
class Registers:
    """What one reader may know of the registers, and may write into them.

    Args:
        scope: Who asks, of which store.
        vault: Gives what seals personal names, when a row has one; None: such rows are refused.
        at_hand: Gives the same where nobody needs to be asked for a passphrase: then no row may
            hold a name in clear that is held sealed or was erased.
        invented: What is taken in is invented, as the registers of a demonstration are.
    """

    def __init__(
        self,
        scope: "Scope",
        vault: "Callable[[], Vault] | None" = None,
        at_hand: "Callable[[], Vault | None] | None" = None,
        *,
        invented: bool = False,
    ) -> None:
        """Read who the desk is, and nothing else yet."""
        from legation.app.home import author_of

        self._invented = invented

        self._scope = scope
        self._store = scope.store
        self._vault = vault
        self._at_hand = at_hand
        self._author = author_of(scope.store)

    @property
    def scope(self) -> "Scope":
        """Return who asks, of which store."""
        return self._scope

    @property
    def store(self) -> "Store":
        """Return the store that they stand in."""
        return self._store

    def rows(self, register: str, *, as_of: datetime | None = None) -> list[Kept]:
        """Return the rows of a register in the order of their keys.

        Args:
            register: Its name.
            as_of: What the store believed at this time.
        """
        return self.every(as_of=as_of)[register]

    def every(self, *, as_of: datetime | None = None) -> dict[str, list[Kept]]:
        """Return the rows of all registers, each in the order of their keys.

        A row that points to one that may not be known is absent, or it would name it.
        """
        return self._visible(tuple(SHAPES), as_of)

    def with_past(
        self, register: str, *, as_of: datetime | None = None
    ) -> "tuple[dict[str, list[Kept]], dict[str, list[Version]]]":
        """Return what `every` does and, of one register, all versions by the id of their object.

        What holds is the last version of each.
        """
        found, past = self._scope.objects.registered_ever(tuple(SHAPES), (register,), as_of=as_of)
        versions: dict[str, list[Version]] = defaultdict(list)
        for version in past:
            versions[version.object_id].append(version)
        return _pointing(self._sorted(found, tuple(SHAPES))), versions

    def take(
        self, content: bytes, place: str, *, register: str = "", assumed: Assumed | None = None
    ) -> TakenRows:
        """Take in a table or a calendar.

        Args:
            content: The file.
            place: Its name, for errors.
            register: Which register; empty: by its columns.
            assumed: What a calendar does not say.

        Raises:
            BadInputError: It is no such table; then nothing of it is taken in.
            ConflictError: This is a demonstration, whose registers are invented.
        """
        from legation.app.home import refuse_demonstration
        from legation.app.persons import without_withheld

        if not self._invented:
            refuse_demonstration(self._store)
        ahead = self._scope.now().date() + timedelta(days=1)  # it may be tomorrow elsewhere
        incoming = read_incoming(content, place, register, assumed or Assumed(), ahead)
        register, given = incoming.register, incoming.rows
        # A passphrase may be asked for, so it is done before anybody is kept waiting.
        named = any(isinstance(row, Holder) and row.person for _, row in given.good)
        vault = self._vault() if named and self._vault is not None else None
        given = self._sealable(given, vault)
        opener = vault or (self._at_hand() if self._at_hand is not None else None)
        if opener is not None:
            given = without_withheld(self._store, given, opener, actor=self._scope.reader.actor)
        with self._store.transaction():
            kept = {one.row.key: one for one in self._all(register)[register]}
            known = {
                name: {one.row.key: one.row for one in found}
                for name, found in self._visible(reached(register)).items()
            }
            rows = heard(incoming, given, known[register])
            turned = any(is_of_another_kind(row, known[register]) for _, row in rows.good)
            breached = breached_channels(self._scope) if turned else frozenset()
            good, refused = judged(register, rows, known, kept.keys(), breached)
            new = [row for row in good if row.key not in kept]
            renamed = self._seal(good, vault)
            objects = [row for row in good if row.key in kept and kept[row.key].row != bare(row)]
            weakened = weakenings(self._store, self._author, objects)
            self._put([*new, *objects], kept)
            note_weakened(self._scope, weakened)
            renamed -= {row.key for row in new}
            changed = {row.key for row in objects} | renamed
            columns = differing(register, ((bare(row), kept[row.key].row) for row in objects))
            taken = TakenRows(
                register=register,
                file=place,
                added=len(new),
                changed=len(changed),
                same=len(good) - len(new) - len(changed),
                refused=tuple(sorted(refused, key=lambda one: one.line)),
                keys=tuple(row.key for row in good),
                weakened=weakened,
                columns=(*columns, *(["person"] if renamed else [])),
                unknown=incoming.unknown,
                zone=assumed.zone if assumed and incoming.unknown else "",
            )
            self._note(register, taken, "" if named else hashlib.sha256(content).hexdigest())
        return taken

    def export(self, register: str) -> bytes:
        """Return a register as a table that `take` reads again."""
        return write_rows((one.row for one in self.rows(register)), SHAPES[register])

    def bundle(self, register: str) -> bytes:
        """Return the objects of a register as a STIX bundle that needs nothing else.

        Raises:
            NotFoundError: The store does not say whose it is.
        """
        from legation.app.home import identity_of
        from legation.formats.bundle import write_bundle
        from legation.formats.campaign import self_contained
        from legation.stix.codec import decode_object

        ids = [one.object_id for one in self.rows(register)]
        known = self._scope.objects.get_many(ids)
        things = [decode_object(known[each].raw, place=each) for each in ids if each in known]
        level = max(kept_level(self._store, ids), self._scope.marking)
        return write_bundle(
            self_contained(things, identity=identity_of(self._store), marking=level)
        )

    def calendar(self) -> bytes:
        """Return the talks as iCalendar."""
        talks = [one.row for one in self.rows("talks") if isinstance(one.row, Talk)]
        return write_calendar(talks, now=self._scope.now())

    def _visible(
        self, registers: Sequence[str], as_of: datetime | None = None
    ) -> dict[str, list[Kept]]:
        """Return rows that may be known, of registers that hold all that theirs point to."""
        return _pointing(self._read(self._scope.objects, registers, as_of))

    def _all(self, *registers: str) -> dict[str, list[Kept]]:
        """Return all rows, whoever may know them: a key must not be given twice."""
        return self._read(self._store.objects, registers, None)

    def _read(
        self, source: "Readable", registers: Sequence[str], as_of: datetime | None
    ) -> dict[str, list[Kept]]:
        return self._sorted(source.registered(registers, as_of=as_of), registers)

    def _sorted(
        self, versions: "Iterable[Version]", registers: Sequence[str]
    ) -> dict[str, list[Kept]]:
        found: dict[str, list[Kept]] = {name: [] for name in registers}
        for version in versions:
            kept = kept_of(version, self._author)
            if kept is not None and kept.register in found:
                found[kept.register].append(kept)
        for rows in found.values():
            rows.sort(key=lambda one: one.row.key)
        return found

    def _note(self, register: str, taken: TakenRows, sha256: str) -> None:
        from legation.store.audit import Event

        self._store.audit.append(
            Event(
                at=self._scope.now(),
                actor=self._scope.reader.actor,
                verb=WRITTEN,
                subject=register,
                detail={
                    # Who knows all of a table but a name could find the name by its hash.
                    "sha256": sha256,
                    "added": taken.added,
                    "changed": taken.changed,
                    "refused": len(taken.refused),
                },
            )
        )

    def _sealable(self, rows: Rows[Given], vault: "Vault | None") -> Rows[Given]:
        """Refuse the rows whose personal name could not be kept sealed."""
        from legation.app.persons import require_sealable

        good: list[tuple[int, Given]] = []
        refused = list(rows.refused)
        for line, row in rows.good:
            try:
                if isinstance(row, Holder) and row.person:
                    require_sealable(row, vault, self._scope.now())
            except LegationError as fault:
                refused.append(refused_row(line, fault))
            else:
                good.append((line, row))
        return Rows(good=tuple(good), refused=tuple(refused))

    def _seal(self, rows: Sequence[Row], vault: "Vault | None") -> set[str]:
        """Seal the personal names of rows; return the keys of those with another than before."""
        from legation.app.persons import seal_names

        named = {
            self.id_of("holders", row.key): row
            for row in rows
            if isinstance(row, Holder) and row.person
        }
        if vault is None or not named:
            return set()
        scope = self._scope
        other = seal_names(self._store, vault, named, now=scope.now(), actor=scope.reader.actor)
        return {named[object_id].key for object_id in other}

    def _put(self, rows: Sequence[Row], kept: dict[str, Kept]) -> None:
        from legation.stix.codec import encode_object

        self._store.objects.put_many(
            encode_object(object_of(row, self._stated(kept.get(row.key)))) for row in rows
        )

    def _stated(self, before: Kept | None) -> Stated:
        now = self._scope.now()
        if before is None:
            return Stated(
                author=self._author, created=now, modified=now, marking=self._scope.marking
            )
        value = msgspec.json.decode(before.raw)
        created, last = (datetime.fromisoformat(value[name]) for name in ("created", "modified"))
        # A clock may stand still or be put back; a later version is later all the same.
        return Stated(
            author=self._author,
            created=created,
            modified=max(now, last + _STEP),
            marking=self._scope.marking,
        )

    def id_of(self, register: str, key: str) -> str:
        """Return the id of a row's object."""
        return object_id(self._author, register, key)


def _pointing(found: dict[str, list[Kept]]) -> dict[str, list[Kept]]:
    """Return the rows but for those that point to what is not among them."""
    keys = {name: {one.row.key for one in rows} for name, rows in found.items()}
    for name in (each for each in _IN_ORDER if each in found):
        found[name] = [
            one
            for one in found[name]
            if all(key in keys[target] for _, target, key in pointed(name, one.row))
        ]
        keys[name] = {one.row.key for one in found[name]}
    return found


def kept_of(version: "Version", author: str) -> Kept | None:
    """Return the row that a version of an object is; None when it is none of the author's.

    What a partner sends is theirs: the registers hold what this desk states.
    """
    from legation.stix.codec import decode_object
    from legation.stix.objects import DomainObject

    thing = decode_object(version.raw, place=version.object_id)
    if not isinstance(thing, DomainObject) or thing.created_by_ref != author:
        return None
    carried = row_of(thing)
    if carried is None:
        return None
    return Kept(
        register=carried[0],
        row=carried[1],
        object_id=thing.id,
        modified=thing.modified.text,
        raw=version.raw,
    )
