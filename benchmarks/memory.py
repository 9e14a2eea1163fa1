"""What memory is tried on: many unique texts, and one object that everybody shares."""

from pathlib import Path

import duckdb
import numpy as np

VIRAL = 100_000
_START = 1_700_000_000


def unique_texts(posts: Path) -> int:
    """Count the distinct normal forms that the near-duplicate layer compares."""
    from legation.app.detecting import text_rule

    rule = text_rule()
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        found = connection.execute(
            f"WITH said AS MATERIALIZED (SELECT {rule.normal_sql('text')} AS normal "
            f"FROM read_parquet('{posts}') WHERE text IS NOT NULL AND repost_key IS NULL "
            "AND NOT coalesce(is_repost, false)) SELECT count(DISTINCT normal) FROM said "
            f"WHERE {rule.substantial_sql('normal')}"
        ).fetchone()
    return int(found[0]) if found else 0


def write_viral(file: Path, window_s: int) -> int:
    """Write one original reposted by 100,000 accounts in an hour; return its pairs."""
    times = np.sort(np.random.default_rng(1).integers(0, 3600, VIRAL))
    clock = np.datetime_as_string((times + _START).astype("datetime64[s]"))
    with file.open("w", encoding="utf-8", newline="") as rows:
        rows.write("post_id,account_id,created_at,text,urls,hashtags,is_repost,repost_key\n")
        rows.writelines(
            f"p{n},user {n},{when}Z,,[],[],true,original\n" for n, when in enumerate(clock)
        )
    later = np.searchsorted(times, times + window_s, side="right") - np.arange(1, VIRAL + 1)
    return int(later.sum())
