"""What is said about one object of ours, with all that a page needs of it, by one question.

Pages on which answers stand beside what they answer ask much else of the store. So the newest
answers come together with who sent them, with the lessons that they point to, and with the
definitions of markings that stand in the same collections, by which they are labelled.
"""

from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Select,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.types import Text

from legation.store.database import Database
from legation.store.exchange.keys import key_of
from legation.store.exchange.tables import (
    LAST,
    ONLY,
    partners,
    share_ledger,
    taxii_answers,
    taxii_objects,
)

_HOLDS: Final = (ONLY, LAST)
_MOST_DEFINITIONS: Final = 2_000
_ANSWER, _LESSON, _DEFINITION = "answer", "lesson", "definition"


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """A partner, as far as it is told beside an answer.

    Attributes:
        confidence: How much we give what it says, 0 to 100; None: nobody said.
    """

    partner_id: str
    name: str
    confidence: int | None


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One object of what was said.

    Attributes:
        number: Of the collection in which it stands.
        added_us: When it was added, in microseconds since 1970.
        raw: Its bytes.
        sender: The partner that sent it; None: the house did.
    """

    number: int
    added_us: int
    raw: bytes
    sender: Sender | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was said.

    Attributes:
        answers: The newest first.
        lessons: Courses of action that answers point to.
        definitions: Of markings, in the collections of the answers.
        whole: Whether these are all definitions there.
    """

    answers: tuple[Piece, ...]
    lessons: tuple[Piece, ...]
    definitions: tuple[Piece, ...]
    whole: bool


class Hearing:
    """Answers, read for pages."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def about(self, object_id: str, *, ours: bool, limit: int) -> Said:
        """Return what was said about an object.

        Args:
            object_id: Its id on our side, or that which its partner gave it.
            ours: Whether it is an object of ours: partners answer it under the ids of their
                copies. Else what we answered is returned too.
            limit: Answers at most, the last that came.
        """
        given = {"key": key_of(object_id), "id": object_id, "limit": limit}
        with self._database.read() as connection:
            rows = connection.execute(_OURS if ours else _THEIRS, given).all()
        pieces: dict[str, list[Piece]] = {_ANSWER: [], _LESSON: [], _DEFINITION: []}
        for row in rows:
            pieces[row.what].append(_piece(row))
        return Said(
            answers=_newest(pieces[_ANSWER]),
            lessons=_newest(pieces[_LESSON]),
            definitions=_newest(pieces[_DEFINITION]),
            whole=len(pieces[_DEFINITION]) < _MOST_DEFINITIONS,
        )


def _newest(some: list[Piece]) -> tuple[Piece, ...]:
    return tuple(sorted(some, key=lambda one: one.added_us, reverse=True))


def _piece(row: Any) -> Piece:
    sender = None
    # What stands in the collection for what a partner is sent is the house's.
    if row.partner_id is not None and row.inbox == row.number:
        sender = Sender(partner_id=row.partner_id, name=row.name, confidence=row.confidence)
    return Piece(number=row.number, added_us=row.added_us, raw=row.raw, sender=sender)


def _question(*, ours: bool) -> Select[Any]:
    answers, objects = taxii_answers, taxii_objects
    asked = bindparam("id", type_=Text)
    wanted = [answers.c.added_us, answers.c.source_key]
    own = select(*wanted).where(
        answers.c.target_key == bindparam("key", type_=BigInteger), answers.c.target_id == asked
    )
    copies = select(share_ledger.c.sent_id).where(share_ledger.c.object_id == asked)
    named: Any = own
    if ours:
        named = union(own, select(*wanted).where(answers.c.target_id.in_(copies)))
    told = named.cte("told")
    into = partners.c.inbox == objects.c.number
    if not ours:
        into = or_(into, partners.c.outbox == objects.c.number)
    held = [objects.c.added_us, objects.c.number, objects.c.raw]
    found = (
        select(
            *held,
            told.c.source_key,
            partners.c.partner_id,
            partners.c.name,
            partners.c.confidence,
            partners.c.inbox,
        )
        .join_from(told, objects, told.c.added_us == objects.c.added_us)
        .join(partners, into)
        .where(objects.c.place.in_(_HOLDS))
        .order_by(objects.c.added_us.desc())
        .limit(bindparam("limit", type_=BigInteger))
        .cte("found")
    )
    # With a type of their own: PostgreSQL joins no text to a NULL that it took for another type.
    sender = ("partner_id", "name", "confidence", "inbox")
    nobody = [cast(null(), partners.c[name].type).label(name) for name in sender]
    numbers = select(found.c.number)
    lessons = select(literal(_LESSON).label("what"), *held, *nobody).where(
        objects.c.number.in_(numbers),
        objects.c.id_key.in_(select(found.c.source_key).where(found.c.source_key.is_not(None))),
        objects.c.place.in_(_HOLDS),
    )
    definitions = (
        select(literal(_DEFINITION).label("what"), *held, *nobody)
        .where(
            objects.c.number.in_(numbers),
            objects.c.object_type == literal("marking-definition"),
            objects.c.place.in_((0, 1, 2, 3)),
        )
        .limit(_MOST_DEFINITIONS)
        .subquery()
    )
    said = select(
        literal(_ANSWER).label("what"),
        found.c.added_us,
        found.c.number,
        found.c.raw,
        found.c.partner_id,
        found.c.name,
        found.c.confidence,
        found.c.inbox,
    )
    every: Any = union_all(said, lessons, select(definitions)).subquery()
    return select(every)


_OURS: Final = _question(ours=True)
_THEIRS: Final = _question(ours=False)
