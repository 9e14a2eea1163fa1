"""Web archives: which pages they hold, and the words of the first one.

WARC (ISO 28500) is a row of records, each with a head and a length; packed, each record is a
gzip member of its own. WACZ is a ZIP that holds such files. What is packed is unpacked only
as far as the limit.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Final

from legation.formats.documents.html import read_html
from legation.formats.documents.packed import Packed
from legation.formats.documents.told import MOST_EXPANDED, MOST_PARTS, Listing, Told, refused

_GZIP: Final = b"\x1f\x8b"
_PIECE: Final = 65_536
_LONGEST_HEAD: Final = 65_536


def read_warc(raw: bytes, *, stated: str = "") -> Told:
    """Read a web archive."""
    listing = Listing()
    text = title = encoding = ""
    candidates: tuple[str, ...] = ()
    for number, (head, body) in enumerate(_records(_unpacked(raw))):
        if number >= MOST_PARTS:
            listing.add("not read", note=f"records beyond the first {MOST_PARTS:,}")
            break
        if head.get("warc-type") not in ("response", "resource"):
            continue
        place, kind, content = _page(head, body)
        listing.add("captured", f"{head.get('warc-target-uri', '')} {head.get('warc-date', '')}")
        if place == "html" and not text:
            page = read_html(content, stated=stated)
            text, title, encoding = page.text, page.title, page.encoding
            candidates = page.candidates
        del kind
    return Told(
        text=text,
        title=title,
        encoding=encoding,
        candidates=candidates,
        found=listing.all(),
        unread="" if text.strip() else "no page with words was found in the archive",
        tool="legation and html.parser",
    )


def read_wacz(raw: bytes, *, stated: str = "") -> Told:
    """Read the first archive inside a packed one."""
    packed, listing = Packed(raw), Listing()
    inner = [name for name in packed.names if name.startswith("archive/")]
    for name in packed.names:
        listing.add("part", name)
    if not inner:
        raise refused("the archive holds no pages")
    told = read_warc(packed.read(inner[0]), stated=stated)
    listing.extend(told.found)
    return Told(
        text=told.text,
        title=told.title,
        encoding=told.encoding,
        candidates=told.candidates,
        found=listing.all(),
        unread=told.unread,
        tool=told.tool,
    )


def _unpacked(raw: bytes) -> bytes:
    if not raw.startswith(_GZIP):
        return raw
    out: list[bytes] = []
    left = MOST_EXPANDED
    rest = raw
    while rest.startswith(_GZIP):
        member = zlib.decompressobj(wbits=31)
        pending = rest
        try:
            while not member.eof and (pending or member.unconsumed_tail):
                piece = member.decompress(pending, _PIECE)
                pending = member.unconsumed_tail
                left -= len(piece)
                if left < 0:
                    most = MOST_EXPANDED // 1_000_000
                    raise refused(f"unpacked, the archive is larger than {most} MB")
                out.append(piece)
                if not piece and not pending:
                    break
        except zlib.error as bad:
            raise refused("the archive is damaged") from bad
        if not member.eof:
            raise refused("the archive is cut short")
        rest = member.unused_data
    return b"".join(out)


def _records(raw: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    stream = io.BytesIO(raw)
    while line := stream.readline(_LONGEST_HEAD):
        if not line.strip():
            continue
        if not line.startswith(b"WARC/"):
            raise refused("a record of the archive does not begin as one")
        head = _head(stream)
        length = head.get("content-length", "")
        if not (length.isascii() and length.isdecimal()):
            raise refused("a record of the archive does not say its length")
        yield head, stream.read(int(length))


def _head(stream: io.BytesIO) -> dict[str, str]:
    found: dict[str, str] = {}
    while (line := stream.readline(_LONGEST_HEAD)).strip():
        name, _, value = line.decode("utf-8", "replace").partition(":")
        found[name.strip().lower()] = value.strip()
    return found


def _page(head: dict[str, str], body: bytes) -> tuple[str, str, bytes]:
    """Return whether a record is a page, what it says it is, and its content."""
    if head.get("warc-type") == "resource":
        kind, content = head.get("content-type", ""), body
    else:
        stream = io.BytesIO(body)
        stream.readline(_LONGEST_HEAD)
        http = _head(stream)
        kind, content = http.get("content-type", ""), stream.read()
        if "chunked" in http.get("transfer-encoding", "").lower():
            content = _joined(content)
        if http.get("content-encoding", "").lower() in ("gzip", "x-gzip"):
            content = zlib.decompressobj(wbits=31).decompress(content, MOST_EXPANDED)
    return "html" if kind.partition(";")[0].strip().lower() == "text/html" else "", kind, content


def _joined(content: bytes) -> bytes:
    """Join the chunks of an HTTP body (RFC 9112, 7.1)."""
    stream, out = io.BytesIO(content), []
    while line := stream.readline(1024):
        try:
            size = int(line.partition(b";")[0].strip() or b"0", 16)
        except ValueError:
            return content
        if not size:
            break
        out.append(stream.read(size))
        stream.readline(4)
    return b"".join(out)
