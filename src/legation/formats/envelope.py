"""TAXII envelopes and bundles: the objects in them, each as the bytes that came.

The envelope is read once; its objects stay as they are written, so that what is kept, hashed
and given on is what was sent. Each object is judged for itself: good ones are kept, others
are listed with the property that is wrong.
"""

import hashlib
import re
from typing import Any, Final

import msgspec

from legation.errors import BadInputError, RecordError
from legation.formats.elements import check_elements
from legation.stix.received import Facts, received

_HINT: Final = 'send {"objects": [ … ]} with STIX 2.1 objects, as JSON in UTF-8'
_LONGEST_ID: Final = 300
LARGEST_OBJECT: Final = 4_000_000
DEEPEST: Final = 100
"""Levels of an object: those of STIX have about six, and a reader's stack has a thousand in all."""
_UNNAMED: Final = "unidentified"
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?')


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


def read_envelope(data: bytes, *, source: str) -> list[Taken | Refused]:
    """Read the objects of an envelope, or of a bundle, in their order.

    Args:
        data: Its JSON.
        source: Name of the file or partner, the front of each error's place.

    Raises:
        BadInputError: It is no envelope, or holds what has no id: then nothing of it is taken,
            since no answer could name it. Other bad objects are listed.
    """
    raws, names = _parts(data, source)
    found = []
    for number, (raw, count) in enumerate(zip(raws, names, strict=True)):
        place = f"{source}#/objects/{number}"
        one = judged(raw, place, names=count)
        if isinstance(one, Refused) and one.object_id.startswith(_UNNAMED):
            raise BadInputError(
                "an object with an id and a type is missing", place=place, hint=_HINT
            )
        found.append(one)
    return found


def _parts(data: bytes, source: str) -> tuple[list[bytes], list[int]]:
    """Return the objects as bytes, and how many names stand in each."""
    check_elements(data, place=source)
    try:
        data.decode()
        named = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        top = len(named)
        listed = named.pop("objects", b"[]")
        raws = [bytes(part) for part in msgspec.json.decode(listed, type=list[msgspec.Raw])]
    except msgspec.ValidationError as bad:
        raise BadInputError(f"no envelope: {bad}", place=source, hint=_HINT) from bad
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise BadInputError(f"no JSON in UTF-8: {bad}", place=source, hint=_HINT) from bad
    except RecursionError as deep:
        raise BadInputError("it nests too deep", place=source, hint=_HINT) from deep
    names = [_names(raw) for raw in raws]
    others = sum(_names(bytes(part)) for part in named.values())
    if _names(data) != top + others + sum(names):
        raise BadInputError("a name stands twice in it", place=source, hint=_HINT)
    return raws, names


def _names(raw: bytes, *, tight: bool = False) -> int:
    """Return how many names of properties stand in a text of JSON, also those that come again.

    Two programs read two values out of one name that stands twice; so one could be checked, and
    the other passed on.

    Args:
        raw: The text.
        tight: Whether no blank stands between its parts.
    """
    if b"\\" not in raw:
        packed = raw if tight else msgspec.json.format(raw, indent=-1)
        # Where no string begins with a colon, each of these ends a name.
        if not (
            b':":' in packed or b',":' in packed or b'[":' in packed or b'{":' in packed
        ):  # one by one: a loop costs more than the looking
            return packed.count(b'":')
    return _STRING.sub(b"", raw).count(b":")


def judged(raw: bytes, place: str, *, names: int | None = None) -> Taken | Refused:
    """Judge one object by its bytes.

    Args:
        raw: As they came.
        place: Where it came from, for errors.
        names: How many names of properties stand in it, where that is known.
    """
    value: Any = None
    try:
        value = _decoded(raw, place)
        _refuse_oddities(value, raw, _names(raw) if names is None else names, place)
        return Taken(received(value, place=place), raw)
    except RecordError as bad:
        stated = value if isinstance(value, dict) else {}
        version = stated.get("modified", stated.get("created"))
        return Refused(
            _id_of(stated, raw),
            version[:60] if isinstance(version, str) else "",
            raw,
            _let_go(bad),
        )


def _let_go(bad: RecordError) -> RecordError:
    """Return an error without the frames it was raised in: each holds the object once more."""
    bad.__cause__ = bad.__context__ = None
    return bad.with_traceback(None)


def _refuse_oddities(value: Any, raw: bytes, names: int, place: str) -> None:
    if len(raw) > LARGEST_OBJECT:
        raise RecordError(
            f"it has more than {LARGEST_OBJECT:,} bytes", place=place, hint="send less of it"
        )
    # What has fewer brackets than levels has no such depth.
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _is_deep(value):
        raise RecordError("it nests too deep", place=place, hint="send what is less deep")
    if _names(msgspec.json.encode(value), tight=True) != names:
        raise RecordError("a name stands twice in it", place=place, hint=_HINT)


def _is_deep(value: Any) -> bool:
    """Tell whether a value nests deeper than every reader of ours is sure to follow."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _decoded(raw: bytes, place: str) -> Any:
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
