"""The home of the invented ministry of Aldria, as most tests want it: made, open, on a clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from legation.app.home import Home
from legation.crypto.key_files import UNPROTECTED
from legation.settings import Settings
from legation.store.opening import Store

from .gates import Clock


def new_home(folder: Path, clock: Clock) -> Home:
    """Return a home that was just made, with keys that no passphrase protects."""
    made = Home(Settings(home=folder), clock)
    made.make("Ministry of Aldria", UNPROTECTED)
    return made


@contextmanager
def opened(home: Home) -> Iterator[Store]:
    """Open the store of a home for as long as a test needs it."""
    with home.store() as store:
        yield store
