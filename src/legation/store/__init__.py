"""The store: objects, audit trail, outbox, names, logs of imports and runs, and the lake.

All SQL of legation stands in this folder. Nothing heavy is imported before a store is
opened: the command line reaches this module when it starts.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from legation.store.opening import Store

__all__ = ["open_store"]


def open_store(url: str, *, home: Path, now: Callable[[], datetime], sweep: bool = True) -> "Store":
    """Open the store, made or brought up to date when needed.

    Args:
        url: Address of the objects: `Settings.database_url()`.
        home: Folder that holds the lake.
        now: The clock.
        sweep: Remove from the lake what a killed run left; off for who only looks.
    """
    from legation.store.opening import open_store as opened

    return opened(url, home=home, now=now, sweep=sweep)
