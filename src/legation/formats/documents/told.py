"""What is told of a document, and the limits within which it is read.

A reader gives words, a title, and a list of what else is inside; it never gives names of
authors that stand in a file's properties, and never the content of what is packed in it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from legation.errors import BadInputError

MOST_TEXT: Final = 1_000_000
MOST_PAGES: Final = 2_000
MOST_EXPANDED: Final = 64_000_000
MOST_PARTS: Final = 5_000
_MOST_LISTED: Final = 300
_MOST_COUNTED: Final = 100_000
_LONGEST_NAME: Final = 300
KEPT_AS_IT_IS: Final = "the file is kept as it is; read it with a program that you trust"


class Found(msgspec.Struct, frozen=True):
    """Something inside a document that was listed and neither opened nor followed.

    Attributes:
        what: What it is, in our words.
        name: What the document says of it: a stranger's words, in which names are masked.
        note: What we say beside it: our own words, which stay as they are.
    """

    what: str
    name: str
    note: str = ""

    @property
    def told(self) -> str:
        """Return what is said of it."""
        return self.name + self.note


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a document.

    Attributes:
        text: Its words; empty when there are none, or they could not be read.
        title: What it calls itself.
        encoding: In which encoding its letters were read; empty: cannot tell.
        candidates: Encodings that fit as well, where it cannot be told.
        left_out: Characters beyond the limit.
        found: What else is inside.
        unread: Why there are no words; empty when they were read.
        tool: What read it, with its version.
    """

    text: str = ""
    title: str = ""
    encoding: str = ""
    candidates: tuple[str, ...] = ()
    left_out: int = 0
    found: tuple[Found, ...] = ()
    unread: str = ""
    tool: str = ""


class Listing:
    """A list of what is inside, which ends with a count when it grows too long."""

    def __init__(self) -> None:
        """Start empty."""
        self._found: dict[Found, None] = {}
        self._beyond: set[Found] = set()

    def add(self, what: str, name: str = "", note: str = "") -> None:
        """List one thing, once: with what the document says of it, and what we do."""
        one = Found(what, " ".join(name.split())[:_LONGEST_NAME], note)
        if one in self._found:
            return
        if len(self._found) < _MOST_LISTED:
            self._found[one] = None
        elif len(self._beyond) < _MOST_COUNTED:
            self._beyond.add(one)

    def extend(self, found: Iterable[Found]) -> None:
        """List what another reader found."""
        for one in found:
            self.add(one.what, one.name, one.note)

    def all(self) -> tuple[Found, ...]:
        """Return the list."""
        more = len(self._beyond)
        said = f"{more:,} more" if more < _MOST_COUNTED else f"more than {more:,} more"
        return (*self._found, *((Found("not listed", "", said),) if more else ()))


def bounded(pieces: Iterable[str], most: int = MOST_TEXT) -> tuple[str, int]:
    """Join pieces up to a number of characters; return the text and how many were left out."""
    kept: list[str] = []
    size = left_out = 0
    for piece in pieces:
        room = most - size
        kept.append(piece[:room])
        size += len(kept[-1])
        left_out += len(piece) - len(kept[-1])
    return "".join(kept), left_out


def tidy(pieces: Iterable[str]) -> Iterator[str]:
    """Yield lines with blanks joined, and no more than one empty line in a row."""
    empty = True
    for line in "".join(pieces).replace("\r\n", "\n").split("\n"):
        words = " ".join(line.split())
        if words or not empty:
            yield f"{words}\n"
        empty = not words


def refused(message: str, hint: str = KEPT_AS_IT_IS) -> BadInputError:
    """Return the error of a document whose words are not read."""
    return BadInputError(message, place="", hint=hint)
