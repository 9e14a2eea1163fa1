"""The JSON schemas that OASIS publishes for STIX 2.1, run by jsonschema-rs.

The file beside this one is made by `tools/oasis_schemas.py`. A type that has no schema of its
own is held to what all objects have in common. One fault of the schemas is mended here: they
ask a granular marking for a `marking_ref`, where the standard also takes a language in its
place (STIX 2.1, section 7.2.3).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import msgspec

from legation.errors import MissingPartError

_FILE: Final = Path(__file__).with_name("oasis_schemas.json")
_FOLDERS: Final = ("sdos", "sros", "observables")
_OTHERS: Final = ("marking-definition", "extension-definition", "language-content")
_MARKED: Final = "granular-marking"


class Fault(msgspec.Struct, frozen=True):
    """What a schema holds against an object.

    Attributes:
        pointer: Where, as a JSON pointer into the object.
        message: What.
    """

    pointer: str
    message: str


def fits(value: Mapping[str, Any]) -> bool:
    """Tell whether an object fits the schema of its type; the quick half of `faults`."""
    try:
        return bool(_validator(_schema_of(value)).is_valid(value))
    except ValueError:  # a number that no JSON library holds, or nesting beyond its limit
        return False


def faults(value: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what the schema of its type holds against an object."""
    try:
        for error in _validator(_schema_of(value)).iter_errors(value):
            steps = (
                str(step).replace("~", "~0").replace("/", "~1") for step in error.instance_path
            )
            yield Fault(_said("".join(f"/{step}" for step in steps)), _said(error.message))
    except ValueError as bad:
        yield Fault("", _said(str(bad)))


def is_standard(kind: str) -> bool:
    """Tell whether the standard defines a type of objects."""
    return kind in _kinds()


def _schema_of(value: Mapping[str, Any]) -> str:
    kind = value.get("type")
    if isinstance(kind, str) and kind in _kinds():
        return kind
    return "core" if "created" in value or "modified" in value else "cyber-observable-core"


def _said(message: str, longest: int = 200) -> str:
    return message if len(message) <= longest else f"{message[: longest - 1]}…"


@cache
def _validator(name: str) -> Any:
    schemas = _schemas()
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas.values()])
    return jsonschema_rs.validator_for(schemas[name], registry=registry)


@cache
def _kinds() -> frozenset[str]:
    found = (name.partition("/") for name in _read())
    return frozenset((*(kind for folder, _, kind in found if folder in _FOLDERS), *_OTHERS))


@cache
def _schemas() -> dict[str, Any]:
    read = {name.partition("/")[2]: schema for name, schema in _read().items()}
    marking = read[_MARKED]
    marking["required"] = ["selectors"]
    marking["oneOf"] = [{"required": ["marking_ref"]}, {"required": ["lang"]}]
    return read


@cache
def _read() -> dict[str, Any]:
    try:
        made = msgspec.json.decode(_FILE.read_bytes())
    except FileNotFoundError as absent:
        raise MissingPartError(
            "the schemas of STIX 2.1 were not made", hint="run: make setup"
        ) from absent
    found: dict[str, Any] = made["schemas"]
    return found
