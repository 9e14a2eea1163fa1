"""Knowledge packs as files: read whole, or refused whole with the place of the fault."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, ConflictError
from legation.knowledge.comparing import checked, difference, verify_newer
from legation.knowledge.facts import (
    TABLES,
    Agreement,
    Law,
    Party,
    Quotation,
    Rule,
    earliest,
    latest,
    table_of,
)
from legation.knowledge.marks import MARKS, mark_of
from legation.knowledge.pack_file import dangling, overlap, read_pack, shipped_packs
from legation.knowledge.states import alpha2
from worlds.packs import PACK

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "agreements"
TODAY = date(2026, 3, 2)


def changed(old: str, new: str) -> bytes:
    assert old.encode() in PACK
    return PACK.replace(old.encode(), new.encode(), 1)


def test_a_pack_is_read_with_its_rows_in_the_order_of_tables_and_keys() -> None:
    pack = read_pack(PACK, place="accords.toml")
    assert pack.title == "Office of Aldria/accords"
    assert pack.counts() == {
        "agreement": 3,
        "party": 4,
        "law": 1,
        "trial": 1,
        "state_name": 2,
        "quotation": 1,
    }
    assert [row.key for row in pack.rows[:3]] == ["grain", "hotline", "river"]
    assert {row.as_of for row in pack.rows} == {date(2026, 2, 1)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('state = "XA", title', 'state = "Sweden", title', "law xa-1: unknown country 'Sweden'"),
        ("signed = 2001-05-01", "signed = 2001-05-01T10:00:00", "has no zone"),
        ("signed = 2001-05-01", 'signed = "2001-05-01 10:00"', "has no zone"),
        ("signed = 2001-05-01", "signed = 2001-05-01T10:00:00Z", "a time where a day is meant"),
        ("signed = 2001-05-01", 'signed = "2001-02-30"', "is no day"),
        ("date = 2026-03-01", "date = 2026-03-01T10:00:00", "has no zone"),
        ("date = 2026-03-01", "date = 9999-12-31T23:59:00-14:00", "beyond the calendar"),
        ('key = "hotline.xb", agreement = "hotline", state = "XB"',
         'key = "hotline.xb", agreement = "hotline", state = "XA"',
         "overlaps with party hotline.xa: XA in hotline has two standings in the same days"),
        ('key = "hotline.xb"', 'key = "hotline.xa"', "the key comes twice"),
        ("ratified = 2002-05-01", "ratified = 1999-05-01", "stands after"),
        ('signed = "2001"', 'signed = "2001", withdrawn = "1999"', "withdrawn before it began"),
        ('ratified = "no"', 'ratified = "maybe"', "party river.xa"),
        ('verified = "from-memory"', 'verified = "sure"', "invalid enum value"),
        ('weight = "political"', 'weight = "friendly"', "agreement hotline"),
        ('source = "log", ', "", "missing required field source"),
        ('outcome = "held"', 'outcome = "held", colour = "red"', "unknown field colour"),
        ("trial = [", "trails = [", "unknown part 'trails'"),
        ('licence = "CC0-1.0"', "", "missing required field licence"),
        ('name = "accords"', "name = accords", "invalid"),
        ('state = "XA", name = "Aldria"', 'state = "SE", name = "Aldria"', "SE has a name"),
        ("Grain law", "Grain\\n law", "holds the sign U+000A"),
        ("Grain law", "Grain\\u202e law", "holds the sign U+202E"),
        ('["grain"]', '["grain\\u0000"]', "holds the sign U+0000"),
        ("CC0-1.0", "CC0\\r1.0", "holds the sign U+000D"),
        ("law = [", "law = 3\nlow = [", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(BadInputError) as bad:
        read_pack(changed(old, new), place="accords.toml")
    assert said.casefold() in str(bad.value).casefold()
    assert str(bad.value).startswith("accords.toml: ")
    assert bad.value.hint


@pytest.mark.parametrize("content", [b"\xff\xfe", b"party = 3", b"", b"a = " + b"[" * 5000])
def test_a_file_that_is_no_pack_is_refused(content: bytes) -> None:
    with pytest.raises(BadInputError):
        read_pack(content, place="x.toml")


def test_a_state_may_come_again_when_its_first_stretch_is_over() -> None:
    first = Party(
        key="a", agreement="g", state="XA", signed="1990", withdrawn="1995", source="s",
        as_of=TODAY, verified="from-memory",
    )  # fmt: skip
    second = Party(
        key="b", agreement="g", state="XA", signed="1996", source="s", as_of=TODAY,
        verified="from-memory",
    )  # fmt: skip
    assert not overlap(first, second)
    assert overlap(first, first)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2001", "2001-01-01", "2001-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2001-05-06", "2001-05-06", "2001-05-06"),
    ],
)
def test_a_year_or_month_may_mean_any_of_its_days(said: str, first: str, last: str) -> None:
    assert (earliest(said), latest(said)) == (first, last)


def test_a_code_of_three_letters_is_read_as_that_of_two() -> None:
    pack = read_pack(changed('key = "xa-1", state = "XA"', 'key = "x", state = "FRA"'), place="x")
    assert [row.state for row in pack.rows if isinstance(row, Law)] == ["FR"]


def test_a_pack_is_newer_the_same_or_refused() -> None:
    pack = read_pack(PACK, place="x")
    newer = read_pack(changed("date = 2026-03-01", "date = 2026-03-02"), place="x")
    other = read_pack(changed("Grain law", "Grain Act"), place="x")
    verify_newer(pack, None, "x")
    verify_newer(pack, pack, "x")
    verify_newer(newer, pack, "x")
    with pytest.raises(ConflictError, match="is older than the known one"):
        verify_newer(pack, newer, "x")
    with pytest.raises(ConflictError, match="of the same date"):
        verify_newer(other, pack, "x")


def test_the_difference_names_what_is_added_changed_and_removed() -> None:
    before = read_pack(PACK, place="x")
    content = changed("Grain law", "Grain Act").replace(b'key = "t1"', b'key = "t2"')
    changes = difference(read_pack(content, place="x"), before, today=TODAY)
    assert changes.counts() == {
        "law": {"added": 0, "changed": 1, "removed": 0},
        "trial": {"added": 1, "changed": 0, "removed": 1},
    }
    assert "(before: title: Grain law)" in changes.changes[0].line()
    everything = difference(before, None, today=TODAY)
    assert {one.kind for one in everything.changes} == {"added"}
    assert difference(before, before, today=TODAY).changes == ()


def test_what_is_unverified_stale_or_contradictory_is_found() -> None:
    pack = read_pack(PACK, place="x")
    found = checked([pack], today=TODAY)
    assert (found.facts, len(found.unverified), found.stale) == (12, 5, ())
    assert [one.what for one in found.contradictions] == [
        "agreement:grain is contradicted by quotation q1"
    ]
    later = checked([pack], today=date(2026, 8, 2))
    assert (len(later.stale), later.stale_packs) == (12, ("Office of Aldria/accords",))
    assert checked([pack], today=date(2026, 7, 31)).stale == ()


def test_two_publishers_who_disagree_stand_side_by_side() -> None:
    pack = read_pack(PACK, place="x")
    other = read_pack(
        changed("Office of Aldria", "Office of Bevora")
        .replace(b'key = "river.xa"', b'key = "river.other"')
        .replace(b'ratified = "no"', b"ratified = 2003-01-01")
        .replace(b"Grain law", b"Grain Act"),
        place="y",
    )
    said = [one.what for one in checked([pack, other], today=TODAY).contradictions]
    assert "XA has two standings in river in the same days" in said
    assert "law:xa-1 is stated in 2 ways" in said


def test_what_ships_is_whole() -> None:
    packs = {pack.name: pack for pack in shipped_packs()}
    assert set(packs) == {"agreements", "article", "controls", "norms", "tallinn"}
    rows = [row for pack in packs.values() for row in pack.rows]
    assert list(dangling(rows, ())) == []
    counts: dict[str, int] = {}
    for pack in packs.values():
        for table, number in pack.counts().items():
            counts[table] = counts.get(table, 0) + number
    assert counts == {
        "agreement": 45,
        "party": 172,
        "norm": 109,
        "offence": 27,
        "law": 2,
        "rule": 154,
        "position": 5,
        "control": 28,
        "source": 13,
        "quotation": 5,
        "correction": 18,
    }
    assert {row.verified for row in rows} == set(MARKS)
    assert checked(tuple(packs.values()), today=TODAY).contradictions == ()


def test_the_agreements_of_the_article_and_its_two_laws_ship() -> None:
    rows = [row for pack in shipped_packs() for row in pack.rows]
    of_article = {row.key for row in rows if isinstance(row, Agreement) and row.article}
    assert of_article == {
        "budapest-2001", "uncc-2024", "tallinn-1-2013", "tallinn-2-2017", "us-ru-2013",
        "us-ru-2021", "us-cn-2015", "eu-cyber-sanctions-2019",
    }  # fmt: skip
    laws = {(row.state, row.year) for row in rows if isinstance(row, Law)}
    assert laws == {("US", 1986), ("GB", 1990)}


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=30
)
QUOTATIONS = st.builds(
    Quotation,
    key=st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True),
    who=WORDS,
    what=WORDS,
    when=st.sampled_from(["", "1899", "1899-12", "1899-12-31"]),
    where=st.just("") | WORDS,
    supports=st.lists(WORDS, max_size=2).map(tuple),
    anecdote=st.booleans(),
    source=WORDS,
    as_of=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    verified=st.sampled_from(sorted(MARKS)),
)


def written(row: Quotation) -> str:
    """Write a row as its publisher would."""
    fields = msgspec.to_builtins(row)
    return (
        "{ "
        + ", ".join(
            f"{name} = {json.dumps(part, ensure_ascii=False)}" for name, part in fields.items()
        )
        + " }"
    )


@given(st.lists(QUOTATIONS, max_size=4, unique_by=lambda row: row.key))
def test_a_row_is_read_as_it_was_written(rows: list[Quotation]) -> None:
    head = PACK.partition(b"state_name")[0].decode()
    text = head + "quotation = [" + ", ".join(map(written, rows)) + "]"
    found = read_pack(text.encode(), place="x").rows
    assert found == tuple(sorted(rows, key=lambda row: row.key))


@given(st.integers(0, len(PACK)), st.integers(0, 60), st.binary(max_size=8) | st.text(max_size=8))
def test_a_damaged_file_is_a_pack_or_a_named_error(at: int, cut: int, new: bytes | str) -> None:
    put = new.encode("utf-8", "surrogatepass") if isinstance(new, str) else new
    content = PACK[:at] + put + PACK[at + cut :]
    fault: BadInputError | None = None
    try:
        read_pack(content, place="x.toml")
    except BadInputError as bad:
        fault = bad
    assert fault is None or (str(fault).startswith("x.toml: ") and fault.hint)


def test_the_reference_names_every_field_and_counts_what_ships() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "knowledge.md").read_text("utf-8")
    for table, shape in TABLES.items():
        line = next(one for one in page.splitlines() if one.startswith(f"| `{table}` |"))
        named = set(re.findall(r"`([a-z_0-9]+)`", line))
        own = set(shape.__struct_fields__) - {"key", "source", "as_of", "verified"}
        assert own <= named, table
    found = checked(shipped_packs(), today=TODAY)
    assert f"{len(found.unverified)} of the {found.facts} facts were not checked" in page


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "table", "column", "key"),
    [
        ("agreements.csv", "agreement", "id", "{}"),
        ("budapest_parties.csv", "party", "iso3", "budapest-2001.{}"),
        ("uncc_signatories.csv", "party", "iso3", "uncc-2024.{}"),
        ("uncc_not_signed_2025.csv", "party", "iso3", "uncc-2024.{}"),
        ("tallinn2_rules.csv", "rule", "rule", "tallinn-2-2017.{:0>3}"),
        ("un_gge_norms.csv", "norm", "norm", "un-gge-2015.{}"),
    ],
)
def test_what_ships_keeps_the_mark_of_what_was_compiled(
    file: str, table: str, column: str, key: str
) -> None:
    path = SHARED / file
    if not path.is_file():
        pytest.skip("the compiled facts are not here")
    shipped = {
        row.key: row for pack in shipped_packs() for row in pack.rows if table_of(row) == table
    }
    with path.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            name = alpha2(line[column]).lower()
            row = shipped[key.format(name)]
            assert row.verified == line["verified"], row.key
            for field in ("title", "signed"):
                if line.get(field) and hasattr(row, field):
                    assert getattr(row, field) == line[field]


def test_the_numbers_of_2013_name_each_old_rule_once() -> None:
    rules = [row for pack in shipped_packs() for row in pack.rows if isinstance(row, Rule)]
    old = [row.number_2013 for row in rules if row.number_2013 is not None]
    assert sorted(row.number for row in rules) == list(range(1, 155))
    assert len(set(old)) == len(old) == 85
    assert all(mark_of(row) for row in rules if row.number_2013)
