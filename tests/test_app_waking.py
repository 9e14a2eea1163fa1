"""Who is on duty is woken way by way, then the next, then the lead; silence is a loud state."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import event

from legation.app.duty import Duty
from legation.app.duty_checks import verify_duty
from legation.app.noticing import wake
from legation.app.waking import Waker
from legation.errors import ConflictError, NotFoundError, UnreachableError
from legation.safeguards.duty.wording import Letter
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.notices import Addressee
from store.objects_made import CAMPAIGN, GREEN, campaign
from worlds.watchmen import Watchmen, watchmen


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Watchmen]:
    with watchmen(tmp_path, duty_lead="Lena") as made:
        made.add("Ann", "mail:ann@a.example", "sms:+331111")
        made.add("Ben", "mail:ben@a.example")
        made.add("Lena", "sms:+339999", role="security officer")
        made.shift("Ann")
        made.shift("Ben", rank=2)
        yield made


def verbs(desk: Watchmen) -> list[str]:
    return [
        entry.event.verb
        for entry in desk.store.audit.entries(limit=1000)
        if entry.event.verb.startswith("duty.")
    ]


def test_nobody_is_woken_twice_for_one_event(desk: Watchmen) -> None:
    call = desk.call()
    assert desk.call() == call
    desk.go()
    desk.go()
    assert desk.post.woken() == ["ann@a.example"]


def test_each_way_of_each_person_is_tried_and_then_the_lead(desk: Watchmen) -> None:
    call = desk.call()
    desk.go()
    woken = ["ann@a.example"]
    assert desk.post.woken() == woken
    for address in ("+331111", "ben@a.example", "+339999"):
        desk.go(9)
        assert desk.post.woken() == woken
        desk.go(1)
        woken.append(address)
        assert desk.post.woken() == woken
    assert [name for name, *_ in desk.steps(call)] == ["Ann", "Ann", "Ben", "Lena"]
    assert desk.store.calls.get(call.ref).state == "open"
    assert verbs(desk).count("duty.step") == 4
    assert verbs(desk).count("duty.send") == 4


def test_when_nobody_answers_that_is_loud_and_it_begins_again(desk: Watchmen) -> None:
    call = desk.call()
    for _ in range(5):
        desk.go(10)
    lost = desk.store.calls.get(call.ref)
    assert lost.state == "nobody"
    assert "duty.nobody" in verbs(desk)
    lead = desk.store.notices.as_read_by(addressee(desk, "Lena", "security officer"))
    assert [one.kind for one in lead.find()] == ["duty.nobody"]
    with pytest.raises(UnreachableError, match="1 calls reached nobody"):
        duty_line(desk)
    desk.go(10)
    assert desk.post.woken()[4:] == ["ann@a.example"]
    for _ in range(20):
        desk.go(10)
    assert len(desk.post.letters) == 12
    desk.go(100_000)
    assert len(desk.post.letters) == 12
    assert desk.store.calls.get(call.ref).state == "nobody"
    assert lead.count() == 1
    Duty(desk.home, desk.store, "test").acknowledge(call.ref, "Ann")
    assert desk.store.calls.count("nobody") == 0


def test_who_takes_a_call_lets_the_others_sleep(desk: Watchmen) -> None:
    call = desk.call()
    desk.post.says["ann@a.example"] = "unreached"
    desk.go()
    Duty(desk.home, desk.store, "test").acknowledge(call.ref.lower(), "Ben")
    for _ in range(10):
        desk.go(10)
    assert desk.post.woken() == ["ann@a.example"]
    (entry,) = desk.store.audit.entries(verb="duty.acknowledge")
    assert (entry.event.actor, entry.event.detail["person"]) == ("test", desk.ids["Ben"])
    with pytest.raises(ConflictError):
        Duty(desk.home, desk.store, "test").acknowledge(call.ref, "Ann")
    again = Duty(desk.home, desk.store, "test").acknowledge(call.ref, "Ben")
    assert again.person_id == desk.ids["Ben"]
    assert len(desk.store.audit.entries(verb="duty.acknowledge")) == 1


def test_a_way_that_is_refused_is_dead_and_the_next_is_tried_at_once(desk: Watchmen) -> None:
    desk.post.says["ann@a.example"] = "refused"
    call = desk.call()
    desk.go()
    assert desk.post.woken() == ["ann@a.example", "+331111"]
    (dead,) = desk.store.sendings.find(state="dead")
    assert (dead.subject, dead.fault) == (call.ref, "it was refused")
    assert desk.store.rota.channels([desk.ids["Ann"]])[0].is_dead
    desk.shift("Ann", start=1, days=9)
    with pytest.raises(UnreachableError, match="mail is dead: it was refused"):
        duty_line(desk)


def test_a_way_that_fails_is_tried_again_ever_later_and_then_given_up(tmp_path: Path) -> None:
    with watchmen(tmp_path, wake_minutes=1440) as desk:
        desk.add("Ann", "mail:ann@a.example")
        desk.shift("Ann", days=30)
        desk.post.says["ann@a.example"] = "unreached"
        desk.call()
        desk.go()
        tries = [1]
        for _ in range(240):
            desk.go(0.25)
            tries.append(len(desk.post.letters))
        assert max(tries) == 6
        grew = [n for n in range(1, len(tries)) if tries[n] > tries[n - 1]]
        waits = [b - a for a, b in zip([0, *grew], grew, strict=False)]
        assert waits == [1, 2, 4, 8, 16]
        assert len(desk.store.sendings.find(state="dead")) == 1


def test_what_may_have_arrived_is_sent_again_and_told_as_possibly_doubled(desk: Watchmen) -> None:
    desk.post.says["ann@a.example"] = "unsure"
    call = desk.call()
    desk.go()
    desk.post.says.clear()
    desk.go(1)
    assert desk.post.woken() == ["ann@a.example", "ann@a.example"]
    (sending,) = desk.store.sendings.find(subject=call.ref)
    assert (sending.state, sending.doubled) == ("sent", True)
    last = desk.store.audit.entries(verb="duty.send")[-1]
    assert last.event.detail["doubled"] == "possibly"


def test_nobody_is_passed_over_in_silence(desk: Watchmen) -> None:
    desk.add("Cid")
    desk.add("Dan", "https://hooks.example/d")
    for rank, name in ((3, "Cid"), (4, "Dan")):
        desk.shift(name, rank=rank)
    desk.store.people.disable(desk.ids["Ben"])
    call = desk.call()
    for _ in range(6):
        desk.go(10)
    assert [(who, why) for who, kind, why in desk.steps(call) if not kind] == [
        ("Ben", "may not enter the desk any more"),
        ("Cid", "has no channel"),
    ]
    assert desk.post.woken()[:4] == [
        "ann@a.example",
        "+331111",
        "https://hooks.example/d",
        "+339999",
    ]


def test_when_nobody_is_on_duty_the_lead_is_woken_at_once(desk: Watchmen) -> None:
    desk.go(60 * 24)
    call = desk.call()
    desk.go()
    assert desk.steps(call) == [("", "", "nobody is on duty"), ("Lena", "sms", "")]
    assert desk.post.woken() == ["+339999"]


def test_when_nobody_at_all_can_be_woken_it_is_told_at_once(tmp_path: Path) -> None:
    with watchmen(tmp_path) as desk:
        desk.add("Ann")
        desk.shift("Ann")
        call = desk.call()
        desk.go()
        assert desk.store.calls.get(call.ref).state == "nobody"
        assert desk.steps(call) == [("Ann", "", "has no channel")]


def test_who_comes_on_duty_is_woken_and_who_has_gone_is_not(desk: Watchmen) -> None:
    desk.add("Cid", "mail:cid@a.example")
    desk.shift("Cid", start=1)
    desk.go(60 * 24 - 5)
    desk.call()
    desk.go()
    desk.go(10)
    assert desk.post.woken() == ["ann@a.example", "cid@a.example"]


def test_nobody_is_woken_for_what_they_may_not_know(tmp_path: Path) -> None:
    with watchmen(tmp_path, compartments=("talks",), duty_lead="Lena") as desk:
        desk.add("Ann", "mail:ann@a.example")
        desk.add("Lena", "sms:+339999")
        desk.shift("Ann")
        desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
        desk.store.labels.set(
            CAMPAIGN, Label(tlp=Tlp.GREEN, compartments=("talks",)), actor="x", reason="x"
        )
        call = desk.call(object_id=CAMPAIGN)
        desk.go()
        assert desk.post.letters == []
        assert {why for *_, why in desk.steps(call)} == {"may not know of it"}
        assert desk.store.calls.get(call.ref).state == "nobody"
        with pytest.raises(NotFoundError):
            Duty(desk.home, desk.store, "test").acknowledge(call.ref, "Ann")
        officer = desk.store.notices.as_read_by(addressee(desk, "Lena", "security officer"))
        assert officer.count() == 0


def test_a_desk_without_a_rota_wakes_nobody_and_says_so(tmp_path: Path) -> None:
    with watchmen(tmp_path) as desk:
        with desk.store.transaction():
            assert wake(desk.store, desk.home.settings, "campaign.new", key="1") is None
        assert duty_line(desk) == "no rota is kept: nobody is woken"


def test_only_one_of_two_processes_sends(desk: Watchmen) -> None:
    other = Waker(desk.home, send=desk.post)
    seen: list[bool] = []
    with desk.home.store(sweep=False) as second:
        desk.post.before = lambda _: seen.append(other.round(second))
        desk.call()
        desk.go()
        assert (seen, len(desk.post.letters)) == ([False], 1)
        desk.post.before = lambda _: None
        desk.call("2")
        assert other.round(second)
        assert len(desk.post.letters) == 2


def test_a_desk_where_nothing_waits_writes_nothing(desk: Watchmen) -> None:
    desk.call()
    desk.go()
    written: list[str] = []
    engine = desk.store._database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: written.append(given[2]))
    desk.go(1)
    assert written != []
    assert [one for one in written if one != "BEGIN" and not one.startswith("SELECT")] == []


def test_the_turn_of_a_process_that_was_killed_is_taken_over(desk: Watchmen) -> None:
    class Killed(BaseException):
        pass

    def kill(_: object) -> None:
        raise Killed

    desk.post.before = kill
    call = desk.call()
    with pytest.raises(Killed):
        desk.waker.round(desk.store)
    desk.post.before = lambda _: None
    heir = Waker(desk.home, send=desk.post)
    assert not heir.round(desk.store)
    desk.clock.pass_time(minutes=1)
    assert heir.round(desk.store)
    assert desk.post.woken() == ["ann@a.example", "ann@a.example"]
    (sending,) = desk.store.sendings.find(subject=call.ref)
    assert (sending.state, sending.doubled) == ("sent", True)


def test_the_turn_of_a_process_that_was_killed_is_taken_over_where_the_clock_was_set_back(
    desk: Watchmen,
) -> None:
    assert desk.store.leases.take("waking", "gone", timedelta(minutes=1))
    desk.shift("Ann", start=-1)
    desk.call()
    desk.clock.pass_time(hours=-1)
    assert desk.waker.round(desk.store)
    assert desk.post.woken() == ["ann@a.example"]


def test_nothing_more_leaves_for_a_call_that_is_taken_while_a_try_fails(desk: Watchmen) -> None:
    call = desk.call()
    desk.post.says["ann@a.example"] = "unreached"

    def taken(_: object) -> None:
        desk.post.before = lambda _: None
        Duty(desk.home, desk.store, "command line").acknowledge(call.ref, "Ann")

    desk.post.before = taken
    desk.go()
    for _ in range(6):
        desk.go(10)
    assert desk.post.woken() == ["ann@a.example"]
    (sending,) = desk.store.sendings.find(subject=call.ref)
    assert sending.state == "withdrawn"


def test_a_clock_that_is_set_back_keeps_nobody_from_being_woken(desk: Watchmen) -> None:
    desk.shift("Ann", start=-1)
    desk.shift("Ben", rank=2, start=-1)
    desk.call()
    desk.go()
    desk.clock.pass_time(hours=-12)
    desk.go()
    for _ in range(3):
        desk.go(10)
    assert desk.post.woken() == ["ann@a.example", "+331111", "ben@a.example", "+339999"]


def test_a_call_leaves_before_all_else_and_a_mute_channel_keeps_no_other_waiting(
    desk: Watchmen,
) -> None:
    digest = Letter(kind="mail", address="a@b.example", ref="d", urgency="", link="", text="x")
    letter = msgspec.json.encode(digest)
    for number in range(20):
        desk.store.sendings.put("mail", f"digest-{number}", letter, key=f"{number}")
    desk.post.says |= {"a@b.example": "unreached", "ann@a.example": "unreached"}
    desk.call()
    desk.go()
    assert desk.post.woken() == ["ann@a.example"]
    desk.go(10)
    assert desk.post.woken() == ["ann@a.example", "ann@a.example", "+331111"]


def test_a_letter_that_kills_the_program_each_time_is_given_up(desk: Watchmen) -> None:
    desk.call()
    desk.waker._climb(desk.store, desk.store.calls.due()[0].ref)
    for number in range(6):
        assert desk.store.sendings.take(f"killed {number}") is not None
    desk.go()
    assert desk.post.woken() == ["+331111"]
    assert len(desk.store.sendings.find(state="dead")) == 1


def test_it_runs_by_itself_until_it_is_told_to_stop(desk: Watchmen) -> None:
    came = threading.Event()
    desk.post.before = lambda _: came.set()
    desk.call()
    with Waker(desk.home, send=desk.post):
        assert came.wait(30)
    assert desk.post.woken() == ["ann@a.example"]
    assert Waker(desk.home).round(desk.store)


def test_a_full_rota_is_good(desk: Watchmen) -> None:
    desk.shift("Ann", start=1, days=10)
    assert duty_line(desk).startswith("somebody is on duty throughout")
    desk.clock.pass_time(days=6)
    with pytest.raises(UnreachableError, match="nobody is on duty: 1, the first"):
        duty_line(desk)


def duty_line(desk: Watchmen) -> str:
    return verify_duty(desk.home, desk.store)


def addressee(desk: Watchmen, name: str, *roles: str) -> Addressee:
    person = desk.ids[name]
    return Addressee(
        person_id=person, roles=roles, cleared=desk.home.reader(desk.store, person).clearance
    )
