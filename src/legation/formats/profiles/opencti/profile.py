"""The profile of OpenCTI: its types, its ids, its family of TLP.

OpenCTI is the platform that most who watch information manipulation work with. Objects leave
under the ids that it gives itself, so nothing is there twice; the ids that they had come back
with them. What a platform does not keep is named, and stays in the file for other readers.
"""

from collections.abc import Iterable

from legation.formats.profiles.envelope import (
    MEDIA_TYPE,
    checked,
    ordered,
    read_pieces,
    without_forged,
    write_pieces,
)
from legation.formats.profiles.losses import Exported, Imported, Piece, Report
from legation.formats.profiles.marks import definitions_missing, once
from legation.formats.profiles.opencti.links import ids_before, inward, outward
from legation.formats.profiles.opencti.shapes import (
    from_opencti,
    gathered,
    tell_unread,
    to_opencti,
    unread,
)


def export_opencti(pieces: Iterable[Piece]) -> Exported:
    """Write objects as a bundle for OpenCTI.

    Raises:
        BadInputError: There is no object, or one is none.
    """
    report = Report()
    given = without_forged(checked(pieces), report)
    shaped = once([to_opencti(piece.value, report) for piece in given], report)
    sent = outward(shaped, report)
    left = unread(sent)
    for before, after in zip(shaped, sent, strict=True):
        tell_unread(after, before["id"], left, report)
    things = [*sent, *definitions_missing(sent)]
    content = write_pieces([Piece(ordered(thing)) for thing in things])
    return Exported(content=content, media_type=MEDIA_TYPE, losses=report.all())


def import_opencti(data: bytes) -> Imported:
    """Read a bundle of OpenCTI's.

    Objects come under the ids that they had before they went there, where OpenCTI says it;
    TLP comes in the OASIS family, and DISARM under its own name.

    Raises:
        BadInputError: It is no bundle and no object.
    """
    report = Report()
    values = [gathered(piece.value, report) for piece in read_pieces(data, report)]
    before = ids_before(values)
    told = once([from_opencti(value, report) for value in values], report)
    pieces = tuple(Piece(inward(value, before, report)) for value in told)
    return Imported(pieces=pieces, losses=report.all(), unread=report.unread())
