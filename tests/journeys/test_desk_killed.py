"""A desk that is killed while it imports loses no row, doubles none, and leaves nothing clear."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from legation.store.lake import Lake
from worlds.desk_process import DeskProcess, signed_in
from worlds.shell import legation

ROWS = 25_000
Open = Callable[[Path], DeskProcess]


@pytest.fixture
def open_desk() -> Iterator[Open]:
    """Open desks, none of which outlives the test."""
    opened: list[DeskProcess] = []
    secrets: dict[Path, str] = {}

    def open_one(home: Path) -> DeskProcess:
        if home not in secrets:
            secrets[home] = signed_in(home)
        opened.append(DeskProcess(home, secrets[home]))
        return opened[-1]

    yield open_one
    for desk in opened:
        if desk.program.poll() is None:
            desk.kill()


def write(file: Path, first: int, *, bad: int) -> Path:
    lines = ["post_id,account_id,created_at,text\n"]
    for number in range(first, first + ROWS):
        when = "never" if number % bad == 0 else f"2026-03-{number % 28 + 1:02}T10:00:00Z"
        lines.append(f"p{number},acct{number % 997},{when},words of post {number} for @acct5\n")
    file.write_text("".join(lines), "utf-8")
    return file


def ids_of(home: Path) -> list[str]:
    files = [str(file) for file in Lake(home / "lake").files("posts")]
    rows = duckdb.execute("SELECT post_id FROM read_parquet(?) ORDER BY 1", [files]).fetchall()
    return [name for (name,) in rows]


@pytest.mark.xdist_group("browser")
def test_a_desk_that_is_killed_while_it_imports_neither_loses_nor_doubles_a_row(
    tmp_path: Path, open_desk: Open
) -> None:
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    chance = random.Random(11)  # noqa: S311 - moments, no secret
    killed, expected = 0, []
    for turn, first in enumerate((0, ROWS // 2)):
        file = write(tmp_path / f"part{turn}.csv", first, bad=100)
        expected += [f"p{n}" for n in range(first, first + ROWS) if n % 100]
        desk = open_desk(home)
        place = desk.send(file)
        tried = desk.form(f"{place}/check", how="preset", preset="legation")
        assert desk.ended(tried)["state"] == "done"
        job = desk.form(f"{tried}/import")
        for _ in range(2):
            time.sleep(chance.uniform(0.2, 1.2))
            killed += '"running"' in desk.get(f"{job}/state")
            desk.kill()
            desk = open_desk(home)
        told = desk.ended(job)
        assert told["state"] == "done", told
        said = desk.stop()
        assert "OUTSIDE" not in said
        assert "Traceback" not in said
        assert ids_of(home) == sorted(set(expected))
    assert killed, "nothing was killed at work: the delays prove nothing"
    uploads = home / "scratch" / "uploads"
    assert [path for path in uploads.rglob("*") if path.is_file()] == []
    assert [path for path in (home / "scratch").glob("*/*") if path.is_file()] == []
    assert legation("doctor", "--home", home).code == 0
    said_of = legation("import", "list", "--home", home).out.splitlines()
    assert len(said_of) == 3


def test_a_desk_at_work_connects_to_nothing_outside(tmp_path: Path, open_desk: Open) -> None:
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    desk = open_desk(home)
    file = tmp_path / "posts.csv"
    file.write_text("post_id,account_id,created_at\np1,ann,2026-03-02T10:00:00Z\n", "utf-8")
    place = desk.send(file)
    tried = desk.form(f"{place}/check", how="preset", preset="legation")
    assert desk.ended(tried)["state"] == "done"
    assert desk.ended(desk.form(f"{tried}/import"))["state"] == "done"
    assert desk.ended(desk.form("/watch"))["state"] == "done"
    assert "OUTSIDE" not in desk.stop()
    assert desk.program.returncode in (0, 130)
