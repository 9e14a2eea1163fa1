"""What the register gives back: a version of an object, how an object stands, a page of them."""

from datetime import datetime
from typing import Any

import msgspec


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an object.

    Attributes:
        seq: Its number in the store, growing with arrival.
        modified: Sortable instant of `modified`; empty for an observable or a marking.
        recorded: When the store took it in; no two versions share a time.
        content_sha256: Of the value, however it is written.
        raw: The bytes as they came in.
    """

    seq: int
    object_id: str
    object_type: str
    modified: str
    revoked: bool
    recorded: datetime
    content_sha256: str
    raw: bytes

    def value(self) -> dict[str, Any]:
        """Decode the object."""
        return msgspec.json.decode(self.raw, type=dict[str, Any])


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """How an object stands now.

    Attributes:
        seq: Number of the version that holds.
        label_id: Of the label in force.
        mark: What the desk has made of it; empty for nothing yet.
    """

    seq: int
    label_id: str
    mark: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some versions in order, and the number to go on `after`; None at the end."""

    items: tuple[Version, ...]
    next: int | None
