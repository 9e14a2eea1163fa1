"""A `.statement` is found in any PDF; what is no sound PDF gives the declared error."""

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.safeguards.statements.carriers.pdf import MAX_ATTACHMENTS, MAX_PDF, files_in_pdf
from legation.safeguards.statements.carriers.told import files_apart
from legation.safeguards.statements.statement_file import MAX_FILE
from legation.safeguards.statements.verifying import verify_file
from worlds.carried import FILE, SAID
from worlds.statements import ISSUER, log


def paper(attach: Callable[[pypdf.PdfWriter], object] = lambda _: None) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    attach(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def attach(writer: pypdf.PdfWriter) -> None:
    writer.add_attachment("annex.txt", b"an annex")
    writer.add_attachment("2026-117.STATEMENT", FILE)
    writer.add_attachment("copy.statement", FILE)


SOUND = paper(attach)


def test_the_statement_in_a_paper_verifies_and_is_there_once() -> None:
    (data,) = files_in_pdf(SOUND)
    assert verify_file(data, ISSUER, log).statement == SAID
    assert files_apart(SOUND) == (FILE,)


def test_a_paper_without_one_gives_none() -> None:
    assert files_in_pdf(paper()) == []
    assert files_in_pdf(paper(lambda writer: writer.add_attachment("a.txt", b"x"))) == []


def test_a_paper_with_a_thousand_attachments_is_refused() -> None:
    def many(writer: pypdf.PdfWriter) -> None:
        for number in range(1000):
            writer.add_attachment(f"{number}.statement", b"x")

    with pytest.raises(BadInputError, match=f"more than {MAX_ATTACHMENTS}"):
        files_in_pdf(paper(many))


def test_an_encrypted_paper_is_refused() -> None:
    def sealed(writer: pypdf.PdfWriter) -> None:
        attach(writer)
        writer.encrypt("", "owner")

    with pytest.raises(BadInputError, match="encrypted"):
        files_in_pdf(paper(sealed))


def test_a_table_of_attachments_that_leads_to_itself_is_refused() -> None:
    def circle(writer: pypdf.PdfWriter) -> None:
        names = pypdf.generic.DictionaryObject()
        node = writer._add_object(names)
        names[pypdf.generic.NameObject("/Kids")] = pypdf.generic.ArrayObject([node, node])
        root = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/EmbeddedFiles"): node})
        writer.root_object[pypdf.generic.NameObject("/Names")] = root

    with pytest.raises(BadInputError, match="attachments"):
        files_in_pdf(paper(circle))


def test_an_attachment_that_unpacks_to_more_than_any_statement_is_refused() -> None:
    def bomb(writer: pypdf.PdfWriter) -> None:
        attached = writer.add_attachment("a.statement", b"x")
        stream = pypdf.generic.DecodedStreamObject()
        stream.set_data(bytes(MAX_FILE + 1))
        place = writer._add_object(stream.flate_encode())
        packed: Any = attached.pdf_object["/EF"]
        packed[pypdf.generic.NameObject("/F")] = place

    packed = paper(bomb)
    assert len(packed) < MAX_FILE // 100
    with pytest.raises(BadInputError, match="larger"):
        files_in_pdf(packed)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", SOUND[:200]])
def test_a_broken_paper_is_refused(data: bytes) -> None:
    with pytest.raises(BadInputError, match="damaged"):
        files_in_pdf(data)


def test_a_paper_that_is_too_large_is_refused() -> None:
    with pytest.raises(BadInputError, match="opened up to"):
        files_in_pdf(bytes(MAX_PDF + 1))


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=40))
def test_changed_bytes_give_files_or_the_declared_error(changes: list[tuple[int, int]]) -> None:
    changed = bytearray(SOUND)
    for place, octet in changes:
        changed[place] = octet
    with suppress(BadInputError):
        assert files_in_pdf(bytes(changed)) is not None


def test_the_process_apart_refuses_what_is_refused_here() -> None:
    for data, told in ((b"%PDF-1.7", "damaged"), (SOUND, "longer than")):
        with pytest.raises(BadInputError, match=told):
            files_apart(data, seconds=30 if told == "damaged" else 0.001)
