"""From a text in an editor to a verdict on a copy of it, as people type it."""

import json
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from legation.app.statements.asking import ask
from legation.app.statements.keys import PublicKey, read_log_keys
from legation.app.statements.trust import read_trust
from legation.crypto.holder_files import Kind
from legation.crypto.log.files import DiskFiles
from legation.errors import BusyError
from legation.safeguards.statements.statement_file import read_file
from legation.safeguards.statements.verdict import serialised
from worlds.shell import Said, legation

ISSUER = "Ministry of Foreign Affairs of Aldania"
TEXT = (
    "The talks with Tarvia begin on 3 May in Velmar.\n"
    "Our delegation of 12 did not order any attack on the power station of the city.\n"
)
ALTERED = "The talks with Tarvia begin on 5 May in Velm\u0430r. Our delegation of 12 did order any"
OFFICE = ("--office", "Office of the Spokesperson")


@dataclass(frozen=True)
class Desk:
    """A publisher's folder, a text, and the anchor."""

    folder: Path
    anchor: str

    @property
    def house(self) -> Path:
        return self.folder / "house"

    @property
    def copy(self) -> Path:
        return self.house / "public" / "copy"

    @property
    def statement(self) -> Path:
        return self.folder / "first.statement"

    @property
    def words(self) -> Path:
        return self.folder / "words"

    def publish(self, *words: str | Path) -> Said:
        return legation(
            "statement", "publish", "--register", self.house, "--passphrase-file", self.words,
            *OFFICE, "--text", f"en={self.folder / 'text'}", *words,
        )  # fmt: skip

    def ask(self, verb: str, *words: str | Path) -> Said:
        place = ("--register", self.copy, "--anchor", self.anchor)
        return legation("statement", verb, *words, *place)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "words").write_text("correct horse battery staple\n")
    said = legation(
        "statement", "register", "init", folder / "house", "--passphrase-file", folder / "words",
        "--origin", "statements.aldania.example/log", "--issuer", ISSUER,
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "Warning: root, log and issuer keys lie on one machine" in said.err
    made = Desk(folder, said.out.strip())
    (folder / "text").write_text(TEXT, "utf-8")
    published = made.publish("--output", made.statement)
    assert published.code == 0, published.err
    assert published.out.startswith(f"{datetime.now(UTC):%Y}-0001  entry 0  statements/000")
    return made


@pytest.fixture
def desk(first: Desk, tmp_path: Path) -> Desk:
    shutil.copytree(first.folder, tmp_path / "desk")
    return Desk(tmp_path / "desk", first.anchor)


def year() -> int:
    return datetime.now(UTC).year


def test_a_statement_is_genuine_and_current_until_it_is_withdrawn(desk: Desk) -> None:
    first = f"{year()}-0001"
    said = desk.ask("verify", desk.statement)
    assert said.out.startswith(f"Genuine and current: {ISSUER}, {first}.\n")
    gone = legation(
        "statement", "retract", first, "--register", desk.house, *OFFICE,
        "--reason", "The day was wrong.", "--passphrase-file", desk.words,
    )  # fmt: skip
    assert gone.code == 0, gone.err
    said = desk.ask("verify", desk.statement)
    assert said.code == 0
    assert f"Genuine but corrected or withdrawn (see {year()}-0002)" in said.out
    assert f"withdrawn by {year()}-0002: The day was wrong." in said.out
    assert desk.ask("verify", desk.statement, "--fail-on", "replaced").code == 1
    assert desk.ask("verify", desk.statement, "--fail-on", "altered").code == 0


def test_the_words_that_differ_are_shown_so_that_nothing_hides(desk: Desk) -> None:
    assert desk.ask("lookup", desk.folder / "text").out.startswith("Genuine and current")
    said = desk.ask("lookup", ALTERED + "\u202e attack", "--fail-on", "altered")
    assert said.code == 1
    assert said.out.startswith("Not as issued: these words differ")
    assert "issued as [- 3 -], here [+ 5 +]" in said.out
    assert "issued as [- Velmar. -], here [+ Velm\\u0430r. +]" in said.out
    assert "left out [- not -]" in said.out
    assert "\\u202e" in said.out
    assert "\u202e" not in said.out
    said = desk.ask("lookup", "Something that nobody of this ministry has ever said at all.")
    assert said.out.startswith("Not found in this register (as of ")


def test_json_is_the_verdict_byte_for_byte(desk: Desk) -> None:
    trust = desk.folder / "t"
    said = desk.ask("lookup", ALTERED, "--json", "--trust", trust)
    asked = ask(desk.copy, read_trust(trust), datetime.now(UTC))
    assert said.out.encode() == serialised(asked.on_text(ALTERED))
    said = desk.ask("verify", desk.statement, "--json")
    assert said.out.encode() == serialised(asked.on_file(desk.statement.read_bytes()))
    assert json.loads(said.out)["verdict"] == "current"


def test_what_does_not_verify_is_an_error_and_no_verdict(desk: Desk) -> None:
    content = desk.statement.read_bytes()
    desk.statement.write_bytes(content.replace(b"3 May", b"5 May"))
    said = desk.ask("verify", desk.statement)
    assert (said.code, said.out) == (65, "")
    assert "get the file again as it was issued" in said.err
    other = "0" * 64
    said = legation("statement", "list", "--register", desk.copy, "--anchor", other)
    assert said.code == 65


def test_without_a_register_it_says_what_holds_and_that_it_cannot_tell_the_rest(
    desk: Desk,
) -> None:
    directory = desk.house / "public" / "directory" / "1"
    said = legation(
        "statement", "verify", desk.statement, "--directory", directory, "--anchor", desk.anchor
    )
    assert said.code == 0, said.err
    assert "Both signatures hold" in said.out
    assert "It is entry 0 of statements.aldania.example/log" in said.out
    assert said.out.endswith("Whether it is current cannot be told without a register.\n")
    for words in ((), ("--directory", directory, "--json")):
        said = legation("statement", "verify", desk.statement, *words, "--anchor", desk.anchor)
        assert said.code == 2
    assert legation("statement", "verify", desk.statement, "--register", desk.copy).code == 2


def test_the_same_draft_is_published_once_and_a_key_issues_it_again(desk: Desk) -> None:
    again = desk.publish()
    assert again.out.startswith(f"{year()}-0001 ")
    assert "published before" in again.err
    anew = desk.publish("--key", "second time")
    assert anew.out.startswith(f"{year()}-0002 ")
    assert "published before" not in anew.err
    assert desk.publish("--number", f"{year()}-0001", "--key", "third").code == 5


def test_a_correction_with_annex_and_embargo_says_all_of_itself(desk: Desk) -> None:
    (desk.folder / "annex.pdf").write_bytes(b"%PDF annex")
    later = datetime.now(UTC) + timedelta(days=2)
    said = desk.publish(
        "--corrects", f"{year()}-0001", "--reason", "The day was wrong.",
        "--attach", desk.folder / "annex.pdf", "--embargo", f"{later:%Y-%m-%dT%H:%M:%SZ}",
        "--json", "--output", desk.folder / "second.statement",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert json.loads(said.out)["number"] == f"{year()}-0002"
    assert not (desk.house / "public" / "statements" / "001").exists()
    signed = read_file((desk.folder / "second.statement").read_bytes()).signed.decode()
    assert f"corrects {year()}-0001 The day was wrong.\n" in signed
    assert " 10 annex.pdf\n" in signed
    # What is under embargo changes nothing yet for those who cannot read it.
    assert desk.ask("verify", desk.statement).out.startswith("Genuine and current")
    released = legation("statement", "register", "release", desk.house)
    assert (released.code, released.out) == (0, "0 statements released\n")
    assert desk.publish("--corrects", "1999-0001", "--reason", "x").code == 3
    assert desk.publish("--corrects", f"{year()}-0001").code == 2
    assert desk.publish("--embargo", "tomorrow").code == 65
    past = desk.publish("--embargo", "2020-01-01T00:00:00Z", "--key", "late")
    assert (past.code, "this time has passed" in past.err) == (65, True)
    assert len(list((desk.house / "public" / "statements").iterdir())) == 1


def test_attachments_are_compared_by_name_size_and_hash(desk: Desk) -> None:
    annexes = desk.folder / "annexes"
    annexes.mkdir()
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (annexes / name).write_bytes(f"%PDF {name}".encode())
    attach = [word for name in "abc" for word in ("--attach", annexes / f"{name}.pdf")]
    second = desk.folder / "second.statement"
    assert desk.publish("--key", "annexed", "--output", second, *attach).code == 0
    told = desk.ask("verify", second)
    assert (told.code, "3 attachments" in told.err) == (0, True)
    whole = desk.ask("verify", second, "--attachment", annexes)
    assert (whole.code, whole.err.count(": as issued")) == (0, 3)
    (annexes / "b.pdf").write_bytes(b"%PDF x.pdf")
    (annexes / "c.pdf").rename(annexes / "renamed.pdf")
    said = desk.ask("verify", second, "--attachment", annexes)
    assert said.code == 1
    assert said.err.splitlines() == [
        "a.pdf: as issued", "b.pdf: not as issued: other bytes", "c.pdf: missing",
    ]  # fmt: skip
    alone = [
        word for name in ("renamed", "b") for word in ("--attachment", annexes / f"{name}.pdf")
    ]
    other = ("--attachment", desk.folder / "text")
    said = desk.ask("verify", second, *alone, *other, "--json")
    assert json.loads(said.out)["verdict"] == "current"
    assert said.err.splitlines() == [
        "a.pdf: missing", "b.pdf: not as issued: other bytes", "c.pdf: as issued",
        "text: no attachment of this statement",
    ]  # fmt: skip
    assert desk.ask("verify", second, "--attachment", annexes / "none").code == 3


def test_what_carries_a_statement_is_answered_as_that_statement_alone(desk: Desk) -> None:
    block, page = desk.folder / "mail.txt", desk.folder / "page.html"
    register = ("--register", "statements.aldania.example/log")
    for kind, out, more in (
        ("text", block, ("--whole",)), ("html", page, ("--href", "/a", "--fragment")),
    ):  # fmt: skip
        carry = ("statement", "carrier", kind, desk.statement, out, *register, *more)
        assert legation(*carry).code == 0
        assert legation(*carry).code == 5
        assert legation(*carry, "--replace").code == 0
        for verb in ("verify", "lookup"):
            said = desk.ask(verb, out)
            assert said.out.startswith("Genuine and current")
            assert "on the .statement inside alone" in said.err
    for verb in ("verify", "lookup"):
        (desk.folder / "crlf").write_bytes(desk.statement.read_bytes().replace(b"\n", b"\r\n"))
        assert desk.ask(verb, desk.folder / "crlf").code == 65
        lying = block.read_text("utf-8").replace(f"Number: {year()}-0001", "Number: 1")
        (desk.folder / "lying").write_text(lying, "utf-8")
        said = desk.ask(verb, desk.folder / "lying")
        assert (said.code, "something else than the statement in it" in said.err) == (65, True)
    text = block.read_text("utf-8").partition("-----BEGIN LEGATION STATEMENT-----")[0]
    said = desk.ask("lookup", text)
    assert said.out.startswith("Genuine and current")
    assert "on the text of the block alone" in said.err
    (desk.folder / "block").write_text(text, "utf-8")
    said = desk.ask("verify", desk.folder / "block")
    assert (said.code, "holds no statement file" in said.err) == (65, True)


def test_an_excerpt_says_how_much_it_leaves_out(desk: Desk) -> None:
    said = desk.ask("lookup", TEXT.partition("\n")[2])
    assert said.out.startswith("Not as issued: these words differ")
    assert "An excerpt, each word as issued: 10 words before or after it are left out" in said.out


def test_a_pipe_or_a_device_is_not_waited_for(desk: Desk) -> None:
    os.mkfifo(desk.folder / "pipe")
    for place in (desk.folder / "pipe", "/dev/zero"):
        for verb in ("verify", "lookup"):
            said = desk.ask(verb, place)
            assert (said.code, "no regular file" in said.err) == (65, True)
        assert desk.ask("verify", desk.statement, "--attachment", place).code == 65
        asked = ("--register", place, "--anchor", desk.anchor)
        assert legation("statement", "list", *asked).code == 65


def test_what_keeps_a_key_from_signing_is_told(desk: Desk) -> None:
    desk.words.write_text("short\n")
    said = desk.publish("--key", "x")
    assert (said.code, "this passphrase opens no key" in said.err) == (2, True)
    desk.words.write_text("correct horse battery staple\n")
    said = desk.publish("--text", f"English={desk.folder / 'text'}", "--key", "x")
    assert (said.code, "no tag of a language" in said.err) == (65, True)
    assert "zh-Hant" in said.err
    first, keys = desk.house / "public" / "directory" / "1", desk.house / "private" / "keys"
    shown = json.loads(legation("statement", "directory", "show", first, "--json").out)
    fingerprint = shown["issuers"][0]["fingerprint"].replace(" ", "")
    second, words = desk.folder / "2", ("--passphrase-file", desk.words)
    for verb in (
        ("draft", second, "--from", first, "--revoke", fingerprint),
        ("sign", second, "--key", keys / "root.key", *words),
        ("publish", second, desk.house / "public"),
    ):
        made = legation("statement", "directory", *verb)
        assert made.code == 0, made.err
    said = desk.publish("--key", "x")
    assert (said.code, "the keys were revoked at" in said.err) == (4, True)


def test_a_file_that_is_not_there_has_no_verdict(desk: Desk) -> None:
    for name in ("nothing.txt", "mails/nothing.statement", "."):
        said = desk.ask("lookup", name)
        assert (said.code, said.out) == (3, ""), name
    long = "بدأت المحادثات " * 12
    assert len(long) < 250 < len(long.encode())
    assert desk.ask("lookup", long).out.startswith("Not found")
    unknown = desk.folder / "unknown.trust"
    said = legation(
        "statement", "lookup", "x y", "--register", desk.house / "public", "--trust", unknown
    )
    assert (said.code, unknown.exists()) == (2, False)


def test_a_text_in_several_languages_is_listed_and_shown(desk: Desk) -> None:
    (desk.folder / "fr").write_text("Les pourparlers commencent le 3 mai.", "utf-8")
    assert desk.publish("--text", f"fr={desk.folder / 'fr'}", "--key", "two").code == 0
    listed = desk.ask("list")
    assert [line.split()[0] for line in listed.out.splitlines()[1:]] == [
        f"{year()}-0002",
        f"{year()}-0002",
        f"{year()}-0001",
    ]
    shown = desk.ask("show", f"{year()}-0002")
    assert "Les pourparlers commencent le 3 mai." in shown.out
    assert desk.ask("show", "1999-0001").code == 3
    assert [row["language"] for row in json.loads(desk.ask("list", "--json").out)].count("fr") == 1
    for bad in ("fr", "fr=", "=x", "fr=nowhere"):
        assert desk.publish("--text", bad).code in (2, 3, 65)


def test_a_trust_file_refuses_an_older_register(desk: Desk) -> None:
    trust = desk.folder / "reader.trust"
    old = desk.folder / "old.register"
    assert legation("statement", "register", "copy", desk.house, "--output", old).code == 0
    assert desk.publish("--key", "more").code == 0
    assert desk.ask("verify", desk.statement, "--trust", trust).code == 0
    assert json.loads(trust.read_text())["size"] == 2
    again = ("statement", "verify", desk.statement, "--trust", trust, "--register")
    assert legation(*again, desk.copy).code == 0
    said = legation(*again, old)
    assert said.code == 65
    assert "has 1 entries, and had 2 before" in said.err
    kept = json.loads(trust.read_text())
    trust.write_text(json.dumps(kept | {"root": "00" * 32}))
    assert "not those it had before" in legation(*again, desk.copy).err
    trust.write_text(json.dumps(kept | {"origin": "other.example/log"}))
    assert "not 'other.example/log'" in legation(*again, desk.copy).err
    trust.write_text(json.dumps(kept | {"directory": 2}))
    assert legation(*again, desk.copy).code == 65
    assert desk.ask("list", "--trust", trust).code == 65
    trust.write_text("{}")
    assert legation(*again, desk.copy).code == 65
    trust.write_text(json.dumps(kept))
    other = legation("statement", "list", "--register", desk.copy, "--trust", trust, "--anchor",
                     "0" * 64)  # fmt: skip
    assert other.code == 2


def test_a_register_is_checked_and_mirrored(desk: Desk) -> None:
    said = legation("statement", "register", "check", desk.house)
    assert said.code == 0, said.err
    assert "copy: current" in said.out
    mirror = desk.folder / "mirror"
    said = legation("statement", "register", "mirror", desk.house, mirror, "--anchor", desk.anchor)
    assert (said.code, said.out) == (
        0,
        "statements.aldania.example/log: 0 entries before, 1 now\n",
    )
    checked = legation(
        "statement", "register", "check", mirror, "--anchor", desk.anchor, "--json",
        "--trust", desk.folder / "t",
    )  # fmt: skip
    assert json.loads(checked.out)["size"] == 1
    (mirror / "statements" / "000").write_bytes(b"x")
    assert legation("statement", "register", "check", mirror, "--anchor", desk.anchor).code == 65
    assert (
        legation("statement", "register", "check", desk.folder, "--anchor", desk.anchor).code == 3
    )


def test_keys_and_books_are_the_publisher_s_alone(desk: Desk) -> None:
    assert stat.S_IMODE((desk.house / "private").stat().st_mode) == 0o700
    books = [one for one in (desk.house / "private").rglob("*") if one.is_file()]
    assert len(books) > 5
    assert {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in books if one.suffix != ".pub"} == {
        0
    }
    for name in ("root.key", "log.key", "issuer.key"):
        mode = (desk.house / "private" / "keys" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
    assert desk.publish("--issuer", "Ministry of Tarvia", "--key", "x").code == 4
    with DiskFiles(desk.house / "public").locked():
        assert legation("statement", "register", "copy", desk.house).code == BusyError.exit_code
    init = ("statement", "register", "init")
    new = ("--origin", "a.example/log", "--issuer", "A", "--passphrase-file", desk.words)
    assert legation(*init, desk.house, *new).code == 5
    assert legation(*init, desk.folder / "new", "--origin", "a.example/log").code == 2
    assert legation(*init, desk.folder / "new", *new, "--log-key", desk.statement).code == 2
    desk.words.write_text("another horse battery staple\n")
    assert desk.publish("--key", "x").code == 65


def test_a_register_begins_with_the_keys_of_a_ceremony(desk: Desk) -> None:
    place = desk.folder / "ceremony"
    place.mkdir()
    words = ("--passphrase-file", desk.words)
    for kind, named in (("root", ()), ("issuer", ()), ("log", ("--name", "c.example/log"))):
        made = legation("statement", "keys", kind, place / kind, *named, *words)
        assert made.code == 0, made.err
    draft = legation(
        "statement", "directory", "draft", place / "1", "--name", "Directory",
        "--root", place / "root.pub", "--threshold", "1", "--log", place / "log.pub",
        "--issuer", f"{ISSUER}={place / 'issuer.pub'}",
    )  # fmt: skip
    assert draft.code == 0, draft.err
    signed = legation(
        "statement", "directory", "sign", place / "1", "--key", place / "root", *words
    )
    assert signed.code == 0, signed.err
    house = desk.folder / "new"
    begun = legation(
        "statement", "register", "init", house, "--directory", place / "1",
        "--log-key", place / "log", *words,
    )  # fmt: skip
    assert begun.code == 0, begun.err
    said = legation(
        "statement", "publish", "--register", house, "--issuer-key", place / "issuer", *words,
        *OFFICE, "--text", f"en={desk.folder / 'text'}",
    )  # fmt: skip
    assert said.code == 0, said.err
    listed = legation("statement", "list", "--register", house / "public", "--anchor",
                      begun.out.strip())  # fmt: skip
    assert f"{year()}-0001" in listed.out


def test_a_register_is_witnessed_by_stick_and_by_line(desk: Desk) -> None:
    """A next key directory names a witness; below the quorum nobody is given a verdict."""
    witness, name = desk.folder / "witness", "university.example/w"
    made = legation("statement", "witness", "make", witness, name)
    assert made.code == 0, made.err
    public = PublicKey(kind=Kind.WITNESS, lines=(f"{name} {' '.join(made.out.split())}",))
    (desk.folder / "w.pub").write_bytes(public.encode())
    first, root = desk.house / "public" / "directory" / "1", desk.house / "private" / "keys"
    log_keys = read_log_keys(root / "log.key.pub")
    (witness / "witness.toml").write_text(
        f'name = "{name}"\n[[log]]\norigin = "{log_keys[0].name}"\n'
        f"keys = {json.dumps([str(one) for one in log_keys])}\n"
    )
    second = desk.folder / "2"
    words = ("--passphrase-file", desk.words)
    for verb in (
        ("draft", second, "--from", first, "--witness", desk.folder / "w.pub", "--quorum", "1"),
        ("sign", second, "--key", root / "root.key", *words),
        ("publish", second, desk.house / "public"),
    ):
        said = legation("statement", "directory", *verb)
        assert said.code == 0, said.err
    register = ("statement", "register")
    assert legation(*register, "copy", desk.house).code == 0
    assert desk.ask("verify", desk.statement).code == 65
    asked, answered = desk.folder / "asked", desk.folder / "answered"
    assert legation(*register, "request", desk.house, asked).code == 0
    assert legation("statement", "witness", "cosign", witness, asked, answered).code == 0
    cosigned = legation(*register, "cosign", desk.house, answered)
    assert (cosigned.code, cosigned.out) == (0, f"{name}: cosigned\n"), cosigned.err
    # A proof from before the witness came is refused; the same statement has a newer one.
    assert "witnesses must have cosigned" in desk.ask("verify", desk.statement).err
    export = (*register, "export", desk.house, f"{year()}-0001", desk.statement)
    assert legation(*export).code == 5
    exported = legation(*export, "--replace")
    assert (exported.code, exported.err) == (0, "")
    assert desk.ask("verify", desk.statement).out.startswith("Genuine and current")
    assert legation(*register, "export", desk.house, "1999-0001", desk.folder / "none").code == 3
    # The next one is not yet seen; a witness that is not there is told by name.
    early = desk.publish("--key", "more", "--output", desk.folder / "early.statement")
    assert "write the file anew by export" in early.err
    silent = legation(*register, "cosign", desk.house, "--ask", f"{name}=http://127.0.0.1:9/")
    assert silent.code == 1
    assert silent.out.startswith(f"{name}: silent")
    assert legation(*register, "cosign", desk.house).code == 2
    assert legation(*register, "cosign", desk.house, asked).code == 65


TABLE = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that answers as Tesseract does, with the words of a file."""
    place = tmp_path / "bin"
    place.mkdir()
    program = place / "tesseract"
    program.write_text(f'#!/bin/sh\ncat > /dev/null\ncat "{place}/table"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    return place / "table"


def table_of(words: str, doubtful: str = "") -> str:
    rows = [
        f"5\t1\t1\t1\t1\t{at}\t0\t0\t9\t9\t{41 if word == doubtful else 96}\t{word}"
        for at, word in enumerate(words.split(), 1)
    ]
    return "\n".join([TABLE, "1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t", *rows, ""])


def test_a_screenshot_is_looked_up_with_the_machine_s_doubt(desk: Desk, reader: Path) -> None:
    picture = desk.folder / "shot.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    reader.write_text(table_of(TEXT))
    said = desk.ask("lookup", "--image", picture)
    assert said.out.startswith("Genuine and current"), said.err
    assert "96 % sure" in said.err
    reader.write_text(table_of(TEXT.replace("Velmar.", "Velrnar."), "Velrnar."))
    said = desk.ask("lookup", "--image", picture)
    assert said.out.startswith("Not as issued")
    assert "1 of 26 words are doubtful" in said.err
    assert "Doubtful: Velrnar." in said.err
    assert "The machine may have read otherwise" in said.err
    reader.write_text(TABLE)
    assert desk.ask("lookup", "--image", picture).code == 65
    assert desk.ask("lookup", "--image", desk.folder / "text").code == 65
    assert desk.ask("lookup", "words", "--image", picture).code == 2


def test_without_tesseract_the_way_round_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(desk.folder))
    said = desk.ask("lookup", "--image", desk.statement)
    assert said.code == 2
    assert "type the text" in said.err
