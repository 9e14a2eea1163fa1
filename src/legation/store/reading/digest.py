"""The hash of the input, taken beside the work.

A run is named by the bytes it read. Hashing 200 MB costs as much as a third of the
query on it, so it runs in a thread (hashlib frees the interpreter) and is waited
for only by who asks. Who asks is told when a file was changed since it was first looked
at: then the hash may be of other bytes than were read.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import final

from legation.store.reading.snapshot import Standing


@final
class Digest:
    """SHA-256 of one file, or of several taken together."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Note how the files stand, and start hashing."""
        self._since = {file: Standing.of(file) for file in files}
        # One thread, let go once its work is done; the process's end waits for it.
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="digest")
        self._result: Future[str] = worker.submit(digest_of, tuple(files))
        worker.shutdown(wait=False)

    def result(self) -> str:
        """Return the hash in hex, when it is ready.

        Raises:
            BadInputError: A file was changed since hashing began.
        """
        self._require_same()
        found = self._result.result()
        self._require_same()
        return found

    def _require_same(self) -> None:
        for file, standing in self._since.items():
            standing.require(file)


def digest_of(files: Sequence[Path]) -> str:
    """Return the SHA-256 of a file; of several, that of their sorted hashes in hex."""
    each = sorted(_of_one(file) for file in files)
    return each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()


def _of_one(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
