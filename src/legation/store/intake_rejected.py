"""Why rows were rejected, for a person who looks before an import."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def reasons(connection: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """Return how many rows of the table `rejected` each reason has, most first.

    What stands after a reason's colon is quoted from a row, and left out.
    """
    rows = connection.execute(
        "SELECT split_part(reason, ':', 1) AS told, count(*) AS times FROM rejected "
        "GROUP BY told ORDER BY times DESC, told"
    ).fetchall()
    return {str(told): int(times) for told, times in rows}
