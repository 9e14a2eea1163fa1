"""Files of secrets: under a passphrase, or plainly without one.

The first line says in words what the file holds and how it is protected, and is itself proved by
the seal, so a file of one kind is never read as another. A program that starts unattended has
nobody to type a passphrase; its file is protected by the file's mode alone, says so
("unprotected"), and the caller has to ask for that by name, on writing and on reading.
"""

import hashlib
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from legation.crypto.durable import written_whole
from legation.crypto.sealing import OVERHEAD, SealingKey, open_sealed, seal
from legation.crypto.selftest import argon2id, require_known_answers
from legation.errors import (
    BadInputError,
    DeniedError,
    NotFoundError,
    UsageError,
    VerificationError,
)

LEAST_PASSPHRASE: Final = 12

# RFC 9106, section 4, second recommended option: for machines where 2 GiB for one
# log-in are too much. 64 MiB cost an attacker's card its parallelism; the desk waits
# a fraction of a second.
_KIBIBYTES, _PASSES, _LANES = 64 * 1024, 3, 4
_SALT_BYTES = 16
# A foreign header may ask for more (a later version's cost), never for less, and never
# for so much that reading the file stops the machine.
_MOST_KIBIBYTES, _MOST_PASSES, _MOST_LANES = 1024 * 1024, 16, 16
_LARGEST_FILE = 64 * 1024

_HEADER = re.compile(
    rb"legation (?P<title>[a-z]{1,20}(?: [a-z]{1,20})?) 1 (?:(?P<unprotected>unprotected)"
    rb"|argon2id m=(?P<m>[1-9][0-9]{0,7}) t=(?P<t>[1-9][0-9]?) p=(?P<p>[1-9][0-9]?)"
    rb" salt=(?P<salt>[0-9a-f]{32}))\n"
)
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

Derivation = Callable[[bytes, bytes, int, int, int], bytes]


@dataclass(frozen=True, slots=True)
class Passphrase:
    """Words only the desk's people know.

    Attributes:
        words: At least twelve characters; compared after Unicode NFC (RFC 8265).
    """

    words: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse words that are soon guessed."""
        if len(self.words) < LEAST_PASSPHRASE:
            raise UsageError(
                f"the passphrase has fewer than {LEAST_PASSPHRASE} characters",
                hint="take five or more words drawn by dice",
            )


def spoken(words: str) -> Passphrase:
    """Return the passphrase that somebody gives to open what is protected already.

    Raises:
        UsageError: It is shorter than any that protects a key.
    """
    if len(words) < LEAST_PASSPHRASE:
        raise UsageError(
            "this passphrase opens no key: it is shorter than any that protects one",
            hint="give the passphrase that the key was made with",
        )
    return Passphrase(words)


class Unprotected(Enum):
    """The explicit choice of no passphrase: only the file's mode keeps others away."""

    UNPROTECTED = "unprotected"


UNPROTECTED: Final = Unprotected.UNPROTECTED
Protection = Passphrase | Unprotected


def write_locked(
    path: Path, title: str, payload: bytes, protection: Protection, *, replace: bool = False
) -> None:
    """Write a file of secrets, mode 0600, whole and flushed to the disk.

    Args:
        path: Where.
        title: What it holds, in one or two words.
        payload: The secrets.
        protection: A passphrase, or `UNPROTECTED`.
        replace: Whether a file already there is replaced; otherwise it is kept.

    Raises:
        ConflictError: A file is there already.
        SelfTestError: A primitive does not give its published answer.
    """
    require_known_answers()
    with written_whole(path, replace=replace) as file:
        file.write(locked(title, payload, protection, argon2id))


def read_locked(path: Path, title: str, protection: Protection, *, hint: str) -> bytes:
    """Read a file of secrets.

    Args:
        path: Where.
        title: What it must hold.
        protection: The passphrase, or `UNPROTECTED` when the file is known to be so.
        hint: What to do where no file is.

    Raises:
        NotFoundError: No file is there.
        DeniedError: Others may read the file, it needs a passphrase that was not given,
            or it is unprotected although a passphrase was given.
        VerificationError: The passphrase is wrong or the file was changed.
        BadInputError: It is no such file.
        SelfTestError: A primitive does not give its published answer.
    """
    require_known_answers()
    content = read_content(path, hint=hint)
    return unlocked(content, title, protection, argon2id, place=str(path))


def verify_form(content: bytes, title: str, *, place: str) -> None:
    """Check what can be seen of a protected file without its passphrase: that it is one.

    Raises:
        BadInputError: It is none.
    """
    header = _HEADER.match(content)
    if header is None or _title(header) != title or len(content) - header.end() <= OVERHEAD:
        raise BadInputError(
            "this is no key file", place=place, hint="restore the key file from its backup"
        )


def is_unprotected(content: bytes) -> bool:
    """Tell whether a file says that no passphrase protects it."""
    header = _HEADER.match(content)
    return header is not None and bool(header["unprotected"])


def locked(title: str, payload: bytes, protection: Protection, derive: Derivation) -> bytes:
    """Return the bytes of a file of secrets; `derive` is Argon2id but in tests."""
    if not isinstance(protection, Passphrase):
        header = f"legation {title} 1 unprotected\n".encode("ascii")
        return header + _checksum(header, payload) + payload
    salt = secrets.token_bytes(_SALT_BYTES)
    cost = f"m={_KIBIBYTES} t={_PASSES} p={_LANES}"
    header = f"legation {title} 1 argon2id {cost} salt={salt.hex()}\n".encode("ascii")
    key = derive(_octets(protection), salt, _PASSES, _KIBIBYTES, _LANES)
    return header + seal(payload, SealingKey(key), header)


def unlocked(
    content: bytes, title: str, protection: Protection, derive: Derivation, *, place: str
) -> bytes:
    """Return the secrets in the bytes of a file.

    Raises:
        LegationError: As `read_locked`.
    """
    header = _HEADER.match(content)
    if header is None:
        raise BadInputError("this is no key file", place=place, hint="check the path")
    if _title(header) != title:
        raise BadInputError(
            f"this file holds {_title(header)!r}, not {title!r}",
            place=place,
            hint="check the path",
        )
    body = content[header.end() :]
    if header["unprotected"]:
        return _plain(header[0], body, protection)
    return _proved(header, body, protection, derive)


def read_content(path: Path, *, hint: str) -> bytes:
    """Return the bytes of a file that only its owner may reach.

    Raises:
        NotFoundError: No file is there.
        DeniedError: Others may read the file.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & OTHERS:
                raise DeniedError(
                    f"others may read {path} (mode {stat.S_IMODE(mode):04o})",
                    hint=f"run: chmod 600 {path} -- and make new keys if others had the time",
                )
            return file.read(_LARGEST_FILE)
    except (FileNotFoundError, IsADirectoryError) as gone:
        raise NotFoundError(f"no key file at {path}", hint=hint) from gone


def _plain(header: bytes, body: bytes, protection: Protection) -> bytes:
    if isinstance(protection, Passphrase):
        raise DeniedError(
            "the key file is unprotected, although a passphrase was given",
            hint="if the file was not exchanged, read it as unprotected, "
            "or protect it with `change_protection`",
        )
    size = hashlib.sha256().digest_size
    if body[:size] != _checksum(header, body[size:]):
        raise VerificationError(
            "the key file is damaged", hint="restore the key file from its backup"
        )
    return body[size:]


def _proved(
    header: re.Match[bytes], body: bytes, protection: Protection, derive: Derivation
) -> bytes:
    if not isinstance(protection, Passphrase):
        raise DeniedError("the key file needs its passphrase", hint="give the passphrase")
    kibibytes, passes, lanes = int(header["m"]), int(header["t"]), int(header["p"])
    if not (
        _KIBIBYTES <= kibibytes <= _MOST_KIBIBYTES
        and _PASSES <= passes <= _MOST_PASSES
        and lanes <= _MOST_LANES
    ):
        raise VerificationError(
            "the key file asks for a cost outside the allowed bounds",
            hint="the file was changed; restore it from its backup",
        )
    salt = bytes.fromhex(header["salt"].decode("ascii"))
    key = derive(_octets(protection), salt, passes, kibibytes, lanes)
    try:
        return open_sealed(body, SealingKey(key), header[0])
    except VerificationError as broken:
        raise VerificationError(
            "the passphrase is wrong, or the key file was changed",
            hint="type the passphrase again; if it is right, restore the file from its backup",
        ) from broken


def _octets(passphrase: Passphrase) -> bytes:
    return unicodedata.normalize("NFC", passphrase.words).encode("utf-8")


def _checksum(header: bytes, payload: bytes) -> bytes:
    # Against a failing disk, not against a person: an unprotected file can be rewritten.
    return hashlib.sha256(header + payload).digest()


def _title(header: re.Match[bytes]) -> str:
    return header["title"].decode("ascii")
