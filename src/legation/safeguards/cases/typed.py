"""An entry as people type it: texts by the names of its fields, each read by the field's own type.

A form and a command line give texts alone. A list is parted by commas, a number is a number, and
what is left empty was not said.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args, get_origin

import msgspec

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.entries import TAGS, read_body

_YES: Final = ("yes", "true", "on", "1")
_NO: Final = ("no", "false", "off", "0")


def read_typed(
    kind: str, texts: Mapping[str, str], files: Sequence[Mapping[str, str]] = ()
) -> Body:
    """Read an entry.

    Args:
        kind: Its tag.
        texts: Its fields; empty ones are left out.
        files: Captured files, each with id and hash.

    Raises:
        RecordError: It is no entry of that kind; the place is the field.
    """
    shape = TAGS.get(kind)
    types = (
        {}
        if shape is None
        else {one.encode_name: one.type for one in msgspec.structs.fields(shape)}
    )
    told: dict[str, Any] = {
        name: _value(text.strip(), types.get(name)) for name, text in texts.items() if text.strip()
    }
    told["entry"] = kind
    if files:
        told["files"] = [dict(one) for one in files]
    return read_body(told)


def fields_of(kind: type[Body]) -> tuple[tuple[str, bool], ...]:
    """Return the names of an entry's fields, and whether each must be given."""
    return tuple((one.encode_name, one.required) for one in msgspec.structs.fields(kind))


def _value(text: str, kind: Any) -> Any:
    bare = _bare(kind)
    if get_origin(bare) is tuple:
        inner = get_args(bare)[0]
        return [_value(one.strip(), inner) for one in text.split(",") if one.strip()]
    if bare is bool:
        low = text.lower()
        return True if low in _YES else False if low in _NO else text
    for number in (int, float):
        if number in _choices(bare):
            try:
                return number(text)
            except ValueError:
                return text
    return text


def _bare(kind: Any) -> Any:
    """Return a type without what limits its values."""
    while hasattr(kind, "__metadata__"):
        kind = get_args(kind)[0]
    return kind


def _choices(kind: Any) -> tuple[Any, ...]:
    """Return what a value may be: the parts of a union, or the type itself."""
    parts = tuple(_bare(one) for one in get_args(kind)) if get_origin(kind) is not None else ()
    return (*parts, kind) if not isinstance(kind, str) else parts
