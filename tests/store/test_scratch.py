"""What an import holds in clear is its owner's alone, and outlives neither import nor kill."""

import signal
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING

import pytest

from legation.errors import BusyError
from legation.store.durable import try_lock, unlock
from legation.store.lake import Lake
from legation.store.opening import Store
from legation.store.reading.mapping import CANONICAL, Mapping
from legation.store.reading.names import ClearName
from legation.store.scratch import FOLDER, alone, sweep
from worlds.shell import legation, started

from .test_intake_import import importer, row, write

if TYPE_CHECKING:
    import subprocess

SLICE = FOLDER / "slice-0.csv"


class Watching:
    """Privacy that masks nothing, and notes the mode of all that stands there meanwhile."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self.modes: dict[str, int] = {}

    def pseudonyms(self) -> "Watching":
        return self

    def masker(self, known: Iterable[str], platform: str) -> "Watching":
        del known, platform
        return self

    def masker_of_id(self, author: str, post_id: str, platform: str) -> "Watching":
        del author, post_id, platform
        return self

    def rule(self, mapping: Mapping) -> str:
        return mapping.name

    def label(self, text: str) -> str:
        return text

    def ordinary(self, handles: Iterable[str]) -> int:
        del handles
        return 0

    def keep(self, names: Sequence[ClearName]) -> None:
        del names

    def of(self, handle: str, platform: str = "") -> str:
        del platform
        return handle

    def mask(self, text: str) -> str:
        for path in (self._scratch, *self._scratch.rglob("*")):
            self.modes[path.name] = S_IMODE(path.stat().st_mode)
        return text


def test_what_stands_there_is_its_owners_alone(tmp_path: Path) -> None:
    privacy = Watching(tmp_path / "scratch")
    file = write(tmp_path / "a.csv", [row(n) for n in range(3)])
    importer(tmp_path, privacy).add(file, CANONICAL)
    assert privacy.modes["scratch"] == 0o700
    assert privacy.modes["slice-0.csv"] == 0o600
    assert not [name for name, mode in privacy.modes.items() if mode & 0o077]


def test_the_mode_of_what_is_written_later_is_the_users_own(tmp_path: Path) -> None:
    with pytest.raises(BusyError), alone(tmp_path / "scratch"), alone(tmp_path / "scratch"):
        raise AssertionError
    before, after = tmp_path / "before", tmp_path / "after"
    before.touch()
    with alone(tmp_path / "scratch"):
        pass
    after.touch()
    assert before.stat().st_mode == after.stat().st_mode


def test_opening_a_store_removes_what_a_killed_import_left(
    open_here: Callable[[], Store], tmp_path: Path
) -> None:
    left = tmp_path / "home" / SLICE
    left.parent.mkdir(parents=True)
    left.write_text("user1", "utf-8")
    open_here()
    assert not left.parent.exists()


def test_opening_a_store_leaves_the_folder_of_an_import_that_runs(
    open_here: Callable[[], Store], tmp_path: Path
) -> None:
    folder = tmp_path / "home" / FOLDER
    with alone(folder):
        (folder / "slice-0.csv").touch()
        open_here()
        assert (folder / "slice-0.csv").exists()
    assert not folder.exists()


def test_where_nothing_was_left_no_lock_is_taken(tmp_path: Path) -> None:
    lock = try_lock(tmp_path / "scratch.lock")
    assert lock is not None
    sweep(tmp_path / "scratch")
    unlock(lock, tmp_path / "scratch.lock")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    rows = [row(number, f"text number {number} of many") for number in range(60_000)]
    return write(tmp_path / "posts.csv", rows)


def slice_of(home: Path, program: "subprocess.Popen[str]") -> Path:
    """Wait until an import has its first slice in work."""
    while not (home / SLICE).exists():
        assert program.poll() is None
        time.sleep(0.01)
    return home / SLICE


def test_a_killed_import_leaves_nothing_that_the_next_command_does_not_remove(
    posts: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    with started("import", "posts", posts, home=home) as program:
        left = slice_of(home, program)
        program.kill()
        program.wait()
    assert S_IMODE(left.stat().st_mode) == 0o600
    assert legation("campaign", "list", "--home", home).code == 0
    assert not left.parent.exists()
    assert legation("import", "posts", posts, "--home", home).code == 0
    assert len(Lake(home / "lake").batches()) == 2


def test_an_import_that_is_told_to_stop_leaves_nothing(posts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    with started("import", "posts", posts, home=home) as program:
        left = slice_of(home, program)
        program.terminate()
        assert program.wait() == 128 + signal.SIGTERM
        assert not left.parent.exists()
