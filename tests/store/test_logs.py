"""The logs of imports and runs know the same file, and the same run, again."""

from pathlib import PurePath

import pytest

from legation.errors import ConflictError, NotFoundError, UsageError
from legation.store.audit import Event
from legation.store.opening import Store

from .conftest import START, Clock

FILE, HASH = PurePath("/home/somebody/secret-project/posts.csv"), "ab" * 32


def test_only_the_name_of_a_file_is_kept(store: Store) -> None:
    begun = store.imports.begin("posts", FILE, HASH)
    assert (begun.name, begun.state, begun.started) == ("posts.csv", "started", START)


def test_a_file_taken_in_is_known_again(store: Store, clock: Clock) -> None:
    begun = store.imports.begin("posts", FILE, HASH)
    ended = clock.pass_time(minutes=2)
    done = store.imports.finish(begun.import_id, good=10, rejected=1)
    assert (done.state, done.good, done.rejected, done.ended) == ("done", 10, 1, ended)
    assert store.imports.begin("posts", PurePath("copy.csv"), HASH) == done
    assert store.imports.finish(begun.import_id, good=0, rejected=0) == done


def test_an_import_that_was_broken_off_starts_again(store: Store, clock: Clock) -> None:
    begun = store.imports.begin("posts", FILE, HASH)
    store.imports.finish(begun.import_id, good=3, rejected=0, state="failed")
    later = clock.pass_time(hours=1)
    again = store.imports.begin("posts", FILE, HASH)
    assert (again.import_id, again.state, again.started, again.good) == (
        begun.import_id,
        "started",
        later,
        0,
    )


def test_rejected_rows_are_counted_over_finished_imports_of_a_kind(store: Store) -> None:
    assert store.imports.rejected("posts") == 0
    for kind, sha256 in (("posts", "1" * 64), ("posts", "2" * 64), ("mail", "3" * 64)):
        begun = store.imports.begin(kind, FILE, sha256)
        store.imports.finish(begun.import_id, good=1, rejected=7)
    broken = store.imports.begin("posts", FILE, "4" * 64)
    store.imports.finish(broken.import_id, good=1, rejected=7, state="failed")
    assert store.imports.rejected("posts") == 14


def test_the_same_file_read_another_way_is_another_import(store: Store) -> None:
    store.imports.begin("posts", FILE, HASH, rule="preset a")
    store.imports.begin("posts", FILE, HASH, rule="preset b")
    store.imports.begin("mail", FILE, HASH)
    assert len(store.imports.find(sha256=HASH)) == 3
    assert [found.rule for found in store.imports.find(kind="posts", limit=1)] == ["preset a"]
    assert [found.seq for found in store.imports.find(after=2)] == [3]


def test_a_file_with_an_odd_name_is_kept(store: Store) -> None:
    assert store.imports.begin("posts", PurePath("a\0\udcff.csv"), HASH).name == "a\ufffd?.csv"


def test_an_unknown_import_cannot_end(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.imports.finish("nothing", good=1, rejected=0)


RULE = {"window_s": 60, "layers": ["repost", "link"], "fdr": 0.01}


def test_a_run_comes_back_with_its_rule(store: Store) -> None:
    store.runs.record("r-1", detector="coordination", input_sha256=HASH, rule=RULE, facts={"n": 1})
    found = store.runs.get("r-1")
    assert (found.rule, found.facts, found.created) == (RULE, {"n": 1}, START)


def test_a_run_recorded_twice_is_one(store: Store, clock: Clock) -> None:
    first = store.runs.record("r-1", detector="coordination", input_sha256=HASH, rule=RULE)
    clock.pass_time(hours=1)
    turned = dict(reversed(RULE.items()))
    assert (
        store.runs.record("r-1", detector="coordination", input_sha256=HASH, rule=turned) == first
    )


def test_one_id_cannot_stand_for_two_runs(store: Store) -> None:
    store.runs.record("r-1", detector="coordination", input_sha256=HASH, rule=RULE)
    with pytest.raises(ConflictError):
        store.runs.record("r-1", detector="coordination", input_sha256=HASH, rule={"window_s": 9})


def test_the_newest_run_comes_first(store: Store) -> None:
    for number in range(3):
        store.runs.record(f"r-{number}", detector="coordination", input_sha256=HASH, rule=RULE)
    store.runs.record("r-9", detector="narratives", input_sha256=HASH, rule=RULE)
    assert [run.run_id for run in store.runs.newest("coordination", limit=2)] == ["r-2", "r-1"]
    assert [run.run_id for run in store.runs.newest()] == ["r-9"]
    with pytest.raises(NotFoundError):
        store.runs.get("r-5")


def test_an_undone_import_is_named_by_its_start_and_begins_again(store: Store) -> None:
    first = store.imports.begin("posts", PurePath("one.csv"), "aa" * 32)
    store.imports.finish(first.import_id, good=3, rejected=1)
    assert store.imports.begun_with(first.import_id[:10]).import_id == first.import_id
    assert store.imports.undo(first.import_id).state == "undone"
    assert store.imports.done("posts") == set()
    assert store.imports.rejected("posts") == 0
    again = store.imports.begin("posts", PurePath("one.csv"), "aa" * 32)
    assert (again.state, again.good, again.seq) == ("started", 0, first.seq)
    for wrong in ("", "%", "_", "zz"):
        with pytest.raises(NotFoundError):
            store.imports.begun_with(wrong)
    for number in range(17):
        store.imports.begin("posts", PurePath("x.csv"), f"{number:064}")
    ids = [one.import_id[:1] for one in store.imports.newest("posts")]
    shared = next(letter for letter in ids if ids.count(letter) > 1)
    with pytest.raises(UsageError):
        store.imports.begun_with(shared)


def test_a_run_that_is_made_again_is_the_newest_and_says_the_same(
    store: Store, clock: Clock
) -> None:
    for name in ("r-1", "r-2"):
        store.runs.record(name, detector="d", input_sha256=name, rule={}, facts={"n": 1})
    clock.pass_time(hours=1)
    first = store.runs.get("r-1")
    again = store.runs.record("r-1", detector="d", input_sha256="r-1", rule={}, facts={"n": 1})
    assert [run.run_id for run in store.runs.newest("d", limit=2)] == ["r-1", "r-2"]
    assert again.fingerprint() == first.fingerprint()
    assert again.created > first.created
    assert (store.runs.has("r-1"), store.runs.has("r-9")) == (True, False)
    assert (
        store.runs.record("r-1", detector="d", input_sha256="r-1", rule={}, facts={"n": 1}) == again
    )


def test_the_newest_entry_of_a_verb_is_found(store: Store, clock: Clock) -> None:
    assert store.audit.last("import.undo") is None
    for subject in ("a", "b"):
        store.audit.append(Event(at=clock(), actor="ann", verb="import.undo", subject=subject))
    store.audit.append(Event(at=clock(), actor="ann", verb="other", subject="c"))
    last = store.audit.last("import.undo")
    assert last is not None
    assert last.event.subject == "b"
