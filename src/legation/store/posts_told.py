"""What the relation `post` tells of itself, and of posts and accounts by their numbers.

One question reads `post` once for all campaigns of a run, because reading, not
counting, is what takes the time.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import duckdb

Numbers = NDArray[np.int64]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of the relation `post`; times are epoch seconds UTC, 0 when it is empty."""

    posts: int
    first: int
    last: int


def told(connection: "duckdb.DuckDBPyConnection") -> Told:
    """Count the relation `post`."""
    posts, first, last = connection.execute(
        "SELECT count(*), coalesce(min(time), 0), coalesce(max(time), 0) FROM post"
    ).fetchall()[0]
    return Told(posts=posts, first=first, last=last)


def times_of(connection: "duckdb.DuckDBPyConnection", accounts: Numbers) -> tuple[Numbers, Numbers]:
    """Return (account, time) of every post of these accounts, in no order."""
    found = _asked(
        connection,
        accounts,
        "SELECT account, time FROM post JOIN coaction_account USING (account_id) "
        "WHERE account IN (SELECT number FROM told_asked)",
    ).fetchnumpy()
    return found["account"].astype(np.int64), found["time"].astype(np.int64)


def words_of(connection: "duckdb.DuckDBPyConnection", posts: Numbers) -> dict[int, tuple[str, str]]:
    """Return, for each of these posts that has words, its id and its text."""
    rows = _asked(
        connection,
        posts,
        "SELECT post, post_id, min(text) FROM post JOIN coaction_post USING (post_id) "
        "WHERE post IN (SELECT number FROM told_asked) AND text IS NOT NULL "
        "GROUP BY post, post_id",
    ).fetchall()
    return {post: (post_id, text) for post, post_id, text in rows}


def texts_had(
    connection: "duckdb.DuckDBPyConnection",
    members: Mapping[str, Any],
    wanted: Mapping[str, Any],
) -> dict[tuple[int, str], tuple[int, int]]:
    """Count who has exactly these texts: (accounts, posts) by group and text.

    Args:
        connection: Has the relation `post` and the numbered accounts.
        members: Columns `of` and `account`: the groups, and who is in them.
        wanted: Columns `of` and `said`: the texts that are asked for of a group.
    """
    if not len(wanted["of"]):
        return {}
    connection.register("told_members", dict(members))
    connection.register("told_wanted", dict(wanted))
    try:
        rows = connection.execute(
            "SELECT wanted.of, said, count(DISTINCT account), count(*) "
            "FROM post JOIN told_wanted AS wanted ON text = said "
            "JOIN coaction_account USING (account_id) "
            "JOIN told_members AS members USING (account) "
            "WHERE members.of = wanted.of GROUP BY wanted.of, said"
        ).fetchall()
    finally:
        connection.unregister("told_members")
        connection.unregister("told_wanted")
    return {(of, said): (accounts, posts) for of, said, accounts, posts in rows}


def clocks_of(connection: "duckdb.DuckDBPyConnection", posts: Numbers) -> tuple[Numbers, Numbers]:
    """Return (post, clock) of these posts, in no order: to how many seconds each is timed."""
    found = _asked(
        connection,
        posts,
        "SELECT post, clock_s FROM post JOIN coaction_post USING (post_id) "
        "WHERE post IN (SELECT number FROM told_asked)",
    ).fetchnumpy()
    return found["post"].astype(np.int64), found["clock_s"].astype(np.int64)


def ids_of(connection: "duckdb.DuckDBPyConnection", accounts: Numbers) -> dict[int, str]:
    """Return the ids of these accounts."""
    rows = _asked(
        connection,
        accounts,
        "SELECT account, account_id FROM coaction_account "
        "WHERE account IN (SELECT number FROM told_asked)",
    ).fetchall()
    return dict(rows)


def _asked(connection: "duckdb.DuckDBPyConnection", numbers: Numbers, sql: str) -> Any:
    connection.execute("CREATE OR REPLACE TEMP TABLE told_asked (number BIGINT)")
    connection.register("told_rows", {"number": np.ascontiguousarray(numbers, np.int64)})
    try:
        connection.execute("INSERT INTO told_asked SELECT number FROM told_rows")
    finally:
        connection.unregister("told_rows")
    return connection.execute(sql)
