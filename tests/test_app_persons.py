"""Names of persons by role: sealed with their row, shown for a purpose, erased with their key."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import fields

from legation.app.checks import verify_trail
from legation.app.home import Home
from legation.app.knowledge.checking import CHECKED, Look, record
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.persons import erase_person, open_person, vault_of
from legation.app.registers import Registers
from legation.app.retention import checked, end_terms, erase, holdings, lift, looks
from legation.crypto.key_files import UNPROTECTED
from legation.crypto.keys import KeySet
from legation.errors import BadInputError, DeniedError, LegationError, NotFoundError
from legation.missions.register import REGISTERS, Name, Text
from legation.rights.intrusion import PARTS, Intrusion
from legation.rights.purposes import INTERNAL_TEST
from legation.rights.vault import PersonalField, PersonalLook, Vault, words_of
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.audit import Event
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.ministry import TABLES
from worlds.packs import PACK

HEAD = "key,mission,role,person,protected,since,until,source,as_of\n"
REASONS = dict.fromkeys(PARTS, "a reason that is long enough")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, clock: Clock) -> Home:
    made = Home(Settings(home=tmp_path / "home"), clock)
    make_home(made)
    return made


@pytest.fixture
def vault(home: Home) -> Vault:
    return vault_of(home.keys(UNPROTECTED))


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with home.store() as opened:
        yield opened


@pytest.fixture
def registers(home: Home, store: Store, vault: Vault) -> Registers:
    found = Registers(home.library(store, "command line").scope(), lambda: vault)
    found.take(TABLES["missions"], "missions.csv")
    return found


def row(key: str = "chief", person: str = "Anna Berg", **other: str) -> str:
    cells = {"mission": "paris", "role": "head of mission", "protected": "yes"}
    cells |= {"since": "2024-01-01", "until": "", "source": "the gazette", "as_of": "2026-03-01"}
    cells |= {"key": key, "person": person} | other
    return ",".join(cells[name] for name in HEAD.strip().split(",")) + "\n"


def table(*rows: str) -> bytes:
    return (HEAD + "".join(rows)).encode()


def look(clock: Clock, **other: Any) -> PersonalLook:
    given: dict[str, Any] = {"purpose": "warn-person", "actor": "ann", "at": clock()}
    return PersonalLook(**given | {"test": Intrusion(**REASONS)} | other)


def named(registers: Registers, vault: Vault, clock: Clock, key: str = "chief") -> str:
    return open_person(registers, key, look(clock), vault).person


def test_a_name_is_sealed_with_its_row_and_shown_for_a_purpose(
    registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    taken = registers.take(table(row()), "holders.csv")
    assert (taken.added, taken.refused) == (1, ())
    (held,) = registers.rows("holders")
    assert b"Berg" not in held.raw
    assert not store.audit.entries(verb="person.look")
    assert named(registers, vault, clock) == "Anna Berg"
    (entry,) = store.audit.entries(verb="person.look")
    assert entry.event.detail["purpose"] == "warn-person"
    assert set(PARTS) <= set(entry.event.detail)
    assert [one.verb for one in looks(store)] == ["person.look"]


def test_no_name_leaves_with_the_register_and_the_table_s_hash_is_not_kept(
    registers: Registers, store: Store
) -> None:
    registers.take(table(row()), "holders.csv")
    assert b"Berg" not in registers.export("holders")
    again = registers.take(registers.export("holders"), "holders.csv")
    assert (again.added, again.changed, again.same) == (0, 0, 1)
    entries = store.audit.entries(verb="mission.write")[1:]
    assert entries[0].event.detail["sha256"] == ""
    assert entries[1].event.detail["sha256"]


def test_without_keys_the_row_is_refused_and_the_others_are_kept(home: Home, store: Store) -> None:
    found = Registers(home.library(store, "command line").scope())
    found.take(TABLES["missions"], "missions.csv")
    taken = found.take(table(row(), row("deputy", "")), "holders.csv")
    assert taken.added == 1
    (refused,) = taken.refused
    assert (refused.line, "cannot be sealed" in refused.reason) == (2, True)
    assert "passphrase" in refused.hint
    assert store.personal.records() == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"key": "anna-berg"}, "stands in the key or the source"),
        ({"source": "letter of ANNA BERG"}, "stands in the key or the source"),
        ({"key": "berg-anna"}, "stands in the key or the source"),
        ({"key": "bergannaparis"}, "stands in the key or the source"),
        ({"key": "annabergs-office"}, "stands in the key or the source"),
        ({"source": "letter of Bérg; Anna"}, "stands in the key or the source"),
        ({"source": "a letter of Frau Berg"}, "stands in the key or the source"),
        ({"until": "2025-01-01"}, "may be kept no longer"),
        ({"mission": "atlantis"}, "among the missions"),
    ],
)
def test_a_row_whose_name_cannot_be_kept_as_it_must_be_is_refused_whole(
    registers: Registers, store: Store, other: dict[str, str], said: str
) -> None:
    taken = registers.take(table(row(**other)), "holders.csv")
    assert taken.added == 0
    assert said in taken.refused[0].reason
    assert registers.rows("holders") == []
    assert store.personal.records() == []


def test_the_same_name_again_is_nothing_new_until_a_month_of_its_term_has_gone(
    registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    registers.take(table(row()), "holders.csv")
    (first,) = store.personal.records()
    clock.pass_time(days=29)
    taken = registers.take(table(row()), "holders.csv")
    assert (taken.changed, taken.same) == (0, 1)
    assert store.personal.records() == [first]
    clock.pass_time(days=1)
    taken = registers.take(table(row()), "holders.csv")
    assert (taken.changed, taken.same) == (0, 1)
    (renewed,) = store.personal.records()
    assert renewed.until > first.until
    assert named(registers, vault, clock) == "Anna Berg"


def test_another_person_is_another_record_and_the_old_one_ends_by_its_retention(
    home: Home, registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    registers.take(table(row()), "holders.csv")
    clock.pass_time(days=60)
    taken = registers.take(table(row(person="Bo Lind")), "holders.csv")
    assert taken.changed == 1
    assert named(registers, vault, clock) == "Bo Lind"
    assert len(store.personal.records()) == 2
    clock.pass_time(days=341)
    assert end_terms(home, store).persons == 1
    assert len(store.personal.records()) == 1
    assert named(registers, vault, clock) == "Bo Lind"
    clock.pass_time(days=60)
    with pytest.raises(DeniedError, match="kept until"):
        named(registers, vault, clock)
    assert end_terms(home, store).persons == 1
    assert end_terms(home, store).persons == 0
    with pytest.raises(NotFoundError, match="no personal name is kept"):
        named(registers, vault, clock)
    assert checked(home, store) == "0 personal records hold, 2 are erased and have no key"


def test_an_erased_name_is_nobody_s_and_the_trail_still_holds(
    home: Home, registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    registers.take(table(row()), "holders.csv")
    (record,) = store.personal.records()
    assert erase(store, record.record_id, actor="ben", reason="the person asked for it")
    for _ in range(2):
        with pytest.raises(NotFoundError):
            named(registers, vault, clock)
    assert verify_trail(store) == store.audit.head().seq
    held = {one.purpose: one for one in holdings(store)}
    assert (held["protect-holder"].held, held["protect-holder"].erased) == (0, 1)
    assert checked(home, store).startswith("0 personal records hold, 1 ")


def every_column(name: str) -> dict[str, str]:
    """Return a table for each column of each register that can hold words, with a name in it."""
    given = {
        register: (content.decode().splitlines()[0].split(","), content)
        for register, content in TABLES.items()
        if register not in ("missions", "talks")
    }
    tables = {}
    for register, (heads, content) in given.items():
        shape = REGISTERS[register]
        for cell in (one.name for one in fields(shape) if one.type in (Text, Name, str)):
            if cell not in heads or cell in ("mission", "channel", "state", "person"):
                continue
            first = next(csv.DictReader(io.StringIO(content.decode())))
            out = io.StringIO()
            writer = csv.DictWriter(out, heads)
            writer.writeheader()
            writer.writerow(first | {"key": "fresh", cell: name})
            tables[f"{register}.{cell}"] = out.getvalue()
    return tables


@pytest.mark.parametrize(
    "name", ["Anna Berg", "Berg, Anna", "ANNA BÉRG", "by Anna\u00a0Berg, of us"]
)
def test_a_name_that_is_held_or_was_erased_stands_in_no_cell_of_any_register(
    home: Home, store: Store, vault: Vault, registers: Registers, name: str
) -> None:
    registers.take(TABLES["channels"], "channels.csv")
    registers.take(table(row()), "holders.csv")
    checked = Registers(home.library(store, "ann").scope(), at_hand=lambda: vault)
    (record,) = store.personal.records()
    tables = every_column(name)
    assert {"jewels.owner", "jewels.name", "proofs.by", "channels.use", "voices.office"} <= {
        *tables
    }
    for held in (True, False):
        if not held:
            erase_person(store, record.record_id, vault, actor="ben", reason="they asked for it")
        for cell, content in tables.items():
            taken = checked.take(content.encode(), "table.csv", register=cell.split(".")[0])
            (refused,) = taken.refused
            said = "held sealed" if held else "was erased"
            # A handle with a blank is refused as one before it is read as a name.
            assert said in refused.reason or cell == "voices.name", cell
            assert cell.split(".")[1] in refused.reason
            assert "erg" not in refused.reason.casefold()


@pytest.mark.parametrize("name", ["Anna Berg", "Berg, Anna", "ANNA  BÉRG", "anna_berg"])
def test_an_erased_name_does_not_come_back_until_that_is_lifted(
    registers: Registers, vault: Vault, store: Store, name: str
) -> None:
    registers.take(table(row()), "holders.csv")
    (record,) = store.personal.records()
    erase_person(store, record.record_id, vault, actor="ben", reason="the person asked for it")
    again = table(row("other", f'"{name}"'), row("bo", "Bo Lind"))
    taken = registers.take(again, "holders.csv")
    assert taken.added == 1
    (refused,) = taken.refused
    assert (refused.line, "was erased" in refused.reason) == (2, True)
    assert record.record_id in refused.reason
    assert "erg" not in refused.reason.casefold()
    entries = b"".join(
        msgspec.json.encode(one.event.detail) for one in store.audit.every("person.erase")
    )
    assert b"erg" not in entries.lower()
    with pytest.raises(DeniedError, match="too short"):
        lift(store, record.record_id, actor="ben", reason="so")
    with pytest.raises(NotFoundError):
        lift(store, "person-none", actor="ben", reason="a court has ordered it")
    lift(store, record.record_id, actor="ben", reason="a court has ordered it")
    assert registers.take(again, "holders.csv").added == 1
    (entry,) = store.audit.entries(verb="person.lift")
    assert (entry.event.actor, entry.event.detail) == ("ben", {"reason": "a court has ordered it"})
    assert verify_trail(store) == store.audit.head().seq
    with pytest.raises(NotFoundError):
        lift(store, record.record_id, actor="ben", reason="a court has ordered it")


def test_a_mark_tells_nothing_without_the_keys_of_the_desk(home: Home, vault: Vault) -> None:
    words = words_of("Anna Berg")
    assert vault.mark(words) == vault_of(home.keys(UNPROTECTED)).mark(words)
    other = vault_of(KeySet.generate())
    assert other.mark(words) != vault.mark(words)
    assert vault.mark(words) != vault.mark(words_of("Anna Bergs"))
    assert len(vault.mark(words)) == 64


def test_an_erasure_needs_its_reason(registers: Registers, store: Store) -> None:
    registers.take(table(row()), "holders.csv")
    (record,) = store.personal.records()
    with pytest.raises(DeniedError, match="reason of the erasure is too short"):
        erase(store, record.record_id, actor="ben", reason="so")
    assert store.personal.records() == [record]


def test_a_look_that_fails_or_repeats_the_name_shows_nothing(
    registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    registers.take(table(row()), "holders.csv")
    said = Intrusion(**REASONS | {"aim": "warn Anna Berg of a lure"})
    with pytest.raises(DeniedError, match="repeat the personal name"):
        open_person(registers, "chief", look(clock, test=said), vault)
    for key in ("nobody", "deputy"):
        with pytest.raises(NotFoundError):
            named(registers, vault, clock, key)
    assert store.audit.entries(verb="person.look") == []


def test_who_may_not_know_the_row_is_not_shown_the_name(
    registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    registers.take(table(row()), "holders.csv")
    (held,) = registers.rows("holders")
    closed = Label(tlp=Tlp.RED, compartments=("grain",))
    store.labels.set(held.object_id, closed, actor="a", reason="for the few")
    with pytest.raises(NotFoundError, match="nobody of the key"):
        named(registers, vault, clock)


def test_what_comes_in_is_compared_with_held_names_in_memory_which_is_told_once_a_day(
    home: Home, registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    registers.take(table(row(), row("deputy", "Bo Lind", protected="no")), "holders.csv")
    found = Registers(home.library(store, "ann").scope(), at_hand=lambda: vault)
    for _ in range(2):
        found.take(TABLES["channels"], "channels.csv")
    (entry,) = store.audit.entries(verb="person.use")
    assert (entry.event.actor, entry.event.detail) == (
        "ann",
        {"records": 2, **INTERNAL_TEST.parts()},
    )
    clock.pass_time(days=1)
    found.take(TABLES["channels"], "channels.csv")
    assert len(store.audit.entries(verb="person.use")) == 2
    assert not store.audit.entries(verb="person.look")
    clock.pass_time(days=900)
    found.take(TABLES["channels"], "channels.csv")
    assert len(store.audit.entries(verb="person.use")) == 2


def test_an_erasure_tells_where_somebody_typed_the_name_in_clear(
    registers: Registers, vault: Vault, clock: Clock, store: Store
) -> None:
    """What is never changed cannot be erased there; whoever erases is told of it."""
    registers.take(TABLES["channels"], "channels.csv")
    registers.take(table(row(), row("bo", "Bo Lind")), "holders.csv")
    head, first = TABLES["jewels"].decode().splitlines()[:2]
    cells = dict(zip(head.split(","), next(csv.reader([first])), strict=True))
    out = io.StringIO()
    writer = csv.DictWriter(out, head.split(","))
    writer.writeheader()
    writer.writerow(cells | {"key": "typed", "owner": "Berg, Anna"})
    assert registers.take(out.getvalue().encode(), "jewels.csv").added == 1
    for subject in ("letter of ANNA BERG.pdf", "a notice"):
        store.audit.append(
            Event(at=clock(), actor="a", verb="x.y", subject=subject, detail={"to": "Anna_Berg"})
        )
    records = {
        vault_name(store, vault, one.record_id, clock): one.record_id
        for one in store.personal.records()
    }
    erased = erase_person(
        store, records["Anna Berg"], vault, actor="ben", reason="they asked for it"
    )
    assert erased.elsewhere == {
        "audit_entries.body": 2,
        "audit_entries.subject": 1,
        "object_versions.raw": 1,
    }
    other = erase_person(store, records["Bo Lind"], vault, actor="ben", reason="they asked for it")
    assert (other.elsewhere, other.marked, other.gone) == ({}, True, True)


def vault_name(store: Store, vault: Vault, record_id: str, clock: Clock) -> str:
    """Return the name that a record holds."""
    (record,) = [one for one in store.personal.records() if one.record_id == record_id]
    return vault.open(msgspec.convert(record, PersonalField, from_attributes=True), clock())


def test_a_table_that_fails_half_way_leaves_nothing(
    home: Home, store: Store, vault: Vault, registers: Registers
) -> None:
    def fails(size: int) -> bytes:
        raise LegationError(f"no {size} random bytes", hint="none")

    broken = Vault(desk=vault.desk, keyed=vault.keyed, fresh=fails)
    other = Registers(home.library(store, "command line").scope(), lambda: broken)
    with pytest.raises(LegationError, match="random bytes"):
        other.take(table(row()), "holders.csv")
    assert registers.rows("holders") == []
    assert store.personal.records() == []


UMLAUT = "G\u00fcnther Blankenst\u00fcck"
DISGUISED = (
    "Guenther Blankenstueck",
    "G\u00fcntherBlankenst\u00fcck",
    "Blankenst\u00fcck G\u00fcnther",
    "Gunther Blankenstuck",
    "Dr. G\u00fcnther Blankenst\u00fcck (ret.)",
    "G\u00fcnther_Blankenst\u00fcck",
)
HIDDEN = (
    "G\u00fcnther\u200bBlankenst\u00fcck",
    "G\u00fcnth\u0435r Blankenst\u00fcck",
    "\u0396dravka Quillfeather",
)


@pytest.mark.parametrize("name", DISGUISED)
def test_an_erased_name_does_not_come_in_again_however_it_is_written(
    registers: Registers, vault: Vault, store: Store, name: str
) -> None:
    registers.take(table(row(person=UMLAUT)), "holders.csv")
    (record,) = store.personal.records()
    erase_person(store, record.record_id, vault, actor="ann", reason="the office has ended")
    taken = registers.take(table(row("other", name)), "holders.csv")
    assert taken.added == 0
    assert "was erased" in taken.refused[0].reason


@pytest.mark.parametrize("name", DISGUISED)
def test_a_held_name_stands_in_no_other_cell_however_it_is_written(
    registers: Registers, home: Home, store: Store, vault: Vault, name: str
) -> None:
    registers.take(table(row(person=UMLAUT)), "holders.csv")
    scope = home.library(store, "command line").scope()
    others = Registers(scope, at_hand=lambda: vault)
    papers = f"key,mission,name,value,owner,why,as_of\nj,paris,Papers of {name},3,o,,2026-03-01\n"
    taken = others.take(papers.encode(), "jewels.csv")
    assert "repeats a personal name that is held sealed" in taken.refused[0].reason


@pytest.mark.parametrize("name", HIDDEN)
def test_a_name_that_hides_its_letters_is_not_taken_in(registers: Registers, name: str) -> None:
    taken = registers.take(table(row(person=name)), "holders.csv")
    assert taken.added == 0
    assert "the personal name has" in taken.refused[0].reason


def test_chinese_names_are_compared_without_their_blanks(
    registers: Registers, vault: Vault, store: Store
) -> None:
    registers.take(table(row(person="\u738b\u5c0f\u660e")), "holders.csv")
    (record,) = store.personal.records()
    erase_person(store, record.record_id, vault, actor="ann", reason="the office has ended")
    for name in ("\u738b \u5c0f\u660e", "\u5c0f\u660e\u738b"):
        assert registers.take(table(row("other", name)), "holders.csv").added == 0


def test_a_mark_of_an_older_version_is_known_still(
    registers: Registers, vault: Vault, store: Store
) -> None:
    registers.take(table(row()), "holders.csv")
    (record,) = store.personal.records()
    mark = vault.mark(words_of("Anna Berg"))
    erase(store, record.record_id, actor="ann", reason="the office has ended", mark=mark)
    taken = registers.take(table(row("other", "BERG Anna")), "holders.csv")
    assert "was erased" in taken.refused[0].reason


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (b"A minister", b"Anna Berg"),
        (b'"Grain law"', b'"The law of BERG, Anna"'),
        (b"date = 2026-03-01", b'date = 2026-03-01\nnote = "asked of Anna Berg"'),
    ],
)
def test_a_pack_that_holds_a_name_held_sealed_or_erased_is_refused_whole(
    registers: Registers, vault: Vault, part: bytes, said: bytes
) -> None:
    store = registers.store
    assert registers.take((HEAD + row()).encode(), "holders.csv").refused == ()
    (record,) = store.personal.records()
    given, content = Given(unsigned=True), PACK.replace(part, said)
    assert content != PACK
    scope = registers.scope
    knowledge = Knowledge(scope, lambda: vault)
    with pytest.raises(BadInputError, match="held sealed") as refused:
        knowledge.offer(content, "accords.toml", given)
    assert "Berg" not in f"{refused.value}{refused.value.hint}"
    erase_person(store, record.record_id, vault, actor="a", reason="the office has ended")
    with pytest.raises(BadInputError, match="was erased") as again:
        knowledge.offer(content, "accords.toml", given)
    assert "Berg" not in f"{again.value}{again.value.hint}"
    assert knowledge.offer(PACK, "accords.toml", given).difference.changes
    # Without keys nothing can be compared: the pack is taken as it is.
    assert Knowledge(scope, lambda: None).offer(content, "accords.toml", given).difference.changes


@pytest.mark.parametrize("part", ["by", "source"])
def test_a_check_of_a_fact_that_names_a_held_or_erased_person_is_refused_and_leaves_nothing(
    registers: Registers, vault: Vault, clock: Clock, part: str
) -> None:
    store = registers.store
    assert registers.take(table(row()), "holders.csv").refused == ()
    (held,) = store.personal.records()
    known = Knowledge(registers.scope, lambda: vault)
    plain = Look(
        about="party:budapest-2001.us", on=clock().date(), by="Legal adviser", source="the chart"
    )
    seen = msgspec.structs.replace(plain, **{part: "asked of BERG, Ánna"})
    for how in ("held sealed", "was erased"):
        with pytest.raises(BadInputError, match=how) as refused:
            record(known, seen, clock())
        assert "berg" not in f"{refused.value}{refused.value.hint}".casefold()
        if how == "held sealed":
            erase_person(store, held.record_id, vault, actor="a", reason="the office has ended")
    assert not store.audit.entries(verb=CHECKED)
    assert not known.facts("check")
    assert record(known, plain, clock()).checks
