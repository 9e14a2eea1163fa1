r"""The `.statement` file: the signed bytes, both signatures, and what proves them logged.

It is text: a line names a part and how many bytes follow, or gives a signature in base64. Parts
stand in one order and each is written in one way only, so no two files differ and say the same.
The log's proof and the witnesses' cosignatures are kept as they come; the log reads them.
"""

import base64
import binascii
import hashlib
from typing import Final

import msgspec

from legation.crypto.signing import (
    ED25519_SIGNATURE_BYTES,
    ML_DSA_65_SIGNATURE_BYTES,
    SIGNATURE_BYTES,
)
from legation.errors import BadInputError
from legation.safeguards.statements import limits

SUFFIX: Final = ".statement"
MEDIA_TYPE: Final = "application/vnd.legation.statement"
MAX_FILE: Final = limits.MAX_SIGNED + 2 * limits.MAX_PROOF + 10_000
"""Bytes of a whole file."""

_MAGIC: Final = b"legation statement file 1\n"
_ENTRY: Final = "legation statement entry 1"
_LONGEST_LINE: Final = 8_000


class StatementFile(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a file, as bytes.

    Attributes:
        signed: What `write_statement` made.
        signature: What `crypto.signing.sign` returned: Ed25519, then ML-DSA-65.
        proof: The log's proof of inclusion with its checkpoint; empty before it is logged.
        cosignatures: Witnesses' cosignatures that are not in the proof's checkpoint; may be empty.
    """

    signed: bytes
    signature: bytes
    proof: bytes = b""
    cosignatures: bytes = b""

    @property
    def entry(self) -> bytes:
        """What the log holds of this statement: hashes of what was signed and of the signatures."""
        signed, signature = hashlib.sha256(self.signed), hashlib.sha256(self.signature)
        return f"{_ENTRY}\n{signed.hexdigest()}\n{signature.hexdigest()}\n".encode()


def write_file(parts: StatementFile) -> bytes:
    """Return the bytes of a file.

    Raises:
        BadInputError: A part is too long, or the signature has another length.
    """
    _check_size("signed", parts.signed, limits.MAX_SIGNED, 1)
    _check_size("signature", parts.signature, SIGNATURE_BYTES, SIGNATURE_BYTES)
    cut = ED25519_SIGNATURE_BYTES
    written = [_MAGIC, _part("signed", parts.signed)]
    written += [_line("ed25519", parts.signature[:cut]), _line("ml-dsa-65", parts.signature[cut:])]
    for name, octets in (("proof", parts.proof), ("cosignatures", parts.cosignatures)):
        _check_size(name, octets, limits.MAX_PROOF, 0)
        if octets:
            written.append(_part(name, octets))
    return b"".join([*written, b"end\n"])


def read_file(data: bytes) -> StatementFile:
    """Return the parts of a file; nothing in them is trusted or read.

    Raises:
        BadInputError: It is no statement file; the place is the byte.
    """
    if len(data) > MAX_FILE:
        raise _refusal(f"a statement file has at most {MAX_FILE} bytes", 0)
    if not data.startswith(_MAGIC):
        raise _refusal("this is no statement file of version 1", 0)
    cursor = _Cursor(data, len(_MAGIC))
    signed = cursor.part("signed", limits.MAX_SIGNED)
    classical = cursor.signature("ed25519", ED25519_SIGNATURE_BYTES)
    quantum_safe = cursor.signature("ml-dsa-65", ML_DSA_65_SIGNATURE_BYTES)
    proof = cursor.part("proof", limits.MAX_PROOF) if cursor.has("proof") else b""
    more = cursor.part("cosignatures", limits.MAX_PROOF) if cursor.has("cosignatures") else b""
    if data[cursor.at :] != b"end\n":
        raise _refusal("the end is missing, or something follows it", cursor.at)
    return StatementFile(
        signed=signed, signature=classical + quantum_safe, proof=proof, cosignatures=more
    )


class _Cursor:
    """A place in the bytes of a file."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at = data, at

    def has(self, name: str) -> bool:
        return self._data.startswith(f"{name} ".encode(), self.at)

    def part(self, name: str, most: int) -> bytes:
        """Take a part that is led by its length, which has one spelling."""
        place = self.at
        digits = self._value(name)
        plain = digits.isdigit() and len(digits) <= len(str(most)) and digits[:1] != b"0"
        if not plain or int(digits) > most:
            raise _refusal(f"{digits!r:.30} is no length up to {most}", place)
        end = self.at + int(digits)
        if self._data[end : end + 1] != b"\n":
            raise _refusal(f"the part {name!r} does not end where its length says", place)
        part, self.at = self._data[self.at : end], end + 1
        return part

    def signature(self, name: str, size: int) -> bytes:
        """Take a signature in base64, which has one spelling."""
        place = self.at
        value = self._value(name)
        try:
            octets = base64.b64decode(value, validate=True)
        except binascii.Error as bad:
            raise _refusal(f"the line {name!r} is not base64", place) from bad
        if len(octets) != size or base64.b64encode(octets) != value:
            raise _refusal(f"the signature {name!r} has not {size} bytes", place)
        return octets

    def _value(self, name: str) -> bytes:
        lead = f"{name} ".encode()
        end = self._data.find(b"\n", self.at, self.at + _LONGEST_LINE)
        if end < 0 or not self._data.startswith(lead, self.at):
            raise _refusal(f"the line {name!r} is missing", self.at)
        value, self.at = self._data[self.at + len(lead) : end], end + 1
        return value


def _part(name: str, octets: bytes) -> bytes:
    return f"{name} {len(octets)}\n".encode() + octets + b"\n"


def _line(name: str, octets: bytes) -> bytes:
    return f"{name} ".encode() + base64.b64encode(octets) + b"\n"


def _check_size(name: str, octets: bytes, most: int, least: int) -> None:
    if not least <= len(octets) <= most:
        raise BadInputError(
            f"the part has {len(octets)} bytes, not {least} to {most}",
            place=name,
            hint="put long parts into attachments",
        )


def _refusal(what: str, place: int) -> BadInputError:
    return BadInputError(
        what,
        place=f"byte {place}",
        hint="get the file again as it was issued; mail and editors change line ends. Its text can"
        " still be looked up in the register",
    )
