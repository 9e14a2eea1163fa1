"""Files that a person asked for are whole, and an old one outlives a failure."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.outputs import place, private, put
from legation.errors import NotFoundError, UsageError


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"new"


@pytest.mark.usefixtures("_open_to_all")
def test_a_file_is_its_owner_s_alone_also_in_the_place_of_an_old_one(tmp_path: Path) -> None:
    old = tmp_path / "a.csv"
    old.write_bytes(b"old")
    assert stat.S_IMODE(old.stat().st_mode) == 0o644

    def replaces(target: Path) -> None:
        target.unlink()
        target.write_bytes(b"by a writer of its own")

    for write in (lambda target: target.write_bytes(b"x"), replaces):
        for path in (old, tmp_path / f"{write.__name__}.csv"):
            place(path, write)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    put(old, b"new")
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


@pytest.mark.usefixtures("_open_to_all")
def test_a_file_that_grows_is_its_owner_s_and_keeps_what_they_gave_since(tmp_path: Path) -> None:
    grows = tmp_path / "log"
    private(grows)
    assert stat.S_IMODE(grows.stat().st_mode) == 0o600
    grows.chmod(0o640)
    private(grows)
    assert stat.S_IMODE(grows.stat().st_mode) == 0o640


@pytest.fixture
def _open_to_all() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_an_old_file_outlives_a_failure(tmp_path: Path) -> None:
    old = tmp_path / "a.csv"
    old.write_bytes(b"old")

    def fail(target: Path) -> None:
        target.write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        place(old, fail)
    assert old.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    put(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_a_pipe_is_written_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    put(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        put(tmp_path / "gone" / "a.csv", b"x")


def test_a_folder_in_the_place_of_a_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        put(tmp_path, b"x")
    assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.parent.glob(".*.part")) == []
