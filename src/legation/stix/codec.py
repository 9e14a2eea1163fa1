"""JSON bytes to STIX objects and back, with nothing lost.

`decode_object(encode_object(x)) == x`, and an object that came from outside goes out
with every property it had, known to us or not. Timestamps keep their digits; numbers
keep their value. What breaks a rule of the standard is refused with its JSON pointer.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from legation.errors import RecordError
from legation.stix.ids import kind_of
from legation.stix.objects import DomainObject, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.vocabulary import TYPES

_HINT = "compare the object with STIX 2.1, or ask its author for a valid one"
_SHAPES: tuple[type[StixObject], ...] = (StixObject, *TYPES.values())
_NAMES = {shape: frozenset(shape.__struct_fields__) - {"extra"} for shape in _SHAPES}
_STEP = re.compile(r"\.([^.\[\]`]+)|\[(\d+)\]")


def decode_object(data: bytes, *, place: str = "") -> StixObject:
    """Read one object.

    Args:
        data: Its JSON.
        place: File and JSON pointer of the object, for errors.

    Raises:
        RecordError: It is no JSON, or no valid object.
    """
    return object_of(decode_json(data, place=place), place=place)


def encode_object(thing: StixObject) -> bytes:
    """Write one object: known properties in the standard's order, then the others."""
    return msgspec.json.encode(mapping_of(thing))


def decode_json(data: bytes, *, place: str = "") -> Any:
    """Read JSON of any shape.

    Raises:
        RecordError: The bytes are no JSON, or nest too deep to be read.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise RecordError(f"no JSON: {bad}", place=place, hint="give JSON in UTF-8") from bad
    except RecursionError as deep:
        raise RecordError("nests too deep", place=place, hint="flatten the object") from deep


def object_of(value: Any, *, place: str = "") -> StixObject:
    """Make an object of its JSON value.

    Args:
        value: A mapping of properties.
        place: File and JSON pointer of the object, for errors.

    Raises:
        RecordError: The value is no valid object.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        raise RecordError("an object needs a type", place=f"{place}/type", hint=_HINT)
    shape = TYPES.get(value["type"], StixObject)
    names = _NAMES[shape]
    known = {name: part for name, part in value.items() if name in names}
    for name, part in known.items():
        if part is None:
            raise RecordError("null is no value in STIX", place=f"{place}/{name}", hint=_HINT)
    known["extra"] = {name: part for name, part in value.items() if name not in names}
    try:
        thing = msgspec.convert(known, shape, dec_hook=_from_json)
    except msgspec.ValidationError as bad:
        message, _, path = str(bad).partition(" - at `$")
        raise RecordError(message, place=f"{place}{_pointer(path)}", hint=_HINT) from bad
    _refuse_nonsense(thing, place)
    return thing


def mapping_of(thing: StixObject) -> dict[str, Any]:
    """Return an object as a mapping of JSON values."""
    known = {
        name: _to_json(part)
        for name in thing.__struct_fields__
        if name != "extra" and (part := getattr(thing, name)) is not None
    }
    return _ordered(known) | dict(thing.extra)


def _ordered(known: dict[str, Any]) -> dict[str, Any]:
    first = ("type", "spec_version", "id", "created_by_ref", "created", "modified")
    return {name: known[name] for name in first if name in known} | known


def _to_json(part: Any) -> Any:
    if isinstance(part, Timestamp):
        return part.text
    return list(part) if isinstance(part, tuple) else part


def _from_json(wanted: type, value: Any) -> Any:
    if wanted is not Timestamp or not isinstance(value, str):
        raise TypeError(f"Expected `{wanted.__name__}`, got `{type(value).__name__}`")
    try:
        return Timestamp(value)
    except RecordError as bad:
        raise ValueError(str(bad)) from bad


def _refuse_nonsense(thing: StixObject, place: str) -> None:
    if kind_of(thing.id) != thing.type:
        raise RecordError(
            f"the id of a {thing.type} starts with it", place=f"{place}/id", hint=_HINT
        )
    if isinstance(thing, DomainObject) and thing.modified.moment < thing.created.moment:
        raise RecordError("modified before created", place=f"{place}/modified", hint=_HINT)


def _pointer(path: str) -> str:
    steps = (name or index for name, index in _STEP.findall(path.rstrip("`")))
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
