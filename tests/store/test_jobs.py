"""Jobs are kept until they end, are taken once, and are told of truthfully; on every engine."""

from collections.abc import Callable

import pytest

from legation.errors import ConflictError, NotFoundError
from legation.store.jobs import Job
from legation.store.opening import Store

from .conftest import START, Clock

HERE = "machine:/home"


def asked(store: Store, title: str = "Import posts", *, place: str = HERE) -> Job:
    return store.jobs.add("import", title, {"file": "a.csv"}, actor="ann", place=place)


def test_what_is_asked_for_waits_with_who_asked_and_when(store: Store) -> None:
    job = store.jobs.get(asked(store).job_id)
    assert (job.state, job.actor, job.created, job.given) == (
        "waiting",
        "ann",
        START,
        {"file": "a.csv"},
    )
    assert [line.words for line in store.jobs.log(job.job_id)] == ["asked for"]


def test_a_job_is_taken_once_the_oldest_first_and_only_at_its_place(
    open_here: Callable[[], Store],
) -> None:
    store, other = open_here(), open_here()
    first, second = asked(store), asked(store)
    asked(store, place="elsewhere")
    taken = [store.jobs.take(HERE), other.jobs.take(HERE), other.jobs.take(HERE)]
    assert [job.job_id if job else None for job in taken] == [first.job_id, second.job_id, None]
    assert taken[0] is not None
    assert (taken[0].state, taken[0].attempts) == ("running", 1)


def test_progress_is_told_and_so_is_that_somebody_wants_it_ended(store: Store) -> None:
    job = asked(store)
    store.jobs.take(HERE)
    assert store.jobs.report(job.job_id, 40, "reads") is False
    assert (store.jobs.get(job.job_id).percent, store.jobs.get(job.job_id).words) == (40, "reads")
    assert store.jobs.cancel(job.job_id).state == "running"
    assert store.jobs.report(job.job_id, 50, "reads on") is True
    assert store.jobs.finish(job.job_id, "cancelled", "cancelled").state == "cancelled"
    assert "asked to end" in [line.words for line in store.jobs.log(job.job_id)]


def test_a_waiting_job_that_is_cancelled_is_never_taken(store: Store) -> None:
    job = asked(store)
    assert store.jobs.cancel(job.job_id).state == "cancelled"
    assert store.jobs.take(HERE) is None


def test_an_ended_job_stays_as_it_is(store: Store, clock: Clock) -> None:
    job = asked(store)
    store.jobs.take(HERE)
    done = store.jobs.finish(job.job_id, "done", "all in", result={"rows": 3})
    clock.pass_time(hours=1)
    assert store.jobs.finish(job.job_id, "failed", "no") == done
    assert (done.percent, done.result, done.ended) == (100, {"rows": 3}, START)
    with pytest.raises(ConflictError):
        store.jobs.cancel(job.job_id)


def test_a_job_whose_program_was_killed_goes_on_unless_it_kills_each_time(store: Store) -> None:
    job = asked(store)
    for attempt in (1, 2):
        taken = store.jobs.take(HERE)
        assert taken is not None
        assert taken.attempts == attempt
        assert store.jobs.requeue("elsewhere", most=3) == []
        assert len(store.jobs.requeue(HERE, most=3)) == 1
    store.jobs.take(HERE)
    store.jobs.requeue(HERE, most=3)
    ended = store.jobs.get(job.job_id)
    assert (ended.state, ended.hint != "") == ("failed", True)


def test_a_killed_job_that_was_being_cancelled_does_not_go_on(store: Store) -> None:
    job = asked(store)
    store.jobs.take(HERE)
    store.jobs.cancel(job.job_id)
    store.jobs.requeue(HERE, most=3)
    assert store.jobs.get(job.job_id).state == "cancelled"


def test_jobs_are_listed_newest_first_in_pages(store: Store) -> None:
    made = [asked(store, f"number {n}") for n in range(5)]
    page = store.jobs.find(limit=2)
    assert [job.title for job in page] == ["number 4", "number 3"]
    assert [job.seq for job in store.jobs.find(before=page[-1].seq)] == [3, 2, 1]
    other = store.jobs.add("watch", "Look", {}, actor="ben", place=HERE)
    assert [job.job_id for job in store.jobs.find(actor="ben")] == [other.job_id]
    assert len(store.jobs.find(actor="ann", before=other.seq, limit=3)) == 3
    store.jobs.cancel(other.job_id)
    store.jobs.cancel(made[0].job_id)
    assert len(store.jobs.find(states=("waiting",), place=HERE)) == 4


def test_a_job_that_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.jobs.get("none")
