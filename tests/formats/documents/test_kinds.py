"""A file's kind is told from its first bytes; what is on no list is refused."""

import gzip

import pytest

from legation.errors import BadInputError
from legation.formats.documents.kinds import KINDS, kind_of_bytes
from worlds.documents import (
    PAGE,
    mail_with_attachment,
    packed_archive,
    pdf_document,
    photograph,
    picture,
    saved_page,
    web_archive,
    word_document,
    zipped,
)

SAMPLES = {
    "html": PAGE,
    "mhtml": saved_page(),
    "warc": web_archive(PAGE),
    "wacz": packed_archive(web_archive(PAGE)),
    "png": picture(),
    "jpeg": photograph(),
    "pdf": pdf_document("one"),
    "docx": word_document("one"),
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    "text": "Заметка".encode(),
    "eml": mail_with_attachment(),
}


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"post"}))
def test_a_kind_is_told_from_its_bytes(name: str) -> None:
    assert kind_of_bytes(SAMPLES[name]).name == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (web_archive(PAGE, packed=False), "warc"),
        ("<html><p>short</p>".encode("utf-16"), "html"),
        ("plain words".encode("utf-16"), "text"),
        (b"Note: this is\nno mail, only a list:\none: two\n", "text"),
        ("東京".encode("iso-2022-jp"), "text"),
    ],
)
def test_kinds_that_look_alike_are_told_apart(raw: bytes, name: str) -> None:
    assert kind_of_bytes(raw).name == name


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"MZ\x90",
        b"\x7fELF",
        b"Rar!\x1a",
        b"PAR1data",
        zipped({"xl/workbook.xml": b"<a/>"}),
        zipped({"setup.exe": b"MZ"}),
        gzip.compress(b"plain words", mtime=0),
        b"\x1f\x8b broken",
        bytes(range(1, 9)) * 100,
    ],
)
def test_what_is_on_no_list_is_refused_with_what_to_do(raw: bytes) -> None:
    with pytest.raises(BadInputError) as refused:
        kind_of_bytes(raw)
    assert refused.value.hint


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_long_head_that_ends_badly_is_told_as_fast_as_it_is_read(end: bytes) -> None:
    folded = b"Note: harbour" + end + (b" x" + end) * 900
    assert kind_of_bytes(folded + b"no header" + end).name == "text"
    assert kind_of_bytes(folded + b"Subject: harbour" + end + end + b"words").name == "eml"
