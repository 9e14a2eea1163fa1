"""One post of the lake, whole: as it is kept when somebody captures it.

Only a post that stands in a campaign's evidence is given, so that whoever may know the
campaign captures what its pages show and nothing beside it.
"""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from legation.errors import NotFoundError
from legation.store.duck import connect
from legation.store.reading.cells import at_path

if TYPE_CHECKING:
    from legation.store.lake import Lake
    from legation.store.proofs import CampaignProofs

_COLUMNS: Final = (
    "post_id", "account_id", "time", "text", "lang", "urls", "hashtags",
    "mentions", "image_hashes", "is_repost", "repost_key", "reply_to", "platform", "clock_s",
)  # fmt: skip


def post_of(
    lake: "Lake", proofs: "CampaignProofs", account_id: str, post_id: str
) -> dict[str, Any]:
    """Return a post that proves something in a campaign, as JSON values.

    Raises:
        NotFoundError: It proves nothing there, or it was taken back with its import.
    """
    found = proofs.times_of(account_id, post_id)
    if not found:
        raise NotFoundError(
            "this post is not among the campaign's evidence", hint="choose a post of the page"
        )
    files = lake.files("posts", _days(found))
    rows = _rows(files, account_id, post_id) if files else []
    if not rows:
        raise NotFoundError(
            "the lake holds this post no more: its import was taken back",
            hint="import its file again, or keep another post",
        )
    return {name: value for name, value in rows[0].items() if value not in (None, [], "")}


def missing(lake: "Lake", posts: Iterable[tuple[str, str, float]]) -> frozenset[tuple[str, str]]:
    """Return which of some posts (account, post, time) the lake does not hold."""
    asked = list(posts)
    wanted = frozenset((account, post) for account, post, _ in asked)
    files = lake.files("posts", _days(at for *_, at in asked))
    if not files:
        return wanted
    listed = ", ".join(map(at_path, files))
    with closing(connect(threads=1)) as connection:
        there = connection.execute(
            "SELECT DISTINCT account_id, post_id"
            f" FROM read_parquet([{listed}], hive_partitioning = false)"
            " WHERE list_contains(?::VARCHAR[], post_id)",
            [sorted({post for _, post in wanted})],
        ).fetchall()
    return wanted - {(account, post) for account, post in there}


def _days(times: Iterable[float]) -> set[date]:
    return {datetime.fromtimestamp(at, UTC).date() for at in times}


def _rows(files: list[Path], account_id: str, post_id: str) -> list[dict[str, Any]]:
    listed = ", ".join(map(at_path, files))
    with closing(connect(threads=1)) as connection:
        asked = connection.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM read_parquet([{listed}], hive_partitioning = false)"
            " WHERE account_id = ? AND post_id = ? LIMIT 1",
            [account_id, post_id],
        )
        names = [column[0] for column in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
