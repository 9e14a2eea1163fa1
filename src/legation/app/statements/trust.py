"""What a reader remembers of a register: the anchor, and the newest state that was seen.

A server, or whoever sits on the way, can show an old register in which a correction is still to
come. Who remembers how far the register was is not shown less than that again, nor another key
directory under the number of one that was seen.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from legation.crypto.directory.directory import Directory
from legation.crypto.directory.files import DirectoryFile, read_directory_file
from legation.crypto.directory.roots import Anchor
from legation.crypto.directory.text import read_directory, write_directory
from legation.crypto.durable import written_whole
from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.merkle import Frontier, leaf_hash
from legation.errors import BadInputError, NotFoundError, VerificationError
from legation.safeguards.statements.register_copy import CopiedEntry, OpenedRegister, read_copy
from legation.safeguards.statements.statement_file import read_file

_LARGEST: Final = 10_000
_HINT: Final = "get the newest copy from another mirror, and ask the publisher; keep both files"


class Trust(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A register as it was last seen.

    Attributes:
        anchor: The fingerprint of its root keys.
        directory: The newest version of the key directory; 0 for none seen.
        directory_sha256: The hash of its signed bytes, in hexadecimal; empty for none seen.
        origin: The log's name; empty before it was seen.
        size: Entries of the log.
        root: Its root, in hexadecimal; empty before it was seen.
    """

    anchor: str
    directory: int = 0
    directory_sha256: str = ""
    origin: str = ""
    size: int = 0
    root: str = ""


def read_trust(path: Path) -> Trust:
    """Read a trust file.

    Raises:
        NotFoundError: It is not there.
        BadInputError: It is none.
    """
    try:
        with path.open("rb") as file:
            trust = msgspec.json.decode(file.read(_LARGEST), type=Trust)
        Anchor.parse(trust.anchor)
        bytes.fromhex(trust.root)
    except FileNotFoundError as gone:
        raise NotFoundError(f"no trust file at {path}", hint="give --anchor once") from gone
    except (msgspec.DecodeError, ValueError) as bad:
        raise BadInputError(
            "this is no trust file", place=str(path), hint="give --anchor and a new file"
        ) from bad
    return trust


def write_trust(path: Path, trust: Trust) -> None:
    """Keep a trust file; it is replaced in one step."""
    with written_whole(path, replace=True) as file:
        file.write(msgspec.json.format(msgspec.json.encode(trust)) + b"\n")


def trust_in(anchor: Anchor, directory: Directory, checkpoint: Checkpoint) -> Trust:
    """Return what is remembered of a register that was verified."""
    return Trust(
        anchor=str(anchor),
        directory=directory.version,
        directory_sha256=DirectoryFile(signed=write_directory(directory)).sha256,
        origin=checkpoint.origin,
        size=checkpoint.head.size,
        root=checkpoint.head.root.hex(),
    )


def verify_directories(trust: Trust, files: Sequence[bytes]) -> None:
    """Verify that versions of the key directory are of the history that is remembered.

    Args:
        trust: What is remembered.
        files: Files of versions, which were followed.

    Raises:
        VerificationError: One is another directory of the version that was seen, or names another
            one before it.
    """
    for said, sha256 in map(_claimed, files if trust.directory_sha256 else ()):
        other = said.version == trust.directory and sha256 != trust.directory_sha256
        names = said.version == trust.directory + 1 and said.previous != trust.directory_sha256
        if other or names:
            raise VerificationError(
                f"there are two key directories of version {trust.directory}: this one, and the"
                " one that was seen before",
                hint="keep both files: they are evidence that the root keys signed twice; ask the"
                " ministry over another channel which is right, and tell the witnesses",
            )


def verify_remembered(trust: Trust, data: bytes, opened: OpenedRegister) -> None:
    """Verify that a register continues the one that is remembered.

    Args:
        trust: What is remembered.
        data: The copy, which was verified as `opened`.
        opened: What it holds.

    Raises:
        VerificationError: It is another log, an older one, or another history, of the log or of
            its key directory.
    """
    copy = read_copy(data)
    verify_directories(trust, copy.directories)
    if not trust.origin:
        return
    checkpoint = opened.checkpoint
    if checkpoint.origin != trust.origin:
        raise VerificationError(
            f"this is the register {checkpoint.origin!r:.60}, not {trust.origin!r:.60}",
            hint="keep a trust file for each register",
        )
    if checkpoint.head.size < trust.size:
        raise VerificationError(
            f"the register has {checkpoint.head.size} entries, and had {trust.size} before",
            hint=_HINT,
        )
    frontier = Frontier()
    for one in copy.entries[: trust.size]:
        entry = one.data if isinstance(one, CopiedEntry) else read_file(one.data).entry
        frontier.append(leaf_hash(entry))
    if frontier.root().hex() != trust.root:
        raise VerificationError(
            f"the register's first {trust.size} entries are not those it had before", hint=_HINT
        )


def _claimed(data: bytes) -> tuple[Directory, str]:
    file = read_directory_file(data)
    return read_directory(file.signed), file.sha256
