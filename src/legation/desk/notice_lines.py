"""Notices as they are listed and handed out: what happened, of what, and whether it was read."""

from typing import Final

import msgspec

from legation.app.noticing import SAID
from legation.store.notices import Notice

# Its subject is a number that would tell how many entries are hidden.
_UNNUMBERED: Final = "duty.handover"
# The part of a case to which a notice leads.
_PARTS_OF_CASES: Final = {"case.attribution": "attribution", "case.decision": "answers"}
# Where notices lead, by what they are about.
_PLACES: Final = {
    "job": "/job",
    "decision": "/decision",
    "statement": "/draft",
    "copy": "/statements/copy",
    "duty": "/duty",
}
_ROOMS: Final = {"import": "/import", "duty.handover": "/handover"}


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as it is listed and handed out.

    Attributes:
        says: The sentence of its kind.
        grade: Of the campaign, when it is about one.
        about: Id of the object, job, import or call.
    """

    number: int
    at: str
    kind: str
    says: str
    grade: str
    about: str
    read: bool


def place_told(notice: Notice) -> str:
    """Return the address of what a notice is about, as far as its subject tells; else empty."""
    kind = notice.kind.partition(".")[0]
    if kind == "case":
        return f"/case/{notice.subject}/{_PARTS_OF_CASES.get(notice.kind, '')}".rstrip("/")
    if notice.kind in _ROOMS or kind in _ROOMS:
        return _ROOMS.get(notice.kind) or _ROOMS[kind]
    return f"{_PLACES[kind]}/{notice.subject}" if kind in _PLACES else ""


def line_of(notice: Notice) -> NoticeLine:
    """Return a notice as it is listed."""
    return NoticeLine(
        number=notice.seq,
        at=notice.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        kind=notice.kind,
        says=SAID.get(notice.kind, "Something happened."),
        grade=str(notice.facts.get("grade", "")),
        about=_about(notice),
        read=notice.read,
    )


def _about(notice: Notice) -> str:
    # Of what waits in a case, its number says more than the id of an entry.
    if notice.kind in _PARTS_OF_CASES:
        return notice.subject
    return notice.object_id or ("" if notice.kind == _UNNUMBERED else notice.subject)
