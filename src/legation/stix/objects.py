"""What every STIX object has, whatever its type.

A typed object names the properties that legation works with. All others, of newer
versions of the standard or of other people's programs, stay in `extra` as JSON values:
what is read is written again. A type that legation does not know is a `StixObject`
with all its own properties in `extra`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from legation.stix.timestamps import Timestamp

SPEC: Final = "2.1"

Identifier = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z][a-z0-9-]*[a-z0-9]--"
        r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        max_length=250,
    ),
]
Confidence = Annotated[int, msgspec.Meta(ge=0, le=100)]
Json = Mapping[str, Any]


class StixObject(msgspec.Struct, frozen=True, kw_only=True):
    """Any object of STIX 2.1.

    Attributes:
        type: Name of its type, as in the front of its id.
        id: Its identifier.
        spec_version: Version of the standard that it states, if it does.
        object_marking_refs: Ids of the markings on the whole object.
        granular_markings: Markings on single properties.
        extensions: Properties of declared extensions, by the definition's id.
        extra: All properties that have no attribute here, as JSON values.
    """

    type: str
    id: Identifier
    spec_version: str | None = None
    object_marking_refs: tuple[Identifier, ...] | None = None
    granular_markings: tuple[Json, ...] | None = None
    extensions: Mapping[str, Json] | None = None
    extra: Json = msgspec.field(default_factory=dict)


class Observable(StixObject, frozen=True, kw_only=True):
    """A thing seen in the world; it has no versions and no author.

    Attributes:
        defanged: Whether its value was made harmless for reading.
    """

    defanged: bool | None = None


class DomainObject(StixObject, frozen=True, kw_only=True):
    """A statement by somebody, in versions.

    Attributes:
        created_by_ref: Id of the identity that states it.
        created: When its first version was made.
        modified: When this version was made.
        revoked: Whether its author takes it back.
        labels: Words of its author.
        confidence: 0..100, as in STIX 2.1, appendix A.
        lang: Language of its text (RFC 5646).
        external_references: What it refers to outside STIX.
    """

    created: Timestamp
    modified: Timestamp
    created_by_ref: Identifier | None = None
    revoked: bool | None = None
    labels: tuple[str, ...] | None = None
    confidence: Confidence | None = None
    lang: str | None = None
    external_references: tuple[Json, ...] | None = None
