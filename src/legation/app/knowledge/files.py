"""Reading a pack and its signature, and writing a signature: plain files of a known size alone.

A pipe may never begin and a device never end; a link may lead to what its name does not say,
and what is written through one lands elsewhere. None of them is followed or waited for.
"""

import os
from pathlib import Path
from typing import Final

from legation.app.knowledge.signatures import SUFFIX
from legation.errors import ConflictError
from legation.knowledge.pack_file import LONGEST
from legation.store.durable import write_whole
from legation.store.plain_files import read_plain

_LONGEST_SIGNATURE: Final = 64_000


def pack_bytes(file: Path) -> bytes:
    """Return the bytes of a pack.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is a link, a folder, a pipe, a device, or larger than a pack may be.
    """
    return read_plain(file, LONGEST, links=False)


def signature_bytes(file: Path) -> bytes:
    """Return the bytes of a signature.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is a link, a folder, a pipe, a device, or larger than a signature.
    """
    return read_plain(file, _LONGEST_SIGNATURE, links=False)


def beside(file: Path) -> Path:
    """Return where the signature of a pack stands."""
    return file.with_name(file.name + SUFFIX)


def put_signature(file: Path, signature: bytes, *, replace: bool) -> Path:
    """Write a signature beside its pack, in one step; return where it stands.

    Args:
        file: The pack.
        signature: The bytes to write.
        replace: Whether one that is there may go.

    Raises:
        ConflictError: One is there already, and was not to be replaced.
        BadInputError: What is there is no plain file.
    """
    place = beside(file)
    if os.path.lexists(place):
        signature_bytes(place)
        if not replace:
            raise ConflictError(
                f"{place} is there already", hint="to sign anew in its place, add --replace"
            )
    write_whole(place, signature)
    return place
