"""Files that are no files of posts: pipes, patterns, and what DuckDB gives up on."""

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
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
from worlds.planted_posts import write_town
from worlds.shell import legation

POSTS = "post_id,account_id,created_at,text\np1,a1,2024-01-01 10:00:00,good day to all\n"


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with connect() as connection, pytest.raises(BadInputError, match="no regular file"):
        attach(connection, [tmp_path / "pipe.csv"])


@pytest.mark.parametrize("name", ["*.csv", "posts[1].csv", "post?.csv", "*.jsonl", "p[1].parquet"])
def test_a_name_that_is_a_pattern_reads_that_file_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "posts1.csv").write_text(POSTS + "p2,a1,2024-01-01 10:00:00,of another file\n")
    (tmp_path / "p1.parquet").write_bytes(b"PAR1")
    with connect() as connection:
        if name.endswith(".csv"):
            (tmp_path / name).write_text(POSTS)
        else:
            kind = "json" if name.endswith("jsonl") else "parquet"
            connection.execute(
                f"COPY (FROM read_csv('{tmp_path}/posts1.csv', all_varchar = true) LIMIT 1) "
                f"TO '{tmp_path / name}' (FORMAT {kind})"
            )
        mapping = msgspec.structs.replace(CANONICAL, zone="UTC")
        assert attach(connection, [tmp_path / name], mapping).rows == 1


@pytest.mark.parametrize("odd", ["desk [1]", "desk]", "de*k", "desk?", "{desk}"])
def test_a_home_may_have_any_name(tmp_path: Path, odd: str) -> None:
    home, file = tmp_path / odd / "home", tmp_path / odd / "p.csv"
    home.parent.mkdir()
    assert legation("init", "--home", home).code == 0
    town = write_town(tmp_path / "town.jsonl")
    rows = ["p1,a1,2024-01-01T10:00:00Z,x", "p1,a1,2024-01-01T10:00:00Z,y", "p2,a1,never,x"]
    file.write_text("post_id,account_id,created_at,text\n" + "\n".join(rows))
    said = legation("import", "posts", file, town, "--home", home)
    assert (said.code, "1 new post, 2 rejected rows" in said.out) == (0, True), said
    file.write_text("post_id,account_id,created_at,text\n" + rows[1])
    again = legation("import", "posts", file, "--home", home)
    assert "1 edit of a known post" in again.out
    assert legation("watch", "--once", "--home", home).code == 0
    assert len(legation("campaign", "list", "--home", home).out.splitlines()) > 1
    assert legation("search", "words", "--home", home).code == 0
    assert legation("doctor", "--home", home).code == 0


def test_a_control_character_in_a_line_of_json_is_told_as_what_it_is(tmp_path: Path) -> None:
    record = '{"post_id":"1","account_id":"a","created_at":"2024-05-01T10:00:00Z","text":"%s"}\n'
    file = tmp_path / "p.jsonl"
    file.write_text(record % "x" + record % "a\x01b")
    with connect() as connection:
        assert attach(connection, [file], CANONICAL).rejected == 1
        told = connection.execute("SELECT line, reason, hint FROM rejected").fetchall()
    reason = "the control character U+0001"
    assert told == [(2, reason, "JSON allows it in a text as \\u0001 only")]


@pytest.mark.parametrize(
    ("form", "time", "good"),
    [
        ("iso", "2024-05-01T10:00:00%s", True),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-05-01T10:00:00%s", False),
        ("%a %b %d %H:%M:%S %z %Y", "Wed May 01 10:00:00 %s 2024", False),
    ],
)
def test_an_offset_that_no_place_has_is_rejected(
    tmp_path: Path, form: str, time: str, good: bool
) -> None:
    known = ["+00:00", "-12:00", "+14:00", "+05:45", "-0930", *(["Z", "+14"] * good)]
    unknown = ["+99:99", "+15:00", "-2400", "+14:30", "+0560", *(["+24"] * good)]
    file = tmp_path / "p.csv"
    rows = [f"p{n},a,{time % offset},x\n" for n, offset in enumerate([*known, *unknown])]
    file.write_text("post_id,account_id,created_at,text\n" + "".join(rows))
    with connect() as connection:
        mapping = msgspec.structs.replace(CANONICAL, time_format=form)
        intake = attach(connection, [file], mapping)
        reasons = connection.execute("SELECT reason FROM rejected").fetchall()
    assert (intake.rows, intake.rejected) == (len(known), len(unknown))
    assert all(reason.startswith("the time cannot be read") for (reason,) in reasons)


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
