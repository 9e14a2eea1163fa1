"""What each account writes with: its hashtags, the hosts of its links, its own wordings.

Joins by likeness compare accounts by these. A wording is the letters of a post that is no
repost, without links, mentions and hashtags: accounts that say a long sentence letter for
letter write from one sheet, even months apart. A repost's text is somebody else's. Features
leave as hashes with times; `words_of` turns the few that matter back into what was written.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from legation.errors import UsageError

if TYPE_CHECKING:
    import duckdb

# A kind's number is its place here, the same as in the detector.
KINDS = ("hashtag", "host", "wording")
# Letters below which a wording is a phrase that anybody might use.
LEAST_LETTERS = 20
DAY = 86_400
# Signs that are not part of a wording: pasted sentences change their quotes and dots.
_SIGNS = " .,:;!?'\"`´‘’“”„«»…-–—_()[]{}<>/\\|*+=~^&%$€£0123456789"  # noqa: RUF001
_ALL_TIME = -1


def profile_columns(connection: "duckdb.DuckDBPyConnection") -> dict[str, NDArray[np.int64]]:
    """Return the uses of features: columns `account`, `kind`, `feature`, `time`.

    Rows come in no order. One row is an account's first use of a hashtag or host on a day, or
    of a wording at all.

    Args:
        connection: Has `post`, and the numbers and texts that co-actions were prepared from
            with a layer of text.

    Raises:
        UsageError: The co-actions were not prepared, or without texts.
    """
    _require(connection, "coaction_account", "coaction_text")
    found = connection.execute(
        "SELECT account, kind, feature, time FROM ("
        "SELECT account, kind, feature, span, min(time) AS time "
        f"FROM ({_used()}) JOIN coaction_account USING (account_id) "
        "GROUP BY account, kind, feature, span)"
    ).fetchnumpy()
    return {name: np.asarray(column, dtype=np.int64) for name, column in found.items()}


def words_of(
    connection: "duckdb.DuckDBPyConnection", features: Sequence[int]
) -> dict[tuple[int, int], str]:
    """Return what was written for each (kind, feature) among these hashes."""
    _require(connection, "coaction_text")
    asked = np.unique(np.asarray(features, dtype=np.int64))
    connection.register("profile_asked", {"feature": asked})
    rows = connection.execute(
        f"SELECT kind, feature, min(written) FROM ({_used()}) "
        "SEMI JOIN profile_asked USING (feature) GROUP BY kind, feature"
    ).fetchall()
    connection.unregister("profile_asked")
    return {(kind, feature): written for kind, feature, written in rows}


def wording_posts(
    connection: "duckdb.DuckDBPyConnection",
    accounts: NDArray[np.int64],
    features: NDArray[np.int64],
    times: NDArray[np.int64],
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the post of each use of a wording, and the SHA-256 of the wording's letters.

    Where an account said the same twice at one time, the lower number is returned.

    Args:
        connection: As for `profile_columns`.
        accounts: Who used it.
        features: The wording's hash.
        times: When.
    """
    _require(connection, "coaction_account", "coaction_text", "coaction_post")
    asked = {"account": accounts, "feature": features, "time": times}
    connection.register("profile_asked", {"place": np.arange(len(accounts)), **asked})
    rows = connection.execute(
        "WITH said AS MATERIALIZED (SELECT account, post_id, time, "
        f"{_letters('normal')} AS letters FROM coaction_text JOIN coaction_account "
        "USING (account_id) WHERE account IN (SELECT account FROM profile_asked)) "
        "SELECT min(post), min(sha256(letters)) FROM profile_asked AS asked JOIN said "
        f"ON said.account = asked.account AND {_hashed('letters')} = feature "
        "AND said.time = asked.time "
        "JOIN coaction_post USING (post_id) GROUP BY place ORDER BY place"
    ).fetchall()
    connection.unregister("profile_asked")
    return np.array([post for post, _ in rows], np.int64), [sha256 for _, sha256 in rows]


def _used() -> str:
    """Write the select of every use: (account_id, kind, feature, span, time, written)."""
    hosts = "regexp_extract(lower(unnest(urls)), '^(?:[a-z]+://)?(?:www\\.)?([^/?#]+)', 1)"
    tags = "lower(unnest(hashtags))"
    return " UNION ALL ".join(
        (
            _daily(KINDS.index("hashtag"), tags, "len(hashtags) > 0"),
            _daily(KINDS.index("host"), hosts, "len(urls) > 0"),
            _wordings(),
        )
    )


def _daily(kind: int, written: str, has_any: str) -> str:
    return (
        f"SELECT account_id, {kind}::BIGINT AS kind, {_hashed('written')} AS feature, "
        f"time // {DAY} AS span, time, written FROM "
        f"(SELECT account_id, time, {written} AS written FROM post WHERE {has_any}) "
        "WHERE written <> ''"
    )


def _wordings() -> str:
    # Materialized, or the filter is pushed down and each wording made twice.
    return (
        "SELECT * FROM (WITH formed AS MATERIALIZED ("
        f"SELECT account_id, time, normal, {_letters('normal')} AS letters FROM coaction_text) "
        f"SELECT account_id, {KINDS.index('wording')}::BIGINT AS kind, "
        f"{_hashed('letters')} AS feature, {_ALL_TIME}::BIGINT AS span, time, normal AS written "
        f"FROM formed WHERE length(letters) >= {LEAST_LETTERS})"
    )


def _hashed(text: str) -> str:
    # The upper 63 bits: DuckDB's hash has no sign, numpy's numbers do.
    return f"(hash({text}) >> 1)::BIGINT"


def _letters(normal: str) -> str:
    # Most texts have no hashtag; the pattern is kept from them.
    bare = (
        f"CASE WHEN contains({normal}, '#') "
        f"THEN regexp_replace({normal}, '#[^ ]+', '', 'g') ELSE {normal} END"
    )
    return f"translate({bare}, '{_SIGNS.replace(chr(39), chr(39) * 2)}', '')"


def _require(connection: "duckdb.DuckDBPyConnection", *tables: str) -> None:
    rows = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    if not set(tables) <= {name for (name,) in rows}:
        raise UsageError(
            "profiles need the co-actions prepared with a layer of text",
            hint="name the layer `text`, or leave out joins by likeness",
        )
