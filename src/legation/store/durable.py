"""Writing to disk so that a power cut leaves the old state or the new, never half.

A file is acknowledged only after its bytes and its folder's entry are on disk. Locks are
the kernel's: they fall when their process dies, so a dead import blocks nobody.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_AT_A_TIME: Final = 8


def sync(path: Path) -> None:
    """Force a file's bytes, or a folder's entries, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(paths: Iterable[Path]) -> None:
    """Force many files or folders to disk, some at a time: a disk writes them down together.

    On return, all of them are there.
    """
    # What failed is raised here, after the others have ended.
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        for done in [pool.submit(sync, path) for path in paths]:
            done.result()


def is_writable(path: Path) -> bool:
    """Tell whether this program may write a file, or into a folder."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, durably."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync(path.parent)


@contextmanager
def staged(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Give what keeps a file beside its place; it stands in its place at the end, or not at all.

    What else must hold, such as a transaction, ends inside: a file that cannot be written fails
    it, and where it fails there is no file.
    """
    beside = path.with_name(f".{path.name}.part")

    def keep(content: bytes) -> None:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    try:
        yield keep
        beside.replace(path)
        sync(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder with its parents, each entry durable."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync(path.parent)


def try_lock(path: Path) -> int | None:
    """Take the lock of a file; None when another holder has it.

    Returns:
        A handle for `unlock`.
    """
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        if _still_named(handle, path):
            return handle
        os.close(handle)


def unlock(handle: int, path: Path) -> None:
    """Give back a lock of `try_lock` and remove its file."""
    path.unlink(missing_ok=True)
    os.close(handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file that is never removed, waiting for it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _still_named(handle: int, path: Path) -> bool:
    """Tell whether the locked file is still the one of that name (its last holder removes it)."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
