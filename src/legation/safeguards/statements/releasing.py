"""Letting statements out whose embargo is over, without any key.

The statement was signed and logged when it was issued; to publish its text nothing is signed. So a
timer does it, on a machine whose keys are locked away.
"""

from collections.abc import Callable
from datetime import datetime

from legation.crypto.log.files import LogFiles
from legation.errors import BusyError
from legation.safeguards.statements.books import Books, path_of
from legation.safeguards.statements.statement import read_statement
from legation.safeguards.statements.statement_file import read_file


def waits(private: LogFiles) -> bool:
    """Tell whether any statement is kept back."""
    return bool(Books(private).embargoed())


def release_due(public: LogFiles, private: LogFiles, now: Callable[[], datetime]) -> list[int]:
    """Publish the statements whose embargo is over; return their places in the log.

    Args:
        public: The folder that a web server gives out.
        private: The publisher's books.
        now: The clock.

    Raises:
        BusyError: Somebody publishes just now, or the disk failed: ask again later.
    """
    if not _due(Books(private), now()):
        return []
    with public.locked():
        return let_out(public, private, now)


def let_out(public: LogFiles, private: LogFiles, now: Callable[[], datetime]) -> list[int]:
    """Do so where the register is held already, as `LogFiles.locked` holds it.

    Raises:
        BusyError: The disk failed: ask again later.
    """
    books, released = Books(private), list[int]()
    for index in _due(books, now()):
        try:
            public.publish(path_of(index), books.held_back(index))
            books.let_go(index)
        except OSError as fault:
            raise BusyError(
                f"the register could not be written: {fault.strerror or fault}",
                hint="free the disk; what was not published stays kept back",
            ) from fault
        released.append(index)
    return released


def _due(books: Books, now: datetime) -> list[int]:
    return [
        index
        for index in books.embargoed()
        if (read_statement(read_file(books.held_back(index)).signed).embargo or now) <= now
    ]
