"""Which kinds of file are kept as evidence: told from their first bytes, never from a name.

The list is closed. A program, an archive of anything or a spreadsheet is not on it: what
nobody can read here is no evidence that a desk can stand for.
"""

import io
import re
import zipfile
from typing import Final

import msgspec

from legation.errors import BadInputError

_HEAD: Final = 4096
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML: Final = re.compile(
    rb"<!doctype\s+html|<(?:html|head|body|meta|title|article|div|p|a|h1|table)[\s>]", re.IGNORECASE
)
# No two ways to read the same bytes, and no way back: a line is what its line feed ends.
_HEADER: Final = re.compile(rb"\A(?:[!-9;-~]{1,76}:[^\n]*\n(?:[ \t][^\n]*\n)*+){2}")
_MAIL: Final = re.compile(
    rb"^(?:from|subject|received|message-id|mime-version|return-path|date):",
    re.IGNORECASE | re.MULTILINE,
)
_SAVED_PAGE: Final = re.compile(
    rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE
)
_PROGRAMS: Final = {
    b"MZ": "a program for Windows",
    b"\x7fELF": "a program for Linux",
    b"\xca\xfe\xba\xbe": "a program",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"PAR1": "a Parquet file",
    b"SQLite f": "a database",
}


class Kind(msgspec.Struct, frozen=True):
    """A kind of file.

    Attributes:
        name: As it stands in records and addresses.
        said: As a person calls it.
        ending: Of the file when it leaves.
        media_type: As registered.
    """

    name: str
    said: str
    ending: str
    media_type: str


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("html", "web page", "html", "text/html"),
        Kind("mhtml", "saved web page", "mhtml", "multipart/related"),
        Kind("warc", "web archive", "warc", "application/warc"),
        Kind("wacz", "web archive, packed", "wacz", "application/wacz"),
        Kind("png", "picture (PNG)", "png", "image/png"),
        Kind("jpeg", "picture (JPEG)", "jpg", "image/jpeg"),
        Kind("pdf", "PDF document", "pdf", "application/pdf"),
        Kind(
            "docx",
            "Word document",
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        Kind("doc", "Word document, old or encrypted", "doc", "application/msword"),
        Kind("text", "plain text", "txt", "text/plain"),
        Kind("eml", "mail", "eml", "message/rfc822"),
        Kind("post", "post", "json", "application/json"),
    )
}
_HINT: Final = "keep it as HTML, MHTML, WARC, WACZ, PNG, JPEG, PDF, Word, plain text or mail (EML)"


def kind_of_bytes(raw: bytes) -> Kind:
    """Return what kind of file these bytes are.

    Raises:
        BadInputError: They are of no kind that is kept.
    """
    if not raw:
        raise BadInputError("the file is empty", place="", hint="choose another file")
    for sign, what in _PROGRAMS.items():
        if raw.startswith(sign):
            raise BadInputError(f"this is {what}", place="", hint=_HINT)
    return KINDS[_packed(raw) or _signed(raw) or _written(raw)]


def _packed(raw: bytes) -> str:
    if not raw.startswith(_ZIP):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as bad:
        raise BadInputError(
            "this file is packed and damaged", place="", hint="fetch it again"
        ) from bad
    if "word/document.xml" in names:
        return "docx"
    if "datapackage.json" in names and any(name.startswith("archive/") for name in names):
        return "wacz"
    raise BadInputError("this is a ZIP archive or a spreadsheet", place="", hint=_HINT)


def _signed(raw: bytes) -> str:
    head = raw[:_HEAD]
    signs = {
        b"%PDF-": "pdf",
        b"\x89PNG\r\n\x1a\n": "png",
        b"\xff\xd8\xff": "jpeg",
        b"WARC/": "warc",
        _OLE: "doc",
    }
    found = next((name for sign, name in signs.items() if head.startswith(sign)), "")
    if not found and head.startswith(b"\x1f\x8b"):
        found = "warc" if _begins_warc(raw) else ""
        if not found:
            raise BadInputError("this is packed with gzip", place="", hint=_HINT)
    return found or ("pdf" if b"%PDF-" in head[:1024] else "")


def _begins_warc(raw: bytes) -> bool:
    import zlib

    try:
        return zlib.decompressobj(wbits=31).decompress(raw[:65_536], 5) == b"WARC/"
    except zlib.error:
        return False


def _written(raw: bytes) -> str:
    """Tell kinds of text apart; what is neither mail nor page is plain text."""
    head = raw[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HEADER.match(head) and _MAIL.search(head):
        return "mhtml" if _SAVED_PAGE.search(head) else "eml"
    plain = head.replace(b"\x00", b"")  # UTF-16 puts one beside each Latin letter
    if _HTML.search(plain):
        return "html"
    controls = sum(octet < 9 or 13 < octet < 32 for octet in plain if octet != 27)  # noqa: PLR2004
    if controls > len(plain) // 20 or (len(plain) < len(head) // 3):
        raise BadInputError("this file is of no known kind", place="", hint=_HINT)
    return "text"
