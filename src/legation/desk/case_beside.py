"""Cases beside what they concern: with a campaign, with a mission."""

from datetime import datetime
from typing import Final

import msgspec

from legation.app.cases.docket import Docket
from legation.desk.answers import Ask
from legation.desk.reading import Reading
from legation.store.cases import CaseRow, Wanted

_MOST: Final = 20


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """Some cases, as another page shows them.

    Attributes:
        given: The filter by which the list of cases shows all of them.
        ids: Of the objects of which the page tells by them.
    """

    rows: tuple[CaseRow, ...]
    more: bool
    given: dict[str, str]

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of what is told."""
        return tuple(one.first_id for one in self.rows)


def cases_about(
    request: Ask, reading: Reading, subject: str, as_of: datetime | None = None
) -> Beside | None:
    """Return the cases that concern something, the last written first; None: not for this reader.

    Args:
        request: Who asks.
        reading: What they may know.
        subject: What: mission:KEY, or the id of an object that they may know.
        as_of: Of those that concern it now, each as it stood then.
    """
    found = _found(request, reading, subject)
    library = reading.library()
    if found is None or library is None or as_of is None:
        return found
    rows = {one.number: one for one in found.rows}
    then = (
        msgspec.structs.replace(
            rows[one.number],
            title=one.opened.title,
            status=one.status,
            due=str(one.due() or ""),
        )
        for one in Docket(library.scope()).cases(found.rows, as_of=as_of)
        if subject in one.subjects()
    )
    return msgspec.structs.replace(found, rows=tuple(then))


def ids_beside(found: Beside | None) -> tuple[str, ...]:
    """Return the ids of what cases tell on a page, where there are any."""
    return found.ids if found is not None else ()


def _found(request: Ask, reading: Reading, subject: str) -> Beside | None:
    library = reading.library()
    if library is None or "case.read" not in request.user.verbs:
        return None
    rows, follows = Docket(library.scope()).rows.find(
        Wanted(about=subject), limit=_MOST, concerns=False
    )
    return Beside(rows=tuple(rows), more=follows is not None, given={"about": subject})
