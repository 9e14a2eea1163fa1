"""Independent judges of STIX: the stix2 library, and the schemas that OASIS publishes.

The schemas come with the stix2-validator wheel; jsonschema-rs runs them, object by object
as the OASIS validator itself does: in the schema of the bundle the branch for types that it
does not list (note, grouping, extension-definition) asks for exactly one of two schemas
that both match. The judges catch different faults, so an export must please all.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import stix2


def judge_by_stix2(thing: dict[str, Any], *, allow_custom: bool = False) -> None:
    """Raise when the stix2 library refuses the object."""
    stix2.parse(json.dumps(thing), allow_custom=allow_custom)


def oasis_faults(thing: dict[str, Any]) -> list[str]:
    """Return what the OASIS schema of the object's type holds against it."""
    return [error.message for error in _validator(thing["type"]).iter_errors(thing)]


def validator_faults(bundle: bytes) -> list[str]:
    """Return what the OASIS validator holds against a whole bundle."""
    import stix2validator  # it builds grammars for seconds; only who asks it waits

    options = stix2validator.ValidationOptions(version="2.1")
    found = stix2validator.validate_string(bundle.decode(), options)
    return [str(error) for error in found.errors]


@cache
def _validator(kind: str) -> Any:
    schemas = _schemas()
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas.values()])
    return jsonschema_rs.validator_for(schemas[kind], registry=registry)


@cache
def _schemas() -> dict[str, Any]:
    spec = find_spec("stix2validator")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "schemas-2.1" / "schemas"
    return {file.stem: json.loads(file.read_text("utf-8")) for file in folder.rglob("*.json")}
