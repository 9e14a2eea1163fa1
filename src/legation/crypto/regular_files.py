"""Reading a file that somebody named or sent: a regular one, of a bounded size.

A path can lead to a pipe that never ends, to a device, or by a link out of its folder. So a file is
opened without waiting and without following a link at its end, looked at once it is open, and read
up to what a file of its kind may have.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from legation.errors import BadInputError, DeniedError, NotFoundError

_PIECE = 65_536
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def read_regular(path: Path, most: int, *, place: str = "", hint: str = "check the path") -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: Where it is; its last part is no link.
        most: Bytes that a file of its kind may have.
        place: How errors name it; empty for the path.
        hint: What helps where it is not there.

    Raises:
        NotFoundError: It is not there, or is a folder.
        DeniedError: This user may not read it.
        BadInputError: It is no regular file, is larger, or cannot be read.
    """
    with opened_regular(path, place=place, hint=hint) as file:
        size = os.fstat(file.fileno()).st_size
        try:
            # No more is asked for than is there: what is asked for is taken from the memory.
            data = file.read(min(most, max(size, _PIECE)) + 1)
        except OSError as fault:
            raise _unreadable(place or str(path), fault) from fault
    if max(len(data), size) > most:
        raise BadInputError(
            f"it has more than {most:,} bytes", place=place or str(path), hint="check the file"
        )
    return data


@contextmanager
def opened_regular(
    path: Path, *, place: str = "", hint: str = "check the path"
) -> Iterator[BinaryIO]:
    """Give a regular file to read.

    Args:
        path: Where it is; its last part is no link.
        place: How errors name it; empty for the path.
        hint: What helps where it is not there.

    Raises:
        NotFoundError: It is not there, or is a folder.
        DeniedError: This user may not read it.
        BadInputError: It is no regular file, or cannot be opened.
    """
    place = place or str(path)
    try:
        number = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError) as gone:
        raise NotFoundError(f"no file at {place}", hint=hint) from gone
    except PermissionError as closed:
        raise DeniedError(f"{place} may not be read", hint="let this user read it") from closed
    except ValueError as bad:  # NUL in the name
        raise NotFoundError(f"no file at {place!r:.80}", hint=hint) from bad
    except OSError as fault:
        if fault.errno in (errno.ELOOP, errno.ENXIO, errno.ENODEV):
            raise _irregular(place) from fault
        raise _unreadable(place, fault) from fault
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):
        os.close(number)
        if stat.S_ISDIR(mode):
            raise NotFoundError(f"{place} is a folder", hint="name a file in it")
        raise _irregular(place)
    with os.fdopen(number, "rb") as file:
        yield file


def _irregular(place: str) -> BadInputError:
    return BadInputError(
        "it is no regular file but a link, a pipe or a device",
        place=place,
        hint="name the file itself",
    )


def _unreadable(place: str, fault: OSError) -> BadInputError:
    return BadInputError(f"cannot be read: {fault.strerror}", place=place, hint="check the file")
