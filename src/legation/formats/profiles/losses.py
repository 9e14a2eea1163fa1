"""What an export or an import did to what it was given.

Every object and every property of the input is either carried as it was, or named in a
`Loss` with the reason. A loss of a property covers all that is inside it; a loss with an
empty pointer covers the object.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from legation.stix.objects import Json

What = Literal["dropped", "changed", "renamed", "moved"]


class Loss(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that did not pass as it was.

    Attributes:
        object_id: Id that the object has in the input; empty for the envelope.
        property: JSON pointer of the property in that object; empty for all of it.
        what: Whether the receiver does not get it, or gets it with another value, under
            another name, or elsewhere.
        why: The reason, in words.
    """

    object_id: str
    property: str
    what: What
    why: str


class Piece(msgspec.Struct, frozen=True):
    """An object as a JSON value.

    Attributes:
        value: Its properties.
        raw: The bytes that it came in, where they are to be kept.
        at: JSON pointer to it in the file that it was read from; empty where it has no one place.
    """

    value: Json
    raw: bytes | None = None
    at: str = ""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """What stands among the objects of a file and cannot be read as one; it is a loss, too.

    Attributes:
        raw: Its bytes.
        at: JSON pointer to it in the file.
        loss: What is held against it.
    """

    raw: bytes
    at: str
    loss: Loss


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What an export made.

    Attributes:
        content: The file.
        media_type: Its type (RFC 6838).
        losses: What did not pass as it was, sorted.
    """

    content: bytes
    media_type: str
    losses: tuple[Loss, ...]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import read.

    Attributes:
        pieces: The objects, in the order of the file.
        losses: What did not pass as it was, sorted.
        notes: What a person should know of the file.
        marked: Ids of markings that the envelope states for all that is in it; whoever
            decides who may know an object counts them beside its own.
        unread: What stands among the objects and cannot be read as one; each is among the losses.
    """

    pieces: tuple[Piece, ...]
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def objects(self) -> tuple[Json, ...]:
        """The objects without their bytes."""
        return tuple(piece.value for piece in self.pieces)


class Report:
    """Gathers losses; the same one is kept once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[Loss, None] = {}
        self._unread: list[Unread] = []

    def add(self, object_id: str, at: str, what: What, why: str) -> None:
        """Note a loss."""
        self._found[Loss(object_id=object_id, property=at, what=what, why=why)] = None

    def extend(self, losses: Iterable[Loss]) -> None:
        """Note losses that another step found."""
        self._found |= dict.fromkeys(losses)

    def set_aside(self, raw: bytes, at: str, loss: Loss) -> None:
        """Note what cannot be read as an object, with its bytes and its place."""
        self._found[loss] = None
        self._unread.append(Unread(raw=raw, at=at, loss=loss))

    def unread(self) -> tuple[Unread, ...]:
        """Return what cannot be read, in the order of the file."""
        return tuple(self._unread)

    def all(self) -> tuple[Loss, ...]:
        """Return them, sorted."""
        return tuple(sorted(self._found))


def step(name: str | int) -> str:
    """Return one step of a JSON pointer (RFC 6901).

    >>> step("a/b~c")
    '/a~1b~0c'
    """
    return f"/{str(name).replace('~', '~0').replace('/', '~1')}"


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value that holds no other, with its pointer; an empty list is one.

    >>> list(leaves({"a": [1, {}]}))
    [('/a/0', 1), ('/a/1', {})]
    """
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from leaves(part, at + step(name))
    elif isinstance(value, list | tuple) and value:
        for number, part in enumerate(value):
            yield from leaves(part, f"{at}/{number}")
    else:
        yield at, value


def covers(loss: Loss, object_id: str, at: str) -> bool:
    """Tell whether a loss speaks for what stands at a pointer of an object."""
    if loss.object_id != object_id:
        return False
    return at == loss.property or at.startswith(f"{loss.property}/")
