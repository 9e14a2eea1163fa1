"""The folder that a log lives in: what a writer needs of a disk, and the disk.

The writer speaks to a protocol, so that a test can stop the disk after any step. On a disk
the files are readable by all, because any web server may publish the folder as it is.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import Final, Protocol, final

from legation.crypto.durable import written_whole
from legation.crypto.log.notes import LARGEST_NOTE
from legation.crypto.regular_files import read_regular
from legation.errors import BusyError, NotFoundError

CHECKPOINT: Final = "checkpoint"

_LOCK = ".lock"
_HANDS = 8
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755
_PRIVATE_MODE, _PRIVATE_FOLDER_MODE = 0o600, 0o700
# Bytes of a file by the first part of its path: a bundle of 256 entries of 65,535 bytes, a copy of
# a whole register; all others are single statements, key directories, or records of them.
_LARGEST = {CHECKPOINT: LARGEST_NOTE, "tile": 256 * 65_537, "copy": 1_000_000_000}
_LARGEST_OTHER = 8_000_000


class LogFiles(Protocol):
    """Files of one log, by paths with slashes."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes; NotFoundError when it is not there."""
        ...

    def put(self, path: str, content: bytes) -> None:
        """Write a file; it may be lost, or be there in part, until `settle`."""
        ...

    def settle(self) -> None:
        """Put all that was put on the disk."""
        ...

    def publish(self, path: str, content: bytes) -> None:
        """Replace a file in one step, in a folder that may be new; then it is on the disk."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file or a folder, if it is there."""
        ...

    def listed(self, path: str) -> list[str]:
        """Return the names in a folder, none when it is not there."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Hold the log against other writers; BusyError when another one holds it."""
        ...


@final
class DiskFiles:
    """A log's folder on a disk."""

    def __init__(self, folder: Path, *, private: bool = False) -> None:
        """Stand for a folder, which must exist.

        Args:
            folder: Where.
            private: What is written is its owner's alone; otherwise all may read it.

        Raises:
            NotFoundError: It does not exist.
        """
        if not folder.is_dir():
            raise NotFoundError(f"no folder at {folder}", hint="make the folder first")
        self._folder = folder
        self._mode = _PRIVATE_MODE if private else _FILE_MODE
        self._folder_mode = _PRIVATE_FOLDER_MODE if private else _FOLDER_MODE
        self._unsettled: dict[Path, None] = {}
        self._folders: dict[Path, None] = {}

    def read(self, path: str) -> bytes:
        """Return a file's bytes.

        Raises:
            NotFoundError: It is not there.
            BadInputError: It is a link, a pipe, a device, or larger than any file of its kind.
        """
        most = _LARGEST.get(path.partition("/")[0], _LARGEST_OTHER)
        try:
            return read_regular(self._folder / path, most, place=path)
        except NotFoundError as gone:
            raise NotFoundError(
                f"the log has no file {path}", hint="restore the log's folder, or use a mirror"
            ) from gone

    def put(self, path: str, content: bytes) -> None:
        """Write a file; `settle` makes it durable."""
        file = self._folder / path
        self._make_folder(file.parent)
        self._unsettled[file] = None
        with file.open("wb") as out:
            os.fchmod(out.fileno(), self._mode)
            out.write(content)

    def settle(self) -> None:
        """Flush the files that were put, then the folders that name them."""
        self._folders.update(dict.fromkeys(file.parent for file in self._unsettled))
        _flush_all(self._unsettled)
        self._flush_folders()
        self._unsettled.clear()

    def publish(self, path: str, content: bytes) -> None:
        """Replace a file by a rename; afterwards it and its name are on the disk."""
        file = self._folder / path
        self._make_folder(file.parent)
        with written_whole(file, replace=True, mode=self._mode) as out:
            out.write(content)
        self._flush_folders()

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it."""
        target = self._folder / path
        self._unsettled.pop(target, None)
        if target.is_dir():
            rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def listed(self, path: str) -> list[str]:
        """Return the names in a folder, sorted."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return sorted(each.name for each in (self._folder / path).iterdir())
        return []

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder's lock; a killed holder gives it back.

        Raises:
            BusyError: Another writer holds it.
        """
        number = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            os.close(number)
            raise BusyError(
                f"another program writes the log in {self._folder}", hint="wait until it has ended"
            ) from held
        try:
            for part in self._folder.glob(f".{CHECKPOINT}.*.part"):
                # What a crash left of a checkpoint that was not published.
                part.unlink(missing_ok=True)
            yield
        finally:
            os.close(number)

    def _flush_folders(self) -> None:
        _flush_all(self._folders)
        self._folders.clear()

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=self._folder_mode, exist_ok=True)
        self._folders[folder] = self._folders[folder.parent] = None


def _flush_all(paths: Iterable[Path]) -> None:
    """Flush side by side: a journal settles at once what is flushed at the same time."""
    with ThreadPoolExecutor(_HANDS) as hands:
        list(hands.map(_flush, paths))


def _flush(path: Path) -> None:
    """Put a file, or the names in a folder, on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
