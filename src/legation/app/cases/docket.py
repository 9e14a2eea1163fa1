"""Cases as one reader may know them, now or as they were believed at an earlier time.

A case is read from its objects: one question for its entries, whatever their number. An entry
that rests on what a reader may not know is absent for them, and so is all that follows from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from legation.app.cases.shared import versions_of
from legation.errors import NotFoundError
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Opened
from legation.safeguards.cases.objects import case_id, entry_in
from legation.stix.labels import all_joined
from legation.store.cards import CASE_REF

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.cases import CaseRow, Cases, Order, Wanted

_ALIKE: Final = 20


@final
class Docket:
    """The cases of one home before one reader.

    Args:
        scope: Who asks, of which store.
    """

    def __init__(self, scope: "Scope") -> None:
        """Read who the desk is, and nothing else yet."""
        from legation.app.home import author_of

        self._scope = scope
        self._author = author_of(scope.store)

    @property
    def rows(self) -> "Cases":
        """Return the rows of the cases that the reader may know."""
        return self._scope.store.cases.as_read_by(self._scope.reader.clearance)

    def find(
        self, wanted: "Wanted", *, order: "Order" = "touched", limit: int = 50
    ) -> "list[CaseRow]":
        """Return the first cases of a list."""
        return self.rows.find(wanted, order=order, limit=limit)[0]

    def alike(self, first: Body) -> list[str]:
        """Return the numbers of cases that began with the same title, type and day."""
        from legation.store.cases import Wanted

        if not isinstance(first, Opened):
            return []
        rows = self.find(Wanted(type=first.type, words=first.title), order="number", limit=_ALIKE)
        same = (one for one in rows if (one.title, one.began) == (first.title, first.began))
        return sorted(one.number for one in same)

    def row(self, name: str) -> "CaseRow":
        """Return how a case stands by its number or id.

        Raises:
            NotFoundError: For this reader there is none.
        """
        return self.rows.get(name)

    def case(self, name: str, *, as_of: datetime | None = None) -> Case:
        """Return a case by its number or id.

        Args:
            name: Which.
            as_of: By what the desk had on record at that time.

        Raises:
            NotFoundError: For this reader there is none, or there was none then.
        """
        row = self.rows.bare(name)
        entries = self.entries(row.object_id, as_of=as_of)
        if not entries:
            raise NotFoundError(
                f"case {row.number} was not open then", hint=f"it was opened {row.opened:%Y-%m-%d}"
            )
        return case_of(row.number, row.object_id, entries)

    def every(self, *, as_of: datetime | None = None) -> "Iterator[Case]":
        """Yield all cases in the order of their numbers; those that were not open then are not."""
        yield from self.cases(self.rows.every(), as_of=as_of)

    def entries(self, object_id: str, *, as_of: datetime | None = None) -> list[Entry]:
        """Return the entries of a case that the reader may know.

        An entry has one version, so what was on record at a time is what had come by then.
        """
        found = versions_of(self._scope.objects, object_id, self._author)
        return [one for one, version in found if as_of is None or version.recorded <= as_of]

    def cases(self, rows: "Iterable[CaseRow]", *, as_of: datetime | None = None) -> list[Case]:
        """Return several cases whole, in the order of their rows, in a few questions for all."""
        return self._whole({one.object_id: one.number for one in rows}, as_of)

    def numbered(self, numbers: "Iterable[str]") -> list[Case]:
        """Return several cases whole by their numbers; those that are not there are left out."""
        return self._whole({case_id(self._author, one): one for one in numbers}, None)

    def _whole(self, numbers: "Mapping[str, str]", as_of: datetime | None) -> list[Case]:
        """Return cases by the numbers of their ids, in their order."""
        found: dict[str, list[Entry]] = {one: [] for one in numbers}
        for version in self._scope.objects.pointing_to(found, CASE_REF) if found else ():
            told = entry_in(version.raw, version.recorded, author=self._author)
            if told is not None and (as_of is None or version.recorded <= as_of):
                found[told[0]].append(told[1])
        return [
            case_of(number, object_id, found[object_id])
            for object_id, number in numbers.items()
            if found[object_id]
        ]

    def marking(self, case: Case) -> str:
        """Return the marking of all that is shown of a case."""
        ids = [case.id, *(one.id for one in case.entries)]
        labels = self._scope.store.labels.in_force(ids)
        return all_joined(labels.values()).text(self._scope.ladder)
