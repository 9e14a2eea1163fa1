"""Files that somebody names: plain ones of a size that is borne, and nothing waited for."""

import os
from pathlib import Path

import pytest

from legation.errors import BadInputError, NotFoundError
from legation.store.plain_files import read_plain


def test_a_plain_file_is_read_to_its_bound(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert read_plain(file, 5) == b"12345"
    with pytest.raises(BadInputError, match="larger"):
        read_plain(file, 4)


def test_a_pipe_a_device_and_a_folder_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for file in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(BadInputError, match=r"no plain file|a folder"):
            read_plain(file, 10)


def test_what_says_that_it_is_empty_is_read_to_the_bound_all_the_same() -> None:
    with pytest.raises(BadInputError, match="larger"):
        read_plain(Path("/proc/self/maps"), 10)


def test_a_link_is_followed_where_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert read_plain(tmp_path / "link", 10) == b"x"
    with pytest.raises(BadInputError, match="link"):
        read_plain(tmp_path / "link", 10, links=False)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        read_plain(tmp_path / "a", 10)
