"""A file as it stands at one moment, so that all who read it read the same bytes.

An import goes over a file several times: for its hash, its names, its rows. Were it
changed in between, rows would be masked by the names of other rows, and named by a hash
of other bytes. So one copy is taken, hashed while it is written, and only the copy is
read; what happens to the file afterwards is the next import's business.
"""

import hashlib
import os
from pathlib import Path
from typing import Self

import msgspec

from legation.errors import BadInputError, NotFoundError

_BLOCK = 1 << 22


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What tells that a file is still the one it was."""

    device: int
    number: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, file: Path) -> Self:
        """Look at a file.

        Raises:
            NotFoundError: It is not there.
        """
        try:
            return cls._seen(file.stat())
        except FileNotFoundError as gone:
            raise NotFoundError(f"no file {file}", hint="check the path") from gone

    @classmethod
    def _seen(cls, found: os.stat_result) -> Self:
        return cls(
            device=found.st_dev,
            number=found.st_ino,
            size=found.st_size,
            changed_ns=found.st_mtime_ns,
        )

    def require(self, file: Path) -> None:
        """Refuse a file that is no longer the one it was.

        Raises:
            BadInputError: It was written to, replaced or removed.
        """
        try:
            now = self._seen(file.stat())
        except FileNotFoundError:
            now = None
        if now != self:
            raise changed(file)


def snapshot(file: Path, target: Path, sha256: str) -> None:
    """Copy a file whose hash is known.

    Raises:
        BadInputError: Its bytes are others by now; nothing is left of the copy.
    """
    taken = hashlib.sha256()
    with file.open("rb") as stream, target.open("xb") as copy:
        while block := stream.read(_BLOCK):
            taken.update(block)
            copy.write(block)
    if taken.hexdigest() != sha256:
        target.unlink()
        raise changed(file)


def changed(file: Path) -> BadInputError:
    """Return the error of a file that did not hold still."""
    return BadInputError(
        "the file changed while it was read",
        place=str(file),
        hint="nothing of it was taken in; wait until it is written, then import it again",
    )
