"""A file of a partner, read by its profile: its objects as bytes, each with its place.

Reading decides nothing: what the file is, what is in it, and what could not be read as an object,
with its place. Errors name the file.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from legation.app.sharing.packages import MAGIC, Opened, opened
from legation.errors import BadInputError, RecordError, UsageError, VerificationError
from legation.formats.envelope import Refused, Taken, judged
from legation.formats.profiles.catalogue import IMPORTS
from legation.formats.profiles.disinfox import is_incident
from legation.formats.profiles.losses import Imported, Loss, Piece, Unread
from legation.formats.profiles.opencti.ids import EXTENSION as OPENCTI

# Some editors begin UTF-8 with it (RFC 8259, section 8.1: a reader may ignore it).
_MARK: Final = b"\xef\xbb\xbf"
_DEFINITIONS: Final = ("marking-definition", "extension-definition")
_HINT: Final = "compare the object with STIX 2.1, or ask its author for a valid one"


class ReadFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was read.

    Attributes:
        profile: By which it was read.
        content: What was read, out of the package where it came in one.
        objects: What is in it, judged one by one, also what could not be read as an object.
        losses: What of the rest did not pass as it was.
        notes: What a person should know of it.
        package: The signed package in which it came.
    """

    profile: str
    content: bytes
    objects: tuple[Taken | Refused, ...]
    losses: tuple[Loss, ...]
    notes: tuple[str, ...]
    package: Opened | None = None


def read_file(data: bytes, place: str, *, profile: str = "", pinned: str = "") -> ReadFile:
    """Read a file that a partner sent.

    Args:
        data: The file.
        place: Its name, for errors.
        profile: By which it is read; empty: it is recognised.
        pinned: Fingerprint of who must have signed it, where it is a package.

    Raises:
        UsageError: There is no such profile.
        BadInputError: The file is not what its profile reads.
        VerificationError: It is a package, and its signature does not hold.
    """
    try:
        package = opened(data, pinned=pinned) if data.startswith(MAGIC) else None
        content = package.content if package else data.removeprefix(_MARK)
        chosen = package.manifest.profile if package else profile or recognised(content)
        if chosen not in IMPORTS:
            raise UsageError(
                f"no profile {chosen!r:.40}", hint=f"choose one of: {', '.join(sorted(IMPORTS))}"
            )
        read = IMPORTS[chosen](content)
    except BadInputError as bad:
        raise BadInputError(str(bad), place=place, hint=bad.hint) from bad
    except VerificationError as bad:
        raise VerificationError(f"{place}: {bad}", hint=bad.hint) from bad
    aside = {one.loss for one in read.unread}
    return ReadFile(
        profile=chosen,
        content=content,
        objects=(
            *(judged(raw, at) for raw, at in _raws(read, place)),
            *(_unread(one, place) for one in read.unread),
        ),
        losses=tuple(one for one in read.losses if one not in aside),
        notes=read.notes,
        package=package,
    )


def recognised(data: bytes) -> str:
    """Return by which profile a file is read.

    An event of MISP says what it is; a file of OpenCTI has its extension on objects; one of
    DISINFOX has an intrusion set with the label `incident`. All else is STIX as it is.

    >>> recognised(b'{"Event": {}}')
    'misp'
    """
    try:
        top = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "plain"
    if "Event" in top or "response" in top:
        return "misp"
    if OPENCTI.encode() in data:
        return "opencti"
    return "disinfox" if any(map(is_incident, _intrusion_sets(data, top))) else "plain"


def _intrusion_sets(data: bytes, top: Mapping[str, msgspec.Raw]) -> Iterator[Mapping[str, Any]]:
    if b"intrusion-set" not in data:
        return
    try:
        raws = msgspec.json.decode(top["objects"], type=list[msgspec.Raw])
    except KeyError:
        raws = [msgspec.Raw(data)]
    except msgspec.MsgspecError:
        return
    for raw in raws:
        if b"intrusion-set" in bytes(raw):
            value = msgspec.json.decode(raw)
            if isinstance(value, dict):
                yield value


def _raws(read: Imported, place: str) -> Iterator[tuple[bytes, str]]:
    """Yield the objects as bytes, with their places.

    They are as they came where they came as STIX, else as they are made.
    """
    for piece in read.pieces:
        where = f"{place}#{piece.at}" if piece.at else f"{place}: {_named(piece)}"
        if piece.raw is not None:
            yield piece.raw, where
            continue
        value = dict(piece.value)
        if read.marked and value.get("type") not in _DEFINITIONS:
            marked = [*value.get("object_marking_refs", ()), *read.marked]
            value["object_marking_refs"] = list(dict.fromkeys(marked))
        yield msgspec.json.encode(value), where


def _named(piece: Piece) -> str:
    return str(piece.value.get("id", ""))[:100]


def _unread(one: Unread, place: str) -> Refused:
    """Return what could not be read, to be kept aside, under its place."""
    where = f"{place}#{one.at}" if one.at else place
    found = judged(one.raw, where)
    if isinstance(found, Refused):
        return found
    error = RecordError(one.loss.why, place=where, hint=_HINT)
    return Refused(found.facts.object_id, found.facts.version_text, one.raw, error)
