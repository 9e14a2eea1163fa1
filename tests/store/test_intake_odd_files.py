"""Files that are no files of posts: pipes, patterns, and what DuckDB gives up on."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legation.errors import BadInputError
from legation.rights.pseudonyms import Pseudonymiser
from legation.sources.importing import DeskPrivacy
from legation.sources.posts import mapping_for
from legation.store.duck import connect
from legation.store.intake import attach
from legation.store.intake_import import Importer
from legation.store.lake import Lake
from legation.store.reading.mapping import CANONICAL
from worlds.shell import legation

POSTS = "post_id,account_id,created_at,text\np1,a1,2024-01-01 10:00:00,good day to all\n"


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with connect() as connection, pytest.raises(BadInputError, match="no regular file"):
        attach(connection, [tmp_path / "pipe.csv"])


@pytest.mark.parametrize("name", ["*.csv", "posts[1].csv", "post?.csv"])
def test_a_name_that_is_a_pattern_never_reads_other_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(POSTS)
    (tmp_path / "posts1.csv").write_text(POSTS)
    with connect() as connection, pytest.raises(BadInputError, match="signs"):
        attach(connection, [tmp_path / name])


ODD = pytest.mark.parametrize(
    "content",
    [b"PAR1 and then nothing that is Parquet PAR1", b'{"a":' * 50_000 + b"1" + b"}" * 50_000],
)


@ODD
def test_a_look_at_it_and_its_import_say_the_same(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "posts.odd"
    file.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        mapping_for([file])
    assert str(file) in str(caught.value)
    privacy = DeskPrivacy(Pseudonymiser(b"k" * 32), lambda _: None)
    importer = Importer(Lake(tmp_path / "lake"), privacy, tmp_path / "scratch" / "in", now=now)
    with pytest.raises(BadInputError) as caught:
        importer.add(file, CANONICAL)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("name", ["posts\udcff.csv", "posts\nlegation: error.csv"])
def test_a_name_that_cannot_be_written_is_told_in_signs_that_can(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(POSTS)
    said = legation("import", "posts", "--dry-run", tmp_path / name)
    assert said.code == 65
    assert len(said.err.splitlines()) == 2
    assert said.err.isascii()


def test_what_does_not_fit_is_told_by_the_name_of_the_file_on_import_too(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text('[{"other": 1}, {"other": 2}, {"other": 3}, {"other": 4}]')
    privacy = DeskPrivacy(Pseudonymiser(b"k" * 32), lambda _: None)
    importer = Importer(Lake(tmp_path / "lake"), privacy, tmp_path / "scratch" / "in", now=now)
    with pytest.raises(BadInputError) as caught:
        importer.add(file, CANONICAL)
    assert caught.value.place == str(file)


def test_a_look_rejects_what_an_import_rejects(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(POSTS + "p2,a1,2999-01-01 10:00:00,from the future\n")
    said = legation("import", "posts", "--dry-run", file)
    assert "1 rejected: the time lies in the future" in said.out


@pytest.mark.parametrize("surplus", [",", ",,"])
def test_columns_without_a_name_are_left_alone(tmp_path: Path, surplus: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text("".join(line + surplus + "\n" for line in POSTS.splitlines()))
    with connect() as connection:
        intake = attach(connection, [file])
    assert (intake.rows, intake.rejected) == (1, 0)


def test_a_record_nested_without_end_is_one_rejected_row(tmp_path: Path) -> None:
    record = '{"post_id":"%d","account_id":"ann","created_at":"2024-05-01T10:00:00Z","x":%s}'
    deep = record % (2, "[" * 20_000 + "]" * 20_000)
    file = tmp_path / "p.jsonl"
    file.write_text("\n".join([record % (1, "0"), deep, record % (3, "0")]))
    assert mapping_for([file]) == CANONICAL
    with connect() as connection:
        intake = attach(connection, [file])
        assert intake.rows + intake.rejected == 3


@ODD
def test_what_cannot_be_read_at_all_is_the_files_fault(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "posts.odd"
    file.write_bytes(content)
    with connect() as connection, pytest.raises(BadInputError) as caught:
        attach(connection, [file])
    assert str(file) in str(caught.value)
    assert caught.value.hint
