"""Texts as bytes that are sealed: framed, padded, and bound to the row they belong to.

A sealed entry's length would tell how long a name is, so texts are padded to whole blocks. The
place is part of the seal; lengths before its parts make it readable in one way only, so what is
sealed for one row opens for no other.
"""

from typing import Final, Protocol

_BLOCK: Final = 64
_LENGTH_BYTES: Final = 4


class Sealer(Protocol):
    """What seals; `crypto.sealing.SealingKey` is one."""

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Seal bytes for one place."""

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Open bytes sealed for that place, or raise VerificationError."""


def framed(text: str) -> bytes:
    """Return a text with its length before it and zeros after it.

    >>> len(framed("Ann"))
    64
    """
    octets = text.encode("utf-8", "surrogatepass")
    whole = len(octets).to_bytes(_LENGTH_BYTES, "big") + octets
    return whole + bytes(-len(whole) % _BLOCK)


def unframed(padded: bytes) -> str | None:
    """Return the text that was framed; None when it is cut short."""
    size = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    octets = padded[_LENGTH_BYTES : _LENGTH_BYTES + size]
    return octets.decode("utf-8", "surrogatepass") if len(octets) == size else None


def place_of(context: bytes, *parts: str) -> bytes:
    """Return the row that a seal belongs to as bytes."""
    octets = [part.encode("utf-8", "surrogatepass") for part in parts]
    return context + b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in octets)
