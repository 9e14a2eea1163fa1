"""Jobs are done one after the other, end when asked, and go on wherever they were cut off."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from legation.app.home import Home
from legation.app.jobs import InlineJobs, Runner, StoredJobs, Task, lock_of, place_of
from legation.app.uploads import MOST, MOST_OF_ONE, STAY, Uploads
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED
from legation.errors import BusyError, NotFoundError, UsageError
from legation.settings import Settings
from legation.store.durable import try_lock, unlock
from legation.store.jobs import Job
from legation.store.opening import Store
from worlds.homes import make_home
from worlds.shell import legation


def now() -> datetime:
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(Settings(home=tmp_path / "home"), now)
    make_home(made)
    return made


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with home.store() as opened:
        yield opened


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def counting(task: Task) -> tuple[str, dict[str, Any]]:
    for percent in range(0, 100, 25):
        task.tell(percent, f"counts {percent}")
    return "counted", {"to": task.job.given["to"]}


def test_an_inline_job_is_done_when_asked_for_with_its_log_and_result(
    home: Home, store: Store
) -> None:
    jobs = InlineJobs(Runner(home, UNPROTECTED, {"count": counting}), store)
    job = jobs.submit("count", "Count", {"to": 4}, actor="ann")
    assert (job.state, job.percent, job.words, job.result) == ("done", 100, "counted", {"to": 4})
    said = [line.words for line in jobs.log(job.job_id)]
    assert said == [
        "asked for",
        *(f"counts {percent}" for percent in (0, 25, 50, 75)),
        "done: counted",
    ]


def test_what_goes_wrong_is_told_by_the_job_and_the_next_one_is_done(
    home: Home, store: Store
) -> None:
    def refuse(_: Task) -> tuple[str, dict[str, Any]]:
        raise UsageError("this is wrong", hint="do it right")

    def break_(_: Task) -> tuple[str, dict[str, Any]]:
        raise ZeroDivisionError("of somebody's secret")

    given = {"count": counting, "refuse": refuse, "break": break_}
    jobs = InlineJobs(Runner(home, UNPROTECTED, given), store)
    ended = [
        jobs.submit(kind, kind, {"to": 1}, actor="ann") for kind in ("refuse", "break", "other")
    ]
    assert [job.state for job in ended] == ["failed"] * 3
    assert (ended[0].words, ended[0].hint) == ("this is wrong", "do it right")
    assert "ZeroDivisionError" in ended[1].words
    assert "secret" not in ended[1].words
    assert "'other'" in ended[2].words
    assert jobs.submit("count", "Count", {"to": 1}, actor="ann").state == "done"


class Slow:
    """Work that goes on until it is told otherwise."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, task: Task) -> tuple[str, dict[str, Any]]:
        self.begun.set()
        while not self.go.wait(0.02):
            task.tell(10, "works")
        return "finished", {}


def test_a_running_job_ends_where_it_halts_when_it_is_cancelled(home: Home, store: Store) -> None:
    slow, jobs = Slow(), StoredJobs(home, store)
    with Runner(home, UNPROTECTED, {"slow": slow}):
        job = jobs.submit("slow", "Slow", {}, actor="ann")
        assert slow.begun.wait(30)
        jobs.cancel(job.job_id, actor="ben")
        until(lambda: not jobs.get(job.job_id).is_open)
        assert jobs.get(job.job_id).state == "cancelled"
    (noted,) = store.audit.entries(verb="job.cancel")
    assert (noted.event.actor, noted.event.subject) == ("ben", job.job_id)
    assert noted.event.detail == {"kind": "slow", "asked_by": "ann"}


def test_a_job_halts_with_the_desk_and_goes_on_with_the_next_without_counting_as_killed(
    home: Home, store: Store
) -> None:
    slow, jobs = Slow(), StoredJobs(home, store)
    for _ in range(4):
        slow.begun.clear()
        with Runner(home, UNPROTECTED, {"slow": slow}):
            if not jobs.find():
                jobs.submit("slow", "Slow", {}, actor="ann")
            assert slow.begun.wait(30)
        (job,) = jobs.find()
        assert (job.state, job.attempts) == ("waiting", 0)
    slow.go.set()
    with Runner(home, UNPROTECTED, {"slow": slow}):
        until(lambda: jobs.find()[0].state == "done")


def test_a_job_that_meets_another_import_waits_for_it(home: Home, store: Store) -> None:
    tries: list[int] = []

    def busy(task: Task) -> tuple[str, dict[str, Any]]:
        tries.append(task.job.attempts)
        if len(tries) < 2:
            raise BusyError("another import is running", hint="wait")
        return "done at last", {}

    jobs = StoredJobs(home, store)
    with Runner(home, UNPROTECTED, {"busy": busy}):
        job = jobs.submit("busy", "Busy", {}, actor="ann")
        until(lambda: jobs.get(job.job_id).state == "done")
    assert tries == [1, 1]
    assert "waits: another import is running" in [one.words for one in jobs.log(job.job_id)]


def test_a_fault_beside_the_work_does_not_end_all_later_jobs(home: Home, store: Store) -> None:
    faults: list[str] = []

    def now_and_then() -> datetime:
        if threading.current_thread().name == "jobs" and not faults:
            faults.append("once")
            raise ZeroDivisionError
        return now()

    home.now = now_and_then
    jobs = StoredJobs(home, store)
    with Runner(home, UNPROTECTED, {"count": counting}):
        job = jobs.submit("count", "Count", {"to": 1}, actor="ann")
        until(lambda: jobs.get(job.job_id).state == "done")
    assert faults == ["once"]


def test_one_runner_at_a_time_does_the_jobs_of_a_home(home: Home, store: Store) -> None:
    jobs = StoredJobs(home, store)
    held = try_lock(lock_of(home))
    assert held is not None
    with Runner(home, UNPROTECTED, {"count": counting}):
        job = jobs.submit("count", "Count", {"to": 1}, actor="ann")
        time.sleep(0.5)
        assert jobs.get(job.job_id).state == "waiting"
        unlock(held, lock_of(home))
        until(lambda: jobs.get(job.job_id).state == "done")


def test_jobs_of_a_shared_database_are_done_where_their_files_are(tmp_path: Path) -> None:
    own = Home(Settings(home=tmp_path / "a"), now)
    shared = [
        Home(Settings(home=tmp_path / name, database="postgresql://x"), now) for name in ("a", "b")
    ]
    assert place_of(own) == ""
    assert place_of(shared[0]) != place_of(shared[1])


def waiting_import(home: Home, store: Store, name: str) -> Job:
    with Uploads(home).receive(name) as file:
        file.write(b"post_id,account_id,created_at\np1,ann,2026-03-02T10:00:00Z\n")
        upload = file.finish()
    given = {"upload": upload.upload_id, "mapping": "legation", "remove": True}
    return store.jobs.add("import", "Import", given, actor="ann", place="")


def test_what_was_sent_leaves_with_its_job_and_what_nobody_needs_is_swept(
    home: Home, store: Store
) -> None:
    uploads = home.folder / "scratch" / "uploads"
    kept = waiting_import(home, store, "kept.csv")
    gone = waiting_import(home, store, "gone.csv")
    store.jobs.cancel(gone.job_id)
    (uploads / ("0" * 16)).mkdir()
    (uploads / ("0" * 16) / "cut-off.csv").write_text("secret", "utf-8")
    with Uploads(home).receive("coming.csv") as coming:
        coming.write(b"post_id,account_id")
        with Runner(home, UNPROTECTED, {}):
            until(lambda: store.jobs.get(kept.job_id).state == "failed")  # nobody can do it here
            until(lambda: len(list(uploads.glob("*/*"))) == 1)
        assert [path.name for path in uploads.glob("*/*")] == ["coming.csv"]
    assert list(uploads.iterdir()) == []


def test_an_upload_that_a_job_waits_for_is_not_swept_however_old(home: Home, store: Store) -> None:
    job = waiting_import(home, store, "posts.csv")
    home.now = lambda: datetime(2026, 5, 1, tzinfo=UTC)
    Uploads(home).sweep({str(job.given["upload"])})
    Runner(home, UNPROTECTED, works()).drain(store)
    assert store.jobs.get(job.job_id).state == "done"
    abandoned = waiting_import(home, store, "posts.csv")
    home.now = lambda: datetime(2026, 6, 1, tzinfo=UTC)
    Uploads(home).sweep(set())
    assert not (home.folder / "scratch" / "uploads" / str(abandoned.given["upload"])).exists()


def test_the_command_line_lists_shows_and_cancels(home: Home, store: Store) -> None:
    at = ("--home", home.folder)
    assert "No job" in legation("job", "list", *at).err
    assert "Nothing came in" in legation("import", "list", *at).err
    job = store.jobs.add("watch", "Look for campaigns", {}, actor="ann", place="")
    assert job.job_id in legation("job", "list", *at).out
    assert '"state": "waiting"' in legation("job", "list", "--json", *at).out
    assert "asked for" in legation("job", "show", job.job_id, *at).out
    assert '"log"' in legation("job", "show", job.job_id, "--json", *at).out
    assert legation("job", "cancel", job.job_id, *at).out.strip().endswith("cancelled")
    assert legation("job", "cancel", job.job_id, *at).code == 5
    assert legation("job", "show", "none", *at).code == 3
    assert legation("job", "list", "--limit", "0", *at).code == 2


def test_the_command_line_takes_an_import_back_when_it_is_told_to(
    home: Home, tmp_path: Path
) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("post_id,account_id,created_at\np1,ann,2026-03-02T10:00:00Z\n", "utf-8")
    at = ("--home", home.folder)
    legation("import", "posts", file, *at)
    number = legation("import", "list", *at).out.splitlines()[1].split()[0]
    assert "posts.csv" in legation("import", "undo", number, *at).out
    assert " done " in legation("import", "list", *at).out
    assert "left the lake" in legation("import", "undo", number, "--yes", *at).out
    assert '"state": "undone"' in legation("import", "list", "--json", *at).out
    assert legation("import", "undo", number, "--yes", *at).code == 5
    assert legation("import", "undo", "zz", "--yes", *at).code == 3
    assert legation("doctor", *at).code == 0


def sent(uploads: Uploads, by: str) -> str:
    with uploads.receive("posts.csv", by) as file:
        file.write(b"post_id,account_id,created_at\np1,ann,2026-03-02T10:00:00Z\n")
        return file.finish().upload_id


def test_few_files_of_one_person_wait_and_not_too_many_in_all(home: Home) -> None:
    uploads = Uploads(home)
    mine = [sent(uploads, "ann") for _ in range(MOST_OF_ONE)]
    with pytest.raises(BusyError, match="5 of your files wait") as refused:
        sent(uploads, "ann")
    assert "24 hours" in refused.value.hint
    assert {one.upload_id for one in uploads.waiting("ann")} == set(mine)
    uploads.remove(mine[0])
    sent(uploads, "ann")
    for number in range(MOST - MOST_OF_ONE):
        sent(uploads, f"person {number // 3}")
    with pytest.raises(BusyError, match="40 files wait"):
        sent(uploads, "zoe")
    # After a day they count no more, and are swept.
    began = home.now()
    home.now = lambda: began + STAY + timedelta(minutes=1)
    assert uploads.waiting("ann") == []
    last = sent(uploads, "ann")
    uploads.sweep(set())
    kept = (home.folder / "scratch" / "uploads").glob("*")
    assert [path.name for path in kept if path.is_dir()] == [last]


def test_a_file_that_waits_is_there_for_whom_it_came_from_alone(home: Home) -> None:
    uploads = Uploads(home)
    mine = sent(uploads, "ann")
    assert uploads.get(mine, "ann").by == uploads.get(mine).by == "ann"
    with pytest.raises(NotFoundError, match="not here any more"):
        uploads.get(mine, "ben")
