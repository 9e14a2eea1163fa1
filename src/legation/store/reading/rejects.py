"""The table of rejected rows: each with its file, line, column, reason and what to do.

It is filled only for files that have bad rows. Rows that DuckDB could not split are
told by DuckDB; rows that we refuse are read once more in order, one thread, so that
their place can be told.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from legation.errors import BadInputError
from legation.store.duck import connect
from legation.store.reading.cells import at_path
from legation.store.reading.entities import lend
from legation.store.reading.locate import SHOWN, lines_at, located
from legation.store.reading.part import Part
from legation.store.reading.probe import Probe
from legation.store.reading.select import FAULTS, LINK_FUNCTION, NOT_A_POST, LinkRule

if TYPE_CHECKING:
    import duckdb

_SHAPE = (
    "{'file': 'VARCHAR', 'line': 'BIGINT', 'col': 'VARCHAR', 'reason': 'VARCHAR', "
    "'hint': 'VARCHAR', 'row_text': 'VARCHAR'}"
)
_ENDS = "chr(10) || chr(13)"
# DuckDB lets a row begin with the blank lines before it.
_START = f"line_byte_position + length(csv_line) - length(ltrim(csv_line, {_ENDS}))"
_UNSPLIT: Dict[str, tuple[str, str]] = {
    "INVALID ENCODING": ("not UTF-8", "the row is in another encoding; export it as UTF-8"),
    "MISSING COLUMNS": ("too few columns", "a delimiter or a quote is missing in the row"),
    "TOO MANY COLUMNS": ("too many columns", "put the cell that holds a delimiter into quotes"),
    "UNQUOTED VALUE": ("a quote is not closed", 'write a quote inside a cell as ""'),
    "LINE SIZE OVER MAXIMUM": ("longer than 16 MiB", "a closing quote may be missing"),
}

# A line of JSON is read as one cell, so it is split by this sign alone.
_MARKED = ("the control character U+0001", "JSON allows it in a text as \\u0001 only")


_MANY = 10_000
MOST_REJECTED = 1_000_000
"""Rows that cannot be split, after which a file is refused: nobody mends so many by hand."""


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """One rejected row; `col` is the file's own name of the column."""

    file: str
    line: int
    col: str
    reason: str
    hint: str
    row_text: str


def stray_row(file: str, line: int, text: str) -> Rejected:
    """Return a line whose quote is never closed, as it is listed."""
    reason, hint = _UNSPLIT["UNQUOTED VALUE"]
    return Rejected(file=file, line=line, col="", reason=reason, hint=hint, row_text=text)


def unread(file: str, line: int, kind: str, text: str) -> Rejected:
    """Return a line that cannot be split into cells, for a reason in DuckDB's words."""
    reason, hint = _UNSPLIT[kind]
    return Rejected(file=file, line=line, col="", reason=reason, hint=hint, row_text=text)


def too_long(file: str, line: int, text: str) -> Rejected:
    """Return a record that is longer than any post, as it is listed."""
    reason, hint = _UNSPLIT["LINE SIZE OVER MAXIMUM"]
    return Rejected(file=file, line=line, col="", reason=reason, hint=hint, row_text=text)


def too_many(place: str) -> BadInputError:
    """Return the error of a file of which more rows are bad than anybody will look at."""
    return BadInputError(
        f"more than {MOST_REJECTED:,} rows cannot be read",
        place=place,
        hint="the file is damaged, or is not what its header says; export it again",
    )


def make_rejected(connection: "duckdb.DuckDBPyConnection") -> None:
    """Make the empty table `rejected`."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rejected (file VARCHAR, line BIGINT, col VARCHAR, "
        "reason VARCHAR, hint VARCHAR, row_text VARCHAR)"
    )


def list_rejected(
    connection: "duckdb.DuckDBPyConnection", rows: Iterable[Rejected], scratch: Path
) -> int:
    """Add rows to `rejected` and return how many."""
    path = scratch / "rejected.jsonl"
    count = 0
    with path.open("wb") as stream:
        for count, row in enumerate(rows, 1):  # noqa: B007 # the last count is the answer
            stream.write(msgspec.json.encode(row) + b"\n")
    connection.execute(
        f"INSERT INTO rejected SELECT * FROM read_ndjson({at_path(path)}, columns = {_SHAPE})"
    )
    path.unlink()
    return count


def unsplit_rows(connection: "duckdb.DuckDBPyConnection", part: Part) -> list[Rejected]:
    """Return the rows that DuckDB could not split into cells, in the file's order."""
    rows = connection.execute(
        f"SELECT {_START} AS start, any_value(coalesce(column_name, column_idx::VARCHAR, '')), "
        f"any_value(error_type::VARCHAR), any_value(trim(csv_line, {_ENDS})[:{SHOWN}]) "
        f"FROM {part.bad_table} GROUP BY start ORDER BY start"
    ).fetchall()
    # DuckDB counts records where we count lines, so the line is told by the place in bytes.
    lines = lines_at([position - 1 for position, *_ in rows], part.probe)
    return [
        _unsplit(part, line, column, kind, text)
        for line, (_, column, kind, text) in zip(lines, rows, strict=True)
    ]


def stray_quote(
    connection: "duckdb.DuckDBPyConnection", bad_table: str, probe: Probe
) -> int | None:
    """Return the byte at which a row starts that a quote may have made to swallow the next ones."""
    if probe.format != "csv":
        return None
    rows = connection.execute(
        f"SELECT min({_START}) FROM {bad_table} "
        "WHERE error_type::VARCHAR = 'UNQUOTED VALUE' "
        f"OR contains(trim(csv_line, {_ENDS}), chr(10)) AND error_type::VARCHAR IN "
        "('LINE SIZE OVER MAXIMUM', 'TOO MANY COLUMNS', 'MISSING COLUMNS')"
    ).fetchall()
    position = rows[0][0]
    return None if position is None else int(position) - 1


def _unsplit(part: Part, line: int, column: str, kind: str, text: str) -> Rejected:
    reason, hint = _UNSPLIT.get(kind, (kind.lower(), "the row cannot be read"))
    if part.probe.format == "ndjson" and kind == "TOO MANY COLUMNS":
        reason, hint = _MARKED
    return Rejected(
        file=part.shown,
        line=line,
        col=column if part.probe.format == "csv" else "",
        reason=reason,
        hint=hint,
        row_text=text,
    )


def faulty_rows(part: Part, unsplit: frozenset[int]) -> Iterator[Rejected]:
    """Yield the rows that were read and are refused, in the file's order."""
    with closing(in_order(None)) as ordered:
        found = ordered.execute(
            f"SELECT n, fault, raw_time FROM (SELECT row_number() OVER () AS n, * FROM "
            f"({part.light})) WHERE fault NOT IN (0, {NOT_A_POST}) ORDER BY n"
        )
        # Two walks side by side: of millions of bad rows only some are held.
        faults: deque[tuple[int, str]] = deque()
        places = located(part.probe, _numbers(found, faults), unsplit)
        yield from (_faulty(part, line, text, *faults.popleft()) for _, line, text in places)


def _numbers(found: "duckdb.DuckDBPyConnection", faults: deque[tuple[int, str]]) -> Iterator[int]:
    """Yield the numbers of bad rows; what each has done is put down beside."""
    while some := found.fetchmany(_MANY):
        for n, fault, raw in some:
            faults.append((fault, raw))
            yield n


def _faulty(part: Part, line: int, text: str, fault: int, raw: str) -> Rejected:
    column, reason, hint = FAULTS[fault]
    named = part.mapping.fields[column].columns[0] if column in part.mapping.fields else ""
    told = f"{reason}: {raw[:80]!r}" if column == "time" and raw else reason
    return Rejected(
        file=part.shown,
        line=line,
        col=named,
        reason=told,
        hint=hint,
        row_text=text,
    )


def in_order(links: LinkRule | None) -> "duckdb.DuckDBPyConnection":
    """Open a connection that reads a file in its own order."""
    connection = connect(threads=1)
    connection.execute("SET preserve_insertion_order = true")
    lend(connection)
    if links is not None:
        connection.create_function(LINK_FUNCTION, links.canonical, ["VARCHAR"], "VARCHAR")
    return connection
