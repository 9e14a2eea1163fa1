"""Plain rules that anyone can run: so many common objects within so many seconds.

They are what users of the usual tools set by hand, written here without any of legation's code:
reposts, links, images and exact texts; an account is flagged when it shares enough distinct
objects with any one other account within the window.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Rule:
    """At least `objects` common objects, each within `window_s` seconds."""

    name: str
    told: str
    window_s: int
    objects: int


RULES = (
    Rule("3-in-an-hour", "3 objects within an hour", 3600, 3),
    Rule("5-in-an-hour", "5 objects within an hour", 3600, 5),
    Rule("2-in-a-minute", "2 objects within 60 s (what users of other tools set)", 60, 2),
)
_WORDS = r"trim(regexp_replace(regexp_replace(lower(text), 'https?://\S+|@\w+', '', 'g'), '\s+', ' ', 'g'))"  # noqa: E501 # one expression
_ACTS = f"""
    SELECT 'r' || repost_key AS key, account_id, time FROM post WHERE repost_key IS NOT NULL
    UNION ALL SELECT 'u' || unnest(urls), account_id, time FROM post
    UNION ALL SELECT 'i' || unnest(image_hashes), account_id, time FROM post
    UNION ALL SELECT 't' || words, account_id, time FROM (
        SELECT {_WORDS} AS words, account_id, time FROM post
        WHERE text IS NOT NULL AND NOT coalesce(is_repost, false)) WHERE length(words) >= 20
"""


def flagged(file: Path) -> dict[str, set[str]]:
    """Return for each rule the accounts that it flags in a blind file."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET memory_limit = '4GB'")
        connection.execute(
            "CREATE TEMP TABLE post AS SELECT account_id, epoch(created_at)::BIGINT AS time, "
            f"text, urls, image_hashes, is_repost, repost_key FROM read_parquet('{file}')"
        )
        connection.execute(f"CREATE TEMP TABLE acted AS SELECT DISTINCT * FROM ({_ACTS})")
        connection.execute(
            "DELETE FROM acted WHERE key IN (SELECT key FROM acted GROUP BY key "
            "HAVING min(account_id) = max(account_id))"
        )
        return {rule.name: _accounts(connection, rule) for rule in RULES}


def _accounts(connection: duckdb.DuckDBPyConnection, rule: Rule) -> set[str]:
    window = rule.window_s
    met = " UNION ALL ".join(
        "SELECT l.account_id AS a, r.account_id AS b, l.key FROM acted l JOIN acted r "
        f"ON l.key = r.key AND l.time // {window} + {step} = r.time // {window} "
        f"AND l.account_id < r.account_id AND abs(l.time - r.time) <= {window}"
        for step in (-1, 0, 1)
    )
    rows = connection.execute(
        f"WITH tie AS (SELECT a, b FROM ({met}) GROUP BY a, b "
        f"HAVING count(DISTINCT key) >= {rule.objects}) "
        "SELECT a FROM tie UNION SELECT b FROM tie"
    ).fetchall()
    return {str(account) for (account,) in rows}
