"""A call stays until somebody takes it, once; what leaves for it is known before it leaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from legation.errors import ConflictError, DeniedError, NotFoundError, UsageError
from legation.stix.tlp import Tlp
from legation.store.calls import Call, Step
from legation.store.opening import Store

from .conftest import START, Clock
from .objects_made import CAMPAIGN, GREEN, campaign, cleared, labelled_by

HOUR = timedelta(hours=1)


def raised(store: Store, key: str = "1", object_id: str = "") -> Call:
    return store.calls.raise_call("campaign.new", key=key, object_id=object_id)[0]


def step(call: Call, number: int, draft_id: str = "") -> Step:
    return Step(
        ref=call.ref,
        number=number,
        round=1,
        person_id="ann",
        kind="mail",
        address="ann@aldria.example",
        draft_id=draft_id,
        words="",
        at=START,
    )


def test_the_same_event_calls_once(store: Store) -> None:
    first, new = store.calls.raise_call("campaign.new", key="1")
    again, newer = store.calls.raise_call("other", key="1")
    assert (new, newer, again) == (True, False, first)
    assert len({raised(store, str(number)).ref for number in range(2, 40)}) == 38


def test_a_reference_is_read_in_small_letters_too(store: Store) -> None:
    call = raised(store)
    assert store.calls.get(f" {call.ref.lower()} ") == call
    assert set(call.ref) <= set("ABCDEFGHJKMNPQRSTUVWXYZ23456789")
    with pytest.raises(NotFoundError):
        store.calls.get("NOTHING2")


def test_a_call_is_due_until_its_step_waits_for_an_answer(store: Store, clock: Clock) -> None:
    call = raised(store)
    assert store.calls.due() == [call]
    store.calls.step(step(call, 1), due=START + HOUR)
    assert store.calls.due() == []
    clock.pass_time(hours=1)
    assert [one.ref for one in store.calls.due()] == [call.ref]
    assert [one.number for one in store.calls.steps(call.ref)] == [1]


def test_who_takes_a_call_first_has_it(store: Store) -> None:
    call = raised(store)
    taken = store.calls.acknowledge(call.ref, "ann")
    assert (taken.state, taken.person_id, taken.ended) == ("acknowledged", "ann", START)
    assert store.calls.acknowledge(call.ref, "ann") == taken
    with pytest.raises(ConflictError):
        store.calls.acknowledge(call.ref, "ben")
    store.calls.round_over(call.ref, due=START)
    assert store.calls.get(call.ref) == taken
    assert store.calls.due() == []


def test_that_nobody_was_reached_stays_until_somebody_takes_it(store: Store, clock: Clock) -> None:
    call = raised(store)
    store.calls.round_over(call.ref, due=START + HOUR)
    lost = store.calls.get(call.ref)
    assert (lost.state, lost.round) == ("nobody", 2)
    assert store.calls.count("nobody") == 1
    clock.pass_time(hours=2)
    assert [one.ref for one in store.calls.due()] == [call.ref]
    assert store.calls.acknowledge(call.ref, "ann").state == "acknowledged"
    assert store.calls.count("nobody") == 0


def test_a_call_that_was_given_up_on_a_channel_goes_on_at_once(store: Store) -> None:
    call, other = raised(store), raised(store, "2")
    draft = store.sendings.put("mail", call.ref, b"{}", key="1").draft_id
    for one, of in ((call, draft), (other, "")):
        store.calls.step(step(one, 1, of), due=START + HOUR)
    store.calls.hurry(draft)
    assert [one.ref for one in store.calls.due()] == [call.ref]


def test_a_call_of_what_somebody_may_not_know_is_not_there_for_them(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN], **labelled_by(compartments=["talks"])))
    call = raised(store, object_id=CAMPAIGN)
    assert store.calls.find(reader=cleared()) == []
    assert store.calls.count("open", reader=cleared()) == 0
    with pytest.raises(NotFoundError):
        store.calls.get(call.ref, cleared())
    inside = cleared(compartments=frozenset({"talks"}))
    assert store.calls.get(call.ref, inside) == call


# What leaves


def test_a_sending_is_begun_by_one_and_on_disk_before_it_leaves(
    open_here: Callable[[], Store],
) -> None:
    store, other = open_here(), open_here()
    draft = store.sendings.put("mail", "REF", b"{}", key="1")
    assert store.sendings.put("mail", "REF", b"{}", key="1") == draft
    taken = store.sendings.take("me")
    assert taken is not None
    seen = other.sendings.get(draft.draft_id)
    assert (seen.state, seen.attempts, seen.holder, seen.doubled) == ("sending", 1, "me", False)
    assert store.sendings.take("me") is None
    store.sendings.sent(draft.draft_id, "250")
    assert other.outbox.get(draft.draft_id).receipt == "250"
    assert other.sendings.take("you") is None


def test_what_a_killed_process_was_sending_is_sent_again_and_told_as_possibly_doubled(
    store: Store,
) -> None:
    draft = store.sendings.put("mail", "REF", b"{}", key="1")
    store.sendings.take("killed")
    again = store.sendings.take("next")
    assert again is not None
    assert (again[0].draft_id, again[1].attempts, again[1].doubled) == (draft.draft_id, 2, True)
    store.sendings.sent(draft.draft_id, "250")
    assert store.sendings.get(draft.draft_id).doubled


def test_a_sending_waits_before_it_is_tried_again_and_dies_at_last(
    store: Store, clock: Clock
) -> None:
    draft = store.sendings.put("mail", "REF", b"{}", key="1")
    store.sendings.take("me")
    store.sendings.failed(draft.draft_id, "no answer", again=START + HOUR, doubled=True)
    assert store.sendings.take("me") is None
    clock.pass_time(hours=1)
    taken = store.sendings.take("me")
    assert taken is not None
    assert (taken[1].attempts, taken[1].doubled) == (2, True)
    store.sendings.failed(draft.draft_id, "refused", again=None)
    clock.pass_time(days=9)
    assert store.sendings.take("me") is None
    (dead,) = store.sendings.find(state="dead")
    assert (dead.draft_id, dead.fault, dead.subject) == (draft.draft_id, "refused", "REF")


def test_nothing_leaves_any_more_for_a_call_that_was_taken(store: Store) -> None:
    store.sendings.put("mail", "REF", b"{}", key="1")
    other = store.sendings.put("mail", "OTHER", b"{}", key="1")
    store.sendings.withdraw("REF")
    taken = store.sendings.take("me")
    assert taken is not None
    assert taken[0].draft_id == other.draft_id
    assert store.sendings.take("me") is None


# One at a time


def test_one_process_holds_a_lease_until_it_ends_or_is_given_back(
    open_here: Callable[[], Store], clock: Clock
) -> None:
    mine, other = open_here(), open_here()
    assert mine.leases.take("waking", "a", HOUR)
    assert not other.leases.take("waking", "b", HOUR)
    assert other.leases.take("other", "b", HOUR)
    clock.pass_time(minutes=50)
    assert mine.leases.take("waking", "a", HOUR)
    clock.pass_time(minutes=50)
    assert not other.leases.take("waking", "b", HOUR)
    clock.pass_time(minutes=11)
    assert other.leases.take("waking", "b", HOUR)
    assert not mine.leases.take("waking", "a", HOUR)
    mine.leases.end("waking", "a")
    assert not mine.leases.take("waking", "a", HOUR)
    other.leases.end("waking", "b")
    assert mine.leases.take("waking", "a", HOUR)


# The log of shifts


def test_a_shift_is_taken_once_by_whom_it_was_handed_to(store: Store) -> None:
    given = store.shift_log.add("handover", "all quiet", person_id="ann", tlp=1, to="ben")
    known = store.shift_log.as_read_by(cleared())
    assert [one.seq for one in known.waiting()] == [given.seq]
    for who, fault in (("cid", DeniedError), ("ann", DeniedError)):
        with pytest.raises(fault):
            store.shift_log.take(given.seq, person_id=who, tlp=1)
    taken = store.shift_log.take(given.seq, person_id="ben", tlp=1)
    assert (taken.kind, taken.answers) == ("taken", given.seq)
    assert known.waiting() == []
    with pytest.raises(ConflictError):
        store.shift_log.take(given.seq, person_id="ben", tlp=1)
    with pytest.raises(NotFoundError):
        store.shift_log.take(taken.seq, person_id="ben", tlp=1)


def test_an_entry_above_the_readers_level_is_not_there(store: Store) -> None:
    store.shift_log.add("done", "words", person_id="ann", tlp=int(Tlp.AMBER))
    assert store.shift_log.as_read_by(cleared(tlp=Tlp.GREEN)).find() == []
    assert len(store.shift_log.as_read_by(cleared(tlp=Tlp.AMBER)).find()) == 1


@pytest.mark.parametrize("words", ["", "  \n", "x" * 4001])
def test_an_entry_says_something_and_not_too_much(store: Store, words: str) -> None:
    with pytest.raises(UsageError):
        store.shift_log.add("done", words, person_id="ann", tlp=0)


@pytest.mark.parametrize("statement", ["UPDATE shift_log SET words = 'x'", "DELETE FROM shift_log"])
def test_the_log_of_shifts_only_grows(store: Store, statement: str) -> None:
    store.shift_log.add("done", "words", person_id="ann", tlp=0)
    with pytest.raises(DBAPIError, match="only grows"), store._database.write() as held:
        held.execute(text(statement))
    assert store.verify_triggers() > 0
