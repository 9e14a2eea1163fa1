"""The home of the invented ministry of Aldria, as most tests want it: made, open, on a clock.

The numbered steps of an empty store are taken once in a process, and the store that they leave is
copied: whatever else makes a home is done for each. What the steps do is the matter of
`tests/store/test_migrating.py`, and `legation init` takes them all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from legation.app.home import Home
from legation.crypto.key_files import UNPROTECTED, Protection
from legation.settings import Settings
from legation.store import open_store
from legation.store.opening import Store

from .gates import Clock

STORE = "objects.sqlite"


def make_home(
    home: Home, name: str = "Ministry of Aldria", protection: Protection = UNPROTECTED
) -> None:
    """Make a home, with keys that no passphrase protects if none is given."""
    if not home.settings.database:
        prepare(home.folder)
    home.make(name, protection)


def prepare(folder: Path) -> None:
    """Put an empty store of today's form where a home will be made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = folder / STORE
    made.touch(mode=0o600, exist_ok=False)
    made.write_bytes(_empty_store())


def new_home(folder: Path, clock: Clock) -> Home:
    """Return a home that was just made, with keys that no passphrase protects."""
    made = Home(Settings(home=folder), clock)
    make_home(made)
    return made


@contextmanager
def opened(home: Home) -> Iterator[Store]:
    """Open the store of a home for as long as a test needs it."""
    with home.store() as store:
        yield store


@cache
def _empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        open_store(f"sqlite:///{home / STORE}", home=home, now=Clock()).close()
        return (home / STORE).read_bytes()
