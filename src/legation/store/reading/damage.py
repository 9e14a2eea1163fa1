"""What libraries say of a file that is damaged, told as the file's fault.

A packed file that was cut off, bytes that are no table, JSON nested without end: each
library has its own word for it. A lack of memory or room and a Ctrl-C are no fault of a
file and go through.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from legation.errors import BadInputError
from legation.store.faults import lacking

_LONGEST = 200
_AGAIN = "open it in the program that made it and export it again"
_UNPACKED = "get the file again; what can still be read of it: gzip -dc FILE > NEW"


@contextmanager
def told_as_damage(place: str) -> Iterator[None]:
    """Turn what is raised by a damaged file into an error that names it.

    Args:
        place: The file, as the reader knows it.

    Raises:
        BadInputError: The file cannot be read, or its packing breaks off.
    """
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except (EOFError, zlib.error, gzip.BadGzipFile) as bad:
        raise _unpacked(place, str(bad)) from bad
    except (duckdb.Error, csv.Error, RecursionError) as bad:
        if lacking(bad):
            raise
        said = (str(bad).splitlines() or [type(bad).__name__])[0][:_LONGEST]
        if "GZIP stream" in said:
            raise _unpacked(place, said.partition(": ")[2]) from bad
        raise BadInputError(f"the file cannot be read: {said}", place=place, hint=_AGAIN) from bad


def _unpacked(place: str, said: str) -> BadInputError:
    return BadInputError(
        f"the packed file is cut off or damaged: {said[:_LONGEST]}", place=place, hint=_UNPACKED
    )
