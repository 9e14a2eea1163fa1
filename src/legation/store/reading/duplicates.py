"""Posts that come twice.

An export often repeats rows. A row that repeats another exactly is folded and
counted. Where one id stands for different rows, the first in the files' order is
kept and the others are rejected, because nothing tells which is right.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from legation.store.reading.cells import at_path, quoted
from legation.store.reading.locate import located
from legation.store.reading.part import Part
from legation.store.reading.rejects import Rejected, in_order, list_rejected, unsplit_rows
from legation.store.reading.select import LinkRule

if TYPE_CHECKING:
    import duckdb


def fold_duplicates(
    connection: "duckdb.DuckDBPyConnection",
    parts: Sequence[Part],
    links: LinkRule | None,
    scratch: Path,
) -> tuple[int, int]:
    """Leave each post id once in the parts' tables.

    Returns:
        Rows folded, and rows rejected.
    """
    if not _any(connection, parts):
        return 0, 0
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE post_twice AS SELECT post_id, "
        f"count(*) AS times FROM ({_union(parts)}) GROUP BY post_id HAVING count(*) > 1"
    )
    if not _contradict(connection, parts):
        return _folded(connection, parts), 0
    conflicts = _keep_first(connection, parts, links, scratch)
    (surplus,) = connection.execute("SELECT sum(times - 1)::BIGINT FROM post_twice").fetchall()[0]
    rejected = list_rejected(connection, conflicts, scratch)
    connection.execute("DROP TABLE post_twice")
    return surplus - rejected, rejected


def _any(connection: "duckdb.DuckDBPyConnection", parts: Sequence[Part]) -> bool:
    if any(part.distinct < part.good for part in parts):
        return True
    if len(parts) == 1:
        return False
    found = connection.execute(
        f"SELECT count(*) > count(DISTINCT hash(post_id)) FROM ({_union(parts)})"
    ).fetchall()
    return bool(found[0][0])


def _contradict(connection: "duckdb.DuckDBPyConnection", parts: Sequence[Part]) -> bool:
    """Tell whether rows of one id differ."""
    rows = " UNION ALL ".join(
        f"SELECT post_id, hash(row) AS row_hash FROM {part.table} AS row "
        "WHERE post_id IN (SELECT post_id FROM post_twice)"
        for part in parts
    )
    found = connection.execute(
        f"SELECT EXISTS (SELECT post_id FROM ({rows}) GROUP BY post_id "
        "HAVING count(DISTINCT row_hash) > 1)"
    ).fetchall()
    return bool(found[0][0])


def _folded(connection: "duckdb.DuckDBPyConnection", parts: Sequence[Part]) -> int:
    """Keep one of equal rows, in the first file that has it; return how many went."""
    folded = 0
    connection.execute("CREATE OR REPLACE TEMP TABLE post_kept (post_id VARCHAR)")
    for part in parts:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE post_once AS SELECT DISTINCT * FROM {part.table} "
            "WHERE post_id IN (SELECT post_id FROM post_twice) "
            "AND post_id NOT IN (SELECT post_id FROM post_kept)"
        )
        gone = connection.execute(
            f"DELETE FROM {part.table} WHERE post_id IN (SELECT post_id FROM post_twice)"
        ).fetchall()[0][0]
        back = connection.execute(f"INSERT INTO {part.table} FROM post_once").fetchall()[0][0]
        connection.execute("INSERT INTO post_kept SELECT post_id FROM post_once")
        folded += gone - back
    for leftover in ("post_once", "post_kept", "post_twice"):
        connection.execute(f"DROP TABLE {leftover}")
    return folded


def _union(parts: Sequence[Part]) -> str:
    return " UNION ALL ".join(f"SELECT post_id FROM {part.table}" for part in parts)


def _keep_first(
    connection: "duckdb.DuckDBPyConnection",
    parts: Sequence[Part],
    links: LinkRule | None,
    scratch: Path,
) -> list[Rejected]:
    """Put the first row of each id back, and return the rows that contradict it."""
    twice = scratch / "twice.parquet"
    connection.execute(f"COPY post_twice TO {quoted(str(twice))} (FORMAT parquet)")
    rejected: list[Rejected] = []
    with closing(in_order(links)) as ordered:
        for part in parts:
            ordered.execute(_gather(part, twice))
        ordered.execute(
            "CREATE TABLE first AS SELECT post_id, min_by(part, (part, n)) AS part, "
            "min_by(n, (part, n)) AS n, min_by(row_hash, (part, n)) AS row_hash "
            "FROM ("
            + " UNION ALL ".join(
                f"SELECT post_id, {p.number} AS part, n, row_hash FROM again_{p.number}"
                for p in parts
            )
            + ") GROUP BY post_id"
        )
        for part in parts:
            rejected += _replace(connection, ordered, part, scratch)
    return rejected


def _gather(part: Part, twice: Path) -> str:
    return (
        f"CREATE TABLE again_{part.number} AS SELECT * FROM (SELECT row_number() OVER () AS n, "
        f"hash(again) AS row_hash, again.* FROM ({part.full}) AS again) "
        f"WHERE fault = 0 AND post_id IN (SELECT post_id FROM {at_path(twice)})"
    )


def _replace(
    connection: "duckdb.DuckDBPyConnection",
    ordered: "duckdb.DuckDBPyConnection",
    part: Part,
    scratch: Path,
) -> Iterator[Rejected]:
    first = scratch / "first.parquet"
    ordered.execute(
        f"COPY (SELECT again.* EXCLUDE (n, row_hash) FROM again_{part.number} AS again "
        f"JOIN first ON first.part = {part.number} AND first.n = again.n) "
        f"TO {quoted(str(first))} (FORMAT parquet)"
    )
    connection.execute(
        f"DELETE FROM {part.table} WHERE post_id IN (SELECT post_id FROM post_twice)"
    )
    connection.execute(f"INSERT INTO {part.table} BY NAME SELECT * FROM {at_path(first)}")
    rows = ordered.execute(
        f"SELECT again.n, again.post_id FROM again_{part.number} AS again JOIN first "
        "USING (post_id) WHERE again.row_hash <> first.row_hash ORDER BY again.n"
    ).fetchall()
    ids = dict(rows)
    unsplit = _unsplit_lines(connection, part)
    column = part.mapping.fields["post_id"].columns[0]
    for _, line, text in located(part.probe, sorted(ids), unsplit):
        yield Rejected(
            file=part.shown,
            line=line,
            col=column,
            reason="another post has this id",
            hint="the first row of that id was kept; check which is right",
            row_text=text,
        )


def _unsplit_lines(connection: "duckdb.DuckDBPyConnection", part: Part) -> frozenset[int]:
    if not part.unsplit:
        return frozenset()
    return frozenset(row.line for row in unsplit_rows(connection, part))
