"""Signed notes: a short text with signature lines below it (C2SP signed-note).

Reading a note proves nothing: `keys` verifies its signatures. A note is read in one way only,
and written back byte for byte; base64 with a second spelling, controls, or a name that could
be two names are refused. A note has at most a megabyte and 64 signatures.
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Final, final

import msgspec

from legation.errors import BadInputError

LARGEST_NOTE: Final = 1 << 20
MOST_SIGNATURES: Final = 64
KEY_ID_BYTES: Final = 4

_DASH = "\u2014 "
_BLANK = 0x20
# What a text has in the place of bytes that are none of UTF-8.
_SURROGATES = frozenset(map(chr, range(0xD800, 0xE000)))
_HINT = "get the note again; it is a text, an empty line, and lines that begin with a long dash"


@final
class SignatureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One signature of a note, not yet verified.

    Attributes:
        name: The key's name.
        key_id: Four bytes that tell the name's keys apart.
        signature: What the key signed with, of the key's own form.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """Return the line, without its end."""
        return f"{_DASH}{self.name} {encoded(self.key_id + self.signature)}"


@final
class SignedNote(msgspec.Struct, frozen=True, kw_only=True):
    """A text and its signatures, not yet verified.

    Attributes:
        text: What was signed; it ends with a line end.
        signatures: The lines below it, in order.
    """

    text: str
    signatures: tuple[SignatureLine, ...]

    def encode(self) -> bytes:
        """Return the note's bytes."""
        lines = "".join(f"{each}\n" for each in self.signatures)
        return f"{self.text}\n{lines}".encode()

    def with_signatures(self, lines: Iterable[SignatureLine]) -> "SignedNote":
        """Return the note with further signatures; those that it has are not repeated.

        Raises:
            BadInputError: The note would have too many.
        """
        more = dict.fromkeys((*self.signatures, *lines))
        if len(more) > MOST_SIGNATURES:
            raise _refusal(f"it has more than {MOST_SIGNATURES} signatures", "note")
        return SignedNote(text=self.text, signatures=tuple(more))

    def renewed(self, lines: Iterable[SignatureLine]) -> "SignedNote":
        """Return the note with signatures in the place of those that the same keys made before.

        Raises:
            BadInputError: The note would have too many.
        """
        new = tuple(lines)
        by = {(each.name, each.key_id) for each in new}
        kept = tuple(each for each in self.signatures if (each.name, each.key_id) not in by)
        return SignedNote(text=self.text, signatures=kept).with_signatures(new)


def parse_note(content: bytes, *, place: str = "note") -> SignedNote:
    """Read a signed note.

    Args:
        content: The note's bytes.
        place: Where they are from, for the error.

    Raises:
        BadInputError: It is no signed note.
    """
    if len(content) > LARGEST_NOTE:
        raise _refusal(f"it has more than {LARGEST_NOTE} bytes", place)
    try:
        whole = content.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise _refusal("it is no UTF-8", place) from bad
    if any(ord(sign) < _BLANK and sign != "\n" for sign in whole):
        raise _refusal("it has a control character", place)
    head, parted, below = whole.rpartition("\n\n")
    if not parted or not below:
        raise _refusal("it has no signature", place)
    lines = parse_signatures(below, place=place)
    return SignedNote(text=f"{head}\n", signatures=lines)


def parse_signatures(lines: str, *, place: str = "note") -> tuple[SignatureLine, ...]:
    """Read signature lines alone, as a witness answers them.

    Raises:
        BadInputError: A line is no signature line, or there are too many.
    """
    if not lines.endswith("\n"):
        raise _refusal("its last line has no end", place)
    rows = lines[:-1].split("\n")
    if len(rows) > MOST_SIGNATURES:
        raise _refusal(f"it has more than {MOST_SIGNATURES} signatures", place)
    return tuple(_signature(row, place) for row in rows)


def encoded(value: bytes) -> str:
    """Return standard base64 (RFC 4648, section 4)."""
    return base64.b64encode(value).decode("ascii")


def decoded(text: str, what: str, *, place: str) -> bytes:
    """Read standard base64 in its one canonical spelling.

    Raises:
        BadInputError: It is none, or has another spelling than `encoded` gives.
    """
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as bad:
        raise _refusal(f"{what} is no base64", place) from bad
    if encoded(value) != text:
        raise _refusal(f"{what} is not the one spelling in base64", place)
    return value


def is_key_name(name: str) -> bool:
    """Tell whether a key may have that name: no space, no plus, nothing unseen, not empty."""
    return bool(name) and not any(
        sign.isspace() or sign == "+" or ord(sign) < _BLANK or sign in _SURROGATES for sign in name
    )


def _signature(row: str, place: str) -> SignatureLine:
    name, parted, value = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not parted or not is_key_name(name):
        raise _refusal(f"{row!r:.60} is no signature line", place)
    signature = decoded(value, "a signature", place=place)
    if len(signature) <= KEY_ID_BYTES:
        raise _refusal("a signature is empty", place)
    return SignatureLine(
        name=name, key_id=signature[:KEY_ID_BYTES], signature=signature[KEY_ID_BYTES:]
    )


def _refusal(why: str, place: str) -> BadInputError:
    return BadInputError(f"this is no signed note: {why}", place=place, hint=_HINT)
