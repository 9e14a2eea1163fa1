"""Answers beside what they answer, as one reader may know them: the newest, and how many.

An answer has a label of its own, which may be stricter than that of what it is about: what the
reader does not meet is neither shown nor counted. It is one question of the store, whatever was
answered.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.sharing.answering import said_in
from legation.app.sharing.knowing import Knowing
from legation.app.sharing.receiving import given
from legation.app.sharing.senders import called
from legation.stix.labels import Label
from legation.store.values import microseconds, moment

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.exchange.hearing import Piece, Said

SHOWN: Final = 20
"""Answers that a page shows."""
MOST: Final = 1_000
"""Answers that are looked through for a page."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One answer.

    Attributes:
        kind: sighting, opinion, note, lesson.
        words: What it says in words; of a sighting, nothing.
        opinion: Of an opinion, how far its sender agrees.
        seen: Of a sighting, how often; None: that is not stated.
        at: When it came, or was sent.
        confidence: 0 to 100, at most as much as we give its sender; None: neither says.
        sender: Who gave it, as this reader is told; empty: this desk.
        link: Random id of the partner that sent it, and the id of its object; empty: this desk.
        label: Of the answer, with that of the lesson of which it tells.
    """

    kind: str
    words: str
    opinion: str = ""
    seen: int | None = None
    at: datetime
    confidence: int | None
    sender: str
    link: tuple[str, str] | tuple[()]
    label: Label


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered.

    Attributes:
        items: The newest, the last that came first.
        total: How many of those that were looked through the reader may know.
        more: Whether there are more than were looked through.
        labels: Of those that are shown.
    """

    items: tuple[Heard, ...] = ()
    total: int = 0
    more: bool = False
    labels: tuple[Label, ...] = ()


def heard_of(
    scope: "Scope",
    object_id: str,
    verbs: Collection[str],
    *,
    until: datetime | None = None,
    most: int = SHOWN,
) -> Answers:
    """Return what partners answered to an object of ours, under whatever id they have it.

    Args:
        scope: The reader before the store.
        object_id: Of an object that the reader may know.
        verbs: What the reader may do on the desk.
        until: Only what came until then; None: all.
        most: How many are returned at most; all that were looked through are counted.
    """
    said = scope.store.hearing.about(object_id, ours=True, limit=MOST + 1)
    return _told(scope, said, verbs, until=until, most=most)


def said_of(scope: "Scope", object_id: str, verbs: Collection[str]) -> Answers:
    """Return what partners and this desk answered to an object that a partner sent.

    Args:
        scope: The reader before the store.
        object_id: Of an object that the reader may know.
        verbs: What the reader may do on the desk.
    """
    return _told(scope, scope.store.hearing.about(object_id, ours=False, limit=MOST + 1), verbs)


def _told(
    scope: "Scope",
    said: "Said",
    verbs: Collection[str],
    *,
    until: datetime | None = None,
    most: int = SHOWN,
) -> Answers:
    knowing = Knowing(scope)
    if said.whole:
        numbers = {one.number for one in said.answers}
        knowing.teach(numbers, [(one.number, _value(one)) for one in said.definitions])
    every = said.answers[:MOST]
    if until is not None:
        every = tuple(one for one in every if one.added_us <= microseconds(until))
    known = [one for one in _known(knowing, every) if one[1].get("revoked") is not True]
    shown = known[:most]
    lessons = {
        (one.number, str(value["id"])): (value, label)
        for one, value, label in _known(knowing, said.lessons)
    }
    told = [_heard(*one, verbs=verbs, lessons=lessons) for one in shown]
    return Answers(
        items=tuple(told),
        total=len(known),
        more=len(said.answers) > MOST,
        labels=tuple(one.label for one in told),
    )


def _known(
    knowing: Knowing, pieces: "Sequence[Piece]"
) -> "list[tuple[Piece, dict[str, Any], Label]]":
    values = [_value(one) for one in pieces]
    labels = knowing.labels([(one.number, each) for one, each in zip(pieces, values, strict=True)])
    may = knowing.known(labels)
    return [
        (one, value, label)
        for one, value, label, known in zip(pieces, values, labels, may, strict=True)
        if known
    ]


def _heard(
    one: "Piece",
    value: dict[str, Any],
    label: Label,
    *,
    verbs: Collection[str],
    lessons: Mapping[tuple[int, str], tuple[Mapping[str, Any], Label]],
) -> Heard:
    lesson = lessons.get((one.number, str(value.get("source_ref", ""))))
    kind, words = said_in(value, lambda _: lesson[0] if lesson else {})
    apart = {"sighting": "", "opinion": str(value.get("explanation", ""))}
    by = one.sender
    return Heard(
        kind=kind,
        words=apart.get(kind, words),
        opinion=str(value["opinion"]) if kind == "opinion" else "",
        seen=value.get("count") if kind == "sighting" else None,
        at=moment(one.added_us),
        confidence=given(value.get("confidence"), by.confidence if by else None),
        sender=called(by, by.partner_id, verbs) if by else "",
        link=(by.partner_id, str(value["id"])) if by else (),
        label=label.joined(lesson[1]) if lesson else label,
    )


def _value(one: "Piece") -> dict[str, Any]:
    return msgspec.json.decode(one.raw, type=dict[str, Any])
