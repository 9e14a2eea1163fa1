"""The rota keeps what stood in it; channels keep their order, and what became of them."""

from datetime import timedelta

import pytest

from legation.errors import NotFoundError
from legation.store.opening import Store

from .conftest import START, Clock

HOUR = timedelta(hours=1)


@pytest.fixture
def staffed(store: Store) -> Store:
    for name in ("ann", "ben"):
        store.people.add(name, name.title(), ("analyst",))
    return store


def test_a_shift_is_added_once(staffed: Store) -> None:
    first, new = staffed.rota.add("ann", START, START + HOUR, zone="UTC")
    again, newer = staffed.rota.add("ann", START, START + HOUR, zone="UTC")
    assert (new, newer, again) == (True, False, first)
    assert staffed.rota.add("ann", START, START + HOUR, zone="UTC", rank=2)[1]


def test_shifts_of_a_time_are_those_that_reach_into_it(staffed: Store) -> None:
    early = staffed.rota.add("ann", START, START + HOUR, zone="UTC")[0]
    late = staffed.rota.add("ben", START + HOUR, START + 2 * HOUR, zone="UTC")[0]
    assert staffed.rota.between(START, START + HOUR) == [early]
    assert staffed.rota.between(START + HOUR, START + 3 * HOUR) == [late]
    assert staffed.rota.between(START + HOUR / 2, START + 2 * HOUR) == [early, late]


def test_a_shift_that_is_removed_does_not_stand_and_the_rota_was_kept(staffed: Store) -> None:
    assert not staffed.rota.is_kept()
    shift = staffed.rota.add("ann", START, START + HOUR, zone="UTC")[0]
    staffed.rota.remove(shift.shift_id)
    assert staffed.rota.between(START, START + HOUR) == []
    assert staffed.rota.is_kept()
    with pytest.raises(NotFoundError):
        staffed.rota.get(shift.shift_id)
    assert staffed.rota.add("ann", START, START + HOUR, zone="UTC")[1]


def test_channels_keep_their_order_and_what_became_of_those_that_stay(
    staffed: Store, clock: Clock
) -> None:
    staffed.rota.set_channels("ann", [("mail", "a@b.example"), ("sms", "+331234")])
    staffed.rota.note("mail", "a@b.example", "no such box")
    (mail, sms) = staffed.rota.channels(["ann"])
    assert (mail.is_dead, mail.fault, sms.is_dead) == (True, "no such box", False)
    staffed.rota.set_channels("ann", [("sms", "+331234"), ("mail", "a@b.example")])
    assert [(way.place, way.kind, way.is_dead) for way in staffed.rota.channels(["ann"])] == [
        (1, "sms", False),
        (2, "mail", True),
    ]
    clock.pass_time(minutes=1)
    staffed.rota.note("mail", "a@b.example")
    assert not any(way.is_dead for way in staffed.rota.channels())
    assert staffed.rota.set_channels("ann", []) == []


def test_a_digest_is_off_until_it_is_switched_on(staffed: Store) -> None:
    made = staffed.digests.add("ann", "/campaigns", period="day", quiet="", zone="UTC", kind="mail")
    assert not made.sends
    assert staffed.digests.find(sends=True) == []
    staffed.digests.switch(made.digest_id, sends=True)
    assert [one.digest_id for one in staffed.digests.find(sends=True)] == [made.digest_id]
    staffed.digests.note_sent(made.digest_id, {"b", "a"})
    assert staffed.digests.get(made.digest_id).seen == ("a", "b")
    with pytest.raises(NotFoundError):
        staffed.digests.get(made.digest_id, person_id="ben")
    staffed.digests.remove(made.digest_id)
    assert staffed.digests.find(person_id="ann") == []
