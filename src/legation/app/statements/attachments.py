"""Files that belong to a statement, compared with what it says of them: name, size and SHA-256.

A statement holds no attachment, only its hash. So a file counts as the attachment when its bytes
hash so, whatever it is called; one under the attachment's name with other bytes is another file.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, final

import msgspec

from legation.crypto.regular_files import opened_regular
from legation.errors import BadInputError
from legation.safeguards.statements.drafting import attached
from legation.safeguards.statements.statement import Attachment

MOST_FILES: Final = 10_000
"""Files of a folder that are looked at."""


@final
class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one attachment, or of one file that is none.

    Attributes:
        name: The attachment's, or the file's.
        state: `same`; `other` bytes under its name; `missing`; or a `stranger` to the statement.
    """

    name: str
    state: Literal["same", "other", "missing", "stranger"]


def compared(attachments: Sequence[Attachment], given: Iterable[Path]) -> list[Compared]:
    """Compare files with the attachments of a statement.

    Args:
        attachments: What the statement says, once it is verified.
        given: Files, and folders of which each file is taken that bears an attachment's name.

    Returns:
        Each attachment in the statement's order, then the files that are none.

    Raises:
        NotFoundError: A file is not there.
        DeniedError: A file may not be read.
        BadInputError: A path is a link, a pipe or a device, or a folder has too many files.
    """
    names = {one.name for one in attachments}
    sizes = {one.size for one in attachments}
    same: set[str] = set()
    other: set[str] = set()
    strangers: list[str] = []
    for path in _files(given, names):
        seen = _seen(path, sizes)
        met = [one for one in attachments if seen and _key(one) == _key(seen)]
        same |= {one.name for one in met}
        if not met and path.name in names:
            other.add(path.name)
        elif not met:
            strangers.append(path.name)
    told = [Compared(name=one.name, state=_state(one.name, same, other)) for one in attachments]
    return told + [Compared(name=name, state="stranger") for name in strangers]


def _state(name: str, same: set[str], other: set[str]) -> Literal["same", "other", "missing"]:
    if name in other:
        return "other"
    return "same" if name in same else "missing"


def _key(one: Attachment) -> tuple[int, str]:
    return one.size, one.sha256


def _seen(path: Path, sizes: set[int]) -> Attachment | None:
    """Return what a file is; None when no attachment has its size."""
    with opened_regular(path) as file:
        if os.fstat(file.fileno()).st_size not in sizes:
            return None
        return attached(path.name, file)


def _files(given: Iterable[Path], names: set[str]) -> Iterable[Path]:
    for path in given:
        if not path.is_dir():
            yield path
            continue
        for number, inner in enumerate(path.iterdir()):
            if number == MOST_FILES:
                raise BadInputError(
                    f"the folder has more than {MOST_FILES:,} files",
                    place=str(path),
                    hint="name the files of the statement one by one",
                )
            if inner.name in names:
                yield inner
