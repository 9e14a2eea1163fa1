"""A case as its entries give it: what holds now, or held at an earlier time.

The same entries give the same case in whatever order they arrive; those of an earlier time give
what was believed then. Who may know fewer entries has a case of those.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar, final

import msgspec

from legation.errors import NotFoundError
from legation.safeguards.cases.bodies import Body, first_day
from legation.safeguards.cases.entries import Entry, standing, taken_back
from legation.safeguards.cases.facts import (
    Link,
    Moved,
    Opened,
    Said,
    Status,
    Task,
    TaskDone,
    Victim,
    Withdrawn,
)

_B = TypeVar("_B", bound=Body)


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What stands in a case.

    Attributes:
        number: Such as 2026-0017.
        id: Of its object, an incident.
        entries: All of them, by number; also what was corrected.
        holding: Those that hold.
    """

    number: str
    id: str
    entries: tuple[Entry, ...]
    holding: tuple[Entry, ...] = field(default=())

    @property
    def opened(self) -> Opened:
        """Return what the case is about.

        Raises:
            NotFoundError: Its first entry is not for this reader.
        """
        found = self.last(Opened)
        if found is None:
            raise NotFoundError(f"no case {self.number}", hint="run: legation case list")
        return found

    @property
    def status(self) -> Status:
        """Return how far it has come."""
        moved = self.last(Moved)
        return "reported" if moved is None else moved.to

    def of(self, kind: type[_B]) -> tuple[tuple[int, _B], ...]:
        """Return what holds of one kind, each with its number."""
        return tuple(
            (self.cited_as(one), one.body) for one in self.holding if isinstance(one.body, kind)
        )

    def last(self, kind: type[_B]) -> _B | None:
        """Return the last that holds of one kind."""
        return next((body for _, body in reversed(self.of(kind))), None)

    def entry(self, number: int) -> Entry:
        """Return an entry by its number.

        Raises:
            NotFoundError: There is none that may be known.
        """
        found = next((one for one in self.entries if one.number == number), None)
        if found is None:
            raise NotFoundError(
                f"case {self.number} has no entry {number}", hint="see its list of entries"
            )
        return found

    def cited(self, number: int) -> Entry | None:
        """Return the entry that holds under a number; None: it was taken back, or is not there."""
        return next((one for one in self.holding if self.cited_as(one) == number), None)

    @staticmethod
    def cited_as(entry: Entry) -> int:
        """Return the number by which others cite an entry: a correction has that of the first."""
        return entry.number if entry.corrects is None else entry.corrects

    def taken_back(self) -> dict[int, int]:
        """Return the numbers of what was taken back, each with that of the entry that did it."""
        return taken_back(self.entries)

    def open_tasks(self) -> tuple[tuple[int, Task], ...]:
        """Return the tasks that nobody ended, the most urgent first."""
        done = {body.task for _, body in self.of(TaskDone)}
        left = [(number, task) for number, task in self.of(Task) if number not in done]
        return tuple(sorted(left, key=lambda one: (first_day(one[1].due), one[0])))

    def due(self) -> date | None:
        """Return the day of the most urgent task."""
        left = self.open_tasks()
        return first_day(left[0][1].due) if left else None

    def parties(self) -> tuple[str, ...]:
        """Return the states and organisations that were harmed or aimed at, in order."""
        return tuple(sorted({body.party for _, body in self.of(Victim) if body.party}))

    def subjects(self) -> tuple[str, ...]:
        """Return what else it concerns: missions and talks by their keys, objects by their ids."""
        missions = {f"mission:{body.mission}" for _, body in self.of(Victim) if body.mission}
        linked = {body.to for _, body in self.links()}
        opened = self.opened
        talks = {f"talks:{opened.object}"} if opened.serves == "talks" and opened.object else set()
        return tuple(sorted(missions | linked | talks))

    def timeline(self) -> tuple[Entry, ...]:
        """Return what happened in the order in which it did; then by when it became known."""
        dated = [one for one in self.holding if happened(one.body)]
        return tuple(sorted(dated, key=lambda one: (happened(one.body), one.number)))

    def links(self) -> tuple[tuple[int, Link], ...]:
        """Return what the case has to do with."""
        return self.of(Link)

    def facts(self) -> tuple[tuple[int, Said], ...]:
        """Return what is said to have happened."""
        return self.of(Said)


def case_of(number: str, object_id: str, entries: Iterable[Entry]) -> Case:
    """Return the case that these entries give, in whatever order they come."""
    ordered = tuple(sorted(entries, key=lambda one: one.number))
    return Case(number=number, id=object_id, entries=ordered, holding=standing(ordered))


def with_entry(case: Case, entry: Entry) -> Case:
    """Return a case with one more entry, the last."""
    entries = (*case.entries, entry)
    if entry.corrects is not None or isinstance(entry.body, Withdrawn):
        return case_of(case.number, case.id, entries)
    return Case(number=case.number, id=case.id, entries=entries, holding=(*case.holding, entry))


def happened(body: Body) -> str:
    """Return when something happened, as far as it is known; empty for what is no event."""
    if isinstance(body, Opened):
        return body.began
    return getattr(body, "on", None) or ""


def numbers_named(body: object) -> tuple[tuple[str, int], ...]:
    """Return the numbers of entries that an entry names, each with its field, at any depth."""
    found: list[tuple[str, int]] = []
    names: tuple[str, ...] = body.__struct_fields__  # type: ignore[attr-defined]  # of a body, or a part of one
    written: tuple[str, ...] = body.__struct_encode_fields__  # type: ignore[attr-defined]
    for name, told_as in zip(names, written, strict=True):
        value = getattr(body, name)
        listed = value if isinstance(value, tuple) else (value,)
        for each in listed:
            if isinstance(each, msgspec.Struct):
                found += numbers_named(each)
            elif name in _NUMBERED and isinstance(each, int) and not isinstance(each, bool):
                found.append((told_as, each))
    return tuple(found)


# Fields that name entries; what they hold that is no number is something else.
_NUMBERED: Final = frozenset(
    {
        *("rests_on", "entries", "task", "what", "item", "to", "of", "answers", "answer"),
        *("attribution", "rights_test", "changes", "fact", "for_", "test", "answers_to"),
    }
)
