"""The lake's posts as the relation `post`, the same that a file gives.

So a detector does not know where its posts come from. Nothing is copied: the relation
is a view, and only the columns that a query names are read.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from legation.store.reading.cells import at_path
from legation.store.reading.mapping import TYPES

if TYPE_CHECKING:
    import duckdb


class LakePosts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in `post`.

    Attributes:
        clocks: Resolution of a clock, in seconds, to the number of rows that were timed by it.
    """

    clocks: dict[int, int]

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return sum(self.clocks.values())

    def compared(self, window_s: int) -> int:
        """Return the coarsest clock that sees into a window; without any, the finest of all."""
        fine = [clock for clock in self.clocks if clock <= window_s]
        return max(fine) if fine else min(self.clocks, default=1)

    def coarse(self, window_s: int) -> int:
        """Count the rows whose clock does not see into a window: they tie nobody."""
        return sum(rows for clock, rows in self.clocks.items() if clock > window_s)


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
        return LakePosts(clocks={})
    listed = ", ".join(at_path(file) for file in files)
    source = f"read_parquet([{listed}], hive_partitioning = false)"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW post AS SELECT {', '.join(TYPES)}, clock_s FROM {source}"
    )
    clocks = connection.execute(f"SELECT clock_s, count(*) FROM {source} GROUP BY clock_s")
    return LakePosts(clocks=dict(sorted(clocks.fetchall())))
