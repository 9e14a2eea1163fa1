"""The names of accounts in a file, learned before any of it is stored.

A post may mention an account that only appears rows later, and a link may carry its
name. So all names are gathered first: authors, their other names, and mentions.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, final

import msgspec

from legation.store.reading.entities import lent
from legation.store.reading.fitting import absent, record_paths
from legation.store.reading.line_ends import evened, gave_up, uneven
from legation.store.reading.mapping import Mapping
from legation.store.reading.overlong import without_hopeless
from legation.store.reading.probe import Probe
from legation.store.reading.reader import MOST_TURNS, NAMES_BAD, names_select, unsplit
from legation.store.reading.rejects import stray_quote
from legation.store.reading.stray import Mended, mended

if TYPE_CHECKING:
    import duckdb

_MANY = 10_000
# A mention of "@facebook" must not cost all posts there the name of their platform.
_PLATFORMS = (
    "4chan", "bluesky", "discord", "douyin", "facebook", "gab", "gettr", "instagram", "line",
    "linkedin", "mastodon", "medium", "ok", "parler", "pinterest", "reddit", "rumble", "snapchat",
    "substack", "telegram", "threads", "tiktok", "truthsocial", "tumblr", "twitch", "twitter",
    "viber", "vk", "wechat", "weibo", "whatsapp", "x", "youtube",
)  # fmt: skip
_FEW = 4  # posts below which a clock is taken to show seconds


class ClearName(msgspec.Struct, frozen=True, kw_only=True):
    """An account's name as the file has it, and the pseudonym that will stand for it."""

    handle: str
    platform: str
    pseudonym: str = ""


@final
class Names:
    """Names in a table of the connection, and the file's clock.

    Attributes:
        clock_s: Resolution of the clock.
        sound: The file without the lines that would hide others, and these lines.
    """

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", clock_s: int, sound: Mended
    ) -> None:
        """Stand for the table `known_name`."""
        self._connection = connection
        self.clock_s = clock_s
        self.sound = sound

    def platforms(self) -> list[str]:
        """Return the platforms of the rows."""
        rows = self._connection.execute("SELECT DISTINCT platform FROM known_name ORDER BY 1")
        return [str(platform) for (platform,) in rows.fetchall()]

    def distrust(self, hides: Callable[[str, str], bool]) -> None:
        """Empty the platforms that are names of accounts, but for the well-known places.

        Args:
            hides: Tells whether names known on a platform hide in a text.
        """
        given = self.platforms()
        rows = self._connection.execute(
            "SELECT DISTINCT platform FROM known_name WHERE platform IN "
            "(SELECT lower(ltrim(name, '@')) FROM known_name)"
        ).fetchall()
        named = {str(platform) for (platform,) in rows}
        for platform in set(given).difference(_PLATFORMS, ("",)):
            if platform in named or any(hides(place, platform) for place in given):
                self._connection.execute(
                    "UPDATE known_name SET platform = '' WHERE platform = ?", [platform]
                )

    def of(self, platform: str) -> list[str]:
        """Return the names on a platform."""
        rows = self._connection.execute(
            "SELECT DISTINCT name FROM known_name WHERE platform = ? "
            "AND regexp_matches(name, '[\\p{L}\\p{N}]')",
            [platform],
        ).fetchall()
        return [str(name) for (name,) in rows]

    def batches(self) -> Iterator[list[ClearName]]:
        """Yield all names, some thousands at a time."""
        found = [
            ClearName(handle=handle, platform=platform)
            for platform in self.platforms()
            for handle in self.of(platform)
        ]
        for start in range(0, len(found), _MANY):
            yield found[start : start + _MANY]


def names_of(
    connection: "duckdb.DuckDBPyConnection",
    mapping: Mapping,
    found: Probe,
    scratch: Path,
    latest: int | None = None,
) -> Names:
    """Gather the names in a file, of good rows and bad, into the table `known_name`.

    Args:
        connection: Where.
        mapping: How the file is read.
        found: The file.
        scratch: Folder for what must be written down on the way.
        latest: Epoch second after which a time is rejected: its clock tells nothing.
    """
    with lent(connection):
        return _names(connection, mapping, found, scratch, latest)


def _names(
    connection: "duckdb.DuckDBPyConnection",
    mapping: Mapping,
    found: Probe,
    scratch: Path,
    latest: int | None,
) -> Names:
    connection.execute("CREATE OR REPLACE TEMP TABLE known_name (platform VARCHAR, name VARCHAR)")
    sound = without_hopeless(found, scratch)
    rows = list(sound.rows)
    select, found = _gathered(connection, mapping, sound.probe, scratch, latest)
    for turn in range(MOST_TURNS):
        # A quote that is never closed hides the rows behind it, but not the names in them.
        at = None if found.format == "parquet" else stray_quote(connection, NAMES_BAD, found)
        if at is None:
            break
        without = mended(found, at, scratch, walked=turn > 0)
        rows += without.rows
        if turn and not without.rows:
            break
        select, found = _gathered(connection, mapping, without.probe, scratch, latest)
    _refuse_silent_handles(connection, mapping, found, select)
    sound = Mended(probe=found, rows=tuple(rows))
    return Names(connection, _clock(connection, select), sound)


def _gathered(
    connection: "duckdb.DuckDBPyConnection",
    mapping: Mapping,
    found: Probe,
    scratch: Path,
    latest: int | None,
) -> tuple[str, Probe]:
    """Gather the names; give the select that did it, and the file it read."""
    import duckdb

    for leftover in (NAMES_BAD, f"{NAMES_BAD}_scan"):
        connection.execute(f"DROP TABLE IF EXISTS {leftover}")
    try:
        select = names_select(connection, mapping, found, latest)
        _gather(connection, select)
    except duckdb.Error as fault:
        if not gave_up(fault, found):
            raise
    else:
        if not unsplit(connection, found, NAMES_BAD) or not uneven(found):
            return select, found
    return _gathered(connection, mapping, evened(found, scratch), scratch, latest)


def _gather(connection: "duckdb.DuckDBPyConnection", select: str) -> None:
    described = connection.execute(f"DESCRIBE {select}").fetchall()
    given = {str(name) for name, *_ in described}
    platform = "coalesce(platform, '')" if "platform" in given else "''"
    mentions = "mentions" if "mentions" in given else "[]::VARCHAR[]"
    connection.execute(
        f"INSERT INTO known_name SELECT DISTINCT platform, name FROM ("
        f"SELECT {platform} AS platform, unnest(list_concat(names, {mentions})) AS name "
        f"FROM ({select})) WHERE name IS NOT NULL"
    )


def _refuse_silent_handles(
    connection: "duckdb.DuckDBPyConnection", mapping: Mapping, found: Probe, select: str
) -> None:
    """Refuse a path of JSON that leads nowhere; columns are judged by the header."""
    places = [n for n, source in enumerate(mapping.handles) for _ in source.columns]
    if found.format != "ndjson" or mapping.lenient or not places:
        return
    # The first of the author's names is the account's id.
    counts = ", ".join(f"count(names[{at}])" for at in range(2, len(places) + 2))
    rows, *values = connection.execute(f"SELECT count(*), {counts} FROM ({select})").fetchall()[0]
    given = set(record_paths(found))
    for number, source in enumerate(mapping.handles):
        counted = sum(value for value, of in zip(values, places, strict=True) if of == number)
        if rows and not counted and not given.intersection(source.columns):
            raise absent("handles", source, mapping, found.place, given)


def _clock(connection: "duckdb.DuckDBPyConnection", select: str) -> int:
    """The coarsest clock that all times agree with."""
    count, minutes, days = connection.execute(
        "SELECT count(*), bool_and(time % 60 = 0), bool_and(time % 86400 = 0) "
        f"FROM ({select}) WHERE fault = 0"
    ).fetchall()[0]
    if count < _FEW or not minutes:
        return 1
    return 86400 if days else 60
