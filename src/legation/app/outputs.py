"""Files that a person asked for: whole or not at all, and an old one kept on failure.

Each is its owner's alone, whatever the umask says: what leaves a desk is for few, and a host has
more users than that. Whoever wants others of the host to read it says so to the host.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Final

from legation.errors import ConflictError, DeniedError, NotFoundError, UsageError

_OWNER: Final = stat.S_IRUSR | stat.S_IWUSR


def require_place(path: Path) -> None:
    """Refuse a place where no file could be written, before the work for it begins.

    Raises:
        NotFoundError: The folder does not exist.
        UsageError: The path is a folder, or a link that leads back to itself.
        DeniedError: This user may not write there.
    """
    path = _led(path)
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file in it")
    if path.exists() and not path.is_file():
        if not os.access(path, os.W_OK):
            raise DeniedError(f"{path} may not be written", hint="name another file")
        return
    if not path.parent.is_dir():
        raise NotFoundError(f"no folder {path.parent}", hint="make the folder first")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise DeniedError(f"the folder {path.parent} may not be written", hint="name another one")


def require_new(path: Path, *, replace: bool) -> None:
    """Refuse a place where a file is already, unless it may be replaced.

    Raises:
        ConflictError: A file is there.
        LegationError: As `require_place`.
    """
    require_place(path)
    if not replace and path.is_file():
        raise ConflictError(f"{path} is there already", hint="name another file, or give --replace")


def put(path: Path, content: bytes) -> None:
    """Write a file in one step; a device or a pipe is written straight."""
    place(path, lambda target: target.write_bytes(content))


def place(path: Path, write: Callable[[Path], object]) -> None:
    """Let a file be written beside its place, then put it there in one step, for its owner alone.

    Args:
        path: Where it shall stand; an older file stays until the new one is whole.
        write: Writes the file at the path it is given.

    Raises:
        NotFoundError: The folder does not exist.
        UsageError: The path is a folder.
        DeniedError: This user may not write there.
    """
    require_place(path)
    path = _led(path)
    if path.exists() and not path.is_file():
        _through(path, write)
        return
    # A name that nobody can foresee: a link planted under it would lead elsewhere.
    beside = path.with_name(f".{path.name}.{token_hex(8)}.part")
    try:
        private(beside)
        write(beside)
        # Some that write put a file of their own in its place.
        beside.chmod(_OWNER)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def private(path: Path) -> None:
    """Make an empty file that its owner alone may read, where there is none yet."""
    if not path.exists():
        path.touch(mode=_OWNER)


def _led(path: Path) -> Path:
    """Return where links lead."""
    try:
        return path.resolve()
    except RuntimeError as circle:
        raise UsageError(
            f"{path} is a link that leads back to itself", hint="name another file"
        ) from circle


def _through(path: Path, write: Callable[[Path], object]) -> None:
    with TemporaryDirectory(prefix="legation-") as folder:
        made = Path(folder) / "made"
        write(made)
        path.write_bytes(made.read_bytes())
