"""A disk that is full: who posts is told, who reads is served, nothing is kept by half."""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from worlds.sharing_process import (
    Answered,
    SharingHome,
    SharingProcess,
    Visitor,
    campaign,
)
from worlds.shell import legation

ROOM: Final = 3_000_000
_MOST: Final = 200


def post_many(line: Visitor, path: str, first: int) -> Answered:
    """Post twenty objects of 5 kB."""
    numbers = range(first, first + 20)
    return line.post(path, [campaign(number, description="x" * 5_000) for number in numbers])


def fill(line: Visitor, path: str) -> tuple[int, Answered]:
    """Post until something is refused; return how many objects are there, and the refusal."""
    for first in range(0, 20 * _MOST, 20):
        answer = post_many(line, path, first)
        if answer.status != 202:
            return first, answer
    raise AssertionError("the disk has no end")


def verify_full(line: Visitor, path: str, kept: int, answer: Answered) -> None:
    """Hold a server without room to what it owes."""
    assert answer.status == 503
    assert answer.headers["retry-after"] == "30"
    told = answer.told()
    assert told["http_status"] == "503"
    assert "no room" in told["description"]
    # A partner learns nothing of where the house keeps what it keeps.
    for word in ("sqlite", "/", "disk I/O"):
        assert word not in told["description"]
    assert post_many(line, path, kept).status == 503
    assert names(line, path) == [f"campaign {number}" for number in range(kept)]


def names(line: Visitor, path: str) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        answer = line.ask(f"{path}?limit=500{cursor}")
        assert answer.status == 200, answer.body
        page = answer.told()
        found += [one["name"] for one in page.get("objects", [])]
        if not page.get("more"):
            return found
        cursor = f"&next={page['next']}"


def test_a_file_that_may_not_grow_is_told_and_nothing_is_kept_by_half(tmp_path: Path) -> None:
    home = SharingHome(tmp_path / "home", "Aldria")
    server = SharingProcess(home.folder, largest_file=ROOM)
    line, path = home.visitor(server, "Aldria"), home.inboxes["Aldria"]
    try:
        kept, answer = fill(line, path)
        verify_full(line, path, kept, answer)
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(server.program.pid, resource.RLIMIT_FSIZE, unlimited)
        assert post_many(line, path, kept).status == 202
        assert len(names(line, path)) == kept + 20
    finally:
        line.close()
        assert server.stop() == 0
    found = legation("doctor", "--home", home.folder)
    assert found.code == 0, found.out
    assert f"{kept + 20:,} objects of collections" in found.out


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mounting, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.namespace
def test_a_disk_that_is_full_is_told_and_serves_again_once_there_is_room(small: Path) -> None:
    home = SharingHome(small / "home", "Aldria")
    ballast = small / "ballast"
    ballast.write_bytes(b"x" * 1_000_000)
    server = SharingProcess(home.folder)
    line, path = home.visitor(server, "Aldria"), home.inboxes["Aldria"]
    try:
        kept, answer = fill(line, path)
        verify_full(line, path, kept, answer)
        ballast.unlink()
        assert post_many(line, path, kept).status == 202
        assert len(names(line, path)) == kept + 20
    finally:
        line.close()
        server.stop()
    assert "Traceback" not in server.said()
    server = SharingProcess(home.folder)
    line = home.visitor(server, "Aldria")
    assert len(names(line, path)) == kept + 20
    line.close()
    server.kill()
