"""Key files: a desk's secrets on disk, under a passphrase or plainly without one.

A desk that starts unattended has nobody to type a passphrase, so its file may be unprotected by
explicit choice. `locked_files` keeps it; `docs/explanation/keys.md` gives the format byte by byte.
"""

import stat
from pathlib import Path
from typing import Final

import msgspec

from legation.crypto import locked_files
from legation.crypto.keys import KeySet
from legation.crypto.locked_files import (
    LEAST_PASSPHRASE,
    OTHERS,
    UNPROTECTED,
    Passphrase,
    Protection,
    Unprotected,
    read_content,
    read_locked,
    write_locked,
)
from legation.errors import BadInputError, DeniedError, NotFoundError

__all__ = [
    "LEAST_PASSPHRASE",
    "UNPROTECTED",
    "Passphrase",
    "Protection",
    "Unprotected",
    "change_protection",
    "read_keys",
    "verify_alone",
    "verify_form",
    "write_keys",
]

_TITLE: Final = "keys"
_HINT: Final = "run: legation init"


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
    write_locked(path, _TITLE, msgspec.json.encode(keys), protection)


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
    return _keys(read_locked(path, _TITLE, protection, hint=_HINT), place=str(path))


def verify_alone(path: Path) -> None:
    """Check that only their owner may reach a key file and its folder.

    Raises:
        NotFoundError: No file is there.
        DeniedError: Others may read the file, or look into its folder.
    """
    try:
        modes = [(path, path.stat().st_mode), (path.parent, path.parent.stat().st_mode)]
    except FileNotFoundError as gone:
        raise NotFoundError(f"no key file at {path}", hint=_HINT) from gone
    for place, mode in modes:
        if mode & OTHERS:
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
    locked_files.verify_form(read_content(path, hint=_HINT), _TITLE, place=str(path))


def change_protection(path: Path, old: Protection, new: Protection) -> None:
    """Give a key file another passphrase, or take it away; the keys stay.

    A crash leaves the old file or the new one. Copies made earlier keep their passphrase.

    Raises:
        LegationError: As `read_keys`; the file is then left as it was.
    """
    keys = read_keys(path, old)
    write_locked(path, _TITLE, msgspec.json.encode(keys), new, replace=True)


def _keys(payload: bytes, *, place: str) -> KeySet:
    try:
        return msgspec.json.decode(payload, type=KeySet)
    except msgspec.DecodeError as bad:
        raise BadInputError(
            "the key file's content is not of this version",
            place=place,
            hint="it was written by another version of legation",
        ) from bad
