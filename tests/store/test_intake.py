import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.errors import BadInputError, NotFoundError
from legation.store.duck import connect
from legation.store.intake import Intake, attach
from legation.store.reading.mapping import CANONICAL, TYPES, Field, Mapping, Only, field
from legation.store.reading.names import names_of
from legation.store.reading.probe import probe
from legation.text.links import Links

HEADER = "post_id,account_id,created_at,text,urls,hashtags,is_repost,repost_key\n"
SIMPLE = Mapping(
    name="simple",
    fields={"post_id": field("id"), "account_id": field("who"), "time": field("when")},
    time_format="epoch_s",
)


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def read(*files: Path, mapping: Mapping | None = None, **given: Any) -> tuple[Intake, Any]:
    connection = connect("500MB", 2)
    return attach(connection, files, mapping, now=now, **given), connection


def posts(connection: Any, columns: str = "*") -> list[dict[str, Any]]:
    table = connection.execute(f"SELECT {columns} FROM post ORDER BY post_id")
    names = [column[0] for column in table.description]
    return [dict(zip(names, row, strict=True)) for row in table.fetchall()]


def rejected(connection: Any) -> list[tuple[int, str, str]]:
    rows = connection.execute("SELECT line, col, reason FROM rejected ORDER BY line").fetchall()
    return [(line, col, reason) for line, col, reason in rows]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


Write = Callable[[str, str | bytes], Path]


def test_our_own_columns_are_read_without_a_mapping(write: Write) -> None:
    file = write(
        "posts.csv",
        HEADER + '1,ann,2024-05-01T10:00:07Z,"two\nlines, ""quoted""",'
        '"[""https://a.example/x""]","[""#Peace"", ""peace"", ""War""]",true,k\n'
        "2,bob,2024-05-01 10:00:08,,,,,\n",
    )
    intake, connection = read(file)
    first, second = posts(connection)
    assert (intake.rows, intake.rejected, intake.format) == (2, 0, "csv")
    assert first["text"] == 'two\nlines, "quoted"'
    assert first["time"] == int(datetime(2024, 5, 1, 10, 0, 7, tzinfo=UTC).timestamp())
    assert first["hashtags"] == ["peace", "war"]
    assert (first["is_repost"], first["repost_key"]) == (True, "k")
    assert (second["text"], second["urls"], second["is_repost"]) == (None, [], False)


def test_the_relation_always_has_every_column(write: Write) -> None:
    file = write("p.csv", "id,who,when\n1,a,1700000000\n")
    _, connection = read(file, mapping=SIMPLE)
    described = connection.execute("DESCRIBE post").fetchall()
    assert {name: kind for name, kind, *_ in described} == dict(TYPES) | {"clock_s": "INTEGER"}
    assert posts(connection)[0]["mentions"] == []


def test_only_the_columns_asked_for_are_read(write: Write) -> None:
    file = write("p.csv", HEADER + "1,a,2024-05-01T10:00:00Z,words,,,true,k\n")
    _, connection = read(file, columns=frozenset({"repost_key"}))
    assert posts(connection, "text, repost_key") == [{"text": None, "repost_key": "k"}]


def test_the_three_formats_give_the_same_posts(write: Write, tmp_path: Path) -> None:
    row = {
        "post_id": "1",
        "account_id": "ann",
        "created_at": "2024-05-01T10:00:07Z",
        "text": "words, \"quoted\"\nand 'more' … ü",
        "urls": ["https://a.example/x?y=1,2"],
        "hashtags": ["peace"],
        "is_repost": True,
        "repost_key": "k",
    }
    lines = write("p.jsonl", json.dumps(row) + "\n")
    document = write("p.json", json.dumps([row], indent=1))
    parquet = tmp_path / "p.parquet"
    _, connection = read(lines)
    connection.execute(f"COPY (SELECT * RENAME (time AS created_at) FROM post) TO '{parquet}'")
    known = Mapping(
        name="back", fields=CANONICAL.fields, time_format="epoch_s", lenient=True, zone="UTC"
    )
    whole = [
        posts(read(lines)[1]),
        posts(read(document)[1]),
        posts(read(parquet, mapping=known)[1]),
    ]
    assert whole[0] == whole[1] == whole[2]
    assert whole[0][0]["urls"] == row["urls"]


def test_links_become_canonical_on_the_way(write: Write) -> None:
    urls = '"[""HTTPS://A.example:443/x?utm_source=1#f"", ""https://a.example/x""]"'
    file = write("p.csv", HEADER + f"1,a,2024-05-01T10:00:00Z,,{urls},,,\n")
    _, connection = read(file, links=Links())
    assert posts(connection)[0]["urls"] == ["https://a.example/x"]


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    import gzip

    packed = tmp_path / "p.csv.gz"
    packed.write_bytes(gzip.compress(b"id,who,when\n1,a,1700000000\n2,b,nonsense\n"))
    intake, connection = read(packed, mapping=SIMPLE)
    assert intake.rows == 1
    assert rejected(connection) == [(3, "when", "the time cannot be read: 'nonsense'")]


@pytest.mark.parametrize(
    ("times", "clock"),
    [
        (("10:00:00", "10:01:00", "11:07:00", "12:00:00"), 60),
        (("10:00:00", "10:01:01", "11:07:00", "12:00:00"), 1),
        (("00:00:00", "00:00:00", "00:00:00", "00:00:00"), 86400),
        (("10:00:00", "10:01:00"), 1),
    ],
)
def test_the_clock_is_told_from_the_times(write: Write, times: tuple[str, ...], clock: int) -> None:
    rows = "".join(f"{n},a,2024-05-01T{time}Z,,,,,\n" for n, time in enumerate(times))
    assert read(write("p.csv", HEADER + rows))[0].clock_resolution_s == clock


def test_a_stated_clock_wins(write: Write) -> None:
    stated = Mapping(
        name="s", fields=SIMPLE.fields, time_format="epoch_s", clock_resolution_s=86400
    )
    file = write("p.csv", "id,who,when\n1,a,1700000001\n")
    assert read(file, mapping=stated)[0].clock_resolution_s == 86400


def test_a_stated_zone_moves_the_times(write: Write) -> None:
    mapping = Mapping(name="z", fields=SIMPLE.fields, zone="Europe/Berlin")
    file = write("p.csv", "id,who,when\n1,a,2024-07-01 12:00\n2,b,2024-07-01T12:00:00+00:00\n")
    _, connection = read(file, mapping=mapping)
    first, second = (row["time"] for row in posts(connection))
    assert second - first == 7200


def test_times_without_a_zone_are_refused_when_none_is_stated(write: Write) -> None:
    mapping = Mapping(name="z", fields=SIMPLE.fields)
    file = write("p.csv", "id,who,when\n1,a,2024-07-01 12:00\n")
    with pytest.raises(BadInputError, match="no zone") as refusal:
        read(file, mapping=mapping)
    assert "zone =" in refusal.value.hint


def test_the_hash_is_that_of_the_bytes(write: Write) -> None:
    one = write("a.csv", "id,who,when\n1,a,1700000000\n")
    two = write("b.csv", "id,who,when\n2,a,1700000000\n")
    intake, _ = read(one, mapping=SIMPLE)
    assert intake.sha256 == hashlib.sha256(one.read_bytes()).hexdigest()
    assert read(one, two, mapping=SIMPLE)[0].sha256 == read(two, one, mapping=SIMPLE)[0].sha256


def test_exact_repeats_are_folded_and_contradictions_rejected(write: Write) -> None:
    file = write(
        "p.csv",
        "id,who,when\n1,a,1700000000\n2,b,1700000001\n1,a,1700000000\n2,c,1700000001\n3,d,1700000002\n",
    )
    intake, connection = read(file, mapping=SIMPLE)
    assert (intake.rows, intake.folded, intake.rejected) == (3, 1, 1)
    assert [row["account_id"] for row in posts(connection)] == ["a", "b", "d"]
    assert rejected(connection) == [(5, "id", "another post has this id")]


def test_repeats_across_files_are_folded(write: Write) -> None:
    one = write("a.csv", "id,who,when\n1,a,1700000000\n1,a,1700000000\n2,b,1700000000\n")
    two = write("b.csv", "id,who,when\n1,a,1700000000\n3,c,1700000000\n")
    intake, connection = read(one, two, mapping=SIMPLE)
    assert (intake.rows, intake.folded, intake.rejected) == (3, 2, 0)
    assert [row["post_id"] for row in posts(connection)] == ["1", "2", "3"]


def test_the_first_file_wins_a_contradiction(write: Write) -> None:
    one = write("a.csv", "id,who,when\n1,first,1700000000\n")
    two = write("b.csv", "id,who,when\n1,second,1700000000\n2,x,1700000000\n")
    intake, connection = read(one, two, mapping=SIMPLE)
    assert [row["account_id"] for row in posts(connection)] == ["first", "x"]
    found = connection.execute("SELECT file, line, row_text FROM rejected").fetchall()
    assert found == [(str(two), 2, "1,second,1700000000")]
    assert intake.rejected == 1


def test_a_wrong_mapping_names_the_nearest_column(write: Write) -> None:
    file = write("p.csv", "ident,who,when_posted\n1,a,1700000000\n")
    with pytest.raises(BadInputError, match="no column 'id'") as refusal:
        read(file, mapping=SIMPLE)
    assert "'ident'" in refusal.value.hint
    lines = write("p.jsonl", '{"ident":"1","who":"a","when":1700000000}\n' * 5)
    with pytest.raises(BadInputError, match="no column 'id'") as refusal:
        read(lines, mapping=SIMPLE)
    assert "'ident'" in refusal.value.hint


@pytest.mark.parametrize("name", ["p.csv", "p.jsonl"])
def test_a_handle_that_is_no_column_names_the_nearest(write: Write, name: str) -> None:
    content = {
        "p.csv": "id,who,when,screen\n1,a,1700000000,Ann\n",
        "p.jsonl": '{"id":"1","who":"a","when":1700000000,"screen":"Ann"}\n' * 5,
    }
    file = write(name, content[name])
    wrong = msgspec.structs.replace(SIMPLE, handles=(field("sreen"),))
    with pytest.raises(BadInputError, match="no column 'sreen'") as refusal:
        names_of(connect("1GB", 1), wrong, probe(file), file.parent)
    assert "'screen'" in refusal.value.hint


def test_a_condition_on_what_is_no_column_names_the_nearest(write: Write) -> None:
    file = write("p.csv", "id,who,when,kind\n1,a,1700000000,post\n")
    wrong = msgspec.structs.replace(SIMPLE, only=(Only("king", ("post",)),))
    with pytest.raises(BadInputError, match="no column 'king'") as refusal:
        read(file, mapping=wrong)
    assert "'kind'" in refusal.value.hint


def test_a_wrong_time_format_is_the_mappings_fault_not_the_rows(write: Write) -> None:
    rows = "".join(f"{n},a,17000000000{n}0\n" for n in range(6))
    with pytest.raises(BadInputError, match="in every row"):
        read(write("p.csv", "id,who,when\n" + rows), mapping=SIMPLE)


def test_missing_files_folders_and_empty_files_are_told(write: Write, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read(tmp_path / "absent.csv")
    with pytest.raises(BadInputError, match="folder"):
        read(tmp_path)
    with pytest.raises(BadInputError, match="empty"):
        read(write("e.csv", ""))
    assert read(write("h.csv", "id,who,when\n"), mapping=SIMPLE)[0].rows == 0


def test_records_that_are_no_posts_are_skipped_and_counted(write: Write) -> None:
    from legation.store.reading.mapping import Only

    mapping = Mapping(
        name="o", fields=SIMPLE.fields, time_format="epoch_s", only=(Only("kind", ("post",)),)
    )
    file = write("p.csv", "id,who,when,kind\n1,a,1700000000,post\n,,,deletion\n")
    intake, _ = read(file, mapping=mapping)
    assert (intake.rows, intake.skipped, intake.rejected) == (1, 1, 0)


def test_a_field_may_be_glued_found_or_conditional(write: Write) -> None:
    from legation.store.reading.mapping import Only

    mapping = Mapping(
        name="f",
        fields={
            "post_id": Field(("chat", "id"), "glue", "/"),
            "account_id": field("who"),
            "time": field("when"),
            "hashtags": Field(("text",), "find", pattern="#([a-z]+)"),
            "repost_key": Field(("ref",), when=Only("kind", ("repost",))),
        },
        time_format="epoch_s",
    )
    file = write(
        "p.csv",
        "chat,id,who,when,text,ref,kind\nc,1,a,1700000000,#a #b #a,r,repost\n"
        "c,2,a,1700000000,,r,reply\n",
    )
    first, second = posts(read(file, mapping=mapping)[1])
    assert (first["post_id"], first["hashtags"], first["repost_key"]) == ("c/1", ["a", "b"], "r")
    assert second["repost_key"] is None


def test_a_parquet_column_without_zone_is_refused_when_none_is_stated(tmp_path: Path) -> None:
    file = tmp_path / "p.parquet"
    with connect() as connection:
        connection.execute(
            "COPY (SELECT '1' AS id, 'a' AS who, TIMESTAMP '2024-07-01 12:00' AS \"when\") "
            f"TO '{file}'"
        )
    with pytest.raises(BadInputError, match="no zone"):
        read(file, mapping=Mapping(name="m", fields=SIMPLE.fields))
    berlin = Mapping(name="m", fields=SIMPLE.fields, zone="Europe/Berlin")
    moment = int(datetime(2024, 7, 1, 10, tzinfo=UTC).timestamp())
    assert posts(read(file, mapping=berlin)[1])[0]["time"] == moment


@pytest.mark.parametrize(("zone", "pattern"), [("Nowhere/Land", ""), ("UTC", "(")])
def test_what_a_mapping_states_wrongly_is_told(write: Write, zone: str, pattern: str) -> None:
    file = write("p.csv", "id,who,when\n1,a,2024-07-01 12:00\n")
    when = Field(("when",), pattern=pattern)
    mapping = Mapping(name="mine", fields={**SIMPLE.fields, "time": when}, zone=zone)
    with pytest.raises(BadInputError) as refusal:
        read(file, mapping=mapping)
    assert "'mine'" in refusal.value.hint


def test_names_of_a_large_file_are_gathered_under_a_low_ceiling(tmp_path: Path) -> None:
    # Two buffers of sixteen longest lines, DuckDB's default, would be 512 MiB.
    row = f'1,someone,2026-01-01T00:00:00Z,"{"calm " * 200}"\n'.encode()
    file = tmp_path / "large.csv"
    with file.open("wb") as stream:
        stream.write(b"post_id,account_id,created_at,text\n")
        for _ in range(280):
            stream.write(row * 1000)
    with connect("200MB", 2, tmp_path / "spill") as connection:
        names = names_of(connection, CANONICAL, probe(file), tmp_path / "scratch")
        assert sorted(names.of("")) == ["someone"]
