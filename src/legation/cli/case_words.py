"""An entry of a case as it is typed: NAME=VALUE for each field, read by the field's own type."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

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
    from legation.safeguards.cases.entries import TAGS, read_body

    told: dict[str, Any] = {"entry": kind}
    shape = TAGS.get(kind)
    types = {} if shape is None else {one.name: one.type for one in msgspec.structs.fields(shape)}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise UsageError(f"{part!r:.60} is no field", hint="write NAME=VALUE, in quotes")
        if name in told:
            raise UsageError(f"the field {name!r:.40} stands twice", hint="write it once")
        if value:
            told[name] = _value(value, types.get(name))
    if files:
        told["files"] = list(files)
    return read_body(told)


def told_kinds() -> dict[str, list[str]]:
    """Return the fields of each kind of entry; those that may be left out stand in brackets."""
    from legation.safeguards.cases.entries import TAGS

    return {
        tag: [
            one.name if one.required else f"[{one.name}]" for one in msgspec.structs.fields(shape)
        ]
        for tag, shape in TAGS.items()
    }


def _value(text: str, kind: Any) -> Any:
    """Read a value by its field's type: a number, a list, yes or no, or the words as they are."""
    if getattr(kind, "__origin__", None) is tuple:
        inner = kind.__args__[0]
        return [_value(one.strip(), inner) for one in text.split(",") if one.strip()]
    try:
        return msgspec.convert(text, kind, strict=False) if _is_number(kind) else text
    except msgspec.ValidationError:
        return text


def _is_number(kind: Any) -> bool:
    told = repr(kind)
    return "int" in told or "float" in told or "bool" in told
