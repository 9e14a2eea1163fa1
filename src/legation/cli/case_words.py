"""An entry of a case as it is typed: NAME=VALUE for each field, read by the field's own type."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from legation.errors import UsageError

if TYPE_CHECKING:
    from legation.safeguards.cases.bodies import Body


def body_of(kind: str, parts: Sequence[str], files: Sequence[dict[str, str]] = ()) -> "Body":
    """Return what the parts of a command state.

    Args:
        kind: Of entry.
        parts: Each as NAME=VALUE; of a list the values are parted by commas.
        files: Captured files.

    Raises:
        UsageError: A part is no NAME=VALUE, or stands twice.
        RecordError: It is no entry of that kind.
    """
    from legation.safeguards.cases.typed import read_typed

    told: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise UsageError(f"{part!r:.60} is no field", hint="write NAME=VALUE, in quotes")
        if name in told:
            raise UsageError(f"the field {name!r:.40} stands twice", hint="write it once")
        told[name] = value
    return read_typed(kind, told, files)


def told_kinds() -> dict[str, list[str]]:
    """Return the fields of each kind of entry; those that may be left out stand in brackets."""
    from legation.safeguards.cases.entries import TAGS
    from legation.safeguards.cases.typed import fields_of

    return {
        tag: [name if needed else f"[{name}]" for name, needed in fields_of(shape)]
        for tag, shape in TAGS.items()
    }
