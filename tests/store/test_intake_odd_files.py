"""Files that are no files of posts: pipes, patterns, and what DuckDB gives up on."""

import os
from pathlib import Path

import pytest

from legation.errors import BadInputError
from legation.store.duck import connect
from legation.store.intake import attach

POSTS = "post_id,account_id,created_at,text\np1,a1,2024-01-01 10:00:00,good day to all\n"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with connect() as connection, pytest.raises(BadInputError, match="no regular file"):
        attach(connection, [tmp_path / "pipe.csv"])


@pytest.mark.parametrize("name", ["*.csv", "posts[1].csv", "post?.csv"])
def test_a_name_that_is_a_pattern_never_reads_other_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(POSTS)
    (tmp_path / "posts1.csv").write_text(POSTS)
    with connect() as connection, pytest.raises(BadInputError, match="signs"):
        attach(connection, [tmp_path / name])


@pytest.mark.parametrize(
    "content",
    [b"PAR1 and then nothing that is Parquet PAR1", b'{"a":' * 50_000 + b"1" + b"}" * 50_000],
)
def test_what_cannot_be_read_at_all_is_the_files_fault(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "posts.odd"
    file.write_bytes(content)
    with connect() as connection, pytest.raises(BadInputError) as caught:
        attach(connection, [file])
    assert str(file) in str(caught.value)
    assert caught.value.hint
