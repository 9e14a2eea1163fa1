"""TAXII envelopes and bundles: the objects in them, each as the bytes that came.

The envelope is read once; its objects stay as they are written, so that what is kept, hashed
and given on is what was sent. Each object is judged for itself: good ones are kept, others
are listed with the property that is wrong.
"""

import hashlib
from typing import Any, Final

import msgspec

from legation.errors import BadInputError, RecordError
from legation.stix.received import Facts, received

_HINT: Final = 'send {"objects": [ … ]} with STIX 2.1 objects, as JSON in UTF-8'
_LONGEST_ID: Final = 300
LARGEST_OBJECT: Final = 4_000_000
_UNNAMED: Final = "unidentified"


class Taken(msgspec.Struct, frozen=True, gc=False):
    """An object that is as the standard asks.

    Attributes:
        facts: By what its version is known.
        raw: Its bytes as they came.
    """

    facts: Facts
    raw: bytes


class Refused(msgspec.Struct, frozen=True):
    """An object that is not.

    Attributes:
        object_id: Its id as far as it has one, else one made of its bytes.
        version_text: Its version as it states it, or empty.
        raw: Its bytes as they came.
        error: What is wrong, and where.
    """

    object_id: str
    version_text: str
    raw: bytes
    error: RecordError


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw] = []
    type: Any = None


def read_envelope(data: bytes, *, source: str) -> list[Taken | Refused]:
    """Read the objects of an envelope, or of a bundle, in their order.

    Args:
        data: Its JSON.
        source: Name of the file or partner, the front of each error's place.

    Raises:
        BadInputError: It is no envelope at all; single bad objects are listed instead.
    """
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
    except msgspec.ValidationError as bad:
        raise BadInputError(f"no envelope: {bad}", place=source, hint=_HINT) from bad
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise BadInputError(f"no JSON: {bad}", place=source, hint=_HINT) from bad
    except RecursionError as deep:
        raise BadInputError("it nests too deep", place=source, hint=_HINT) from deep
    place = f"{source}#/objects/"
    return [judged(bytes(raw), f"{place}{number}") for number, raw in enumerate(envelope.objects)]


def judged(raw: bytes, place: str) -> Taken | Refused:
    """Judge one object by its bytes."""
    value: Any = None
    try:
        value = _decoded(raw, place)
        return Taken(received(value, place=place), raw)
    except RecordError as bad:
        stated = value if isinstance(value, dict) else {}
        version = stated.get("modified", stated.get("created"))
        return Refused(
            _id_of(stated, raw), version[:60] if isinstance(version, str) else "", raw, bad
        )


def _decoded(raw: bytes, place: str) -> Any:
    if len(raw) > LARGEST_OBJECT:
        raise RecordError(
            f"it has more than {LARGEST_OBJECT:,} bytes", place=place, hint="send less of it"
        )
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise RecordError(f"no JSON: {bad}", place=place, hint=_HINT) from bad
    except RecursionError as deep:
        raise RecordError("it nests too deep", place=place, hint=_HINT) from deep


def _id_of(value: dict[str, Any], raw: bytes) -> str:
    stated = value.get("id")
    if isinstance(stated, str) and 0 < len(stated) <= _LONGEST_ID:
        return stated
    digest = hashlib.sha256(raw).hexdigest()
    return (
        f"{_UNNAMED}--{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
    )
