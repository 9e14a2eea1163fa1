"""Posts of any export as one relation, `post`, in a DuckDB connection.

The mapping becomes one select, so a file is scanned once and only the columns asked
for are converted. Good rows stand in `post`; every row that is not good stands in
`rejected` with its file, line, column, reason and what to do. Nothing is dropped in
silence, nothing of the rows stays on disk.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from legation.errors import BadInputError
from legation.store.reading.damage import told_as_damage
from legation.store.reading.digest import Digest
from legation.store.reading.duplicates import fold_duplicates
from legation.store.reading.entities import lent
from legation.store.reading.mapping import CANONICAL, TYPES, Mapping
from legation.store.reading.part import Part
from legation.store.reading.probe import Format, Probe, probe
from legation.store.reading.reader import Reading, read_part
from legation.store.reading.rejects import make_rejected
from legation.store.reading.select import LINK_FUNCTION, LinkRule

if TYPE_CHECKING:
    import duckdb

# 1.45670E+18: what a spreadsheet makes of a long number. No network gives such ids.
_ROUNDED = r"[1-9](\.\d+)?[eE]\+?\d\d"
# So many are looked at: a column of names is no list of platforms.
_MANY_PLATFORMS = 100
_TOMORROW = timedelta(days=1)


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What was read.

    Attributes:
        files: In the order given.
        format: Of the first file.
        mapping: The mapping used.
        clock_resolution_s: Coarsest clock of the files: 1, 60 or 86400 seconds.
        rows: Good rows, which stand in `post`.
        rejected: Rows that stand in `rejected`.
        folded: Rows that repeated another row exactly.
        skipped: Records that are not posts (deletions, service messages, other kinds).
        rounded: Good rows whose id a spreadsheet seems to have rounded.
        span: First and last time of the good rows, in epoch seconds; None without any.
        platforms: Platforms that they name.
        odd_platforms: Values that are no names of platforms, which stay empty, with their rows;
            the most frequent first, and none that is the name of an account.
        digest: Hash of the files' bytes, being taken.
    """

    files: tuple[Path, ...]
    format: Format
    mapping: Mapping
    clock_resolution_s: int
    rows: int
    rejected: int
    folded: int
    skipped: int
    rounded: int
    span: tuple[int, int] | None
    platforms: tuple[str, ...]
    odd_platforms: tuple[tuple[str, int], ...]
    digest: Digest

    @property
    def sha256(self) -> str:
        """Return the hash of the files' bytes; of several files, of their sorted hashes."""
        return self.digest.result()


def attach(
    connection: "duckdb.DuckDBPyConnection",
    files: Sequence[Path],
    mapping: Mapping | None = None,
    *,
    columns: frozenset[str] | None = None,
    links: LinkRule | None = None,
    now: Callable[[], datetime] | None = None,
    part_of: Probe | None = None,
    copy_of: str = "",
) -> Intake:
    """Make the relation `post` and the table `rejected` from files of posts.

    Args:
        connection: Where they are made; earlier ones of that name are replaced.
        files: All of one kind.
        mapping: How they are read; None means our own columns.
        columns: Columns of `post` that will be used; the others are NULL. None means all.
        links: How links become canonical; None leaves them as they are.
        now: Clock beyond which (and a day) a time is rejected; None sets no bound.
        part_of: The file of which these are slices: their form is known and not judged again.
        copy_of: Name of the reader's file of which these are slices.

    Raises:
        NotFoundError: A file is not there.
        BadInputError: A file cannot be read at all, or the mapping does not fit it.
    """
    if not files:
        raise BadInputError("no file of posts", place="", hint="name at least one file")
    probes = [_probed(file, part_of, copy_of) for file in files]
    digest = Digest(files)
    _forget(connection)
    make_rejected(connection)
    with _scratch(connection) as scratch, _link_function(connection, links), lent(connection):
        reading = Reading(
            mapping=mapping or CANONICAL,
            wanted=frozenset(TYPES) if columns is None else columns,
            plain_links=None if links is None else links.plain,
            latest=None if now is None else latest_of(now),
            scratch=scratch,
            judge=part_of is None,
        )
        parts = [
            _part_of(connection, reading, number, found) for number, found in enumerate(probes)
        ]
        folded, conflicting = fold_duplicates(connection, parts, links, scratch)
    _make_post(connection, parts, reading.mapping.clock_resolution_s)
    return Intake(
        files=tuple(files),
        format=probes[0].format,
        mapping=reading.mapping,
        clock_resolution_s=reading.mapping.clock_resolution_s or max(p.clock_s for p in parts),
        rows=sum(part.good for part in parts) - folded - conflicting,
        rejected=sum(part.rejected for part in parts) + conflicting,
        folded=folded,
        skipped=sum(part.skipped for part in parts),
        rounded=_rounded(connection),
        span=_span(connection),
        platforms=_platforms(connection),
        odd_platforms=_odd_platforms(connection, parts),
        digest=digest,
    )


def latest_of(now: Callable[[], datetime]) -> int:
    """Return the epoch second after which a time is rejected."""
    return int((now() + _TOMORROW).timestamp())


def _rounded(connection: "duckdb.DuckDBPyConnection") -> int:
    either = " OR ".join(f"regexp_full_match({c}, '{_ROUNDED}')" for c in ("post_id", "account_id"))
    return int(connection.execute(f"SELECT count(*) FROM post WHERE {either}").fetchall()[0][0])


def _span(connection: "duckdb.DuckDBPyConnection") -> tuple[int, int] | None:
    first, last = connection.execute("SELECT min(time), max(time) FROM post").fetchall()[0]
    return None if first is None else (int(first), int(last))


def _platforms(connection: "duckdb.DuckDBPyConnection") -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT DISTINCT platform FROM post WHERE platform <> '' ORDER BY 1 "
        f"LIMIT {_MANY_PLATFORMS}"
    ).fetchall()
    return tuple(str(platform) for (platform,) in rows)


def _odd_platforms(
    connection: "duckdb.DuckDBPyConnection", parts: Sequence[Part]
) -> tuple[tuple[str, int], ...]:
    selects = [
        f"SELECT odd_platform FROM {part.table} WHERE odd_platform IS NOT NULL"
        for part in parts
        if "odd_platform" in _columns(connection, part)
    ]
    if not selects:
        return ()
    rows = connection.execute(
        f"SELECT odd_platform, count(*) FROM ({' UNION ALL '.join(selects)}) "
        "WHERE lower(odd_platform) NOT IN (SELECT lower(account_id) FROM post) "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MANY_PLATFORMS}"
    ).fetchall()
    return tuple((str(value), int(count)) for value, count in rows)


def _columns(connection: "duckdb.DuckDBPyConnection", part: Part) -> set[str]:
    rows = connection.execute(f"DESCRIBE {part.table}").fetchall()
    return {str(name) for name, *_ in rows}


def handles(connection: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    """Yield the handles that `post` names, each once: authors and mentions."""
    found = connection.execute(
        "SELECT account_id FROM post UNION SELECT unnest(mentions) FROM post"
    )
    while some := found.fetchmany(10_000):
        yield from (str(handle) for (handle,) in some if handle)


def _probed(file: Path, part_of: Probe | None, copy_of: str) -> Probe:
    if part_of is None:
        return msgspec.structs.replace(probe(file), copy_of=copy_of)
    return msgspec.structs.replace(part_of, file=file, packed=False, copy_of=copy_of)


def _forget(connection: "duckdb.DuckDBPyConnection") -> None:
    """Drop what an earlier intake left in the connection."""
    connection.execute("DROP VIEW IF EXISTS post")
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary "
        "AND regexp_matches(table_name, '^post_(part|bad)_')"
    ).fetchall()
    for (table,) in rows:
        connection.execute(f"DROP TABLE {table}")


def _part_of(
    connection: "duckdb.DuckDBPyConnection", reading: Reading, number: int, found: Probe
) -> Part:
    """Read a file; what DuckDB cannot read at all is the file's fault, not ours."""
    with told_as_damage(found.place):
        return read_part(connection, reading, number, found)


@contextmanager
def _scratch(connection: "duckdb.DuckDBPyConnection") -> Iterator[Path]:
    """Give a folder that the connection may read, gone afterwards."""
    rows = connection.execute("SELECT current_setting('temp_directory')").fetchall()
    spill = Path(rows[0][0]) if rows[0][0] else None
    if spill is not None:
        spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="legation-", dir=spill) as folder:
        yield Path(folder)


@contextmanager
def _link_function(
    connection: "duckdb.DuckDBPyConnection", links: LinkRule | None
) -> Iterator[None]:
    """Lend the rule to DuckDB; it must be taken back, or the process ends with complaints."""
    if links is None:
        yield
        return
    connection.create_function(LINK_FUNCTION, links.canonical, ["VARCHAR"], "VARCHAR")
    try:
        yield
    finally:
        connection.remove_function(LINK_FUNCTION)


def _make_post(connection: "duckdb.DuckDBPyConnection", parts: Sequence[Part], stated: int) -> None:
    """Show the parts as one relation; the clock is as stated, or that of each file."""
    selects = []
    for part in parts:
        given = _columns(connection, part)
        shown = [
            column if column in given else _absent(column, kind) for column, kind in TYPES.items()
        ]
        shown.append(f"{stated or part.clock_s}::INTEGER AS clock_s")
        selects.append(f"SELECT {', '.join(shown)} FROM {part.table}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW post AS {' UNION ALL '.join(selects)}")


def _absent(column: str, kind: str) -> str:
    if kind.endswith("[]"):
        return f"[]::{kind} AS {column}"
    return f"{'false' if column == 'is_repost' else 'NULL'}::{kind} AS {column}"
