"""What the machine lacks, told as such: room on the disk, memory.

Libraries have their own words for it. It is no fault of the program nor of a file, so
those who turn a library's complaint into one of a file let it through, and the doors tell
it with what helps.
"""

import sys

from legation.errors import BusyError, LegationError

_NO_ROOM = ("No space left on device", "disk is full", "Disk quota exceeded")


def lacking(fault: BaseException) -> LegationError | None:
    """Return the error of a machine that lacks something; None when it is another fault."""
    said = str(fault)
    if isinstance(fault, MemoryError) or _out_of_memory(fault):
        return BusyError(
            "the memory allowed does not do for this",
            hint="raise memory_limit in the settings (LEGATION_MEMORY_LIMIT); if a file was "
            "being read, see whether one cell of it is huge, or cut it into several",
        )
    if any(words in said for words in _NO_ROOM) and not isinstance(fault, OSError | LegationError):
        return BusyError(
            "no room is left on the disk", hint="make room on the disk of the home, then try again"
        )
    return None


def _out_of_memory(fault: BaseException) -> bool:
    # Whoever has not loaded DuckDB has no fault of it.
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(fault, duckdb.OutOfMemoryException)
