"""Learning both ways: what partners answer to what we sent, and what we answer to what they did.

An answer is an object of STIX: a sighting (that it was seen, how often), an opinion, a note, or a
lesson, which is a course of action. What a partner says of its copy is shown beside the object
that the copy was made of. What we say goes through the gate like all that leaves: a sighting is a
count and two times, and says neither who saw it nor where.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, final
from uuid import UUID, uuid4

import msgspec

from legation.app.sharing.outgoing import Outgoing, Pushed
from legation.app.sharing.receiving import given
from legation.errors import DeniedError, NotFoundError, UsageError
from legation.stix.ids import new_id
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, marking_ref
from legation.store.exchange.reading import Wanted
from legation.store.values import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from legation.app.scope import Scope
    from legation.crypto.keys import KeySet
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store

Opinion = Literal["strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"]
OPINIONS: Final[tuple[Opinion, ...]] = (
    "strongly-disagree",
    "disagree",
    "neutral",
    "agree",
    "strongly-agree",
)
_LONGEST: Final = 10_000
_ALL: Final = 1 << 40


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as people read it.

    Attributes:
        partner: Who gave it, by the name that people of the house use.
        kind: sighting, opinion, note, lesson.
        about: Id of what it is about, on our side.
        words: What it says; of a sighting, how often.
        at: When it came.
        confidence: 0 to 100 as the partner states it, at most as much as we give the partner;
            None: neither says.
    """

    partner: str
    kind: str
    about: str
    words: str
    at: datetime
    confidence: int | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What we answer; exactly one of the first four is given.

    Attributes:
        seen: How often it was seen; 0: that was not stated.
        opinion: How far we agree.
        note: Words.
        lesson: What is done against it, in words.
        why: Why, beside an opinion.
        first: Since when it was seen.
        last: Until when.
        tlp: Under which level the answer stands.
    """

    seen: int | None = None
    opinion: Opinion | None = None
    note: str = ""
    lesson: str = ""
    why: str = ""
    first: datetime | None = None
    last: datetime | None = None
    tlp: Tlp = Tlp.AMBER


def answers_to(scope: "Scope", object_id: str) -> list[Told]:
    """Return what partners answered to an object of ours, under whatever id they have it.

    Raises:
        NotFoundError: There is no such object for this reader.
    """
    store = scope.store
    known = scope.objects
    known.get(object_id)
    copies = {one.sent_id for one in store.ledger.find(object_id=object_id)}
    partners = {one.partner_id: one for one in store.partners.every()}
    inboxes = {one.inbox: one for one in partners.values()}
    found = []
    for one in store.answers.about({object_id, *copies}):
        partner = inboxes.get(one.number)
        if partner is not None:
            value = msgspec.json.decode(one.raw, type=dict[str, Any])
            if value.get("revoked") is not True:
                kind, words = said_in(value, lambda ref, own=partner: _lesson(store, own, ref))  # type: ignore[misc]  # a lambda has no types
                found.append(
                    Told(
                        partner=partner.name,
                        kind=kind,
                        about=object_id,
                        words=words,
                        at=moment(one.added_us),
                        confidence=given(value.get("confidence"), partner.confidence),
                    )
                )
    return found


@final
class Answering:
    """Answers what partners sent, for one reader on an open store."""

    def __init__(self, scope: "Scope", keys: "KeySet", maker: "Callable[[], UUID]" = uuid4) -> None:
        """Act in a scope, with the desk's keys."""
        self._scope, self._store, self._maker = scope, scope.store, maker
        self._outgoing = Outgoing(scope, keys)

    def answer(self, name: str, object_id: str, said: Said) -> Pushed:
        """Send an answer to what a partner sent.

        Args:
            name: The partner.
            object_id: Id of its object, as it sent it.
            said: What we answer.

        Raises:
            NotFoundError: The partner sent no such object.
            UsageError: Not exactly one thing is said.
            DeniedError: The policy does not let it leave; the reasons are told.
        """
        partner = self._store.partners.get(name)
        _sent_by(self._store, partner, object_id)
        if said.tlp > self._scope.reader.clearance.tlp:
            raise DeniedError(
                f"{said.tlp} is above what you may know", hint="state a level that you may know"
            )
        return self._outgoing.push_values(partner, self._values(said, object_id), about=object_id)

    def _values(self, said: Said, object_id: str) -> list[dict[str, Any]]:
        things = [said.seen is not None, said.opinion is not None, said.note, said.lesson]
        if sum(map(bool, things)) != 1:
            raise UsageError(
                "an answer says one thing", hint="give --seen, --opinion, --note or --lesson"
            )
        for words in (said.note, said.lesson, said.why):
            if len(words) > _LONGEST:
                raise UsageError("these are too many words", hint=f"up to {_LONGEST:,} signs")
        if said.seen is not None:
            return [self._made("sighting", said, **_sighting(said, object_id))]
        if said.opinion is not None:
            more = {"explanation": said.why} if said.why else {}
            about: dict[str, Any] = {"opinion": said.opinion, "object_refs": [object_id]}
            return [self._made("opinion", said, **about, **more)]
        if said.note:
            first = said.note.partition("\n")[0][:200]
            about = {"abstract": first, "content": said.note, "object_refs": [object_id]}
            return [self._made("note", said, **about)]
        lesson = self._made(
            "course-of-action",
            said,
            name=said.lesson.partition("\n")[0][:200],
            description=said.lesson,
        )
        tie = {"source_ref": lesson["id"], "target_ref": object_id}
        return [lesson, self._made("relationship", said, relationship_type="mitigates", **tie)]

    def _made(self, kind: str, said: Said, **more: Any) -> dict[str, Any]:
        at = Timestamp.of(self._scope.now()).text
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": new_id(kind, self._maker),
            "created": at,
            "modified": at,
            "object_marking_refs": [marking_ref(said.tlp)],
            **more,
        }


def _sighting(said: Said, object_id: str) -> dict[str, Any]:
    told: dict[str, Any] = {"sighting_of_ref": object_id}
    if said.seen:
        told["count"] = said.seen
    for name, at in (("first_seen", said.first), ("last_seen", said.last)):
        if at is not None:
            told[name] = Timestamp.of(at).text
    return told


def _sent_by(store: "Store", partner: "Partner", object_id: str) -> dict[str, Any]:
    with store.collections.reading(partner.inbox) as shelf:
        found, _ = shelf.page(Wanted(ids=(object_id,)), after_us=0, limit=1, most_bytes=_ALL)
    if not found:
        raise NotFoundError(
            f"{partner.name} sent no object {object_id!r:.90}", hint="see legation share received"
        )
    return msgspec.json.decode(found[0].raw, type=dict[str, Any])


def said_in(
    value: Mapping[str, Any], lesson: "Callable[[str], Mapping[str, Any]]"
) -> tuple[str, str]:
    """Return of which kind an answer is, and what it says in words.

    Args:
        value: The object.
        lesson: Gives the course of action of an id; an empty mapping where it is not here.
    """
    kind = str(value["type"])
    words = str(value.get("content", value.get("explanation", "")))
    if kind == "sighting":
        words = f"seen {value['count']} times" if "count" in value else "seen"
    elif kind == "opinion":
        words = f"{value['opinion']}: {words}" if words else str(value["opinion"])
    elif kind == "relationship":
        kind, found = "lesson", lesson(value["source_ref"])
        words = str(found.get("description", found.get("name", value["source_ref"])))
    return kind, words


def _lesson(store: "Store", partner: "Partner", object_id: str) -> dict[str, Any]:
    try:
        return _sent_by(store, partner, object_id)
    except NotFoundError:
        return {}
