"""The folder of signed heads: ends of the audit trail, one file a day, beside the database.

Only bytes are kept here; what they say, and whether their signatures hold, is read elsewhere.
A file is put in its place once and never again, so a later program cannot undo an earlier day.
"""

import re
from pathlib import Path
from typing import Final

from legation.errors import BadInputError
from legation.store.durable import make_folder, write_whole

_NAME: Final = re.compile(r"\d{4}-\d\d-\d\d-\d{9,18}\.head", re.ASCII)
_LARGEST: Final = 64 * 1024


class SignedHeads:
    """The signed heads of one home."""

    def __init__(self, folder: Path) -> None:
        """Stand for the folder; it may be absent."""
        self._folder = folder

    def every(self) -> list[tuple[str, bytes]]:
        """Return names and contents of all heads, the oldest first.

        Raises:
            BadInputError: A file is too large to be one.
        """
        if not self._folder.is_dir():
            return []
        names = sorted(one.name for one in self._folder.iterdir() if _NAME.fullmatch(one.name))
        return [(name, self._read(name)) for name in names]

    def put(self, name: str, content: bytes) -> None:
        """Keep a head; one of that name is left as it is.

        Raises:
            BadInputError: The name is none of a head.
        """
        if not _NAME.fullmatch(name):
            raise BadInputError(f"{name!r} is no name of a head", place=name, hint="see audit head")
        make_folder(self._folder)
        if not (self._folder / name).exists():
            write_whole(self._folder / name, content)

    def _read(self, name: str) -> bytes:
        with (self._folder / name).open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise BadInputError("this is no signed head", place=name, hint="restore the backup")
        return content
