"""The file of a key directory: the signed bytes, and the signatures of root keys below them.

Holders of root keys sit in different rooms, so a file is complete only when enough of them have
added their line; `following` counts them. Reading a file proves nothing.
"""

import hashlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Self, final

import msgspec

from legation.crypto.directory.text import MAX_SIGNED
from legation.crypto.parts import Cursor, line, part
from legation.crypto.signing import (
    ED25519_SIGNATURE_BYTES,
    ML_DSA_65_SIGNATURE_BYTES,
)
from legation.errors import BadInputError

MOST_SIGNATURES: Final = 40
LARGEST_FILE: Final = MAX_SIGNED + MOST_SIGNATURES * 5_000 + 100
"""Bytes of a whole file."""

_MAGIC = b"legation key directory file 1\n"
_VALUES = 3
_FINGERPRINT_DIGITS = 64
_HINT = "get the directory again as it was published; mail and editors change line ends"


@final
class RootSignature(msgspec.Struct, frozen=True, kw_only=True):
    """One root key's signature, not yet verified.

    Attributes:
        by: The key's fingerprint, 64 hexadecimal digits.
        signature: What `crypto.signing.sign` returned.
    """

    by: str
    signature: bytes


@final
class DirectoryFile(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a file, not yet verified.

    Attributes:
        signed: What `write_directory` made.
        signatures: Those of root keys, ascending by fingerprint; none in a draft.
    """

    signed: bytes
    signatures: tuple[RootSignature, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash by which the next version names this one, in hexadecimal."""
        return hashlib.sha256(self.signed).hexdigest()

    def with_signatures(self, more: Iterable[RootSignature]) -> Self:
        """Return the file with further signatures; one of a key that is there is not repeated.

        Raises:
            BadInputError: They would be too many.
        """
        every = {each.by: each for each in (*more, *self.signatures)}
        if len(every) > MOST_SIGNATURES:
            raise BadInputError(
                f"a directory has at most {MOST_SIGNATURES} signatures",
                place="signatures",
                hint="keep those of the root keys that it names, and of the version before",
            )
        return msgspec.structs.replace(self, signatures=tuple(every[by] for by in sorted(every)))


def write_directory_file(file: DirectoryFile) -> bytes:
    """Return the bytes of a file.

    Raises:
        BadInputError: A part is too long, has another length, or stands in another order.
    """
    written = [_MAGIC, part("signed", file.signed)]
    cut = ED25519_SIGNATURE_BYTES
    written += [
        line("root", each.by, each.signature[:cut], each.signature[cut:])
        for each in file.signatures
    ]
    data = b"".join([*written, b"end\n"])
    read_directory_file(data)
    return data


def read_directory_file(data: bytes) -> DirectoryFile:
    """Return the parts of a file; nothing in them is trusted or read.

    Raises:
        BadInputError: It is no file of a key directory; the place is the byte.
    """
    cursor = Cursor(data, len(_MAGIC), hint=_HINT)
    if len(data) > LARGEST_FILE:
        raise cursor.refusal(f"a key directory's file has at most {LARGEST_FILE} bytes", 0)
    if not data.startswith(_MAGIC):
        raise cursor.refusal("this is no file of a key directory of version 1", 0)
    signed = cursor.part("signed", MAX_SIGNED)
    signatures: list[RootSignature] = []
    while cursor.has("root"):
        signatures.append(_signature(cursor))
    if len(signatures) > MOST_SIGNATURES:
        raise cursor.refusal(f"it has more than {MOST_SIGNATURES} signatures", cursor.at)
    if not all(a.by < b.by for a, b in pairwise(signatures)):
        raise cursor.refusal("the signatures do not ascend by fingerprint", cursor.at)
    cursor.end()
    return DirectoryFile(signed=signed, signatures=tuple(signatures))


def _signature(cursor: Cursor) -> RootSignature:
    place = cursor.at
    values = cursor.line("root").split(b" ")
    if len(values) != _VALUES:
        raise cursor.refusal("a line of a root key has three values", place)
    by, classical, safe = values
    if len(by) != _FINGERPRINT_DIGITS or set(by) - set(b"0123456789abcdef"):
        raise cursor.refusal("a line of a root key begins with its fingerprint", place)
    signature = cursor.octets("root", classical, ED25519_SIGNATURE_BYTES)
    signature += cursor.octets("root", safe, ML_DSA_65_SIGNATURE_BYTES)
    return RootSignature(by=by.decode("ascii"), signature=signature)
