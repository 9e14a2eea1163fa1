"""A watched folder: exports that somebody, or a program, puts there one after the other.

A file that is still being written must not be read. So a file is taken only when it
has the size and time of change that it had in the round before; the caller keeps what
it saw and asks again. No clock is read here and nothing is waited for.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from legation.errors import BadInputError

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".gz")


class Seen(msgspec.Struct, frozen=True):
    """A file as it was in one round."""

    size: int
    changed_ns: int


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One look into the folder.

    Attributes:
        ready: Files that have not changed since the round before, by name.
        seen: All files as they are now, to be given to the next round.
    """

    ready: tuple[Path, ...]
    seen: dict[Path, Seen]


def refuse_link(file: Path) -> None:
    """Refuse a link in a watched folder: it may lead to a file that nobody meant to put there.

    Raises:
        BadInputError: It is a link.
    """
    if file.is_symlink():
        raise BadInputError(
            "this is a link", place=str(file), hint="put the file itself into the folder"
        )


def new_files(folder: Path, seen: Mapping[Path, Seen], done: Mapping[Path, Seen]) -> Round:
    """Look into the folder.

    Args:
        folder: Where exports are put; hidden files and folders are left alone.
        seen: What the round before saw.
        done: What was taken already; a file that changed since is taken again.

    Raises:
        BadInputError: It is no folder.
    """
    if not folder.is_dir():
        raise BadInputError("no folder", place=str(folder), hint="make it, or check the path")
    now: dict[Path, Seen] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        state = path.stat()
        now[path] = Seen(state.st_size, state.st_mtime_ns)
    ready = tuple(
        path for path, state in now.items() if seen.get(path) == state and done.get(path) != state
    )
    return Round(ready=ready, seen=now)
