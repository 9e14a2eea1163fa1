"""A copy is of the bytes that were hashed, or it is not made."""

import hashlib
from pathlib import Path

import pytest

from legation.errors import BadInputError
from legation.store.reading.digest import Digest
from legation.store.reading.snapshot import Standing, snapshot


def test_bytes_that_are_others_by_now_are_not_copied(tmp_path: Path) -> None:
    file, target = tmp_path / "posts.csv", tmp_path / "whole"
    file.write_bytes(b"old")
    sha256 = hashlib.sha256(b"old").hexdigest()
    snapshot(file, target, sha256)
    assert target.read_bytes() == b"old"
    target.unlink()
    file.write_bytes(b"new")
    with pytest.raises(BadInputError, match=r"posts\.csv: the file changed while it was read"):
        snapshot(file, target, sha256)
    assert not target.exists()


@pytest.mark.parametrize("act", ["write", "replace", "remove"])
def test_a_file_that_is_another_by_now_is_told(tmp_path: Path, act: str) -> None:
    file = tmp_path / "posts.csv"
    file.write_bytes(b"old")
    digest, since = Digest([file]), Standing.of(file)
    since.require(file)
    if act == "write":
        file.write_bytes(b"longer")
    else:
        file.unlink()
    if act == "replace":
        (tmp_path / "other").write_bytes(b"other")
        (tmp_path / "other").rename(file)
    for look in (lambda: since.require(file), digest.result):
        with pytest.raises(BadInputError, match="changed while it was read"):
            look()
