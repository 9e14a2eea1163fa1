"""What each account writes of its own: its wordings.

Joins by likeness compare accounts by these. A wording is the letters of a post that is no
repost, without links, mentions and hashtags: accounts that say a long sentence letter for
letter write from one sheet, even months apart. A repost's text is somebody else's. Wordings
leave as hashes with times; `wording_posts` finds the posts that the few that matter stand in.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from legation.errors import UsageError
from legation.store.coaction import Columns, fetched

if TYPE_CHECKING:
    import duckdb

# Letters below which a wording is a phrase that anybody might use.
LEAST_LETTERS = 20
# Signs that are not part of a wording: pasted sentences change their quotes and dots.
_SIGNS = " .,:;!?'\"`´‘’“”„«»…-–—_()[]{}<>/\\|*+=~^&%$€£0123456789"  # noqa: RUF001


def wording_columns(connection: "duckdb.DuckDBPyConnection") -> Columns:
    """Return each account's first use of each wording: columns `account`, `feature`, `time`.

    Rows are in the order of account and feature.

    Args:
        connection: Has the numbers and texts that co-actions were prepared from with a layer
            of text.

    Raises:
        UsageError: The co-actions were not prepared, or without texts.
    """
    _require(connection, "coaction_account", "coaction_text")
    return fetched(
        connection,
        # Materialized, or the filter is pushed down and each wording made twice.
        "WITH formed AS MATERIALIZED ("
        f"SELECT account_id, time, {_letters('normal')} AS letters FROM coaction_text) "
        "SELECT account, feature, min(time) AS time FROM ("
        f"SELECT account_id, {_hashed('letters')} AS feature, time FROM formed "
        f"WHERE length(letters) >= {LEAST_LETTERS}) JOIN coaction_account USING (account_id) "
        # In order, so that sums over them are the same to the last digit each time.
        "GROUP BY account, feature ORDER BY account, feature",
    )


def wording_posts(
    connection: "duckdb.DuckDBPyConnection",
    accounts: NDArray[np.int64],
    features: NDArray[np.int64],
    times: NDArray[np.int64],
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the post of each use of a wording, and the SHA-256 of the wording's letters.

    Where an account said the same twice at one time, the lower number is returned.

    Args:
        connection: As for `wording_columns`.
        accounts: Who used it.
        features: The wording's hash.
        times: When.
    """
    _require(connection, "coaction_account", "coaction_text", "coaction_post")
    asked = {"account": accounts, "feature": features, "time": times}
    connection.register("wording_asked", {"place": np.arange(len(accounts)), **asked})
    rows = connection.execute(
        "WITH said AS MATERIALIZED (SELECT account, post_id, time, "
        f"{_letters('normal')} AS letters FROM coaction_text JOIN coaction_account "
        "USING (account_id) WHERE account IN (SELECT account FROM wording_asked)) "
        "SELECT min(post), min(sha256(letters)) FROM wording_asked AS asked JOIN said "
        f"ON said.account = asked.account AND {_hashed('letters')} = feature "
        "AND said.time = asked.time "
        "JOIN coaction_post USING (post_id) GROUP BY place ORDER BY place"
    ).fetchall()
    connection.unregister("wording_asked")
    return np.array([post for post, _ in rows], np.int64), [sha256 for _, sha256 in rows]


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
            "likeness needs the co-actions prepared with a layer of text",
            hint="name the layer `text`, or leave out joins by likeness",
        )
