"""One post, or one person, met twice: once with the platform named and once without.

Equal handles on two platforms are two accounts. A file that names no platform may hold the
posts of one that does; its accounts have other pseudonyms, so each person would seem to act
together with themself. Two things prevent it. A post is the same where id and handle agree, and
the time or the words do. And where the lake has a handle with a platform and without one, that
is noted in the lake, by pseudonyms: such a pair of accounts never counts as a tie.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from legation.store.reading.cells import at_path, quoted

if TYPE_CHECKING:
    import duckdb

KIND: Final = "same_accounts"
"""Kind of the lake's files with `account_id` and `other`: one handle, named in two ways."""
ONE_NAMES_NONE: Final = "(seen.platform = '') <> (masked.platform = '')"
"""Of rows of the lake and of a file: one of the two names its platform, the other none."""


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """Posts of a file whose ids stand in the lake, where one side names no platform.

    Attributes:
        platform: As the lake has it; empty: it is the lake's posts that name none.
        same: Posts that are those of the lake: handle agrees, and time or words.
        unlike: Posts of another account, or another time and other words; taken in as new.
    """

    platform: str
    same: int = 0
    unlike: int = 0


def make_twins(connection: "duckdb.DuckDBPyConnection", name: Callable[[str, str], str]) -> None:
    """Make `twin (handle, platform, account_id)`: the file's handles as the lake would name them.

    Args:
        connection: Has `masked` with the handles, and `seen` of the lake.
        name: Turns handle and platform into a pseudonym.
    """
    _named(
        connection,
        "twin",
        "SELECT DISTINCT masked.handle, seen.platform FROM masked JOIN seen "
        f"ON seen.base = masked.post_id AND {ONE_NAMES_NONE}",
        name,
    )


def echoes(connection: "duckdb.DuckDBPyConnection") -> tuple[Echo, ...]:
    """Count the posts of `sorted` whose ids the lake has with a platform, or without, unlike it."""
    rows = connection.execute(
        "SELECT platform, count(*) FILTER (stored IS NOT NULL), count(*) FILTER (stored IS NULL) "
        "FROM (SELECT DISTINCT masked.post_id, seen.platform, same.stored FROM masked JOIN seen "
        f"ON seen.base = masked.post_id AND {ONE_NAMES_NONE} "
        "LEFT JOIN same ON same.post_id = masked.post_id) GROUP BY platform ORDER BY platform"
    ).fetchall()
    return tuple(Echo(platform=place, same=same, unlike=unlike) for place, same, unlike in rows)


def write_selves(
    connection: "duckdb.DuckDBPyConnection",
    posts: Sequence[Path],
    staged: Path,
    name: Callable[[str, str], str],
) -> None:
    """Write which accounts of the new rows the lake has under the same handle, named otherwise.

    A pair stands on each day of the new rows, so that it leaves the lake when they do.

    Args:
        connection: Has `sorted`.
        posts: The lake's files of posts.
        staged: Folder of the batch.
        name: Turns handle and platform into a pseudonym.
    """
    there = "SELECT account_id, platform FROM sorted WHERE state = 'new'"
    if posts:
        listed = ", ".join(map(at_path, posts))
        source = f"read_parquet([{listed}], hive_partitioning = false)"
        there += f" UNION ALL SELECT account_id, platform FROM {source}"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE self_new AS SELECT DISTINCT handle, account_id, platform, "
        "day FROM sorted WHERE state = 'new'"
    )
    _named(
        connection,
        "self",
        "SELECT DISTINCT handle, place.platform FROM self_new JOIN "
        f"(SELECT DISTINCT platform FROM ({there})) AS place "
        "ON (self_new.platform = '') <> (place.platform = '')",
        name,
    )
    pairs = (
        "SELECT DISTINCT self_new.account_id, self.account_id AS other, day FROM self_new "
        "JOIN self ON self.handle = self_new.handle "
        "AND (self_new.platform = '') <> (self.platform = '') "
        "AND self.account_id <> self_new.account_id "
        f"WHERE self.account_id IN (SELECT account_id FROM ({there}))"
    )
    (any_,) = connection.execute(
        "SELECT EXISTS (FROM self)"  # without handles to compare, the lake is not read again
    ).fetchall()[0]
    if any_ and connection.execute(f"SELECT EXISTS ({pairs})").fetchall()[0][0]:
        connection.execute(
            f"COPY ({pairs}) TO {quoted(str(staged / KIND))} "
            "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))"
        )


def _named(
    connection: "duckdb.DuckDBPyConnection",
    table: str,
    asked: str,
    name: Callable[[str, str], str],
) -> None:
    """Make a table (handle, platform, account_id) of the handles and platforms asked for."""
    found = connection.execute(asked).fetchall()
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} (handle VARCHAR, platform VARCHAR, "
        "account_id VARCHAR)"
    )
    if found:
        columns = {
            "handle": [handle for handle, _ in found],
            "platform": [platform for _, platform in found],
            "account_id": [name(handle, platform) for handle, platform in found],
        }
        connection.execute(
            f"INSERT INTO {table} SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), "
            "unnest(?::VARCHAR[])",
            list(columns.values()),
        )
