"""The key directories of a register: in its public folder, and named in each of its checkpoints.

Whoever gives out a copy could leave out the newest version, and with it a revocation. So the log
signs in each checkpoint which version held at that time, and witnesses cosign that it said so;
a copy that lacks this version is no copy. A newer one than was named never harms: it was signed
by the root keys, and the reader knows more.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

import msgspec

from legation.crypto.directory.directory import Directory
from legation.crypto.directory.files import DirectoryFile, read_directory_file
from legation.crypto.directory.following import follow
from legation.crypto.directory.roots import Anchor
from legation.crypto.directory.text import read_directory
from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.files import LogFiles
from legation.errors import ConflictError, NotFoundError, VerificationError

DIRECTORY: Final = "directory"
"""Folder of the versions; and the word that begins a checkpoint's line which names one."""

_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_LINE = re.compile(r"directory (?P<version>[1-9][0-9]{0,8}) (?P<sha256>[0-9a-f]{64})", re.ASCII)
_GET_AGAIN = "get a new copy of the register, from another mirror"


@final
class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the key directory, as a checkpoint names it.

    Attributes:
        version: Its number.
        sha256: The hash of its signed bytes, in hexadecimal.
    """

    version: int
    sha256: str

    @classmethod
    def of(cls, file: DirectoryFile) -> "Named":
        """Return how a version is named."""
        return cls(version=read_directory(file.signed).version, sha256=file.sha256)

    @property
    def line(self) -> str:
        """The checkpoint's line, without its end."""
        return f"{DIRECTORY} {self.version} {self.sha256}"


def directories_in(files: LogFiles) -> dict[int, bytes]:
    """Return the versions of the key directory that a folder holds, in their order."""
    names = [name.rpartition("/")[2] for name in files.listed(DIRECTORY)]
    versions = sorted(int(name) for name in names if _NUMBER.fullmatch(name))
    return {version: files.read(f"{DIRECTORY}/{version}") for version in versions}


def put_directory(files: LogFiles, data: bytes, anchor: Anchor, now: datetime) -> Directory:
    """Put the next version of the key directory into a folder; the same one again is as before.

    Args:
        files: The public folder.
        data: The file, signed by enough root keys.
        anchor: The root keys that readers trust.
        now: The time.

    Raises:
        BadInputError: It is no key directory.
        VerificationError: It does not follow from the anchor and the versions before it.
        ConflictError: This version is there with other words.
        NotFoundError: A version before it is not there.
    """
    before = directories_in(files)
    version = read_directory(read_directory_file(data).signed).version
    last = max(before, default=0)
    if before.get(version, data) != data:
        raise ConflictError(
            f"version {version} of the key directory is published already, with other bytes",
            hint="two directories of one version are a fork: draft the next one from it instead",
        )
    if version > last + 1:
        raise NotFoundError(
            f"the register lacks version {last + 1} of the key directory",
            hint="publish each version, in order",
        )
    directory = follow(anchor, [*before.values(), data], now, last or None)
    files.publish(f"{DIRECTORY}/{version}", data)
    return directory


def lines_for(files: LogFiles, checkpoint: Checkpoint | None = None) -> tuple[str, ...]:
    """Return the further lines of a register's next checkpoint: the newest version in its folder.

    Whoever opens a register for writing has followed the versions from the anchor before.

    Args:
        files: The public folder.
        checkpoint: The last checkpoint; None for a register that begins.

    Raises:
        VerificationError: The last checkpoint named a version that the folder lacks.
    """
    held = directories_in(files)
    newest = Named.of(read_directory_file(held[max(held)])) if held else None
    if checkpoint is not None and checkpoint.extensions:
        before = named_in(checkpoint)
        there = held.get(before.version)
        if there is None or Named.of(read_directory_file(there)) != before:
            raise VerificationError(
                f"the folder lacks the key directory {before.version} that its checkpoint names",
                hint="put it back from a mirror; never write on without it",
            )
    return (newest.line,) if newest else ()


def named_in(checkpoint: Checkpoint) -> Named:
    """Return the version of the key directory that a checkpoint names.

    Raises:
        VerificationError: It names none, several, or in another spelling.
    """
    lines = [line for line in checkpoint.extensions if line.startswith(f"{DIRECTORY} ")]
    found = _LINE.fullmatch(lines[0]) if len(lines) == 1 else None
    if found is None:
        raise VerificationError(
            "the checkpoint does not name one key directory",
            hint="get the register again once its publisher has published the key directory in it",
        )
    return Named(version=int(found["version"]), sha256=found["sha256"])


def require_named(checkpoint: Checkpoint, files: Sequence[bytes], newest: Directory) -> None:
    """Verify that no version was left out that was known when a checkpoint was signed.

    Args:
        checkpoint: A checkpoint whose signatures were verified.
        files: Files of versions, as they were followed.
        newest: The last of them.

    Raises:
        VerificationError: The version that the checkpoint names is not among them.
    """
    named = named_in(checkpoint)
    same = [one for one in map(read_directory_file, files) if one.sha256 == named.sha256]
    if newest.version < named.version or named not in map(Named.of, same):
        raise VerificationError(
            f"the key directory {named.version} that the checkpoint names is missing",
            hint=_GET_AGAIN,
        )
