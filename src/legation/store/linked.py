"""To which hosts the links of some groups lead: each host once, and who leads there how often.

Two questions, each of which reads the members' posts once: the hosts, of which few are wanted,
and then exact counts of these. A post that leads to two hosts of one thing counts once.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import duckdb

# User, host and port of a link, which the text of the link may lack a scheme for.
_AUTHORITY = "regexp_extract(lower(item), '^(?:[a-z][a-z0-9+.-]*://)?([^/?#\\s]+)', 1)"
_LINKS = (
    "SELECT of, account, post_id, unnest(urls) AS item FROM post "
    "JOIN coaction_account USING (account_id) JOIN linked_members USING (account) "
    "WHERE len(urls) > 0"
)


def linked_hosts(
    connection: "duckdb.DuckDBPyConnection", members: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the authorities of all links of these groups, each once, in order.

    Args:
        connection: Has the relation `post` and the numbered accounts.
        members: Columns `of` and `account`: the groups, and who is in them.
    """
    connection.register("linked_members", dict(members))
    try:
        rows = connection.execute(
            f"SELECT DISTINCT {_AUTHORITY} AS host FROM ({_LINKS}) WHERE host <> '' ORDER BY host"
        ).fetchall()
    finally:
        connection.unregister("linked_members")
    return tuple(host for (host,) in rows)


def linked_counts(
    connection: "duckdb.DuckDBPyConnection",
    members: Mapping[str, Any],
    wanted: Mapping[str, int],
) -> dict[tuple[int, int], tuple[int, int]]:
    """Count accounts and posts, by group and number, whose links lead to numbered hosts.

    Args:
        connection: As above.
        members: As above.
        wanted: Numbers of authorities; several may have one.
    """
    if not wanted:
        return {}
    asked = {
        "host": np.array(list(wanted), np.object_),
        "place": np.array(list(wanted.values()), np.int64),
    }
    connection.register("linked_members", dict(members))
    connection.register("linked_wanted", asked)
    try:
        rows = connection.execute(
            "SELECT of, place, count(DISTINCT account), count(DISTINCT post_id) FROM "
            f"(SELECT of, account, post_id, {_AUTHORITY} AS host FROM ({_LINKS})) "
            "JOIN linked_wanted USING (host) GROUP BY of, place ORDER BY of, place"
        ).fetchall()
    finally:
        connection.unregister("linked_members")
        connection.unregister("linked_wanted")
    return {(of, place): (accounts, posts) for of, place, accounts, posts in rows}
