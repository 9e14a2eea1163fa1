"""`legation statement carrier`, `extract`, `announce`, `discover`, as somebody types them."""

import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from legation.app.statements.keys import open_signer
from legation.crypto.directory.roots import Anchor
from legation.crypto.holder_files import Kind
from legation.crypto.key_files import Passphrase
from legation.crypto.signing import sign
from legation.safeguards.statements.carriers.discovery import WELL_KNOWN, read_well_known
from legation.safeguards.statements.carriers.short_form import read_short, verify_short
from legation.safeguards.statements.statement import PURPOSE, write_statement
from legation.safeguards.statements.statement_file import StatementFile, write_file
from legation.safeguards.statements.verifying import Issuer, key_of
from worlds.carried import FILE, PASSPHRASE, REGISTER, SAID, office
from worlds.shell import legation
from worlds.statements import NAME, statement


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.statement").write_bytes(FILE)
    (tmp_path / "office.p12").write_bytes(office().pkcs12())
    (tmp_path / "words").write_bytes(PASSPHRASE + b"\n")
    Image.new("RGB", (400, 200), "navy").save(tmp_path / "a.png")
    return tmp_path


def carrier(folder: Path, kind: str, out: str, *more: str | Path) -> None:
    words = ("statement", "carrier", kind, folder / "a.statement", folder / out)
    said = legation(*words, "--register", REGISTER, *more)
    assert (said.code, said.err) == (0, "A carrier is a courtesy: the register is the proof.\n")
    assert str(folder / out) in said.out


@pytest.mark.parametrize(
    ("kind", "out", "more"),
    [
        ("text", "a.txt", ("--whole",)),
        ("html", "a.html", ("--href", "/log/statements/000")),
        ("pdf", "a.pdf", ("--language", "ar")),
    ],
)
def test_a_statement_goes_out_and_is_taken_out_again(
    folder: Path, kind: str, out: str, more: tuple[str, ...]
) -> None:
    carrier(folder, kind, out, *more)
    said = legation("statement", "extract", folder / out, folder / "b.statement")
    assert said.code == 0, said.err
    assert "not verified yet" in said.err
    assert (folder / "b.statement").read_bytes() == FILE


def test_a_paper_is_signed_by_the_certificate_that_is_given(folder: Path) -> None:
    certificate = ("--certificate", folder / "office.p12")
    carrier(folder, "pdf", "a.pdf", *certificate, "--certificate-passphrase-file", folder / "words")
    assert b"/ETSI.CAdES.detached" in (folder / "a.pdf").read_bytes()


def test_a_code_is_drawn_in_both_kinds_and_its_form_said(folder: Path) -> None:
    carrier(folder, "qr", "a.svg")
    words = ("statement", "carrier", "qr", folder / "a.statement", folder / "b.png")
    said = legation(*words, "--register", REGISTER, "--scale", "3")
    assert read_short(said.out.splitlines()[1]).number == SAID.number
    assert (folder / "a.svg").read_bytes().startswith(b"<svg ")
    assert Image.open(io.BytesIO((folder / "b.png").read_bytes())).format == "PNG"


def test_a_picture_names_its_statement_until_it_is_saved_anew(folder: Path) -> None:
    (folder / "ca.pem").write_bytes(office().authority.public_bytes(Encoding.PEM))
    certificate = ("--certificate", folder / "office.p12")
    passphrase = ("--certificate-passphrase-file", folder / "words")
    carrier(
        folder, "image", "b.png", "--picture", folder / "a.png", "--qr", *certificate, *passphrase
    )
    out = folder / "b.statement"
    said = legation(
        "statement", "extract", folder / "b.png", out, "--authorities", folder / "ca.pem"
    )
    assert said.code == 3
    assert "(trusted)" in said.out
    assert SAID.number in said.out
    Image.open(folder / "b.png").save(folder / "c.png")
    said = legation("statement", "extract", folder / "c.png", out)
    assert said.code == 3
    assert "no provenance found: this proves nothing against it" in said.err
    assert not out.exists()


def test_a_key_that_did_not_sign_the_statement_signs_no_short_form(folder: Path) -> None:
    words = ("--passphrase-file", folder / "words")
    assert legation("statement", "keys", "issuer", folder / "issuer.key", *words).code == 0
    carry = ("statement", "carrier", "text", folder / "a.statement", folder / "a.txt")
    said = legation(*carry, "--register", REGISTER, "--key", folder / "issuer.key", *words)
    assert said.code == 65
    assert "signature does not hold" in said.err
    assert not (folder / "a.txt").exists()


def test_the_key_that_signed_the_statement_signs_its_short_form(folder: Path) -> None:
    words = ("--passphrase-file", folder / "words")
    assert legation("statement", "keys", "issuer", folder / "issuer.key", *words).code == 0
    passphrase = Passphrase(PASSPHRASE.decode())
    with open_signer(folder / "issuer.key", Kind.ISSUER, passphrase) as signer:
        keys = signer.public()
        said = statement(key=key_of(keys))
        signed = write_statement(said)
        made = StatementFile(signed=signed, signature=sign(signed, PURPOSE, signer))
    (folder / "a.statement").write_bytes(write_file(made))
    carrier(folder, "qr", "a.svg", "--key", folder / "issuer.key", *words)
    carry = ("statement", "carrier", "qr", folder / "a.statement", folder / "b.png")
    told = legation(*carry, "--register", REGISTER, "--key", folder / "issuer.key", *words)
    verify_short(read_short(told.out.splitlines()[1]), Issuer(name=NAME, keys=keys))


def test_what_holds_no_statement_or_two_is_said(folder: Path) -> None:
    (folder / "none.txt").write_text("Good morning.")
    said = legation("statement", "extract", folder / "none.txt", folder / "b.statement")
    assert (said.code, "no .statement" in said.err) == (3, True)
    carrier(folder, "html", "a.html", "--href", "/a")
    page = (folder / "a.html").read_text()
    (folder / "two.html").write_text(
        f"{page}<script type=application/vnd.legation.statement+base64>AAAA</script>"
    )
    said = legation("statement", "extract", folder / "two.html", folder / "b.statement")
    assert (said.code, "2 statements" in said.err) == (5, True)


def test_what_a_host_serves_its_record_and_its_sheet_are_written(folder: Path) -> None:
    anchor = Anchor(sha256=bytes(range(32)))
    for sheet, begins in (("a.txt", b"Ministry"), ("sheet.pdf", b"%PDF-")):
        said = legation(
            "statement", "announce", folder, "--host", "mfa.aldania.example", "--name",
            "Ministry of Aldania", "--anchor", str(anchor), "--register", REGISTER, "--directory",
            f"https://{REGISTER}/directory/", "--sheet", folder / sheet,
        )  # fmt: skip
        assert said.code == 0, said.err
        assert f'IN TXT "v=legation1; anchor={anchor.sha256.hex()}"' in said.out
        assert (folder / sheet).read_bytes().startswith(begins)
    assert read_well_known((folder / WELL_KNOWN).read_bytes()).known_anchor == anchor


def test_what_is_no_public_host_is_not_asked() -> None:
    for host, code in (("localhost", 4), ("https://a.example", 65), ("a.example/x", 65)):
        assert legation("statement", "discover", host).code == code
