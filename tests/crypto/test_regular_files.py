"""What is read is a regular file of a bounded size: nothing waits, nothing leads elsewhere."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from legation.crypto.log.files import DiskFiles
from legation.crypto.regular_files import opened_regular, read_regular
from legation.errors import BadInputError, LegationError, NotFoundError

MOST = 100


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    (path.parent / "elsewhere").write_bytes(b"x")
    path.symlink_to(path.parent / "elsewhere")


def circle(path: Path) -> None:
    path.symlink_to(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("made", [pipe, link, circle, device])
def test_what_is_no_regular_file_is_refused_with_its_place(
    tmp_path: Path, made: Callable[[Path], None]
) -> None:
    (tmp_path / "statements").mkdir()
    path = tmp_path / "statements" / "000"
    made(path)
    with pytest.raises(BadInputError, match="no regular file") as told:
        read_regular(path, MOST)
    assert (told.value.place, bool(told.value.hint)) == (str(path), True)
    with pytest.raises(BadInputError, match="no regular file") as told:
        DiskFiles(tmp_path).read("statements/000")
    assert told.value.place == "statements/000"


def test_a_device_itself_is_refused() -> None:
    with pytest.raises(BadInputError, match="no regular file"):
        read_regular(Path("/dev/zero"), MOST)


@pytest.mark.parametrize("name", ["none", "none/inner", "file/inner", "a\0b", ""])
def test_what_is_not_there_is_said_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(NotFoundError):
        read_regular(tmp_path / name, MOST)


def test_a_file_is_read_up_to_the_size_of_its_kind(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(MOST))
    assert read_regular(tmp_path / "file", MOST) == bytes(MOST)
    with pytest.raises(BadInputError, match="more than 99 bytes"):
        read_regular(tmp_path / "file", MOST - 1)
    with opened_regular(tmp_path / "file") as file:
        assert file.read() == bytes(MOST)


@pytest.mark.parametrize(
    ("path", "most"),
    [("checkpoint", 1 << 20), ("tile/0/000", 256 * 65_537), ("statements/000", 8_000_000)],
)
def test_a_file_of_a_log_is_no_larger_than_its_kind(tmp_path: Path, path: str, most: int) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        out.truncate(most)
    assert len(DiskFiles(tmp_path).read(path)) == most
    with file.open("ab") as out:
        out.write(b"x")
    with pytest.raises(LegationError, match="more than"):
        DiskFiles(tmp_path).read(path)


def test_a_private_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    for private, modes in ((True, (0o600, 0o700)), (False, (0o644, 0o755))):
        files = DiskFiles(tmp_path, private=private)
        for name in (f"{private}/put/one", f"{private}/published/two"):
            act = files.put if "put" in name else files.publish
            act(name, b"x")
            path = tmp_path / name
            assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == modes
