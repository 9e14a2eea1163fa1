"""Incidents as DISINFOX writes them.

DISINFOX (CyberDataLab; arXiv 2502.20997) keeps disinformation incidents as intrusion sets with
the labels "incident" and "disinformation", beside DISARM's techniques under ATT&CK's name. An
intrusion set is somebody who acts; read as one, an incident would stand among the actors.
So it is read as what it is, and its id stays beside the new one.
"""

from collections.abc import Mapping
from typing import Any, Final

from legation.formats.profiles.disarm import named_disarm
from legation.formats.profiles.envelope import read_pieces
from legation.formats.profiles.losses import Imported, Piece, Report
from legation.formats.profiles.opencti.links import rewritten
from legation.stix.objects import Json

SOURCE: Final = "DISINFOX"
_ACTOR, _INCIDENT, _LABEL = "intrusion-set", "incident", "incident"
_WHY: Final = "DISINFOX writes an incident as an intrusion set with this label"


def import_disinfox(data: bytes) -> Imported:
    """Read a bundle of DISINFOX: incidents as incidents, DISARM under its own name.

    Raises:
        BadInputError: It is no bundle and no object.
    """
    report = Report()
    pieces = read_pieces(data, report)
    there = {piece.value["id"] for piece in pieces}
    ids = {
        piece.value["id"]: new
        for piece in pieces
        if is_incident(piece.value) and (new := _named(piece.value["id"])) not in there
    }
    read = [_read(piece, ids, report) for piece in pieces]
    notes = (f"{len(ids)} intrusion sets are read as incidents",) if ids else ()
    return Imported(pieces=tuple(read), losses=report.all(), notes=notes, unread=report.unread())


def is_incident(value: Json) -> bool:
    """Tell whether an object is an incident that stands as an intrusion set.

    >>> is_incident({"type": "intrusion-set", "labels": ["incident"]})
    True
    """
    labels = value.get("labels")
    return value.get("type") == _ACTOR and isinstance(labels, list) and _LABEL in labels


def _named(identifier: str) -> str:
    return f"{_INCIDENT}--{identifier.partition('--')[2]}"


def _read(piece: Piece, ids: Mapping[str, str], report: Report) -> Piece:
    old = piece.value["id"]
    told: Any = rewritten(
        piece.value,
        ids,
        lambda at: report.add(
            old, at, "changed", _WHY if at == "/id" else "points at the incident"
        ),
    )
    if old in ids:
        report.add(old, "/type", "changed", _WHY)
        references = told.get("external_references", [])
        before = {"source_name": SOURCE, "external_id": old}
        if isinstance(references, list) and before not in references:
            references = [*references, before]
        told = {**told, "type": _INCIDENT, "external_references": references}
    told = named_disarm(told, report)
    return piece if told == piece.value else Piece(told, at=piece.at)
