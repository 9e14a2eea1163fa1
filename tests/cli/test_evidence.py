"""`legation evidence`: captured, shown, translated, verified, handed on, and deleted in time."""

import hashlib
import json
from pathlib import Path

import pytest

from worlds.documents import PAGE, word_document
from worlds.homes import prepare
from worlds.shell import legation

REASONS = (
    "--purpose", "to show the court the page",
    "--legality", "section 3 of the Evidence Act",
    "--necessity", "the court asks for the file",
    "--proportionality", "one page, one court",
    "--safeguards", "by sealed post, to the court alone",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    prepare(tmp_path / "home")
    assert legation("init", "--name", "Aldria", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_bytes(PAGE)
    return tmp_path / "page.html"


def captured(home: Path, file: Path, *more: str) -> dict[str, str]:
    said = legation("evidence", "capture", file, "--home", home, "--json", *more)
    assert said.code == 0, said.err
    found: dict[str, str] = json.loads(said.out)
    return found


def test_a_file_is_captured_listed_and_shown(home: Path, page: Path) -> None:
    said = legation("evidence", "list", "--home", home)
    assert (said.code, said.err) == (0, "No evidence is kept.\n")
    kept = captured(home, page, "--source", "https://x.com/some_one", "--seen", "2026-03-01 08:00")
    assert kept["sha256"] == hashlib.sha256(PAGE).hexdigest()
    assert kept["method"] == "command line"
    assert "Notice" in legation("evidence", "list", "--home", home).out
    said = legation("evidence", "show", kept["evidence_id"], "--home", home)
    assert "The harbour closes" in said.out
    assert f"source {kept['source']}\nseen 2026-03-01 08:00:00Z\nbelongs to no campaign" in said.out
    assert "by command line\n" in said.out
    assert "some_one" not in said.out
    assert (
        json.loads(legation("evidence", "list", "--kind", "pdf", "--home", home, "--json").out)
        == []
    )
    assert legation("evidence", "show", "observed-data--none", "--home", home).code == 3


def test_a_document_without_readable_words_is_kept_and_the_reason_told(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(word_document(body='<!DOCTYPE a [<!ENTITY x "y">]><a/>'))
    said = legation("evidence", "capture", file, "--home", home)
    assert said.code == 0
    assert "document type" in said.err
    assert "The file is kept all the same" in said.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("https://news.example/",), 4, "fetches nothing"),
        (("absent.html",), 2, "neither a file nor an address"),
        (("{page}", "--campaign", "none"), 3, "no campaign"),
        (("{page}", "--seen", "yesterday"), 2, "is no time"),
        (("{page}", "--seen", "2999-01-01"), 2, "lies ahead"),
        (("{page}", "--tlp", "purple"), 2, "no level"),
    ],
)
def test_what_cannot_be_captured_is_refused_in_two_lines(
    home: Path, page: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    said = legation("evidence", "capture", *(w.format(page=page) for w in words), "--home", home)
    assert said.code == code
    assert told in said.err
    assert len(said.err.splitlines()) == 2
    assert not (home / "evidence").exists()


def test_a_translation_is_added_with_its_author_and_machine(home: Path, page: Path) -> None:
    kept = captured(home, page)
    words = page.with_name("fr.txt")
    words.write_text("Le port ferme", "utf-8")
    said = legation(
        "evidence", "translate", kept["evidence_id"], "--lang", "fr", "--file", words,
        "--machine", "Courier 3.1", "--actor", "Lena Berg", "--home", home,
    )  # fmt: skip
    assert said.code == 0, said.err
    shown = json.loads(
        legation("evidence", "show", kept["evidence_id"], "--home", home, "--json").out
    )
    (one,) = shown["translations"]
    assert (one["lang"], one["author"], one["machine"]) == ("fr", "Lena Berg", "Courier 3.1")
    assert one["text"] == "Le port ferme"


def test_files_are_verified_and_a_damaged_one_is_told_by_name_and_by_the_doctor(
    home: Path, page: Path
) -> None:
    kept = captured(home, page)
    assert legation("evidence", "verify", "--home", home).code == 0
    assert "1 captures and 1 sealed files hold" in legation("doctor", "--home", home).out
    file = home / "evidence" / kept["sha256"][:2] / kept["sha256"]
    file.write_bytes(file.read_bytes()[:-1])
    said = legation("evidence", "verify", "--home", home)
    assert (said.code, kept["evidence_id"] in said.out) == (1, True)
    doctor = legation("doctor", "--home", home)
    assert doctor.code != 0
    assert "the captured file is damaged" in doctor.out + doctor.err


def test_a_package_leaves_for_five_reasons_and_is_checked_without_a_home(
    home: Path, page: Path, tmp_path: Path
) -> None:
    kept = captured(home, page)
    refused = legation("evidence", "export", kept["evidence_id"], "--home", home)
    assert refused.code == 4
    said = legation(
        "evidence", "export", kept["evidence_id"], *REASONS, "--folder", tmp_path, "--home", home
    )
    assert said.code == 0, said.err
    package = Path(said.out.strip())
    for report, verb in (("exports", "evidence.export"), ("looks", "evidence.open")):
        told = legation("audit", "report", report, "--format", "json", "--home", home).out
        rows = {(line["verb"], line["subject"]) for line in json.loads(told)["entries"]}
        assert (verb, kept["evidence_id"]) in rows
    checked = legation("evidence", "check", package)
    assert checked.code == 0
    assert "signed by Aldria" in checked.out
    fingerprint = said.err.strip().rpartition(": ")[2]
    assert fingerprint in checked.out
    assert legation("evidence", "check", package, "--fingerprint", fingerprint).code == 0
    assert legation("evidence", "check", package, "--fingerprint", "ab").code == 65
    raw = bytearray(package.read_bytes())
    raw[raw.index(b"The harbour")] ^= 1
    package.write_bytes(raw)
    assert legation("evidence", "check", package).code == 65
    assert legation("evidence", "check", page).code == 65


def test_a_file_within_its_term_is_not_deleted(home: Path, page: Path) -> None:
    kept = captured(home, page)
    assert legation("evidence", "expire", "--home", home).out == "0 files deleted\n"
    assert (home / "evidence" / kept["sha256"][:2] / kept["sha256"]).exists()
