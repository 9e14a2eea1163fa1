"""Posts with every name replaced, sorted into new, edited and known, written as Parquet.

The replacing is lent to DuckDB as functions, so that rows stream through it and none
is held in Python. A version is a keyed hash of the clear text: it tells an edit from a
post that is only masked otherwise, and nobody can try texts against it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, final

import msgspec

from legation.errors import RecordError
from legation.store.reading.cells import quoted
from legation.store.reading.names import Names

if TYPE_CHECKING:
    import duckdb

_NAME_FUNCTION = "legation_pseudonym"
_TEXT_FUNCTION = "legation_mask"
_LAKE_COLUMNS = (
    "post_id, account_id, time, text, lang, urls, hashtags, mentions, image_hashes, is_repost, "
    "repost_key, reply_to, platform, clock_s, version"
)


class Pseudonyms(Protocol):
    """Turns names of accounts into pseudonyms."""

    def of(self, handle: str, platform: str = "") -> str:
        """Return the pseudonym of an account."""


class Masker(Protocol):
    """Replaces names in texts."""

    def mask(self, text: str) -> str:
        """Return the text with every name replaced."""


class Maskers(Protocol):
    """Makes the two for a platform."""

    def pseudonyms(self) -> Pseudonyms:
        """Return what turns an account's name into its pseudonym."""

    def masker(self, known: Iterable[str], platform: str) -> Masker:
        """Return what replaces these names, and all mentions, in texts of a platform."""


class Counts(msgspec.Struct, frozen=True):
    """Rows of a slice: new to the lake, known with another text, known as they are."""

    new: int
    edited: int
    repeated: int


@final
class MaskedPosts:
    """The relation `post` of a connection, masked and brought into the lake's form."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", privacy: Maskers, names: Names
    ) -> None:
        """Lend the replacing to the connection."""
        self._connection = connection
        maskers = {
            platform: privacy.masker(names.of(platform), platform).mask
            for platform in names.platforms()
        }
        fallback = privacy.masker((), "").mask
        kept = _Kept(privacy.pseudonyms())

        def mask(text: str, platform: str) -> str:
            return maskers.get(platform, fallback)(text)

        _lend(connection, _NAME_FUNCTION, kept.of)
        _lend(connection, _TEXT_FUNCTION, mask)

    def take(self, clock_s: int) -> list[date]:
        """Mask the rows of `post` into the table `masked`, and return their days."""
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE masked AS SELECT {_masked_columns()}, "
            f"{clock_s}::INTEGER AS clock_s, "
            f"substr({_NAME_FUNCTION}(md5(coalesce(text, '')), 'version'), 6) AS version, "
            "make_timestamp(time * 1000000)::DATE AS day "
            "FROM (SELECT * REPLACE (coalesce(platform, '') AS platform) FROM post)"
        )
        rows = self._connection.execute("SELECT DISTINCT day FROM masked ORDER BY day")
        return [day for (day,) in rows.fetchall()]

    def sort_out(self, posts: Sequence[Path], edits: Sequence[Path]) -> Counts:
        """Tell new rows from edits and repetitions, against the lake's files of those days."""
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE seen AS SELECT platform, post_id, version, 0 AS edit "
            "FROM masked LIMIT 0"
        )
        for files, edit in ((posts, 0), (edits, 1)):
            if files:
                listed = ", ".join(quoted(str(file)) for file in files)
                self._connection.execute(
                    f"INSERT INTO seen SELECT platform, post_id, version, {edit} "
                    f"FROM read_parquet([{listed}]) AS lake SEMI JOIN masked "
                    "USING (platform, post_id)"
                )
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE sorted AS SELECT masked.*, CASE "
            "WHEN (platform, post_id) NOT IN (SELECT (platform, post_id) FROM seen) THEN 'new' "
            "WHEN (platform, post_id, version) IN (SELECT (platform, post_id, version) FROM seen) "
            "THEN 'repeated' ELSE 'edited' END AS state FROM masked"
        )
        rows = self._connection.execute("SELECT state, count(*) FROM sorted GROUP BY state")
        counted = dict(rows.fetchall())
        return Counts(*(counted.get(state, 0) for state in ("new", "edited", "repeated")))

    def write(self, staged: Path) -> None:
        """Write new rows and edits below a staging folder, by kind and day."""
        for kind, state in (("posts", "new"), ("post_edits", "edited")):
            rows = f"SELECT {_LAKE_COLUMNS}, day FROM sorted WHERE state = '{state}'"
            (any_,) = self._connection.execute(f"SELECT EXISTS ({rows})").fetchall()[0]
            if any_:
                self._connection.execute(
                    f"COPY ({rows}) TO {quoted(str(staged / kind))} "
                    "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))"
                )


@final
class _Kept:
    """The pseudonyms; a name of symbols only still gets one of its own."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def of(self, handle: str, platform: str) -> str:
        try:
            return self._pseudonyms.of(handle, platform)
        except RecordError:
            return self._pseudonyms.of(handle.encode().hex(), platform)


def _lend(
    connection: "duckdb.DuckDBPyConnection", name: str, function: Callable[[str, str], str]
) -> None:
    connection.create_function(name, function, ["VARCHAR", "VARCHAR"], "VARCHAR")


def _masked_columns() -> str:
    def text(column: str) -> str:
        return f"{_TEXT_FUNCTION}({column}, platform)"

    def each(column: str, function: str) -> str:
        called = f"{function}(e, platform)"
        changed = f"list_transform({column}, lambda e: {called})"
        return f"CASE WHEN len({column}) = 0 THEN {column} ELSE {changed} END"

    return ", ".join(
        (
            f"{text('post_id')} AS post_id",
            f"{_NAME_FUNCTION}(account_id, platform) AS account_id",
            "time",
            f"{text('text')} AS text",
            "lang",
            f"{each('urls', _TEXT_FUNCTION)} AS urls",
            f"{each('hashtags', _TEXT_FUNCTION)} AS hashtags",
            f"{each('mentions', _NAME_FUNCTION)} AS mentions",
            f"{each('image_hashes', _TEXT_FUNCTION)} AS image_hashes",
            "is_repost",
            f"{text('repost_key')} AS repost_key",
            f"{text('reply_to')} AS reply_to",
            "platform",
        )
    )
