"""Rows of packs as STIX: what goes in comes out, and the mark is read without our extension."""

from datetime import UTC, date, datetime
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.knowledge.facts import Fact, Party
from legation.knowledge.marks import MARKS, mark_of, shown
from legation.knowledge.objects import HEAD, Stated, carried_in, head_object, object_id, row_object
from legation.knowledge.pack_file import Pack, read_pack
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.tables import TABLES, table_of
from legation.stix.codec import decode_object, encode_object
from legation.stix.extensions import carried, schema
from legation.stix.tlp import Tlp
from worlds.packs import PACK

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATED = Stated(
    author="identity--3e0e9ba4-6d3b-5a6b-8f0e-0a4e5f3d2c1b",
    created=NOW,
    modified=NOW,
    marking=Tlp.AMBER,
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
DONE = st.sampled_from(["", "yes", "no", "2001", "2001-05", "2001-05-06"])
PARTIES = st.builds(
    Party,
    key=st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True),
    agreement=st.just("grain"),
    state=st.sampled_from(["XA", "XB", "FR", "EU"]),
    signed=DONE,
    ratified=DONE,
    in_force=DONE,
    suspended=st.sampled_from(["", "2010"]),
    withdrawn=st.sampled_from(["", "2011-12"]),
    reservation=WORDS,
    source=WORDS.filter(bool),
    as_of=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    verified=st.sampled_from(sorted(MARKS)),
)


def pack_of(*rows: Fact) -> Pack:
    return msgspec.structs.replace(read_pack(PACK, place="x"), rows=rows)


@given(PARTIES)
def test_a_row_comes_out_of_its_object_as_it_went_in(party: Party) -> None:
    thing = decode_object(encode_object(row_object(pack_of(party), party, STATED)), place="x")
    found = carried_in(thing)
    assert found is not None
    assert (found.row, found.table, found.key, found.gone) == (party, "party", party.key, False)
    assert found.title == "Office of Aldria/accords"


@given(PARTIES)
def test_a_fact_says_its_mark_wherever_it_is_read(party: Party) -> None:
    mark = mark_of(party)
    assert bool(mark) == (party.verified != "verified-excerpt")
    seen = shown(party, pack="p", today=date(2026, 3, 1))
    thing = row_object(pack_of(party), party, STATED)
    assert mark in seen.line()
    assert mark in msgspec.json.encode(seen).decode()
    assert mark in (thing.description or "")


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_what_ships_holds_to_the_published_schema(pack: Pack) -> None:
    judge = jsonschema_rs.validator_for(schema("knowledge"))
    things = [row_object(pack, row, STATED) for row in pack.rows]
    things.append(head_object(pack, STATED, sha256="0" * 64, signed_by=""))
    for thing in things:
        judge.validate(carried(thing, "knowledge"))
        found = carried_in(decode_object(encode_object(thing), place="x"))
        assert found is not None
        assert thing.id == object_id(
            STATED.author, pack.publisher, pack.name, found.table, found.key
        )
    assert len({thing.id for thing in things}) == len(things)


def test_the_schema_names_every_field_of_every_table() -> None:
    published: dict[str, Any] = schema("knowledge")["$defs"]
    for shape in TABLES.values():
        current = msgspec.json.schema(shape)["$defs"][shape.__name__]
        assert set(published[shape.__name__]["properties"]) == set(current["properties"])
        assert published[shape.__name__]["additionalProperties"] is False


def test_an_id_follows_from_desk_publisher_pack_table_and_key() -> None:
    first = ("identity--a", "p", "n", "party", "k")
    ids = {object_id(*(f"{part}x" if at == n else part for at, part in enumerate(first)))
           for n in range(6)}  # fmt: skip
    assert len(ids) == 6
    assert object_id(*first) == object_id(*first)


def test_a_row_that_went_says_so_and_points_within_its_pack() -> None:
    pack = read_pack(PACK, place="x")
    law = next(row for row in pack.rows if table_of(row) == "law")
    thing = row_object(pack, law, STATED, gone=True)
    found = carried_in(thing)
    assert found is not None
    assert found.gone
    head = object_id(STATED.author, pack.publisher, pack.name, HEAD, pack.name)
    grain = object_id(STATED.author, pack.publisher, pack.name, "agreement", "grain")
    assert thing.object_refs == (head, grain)
    alone = row_object(pack_of(law), law, STATED)
    assert alone.object_refs == (head,)


@pytest.mark.parametrize(("name", "part"), [("table", "friends"), ("row", {"key": "k"})])
def test_what_is_no_row_is_refused(name: str, part: object) -> None:
    pack = read_pack(PACK, place="x")
    value = msgspec.json.decode(encode_object(row_object(pack, pack.rows[0], STATED)))
    extension = next(iter(value["extensions"].values()))
    extension[name] = part
    with pytest.raises(RecordError):
        carried_in(decode_object(msgspec.json.encode(value), place="x"))


def test_lists_are_shown_as_words_and_what_is_not_said_is_absent() -> None:
    pack = read_pack(PACK, place="x")
    lines = {
        row.key: shown(row, pack=pack.title, today=date(2026, 3, 1)).line() for row in pack.rows
    }
    assert "implements: grain," in lines["xa-1"]
    assert "contradicts: agreement:grain," in lines["q1"]
    assert "supports" not in lines["q1"]
    assert "()" not in "".join(lines.values())
