"""The rota is taken in, swapped and told of; a shift is handed over and taken; all is audited."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from legation.app.duty import Duty
from legation.app.recording import keep_findings
from legation.errors import BadInputError, DeniedError, NotFoundError, UsageError
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from legation.store.notices import Addressee
from store.objects_made import CAMPAIGN, GREEN, campaign, cleared
from worlds.found_campaigns import report_of
from worlds.watchmen import Watchmen, watchmen

TABLE = (
    b"person,starts,ends,zone,rank\n"
    b"Ann,2026-03-01 12:00,2026-03-04 12:00,UTC,1\n"
    b"Ben,2026-03-04 13:00,2026-03-10 12:00,Europe/Paris,1\n"
    b"Zoe,2026-03-04 12:00,2026-03-10 12:00,UTC,1\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Watchmen]:
    with watchmen(tmp_path, compartments=("talks",)) as made:
        made.add("Ann", "mail:ann@a.example")
        made.add("Ben", "mail:ben@a.example")
        yield made


def duty(desk: Watchmen) -> Duty:
    return Duty(desk.home, desk.store, "p-test")


def notices(desk: Watchmen, name: str, *roles: str, **held: object) -> list[str]:
    to = Addressee(person_id=desk.ids[name], roles=roles, cleared=cleared(**held))
    return [one.kind for one in desk.store.notices.as_read_by(to).find()]


def test_a_rota_is_taken_in_once_and_what_is_wrong_in_it_is_told(desk: Watchmen) -> None:
    done = duty(desk).take_in(TABLE)
    assert (done.added, done.known, done.removed) == (2, 0, 0)
    assert [(one.line, one.reason) for one in done.rejected] == [("4", "nobody is named Zoe")]
    again = duty(desk).take_in(TABLE)
    assert (again.added, again.known) == (0, 2)
    with pytest.raises(BadInputError):
        duty(desk).take_in(b"nothing")
    entries = desk.store.audit.entries(verb="duty.import")
    assert [one.event.detail["added"] for one in entries] == [2, 0]
    assert entries[0].event.actor == "p-test"


def test_a_new_plan_takes_the_place_of_the_old_one_in_its_time_alone(desk: Watchmen) -> None:
    duty(desk).take_in(TABLE)
    new = b"person,starts,ends,zone\nBen,2026-03-01 12:00,2026-03-04 12:00,UTC\n"
    assert duty(desk).take_in(new).removed == 0
    assert len(duty(desk).outlook().overlaps) == 1
    assert duty(desk).take_in(new, replace=True).removed == 1
    outlook = duty(desk).outlook()
    assert [one.person_id for one in outlook.now] == [desk.ids["Ben"]]
    assert outlook.overlaps == ()
    assert len(duty(desk).shifts()) == 2


def test_a_gap_of_the_next_week_is_told(desk: Watchmen) -> None:
    duty(desk).take_in(
        TABLE.replace(b"2026-03-04 13:00,2026-03-10", b"2026-03-04 18:00,2026-03-10")
    )
    (gap,) = duty(desk).outlook().gaps
    assert gap.ends - gap.starts == timedelta(hours=5)
    assert duty(desk).outlook().faults == ()


def test_two_people_swap_their_shifts(desk: Watchmen) -> None:
    duty(desk).take_in(TABLE)
    first, second = duty(desk).shifts()
    duty(desk).swap(first.shift_id, second.shift_id)
    after = duty(desk).shifts()
    assert [one.person_id for one in after] == [second.person_id, first.person_id]
    assert [(one.starts, one.zone) for one in after] == [
        (one.starts, one.zone) for one in (first, second)
    ]
    with pytest.raises(NotFoundError):
        duty(desk).swap(first.shift_id, second.shift_id)
    with pytest.raises(UsageError):
        duty(desk).swap(after[0].shift_id, after[0].shift_id)
    duty(desk).remove(after[0].shift_id)
    assert [one.shift_id for one in duty(desk).shifts()] == [after[1].shift_id]


def test_nobody_is_put_on_duty_who_may_not_enter(desk: Watchmen) -> None:
    desk.store.people.disable(desk.ids["Ben"])
    assert duty(desk).take_in(TABLE).added == 1
    with pytest.raises(DeniedError):
        duty(desk).set_channels("Ben", ["mail:ben@a.example"])


def test_channels_are_refused_as_a_whole_and_addresses_are_not_in_the_trail(
    desk: Watchmen,
) -> None:
    with pytest.raises(UsageError):
        duty(desk).set_channels("Ann", ["sms:+331234", "fax:1"])
    with pytest.raises(UsageError):
        duty(desk).set_channels("Ann", [f"sms:+33{number:05}" for number in range(11)])
    assert [way.kind for way in desk.store.rota.channels([desk.ids["Ann"]])] == ["mail"]
    duty(desk).set_channels("Ann", ["sms:+331234", "", "mail:ann@a.example"])
    last = desk.store.audit.entries(verb="duty.channels")[-1]
    assert last.event.detail == {"kinds": ["sms", "mail"]}


def test_a_shift_is_handed_over_and_taken_with_its_objects(desk: Watchmen) -> None:
    desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
    duty(desk).write("Ann", "open", "wait for the answer", objects=[CAMPAIGN])
    given = duty(desk).write("Ann", "handover", "all yours", objects=(), to="Ben")
    assert notices(desk, "Ben") == ["duty.handover"]
    assert notices(desk, "Ann") == []
    with pytest.raises(DeniedError):
        duty(desk).take_over(given.seq, "Ann")
    duty(desk).take_over(given.seq, "Ben")
    known = desk.store.shift_log.as_read_by(cleared()).find()
    assert [(one.kind, one.object_ids) for one in known] == [
        ("taken", ()),
        ("handover", ()),
        ("open", (CAMPAIGN,)),
    ]
    verbs = [one.event.verb for one in desk.store.audit.entries(limit=1000)]
    assert verbs[-3:] == ["shift.open", "shift.handover", "shift.taken"]
    trail = b"".join(str(one.event.detail).encode() for one in desk.store.audit.entries(limit=1000))
    assert b"wait for" not in trail


@pytest.mark.parametrize("to", ["", "Ann", "Zoe"])
def test_a_shift_is_handed_to_somebody_else(desk: Watchmen, to: str) -> None:
    with pytest.raises((UsageError, NotFoundError)):
        duty(desk).write("Ann", "handover", "words", objects=(), to=to)
    assert desk.store.shift_log.as_read_by(cleared()).find() == []


def test_nothing_is_handed_to_somebody_who_would_not_see_it(desk: Watchmen) -> None:
    desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
    closed = Label(tlp=Tlp.GREEN, compartments=("talks",))
    desk.store.labels.set(CAMPAIGN, closed, actor="x", reason="x")
    held = Held(tlp=Tlp.RED, pap=Pap.RED, compartments=("talks",))
    desk.store.clearances.set(desk.ids["Ann"], held, actor="x", reason="x")
    before = len(desk.store.audit.entries(limit=1000))
    with pytest.raises(DeniedError, match="would not see it"):
        duty(desk).write("Ann", "handover", "all yours", objects=[CAMPAIGN], to="Ben")
    assert notices(desk, "Ben") == []
    assert len(desk.store.audit.entries(limit=1000)) == before
    desk.store.clearances.set(desk.ids["Ben"], held, actor="x", reason="x")
    duty(desk).write("Ann", "handover", "all yours", objects=[CAMPAIGN], to="Ben")
    assert notices(desk, "Ben") == ["duty.handover"]


def test_nobody_names_an_object_that_they_may_not_know(desk: Watchmen) -> None:
    desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
    closed = Label(tlp=Tlp.GREEN, compartments=("talks",))
    desk.store.labels.set(CAMPAIGN, closed, actor="x", reason="x")
    with pytest.raises(NotFoundError):
        duty(desk).write("Ann", "open", "words", objects=[CAMPAIGN])


# What the house tells by itself


def keep(desk: Watchmen, run: str, *grades: str) -> None:
    report = report_of(run, grades)
    keep_findings(desk.store, report, desk.clock.pass_time(minutes=1), settings=desk.home.settings)


def told(desk: Watchmen) -> list[tuple[str, str]]:
    to = Addressee(person_id="x", roles=("analyst",), cleared=cleared())
    return [
        (one.kind, str(one.facts.get("grade", "")))
        for one in desk.store.notices.as_read_by(to).find()
    ][::-1]


def test_a_new_campaign_is_told_once_and_wakes_the_duty_when_it_is_sure(desk: Watchmen) -> None:
    desk.shift("Ann")
    keep(desk, "r-1", "low", "high")
    assert told(desk) == [("campaign.new", "low"), ("campaign.new", "high")]
    assert [one.cause for one in desk.store.calls.find()] == ["campaign.new"]
    keep(desk, "r-2", "low", "high")
    assert len(told(desk)) == 2


def test_a_grade_that_rose_is_told_and_one_that_fell_is_not(desk: Watchmen) -> None:
    desk.shift("Ann")
    keep(desk, "r-1", "moderate")
    assert desk.store.calls.find() == []
    keep(desk, "r-2", "low")
    assert told(desk) == [("campaign.new", "moderate")]
    keep(desk, "r-3", "high")
    assert told(desk)[1:] == [("campaign.rose", "high")]
    assert [one.cause for one in desk.store.calls.find()] == ["campaign.rose"]


@pytest.mark.parametrize(("grade", "calls"), [("never", 0), ("low", 3), ("moderate", 2)])
def test_which_grade_wakes_is_a_setting(tmp_path: Path, grade: str, calls: int) -> None:
    with watchmen(tmp_path, wake_grade=grade) as desk:
        desk.add("Ann")
        desk.shift("Ann")
        keep(desk, "r-1", "low", "moderate", "high")
        assert len(desk.store.calls.find()) == calls
