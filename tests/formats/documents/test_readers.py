"""Words are read, what is inside is listed, and what would do harm is bounded or refused."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.evidence.words import read_words
from legation.errors import BadInputError
from legation.formats.documents.__main__ import told_of
from legation.formats.documents.catalogue import READERS
from legation.formats.documents.kinds import KINDS
from legation.formats.documents.letters import STATED, read_letters
from legation.formats.documents.told import MOST_PAGES, MOST_TEXT, Listing, Told
from worlds.documents import (
    PAGE,
    WORD,
    mail_with_attachment,
    packed_archive,
    pdf_document,
    photograph,
    picture,
    relations,
    saved_page,
    web_archive,
    word_document,
    zipped,
)


def found(told: Told) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for one in told.found:
        listed.setdefault(one.what, []).append(one.told)
    return listed


def test_every_kind_has_its_reader() -> None:
    assert READERS.keys() == KINDS.keys()


def test_a_page_gives_its_words_and_what_it_would_have_loaded() -> None:
    told = READERS["html"](PAGE)
    assert told.title == "Notice"
    assert "The harbour closes\n" in told.text
    assert "alert" not in told.text
    assert found(told) == {
        "script": ["inside the page", "on an element of the page"],
        "link": ["https://evil.example/a.b"],
        "outside picture": ["http://tracker.example/pixel.gif"],
    }


def test_a_page_says_its_encoding_and_is_believed_where_it_fits() -> None:
    page = "<meta charset=windows-1251><p>Гавань закрыта</p>".encode("windows-1251")
    assert READERS["html"](page).text.strip() == "Гавань закрыта"
    wrong = b"<meta charset=utf-8><p>" + "Гавань".encode("windows-1251")
    told = READERS["html"](wrong)
    assert told.encoding == ""
    assert "windows-1251" in told.candidates


def test_a_word_document_gives_words_and_lists_what_is_packed_in_it() -> None:
    body = (
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>Note verbale</w:t></w:r></w:p>'
        "<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>struck out</w:delText></w:r></w:del></w:p>"
        "</w:body></w:document>"
    )
    raw = word_document(
        body=body,
        parts={
            "word/_rels/document.xml.rels": relations(
                ("hyperlink", "https://evil.example/"),
                ("attachedTemplate", "http://evil.example/t"),
            ),
            "word/vbaProject.bin": b"macro",
            "word/embeddings/oleObject1.bin": b"MZ",
            "word/media/image1.png": b"png",
            "word/footnotes.xml": f'<a xmlns:w="{WORD}"><w:t>a footnote</w:t></a>'.encode(),
            "docProps/core.xml": b"<a><title>Draft</title><creator>Ann Vermeer</creator></a>",
        },
    )
    told = READERS["docx"](raw)
    assert "Note verbale" in told.text
    assert "a footnote" in told.text
    assert "struck out" not in told.text
    assert told.title == "Draft"
    listed = found(told)
    assert listed["link"] == ["https://evil.example/"]
    assert listed["outside attachedTemplate"] == ["http://evil.example/t"]
    assert listed["macro"] == ["word/vbaProject.bin"]
    assert listed["embedded file"] == ["word/embeddings/oleObject1.bin"]
    assert listed["field"] == ["DDEAUTO c:\\\\cmd.exe"]
    assert "names a person" in listed
    assert "Ann Vermeer" not in repr(told)


def test_word_documents_of_real_programs_are_read() -> None:
    docx = pytest.importorskip("docx")
    import io

    document, out = docx.Document(), io.BytesIO()
    document.add_heading("مذكرة شفوية")
    document.add_table(1, 2).cell(0, 1).text = "right cell"
    document.save(out)
    told = READERS["docx"](out.getvalue())
    assert "مذكرة شفوية" in told.text
    assert "right cell" in told.text


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word/document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'},
         "document type"),
        ({"word/document.xml": b"<!DOCTYPE a [" + b"".join(
            b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(9)
        ) + b"]><a>&e8;</a>"}, "document type"),
        ({"word/document.xml": b"no xml"}, "no XML"),
        ({f"part{n}": b"" for n in range(5_001)}, "more than 5,000"),
    ],
)  # fmt: skip
def test_a_word_document_that_would_do_harm_is_refused(parts: dict[str, bytes], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        READERS["docx"](zipped(parts))


def test_an_archive_is_unpacked_no_further_than_the_limit() -> None:
    bomb = zipped({"word/document.xml": b"0" * 70_000_000})
    with pytest.raises(BadInputError, match="larger than 64 MB"):
        READERS["docx"](bomb)
    many = zipped({f"word/header{n}.xml": b"<a>" + b" " * 9_000_000 + b"</a>" for n in range(9)}
                  | {"word/document.xml": b"<a/>"})  # fmt: skip
    with pytest.raises(BadInputError, match="larger than 64 MB"):
        READERS["docx"](many)


def test_an_encrypted_container_is_refused() -> None:
    raw = bytearray(zipped({"word/document.xml": b"<a/>"}))
    raw[6] |= 1
    central = raw.index(b"PK\x01\x02")
    raw[central + 8] |= 1
    with pytest.raises(BadInputError, match="encrypted"):
        READERS["docx"](bytes(raw))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(BadInputError, match="encrypted"):
        READERS["doc"](ole)


def test_a_pdf_gives_words_and_what_it_would_do() -> None:
    told = READERS["pdf"](pdf_document("First page", "Second page", actions=True))
    assert told.text.index("First page") < told.text.index("Second page")
    listed = found(told)
    assert listed["pages"] == ["2"]
    assert listed["link"] == ["https://evil.example/a.b"]
    assert listed["embedded file"] == ["payload.exe"]
    assert listed["opens with"] == ["JavaScript"]
    with pytest.raises(BadInputError, match="encrypted"):
        READERS["pdf"](pdf_document("secret", sealed_by="word"))
    with pytest.raises(BadInputError, match="damaged"):
        READERS["pdf"](b"%PDF-1.7 nothing more")


def test_a_pdf_of_ten_thousand_pages_is_read_in_part_and_says_so() -> None:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), __import__("io").BytesIO()
    for _ in range(10_000):
        writer.add_blank_page(10, 10)
    writer.write(out)
    told = read_words(out.getvalue(), "pdf")
    listed = found(told)
    assert listed["pages"] == ["10,000"]
    assert listed["not read"] == [f"{10_000 - MOST_PAGES:,} of 10,000 pages"]
    assert "hold no letters" in told.unread


def test_a_mail_gives_its_text_and_lists_attachments_by_their_hash() -> None:
    told = READERS["eml"](mail_with_attachment())
    assert told.title == "The harbour"
    assert "close the harbour on Monday" in told.text
    assert "ann@press.example" in told.text  # masked afterwards, by the names that a home knows
    (listed,) = found(told)["attachment"]
    assert hashlib.sha256(b"MZ payload").hexdigest() in listed
    assert "bill.exe" in listed


def test_a_saved_page_says_where_it_was_saved_from() -> None:
    told = READERS["mhtml"](saved_page())
    assert told.text.strip() == "The harbour closes"
    assert found(told)["saved from"] == ["https://news.example/harbour"]


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive_lists_its_pages_and_gives_the_first_ones_words(packed: bool) -> None:
    raw = web_archive(PAGE, b"<p>second</p>", packed=packed)
    told = READERS["warc"](raw)
    assert "The harbour closes" in told.text
    assert "second" not in told.text
    assert found(told)["captured"] == [
        f"https://news.example/{n} 2026-03-02T10:00:00Z" for n in range(2)
    ]
    told = READERS["wacz"](packed_archive(raw))
    assert "The harbour closes" in told.text
    assert "archive/data.warc.gz" in found(told)["part"]


@pytest.mark.parametrize(
    "raw", [web_archive(PAGE)[:-40], b"WARC/1.0\r\nContent-Length: x\r\n\r\n", b"WARC/1.0\r\n\r\n"]
)
def test_a_web_archive_that_is_cut_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInputError):
        READERS["warc"](raw)


def test_pictures_say_how_large_they_are_and_that_no_words_are_read() -> None:
    for kind, raw in (("png", picture()), ("jpeg", photograph())):
        told = READERS[kind](raw)
        assert found(told)["size"] == ["640 by 480 points"]
        assert "says of itself" in found(told)
        assert "no words" in told.unread


@pytest.mark.parametrize("text", ["hello", "naïve", "Гавань", "港口关闭", "الميناء"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_letters_of_unicode_are_told(text: str, codec: str) -> None:
    letters, encoding, candidates = read_letters(text.encode(codec))
    assert letters.lstrip("\ufeff") == text
    assert encoding
    assert candidates == ()


@given(st.text(alphabet="абвгдежзиклмнопрстуфхц ", min_size=8, max_size=80))
def test_an_old_encoding_is_never_guessed_and_is_among_the_candidates(text: str) -> None:
    raw = f"{text}я".encode("koi8-r")
    letters, encoding, candidates = read_letters(raw)
    assert encoding == ""
    assert "koi8-r" in candidates
    assert "�" in letters
    assert read_letters(raw, stated="koi8-r")[0] == f"{text}я"


@given(st.binary(max_size=400), st.sampled_from(["", *STATED]))
def test_any_octets_are_read_or_refused(raw: bytes, stated: str) -> None:
    try:
        letters, _, candidates = read_letters(raw, stated=stated)
    except BadInputError:
        assert stated
    else:
        assert isinstance(letters, str)
        assert set(candidates) <= set(STATED)


@given(st.binary(max_size=600), st.sampled_from(sorted(READERS)))
def test_any_bytes_end_with_words_or_a_reason(raw: bytes, kind: str) -> None:
    heads = {"pdf": b"%PDF-1.7\n", "warc": b"WARC/1.0\r\n", "eml": b"Subject: x\n\n"}
    told = told_of(heads.get(kind, b"") + raw, kind)
    assert len(told.text) <= MOST_TEXT
    assert told.tool or told.unread


def test_a_list_of_what_is_inside_ends_with_a_count() -> None:
    listing = Listing()
    for number in range(500):
        listing.add("link", f"https://a.example/{number}")
        listing.add("link", f"https://a.example/{number}")
    assert len(listing.all()) == 301
    assert listing.all()[-1].told == "200 more"


def test_more_than_a_million_letters_are_counted_and_left_out() -> None:
    told = READERS["text"](b"a" * (MOST_TEXT + 7))
    assert (len(told.text), told.left_out) == (MOST_TEXT, 7)


def test_the_process_that_reads_has_a_ceiling_of_memory_and_tells_what_went_wrong() -> None:
    told = read_words(b"[" * 5_000_000, "post")
    assert told.unread
    deep = b"<div>" * 400_000 + b"deep"
    assert "deep" in read_words(deep, "html").text
    said = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n"
    nested = said + b"".join(
        b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" for _ in range(9_999)
    )
    assert isinstance(read_words(nested, "eml"), Told)


def test_a_reader_that_does_not_end_in_its_time_is_ended() -> None:
    told = read_words(b"<" + b"a<" * 4_000_000, "html", seconds=0.01)
    assert told.unread == "reading it takes longer than 0.01 seconds"


def test_the_reading_process_can_write_no_file(tmp_path: object) -> None:
    import subprocess
    import sys

    program = (
        "from legation.formats.documents.__main__ import bound\nbound()\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"open({str(tmp_path)!r} + '/x', 'wb', buffering=0).write(b'x')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode
    assert b"File too large" in ended.stderr


def test_what_the_desk_says_of_a_part_is_kept_apart_from_what_the_document_says() -> None:
    """Names are masked in the document's words; ours must stay as they are."""
    page = b'<script>x</script><img src="data:image/png;base64,AA"><p onclick="y">z</p>'
    for one in READERS["html"](page).found:
        assert "page" not in one.name
    (attached,) = READERS["eml"](mail_with_attachment()).found
    assert "bill.exe" in attached.name
    assert "bytes" in attached.note
    assert "bytes" not in attached.name
