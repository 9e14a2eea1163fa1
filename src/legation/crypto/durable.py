"""A file appears whole and on the disk, or not at all.

Key files and sealed files are written beside their final name, flushed to the disk,
given their name in one step, and the folder is flushed too. After a crash the old
file or the new one is there, never a part; a part left behind is named `.part`
and readable by its owner only.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from legation.errors import ConflictError, NotFoundError


@contextmanager
def written_whole(path: Path, *, replace: bool, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Give a file to write; when the block ends well it stands at `path`.

    Args:
        path: The final name; its folder must exist.
        replace: Whether a file already there is replaced; otherwise it is kept.
        mode: Who may read the file; its owner alone, unless it is published.

    Raises:
        ConflictError: A file is there and must not be replaced.
        NotFoundError: The folder does not exist.
    """
    if not path.parent.is_dir():
        raise NotFoundError(f"no folder at {path.parent}", hint="make the folder first")
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(path)
        else:
            _link(part, path)
    finally:
        part.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _link(part: Path, path: Path) -> None:
    # A hard link fails when the name is taken; a rename would overwrite it.
    try:
        path.hardlink_to(part)
    except FileExistsError as taken:
        raise ConflictError(
            f"{path} is there already", hint="move the old file away, or give another name"
        ) from taken
