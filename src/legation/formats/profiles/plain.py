"""STIX 2.1 as it is: the profile that loses nothing.

What came from outside goes out as it came, byte for byte: whoever changes an object under
its own id and version makes a second truth of it. The bundle is closed, though: published
definitions of the levels that objects carry, and of legation's own extensions, are added.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from legation.formats.profiles.disarm import named_disarm
from legation.formats.profiles.envelope import (
    MEDIA_TYPE,
    checked,
    read_pieces,
    without_forged,
    write_pieces,
)
from legation.formats.profiles.losses import Exported, Imported, Piece, Report
from legation.formats.profiles.marks import definitions_missing, once, remarked
from legation.stix.codec import mapping_of
from legation.stix.extensions import AUTHOR, KINDS, definition, extension_id
from legation.stix.objects import Json


def export_plain(pieces: Iterable[Piece], *, tidy: bool = False) -> Exported:
    """Write objects as a bundle of STIX 2.1.

    Args:
        pieces: The objects; where their bytes are given, those are written.
        tidy: Write TLP in the OASIS family and DISARM under its own name. Objects that
            had them otherwise then differ from their authors' and lose their bytes.

    Raises:
        BadInputError: There is no object, or one is none.
        VerificationError: The bytes given with an object are not its value.
    """
    report = Report()
    things = closed(checked(pieces), report, tidy=tidy)
    return Exported(content=write_pieces(things), media_type=MEDIA_TYPE, losses=report.all())


def closed(pieces: Iterable[Piece], report: Report, *, tidy: bool = False) -> tuple[Piece, ...]:
    """Return objects with the published definitions that they rest on behind them."""
    things = without_forged(pieces, report)
    if tidy:
        things = _tidied(things, report)
    values = [piece.value for piece in things]
    added = [*definitions_missing(values), *_extensions_missing(values)]
    return (*things, *map(Piece, added))


def import_plain(data: bytes) -> Imported:
    """Read a bundle of STIX 2.1, or one object, with the bytes of each object.

    Raises:
        BadInputError: It is no bundle and no object.
    """
    report = Report()
    pieces = read_pieces(data, report)
    return Imported(pieces=pieces, losses=report.all(), unread=report.unread())


def _tidied(pieces: Iterable[Piece], report: Report) -> tuple[Piece, ...]:
    made = []
    for piece in pieces:
        value = named_disarm(remarked(piece.value, "oasis", report), report)
        made.append(piece if value == piece.value else Piece(value))
    kept = {id(value) for value in once((piece.value for piece in made), report)}
    return tuple(piece for piece in made if id(piece.value) in kept)


def _extensions_missing(values: list[Json]) -> Iterator[dict[str, Any]]:
    there = {value["id"] for value in values}
    used = {name for value in values for name in _extensions(value)}
    ours = [kind for kind in KINDS if extension_id(kind) in used - there]
    if ours and AUTHOR.id not in there:
        yield mapping_of(AUTHOR)
    for kind in ours:
        yield mapping_of(definition(kind))


def _extensions(value: Json) -> Iterator[str]:
    found = value.get("extensions")
    if isinstance(found, Mapping):
        yield from found
