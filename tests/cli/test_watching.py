"""`legation watch --once`: what it found nothing of is said, and a file that failed is not lost."""

from pathlib import Path

import pytest

from worlds.shell import legation

HEADER = "post_id,account_id,created_at,text\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert legation("init", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    return tmp_path / "exports"


def test_an_empty_home_and_an_empty_folder_are_said(home: Path, folder: Path) -> None:
    said = legation("watch", "--once", "--every", "0", "--folder", folder, "--home", home)
    assert (said.out, said.code) == ("", 0)
    assert "this home holds no posts" in said.err
    assert f"No file to take in: {folder}" in said.err


def test_posts_that_were_looked_at_are_said_to_be_nothing_new(watched: Path) -> None:
    said = legation("watch", "--once", "--home", watched)
    assert (said.out, said.code) == ("", 0)
    assert said.err == "Nothing new: these posts were looked at before.\n"


def test_one_bad_file_ends_with_65_though_the_good_one_is_taken(home: Path, folder: Path) -> None:
    (folder / "a.csv").write_text("colour,taste\nred,sweet\n", "utf-8")
    (folder / "b.csv").write_text(f"{HEADER}p1,ann,2026-03-02T10:00:00Z,hello\n", "utf-8")
    said = legation("watch", "--once", "--every", "0", "--folder", folder, "--home", home)
    assert said.code == 65
    assert "a.csv: no preset fits" in said.err
    assert "b.csv: 1 new post (" in said.out
