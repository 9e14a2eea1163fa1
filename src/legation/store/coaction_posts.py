"""The posts behind the numbers: what accounts say, when they post, what others say.

A campaign is described from its members' posts and from a background. Each question reads
`post` once and brings few rows out; which ones follows from the posts, not their order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from legation.store.coaction_count import Numbers

if TYPE_CHECKING:
    import duckdb

_POSTS_FOR_LANGUAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTexts:
    """Posts of some groups, in order of group, account and time; a text may be None.

    Attributes:
        of: The group of each.
        account: Who wrote it.
        read: Whether it is one of those of its group that are evenly spaced in time.
        picked: Whether it is one of those of its account.
    """

    of: Numbers
    account: Numbers
    text: NDArray[np.object_]
    read: NDArray[np.bool_]
    picked: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """When accounts post, in UTC.

    Attributes:
        days: Epoch seconds at which each day with posts starts, in order.
        posts: Posts of each day.
        hours: Posts by hour of the day, 24 counts.
    """

    days: Numbers
    posts: Numbers
    hours: Numbers


def account_snippets(
    connection: "duckdb.DuckDBPyConnection", max_chars: int = 200
) -> tuple[Numbers, list[str]]:
    """Return some text of each account that has an action, to tell its language.

    Returns:
        Numbers of accounts in order, and for each the start of its first posts with an
        action; accounts whose posts have no text are left out.
    """
    rows = connection.execute(
        "WITH first AS (SELECT account, unnest(min(post, "
        f"{_POSTS_FOR_LANGUAGE})) AS post FROM "
        "(SELECT DISTINCT account, post FROM coaction_action) GROUP BY account) "
        f"SELECT account, left(string_agg(left(text, {max_chars}), ' ' ORDER BY post), "
        f"{max_chars}) AS said FROM first JOIN coaction_post USING (post) "
        "JOIN post USING (post_id) WHERE text IS NOT NULL GROUP BY account ORDER BY account"
    ).fetchnumpy()
    return _whole(rows["account"]), rows["said"].tolist()


def member_texts(
    connection: "duckdb.DuckDBPyConnection", members: Mapping[str, Any], limit: int, each: int
) -> MemberTexts:
    """Return posts of some groups: evenly spaced in time of each group, and of each member.

    Args:
        connection: Has the relation `post` and the numbered accounts and posts.
        members: Columns `of` and `account`: the groups, and who is in them.
        limit: Posts of each group that are marked as `read`, at most.
        each: Posts of each member that are marked as `picked`, at most.
    """
    rows = _answered(
        connection,
        members,
        "WITH placed AS (SELECT of, account, post, text, "
        "row_number() OVER (PARTITION BY of ORDER BY post) AS place, "
        "count(*) OVER (PARTITION BY of) AS written, "
        "row_number() OVER (PARTITION BY of, account ORDER BY post) AS own_place, "
        "count(*) OVER (PARTITION BY of, account) AS own "
        "FROM post JOIN coaction_account USING (account_id) "
        "JOIN coaction_asked USING (account) JOIN coaction_post USING (post_id)), "
        f"marked AS (SELECT *, {_spaced('place', 'written', limit)} AS read, "
        f"{_spaced('own_place', 'own', each)} AS picked FROM placed) "
        "SELECT of, account, text, read, picked FROM marked WHERE read OR picked "
        "ORDER BY of, account, post",
    )
    return MemberTexts(
        of=_whole(rows["of"]),
        account=_whole(rows["account"]),
        text=_objects(rows["text"]),
        read=np.asarray(rows["read"], np.bool_),
        picked=np.asarray(rows["picked"], np.bool_),
    )


def _spaced(place: str, written: str, limit: int) -> str:
    """Return what tells so many evenly spaced ones of all, by their places from 1."""
    return f"({place} * {limit} // {written} > ({place} - 1) * {limit} // {written})"


def activity(connection: "duckdb.DuckDBPyConnection", accounts: Numbers) -> Activity:
    """Count the posts of these accounts together, by day and by hour of the day."""
    rows = _asked(
        connection,
        accounts,
        # floor, because whole division of a time before 1970 would round the other way
        "SELECT floor(time / 3600)::BIGINT AS hour, count(*) AS posts "
        "FROM post JOIN coaction_account USING (account_id) "
        "WHERE account IN (SELECT account FROM coaction_asked) GROUP BY hour ORDER BY hour",
    )
    hour, posts = _whole(rows["hour"]), _whole(rows["posts"])
    day = hour // 24
    starts = np.flatnonzero(np.concatenate([day[:1] == day[:1], day[1:] != day[:-1]]))
    hours = np.zeros(24, np.int64)
    np.add.at(hours, hour % 24, posts)
    counted = np.add.reduceat(posts, starts) if len(starts) else posts
    return Activity(days=day[starts] * 86400, posts=counted, hours=hours)


def background_texts(
    connection: "duckdb.DuckDBPyConnection", members: Numbers, limit: int, each: int
) -> tuple[Numbers, list[str]]:
    """Return texts of other people: posts with text of all accounts but these, by chance.

    Chance is a hash of the post's id, so the same posts give the same texts; what is ordered
    is numbers, and texts are brought of the chosen alone.

    Args:
        connection: Has the relation `post` and the numbered accounts.
        members: Whose posts are left out.
        limit: Posts, at most.
        each: Posts of each account, at most, so that nobody's own topics outweigh the rest.

    Returns:
        The account and the text of each.
    """
    rows = _asked(
        connection,
        members,
        "WITH others AS (SELECT account, post_id, hash(post_id) AS chance FROM post "
        "JOIN coaction_account USING (account_id) WHERE text IS NOT NULL "
        "AND account NOT IN (SELECT account FROM coaction_asked)), "
        "placed AS (SELECT *, row_number() OVER "
        "(PARTITION BY account ORDER BY chance, post_id) AS place FROM others), "
        f"chosen AS (SELECT account, post_id, chance FROM placed WHERE place <= {int(each)} "
        f"ORDER BY chance, post_id LIMIT {int(limit)}) "
        "SELECT account, text FROM chosen JOIN post USING (post_id) ORDER BY chance, post_id",
    )
    return _whole(rows["account"]), [str(text) for text in _objects(rows["text"])]


def _asked(
    connection: "duckdb.DuckDBPyConnection", accounts: Numbers, sql: str
) -> dict[str, NDArray[Any]]:
    return _answered(connection, {"account": accounts}, sql)


def _answered(
    connection: "duckdb.DuckDBPyConnection", asked: Mapping[str, Any], sql: str
) -> dict[str, NDArray[Any]]:
    columns = {name: np.ascontiguousarray(some, np.int64) for name, some in asked.items()}
    connection.register("coaction_asked", columns)
    try:
        return connection.execute(sql).fetchnumpy()
    finally:
        connection.unregister("coaction_asked")


def _whole(column: NDArray[Any]) -> Numbers:
    return np.ascontiguousarray(column, np.int64)


def _objects(column: NDArray[Any]) -> NDArray[np.object_]:
    """Return a column of texts, None where there is none."""
    texts: NDArray[np.object_] = np.array(np.ma.getdata(column), np.object_)
    texts[np.ma.getmaskarray(column)] = None
    return texts
