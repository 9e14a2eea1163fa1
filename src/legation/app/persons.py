"""Names of persons by role: sealed as their row is taken in, opened for a purpose alone.

A register's object never holds a personal name. The name is sealed in the transaction of its row,
under a key of its own; a look is in the audit trail before the name is shown. What comes in is
compared with the names that are held, in memory, which the trail tells of once a day: a name
stands in no cell but its own, and one that was erased does not come in again.
"""

from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from legation.errors import LegationError, NotFoundError, RecordError, VerificationError
from legation.formats.rows import Refused, Row, Rows
from legation.missions.register import Holder

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.app.registers import Registers
    from legation.crypto.key_files import Protection
    from legation.crypto.keys import KeySet
    from legation.rights.purposes import Purpose
    from legation.rights.vault import PersonalField, PersonalLook, Vault
    from legation.store.opening import Store
    from legation.store.personal import PersonalRow

FIELD: Final = "person"
# A name that is stated again is kept longer, once this much of its term has gone.
_RENEWED: Final = timedelta(days=30)
_RENEWAL: Final = "the same name was stated again and is kept under a new key"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A personal name that was opened for a look."""

    record_id: str
    key: str
    mission: str
    role: str
    person: str
    purpose: str
    until: str


def vault_of(keys: "KeySet") -> "Vault":
    """Return what seals and opens the personal fields of a desk."""
    import secrets

    from legation.crypto.sealing import SealingKey
    from legation.rights.vault import Vault

    return Vault(
        desk=keys.sealing_key(),
        keyed=SealingKey,
        fresh=secrets.token_bytes,
        secret=keys.pseudonym_secret,
    )


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an erasure.

    Attributes:
        marked: Whether a later import knows the name.
        gone: Whether its bytes have left the database's log too; False while another program reads.
        elsewhere: Columns of the store where the name stands in clear, and in how many rows.
    """

    marked: bool
    gone: bool
    elsewhere: dict[str, int]


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """The names that may not stand in clear in what comes in.

    Attributes:
        held: Words and letters of each name that is held sealed.
        erased: Marks of erased names, and the record of each.
    """

    held: frozenset[tuple[str, ...]]
    erased: Mapping[str, str]


def withheld(store: "Store", vault: "Vault", *, actor: str) -> Withheld:
    """Return the names that may not come in in clear; they stand in memory only.

    The trail tells of it once a day for each who takes something in.
    """
    from legation.rights.vault import letters_of, words_of

    names = opened_in_memory(store, vault, None, actor=actor).values()
    held = {form for name in names for form in (words_of(name), letters_of(name))}
    return Withheld(held=frozenset(held), erased=store.personal.marks())


def opened_in_memory(
    store: "Store", vault: "Vault", wanted: Container[str] | None, *, actor: str
) -> dict[str, str]:
    """Return held names by record, to be compared; the trail tells of it once a day.

    Args:
        store: The open store.
        vault: What opens them.
        wanted: Ids of records; None for all.
        actor: For whom it is done.
    """
    from legation.rights.purposes import INTERNAL, INTERNAL_TEST

    names = {}
    for record in store.personal.records():
        if wanted is None or record.record_id in wanted:
            with suppress(VerificationError):
                if opened := _opened(vault, record, store.personal.now()):
                    names[record.record_id] = opened[1]
    if names:
        store.personal.note_use(INTERNAL, INTERNAL_TEST.parts(), actor=actor, records=len(names))
    return names


def refuse_withheld(row: msgspec.Struct, names: Withheld, vault: "Vault") -> None:
    """Refuse a row that holds, in any cell, a name that is held sealed or was erased.

    Raises:
        RecordError: It does. Neither error nor list repeats the name.
    """
    for cell, value in _texts(row):
        found = _forms(value)
        sealed = cell == "person"
        if not sealed and not found.isdisjoint(names.held):
            raise RecordError(
                f"{cell} repeats a personal name that is held sealed",
                place="",
                hint="name the role and not the person: this cell is never erased",
            )
        for words in found if names.erased else ():
            if record := names.erased.get(vault.mark(words)):
                raise RecordError(
                    f"{cell} has a name that was erased ({record}) and does not come in again",
                    place="",
                    hint="leave the name out; where the law lets it return: legation rights lift",
                )


def parts_naming(
    store: "Store", texts: Mapping[str, str], vault: "Vault", *, actor: str
) -> tuple[str, ...]:
    """Return the parts of a text that name somebody whose name is held sealed or was erased."""
    names = withheld(store, vault, actor=actor)
    return tuple(
        part
        for part, text in texts.items()
        if not names.held.isdisjoint(found := _forms(text))
        or any(vault.mark(words) in names.erased for words in found if names.erased)
    )


def _forms(text: str) -> set[tuple[str, ...]]:
    """Return what may be a name in a text, by its words and by its letters."""
    from legation.rights.vault import letters_in, letters_of, names_in, words_of

    return names_in(text) | letters_in(text) | {words_of(text), letters_of(text)}


def without_withheld(store: "Store", rows: Rows[Row], vault: "Vault", *, actor: str) -> Rows[Row]:
    """Refuse the rows that hold a name in clear which is held sealed or was erased."""
    names = withheld(store, vault, actor=actor)
    if not names.held and not names.erased:
        return rows
    good: list[tuple[int, Row]] = []
    refused = list(rows.refused)
    for line, row in rows.good:
        try:
            refuse_withheld(row, names, vault)
        except RecordError as fault:
            refused.append(Refused(line=line, column="", reason=str(fault), hint=fault.hint))
        else:
            good.append((line, row))
    return Rows(good=tuple(good), refused=tuple(refused))


def erase_person(
    store: "Store", record_id: str, vault: "Vault | None", *, actor: str, reason: str
) -> Erased:
    """Erase a record for good: its name leaves a mark by which a later import refuses it.

    What cannot be opened any more is erased without a mark, and so it is without keys.

    Args:
        store: The open store.
        record_id: Which.
        vault: What opens; None when the keys are not at hand.
        actor: Who erases.
        reason: Why; it stays in the trail.

    Returns:
        What came of it, and where the name stands in clear all the same: somebody typed it there.

    Raises:
        DeniedError: No reason is stated, or it repeats the name.
        NotFoundError: There is no such record.
        ConflictError: It is erased already.
    """
    from legation.app.retention import erase, places_of
    from legation.rights.vault import letters_of, refuse_repeating

    mark, elsewhere = "", dict[str, int]()
    for record in store.personal.records() if vault is not None else ():
        if vault is not None and record.record_id == record_id:
            with suppress(VerificationError):
                if opened := _opened(vault, record, store.personal.now()):
                    refuse_repeating(opened[1], [reason])
                    mark = vault.mark(letters_of(opened[1]))
                    elsewhere = places_of(store, opened[1])
    gone = erase(store, record_id, actor=actor, reason=reason, mark=mark)
    return Erased(marked=bool(mark), gone=gone, elsewhere=elsewhere)


def vault_at_hand(home: "Home", protection: "Protection | None") -> "Vault | None":
    """Return what opens the names of a home; None where nobody gave what opens its keys."""
    return None if protection is None else vault_of(home.keys(protection))


def require_sealable(row: Holder, vault: "Vault | None", now: datetime) -> None:
    """Refuse a row whose personal name could not be kept as it must be.

    Raises:
        RecordError: The keys are not at hand, the name is written so that it hides, it or a word of
            it stands in the row a second time, in any order, or the office ended too long ago.
    """
    from legation.rights.lettering import HIDING, disguises
    from legation.rights.purposes import last_day
    from legation.rights.vault import repeats

    if vault is None:
        raise RecordError(
            "a personal name cannot be sealed here: the keys are not at hand",
            place="",
            hint="run: legation mission import, with the passphrase of the keys; or leave the "
            "cell `person` empty",
        )
    if hidden := [way for way in disguises(row.person) if way in HIDING]:
        raise RecordError(
            f"the personal name has {hidden[0]}",
            place="",
            hint="write it plainly, in the letters of its language: it could come in again unseen",
        )
    if any(repeats(row.person, text) for text in (row.key, row.source)):
        raise RecordError(
            "the personal name stands in the key or the source too, where it is not sealed",
            place="",
            hint="name the role in the key, and the paper in the source",
        )
    try:
        last_day(_purpose(row), now, row.until)
    except LegationError as past:
        raise RecordError(
            f"the name may be kept no longer: the office ended on {row.until}",
            place="",
            hint="leave the cell `person` empty",
        ) from past


def seal_names(
    store: "Store",
    vault: "Vault",
    rows: Mapping[str, Holder],
    *,
    now: datetime,
    actor: str,
) -> set[str]:
    """Seal the names of rows, in the transaction that is open.

    Args:
        store: The open store.
        vault: What seals.
        rows: Rows that name a person, by the id of their object.
        now: The time.
        actor: Who states them.

    Returns:
        Ids of the objects whose name is another than before.
    """
    from legation.rights.purposes import last_day

    standing = store.personal.current(FIELD, list(rows))
    fresh: list[PersonalField] = []
    other: set[str] = set()
    for subject, row in rows.items():
        until = last_day(_purpose(row), now, row.until)
        before = _opened(vault, standing.get(subject), now)
        if before is None or before[1] != row.person:
            other.add(subject)
        elif before[0].purpose == _purpose(row).key and (
            timedelta() <= until - before[0].until < _RENEWED
        ):
            continue
        else:
            store.personal.erase(before[0].record_id, actor=actor, reason=_RENEWAL)
        fresh.append(
            vault.seal(
                row.person, subject=subject, name=FIELD, purpose=_purpose(row).key, until=until
            )
        )
    store.personal.put(map(_to_store, fresh), actor=actor)
    return other


def open_person(registers: "Registers", key: str, look: "PersonalLook", vault: "Vault") -> Person:
    """Show who holds an office, for a look that is in the trail before.

    The name is opened in memory first, to see that the reasons do not repeat it: they stay in the
    trail when it is erased.

    Args:
        registers: What the reader may know.
        key: Key of the row.
        look: By whom, and why.
        vault: What opens.

    Raises:
        NotFoundError: There is no such row for them, or no name is kept for it.
        DeniedError: The name's last day is past, or the reasons repeat it.
    """
    from legation.rights.vault import refuse_repeating

    store, found = registers.store, registers.rows("holders")
    held = {one.row.key: one for one in found}.get(key)
    if held is None or not isinstance(held.row, Holder):
        raise NotFoundError(
            f"nobody of the key {key:.60}", hint="run: legation mission list holders"
        )
    with store.transaction():
        record = store.personal.current(FIELD, [held.object_id]).get(held.object_id)
        if record is None:
            raise NotFoundError(
                f"no personal name is kept for {key:.60}",
                hint="it was never taken in, or it was erased",
            )
        name = vault.open(_to_rights(record), look.at)
        refuse_repeating(name, look.test.parts().values())
        store.personal.note_look(record, look, look.test.parts())
    return Person(
        record_id=record.record_id,
        key=key,
        mission=held.row.mission,
        role=held.row.role,
        person=name,
        purpose=record.purpose,
        until=record.until.isoformat(),
    )


def _purpose(row: Holder) -> "Purpose":
    from legation.rights.purposes import purpose_to

    return purpose_to("hold", "protect-holder" if row.protected else "reach-holder")


def _opened(
    vault: "Vault", record: "PersonalRow | None", now: datetime
) -> "tuple[PersonalField, str] | None":
    """Return a record with its name; None where there is none to open any more."""
    if record is None:
        return None
    field = _to_rights(record)
    return None if field.expired(now) else (field, vault.open(field, now))


def _to_rights(record: "PersonalRow") -> "PersonalField":
    from legation.rights.vault import PersonalField

    return msgspec.convert(record, PersonalField, from_attributes=True)


def _to_store(field: "PersonalField") -> "PersonalRow":
    from legation.store.personal import PersonalRow

    return msgspec.convert(field, PersonalRow, from_attributes=True)


def _texts(row: msgspec.Struct) -> Iterator[tuple[str, str]]:
    """Yield the cells of a row that hold text, with their names."""
    for name in row.__struct_fields__:
        value = getattr(row, name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and text:
                yield name, text
