"""`legation watch --once`: what it found nothing of is said, and a file that failed is not lost."""

import signal
import time
from pathlib import Path

import pytest

from worlds.homes import prepare
from worlds.shell import legation, started

HEADER = "post_id,account_id,created_at,text\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    prepare(tmp_path / "home")
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


def test_an_empty_file_is_named_and_taken_once_it_is_written(home: Path, folder: Path) -> None:
    words = ("watch", "--once", "--every", "0", "--folder", folder, "--home", home)
    (folder / "a.csv").touch()
    said = legation(*words)
    assert (said.code, "a.csv: the file is empty" in said.err) == (65, True)
    (folder / "a.csv").write_text(f"{HEADER}p1,ann,2026-03-02T10:00:00Z,hello\n", "utf-8")
    assert "a.csv: 1 new post (" in legation(*words).out


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_that_a_signal_ends_in_a_file_says_what_stands_and_how_to_go_on(
    sign: signal.Signals, home: Path, folder: Path
) -> None:
    row = f"{{0}},ann{{0}},2026-03-02T10:00:00Z,{'a word and another ' * 6}\n"
    file = folder / "long.csv"
    with file.open("w", encoding="utf-8") as stream:
        stream.write("post_id,account_id,created_at,text\n")
        stream.writelines(row.format(number) for number in range(60_000))
    words = ("watch", "--folder", folder, "--every", "0.2")
    with started(*words, home=home) as program:
        assert program.stderr is not None
        assert "Ctrl-C ends" in program.stderr.readline()
        # It writes into its scratch as soon as it is at work on the file.
        while not any((home / "scratch").glob("*/*")) and program.poll() is None:
            time.sleep(0.01)
        program.send_signal(sign)
        _, err = program.communicate(timeout=60)
    assert program.returncode in (128 + sign, -sign)
    assert err.splitlines()[-1] == (
        f"{file}: broken off. What came in is kept; to go on from there, run the same watch again."
    )
    again = legation("watch", "--once", *words[1:], "--home", home)
    assert "60,000" in again.out


def test_a_link_in_the_folder_is_refused_by_name_and_not_read(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("alpha,beta\n1,2\n", "utf-8")
    (folder / "a.csv").symlink_to(tmp_path / "secret")
    (folder / "b.csv").write_text(f"{HEADER}p1,ann,2026-03-02T10:00:00Z,hello\n", "utf-8")
    said = legation("watch", "--once", "--every", "0", "--folder", folder, "--home", home)
    assert said.code == 65
    assert f"{folder / 'a.csv'}: this is a link" in said.err
    assert "alpha" not in said.out + said.err
    assert "b.csv: 1 new post (" in said.out
