"""`legation knowledge`: packs signed, compared, added and read as a person does it."""

import json
import os
from pathlib import Path

import pytest

from worlds.homes import prepare
from worlds.ministry import TABLES
from worlds.packs import PACK
from worlds.shell import legation


@pytest.fixture
def home(tmp_path: Path) -> Path:
    prepare(tmp_path / "home")
    legation("init", "--home", tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "accords.toml"
    made.write_bytes(PACK)
    return made


def test_a_pack_is_signed_shown_and_applied(home: Path, file: Path) -> None:
    signed = legation("knowledge", "sign", file, "--home", home)
    assert signed.out == f"{file}.sig: Office of Aldria/accords of 2026-03-01\n"
    shown = legation("knowledge", "add", file, "--home", home)
    assert shown.code == 0
    assert "party: 4 added, 0 changed, 0 removed" in shown.out
    assert "added law xa-1: state: XA, title: Grain law" in shown.out
    assert "Nothing is changed yet" in shown.err
    assert "Office of Aldria" not in legation("knowledge", "list", "--home", home).out
    done = legation("knowledge", "add", file, "--yes", "--home", home)
    assert "Applied: 13 objects written" in done.err
    assert "signed by this desk" in legation("knowledge", "list", "--home", home).out
    again = legation("knowledge", "add", file, "--yes", "--home", home)
    assert "Known already" in again.err


def test_a_signature_is_replaced_only_when_that_is_asked(home: Path, file: Path) -> None:
    beside = Path(f"{file}.sig")
    assert legation("knowledge", "sign", file, "--home", home).code == 0
    first = beside.read_bytes()
    file.write_bytes(PACK.replace(b"Grain law", b"Grain Act"))
    twice = legation("knowledge", "sign", file, "--home", home)
    assert (twice.code, "is there already" in twice.err, "--replace" in twice.err) == (
        5,
        True,
        True,
    )
    assert beside.read_bytes() == first
    assert legation("knowledge", "sign", file, "--replace", "--home", home).code == 0
    assert beside.read_bytes() != first
    assert legation("knowledge", "add", file, "--yes", "--home", home).code == 0


def test_a_signature_is_written_through_no_link(home: Path, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    Path(f"{file}.sig").symlink_to(other)
    for words in ((), ("--replace",)):
        refused = legation("knowledge", "sign", file, *words, "--home", home)
        assert (refused.code, "this is a link" in refused.err) == (65, True)
    assert other.read_bytes() == b"mine"


ODD = {
    "large": PACK + b"#" * 4_000_000,
    "figures": PACK.replace(b"year = 2004", b"year = " + b"9" * 3_000_000),
    "dots": PACK + b"a." * 60_000 + b"a = 1",
    "UTF-16": PACK.decode().encode("utf-16"),
    "NUL": PACK.replace(b"Grain law", b"Grain\0law"),
}


def odd_file(kind: str, folder: Path) -> Path:
    place = folder / "odd.toml"
    (folder / "true.toml").write_bytes(PACK)
    if kind == "device":
        return Path("/dev/zero")
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    elif kind.startswith("link"):
        place.symlink_to(folder / ("true.toml" if kind == "link" else "nothing"))
    elif kind in ODD:
        place.write_bytes(ODD[kind])
    return place


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("nothing", 3, "no file "),
        ("pipe", 65, "this is no plain file"),
        ("link", 65, "this is a link"),
        ("link to nothing", 65, "this is a link"),
        ("folder", 65, "this is a folder"),
        ("device", 65, "this is no plain file"),
        ("large", 65, "larger than it may be (4,000,000 bytes)"),
        ("figures", 65, "a number too large to read"),
        ("dots", 65, "a key of too many parts"),
        ("UTF-16", 65, "not UTF-8"),
        ("NUL", 65, "odd.toml"),
    ],
)
def test_what_is_no_file_of_a_pack_is_refused_by_name(
    kind: str, code: int, said: str, home: Path, tmp_path: Path
) -> None:
    place = odd_file(kind, tmp_path)
    for words in (("add", place, "--unsigned", "--yes"), ("sign", place)):
        refused = legation("knowledge", *words, "--home", home)
        assert (refused.code, said in refused.err) == (code, True), refused.err
        assert "legation: hint: " in refused.err
    assert not Path(f"{place}.sig").exists()
    assert legation("knowledge", "list", "--json", "--home", home).out.count('"pack"') == 6


def test_the_difference_is_told_with_old_and_new_value_mark_and_publisher(
    home: Path, file: Path
) -> None:
    legation("knowledge", "sign", file, "--home", home)
    legation("knowledge", "add", file, "--yes", "--home", home)
    file.write_bytes(
        PACK.replace(b"date = 2026-03-01", b"date = 2026-03-02")
        .replace(b"Grain law", b"Grain Act")
        .replace(b'key = "t1"', b'key = "t2"')
    )
    legation("knowledge", "sign", file, "--replace", "--home", home)
    said = legation("knowledge", "add", file, "--home", home)
    lines = said.out.splitlines()
    assert lines[:2] == [
        "Office of Aldria/accords of 2026-03-02, signed by this desk",
        "before: 2026-03-01, signed by this desk",
    ]
    assert any(
        line.startswith('changed law xa-1: title: "Grain law" -> "Grain Act" [as of 2026-02-01')
        for line in lines
    )
    for kind, key in (("added", "t2"), ("removed", "t1")):
        (line,) = (one for one in lines if one.startswith(f"{kind} trial {key}: "))
        assert line.endswith("[as of 2026-02-01] (log; stated by Office of Aldria/accords)")
    told = json.loads(legation("knowledge", "add", file, "--json", "--home", home).out)
    change = next(one for one in told["changes"] if one["kind"] == "changed")
    assert (change["before"], change["after"]) == ({"title": "Grain law"}, {"title": "Grain Act"})
    assert change["fact"]["pack"] == "Office of Aldria/accords"


@pytest.mark.parametrize("sign", ["\\u001b[2J", "\\u009b2J", "\\u202e", "\\r", "\\u200b"])
@pytest.mark.parametrize("field", ["title", "source", "publisher"])
def test_no_sign_of_a_pack_steers_the_terminal(
    sign: str, field: str, home: Path, file: Path
) -> None:
    old = {"title": "Grain law", "source": "gazette", "publisher": "Office of Aldria"}[field]
    file.write_bytes(PACK.replace(old.encode(), f"{old}{sign}".encode()))
    refused = legation("knowledge", "add", file, "--unsigned", "--home", home)
    assert (refused.code, "holds the sign U+" in refused.err) == (65, True)
    assert not set("\x1b\x9b\u202e\r\u200b") & set(refused.out + refused.err)


HELD = {
    "missions": TABLES["missions"],
    "holders": b"key,mission,role,person,protected,since,until,source,as_of\n"
    b"chief,paris,head of mission,Anna Berg,yes,2024-01-01,,the gazette,2026-03-01\n",
}


def test_a_check_by_a_person_lifts_the_mark_and_says_who_and_when(home: Path) -> None:
    fact = ("--by", "Legal adviser", "--source", "chart of the depositary", "--on", "2026-03-02")
    before = legation("knowledge", "page", "US", "--home", home).out
    said = legation("knowledge", "confirm", "party:budapest-2001.us", *fact, "--home", home)
    assert said.code == 0
    checked = "checked by Legal adviser on 2026-03-02: holds (chart of the depositary)"
    assert checked in said.out
    assert "not checked" not in said.out
    after = legation("knowledge", "page", "US", "--home", home).out
    assert (checked in before, checked in after) == (False, True)
    (line,) = (
        one
        for one in legation("knowledge", "show", "check", "--home", home).out.splitlines()
        if "budapest-2001.us" in one
    )
    assert "said: " in line
    gone = legation("knowledge", "confirm", "party:nobody", *fact, "--home", home)
    assert (gone.code, "no pack states party:nobody" in gone.err) == (3, True)


def test_a_suspended_agreement_is_told_as_suspended_with_date_and_source(home: Path) -> None:
    out = legation("knowledge", "page", "US", "--gaps", "--home", home).out
    lines = [line for line in out.splitlines() if line.startswith("us-ru-2021 ")]
    assert [line.split()[1] for line in lines] == ["signed:", "implemented:", "tried:"]
    assert all("suspended since 2022" in line for line in lines)
    assert all("World Economic Forum note of 2021-06-17" in line for line in lines)
    assert "implemented: suspended: for United States, US-Russia Geneva" in lines[1]


def test_a_fact_that_no_code_knows_is_shown_after_its_pack_came(home: Path, file: Path) -> None:
    assert legation("knowledge", "page", "XA", "--home", home).out.startswith("XA (XA)")
    said = legation("knowledge", "add", file, "--unsigned", "--yes", "--home", home)
    assert said.code == 0
    assert "Office of Aldria/accords of 2026-03-01, NOT SIGNED" in said.out
    page = legation("knowledge", "page", "XA", "--gaps", "--home", home)
    name = "Aldria [from a pack that nobody signed]"
    assert page.out.startswith(f"{name} (XA)")
    assert f"river  ratified: no: {name} is not bound by River pact [as of" in page.out
    parties = json.loads(
        legation("knowledge", "show", "party", "--state", "XB", "--json", "--home", home).out
    )
    assert [one["key"] for one in parties] == ["hotline.xb"]
    assert parties[0]["mark"] == (
        "named in the press, not checked with the depositary; from a pack that nobody signed"
    )
    check = legation("knowledge", "check", "--home", home)
    assert "contradictory: agreement:grain is contradicted by quotation q1" in check.out
    assert "an anecdote: nobody knows that it was said" in check.out


def test_what_was_known_on_a_day_is_shown(home: Path, file: Path) -> None:
    legation("knowledge", "add", file, "--unsigned", "--yes", "--home", home)
    said = legation("knowledge", "show", "law", "--as-of", "2020-01-01", "--home", home)
    assert (said.out, "No law is on record" in said.err) == ("", True)


def test_a_code_of_three_letters_is_understood(home: Path) -> None:
    two = legation("knowledge", "show", "party", "--state", "FR", "--home", home)
    three = legation("knowledge", "show", "party", "--state", "FRA", "--home", home)
    assert two.out == three.out
    assert "budapest-2001.fr" in two.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "party", "--state", "Sweden"), 2, "did you mean SE (Sweden)?"),
        (("show", "friend"), 2, "legation: hint:"),
        (("page", "ZY"), 2, "unknown country 'ZY'"),
        (("page", "FR", "--on", "2026-03-01T10:00"), 2, "a time without a zone"),
        (("add", "FILE"), 65, "the pack is not signed"),
        (("add", "FILE", "--by", "00"), 65, "the pack is not signed"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_words(
    home: Path, file: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    given = (str(file) if word == "FILE" else word for word in words)
    refused = legation("knowledge", *given, "--home", home)
    assert (refused.code, said in refused.err) == (code, True)
    assert "legation: hint: " in refused.err


def test_a_broken_pack_changes_nothing(home: Path, file: Path) -> None:
    before = legation("knowledge", "list", "--home", home).out
    legation("knowledge", "sign", file, "--home", home)
    file.write_bytes(PACK.replace(b"Grain law", b"Grain Act"))
    broken = legation("knowledge", "add", file, "--yes", "--home", home)
    assert broken.code == 65
    assert "the signature does not hold: it was made for other bytes" in broken.err
    unsigned = legation("knowledge", "add", file, "--unsigned", "--yes", "--home", home)
    assert unsigned.code == 65
    assert legation("knowledge", "list", "--home", home).out == before


def test_what_could_not_be_compared_with_held_names_is_told(tmp_path: Path) -> None:
    home, secret = tmp_path / "closed", tmp_path / "secret"
    secret.write_text("correct horse battery staple\n", "utf-8")
    opened = ("--passphrase-file", secret, "--home", home)
    assert legation("init", *opened).code == 0
    check = ("knowledge", "confirm", "party:budapest-2001.us", "--source", "the chart")
    # A home that holds nobody's name has nothing to compare.
    assert "Not compared" not in legation(*check, "--by", "Anna Berg", "--home", home).err
    for name in ("missions", "holders"):
        (tmp_path / f"{name}.csv").write_bytes(HELD[name])
        assert legation("mission", "import", tmp_path / f"{name}.csv", *opened).code == 0
    said = legation(*check, "--by", "Legal adviser", "--home", home)
    assert (said.code, "Not compared with the personal names" in said.err) == (0, True)
    assert "Not compared" not in legation(*check, "--by", "Legal adviser", *opened).err
    named = legation(*check, "--by", "Anna Berg", *opened)
    assert (named.code, "held sealed" in named.err) == (65, True)
