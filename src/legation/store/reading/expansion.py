"""How large a packed file becomes: asked before anything is read of it for good.

A few kilobytes can unpack to more than a disk holds. So a file that somebody sends is
unpacked once into nothing, a piece at a time, and refused as soon as it passes the limit.
"""

from contextlib import closing
from pathlib import Path
from typing import Final

from legation.errors import BadInputError
from legation.store.duck import connect
from legation.store.reading.cells import at_path
from legation.store.reading.damage import told_as_damage
from legation.store.reading.probe import open_bytes, refuse_others

_PIECE: Final = 1 << 20
_MEGABYTE: Final = 1_000_000


def refuse_large(file: Path, most_mb: int) -> None:
    """Refuse a file that is packed in a way nobody reads, or becomes too large when unpacked.

    Args:
        file: The file.
        most_mb: Limit in megabytes.

    Raises:
        BadInputError: It is refused.
    """
    with file.open("rb") as raw:
        head = raw.read(8)
    refuse_others(head, file.name)
    packed = head.startswith(b"PAR1")
    size = _parquet(file) if packed else _unpacked(file, most_mb * _MEGABYTE)
    if size > most_mb * _MEGABYTE:
        raise BadInputError(
            f"unpacked, this file is larger than {most_mb:,} MB",
            place=file.name,
            hint="split it, or ask for a higher setting `unpacked_mb`",
        )


def _unpacked(file: Path, most: int) -> int:
    size = 0
    with told_as_damage(file.name), open_bytes(file) as stream:
        while size <= most and (piece := stream.read(_PIECE)):
            size += len(piece)
    return size


def _parquet(file: Path) -> int:
    with told_as_damage(file.name), closing(connect(threads=1)) as connection:
        (size,) = connection.execute(
            "SELECT coalesce(sum(greatest(total_uncompressed_size, num_values)), 0)::BIGINT "
            f"FROM parquet_metadata({at_path(file)})"
        ).fetchall()[0]
    return int(size)
