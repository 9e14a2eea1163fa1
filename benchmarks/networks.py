"""Whether two tools find the same ties, and why they differ where they do.

The toolkit's network is directed: its weight from one account to the other is the number of the
one's posts that have a counterpart, so an account that reposts one original twice within the
window has weight 2 by one object. Our weight is the number of distinct objects. So every tie of
ours must be one of theirs in both directions, and every tie that only they have must come from
one object reposted again.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

_WINDOW_S = 60


@dataclass(frozen=True)
class Compared:
    """Numbers of ties between two accounts, without direction."""

    ours: int
    theirs: int
    halves: float
    only_ours: int
    only_theirs: int
    repeated: int

    def told(self) -> str:
        """Say how many there are."""
        return (
            f"{self.ours:,} ties here, {self.theirs:,} pairs in the toolkit's network "
            f"({self.halves:,.1f} as half of its directed ties)"
        )

    def explained(self) -> str:
        """Say where they differ and how much of it the weights explain."""
        return (
            f"{self.only_ours} only here; {self.only_theirs} only there, of which {self.repeated} "
            "share fewer distinct objects and repost one of them again"
        )


def compare(posts: Path, database: Path, ties: Path, least: int) -> Compared:
    """Compare the toolkit's database with our ties.

    Args:
        posts: The CSV that both read.
        database: The toolkit's, after it computed the repost network.
        ties: Ours, as the command writes them.
        least: Least weight.
    """
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        _read(connection, posts, database, ties)
        counted = connection.execute(
            "SELECT (SELECT count(*) FROM ours), (SELECT count(*) FROM theirs), "
            "(SELECT count(*) / 2 FROM directed), "
            "(SELECT count(*) FROM ours ANTI JOIN theirs USING (a, b)), "
            "(SELECT count(*) FROM odd), "
            f"(SELECT count(*) FROM odd JOIN shared USING (a, b) "
            f"WHERE objects < {least} AND posts >= {least})"
        ).fetchone()
    return Compared(*(counted or (0, 0, 0.0, 0, 0, 0)))


def _read(connection: duckdb.DuckDBPyConnection, posts: Path, database: Path, ties: Path) -> None:
    connection.execute(
        "CREATE TABLE ours AS SELECT account_a AS a, account_b AS b "
        f"FROM read_csv('{ties}', header = true, all_varchar = true)"
    )
    connection.execute("CREATE TABLE directed (a VARCHAR, b VARCHAR)")
    connection.executemany("INSERT INTO directed VALUES (?, ?)", _toolkit_ties(database))
    connection.execute(
        "CREATE TABLE theirs AS SELECT DISTINCT least(a, b) AS a, greatest(a, b) AS b FROM directed"
    )
    connection.execute("CREATE TABLE odd AS SELECT * FROM theirs ANTI JOIN ours USING (a, b)")
    connection.execute(
        "CREATE TABLE repost AS SELECT user_id AS account, repost_id AS object, "
        "message_id AS post, timestamp::BIGINT AS time "
        f"FROM read_csv('{posts}', header = true, all_varchar = true) WHERE repost_id <> ''"
    )
    # For the ties that only they have: distinct objects, and the posts of the busier side.
    connection.execute(
        "CREATE TABLE shared AS SELECT a, b, count(DISTINCT l.object) AS objects, "
        "greatest(count(DISTINCT l.post), count(DISTINCT r.post)) AS posts "
        "FROM odd JOIN repost l ON l.account = a JOIN repost r ON r.account = b "
        f"AND r.object = l.object AND abs(l.time - r.time) <= {_WINDOW_S} GROUP BY a, b"
    )


def _toolkit_ties(database: Path) -> list[tuple[str, str]]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(database)) as found:
        return found.execute(
            "SELECT user_1, user_2 FROM co_retweet_network WHERE user_1 <> user_2"
        ).fetchall()
