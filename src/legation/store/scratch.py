"""The scratch folder of imports: clear slices of a file while one runs, nothing afterwards.

Only the owner can read what stands there. An import that was killed cannot clear up
after itself, so whoever opens the store next does it. The kernel's lock tells the two
apart: it falls with the process that held it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from legation.errors import BusyError
from legation.store.durable import try_lock, unlock

FOLDER: Final = Path("scratch", "import")
"""Where it stands in a home."""

_OTHERS: Final = 0o077


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Give an empty folder to this import alone, and leave none behind.

    Until then all that this process writes, anywhere, is for its owner's eyes only:
    DuckDB makes files of its own and takes no mode.

    Raises:
        BusyError: Another import is in it.
    """
    mask = os.umask(_OTHERS)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = try_lock(_lock_file(folder))
        if lock is None:
            raise BusyError("another import is running", hint="wait until it has ended")
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            unlock(lock, _lock_file(folder))
    finally:
        os.umask(mask)


def sweep(folder: Path) -> None:
    """Remove what a killed import left; the folder of one that runs is not touched."""
    if not folder.exists():
        return
    lock = try_lock(_lock_file(folder))
    if lock is not None:
        shutil.rmtree(folder, ignore_errors=True)
        unlock(lock, _lock_file(folder))


def _lock_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")
