"""Plain text, pictures, posts, and what is kept without being read."""

import struct
from typing import Final

import msgspec

from legation.formats.documents.letters import read_letters
from legation.formats.documents.told import Listing, Told, bounded, refused

_NO_WORDS: Final = "a picture: no words are read from it"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def read_text(raw: bytes, *, stated: str = "") -> Told:
    """Read plain text."""
    letters, encoding, candidates = read_letters(raw, stated=stated)
    text, left_out = bounded((letters.lstrip("\ufeff"),))
    return Told(
        text=text, encoding=encoding, candidates=candidates, left_out=left_out, tool="legation"
    )


def read_post(raw: bytes, *, stated: str = "") -> Told:
    """Read a post that was kept as canonical JSON."""
    del stated  # JSON is UTF-8
    try:
        value = msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise refused("the post is no JSON") from bad
    listing = Listing()
    links = value.get("urls")
    for link in links if isinstance(links, list) else ():
        listing.add("link", str(link))
    text, left_out = bounded((str(value.get("text") or ""),))
    unread = "" if text else "the post has no text"
    return Told(
        text=text, encoding="UTF-8", left_out=left_out, found=listing.all(), unread=unread,
        tool="legation",
    )  # fmt: skip


def read_png(raw: bytes, *, stated: str = "") -> Told:
    """Say how large a picture is, and whether it carries words about itself."""
    del stated
    listing = Listing()
    if len(raw) >= 24 and raw[12:16] == b"IHDR":  # noqa: PLR2004 - the first chunk of the format
        listing.add("size", note="{} by {} points".format(*struct.unpack(">II", raw[16:24])))
    for chunk in (b"eXIf", b"tEXt", b"iTXt", b"zTXt"):
        if chunk in raw:
            listing.add(
                "says of itself", note=f"{chunk.decode()}: may name a place, device or person"
            )
    return Told(found=listing.all(), unread=_NO_WORDS, tool="legation")


def read_jpeg(raw: bytes, *, stated: str = "") -> Told:
    """Say the same of a JPEG."""
    del stated
    listing, at = Listing(), 2
    while at + 9 < len(raw) and raw[at] == 0xFF:  # noqa: PLR2004 - a marker of the format
        kind, size = raw[at + 1], int.from_bytes(raw[at + 2 : at + 4], "big")
        if kind in _FRAMES:
            high, wide = struct.unpack(">HH", raw[at + 5 : at + 9])
            listing.add("size", note=f"{wide} by {high} points")
            break
        if kind == 0xE1:  # noqa: PLR2004 - where EXIF and XMP stand
            listing.add("says of itself", note="EXIF or XMP: may name a place, device or person")
        at += 2 + max(size, 2)
    return Told(found=listing.all(), unread=_NO_WORDS, tool="legation")


def read_nothing(raw: bytes, *, stated: str = "") -> Told:
    """Refuse an old or encrypted Word document: it is kept, and its words are not read."""
    del stated
    encrypted = "EncryptedPackage".encode("utf-16-le") in raw
    raise refused(
        "the document is encrypted" if encrypted else "this old form of Word is not read here",
        hint="save it as .docx or PDF with a program that you trust, and keep that beside it",
    )
