from pathlib import Path

import pytest

from legation.errors import BadInputError
from legation.sources.folder import new_files


def test_a_file_is_taken_when_it_has_stopped_growing(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id\n")
    first = new_files(tmp_path, {}, {})
    file.write_text("id\n1\n")
    second = new_files(tmp_path, first.seen, {})
    third = new_files(tmp_path, second.seen, {})
    assert (first.ready, second.ready, third.ready) == ((), (), (file,))


def test_a_file_that_was_taken_is_taken_again_only_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id\n1\n")
    done = new_files(tmp_path, {}, {}).seen
    assert new_files(tmp_path, done, done).ready == ()
    file.write_text("id\n1\n2\n")
    grown = new_files(tmp_path, done, done)
    assert new_files(tmp_path, grown.seen, done).ready == (file,)


def test_other_files_hidden_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    for name in (".hidden.csv", "notes.pdf"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.csv").mkdir()
    seen = new_files(tmp_path, {}, {}).seen
    assert new_files(tmp_path, seen, {}).ready == ()


def test_an_empty_file_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.touch()
    seen = new_files(tmp_path, {}, {}).seen
    assert new_files(tmp_path, seen, {}).ready == (file,)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        new_files(tmp_path / "absent", {}, {})
