"""Letting out what an embargo kept back, when its time has come: done by the desk's own loop.

No key is needed for it, so a desk whose keys are locked away still keeps its promise of the hour.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.statements.drafts import Issued, Released, read, told
from legation.app.statements.public_page import write_public_page
from legation.app.statements.shelf import Shelf
from legation.app.statements.telling import tell_late
from legation.errors import BusyError, LegationError
from legation.safeguards.statements.releasing import release_due, waits
from legation.store.statements import DraftRow, StatementEntry

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.store.opening import Store

BY: Final = "desk"
"""Who releases: the hour, by the desk's loop."""
LATE: Final = timedelta(minutes=3)
"""After this somebody is told; the desk looks each minute."""
_MANY: Final = 1_000
_log = logging.getLogger(__name__)


def release_in_time(home: "Home", store: "Store") -> None:
    """Do what `release` does; what stands in the way is told to the log, and tried again later."""
    try:
        release(home, store)
    except LegationError as fault:
        _log.warning("an embargoed statement waits: %s", fault)
        for row, issued in _embargoed(store):
            if issued.embargo is not None and home.now() - issued.embargo >= LATE:
                with store.transaction():
                    tell_late(store, row, public=False)


def release(home: "Home", store: "Store") -> list[int]:
    """Publish the statements of the home whose embargo is over; return their places in the log.

    Raises:
        LegationError: The register is being written, or does not hold; the next round tries again.
    """
    shelf = Shelf(home.folder, home.now)
    if not shelf.is_there:
        return []
    released = []
    if waits(shelf.private):
        released = release_due(shelf.house.public, shelf.private, home.now)
    if released:
        with suppress(BusyError):  # whoever writes now remakes the copy before it lets go
            shelf.house.remake()
        write_public_page(shelf.house.public, shelf.asked().register)
    _tell(home, store, shelf)
    return released


def _tell(home: "Home", store: "Store", shelf: Shelf) -> None:
    """Write into the drafts what is public by now; a crash before it is made good by the next."""
    from legation.store.audit import Event

    for row, issued in _embargoed(store):
        if not shelf.is_public(issued.index):
            continue
        before = told(map(read, store.statements.entries(row.draft)))
        entry = StatementEntry(
            draft=row.draft,
            kind="released",
            actor=BY,
            at=home.now(),
            body=msgspec.json.encode(Released(index=issued.index)),
        )
        with store.transaction():
            after = told([*before.deeds, read(entry)])
            store.statements.add(entry, after.standing, seen=row.seq)
            if issued.embargo is not None and home.now() - issued.embargo >= LATE:
                tell_late(store, row, public=True)
            store.audit.append(
                Event(
                    at=home.now(),
                    actor=BY,
                    verb="statement.release",
                    subject=f"draft {row.draft}",
                    detail={"number": issued.number},
                )
            )


def _embargoed(store: "Store") -> Iterator[tuple[DraftRow, Issued]]:
    """Yield the drafts whose statements are kept back, as far as the store has heard."""
    rows, _ = store.statements.find(states=("embargoed",), limit=_MANY)
    for row in rows:
        issued = told(map(read, store.statements.entries(row.draft))).issued
        if issued is not None:
            yield row, issued
