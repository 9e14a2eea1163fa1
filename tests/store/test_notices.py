"""A notice is told once, read by each person alone, and absent for who may not know its object."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from legation.rights.clearance import Clearance
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp, marking_ref
from legation.store.duty_tables import notice_audience, notice_reads, notices, wake_calls
from legation.store.notices import Addressee, KnownNotices
from legation.store.opening import Store

from .conftest import START, Clock
from .objects_made import CAMPAIGN, GREEN, RED, account, campaign, cleared, labelled_by, numbered

TALKS = labelled_by(compartments=["talks"])


def reader(person: str = "ann", *roles: str, **held: Any) -> Addressee:
    return Addressee(person_id=person, roles=roles or ("analyst",), cleared=cleared(**held))


def kinds(known: KnownNotices, **asked: Any) -> list[str]:
    return [one.kind for one in known.find(**asked)]


def test_a_notice_is_for_a_person_or_a_role_and_for_nobody_else(store: Store) -> None:
    store.notices.add("job.done", to=("ann",), key="1", subject="j1")
    store.notices.add("import.undone", to=("analyst", "security officer"), key="2")
    assert kinds(store.notices.as_read_by(reader())) == ["import.undone", "job.done"]
    assert kinds(store.notices.as_read_by(reader("ben"))) == ["import.undone"]
    assert kinds(store.notices.as_read_by(reader("cid", "press"))) == []
    both = reader("ann", "analyst", "security officer")
    assert store.notices.as_read_by(both).count() == 2


def test_the_same_event_is_told_once(store: Store) -> None:
    assert store.notices.add("job.done", to=("ann",), key="1")
    assert not store.notices.add("job.done", to=("ann", "ben"), key="1")
    assert store.notices.as_read_by(reader()).count() == 1
    assert store.notices.as_read_by(reader("ben")).count() == 0


def test_reading_marks_it_for_the_reader_alone(store: Store) -> None:
    for number in range(3):
        store.notices.add("import.undone", to=("analyst",), key=str(number))
    mine, others = (store.notices.as_read_by(reader(who)) for who in ("ann", "ben"))
    mine.mark([2])
    assert [one.seq for one in mine.find(unread=True)] == [3, 1]
    assert (mine.count(unread=True), others.count(unread=True)) == (2, 3)
    mine.mark([2, 2, 3])
    mine.mark()
    assert (mine.count(unread=True), mine.count()) == (0, 3)
    mine.mark([1], read=False)
    assert [one.seq for one in mine.find(unread=True)] == [1]
    assert others.count(unread=True) == 3


def test_what_is_not_for_somebody_they_cannot_mark(store: Store) -> None:
    store.notices.add("job.done", to=("ann",), key="1")
    store.notices.as_read_by(reader("ben")).mark([1])
    store.notices.as_read_by(reader("ben")).mark()
    assert store.notices.as_read_by(reader()).count(unread=True) == 1


def test_notices_come_in_pages_the_newest_first(store: Store, clock: Clock) -> None:
    for number in range(5):
        store.notices.add(
            "job.done" if number % 2 else "import.undone", to=("ann",), key=f"{number}"
        )
        clock.pass_time(minutes=1)
    known = store.notices.as_read_by(reader())
    assert [one.seq for one in known.find(limit=2)] == [5, 4]
    assert [one.seq for one in known.find(limit=2, before=4)] == [3, 2]
    assert [one.seq for one in known.find(kind="job.done")] == [4, 2]
    assert known.kinds() == ["import.undone", "job.done"]
    assert (known.count(most=3), known.find()[-1].at) == (3, START)


def test_a_notice_of_what_somebody_may_not_know_does_not_exist_for_them(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN], **TALKS))
    store.notices.add("campaign.new", to=("analyst",), key="1", object_id=CAMPAIGN)
    store.notices.add("campaign.new", to=("analyst",), key="2", object_id="campaign--unknown")
    outside = store.notices.as_read_by(reader())
    assert (kinds(outside), outside.count(), outside.kinds()) == ([], 0, [])
    outside.mark()
    inside = store.notices.as_read_by(reader(compartments=frozenset({"talks"})))
    assert (kinds(inside), inside.count(unread=True)) == (["campaign.new"], 1)


def test_a_label_that_closes_an_object_closes_what_was_told_of_it(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    store.notices.add("campaign.new", to=("analyst",), key="1", object_id=CAMPAIGN)
    known = store.notices.as_read_by(reader(tlp=Tlp.AMBER))
    assert known.count() == 1
    store.objects.put(campaign("2026-02-02T00:00:00.000Z", object_marking_refs=[RED]))
    assert known.count() == 0


LABELS = st.builds(
    lambda tlp, compartments: {
        "object_marking_refs": [marking_ref(tlp)],
        **labelled_by(compartments=sorted(compartments)),
    },
    st.sampled_from(Tlp),
    st.sets(st.sampled_from(["talks", "trade"])),
)
HELD = st.builds(
    lambda tlp, compartments: Clearance(
        tlp=tlp, pap=Pap.RED, levels=frozenset(), compartments=frozenset(compartments), party=""
    ),
    st.sampled_from(Tlp),
    st.sets(st.sampled_from(["talks", "trade"])),
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(labels=st.lists(LABELS, min_size=1, max_size=4), held=HELD)
def test_somebody_sees_exactly_the_notices_and_calls_of_what_they_may_know(
    store: Store, labels: list[dict[str, Any]], held: Clearance
) -> None:
    base = store.objects.counts().get("campaign", 0)
    with store._database.write() as connection:
        for table in (notice_reads, notice_audience, notices, wake_calls):
            connection.execute(delete(table))
    ids = [numbered(base + number) for number in range(len(labels))]
    for object_id, label in zip(ids, labels, strict=True):
        store.objects.put(campaign(object_id=object_id, **label))
        store.notices.add("campaign.new", to=("analyst",), key=object_id, object_id=object_id)
        store.calls.raise_call("campaign.new", key=object_id, object_id=object_id)
        entry = store.shift_log.add(
            "open", "a matter", person_id="ann", tlp=0, object_ids=[object_id]
        )
    may = set(store.objects.as_read_by(held).get_many(ids))
    known = store.notices.as_read_by(Addressee(person_id="x", roles=("analyst",), cleared=held))
    assert {one.object_id for one in known.find()} == may
    assert known.count() == known.count(unread=True) == len(may)
    assert bool(known.kinds()) == bool(may)
    assert {one.object_id for one in store.calls.find(reader=held)} == may
    assert store.calls.count("open", reader=held) == len(may)
    entries = store.shift_log.as_read_by(held).find(limit=len(labels))
    told = {each for one in entries if one.seq > entry.seq - len(ids) for each in one.object_ids}
    assert told == may


def test_the_end_of_a_job_is_told_to_who_asked_for_it_once(store: Store) -> None:
    for state in ("done", "failed"):
        job = store.jobs.add("watch", "Look", {}, actor="ann", place="")
        store.jobs.take("")
        store.jobs.finish(job.job_id, state, "words")
        store.jobs.finish(job.job_id, "failed", "again")
    assert kinds(store.notices.as_read_by(reader())) == ["job.failed", "job.done"]
    assert kinds(store.notices.as_read_by(reader("ben"))) == []


def test_a_job_that_tells_of_what_somebody_may_not_know_is_not_told_to_have_ended(
    store: Store,
) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN], **TALKS))
    job = store.jobs.add("watch", "Look", {}, actor="ann", place="", about=[CAMPAIGN])
    store.jobs.finish(job.job_id, "done", "words")
    assert kinds(store.notices.as_read_by(reader())) == []
    inside = reader(compartments=frozenset({"talks"}))
    assert kinds(store.notices.as_read_by(inside)) == ["job.done"]


def test_a_notice_may_be_of_any_object(store: Store) -> None:
    store.objects.put(account(object_marking_refs=[GREEN]))
    found = next(iter(store.objects.find("user-account").items)).object_id
    store.notices.add("account.seen", to=("analyst",), key="1", object_id=found)
    assert store.notices.as_read_by(reader()).count() == 1


def test_what_is_done_is_read_by_those_for_whom_it_is(store: Store) -> None:
    store.notices.add("case.decision", to=("legal",), but="dan", key="1", subject="2026-0001")
    known = {
        who: store.notices.as_read_by(reader(who, "legal")) for who in ("ann", "ben", "cid", "dan")
    }
    # Who wrote it is not told of it, whatever their roles.
    assert [one.count() for one in known.values()] == [1, 1, 1, 0]
    known["ann"].mark()
    store.notices.settle("1", ["ben", "ann"])
    assert [one.count(unread=True) for one in known.values()] == [0, 0, 1, 0]
    store.notices.settle("1", known)
    store.notices.settle("there is none", known)
    assert [one.count(unread=True) for one in known.values()] == [0, 0, 0, 0]
    assert kinds(known["ann"], kind=("case.decision", "case.attribution")) == ["case.decision"]
