"""How each account posts: at which hours, with which hashtags and hosts, in which style.

Counts only: nothing of what was said leaves here. Style is the shape of an account's own texts
(length, hashtags, links, mentions, capitals, signs); a repost's shape is somebody else's.
"""

from typing import TYPE_CHECKING

from legation.store.coaction import Columns, fetched

if TYPE_CHECKING:
    import duckdb

# A trait's number is its place here, the same as in the detector.
TRAITS = ("rhythm", "hashtags", "hosts", "style")
# Uses below which an account has no profile: a share of fewer is off by more than a fifth.
LEAST_USES = 5
_OWN = "text IS NOT NULL AND repost_key IS NULL AND NOT coalesce(is_repost, false)"
_HOST = "regexp_extract(lower(item), '^(?:[a-z]+://)?(?:www\\.)?([^/?#]+)', 1)"
# Each feature sorts every text into one of at most sixteen kinds.
_FEATURES = (
    "least(length(text) // 35, 7)",
    "least(coalesce(len(hashtags), 0), 3)",
    "least(coalesce(len(urls), 0), 2)",
    "least(len(text) - len(replace(text, '@', '')), 2)",
    "(text = upper(text))::BIGINT",
    "(text[1] = upper(text[1]))::BIGINT",
    "contains(text, '!')::BIGINT",
    "contains(text, '?')::BIGINT",
    "(contains(text, '...') OR contains(text, '…'))::BIGINT",
)


def trait_columns(connection: "duckdb.DuckDBPyConnection") -> Columns:
    """Return columns `account`, `trait`, `category`, `uses`, all int64, in order.

    Args:
        connection: Has `post` and `coaction_account`.
    """
    selects = (_rhythm(), _named("hashtags", "hashtags"), _named("hosts", "urls"), _style())
    return fetched(
        connection,
        "SELECT account, trait, category, uses FROM ("
        + " UNION ALL ".join(selects)
        # In order, so that sums over them are the same to the last digit each time.
        + ") JOIN coaction_account USING (account_id) ORDER BY trait, account, category",
    )


def _rhythm() -> str:
    # floor, because the rest of a time before 1970 would be below nothing
    hour = "(floor(time / 3600) - 24 * floor(time / 86400))::BIGINT"
    return _counted("rhythm", f"SELECT account_id, {hour} AS category FROM post")


def _named(trait: str, column: str) -> str:
    # The upper 63 bits: DuckDB's hash has no sign, numpy's numbers do.
    word = "lower(item)" if trait == "hashtags" else _HOST
    return _counted(
        trait,
        f"SELECT account_id, (hash({word}) >> 1)::BIGINT AS category FROM "
        f"(SELECT account_id, unnest({column}) AS item FROM post WHERE len({column}) > 0)",
    )


def _counted(trait: str, used: str) -> str:
    """Write the select of uses by category, of accounts with enough of them."""
    return (
        f"SELECT account_id, {TRAITS.index(trait)}::BIGINT AS trait, category, uses FROM ("
        "SELECT account_id, category, count(*) AS uses, "
        "sum(count(*)) OVER (PARTITION BY account_id) AS every "
        f"FROM ({used}) GROUP BY account_id, category) WHERE every >= {LEAST_USES}"
    )


def _style() -> str:
    """Write the select of features: texts of one shape are counted first, then its features."""
    names = [f"f{number}" for number in range(len(_FEATURES))]
    shapes = ", ".join(f"{sql} AS {name}" for name, sql in zip(names, _FEATURES, strict=True))
    features = ", ".join(f"{16 * number} + {name}" for number, name in enumerate(names))
    return (
        f"SELECT * FROM (WITH shaped AS MATERIALIZED (SELECT account_id, {', '.join(names)}, "
        f"count(*) AS texts FROM (SELECT account_id, {shapes} FROM post WHERE {_OWN}) "
        f"GROUP BY ALL), enough AS (SELECT account_id FROM shaped GROUP BY account_id "
        f"HAVING sum(texts) >= {LEAST_USES}) "
        f"SELECT account_id, {TRAITS.index('style')}::BIGINT AS trait, category, "
        "sum(texts)::BIGINT AS uses FROM (SELECT account_id, texts, "
        f"unnest([{features}]) AS category FROM shaped SEMI JOIN enough USING (account_id)) "
        "GROUP BY account_id, category)"
    )
