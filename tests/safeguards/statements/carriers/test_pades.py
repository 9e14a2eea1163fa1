"""A signed paper holds whole or not at all, and its statement verifies by itself."""

import io
import re
import zlib
from typing import Any

import pypdf
import pytest

from legation.desk.statement_papers import set_statement
from legation.errors import BadInputError, VerificationError
from legation.safeguards.statements.carriers.certificates import MAX_PKCS12, Certificate
from legation.safeguards.statements.carriers.pades import sign_paper, verify_paper
from legation.safeguards.statements.carriers.page import write_article, write_page
from legation.safeguards.statements.carriers.pdf import MAX_PDF, files_in_pdf
from legation.safeguards.statements.carriers.qr import draw_qr
from legation.safeguards.statements.verifying import verify_file
from worlds.carried import ENGLISH, FILE, PASSPHRASE, SAID, form, office, rsa_office
from worlds.statements import ISSUER, log

ARTICLE = write_article(SAID, ENGLISH, form(), draw_qr(str(form()), "svg").decode())
PAPER = set_statement(write_page(ARTICLE, SAID), FILE, "2026-117.statement")
CERTIFICATE = Certificate(office().pkcs12(), PASSPHRASE)
SIGNED = sign_paper(PAPER, CERTIFICATE, reason="Statement 2026/117")
ROOTS = [office().authority]


def test_a_signed_paper_holds_and_says_who_signed_it() -> None:
    (found,) = verify_paper(SIGNED, ROOTS)
    assert (found.field, found.claimed is not None) == ("Signature1", True)
    assert "Office of the Spokesperson" in found.subject
    assert b"/ETSI.CAdES.detached" in SIGNED


def test_the_statement_in_a_signed_paper_verifies_by_itself() -> None:
    (data,) = files_in_pdf(SIGNED)
    assert verify_file(data, ISSUER, log).statement == SAID


def test_a_flipped_byte_of_the_paper_is_caught() -> None:
    """All but the hole in which the signature itself stands, with filling and certificates."""
    hole = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+", SIGNED)
    assert hole is not None
    signed = [*range(0, int(hole[1]), 997), *range(int(hole[2]), len(SIGNED), 97)]
    for place in [*signed, int(hole[1]) - 1, len(SIGNED) - 1]:
        changed = bytearray(SIGNED)
        changed[place] ^= 1
        with pytest.raises((BadInputError, VerificationError)):
            verify_paper(bytes(changed), ROOTS)


def test_a_paper_signed_twice_holds_twice_by_both_kinds_of_keys() -> None:
    archive = Certificate(rsa_office().pkcs12(None), None)
    assert (CERTIFICATE.algorithm, archive.algorithm) == ("es256", "ps256")
    twice = sign_paper(SIGNED, archive)
    assert twice.startswith(SIGNED)
    held = verify_paper(twice, [*ROOTS, rsa_office().authority])
    assert [one.field for one in held] == ["Signature1", "Signature2"]
    assert files_in_pdf(twice) == [FILE]


def test_a_paper_changed_after_its_signature_is_refused() -> None:
    writer = pypdf.PdfWriter(io.BytesIO(SIGNED), incremental=True)
    writer.add_blank_page(100, 100)
    changed = io.BytesIO()
    writer.write(changed)
    for paper in (changed.getvalue(), SIGNED + b"\n% more"):
        with pytest.raises((BadInputError, VerificationError)):
            verify_paper(paper, ROOTS)


def test_a_signature_of_nobody_trusted_and_a_paper_without_one_are_refused() -> None:
    for paper, roots in ((SIGNED, []), (SIGNED, [rsa_office().authority]), (PAPER, ROOTS)):
        with pytest.raises(VerificationError):
            verify_paper(paper, roots)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", PAPER[:5000], bytes(MAX_PDF + 1)], ids=range(4))
def test_what_is_no_sound_paper_is_not_signed(data: bytes) -> None:
    with pytest.raises(BadInputError):
        sign_paper(data, CERTIFICATE)
    with pytest.raises((BadInputError, VerificationError)):
        verify_paper(data, ROOTS)


def test_an_encrypted_paper_is_not_signed() -> None:
    writer = pypdf.PdfWriter(io.BytesIO(PAPER))
    writer.encrypt("", "owner")
    sealed = io.BytesIO()
    writer.write(sealed)
    with pytest.raises(BadInputError, match="encrypted"):
        sign_paper(sealed.getvalue(), CERTIFICATE)
    with pytest.raises(BadInputError, match="encrypted"):
        verify_paper(sealed.getvalue(), ROOTS)


def test_a_paper_is_archival_tagged_and_names_its_attachment_as_its_source() -> None:
    root: Any = pypdf.PdfReader(io.BytesIO(PAPER)).root_object
    assert root["/MarkInfo"]["/Marked"] is not None
    assert {one.get_object()["/AFRelationship"] for one in root["/AF"]} == {"/Source"}
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert 'part="3"' in metadata or "<pdfaid:part>3<" in metadata


def test_the_words_of_a_paper_are_those_of_the_statement() -> None:
    words = " ".join(pypdf.PdfReader(io.BytesIO(PAPER)).pages[0].extract_text().split())
    assert " ".join(ENGLISH.text.split()) in words
    assert "proves nothing by itself" in words


def test_a_certificate_that_cannot_sign_is_refused() -> None:
    for data, passphrase in (
        (office().pkcs12(), b"another"),
        (office().pkcs12(), None),
        (b"", None),
        (bytes(MAX_PKCS12 + 1), None),
        (zlib.compress(b"x"), b"x"),
    ):
        with pytest.raises(BadInputError) as told:
            Certificate(data, passphrase)
        assert told.value.place == "certificate"
    assert PASSPHRASE.decode() not in repr(CERTIFICATE)
