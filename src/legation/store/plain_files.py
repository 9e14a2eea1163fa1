"""Reading a file that somebody names: a plain one, of a size that is borne.

A pipe may never begin and a device never end, and a file may be larger than the memory. None of
these is waited for or read to its end.
"""

import os
import stat
from pathlib import Path

from legation.errors import BadInputError, NotFoundError


def read_plain(file: Path, most: int, *, links: bool = True) -> bytes:
    """Return the bytes of a file.

    Args:
        file: Its name.
        most: Bytes that it may have.
        links: Whether its name may be a link.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is a folder, a pipe, a device, or larger; or a link, which it may not be.
    """
    if not links and file.is_symlink():
        raise BadInputError(
            "this is a link", place=str(file), hint=f"name the file itself: {file.resolve()}"
        )
    followed = 0 if links else os.O_NOFOLLOW
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | followed)
    except FileNotFoundError as gone:
        raise NotFoundError(f"no file {file}", hint="check the path") from gone
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        what = "a folder" if stat.S_ISDIR(found.st_mode) else "no plain file"
        raise BadInputError(
            f"this is {what}", place=str(file), hint="name a file, no pipe, device or folder"
        )
    with os.fdopen(handle, "rb") as stream:
        # What grows while it is read is found by the one byte more.
        content = stream.read(most + 1) if found.st_size <= most else b""
    if found.st_size > most or len(content) > most:
        raise BadInputError(
            f"larger than it may be ({most:,} bytes)", place=str(file), hint="check the path"
        )
    return content
