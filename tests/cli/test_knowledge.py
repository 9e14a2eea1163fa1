"""`legation knowledge`: packs signed, compared, added and read as a person does it."""

import json
from pathlib import Path

import pytest

from worlds.packs import PACK
from worlds.shell import legation


@pytest.fixture
def home(tmp_path: Path) -> Path:
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
    twice = legation("knowledge", "sign", file, "--home", home)
    assert (twice.code, "is there already" in twice.err) == (5, True)


def test_a_fact_that_no_code_knows_is_shown_after_its_pack_came(home: Path, file: Path) -> None:
    assert legation("knowledge", "page", "XA", "--home", home).out.startswith("XA (XA)")
    said = legation("knowledge", "add", file, "--unsigned", "--yes", "--home", home)
    assert said.code == 0
    assert "Office of Aldria/accords of 2026-03-01, NOT SIGNED" in said.out
    page = legation("knowledge", "page", "XA", "--gaps", "--home", home)
    assert page.out.startswith("Aldria (XA)")
    assert "river  ratified: no: Aldria is not bound by River pact" in page.out
    parties = json.loads(
        legation("knowledge", "show", "party", "--state", "XB", "--json", "--home", home).out
    )
    assert [one["key"] for one in parties] == ["hotline.xb"]
    assert parties[0]["mark"] == "named in the press, not checked with the depositary"
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
