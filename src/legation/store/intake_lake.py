"""The lake's posts as the relation `post`, the same that a file gives.

So a detector does not know where its posts come from. Nothing is copied: the relation
is a view, and only the columns that a query names are read.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from legation.store.reading.cells import quoted
from legation.store.reading.mapping import TYPES

if TYPE_CHECKING:
    import duckdb


class LakePosts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in `post`: how many rows, and the coarsest clock among their files."""

    rows: int
    clock_resolution_s: int


def attach_lake(connection: "duckdb.DuckDBPyConnection", files: Sequence[Path]) -> LakePosts:
    """Make the relation `post` from files of the lake's kind `posts`, with each row's clock.

    Args:
        connection: Where it is made; an earlier one of that name is replaced.
        files: What `Lake.files("posts", days)` gives; none makes an empty relation.
    """
    if not files:
        columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in TYPES.items())
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW post AS SELECT {columns}, 1 AS clock_s LIMIT 0"
        )
        return LakePosts(rows=0, clock_resolution_s=1)
    listed = ", ".join(quoted(str(file)) for file in files)
    source = f"read_parquet([{listed}], hive_partitioning = false)"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW post AS SELECT {', '.join(TYPES)}, clock_s FROM {source}"
    )
    rows, clock_s = connection.execute(f"SELECT count(*), max(clock_s) FROM {source}").fetchall()[0]
    return LakePosts(rows=rows, clock_resolution_s=clock_s)
