"""Documents as strangers send them: good ones, and those that would do harm."""

import gzip
import io
import zipfile
from email.message import EmailMessage

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
PAGE = (
    b"<!doctype html><html><head><meta charset='utf-8'><title>Notice</title>"
    b"<script>alert('no')</script></head><body onload='x()'><h1>The harbour closes</h1>"
    b"<p>So says @some_one. <a href='https://evil.example/a.b'>here</a></p>"
    b"<img src='http://tracker.example/pixel.gif'></body></html>"
)


def word_document(
    *paragraphs: str, parts: dict[str, bytes] | None = None, body: str | None = None
) -> bytes:
    """Return a Word document with these paragraphs, and further parts of the container."""
    lines = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    xml = body or f'<w:document xmlns:w="{WORD}"><w:body>{lines}</w:body></w:document>'
    return zipped({"word/document.xml": xml.encode(), **(parts or {})})


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a ZIP with these parts, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return out.getvalue()


def relations(*targets: tuple[str, str]) -> bytes:
    """Return the relations of a Word document to outside targets, each of a kind."""
    rows = "".join(
        f'<Relationship Id="r{n}" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{RELS}">{rows}</Relationships>'.encode()


def pdf_document(*pages: str, actions: bool = False, sealed_by: str = "") -> bytes:
    """Return a PDF with a line on each page."""
    from pypdf import PdfWriter
    from pypdf.annotations import Link
    from pypdf.generic import (
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
        TextStringObject,
    )

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for said in pages:
        page = writer.add_blank_page(200, 200)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        drawn = DecodedStreamObject()
        drawn.set_data(f"BT /F1 12 Tf 10 100 Td ({said}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(drawn)
    if actions:
        opening = {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('no')"),
        }
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(opening)
        writer.add_attachment("payload.exe", b"MZ")
        link = Link(rect=(0, 0, 9, 9), url="https://evil.example/a.b")
        writer.add_annotation(0, link)
    if sealed_by:
        writer.encrypt(sealed_by, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def mail_with_attachment() -> bytes:
    """Return a mail with a text and a program attached."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "ann@press.example", "desk@ministry.example"
    mail["Subject"] = "The harbour"
    mail.set_content("They will close the harbour on Monday, they say.")
    mail.add_attachment(
        b"MZ payload", maintype="application", subtype="octet-stream", filename="bill.exe"
    )
    return mail.as_bytes()


def saved_page() -> bytes:
    """Return a page as a browser saves it with its parts."""
    mail = EmailMessage()
    mail["From"] = "<Saved by a browser>"
    mail["Snapshot-Content-Location"] = "https://news.example/harbour"
    mail["Subject"] = "Harbour"
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 -0000"
    mail.set_content("<h1>The harbour closes</h1>", subtype="html")
    mail.add_related(b"GIF89a", maintype="image", subtype="gif", cid="<a@x>")
    return mail.as_bytes()


def web_archive(*pages: bytes, packed: bool = True) -> bytes:
    """Return a web archive with a response for each page."""
    out = b""
    for number, page in enumerate(pages):
        body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
        record = (
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/%d\r\n"
            b"WARC-Date: 2026-03-02T10:00:00Z\r\nContent-Length: %d\r\n\r\n" % (number, len(body))
        )
        record += body + b"\r\n\r\n"
        out += gzip.compress(record) if packed else record
    return out


def packed_archive(warc: bytes) -> bytes:
    """Return a packed web archive around one."""
    return zipped({"datapackage.json": b"{}", "archive/data.warc.gz": warc})


def picture() -> bytes:
    """Return the head of a PNG of 640 by 480 points that says something of itself."""
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    size = (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    return head + size + bytes(9) + b"\x00\x00\x00\x04tEXtabcd" + bytes(4)


def photograph() -> bytes:
    """Return the head of a JPEG of 640 by 480 points with EXIF."""
    exif = b"\xff\xe1\x00\x08Exif\x00\x00"
    frame = b"\xff\xc0\x00\x11\x08" + (480).to_bytes(2, "big") + (640).to_bytes(2, "big")
    return b"\xff\xd8" + exif + frame + bytes(10) + b"\xff\xd9"
