"""Why rows were rejected: for a person who looks before an import, and for one that goes on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from legation.store.reading.rejects import MOST_REJECTED, Rejected

if TYPE_CHECKING:
    import duckdb

_LISTED: Final = "rejected"
# Of one slice; a manifest is read whole, so what is longer is read from the file once more.
_MOST_LISTED: Final = 10_000


def reasons(connection: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """Return how many rows of the table `rejected` each reason has, most first.

    What stands after a reason's colon is quoted from a row, and left out.
    """
    rows = connection.execute(
        "SELECT split_part(reason, ':', 1) AS told, count(*) AS times FROM rejected "
        "GROUP BY told ORDER BY times DESC, told"
    ).fetchall()
    return {str(told): int(times) for told, times in rows}


def rejected_rows(connection: "duckdb.DuckDBPyConnection", offset: int) -> Iterator[Rejected]:
    """Yield the rows of the table `rejected` without their text, a million at the most.

    Args:
        connection: Holds the table.
        offset: Lines of the file before its slice.
    """
    rows = connection.execute(
        f"SELECT line, col, reason, hint FROM rejected ORDER BY line LIMIT {MOST_REJECTED}"
    ).fetchall()
    for line, col, reason, hint in rows:
        # What stands after the colon is quoted from the row.
        told = reason.split(":", 1)[0]
        yield Rejected(file="", line=line + offset, col=col, reason=told, hint=hint, row_text="")


def listing(rejected: Sequence[Rejected]) -> dict[str, Any]:
    """Return what a batch says of its rejected rows: a run that goes on must list them too."""
    if len(rejected) > _MOST_LISTED:
        return {}
    groups: dict[tuple[str, str, str], list[int]] = {}
    for row in rejected:
        groups.setdefault((row.col, row.reason, row.hint), []).append(row.line)
    return {_LISTED: [[*why, lines] for why, lines in groups.items()]}


def listed_in(facts: Mapping[str, Any]) -> tuple[Rejected, ...] | None:
    """Return the rejected rows that a batch lists, without their file; None when it does not."""
    if _LISTED not in facts:
        return None if facts.get("refused") else ()
    rows = [
        Rejected(file="", line=line, col=col, reason=reason, hint=hint, row_text="")
        for col, reason, hint, lines in facts[_LISTED]
        for line in lines
    ]
    return tuple(sorted(rows, key=lambda row: row.line))
