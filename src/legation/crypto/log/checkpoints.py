"""Checkpoints: what a log says it is at one moment (C2SP tlog-checkpoint).

A checkpoint is the text of a signed note: the log's name, its size, its root. Lines after
these are kept and signed; what they mean is for whoever keeps the log.
"""

import re
from typing import Final, final

import msgspec

from legation.crypto.log.merkle import HASH_BYTES, TreeHead
from legation.crypto.log.notes import SignedNote, decoded, encoded
from legation.errors import BadInputError, VerificationError

SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)

_BLANK = 0x20
_LEAST_LINES = 3
_LONGEST_ORIGIN = 255
_HINT = "a checkpoint has three lines: the log's name, its size, its root in base64"


@final
class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a log is at one moment.

    Attributes:
        origin: The log's name, as `statements.ministry.example/log`.
        head: Size and root.
        extensions: Further lines, without their ends.
    """

    origin: str
    head: TreeHead
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse lines that would be read back as others."""
        for line in (self.origin, *self.extensions):
            if not line or any(ord(sign) < _BLANK for sign in line):
                raise _refusal("a line is empty or has a control character", "checkpoint")
        if len(self.origin.encode()) > _LONGEST_ORIGIN:
            raise _refusal(f"the name has more than {_LONGEST_ORIGIN} bytes", "checkpoint")

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.head.size), encoded(self.head.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(note: SignedNote, *, place: str = "checkpoint") -> Checkpoint:
    """Read the checkpoint in a note; its signatures are verified elsewhere.

    Raises:
        BadInputError: The note's text is no checkpoint.
    """
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) < _LEAST_LINES or not note.text.endswith("\n"):
        raise _refusal("it has less than three lines", place)
    origin, size, root, *extensions = lines
    if not SIZE.fullmatch(size):
        raise _refusal(f"{size!r:.30} is no size", place)
    value = decoded(root, "the root", place=place)
    if len(value) != HASH_BYTES:
        raise _refusal(f"the root has not {HASH_BYTES} bytes", place)
    try:
        head = TreeHead(size=int(size), root=value)
    except VerificationError as bad:
        raise _refusal(str(bad), place) from bad
    try:
        return Checkpoint(origin=origin, head=head, extensions=tuple(extensions))
    except BadInputError as bad:
        raise _refusal("a line is empty, too long or has a control character", place) from bad


def _refusal(why: str, place: str) -> BadInputError:
    return BadInputError(f"this is no checkpoint: {why}", place=place, hint=_HINT)
