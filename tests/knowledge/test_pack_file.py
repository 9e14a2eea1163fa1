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
from legation.knowledge.facts import Agreement, Law, Numbering, Party, Quotation, Rule
from legation.knowledge.holding import earliest, latest
from legation.knowledge.marks import MARKS, Shown, is_stale, mark_of, shown
from legation.knowledge.pack_file import LONGEST, MOST_ROWS, Pack, dangling, overlap, read_pack
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.states import alpha2
from legation.knowledge.tables import TABLES, table_of
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
        ("date = 2026-03-01", "date = 9999-12-31T23:59:00-14:00", "outside of 1900 to 2999"),
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
        ("as_of = 2026-02-01", "as_of = 9999-02-01", "as_of 9999-02-01 is outside of 1900 to 2999"),
        ("as_of = 2026-02-01", "as_of = 1899-12-31", "outside of 1900 to 2999"),
        ('key = "xa-1"', 'key = "xa-1", as_of = 9999-01-01',
         "law xa-1: as_of 9999-01-01 is outside"),
        ("signed = 2001-05-01", "signed = 9999-05-01",
         "signed 9999-05-01 is outside of 1000 to 2999"),
        ("signed = 2001-05-01", "signed = 0999-05-01",
         "signed 0999-05-01 is outside of 1000 to 2999"),
        ("year = 2004", "year = 9999", "law xa-1: year 9999 is outside of 1000 to 2999"),
        ("year = 2004", "year = 0x" + "f" * 5000, "law xa-1: year: a number too large to read"),
        ('key = "xa-1"', "key = 0x" + "f" * 5000, "law 1: key: a number too large to read"),
        ("Grain law", "Grain\\u200b law", "holds the sign U+200B"),
        ("Grain law", "Grain\\u200f law", "holds the sign U+200F"),
        ("Grain law", "Grain\\ufeff law", "holds the sign U+FEFF"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(BadInputError) as bad:
        read_pack(changed(old, new), place="accords.toml")
    assert said.casefold() in str(bad.value).casefold()
    assert str(bad.value).startswith("accords.toml: ")
    assert bad.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (PACK.decode().encode("utf-16"), "not UTF-8"),
        (PACK.decode().encode("utf-16-le"), "x.toml: "),
        (b"party = 3", "missing required field name"),
        (b"", "missing required field name"),
        (b"a = " + b"[" * 5000, "nested too deep"),
        (b"a = " + b"{a = " * 5000, "nested too deep"),
        (b"name = " + b"9" * 3_000_000, "a number too large to read"),
        (b"name = 0x" + b"f" * 3_000_000, "name: a number too large to read"),
        (b"a." * 60_000 + b"a = 1", "x.toml:1: a key of too many parts"),
        (b"\n\n[" + b'"a" . ' * 60_000 + b"a]", "x.toml:3: a key of too many parts"),
        (b"\n".join(b"k%d = 1" % n for n in range(200_000)), "unknown part 'k0'"),
        (b'name = "' + b"x" * 3_000_000 + b'"', "name"),
        (b'name = "a\x00"', "x.toml: "),
        (PACK + b"#" * LONGEST, "larger than it may be (4,000,000 bytes)"),
    ],
    ids=range(15),
)
def test_a_file_that_is_no_pack_is_refused_by_name(content: bytes, said: str) -> None:
    with pytest.raises(BadInputError) as bad:
        read_pack(content, place="x.toml")
    assert said in str(bad.value)
    assert bad.value.hint
    assert len(str(bad.value)) < 500


def test_a_mark_of_the_order_of_bytes_is_no_fault() -> None:
    assert read_pack(b"\xef\xbb\xbf" + PACK, place="x") == read_pack(PACK, place="x")


def test_a_pack_states_a_thing_once() -> None:
    again = (
        'trial = [\n  { key = "t2", agreement = "grain", state = "XA", on = 2025-06-01, '
        'outcome = "failed", source = "log", verified = "from-memory" },'
    )
    for old, new, said in (
        ('"xb", state = "XB"', '"xb", state = "XA"', "state_name xb: the pack states XA twice"),
        ("trial = [", again, "the pack states grain XA 2025-06-01 twice"),
    ):
        with pytest.raises(BadInputError) as bad:
            read_pack(changed(old, new), place="x")
        assert said in str(bad.value)


def test_ten_thousand_stretches_of_one_state_are_refused_before_they_are_compared() -> None:
    head = PACK.partition(b"state_name")[0].decode()
    row = (
        '{{ key = "p{}", agreement = "grain", state = "XA", signed = "{}", withdrawn = "{}", '
        'source = "s", verified = "from-memory" }}'
    )
    rows = ", ".join(row.format(n, 1000 + n % 1000, 1000 + n % 1000) for n in range(9_000))
    with pytest.raises(BadInputError, match="more than 50 rows of XA in grain"):
        read_pack(f"{head}party = [{rows}]".encode(), place="x")


def test_more_rows_than_a_pack_may_have_are_refused() -> None:
    head = PACK.partition(b"state_name")[0]
    row = (
        '{{ key = "c{}", number = "1", title = "t", framework = "f", source = "s", '
        'verified = "from-memory" }}'
    )
    rows = ", ".join(row.format(n) for n in range(MOST_ROWS + 1))
    with pytest.raises(BadInputError, match="more than 10,000 rows"):
        read_pack(head + f"control = [{rows}]".encode(), place="x")


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
    line = changes.changes[0].line()
    assert line.startswith('changed law xa-1: title: "Grain law" -> "Grain Act" [as of 2026-02-01]')
    assert line.endswith("(gazette; stated by Office of Aldria/accords)")
    everything = difference(before, None, today=TODAY)
    assert {one.kind for one in everything.changes} == {"added"}
    assert difference(before, before, today=TODAY).changes == ()


def test_the_difference_names_the_mark_before_and_after() -> None:
    before = read_pack(PACK, place="x")
    now = changed(
        'ratified = "no", source = "gazette", verified = "from-memory"',
        'ratified = "no", source = "gazette", verified = "verified-excerpt"',
    )
    (change,) = difference(read_pack(now, place="x"), before, today=TODAY).changes
    assert change.line() == (
        'changed party river.xa: verified: "from-memory" -> "verified-excerpt" '
        "[as of 2026-02-01; mark before: from memory, not checked] "
        "(gazette; stated by Office of Aldria/accords)"
    )
    assert (change.before, change.after) == (
        {"verified": "from-memory"},
        {"verified": "verified-excerpt"},
    )


def test_what_is_unverified_stale_or_contradictory_is_found() -> None:
    pack = read_pack(PACK, place="x")
    found = checked([pack], today=TODAY)
    assert (found.facts, len(found.unverified), found.stale) == (12, 5, ())
    assert [one.what for one in found.contradictions] == [
        "agreement:grain is contradicted by quotation q1"
    ]
    later = checked([pack], today=date(2026, 8, 2))
    assert later.stale_packs == ("Office of Aldria/accords",)
    # A trial was held and a quotation was said: that stays so.
    assert {one.table for one in pack_lines(pack)} - {one.table for one in later.stale} == {
        "trial",
        "quotation",
    }
    assert len(later.stale) == 10
    assert checked([pack], today=date(2026, 7, 31)).stale == ()


def pack_lines(pack: Pack) -> list[Shown]:
    return [shown(row, pack=pack.title, today=TODAY) for row in pack.rows]


@pytest.mark.parametrize("table", TABLES)
def test_what_was_done_or_written_stays_so_and_what_stands_grows_stale(table: str) -> None:
    rows = [row for pack in shipped_packs() for row in pack.rows if table_of(row) == table]
    years_on = date(2036, 1, 1)
    stale = {shown(row, pack="p", today=years_on).stale for row in rows}
    standing = {"agreement", "party", "law", "position", "form", "state_name"}
    assert stale <= {table in standing}
    assert TABLES[table].ages == ("standing" if table in standing else "fixed")


def test_who_has_left_an_agreement_has_left_it_for_good() -> None:
    left = Party(
        key="a", agreement="g", state="XA", signed="1990", withdrawn="1995", source="s",
        as_of=date(2000, 1, 1), verified="verified-excerpt",
    )  # fmt: skip
    assert not shown(left, pack="p", today=TODAY).stale
    assert shown(msgspec.structs.replace(left, withdrawn=""), pack="p", today=TODAY).stale


def test_a_day_to_come_speaks_for_nothing() -> None:
    assert is_stale(date(2027, 1, 1), TODAY)
    assert is_stale(date(9999, 1, 1), TODAY)
    assert not is_stale(date(2026, 3, 3), TODAY)


def test_of_what_ships_only_what_may_change_is_stale_after_180_days() -> None:
    found = checked(shipped_packs(), today=date(2026, 11, 26))
    assert {one.table for one in found.stale} == {"agreement", "party", "law", "position", "form"}
    assert len(found.stale) == 324
    assert found.stale_packs == ("legation/agreements", "legation/forms", "legation/tallinn")


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
    assert set(packs) == {"agreements", "article", "controls", "forms", "norms", "tallinn"}
    rows = [row for pack in packs.values() for row in pack.rows]
    assert list(dangling(rows, ())) == []
    counts: dict[str, int] = {}
    for pack in packs.values():
        for table, number in pack.counts().items():
            counts[table] = counts.get(table, 0) + number
    assert counts == {
        "agreement": 45,
        "party": 172,
        "norm": 119,
        "offence": 27,
        "law": 2,
        "rule": 154,
        "numbering": 10,
        "position": 5,
        "question": 89,
        "form": 100,
        "control": 28,
        "source": 13,
        "quotation": 6,
        "correction": 18,
    }
    assert {row.verified for row in rows} == set(MARKS)
    assert checked(tuple(packs.values()), today=TODAY).contradictions == ()


def test_every_number_of_2013_leads_to_what_became_of_it_and_none_is_told_as_checked() -> None:
    rows = [row for pack in shipped_packs() for row in pack.rows]
    carried = [row for row in rows if isinstance(row, Rule) and row.number_2013]
    told = [row for row in rows if isinstance(row, Numbering)]
    numbers = [*(row.number_2013 for row in carried), *(row.number_2013 for row in told)]
    assert sorted(filter(None, numbers)) == list(range(1, 96))
    rules = {row.number for row in rows if isinstance(row, Rule)}
    assert {number for row in told for number in row.numbers_2017} <= rules
    assert all(row.numbers_2017 or row.note for row in told)
    assert {row.verified for row in (*carried, *told)} == {"from-memory"}


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
    assert "A pack that ships is anchored" in page
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


def test_a_checked_fact_that_another_pack_contradicts_is_not_told_as_unchecked() -> None:
    pack = read_pack(PACK, place="x")
    other = read_pack(
        changed("Office of Aldria", "Office of Bevora").replace(b"Grain law", b"Grain Act"),
        place="y",
    )
    found = checked([pack, other], today=TODAY)
    laws = [one for one in found.contradictions[0].facts if one.table == "law"]
    assert len(laws) == 2
    assert all(one.disputed and one.disputed[0] in one.mark for one in laws)
    assert not any(one.unchecked for one in laws)
    assert "law" not in {one.table for one in found.unverified}
