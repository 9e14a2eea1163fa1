"""What a reader remembers of a register: the anchor, and the newest state that was seen.

A server, or whoever sits on the way, can show an old register in which a correction is still to
come. Who remembers how far the register was is not shown less than that again.
"""

from pathlib import Path
from typing import Final

import msgspec

from legation.crypto.directory.roots import Anchor
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
        origin: The log's name; empty before it was seen.
        size: Entries of the log.
        root: Its root, in hexadecimal; empty before it was seen.
    """

    anchor: str
    directory: int = 0
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


def trust_in(anchor: Anchor, directory: int, checkpoint: Checkpoint) -> Trust:
    """Return what is remembered of a register that was verified."""
    return Trust(
        anchor=str(anchor),
        directory=directory,
        origin=checkpoint.origin,
        size=checkpoint.head.size,
        root=checkpoint.head.root.hex(),
    )


def verify_remembered(trust: Trust, data: bytes, opened: OpenedRegister) -> None:
    """Verify that a register continues the one that is remembered.

    Args:
        trust: What is remembered.
        data: The copy, which was verified as `opened`.
        opened: What it holds.

    Raises:
        VerificationError: It is another log, an older one, or another history.
    """
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
    for one in read_copy(data).entries[: trust.size]:
        entry = one.data if isinstance(one, CopiedEntry) else read_file(one.data).entry
        frontier.append(leaf_hash(entry))
    if frontier.root().hex() != trust.root:
        raise VerificationError(
            f"the register's first {trust.size} entries are not those it had before", hint=_HINT
        )
