"""What STIX lacks, declared the way STIX asks for.

Each extension is a property-extension with a JSON Schema shipped in `schemas/` and an
extension-definition object that carries that schema as its text, so a receiver with
nothing but the bundle can check what it got. Ids are deterministic; a change that old
readers cannot read takes a new version, hence a new id.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

import msgspec

from legation.stix.ids import fact_id
from legation.stix.objects import SPEC, Json, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.vocabulary import ExtensionDefinition, Identity

ExtensionKind = Literal[
    "campaign",
    "run",
    "membership",
    "lake",
    "pseudonym",
    "label",
    "capture",
    "translation",
    "register",
    "knowledge",
    "balance",
    "standing",
    "case",
    "entry",
    "sending",
]

KINDS: Final[tuple[ExtensionKind, ...]] = get_args(ExtensionKind)
_VERSION: Final = "1.0"
_PUBLISHED: Final = Timestamp("2026-11-23T00:00:00.000Z")

AUTHOR: Final = Identity(
    spec_version=SPEC,
    id=fact_id("identity", "legation"),
    created=_PUBLISHED,
    modified=_PUBLISHED,
    name="legation",
    description="The program whose extensions these are; not the author of any finding.",
    identity_class="system",
)


@cache
def extension_id(kind: ExtensionKind) -> str:
    """Return the id of an extension's definition.

    >>> extension_id("run").partition("--")[0]
    'extension-definition'
    """
    return fact_id("extension-definition", kind, _VERSION)


def schema(kind: ExtensionKind) -> dict[str, Any]:
    """Return the JSON Schema of an extension's content."""
    text = files("legation.stix").joinpath("schemas", f"{kind}.json").read_bytes()
    content: dict[str, Any] = msgspec.json.decode(text)
    return content


def definition(kind: ExtensionKind) -> ExtensionDefinition:
    """Return the object that declares an extension; its author is `AUTHOR`."""
    content = schema(kind)
    return ExtensionDefinition(
        spec_version=SPEC,
        id=extension_id(kind),
        created_by_ref=AUTHOR.id,
        created=_PUBLISHED,
        modified=_PUBLISHED,
        name=content["title"],
        description=content["description"],
        schema=msgspec.json.encode(content).decode(),
        version=_VERSION,
        extension_types=("property-extension",),
    )


def carry(kind: ExtensionKind, content: Mapping[str, Any]) -> dict[str, Json]:
    """Return the `extensions` entry that carries this content.

    Empty lists and mappings are left out: STIX forbids them.
    """
    return {extension_id(kind): {"extension_type": "property-extension"} | _filled(content)}


def carried(thing: StixObject, kind: ExtensionKind) -> Json | None:
    """Return what an object carries in an extension, or None."""
    return (thing.extensions or {}).get(extension_id(kind))


def kinds_in(thing: StixObject) -> tuple[ExtensionKind, ...]:
    """Return the extensions of ours that an object carries."""
    return tuple(kind for kind in KINDS if carried(thing, kind) is not None)


def _filled(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _bare(part) for name, part in value.items() if part not in ((), [], {})}


def _bare(part: Any) -> Any:
    if isinstance(part, Mapping):
        return _filled(part)
    return [_bare(item) for item in part] if isinstance(part, list | tuple) else part
