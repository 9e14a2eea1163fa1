"""What `legation doctor` looks at: versions, primitives, keys, trail, objects, lake.

Each check answers in a phrase or raises what is wrong; the door shows both.
"""

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from legation import __version__
from legation.app.home import Home

if TYPE_CHECKING:
    from legation.store.opening import Store

_LIBRARIES: Final = ("duckdb", "sqlalchemy", "cryptography", "numpy", "networkit")
Check = tuple[str, Callable[[], str]]


def checks(home: Home) -> Iterator[Check]:
    """Yield what is looked at, and how; the store's checks only where there is a home."""
    yield "legation", lambda: f"{__version__} on Python {platform.python_version()}"
    yield "libraries", lambda: ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield "primitives", _primitives
    yield "home", lambda: _home(home)
    if home.exists():
        yield "audit trail", lambda: _of_store(home, _trail)
        yield "objects", lambda: _of_store(home, _objects)
        yield "lake", lambda: _of_store(home, _lake)


def _primitives() -> str:
    from legation.crypto.selftest import require_known_answers

    require_known_answers()
    return "each gives its published answer"


def _home(home: Home) -> str:
    how = "protected by a passphrase" if home.keys_are_protected() else "unprotected"
    return f"{home.folder}, keys {how}"


def _of_store(home: Home, look: Callable[["Store"], str]) -> str:
    with home.store() as store:
        return look(store)


def _trail(store: "Store") -> str:
    return f"{store.audit.verify().entries} entries hold"


def _objects(store: "Store") -> str:
    store.objects.verify()
    return f"{sum(store.objects.counts().values())} objects hold"


def _lake(store: "Store") -> str:
    store.lake.verify()
    return f"{sum(len(batch.files) for batch in store.lake.batches())} files hold"
