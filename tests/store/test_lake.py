"""The lake keeps a batch whole or not at all, and never twice."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    NotFoundError,
    VerificationError,
)
from legation.store.duck import connect
from legation.store.lake import Lake
from legation.store.manifests import LakeFile, Manifest

FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def write(staged: Path, day: date, content: str, kind: str = "posts", name: str = "a") -> None:
    folder = staged / kind / f"day={day}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.parquet").write_text(content)


def test_a_batch_shows_only_after_its_commit(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "rows")
    assert lake.files("posts") == []
    lake.commit("b1")
    assert [path.read_text() for path in lake.files("posts")] == ["rows"]


def test_a_file_stands_under_its_kind_and_day(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "rows")
    lake.commit("b1")
    assert (lake.folder / "posts" / "day=2026-01-01" / "b1.parquet").read_text() == "rows"


def test_several_files_of_one_day_are_all_kept(lake: Lake) -> None:
    staged = lake.stage("b1")
    write(staged, FIRST, "one", name="data_0")
    write(staged, FIRST, "two", name="data_1")
    lake.commit("b1")
    assert sorted(path.read_text() for path in lake.files("posts")) == ["one", "two"]


def test_files_are_chosen_by_kind_and_day(lake: Lake) -> None:
    staged = lake.stage("b1")
    write(staged, FIRST, "first")
    write(staged, SECOND, "second")
    write(staged, FIRST, "tie", kind="ties")
    lake.commit("b1")
    assert [path.read_text() for path in lake.files("posts", [SECOND])] == ["second"]
    assert lake.days("posts") == [FIRST, SECOND]
    assert lake.days("ties") == [FIRST]


def test_a_committed_batch_is_not_taken_twice(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "rows")
    lake.commit("b1")
    with pytest.raises(ConflictError):
        lake.stage("b1")


def test_an_empty_batch_is_remembered_too(lake: Lake) -> None:
    lake.stage("b1")
    lake.commit("b1")
    assert lake.has("b1")


def test_staging_again_starts_afresh(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "half")
    write(lake.stage("b1"), SECOND, "whole")
    lake.commit("b1")
    assert [path.read_text() for path in lake.files("posts")] == ["whole"]


def test_a_discarded_batch_leaves_nothing(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "rows")
    lake.discard("b1")
    assert not lake.has("b1")
    assert [path for path in lake.folder.rglob("*") if path.is_file()] == []


def test_a_batch_that_was_not_staged_cannot_be_committed(lake: Lake) -> None:
    with pytest.raises(NotFoundError):
        lake.commit("b1")


@pytest.mark.parametrize("name", ["", "../b", "a/b", "a.b", ".hidden", "x" * 200])
def test_a_name_that_is_no_plain_word_is_refused(lake: Lake, name: str) -> None:
    with pytest.raises(BadInputError):
        lake.stage(name)


@pytest.mark.parametrize(
    "place",
    [
        "posts/a.parquet",
        "posts/day=2026-13-01/a.parquet",
        "posts/day=__HIVE_DEFAULT_PARTITION__/a.parquet",
        "posts/day=2026-01-01/a.csv",
        "posts/day=2026-01-01/deep/a.parquet",
        "Posts/day=2026-01-01/a.parquet",
    ],
)
def test_a_file_in_the_wrong_place_stops_the_commit(lake: Lake, place: str) -> None:
    file = lake.stage("b1") / place
    file.parent.mkdir(parents=True)
    file.write_text("rows")
    with pytest.raises(BadInputError, match="day=YYYY"):
        lake.commit("b1")
    assert not lake.has("b1")


def test_a_batch_that_replaces_another_takes_its_place_in_one_step(lake: Lake) -> None:
    write(lake.stage("state-1"), FIRST, "old", kind="pairs")
    lake.commit("state-1")
    old = lake.files("pairs")[0]
    write(lake.stage("state-2"), FIRST, "new", kind="pairs")
    lake.commit("state-2", replaces=["state-1"])
    assert [path.read_text() for path in lake.files("pairs")] == ["new"]
    assert old.exists(), "a reader of the old state can finish"
    lake.recover()
    assert not old.exists()
    assert [path.read_text() for path in lake.files("pairs")] == ["new"]


def test_a_replaced_batch_does_not_come_back(lake: Lake) -> None:
    for number in range(1, 6):
        write(lake.stage(f"s{number}"), FIRST, str(number), kind="pairs")
        lake.commit(f"s{number}", replaces=[f"s{number - 1}"] if number > 1 else [])
    lake.recover()
    assert [batch.batch for batch in lake.batches()] == ["s5"]
    assert len(list((lake.folder / ".manifests").iterdir())) == 1


def test_another_run_cannot_stage_a_batch_in_work(lake: Lake) -> None:
    lake.stage("b1")
    with pytest.raises(BusyError):
        Lake(lake.folder).stage("b1")


def test_recovery_leaves_a_batch_in_work_alone(lake: Lake) -> None:
    staged = lake.stage("b1")
    write(staged, FIRST, "rows")
    assert Lake(lake.folder).recover() == []
    assert lake.recover() == []
    lake.commit("b1")
    assert len(lake.files("posts")) == 1


def killed_while_staging(lake: Lake) -> None:
    write(lake.folder / ".staging" / "dead", FIRST, "half")


def killed_while_moving(lake: Lake) -> None:
    killed_while_staging(lake)
    write(lake.folder, SECOND, "moved", name="dead")
    day = SECOND.isoformat()
    file = LakeFile(
        path=f"posts/day={day}/dead.parquet", kind="posts", day=SECOND, size=5, sha256=""
    )
    plan = msgspec.json.encode(Manifest(batch="dead", files=(file,)))
    (lake.folder / ".staging" / "dead" / "moving.json").write_bytes(plan)


def killed_while_writing_the_manifest(lake: Lake) -> None:
    killed_while_moving(lake)
    (lake.folder / ".manifests" / ".dead.json.part").write_text('{"batch":"de')


def killed_after_the_manifest(lake: Lake) -> None:
    write(lake.stage("other"), SECOND, "done")
    manifest = lake.commit("other")
    assert manifest.files
    (lake.folder / ".staging" / "other").mkdir()


@pytest.mark.parametrize(
    "kill",
    [
        killed_while_staging,
        killed_while_moving,
        killed_while_writing_the_manifest,
        killed_after_the_manifest,
    ],
)
def test_recovery_restores_what_was_acknowledged_and_no_more(
    lake: Lake, kill: Callable[[Lake], None]
) -> None:
    write(lake.stage("good"), FIRST, "rows")
    lake.commit("good")
    kill(lake)
    before = lake.files("posts")
    lake.recover()
    assert lake.files("posts") == before
    on_disk = {path for path in lake.folder.rglob("*.parquet") if path.is_file()}
    assert on_disk == set(before)
    lake.verify()


def test_a_batch_can_be_run_again_after_a_kill(lake: Lake) -> None:
    killed_while_moving(lake)
    write(lake.stage("dead"), FIRST, "whole")
    lake.commit("dead")
    lake.recover()
    assert [path.read_text() for path in lake.files("posts")] == ["whole"]


def test_a_commit_that_fails_halfway_cannot_be_taken_for_a_whole_one(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "rows")
    block = lake.folder / ".manifests" / "b1.json"
    block.mkdir()
    with pytest.raises(OSError, match=r"b1\.json"):
        lake.commit("b1")
    block.rmdir()
    with pytest.raises(NotFoundError):
        lake.commit("b1")
    write(lake.stage("b1"), FIRST, "rows")
    lake.commit("b1")
    assert [path.read_text() for path in lake.files("posts")] == ["rows"]


def test_a_file_whose_manifest_was_lost_is_left_and_told(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "rows")
    lake.commit("b1")
    (file,) = lake.files("posts")
    assert lake.strangers() == []
    (lake.folder / ".manifests" / "b1.json").unlink()
    lake.recover()
    assert file.read_text() == "rows"
    assert lake.strangers() == [file]


@pytest.mark.parametrize(
    "path", ["../../victim.txt", "/etc/passwd", "posts/day=2026-03-01/../x.parquet", "posts/x"]
)
def test_neither_manifest_nor_plan_leads_outside_of_the_lake(
    lake: Lake, tmp_path: Path, path: str
) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("kept", "utf-8")
    file = LakeFile(path=path, kind="posts", day=FIRST, size=4, sha256="")
    said = msgspec.json.encode(Manifest(batch="dead", files=(file,)))
    (lake.folder / ".manifests" / "dead.json").write_bytes(said)
    for ask in (lake.batches, lake.verify, lake.recover, lambda: lake.files("posts")):
        with pytest.raises(VerificationError, match=r"dead\.json of the lake names a file"):
            ask()
    (lake.folder / ".manifests" / "dead.json").rename(lake.folder / "kept.json")
    (lake.folder / ".staging" / "dead").mkdir()
    (lake.folder / ".staging" / "dead" / "moving.json").write_bytes(said)
    with pytest.raises(VerificationError, match=r"dead/moving\.json of the lake names a file"):
        lake.recover()
    assert victim.read_text("utf-8") == "kept"


def test_a_changed_or_lost_file_is_found(lake: Lake) -> None:
    write(lake.stage("b1"), FIRST, "rows")
    lake.commit("b1")
    lake.verify()
    file = lake.files("posts")[0]
    shutil.copy(file, file.with_suffix(".kept"))
    file.write_text("forged")
    with pytest.raises(VerificationError, match=r"b1\.parquet"):
        lake.verify()
    file.unlink()
    with pytest.raises(VerificationError):
        lake.verify()


def test_the_fingerprint_tells_one_input_from_another(lake: Lake) -> None:
    empty = lake.fingerprint("posts")
    write(lake.stage("b1"), FIRST, "rows")
    lake.commit("b1")
    one = lake.fingerprint("posts")
    assert len({empty, one}) == 2
    assert lake.fingerprint("posts") == one
    assert lake.fingerprint("posts", [SECOND]) == empty


def test_duckdb_writes_into_the_lake_and_reads_from_it(lake: Lake, tmp_path: Path) -> None:
    duck = connect("200MB", 1, tmp_path / "spill", folders=[tmp_path])
    staged = lake.stage("b1")
    duck.execute(
        "COPY (SELECT i AS post, DATE '2026-01-01' + (i % 3)::INT AS day FROM range(300) t(i)) "
        f"TO '{staged / 'posts'}' (FORMAT parquet, PARTITION_BY (day))"
    )
    lake.commit("b1")
    paths = [str(path) for path in lake.files("posts")]
    found = duck.execute("SELECT count(*), count(DISTINCT day) FROM read_parquet(?)", [paths])
    assert found.fetchone() == (300, 3)
    duck.close()
