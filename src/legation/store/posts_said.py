"""The texts of the lake's posts, equal ones one after the other, so that each is read once."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import msgspec

from legation.store.duck import connect
from legation.store.reading.cells import at_path

if TYPE_CHECKING:
    from legation.store.lake import Lake

_SAID: Final = """
SELECT post_id, account_id, CAST(time AS BIGINT), text
FROM read_parquet([{listed}], hive_partitioning = false)
WHERE length(text) >= ? ORDER BY text, time, account_id, post_id
"""
_BATCH: Final = 5_000


class SaidPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post with its text.

    Attributes:
        post_id: Of the post.
        account_id: Pseudonym of its account.
        time: When it was posted, in epoch seconds.
        text: As it is kept: names of accounts are pseudonyms.
    """

    post_id: str
    account_id: str
    time: int
    text: str


def posts_said(
    lake: "Lake",
    least: int,
    files: "Sequence[Path] | None" = None,
    *,
    memory_limit: str = "1GB",
    threads: int = 1,
) -> Iterator[SaidPost]:
    """Yield the posts that say something, in the order of their texts.

    Args:
        lake: Where they are.
        least: Characters of a text; a shorter one says too little.
        files: Of the lake, in which they are; None for all of its posts.
        memory_limit: Ceiling in DuckDB's notation; beyond it a folder for the time is used.
        threads: Threads it may use.
    """
    files = lake.files("posts") if files is None else files
    if not files:
        return
    asked = _SAID.format(listed=", ".join(at_path(file) for file in files))
    with (
        TemporaryDirectory(prefix="legation-") as spill,
        closing(connect(memory_limit, threads, Path(spill))) as connection,
    ):
        cursor = connection.execute(asked, [least])
        while rows := cursor.fetchmany(_BATCH):
            for post_id, account_id, time, text in rows:
                yield SaidPost(post_id=post_id, account_id=account_id, time=time, text=text)
