"""The developer sample as an analyst would get it: no label, no hint of the collection.

Ids are replaced by random ones, all times cut to the minute, and language, source and label
columns are gone. The truth stays in a table of its own, by the new ids. A *thinned* file has
the operation accounts cut down to what the debate users are: some of their posts, in 16 hours.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import data
import duckdb
import numpy as np
from numpy.typing import NDArray

SPAN_H = 16


@dataclass(frozen=True)
class Truth:
    """What is known of each account in a file; one row an account.

    Attributes:
        account: Random id.
        source: Collection.
        label: 1 operation, 0 control, -1 unlabelled.
        group: Category of an operation account.
        posts: Posts in this file.
    """

    account: NDArray[np.str_]
    source: NDArray[np.str_]
    label: NDArray[np.int64]
    group: NDArray[np.str_]
    posts: NDArray[np.int64]


@contextmanager
def opened(posts: Path, seed: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection with `sample`: the posts under random ids, with their truth."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET memory_limit = '4GB'")
        connection.execute(
            "CREATE TEMP VIEW sample AS SELECT "
            f"'a' || md5('{seed} account ' || account_id)[:14] AS account, "
            f"'p' || md5('{seed} post ' || post_id)[:14] AS post, * "
            f"FROM read_parquet('{posts}')"
        )
        connection.execute("CREATE TEMP VIEW kept AS SELECT * FROM sample")
        yield connection


def thin(connection: duckdb.DuckDBPyConnection, *, to_few: bool) -> str:
    """Keep the operation accounts' posts of their fullest 16 hours; return those in words.

    Args:
        connection: From `opened`.
        to_few: Also cut each account's posts to the number that some debate user has.
    """
    found = connection.execute(
        "WITH hours AS (SELECT DISTINCT account, epoch(created_at)::BIGINT // 3600 AS hour "
        "FROM sample WHERE label = 1), "
        "starts AS (SELECT DISTINCT hour AS first FROM hours) "
        "SELECT first, count(DISTINCT account) AS people FROM starts JOIN hours "
        f"ON hour BETWEEN first AND first + {SPAN_H - 1} "
        "GROUP BY first ORDER BY people DESC, first LIMIT 1"
    ).fetchone()
    first = 0 if found is None else int(found[0])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE few AS SELECT account, allowed FROM ("
        "SELECT account, row_number() OVER (ORDER BY account) - 1 AS place "
        "FROM (SELECT DISTINCT account FROM sample WHERE label = 1)) JOIN ("
        "SELECT count(*) AS allowed, row_number() OVER (ORDER BY md5(account)) - 1 AS place "
        f"FROM sample WHERE source = '{data.DEBATE}' GROUP BY account) USING (place)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE stays AS SELECT post FROM (SELECT post, allowed, "
        "row_number() OVER (PARTITION BY account ORDER BY post) AS place "
        "FROM sample JOIN few USING (account) WHERE label = 1 "
        f"AND epoch(created_at)::BIGINT // 3600 BETWEEN {first} AND {first + SPAN_H - 1}) "
        f"WHERE place <= allowed OR NOT {to_few}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW kept AS SELECT * FROM sample "
        "WHERE label IS DISTINCT FROM 1 OR post IN (SELECT post FROM stays)"
    )
    told = connection.execute(f"SELECT strftime(make_timestamp({first * 3600}000000), '%x %H:%M')")
    (when,) = told.fetchone() or ("",)
    return f"{SPAN_H} hours from {when}"


def write(connection: duckdb.DuckDBPyConnection, file: Path) -> Truth:
    """Write the blind file, rows in random order, and return its truth."""
    connection.execute(
        "COPY (SELECT post AS post_id, account AS account_id, "
        "date_trunc('minute', created_at) AS created_at, text, urls, hashtags, mentions, "
        "image_hashes, is_repost, repost_key FROM kept ORDER BY md5(post)) "
        f"TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
    )
    found = connection.execute(
        "SELECT account, any_value(source) AS source, coalesce(any_value(label), -1) AS label, "
        "coalesce(any_value(label_group), '') AS kind, count(*) AS posts "
        "FROM kept GROUP BY account ORDER BY account"
    ).fetchnumpy()
    return Truth(
        account=np.asarray(found["account"], dtype=np.str_),
        source=np.asarray(found["source"], dtype=np.str_),
        label=np.asarray(found["label"], dtype=np.int64),
        group=np.asarray(found["kind"], dtype=np.str_),
        posts=np.asarray(found["posts"], dtype=np.int64),
    )
