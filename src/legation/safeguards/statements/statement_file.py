r"""The `.statement` file: the signed bytes, both signatures, and what proves them logged.

It is text: a line names a part and how many bytes follow, or gives a signature in base64. Parts
stand in one order and each is written in one way only, so no two files differ and say the same.
The log's proof and the witnesses' cosignatures are kept as they come; the log reads them.
"""

import hashlib
import re
from datetime import datetime
from typing import Final

import msgspec

from legation.crypto.directory.text import parse_time
from legation.crypto.parts import Cursor, line, part
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
_EMBARGO: Final = r"embargo [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\n"
# The lines before it are magic, issuer, office, number, key, issued.
_WITH_EMBARGO: Final = re.compile(rf"(?:[^\n]++\n){{6}}({_EMBARGO})".encode())
_KEPT_BACK: Final = re.compile(rf"{_ENTRY}\n(?:[0-9a-f]{{64}}\n){{2}}embargo (?P<until>\S++)\n")
_HINT: Final = (
    "get the file again as it was issued; mail and editors change line ends. Its text can still be"
    " looked up in the register"
)


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
        """What the log holds of this statement, whatever its bytes are.

        Hashes of what was signed and of the signatures; and the line of its embargo, if it has
        one, so that nobody can take any other statement for one that is not public yet.
        """
        signed, signature = hashlib.sha256(self.signed), hashlib.sha256(self.signature)
        found = _WITH_EMBARGO.match(self.signed)
        embargo = found[1] if found else b""
        return f"{_ENTRY}\n{signed.hexdigest()}\n{signature.hexdigest()}\n".encode() + embargo


def embargo_of(entry: bytes) -> datetime:
    """Return until when a statement is kept back of which the log's entry is all that is shown.

    Raises:
        BadInputError: It is no entry of a statement under embargo.
    """
    found = _KEPT_BACK.fullmatch(entry.decode("latin-1"))
    if found is None:
        raise BadInputError(
            "this is no entry of a statement under embargo", place="entry", hint=_HINT
        )
    return parse_time(found["until"], place="entry")


def write_file(parts: StatementFile) -> bytes:
    """Return the bytes of a file.

    Raises:
        BadInputError: A part is too long, or the signature has another length.
    """
    _check_size("signed", parts.signed, limits.MAX_SIGNED, 1)
    _check_size("signature", parts.signature, SIGNATURE_BYTES, SIGNATURE_BYTES)
    cut = ED25519_SIGNATURE_BYTES
    written = [_MAGIC, part("signed", parts.signed)]
    written += [line("ed25519", parts.signature[:cut]), line("ml-dsa-65", parts.signature[cut:])]
    for name, octets in (("proof", parts.proof), ("cosignatures", parts.cosignatures)):
        _check_size(name, octets, limits.MAX_PROOF, 0)
        if octets:
            written.append(part(name, octets))
    return b"".join([*written, b"end\n"])


def read_file(data: bytes) -> StatementFile:
    """Return the parts of a file; nothing in them is trusted or read.

    Raises:
        BadInputError: It is no statement file; the place is the byte.
    """
    cursor = Cursor(data, len(_MAGIC), hint=_HINT)
    if len(data) > MAX_FILE:
        raise cursor.refusal(f"a statement file has at most {MAX_FILE} bytes", 0)
    if not data.startswith(_MAGIC):
        raise cursor.refusal("this is no statement file of version 1", 0)
    signed = cursor.part("signed", limits.MAX_SIGNED)
    classical = _signature(cursor, "ed25519", ED25519_SIGNATURE_BYTES)
    quantum_safe = _signature(cursor, "ml-dsa-65", ML_DSA_65_SIGNATURE_BYTES)
    proof = cursor.part("proof", limits.MAX_PROOF) if cursor.has("proof") else b""
    more = cursor.part("cosignatures", limits.MAX_PROOF) if cursor.has("cosignatures") else b""
    cursor.end()
    return StatementFile(
        signed=signed, signature=classical + quantum_safe, proof=proof, cosignatures=more
    )


def _check_size(name: str, octets: bytes, most: int, least: int) -> None:
    if not least <= len(octets) <= most:
        raise BadInputError(
            f"the part has {len(octets)} bytes, not {least} to {most}",
            place=name,
            hint="put long parts into attachments",
        )


def _signature(cursor: Cursor, name: str, size: int) -> bytes:
    return cursor.octets(name, cursor.line(name), size)
