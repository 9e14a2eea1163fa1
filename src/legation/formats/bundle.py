"""STIX bundles: bytes to objects and back.

A bundle is only an envelope: its id means nothing and it carries no statement. Good
objects of a bundle with bad ones are kept; each bad one is listed with its JSON
pointer. Nothing that was in an object is lost, known to us or not.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from legation.errors import BadInputError, RecordError
from legation.stix.codec import decode_json, mapping_of, object_of
from legation.stix.ids import fact_id
from legation.stix.objects import StixObject

_HINT = 'give a STIX 2.1 bundle: {"type": "bundle", "id": "bundle--…", "objects": […]}'


class Reading(msgspec.Struct, frozen=True):
    """What a bundle held.

    Attributes:
        objects: The objects that could be read, in their order.
        rejected: One error for each object that could not, with its place.
    """

    objects: tuple[StixObject, ...]
    rejected: tuple[RecordError, ...]


def read_bundle(data: bytes, *, source: str) -> Reading:
    """Read a bundle.

    Args:
        data: Its JSON.
        source: Name of the file or partner, the front of each error's place.

    Raises:
        BadInputError: It is no bundle at all; single bad objects are listed instead.
    """
    place = f"{source}#"
    envelope = _envelope(data, source)
    if not isinstance(envelope, dict) or envelope.get("type") != "bundle":
        raise BadInputError("no STIX bundle", place=f"{place}/type", hint=_HINT)
    entries = envelope.get("objects", [])
    if not isinstance(entries, list):
        raise BadInputError("no list of objects", place=f"{place}/objects", hint=_HINT)
    objects: list[StixObject] = []
    rejected: list[RecordError] = []
    for number, entry in enumerate(entries):
        try:
            objects.append(object_of(entry, place=f"{place}/objects/{number}"))
        except RecordError as bad:
            rejected.append(bad)
    return Reading(tuple(objects), tuple(rejected))


def write_bundle(objects: Iterable[StixObject]) -> bytes:
    """Write a bundle; the same objects in the same order give the same bytes.

    Raises:
        BadInputError: There is no object: STIX forbids empty lists.
    """
    entries = [mapping_of(thing) for thing in objects]
    if not entries:
        raise BadInputError("a bundle without objects", place="", hint="export at least one object")
    named: list[Any] = [
        [entry["id"], str(entry.get("modified", entry.get("created", "")))] for entry in entries
    ]
    bundle = {"type": "bundle", "id": fact_id("bundle", *named), "objects": entries}
    return msgspec.json.format(msgspec.json.encode(bundle), indent=2)


def _envelope(data: bytes, source: str) -> Any:
    try:
        return decode_json(data, place=source)
    except RecordError as bad:
        # A record may be skipped; a bundle that is no JSON holds none.
        raise BadInputError("the bundle is no JSON", place=source, hint=bad.hint) from bad
