"""What the reading process tells of a stranger's PDF or picture, and how it is asked."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import legation
from legation.errors import BadInputError, MissingPartError, VerificationError
from legation.safeguards.statements.carriers.picture import Provenance

_READER: Final = "legation.safeguards.statements.carriers"
_SECONDS: Final = 30
MOST_AUTHORITIES: Final = 4_000_000
"""Bytes of the trusted certificates, as PEM."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, or why nothing was.

    Attributes:
        files: The `.statement` files of a PDF.
        provenance: What a picture's manifest says; None without one.
        refused: Empty, or which error it is.
        why: What the error says.
        hint: What helps.
    """

    files: tuple[bytes, ...] = ()
    provenance: Provenance | None = None
    refused: Literal["", "unreadable", "not-held", "missing"] = ""
    why: str = ""
    hint: str = ""


def files_apart(data: bytes, *, seconds: float = _SECONDS) -> tuple[bytes, ...]:
    """Take the `.statement` files out of a PDF, in a process of its own.

    Raises:
        BadInputError: It cannot be read, or not with the memory and time that it may have.
    """
    return _asked("pdf", data, "", seconds).files


def provenance_apart(
    data: bytes, authorities: Sequence[x509.Certificate] = (), *, seconds: float = _SECONDS
) -> Provenance | None:
    """Read a picture's manifest, in a process of its own; None when it has none.

    Raises:
        BadInputError: It cannot be read, or not with the memory and time that it may have.
        VerificationError: It has a manifest that does not hold.
        MissingPartError: The extra `provenance` is not installed.
    """
    pem = "".join(one.public_bytes(Encoding.PEM).decode() for one in authorities)
    return _asked("picture", data, pem, seconds).provenance


def _asked(kind: str, data: bytes, authorities: str, seconds: float) -> Told:
    command = [sys.executable, "-X", "utf8", "-m", _READER, kind]
    if len(authorities) > MOST_AUTHORITIES:
        raise BadInputError(
            f"the trusted certificates have more than {MOST_AUTHORITIES:,} bytes",
            place="authorities",
            hint="give those alone that sign such pictures",
        )
    # Arguments of a process are short, so the certificates are led by their length before the file.
    given = b"%d\n%s%s" % (len(authorities), authorities.encode(), data)
    # Nothing of this process's surroundings is handed on.
    surroundings = {"PYTHONPATH": str(Path(legation.__file__).parents[1])}
    try:
        ended = subprocess.run(  # noqa: S603 - our own program, and no shell
            command,
            input=given,
            capture_output=True,
            timeout=seconds,
            env=surroundings,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise _unreadable(kind, f"reading it takes longer than {seconds:g} seconds") from late
    if ended.returncode:
        raise _unreadable(kind, "it is damaged, or asks for more memory or time than it may have")
    told = msgspec.json.decode(ended.stdout, type=Told)
    if told.refused == "not-held":
        raise VerificationError(told.why, hint=told.hint)
    if told.refused == "missing":
        raise MissingPartError(told.why, hint=told.hint)
    if told.refused:
        raise BadInputError(told.why, place="", hint=told.hint)
    return told


def _unreadable(kind: str, why: str) -> BadInputError:
    return BadInputError(
        why, place=kind, hint="look its text up in the register, or get the .statement anew"
    )
