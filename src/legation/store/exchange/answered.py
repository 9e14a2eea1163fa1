"""What partners answer: opinions, notes and sightings, found by what they are about."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert, select

from legation.store.database import Database
from legation.store.exchange.keys import key_of
from legation.store.exchange.tables import LAST, ONLY, taxii_answers, taxii_objects
from legation.store.numbering import batches

# What tells of another object, by which property; a lesson is a course of action that mitigates.
ABOUT: Final = {
    "opinion": ("object_refs",),
    "note": ("object_refs",),
    "sighting": ("sighting_of_ref",),
    "relationship": ("target_ref",),
}
_LESSON: Final = "course-of-action--"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One object that answers another, in the version that holds.

    Attributes:
        number: Of the collection in which it stands.
        partner_id: Who sent it; empty for the house.
        target: Id of what it is about.
        added_us: When it was added, in microseconds since 1970.
        raw: Its bytes.
    """

    number: int
    partner_id: str
    target: str
    added_us: int
    raw: bytes


class Answers:
    """All answers."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def about(self, ids: Iterable[str]) -> list[Answered]:
        """Return what is said about objects, in the order in which it came."""
        answers, objects = taxii_answers, taxii_objects
        found = []
        with self._database.read() as connection:
            for some in batches(sorted(set(ids))):
                statement = (
                    select(answers.c.target_id, objects)
                    .join_from(answers, objects, answers.c.added_us == objects.c.added_us)
                    .where(
                        answers.c.target_key.in_([key_of(one) for one in some]),
                        answers.c.target_id.in_(some),
                        objects.c.place.in_((ONLY, LAST)),
                    )
                )
                found += [
                    Answered(
                        number=row.number,
                        partner_id=row.partner_id,
                        target=row.target_id,
                        added_us=row.added_us,
                        raw=row.raw,
                    )
                    for row in connection.execute(statement)
                ]
        return sorted(found, key=lambda one: one.added_us)


def note_answers(connection: Connection, added: Sequence[tuple[int, str, bytes]]) -> None:
    """Note what new objects are about.

    Args:
        connection: In a write transaction.
        added: When each was added, its type, its bytes.
    """
    rows: list[dict[str, Any]] = []
    source: int | None
    for added_us, kind, raw in added:
        if kind not in ABOUT:
            continue
        value = msgspec.json.decode(raw, type=dict[str, Any])
        if kind == "relationship" and not value["source_ref"].startswith(_LESSON):
            continue
        source = key_of(value["source_ref"]) if kind == "relationship" else None
        for name in ABOUT[kind]:
            told = value.get(name) or ()
            targets = dict.fromkeys([told] if isinstance(told, str) else told)
            rows += [
                {
                    "added_us": added_us,
                    "target_key": key_of(target),
                    "target_id": target,
                    "source_key": source,
                }
                for target in targets
            ]
    if rows:
        connection.execute(insert(taxii_answers), rows)
