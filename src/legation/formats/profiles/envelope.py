"""Bundles as JSON values: around the bytes of each object, with hostile ones bounded.

The bytes of an object that came from outside are written as they came, so a signature over
them still holds. Text that UTF-8 cannot hold (half of a surrogate pair) is kept as JSON
writes it, escaped.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

import msgspec

from legation.errors import BadInputError, RecordError, VerificationError
from legation.formats.profiles.losses import Loss, Piece, Report, step
from legation.stix.codec import object_of
from legation.stix.ids import fact_id
from legation.stix.objects import Json
from legation.stix.tlp import level_of, refuse_forged
from legation.stix.vocabulary import MarkingDefinition

MEDIA_TYPE: Final = "application/stix+json;version=2.1"
# Far beyond what any object needs, and far below what a walk through it can bear.
DEEPEST: Final = 100
_ID: Final = re.compile(
    r"[a-z][a-z0-9-]*[a-z0-9]--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
)
_LONGEST_ID: Final = 250
_HINT: Final = "give JSON in UTF-8: a STIX 2.1 bundle, or one object"
_ENVELOPE: Final = ("type", "id", "objects")


class _Bundle(msgspec.Struct):
    objects: list[msgspec.Raw] = []


def read_json(data: bytes) -> Any:
    """Read JSON of any shape; half of a surrogate pair is kept.

    Raises:
        BadInputError: The bytes are no JSON, nest too deep, or hold a number beyond a double.
    """
    try:
        return msgspec.json.decode(data)
    except RecursionError as deep:
        raise BadInputError("nests too deep", place="", hint=_HINT) from deep
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _read_slowly(data)


def write_json(value: Any) -> bytes:
    """Write a JSON value on one line; the same value in the same order gives the same bytes."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def ordered(value: Any) -> Any:
    """Return a JSON value with its keys in one order: the standard's first, then by name."""
    return _sorted(value, ("type", "spec_version", "id", "created_by_ref", "created", "modified"))


def bytes_of(piece: Piece) -> bytes:
    """Return the bytes of an object: those that it came in, or its value written.

    Raises:
        VerificationError: The bytes that were given with it say something else.
    """
    if piece.raw is None:
        return write_json(piece.value)
    said = read_json(piece.raw)
    if deeper(said) or write_json(ordered(said)) != write_json(ordered(piece.value)):
        raise VerificationError(
            f"the bytes given for {piece.value.get('id')!r:.80} are not its value",
            hint="give an object with the bytes that it came in, or with none",
        )
    return piece.raw


def write_pieces(pieces: Sequence[Piece]) -> bytes:
    """Write a bundle around objects; its id follows from their bytes.

    Raises:
        BadInputError: There is no object: STIX forbids empty lists.
    """
    if not pieces:
        raise BadInputError("a bundle without objects", place="", hint="export at least one object")
    inner = b",\n".join(map(bytes_of, pieces))
    named = fact_id("bundle", hashlib.sha256(inner).hexdigest())
    return b'{"type":"bundle","id":"%s","objects":[\n%s\n]}\n' % (named.encode(), inner)


def read_pieces(data: bytes, report: Report) -> tuple[Piece, ...]:
    """Read a bundle, or one object that stands alone, with the bytes of each object.

    What is no object, nests too deep, or states a level of TLP under a false id is left out
    and named in the report, with its bytes and its place.

    Raises:
        BadInputError: It is no bundle and no object.
    """
    value = read_json(data)
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        raise BadInputError("no STIX bundle", place="", hint=_HINT)
    if value["type"] != "bundle":
        found: Iterable[Piece] = [Piece(value, data.strip())]
    else:
        objects = value.get("objects", [])
        if not isinstance(objects, list):
            raise BadInputError("no list of objects", place="/objects", hint=_HINT)
        _tell_envelope(value, report)
        found = _slices(objects, data)
    return tuple(_kept(found, report))


def checked(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return objects that are to leave.

    Raises:
        BadInputError: One of them is no object with a type and an id of STIX 2.1, or
            nests too deep.
    """
    given = tuple(pieces)
    for number, piece in enumerate(given):
        if why := _fault(piece.value):
            raise BadInputError(
                why, place=f"/objects/{number}", hint="give STIX objects as JSON values"
            )
    return given


def without_forged(pieces: Iterable[Piece], report: Report) -> tuple[Piece, ...]:
    """Leave out definitions that misuse the id of a level of TLP, or state one under another."""
    kept = []
    for piece in pieces:
        if why := _forged(piece.value):
            report.add(piece.value["id"], "", "dropped", why)
        else:
            kept.append(piece)
    return tuple(kept)


def is_id(text: Any) -> bool:
    """Tell whether a value is an id as STIX 2.1 has them."""
    return isinstance(text, str) and len(text) <= _LONGEST_ID and bool(_ID.fullmatch(text))


def deeper(value: Any) -> bool:
    """Tell whether a JSON value nests deeper than is walked through."""
    level = [value] if isinstance(value, Mapping | list | tuple) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for part in level
            for inner in (part.values() if isinstance(part, Mapping) else part)
            if isinstance(inner, Mapping | list | tuple)
        ]
        if not level:
            return False
    return True


def marking_refs(value: Json) -> Iterator[str]:
    """Yield the ids of markings on an object and on its parts."""
    refs = value.get("object_marking_refs")
    yield from (ref for ref in refs if isinstance(ref, str)) if isinstance(refs, list) else ()
    granular = value.get("granular_markings")
    for part in granular if isinstance(granular, list) else ():
        ref = part.get("marking_ref") if isinstance(part, Mapping) else None
        if isinstance(ref, str):
            yield ref


def version_of(value: Json) -> str:
    """Return what orders the versions of one object."""
    return str(value.get("modified", value.get("created", "")))


def _read_slowly(data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError as bad:
        raise BadInputError("no UTF-8", place="", hint=_HINT) from bad
    except RecursionError as deep:
        raise BadInputError("nests too deep", place="", hint=_HINT) from deep
    except ValueError as bad:
        raise BadInputError(f"no JSON: {_why(bad)}", place="", hint=_HINT) from bad


def _why(bad: ValueError) -> str:
    if not isinstance(bad, json.JSONDecodeError):
        return str(bad)
    if not bad.doc.strip():
        return "it is empty"
    if bad.pos >= len(bad.doc.rstrip()) or bad.msg.startswith("Unterminated"):
        return "it ends too early"
    return f"line {bad.lineno}, column {bad.colno}: {bad.msg}"


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is beyond a double")
    return number


def _sorted(value: Any, first: Sequence[str] = ()) -> Any:
    if isinstance(value, Mapping):
        names = [name for name in first if name in value]
        names += sorted(name for name in value if name not in first)
        return {name: _sorted(value[name]) for name in names}
    return [_sorted(part) for part in value] if isinstance(value, list | tuple) else value


def _tell_envelope(value: Json, report: Report) -> None:
    for name in value:
        if name not in _ENVELOPE:
            why = "a bundle is only an envelope: what it says of itself is not kept"
            report.add("", step(name), "dropped", why)


def _slices(objects: list[Any], data: bytes) -> list[Piece]:
    raws: list[bytes | None]
    try:
        raws = [bytes(raw) for raw in msgspec.json.decode(data, type=_Bundle).objects]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raws = []
    if len(raws) != len(objects):
        # Only the slow reader can read it: its values are kept, its spaces are not.
        raws = [None] * len(objects)
    return [
        Piece(value, raw, f"/objects/{number}")
        for number, (value, raw) in enumerate(zip(objects, raws, strict=True))
    ]


def _kept(found: Iterable[Piece], report: Report) -> Iterator[Piece]:
    for piece in found:
        fault, named = _fault(piece.value), ""
        if not fault:
            fault, named = _forged(piece.value), piece.value["id"]
        if fault:
            loss = Loss(
                object_id=named, property="" if named else piece.at, what="dropped", why=fault
            )
            raw = write_json(piece.value) if piece.raw is None else piece.raw
            report.set_aside(raw, piece.at, loss)
        else:
            yield piece


def _fault(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "it is no object"
    if not isinstance(value.get("type"), str) or not is_id(value.get("id")):
        return "it has no type and id as STIX 2.1 has them"
    if value["id"].partition("--")[0] != value["type"]:
        return "its id names another type than it has"
    if deeper(value):
        return f"it nests deeper than {DEEPEST} levels"
    return ""


def _forged(value: Json) -> str:
    """Return why a definition misuses the id of a level of TLP; empty: it does not."""
    if value["type"] != "marking-definition":
        return ""
    try:
        thing = object_of(value)
        if isinstance(thing, MarkingDefinition):
            refuse_forged(thing)
    except VerificationError as bad:
        return str(bad)
    except RecordError:
        # It cannot be read, so it cannot say what a published level is.
        if level_of(value["id"]) is not None:
            return "no definition that can be read has a level's id"
    return ""
