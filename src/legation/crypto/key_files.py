"""Key files: a desk's secrets on disk, under a passphrase or plainly without one.

The first line says in words how the file is protected and is itself proved by the
seal. A desk that starts unattended has nobody to type a passphrase; its file is
protected by the file's mode alone, says so ("unprotected"), and the caller has to
ask for that by name, on writing and on reading. `docs/explanation/keys.md` gives the
format byte by byte.
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

import msgspec

from legation.crypto.durable import written_whole
from legation.crypto.keys import KeySet
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
    rb"legation keys 1 (?:(?P<unprotected>unprotected)"
    rb"|argon2id m=(?P<m>[1-9][0-9]{0,7}) t=(?P<t>[1-9][0-9]?) p=(?P<p>[1-9][0-9]?)"
    rb" salt=(?P<salt>[0-9a-f]{32}))\n"
)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_Derivation = Callable[[bytes, bytes, int, int, int], bytes]


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


class Unprotected(Enum):
    """The explicit choice of no passphrase: only the file's mode keeps others away."""

    UNPROTECTED = "unprotected"


UNPROTECTED: Final = Unprotected.UNPROTECTED
Protection = Passphrase | Unprotected


def write_keys(path: Path, keys: KeySet, protection: Protection) -> None:
    """Write a new key file, mode 0600, whole and flushed to the disk.

    Args:
        path: Where; a file already there is kept, as keys cannot be made again.
        keys: The secrets.
        protection: A passphrase, or `UNPROTECTED`.

    Raises:
        ConflictError: A file is there already.
        SelfTestError: A primitive does not give its published answer.
    """
    require_known_answers()
    _write(path, _locked(keys, protection, argon2id), replace=False)


def read_keys(path: Path, protection: Protection) -> KeySet:
    """Read a key file.

    Args:
        path: Where.
        protection: The passphrase, or `UNPROTECTED` when the file is known to be so.

    Raises:
        NotFoundError: No file is there.
        DeniedError: Others may read the file, it needs a passphrase that was not given,
            or it is unprotected although a passphrase was given.
        VerificationError: The passphrase is wrong or the file was changed.
        BadInputError: It is no key file.
        SelfTestError: A primitive does not give its published answer.
    """
    require_known_answers()
    return _unlocked(_content(path), protection, argon2id, place=str(path))


def verify_alone(path: Path) -> None:
    """Check that only their owner may reach a key file and its folder.

    Raises:
        NotFoundError: No file is there.
        DeniedError: Others may read the file, or look into its folder.
    """
    try:
        modes = [(path, path.stat().st_mode), (path.parent, path.parent.stat().st_mode)]
    except FileNotFoundError as gone:
        raise NotFoundError(f"no key file at {path}", hint="run: legation init") from gone
    for place, mode in modes:
        if mode & _OTHERS:
            wanted = "700" if place == path.parent else "600"
            raise DeniedError(
                f"others may reach {place} (mode {stat.S_IMODE(mode):04o})",
                hint=f"run: chmod {wanted} {place} -- and make new keys if others had the time",
            )


def verify_form(path: Path) -> None:
    """Check what can be seen of a protected key file without its passphrase: that it is one.

    Raises:
        LegationError: As `read_keys`.
    """
    content = _content(path)
    header = _HEADER.match(content)
    if header is None or len(content) - header.end() <= OVERHEAD:
        raise BadInputError(
            "this is no key file", place=str(path), hint="restore the key file from its backup"
        )


def change_protection(path: Path, old: Protection, new: Protection) -> None:
    """Give a key file another passphrase, or take it away; the keys stay.

    A crash leaves the old file or the new one. Copies made earlier keep their passphrase.

    Raises:
        LegationError: As `read_keys`; the file is then left as it was.
    """
    keys = read_keys(path, old)
    _write(path, _locked(keys, new, argon2id), replace=True)


def _write(path: Path, content: bytes, *, replace: bool) -> None:
    with written_whole(path, replace=replace) as file:
        file.write(content)


def _locked(keys: KeySet, protection: Protection, derive: _Derivation) -> bytes:
    payload = msgspec.json.encode(keys)
    if not isinstance(protection, Passphrase):
        header = b"legation keys 1 unprotected\n"
        return header + _checksum(header, payload) + payload
    salt = secrets.token_bytes(_SALT_BYTES)
    header = (
        f"legation keys 1 argon2id m={_KIBIBYTES} t={_PASSES} p={_LANES} salt={salt.hex()}\n"
    ).encode("ascii")
    key = derive(_octets(protection), salt, _PASSES, _KIBIBYTES, _LANES)
    return header + seal(payload, SealingKey(key), header)


def _unlocked(content: bytes, protection: Protection, derive: _Derivation, *, place: str) -> KeySet:
    header = _HEADER.match(content)
    if header is None:
        raise BadInputError("this is no key file", place=place, hint="check the path")
    body = content[header.end() :]
    if header["unprotected"]:
        payload = _plain(header[0], body, protection)
    else:
        payload = _proved(header, body, protection, derive)
    try:
        return msgspec.json.decode(payload, type=KeySet)
    except msgspec.DecodeError as bad:
        raise BadInputError(
            "the key file's content is not of this version",
            place=place,
            hint="it was written by another version of legation",
        ) from bad


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
    header: re.Match[bytes], body: bytes, protection: Protection, derive: _Derivation
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


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & _OTHERS:
                raise DeniedError(
                    f"others may read {path} (mode {stat.S_IMODE(mode):04o})",
                    hint=f"run: chmod 600 {path} -- and make new keys if others had the time",
                )
            return file.read(_LARGEST_FILE)
    except (FileNotFoundError, IsADirectoryError) as gone:
        raise NotFoundError(f"no key file at {path}", hint="run: legation init") from gone
