"""What the commands about one case share: the case as somebody reads it, and who writes into it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, final

import msgspec
from cyclopts import Parameter

from legation.cli.doors import Doors
from legation.cli.words import answer, answer_json, table
from legation.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from legation.app.cases.docket import Docket
    from legation.app.cases.filing import Filing
    from legation.app.home import Home
    from legation.app.scope import Scope
    from legation.safeguards.cases.bodies import Body
    from legation.safeguards.cases.book import Book
    from legation.safeguards.cases.case import Case
    from legation.safeguards.cases.entries import Entry
    from legation.safeguards.cases.fallen import Fallen
    from legation.stix.tlp import Tlp
    from legation.store.opening import Store

DOOR: Final = "command line"
CaseName = Annotated[str, Parameter(help="Its number, such as 2026-0017.")]
Level = Annotated[
    str, Parameter("--tlp", help="Level, where it is for fewer people than the case.")
]
AsOf = Annotated[
    str, Parameter("--as-of", help="What was on record at the end of a day, such as 2026-03-01.")
]
Actor = Annotated[
    str, Parameter("--actor", help="In whose name: a person of the desk. [default: command line]")
]
RestsOn = Annotated[
    str, Parameter("--rests-on", help="Numbers of the entries that it rests on, such as 3,4.")
]


@final
@dataclass(frozen=True, kw_only=True)
class Seen:
    """A case as this door reads it.

    Attributes:
        case: By what was on record then.
        book: What it is judged by.
        day: The day for which it is worked out.
        names: What people are called, by id.
        marking: Of all that is shown.
    """

    place: "Home"
    store: "Store"
    scope: "Scope"
    case: "Case"
    book: "Book"
    day: "date"
    names: dict[str, str]
    marking: str

    def head(self) -> str:
        """Return the line that stands above all that is shown of it."""
        return f"{self.case.number}  {self.case.opened.title}  ({self.marking})"

    def told(self, **parts: Any) -> dict[str, Any]:
        """Return an answer as JSON has it, beside what goes with each."""
        own = {"number": self.case.number, "status": self.case.status, "day": self.day}
        return own | {"marking": self.marking} | parts


@contextmanager
def seen(
    doors: Doors, home: Path | None, name: str, *, as_of: str = "", actor: str = DOOR
) -> Iterator[Seen]:
    """Open the store and give a case as somebody reads it.

    Raises:
        NotFoundError: For them there is none, or there was none then.
    """
    from legation.app.cases.books import book_of
    from legation.app.cases.docket import Docket
    from legation.app.days import end_of_day

    place, then = doors.home(home), end_of_day(as_of)
    place.require()
    with place.store(sweep=False) as store:
        who = actor if actor == DOOR else store.people.get(actor).person_id
        scope = place.library(store, who).scope()
        docket = Docket(scope)
        case = docket.case(name, as_of=then)
        yield Seen(
            place=place,
            store=store,
            scope=scope,
            case=case,
            book=book_of(scope),
            day=(then or doors.now()).date(),
            names=people_of(store),
            marking=docket.marking(case),
        )


def write(
    doors: Doors,
    home: Path | None,
    name: str,
    bodies: "Sequence[Body] | Callable[[Home, Store], Sequence[Body]]",
    *,
    actor: str = DOOR,
    tlp: str = "",
) -> "tuple[Entry, ...]":
    """Write entries into a case: all of them, or none.

    Args:
        doors: What the front door lends.
        home: Where.
        name: Which case.
        bodies: What is stated, or what gives it once the store is open.
        actor: In whose name.
        tlp: Their level, where they are for fewer people than the case.
    """
    place = doors.home(home)
    place.require()
    with place.store() as store:
        stated = bodies(place, store) if callable(bodies) else bodies
        return filing_of(place, store, actor, doors).add(name, stated, tlp=level_of(tlp))


def say_written(name: str, entries: "Sequence[Entry]", *, as_json: bool) -> None:
    """Say which entries came."""
    numbers = [one.number for one in entries]
    if as_json:
        answer_json({"number": name, "entries": numbers})
    elif len(numbers) == 1:
        answer(f"{name} entry {numbers[0]}")
    else:
        answer(f"{name} entries {numbers[0]} to {numbers[-1]}")


def filing_of(place: "Home", store: "Store", actor: str, doors: Doors) -> "Filing":
    """Return who writes into cases from this door: somebody of the desk, or the door itself.

    Raises:
        NotFoundError: There is no such person.
        DeniedError: They are disabled.
    """
    from legation.app.cases.books import book_of
    from legation.app.cases.filing import Filing

    who = actor if actor == DOOR else store.people.get(actor).person_id
    scope = place.library(store, who).scope()
    return Filing(
        scope,
        place.folder / "evidence",
        book_of(scope),
        door=DOOR,
        at_hand=lambda: doors.vault_at_hand(place, None),
    )


def docket_of(place: "Home", store: "Store") -> "Docket":
    """Return the cases as this door reads them."""
    from legation.app.cases.docket import Docket

    return Docket(place.library(store, DOOR).scope())


def people_of(store: "Store") -> dict[str, str]:
    """Return what people of the desk are called, by id."""
    return {one.person_id: one.name for one in store.roster.now().people}


def level_of(name: str) -> "Tlp | None":
    """Return a level by its name; None: it is that of the case."""
    from legation.stix.tlp import level_named

    return level_named(name) if name else None


def pairs(parts: Iterable[str], what: str) -> dict[str, str]:
    """Return what is given as NAME=VALUE.

    Raises:
        UsageError: A part is none, or stands twice.
    """
    told: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{part!r:.60} is no {what}", hint="write NAME=VALUE, in quotes")
        if name.strip() in told:
            raise UsageError(f"{name.strip()!r:.60} stands twice", hint="write it once")
        told[name.strip()] = value.strip()
    return told


def mark(verified: str) -> str:
    """Return what stands beside a fact: how far it was compared with its source.

    >>> mark("from-memory"), mark("verified-excerpt")
    ('unverified: from memory', 'verified-excerpt')
    """
    from legation.safeguards.cases.bodies import UNVERIFIED

    return f"{UNVERIFIED}: from memory" if verified == "from-memory" else verified


def cited(numbers: Iterable[int]) -> str:
    """Write the numbers of entries."""
    return ", ".join(map(str, numbers))


def say_fallen(some: "Iterable[Fallen]") -> None:
    """Say which entries rest on what was taken back."""
    for one in some:
        answer(
            f"entry {one.entry} rests on what was taken back, and opens nothing any more: "
            f"{cited(one.on)}"
        )


def rows(header: Sequence[str], found: Iterable[Sequence[str]]) -> None:
    """Write a table, where there are rows."""
    some = list(found)
    if some:
        answer(table(header, some))


def plainly(value: Any) -> dict[str, Any]:
    """Return a value of a type as JSON has it."""
    told: dict[str, Any] = msgspec.to_builtins(value)
    return told
