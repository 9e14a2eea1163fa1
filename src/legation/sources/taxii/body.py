"""The bytes of an answer, read within limits, and looked at before they are decoded.

A server may send a body without end, a few bytes that unpack to gigabytes, a million brackets,
or a list of so many nothings that the list alone fills the memory. Each is found before it
costs more than a page may: bytes are counted as they come and as they unpack, every piece is
checked to be UTF-8 (RFC 8259, 8.1), and elements are counted before they are made.

Lenient: a byte order mark at the front is passed over; `gzip` may be sent although not every
server asks; `application/json` and the STIX media type count as TAXII's, with or without a version.
"""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from typing import Final

from legation.errors import BadInputError

MEDIA_TYPE: Final = "application/taxii+json;version=2.1"
MOST_ELEMENTS: Final = 200_000
_PIECE: Final = 1 << 20
_INSIDE: Final = 2  # the elements of a list that is a property of the message
_DIGITS: Final = 18
_GZIP: Final = zlib.MAX_WBITS | 16
_TYPES: Final = frozenset({"application/taxii+json", "application/json", "application/stix+json"})
_OLD: Final = "application/vnd.oasis."
_UTF8: Final = frozenset({"utf-8", "utf8", "us-ascii"})
# A text that nobody closes is one token too: else each quotation mark would be read to the end.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+[\\"]?|[\[\]{},]', re.DOTALL)


def read(
    pieces: Iterable[bytes], headers: Mapping[str, str], *, most: int, place: str
) -> bytearray:
    """Read a body.

    Args:
        pieces: As they come over the line.
        headers: Of the answer, with lower-case names.
        most: Bytes that it may have, packed and unpacked.
        place: What errors name.

    Raises:
        BadInputError: It is too large, wrongly packed, or no UTF-8.
    """
    said = headers.get("content-length", "")
    if said.isascii() and said.isdigit() and (len(said.lstrip("0")) > _DIGITS or int(said) > most):
        raise _too_large(place, most)
    pieces = _counted(pieces, most, place)
    packed = headers.get("content-encoding", "identity").strip().lower()
    if packed in ("gzip", "x-gzip"):
        pieces = _counted(_unpacked(pieces, place), most, place)
    elif packed not in ("identity", ""):
        raise BadInputError(
            f"the answer is packed as {packed!r:.40}, which nobody asked for",
            place=place,
            hint="ask the partner to send it plainly or as gzip",
        )
    whole = bytearray()
    checker = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            checker.decode(piece)
            whole += piece
        checker.decode(b"", final=True)
    except UnicodeDecodeError as bad:
        raise BadInputError(
            "the answer is no UTF-8", place=place, hint="ask the partner to send JSON in UTF-8"
        ) from bad
    return whole.removeprefix(codecs.BOM_UTF8)


def check_type(headers: Mapping[str, str], *, place: str) -> None:
    """Refuse what is no TAXII message.

    Raises:
        BadInputError: The media type or the charset is another.
    """
    text = headers.get("content-type", "")
    message = Message()
    message["Content-Type"] = text
    kind = message.get_content_type() if text else ""
    if kind.startswith(_OLD):
        raise BadInputError(
            "the server speaks TAXII 2.0", place=place, hint="ask the partner for a 2.1 address"
        )
    if kind not in _TYPES:
        raise BadInputError(
            f"the answer is no TAXII message but {text!r:.60}",
            place=place,
            hint="check the address: this may be a page to log in at",
        )
    charset = str(message.get_param("charset", "utf-8")).lower()
    if charset not in _UTF8:
        raise BadInputError(
            f"the answer is in {charset!r:.40}",
            place=place,
            hint="ask the partner to send JSON in UTF-8",
        )


def check_count(body: bytes | bytearray, *, place: str, most: int = MOST_ELEMENTS) -> None:
    """Refuse a message whose lists have too many elements to be made.

    Args:
        body: Its JSON.
        place: What errors name.
        most: How many elements the lists of the message may have together.

    Raises:
        BadInputError: They have more.
    """
    if body.count(b",") < most:
        return
    depth = elements = 0
    for token in _TOKEN.finditer(body):
        sign = token[0]
        if sign in (b"[", b"{"):
            depth += 1
        elif sign in (b"]", b"}"):
            depth -= 1
        elif sign == b"," and depth == _INSIDE:
            elements += 1
            if elements >= most:
                raise BadInputError(
                    f"an answer lists more than {most:,} things",
                    place=place,
                    hint="ask for smaller pages, or ask the partner to keep to what is asked for",
                )


def _counted(pieces: Iterable[bytes], most: int, place: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise _too_large(place, most)
        yield piece


def _too_large(place: str, most: int) -> BadInputError:
    return BadInputError(
        f"an answer is larger than {most:,} bytes",
        place=place,
        hint="ask for smaller pages, or allow larger answers of this partner",
    )


def _unpacked(pieces: Iterable[bytes], place: str) -> Iterator[bytes]:
    """Unpack gzip (RFC 1952) in pieces; what stands behind its end is refused."""
    unpacker = zlib.decompressobj(_GZIP)
    trailing = False
    try:
        for piece in pieces:
            left = piece
            while left and not unpacker.eof:
                yield unpacker.decompress(left, _PIECE)
                left = unpacker.unconsumed_tail
            trailing = trailing or bool(left or unpacker.unused_data)
            if trailing:
                break
        while not unpacker.eof and (rest := unpacker.decompress(b"", _PIECE)):
            yield rest
    except zlib.error as bad:
        raise _wrongly_packed(place) from bad
    if trailing or not unpacker.eof:
        raise _wrongly_packed(place)


def _wrongly_packed(place: str) -> BadInputError:
    return BadInputError(
        "the answer is wrongly packed, or breaks off",
        place=place,
        hint="pull again; ask the partner to send it plainly if that does not help",
    )
