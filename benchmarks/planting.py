"""Campaigns of known size among real ordinary people.

The crowd is every control of the developer sample: debate users, airline customers, a boxing
match, newsrooms. A planted account looks like one of the debate's: it reposts some of the
evening's most shared originals at any time and writes sentences of its own. Beside that it acts
on the campaign's objects within ten minutes of the others. Every other object is one of the
real, most shared originals, which ordinary users repost too; the rest are sentences that all
members post, each with a link of its own.
"""

from pathlib import Path
from typing import Any

import data
import duckdb
import numpy as np

_WITHIN_S = 600
_POPULAR = 50
_WORDS_A_SENTENCE = 12
# What a planted account does besides: as many posts as a busy debate user.
_OWN = 5
_PREFIX = "planted-"


class Crowd:
    """The real controls, read once.

    Args:
        posts: The developer sample.
    """

    def __init__(self, posts: Path) -> None:
        """Read what planted posts are made of."""
        self._connection = duckdb.connect()
        self._connection.execute("SET threads = 2")
        self._connection.execute(
            "CREATE TABLE crowd AS SELECT post_id, account_id, created_at, text, urls, hashtags, "
            f"is_repost, repost_key, source FROM read_parquet('{posts}') WHERE label = 0"
        )
        self._originals = self._column(
            f"SELECT repost_key FROM crowd WHERE source = '{data.DEBATE}' "
            "AND repost_key IS NOT NULL GROUP BY repost_key "
            f"ORDER BY count(DISTINCT account_id) DESC, repost_key LIMIT {_POPULAR}"
        )
        self._times = self._column(
            f"SELECT epoch(created_at)::BIGINT FROM crowd WHERE source = '{data.DEBATE}' ORDER BY 1"
        )
        self._words = self._column(
            "SELECT word FROM (SELECT unnest(string_split(lower(text), ' ')) AS word FROM crowd) "
            "WHERE regexp_matches(word, '^[a-z]{3,9}$') GROUP BY word HAVING count(*) > 30 "
            "ORDER BY word"
        )

    def write(self, file: Path, *, members: int, objects: int, seed: int) -> None:
        """Write the crowd with a campaign in it, as a file of posts.

        Args:
            file: Parquet, read without options.
            members: Accounts of the campaign.
            objects: Objects that all of them act on.
            seed: Of chance.
        """
        draw = np.random.default_rng([seed, members, objects])
        rows = [*self._campaign(draw, members, objects), *self._ordinary(draw, members)]
        self._connection.execute(
            "CREATE OR REPLACE TABLE planted (account_id VARCHAR, time BIGINT, text VARCHAR, "
            "url VARCHAR, repost_key VARCHAR)"
        )
        self._connection.executemany("INSERT INTO planted VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.execute(
            "COPY (SELECT * EXCLUDE (source) FROM crowd UNION ALL BY NAME "
            "SELECT 'new-' || row_number() OVER () AS post_id, account_id, "
            "make_timestamp(time * 1000000) AS created_at, text, "
            "if(url IS NULL, [], [url]) AS urls, []::VARCHAR[] AS hashtags, "
            "repost_key IS NOT NULL AS is_repost, repost_key FROM planted) "
            f"TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
        )

    def _campaign(
        self, draw: np.random.Generator, members: int, objects: int
    ) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        originals = draw.permutation(self._originals)
        for item in range(objects):
            start = int(draw.choice(self._times))
            said, original = self._sentence(draw), str(originals[item % len(originals)])
            for member in range(members):
                time = start + int(draw.integers(0, _WITHIN_S))
                link = f"https://pages.example/{item}/{member}"
                act = (said, link, None) if item % 2 else ("", None, original)
                rows.append((f"{_PREFIX}{member}", time, *act))
        return rows

    def _ordinary(self, draw: np.random.Generator, members: int) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for member in range(members):
            name = f"{_PREFIX}{member}"
            times = draw.choice(self._times, 2 * _OWN).tolist()
            reposted = draw.choice(self._originals, _OWN).tolist()
            rows += [(name, time, self._sentence(draw), None, None) for time in times[:_OWN]]
            rows += [
                (name, time, "", None, original)
                for time, original in zip(times[_OWN:], reposted, strict=True)
            ]
        return rows

    def _sentence(self, draw: np.random.Generator) -> str:
        return " ".join(draw.choice(self._words, _WORDS_A_SENTENCE).tolist())

    def _column(self, query: str) -> list[Any]:
        return [value for (value,) in self._connection.execute(query).fetchall()]


def is_planted(account: str) -> bool:
    """Tell whether an account was planted."""
    return account.startswith(_PREFIX)
