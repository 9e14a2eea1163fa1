"""Shifts that people type: the checks of a file, changes that can be taken back, a trail of all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from legation.app.duty import Duty
from legation.app.shifts import Shifts
from legation.errors import ConflictError, DeniedError, NotFoundError, RecordError
from worlds.watchmen import Watchmen, watchmen

TYPED = {
    "person": "Ann",
    "starts": "2026-03-05 08:00",
    "ends": "2026-03-05 20:00",
    "zone": "Europe/Paris",
    "rank": "1",
}


@pytest.fixture
def men(tmp_path: Path) -> Iterator[Watchmen]:
    with watchmen(tmp_path) as found:
        for name in ("Ann", "Ben"):
            found.add(name)
        found.add("Ida", role="administrator")
        yield found


@pytest.fixture
def shifts(men: Watchmen) -> Shifts:
    return Shifts(men.home, men.store, men.ids["Ann"])


def standing(men: Watchmen) -> list[tuple[str, str]]:
    """Return who is on duty, and from when."""
    now, year = men.clock(), timedelta(days=366)
    names = men.store.roster.now().names()
    found = men.store.rota.between(now - year, now + year)
    return [(names[one.person_id], f"{one.starts:%m-%d %H:%M}") for one in found]


def numbers(shifts: Shifts) -> dict[str, int]:
    return {one.verb: one.number for one in shifts.undoable()}


def test_a_typed_shift_stands_as_one_of_a_file_does(men: Watchmen, shifts: Shifts) -> None:
    shifts.write(TYPED)
    assert standing(men) == [("Ann", "03-05 07:00")]
    row = ",".join(TYPED.values())
    content = f"person,starts,ends,zone,rank\n{row}\n".encode()
    assert Duty(men.home, men.store, "test").take_in(content).known == 1
    last = men.store.audit.last("duty.add")
    assert last is not None
    assert (last.event.actor, last.event.detail) == (men.ids["Ann"], {"person": men.ids["Ann"]})


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"person": "Zoe"}, NotFoundError, "nobody is named Zoe"),
        ({"person": "Ida"}, DeniedError, "has no role that takes calls"),
        ({"person": ""}, RecordError, "nobody is named"),
        ({"starts": "soon"}, RecordError, "is no time"),
        ({"starts": "9999-12-31 23:59", "zone": "Etc/GMT+12"}, RecordError, "ends before|beyond"),
        ({"ends": "2026-03-05 08:00"}, RecordError, "it ends before it starts"),
        ({"zone": "Mars"}, RecordError, "is not known"),
        ({"zone": ""}, RecordError, "zone"),
        ({"rank": "10"}, RecordError, "is no rank"),
        ({"starts": "2026-03-29 02:30", "ends": "2026-03-30 02:30"}, RecordError, "does not exist"),
    ],
)
def test_what_a_file_may_not_say_may_not_be_typed(
    men: Watchmen, shifts: Shifts, changes: dict[str, str], error: type[Exception], said: str
) -> None:
    before = shifts.write(TYPED)
    for act in (shifts.write, lambda given: shifts.change(before.shift_id, given)):
        with pytest.raises(error, match=said):
            act(TYPED | changes)
    assert standing(men) == [("Ann", "03-05 07:00")]
    assert len(men.store.audit.entries(verb="duty.change")) == 0


def test_a_shift_is_not_written_twice_and_no_change_is_none(men: Watchmen, shifts: Shifts) -> None:
    shift = shifts.write(TYPED)
    with pytest.raises(ConflictError, match="stands in the rota already"):
        shifts.write(TYPED)
    with pytest.raises(ConflictError, match="changes nothing"):
        shifts.change(shift.shift_id, TYPED)
    assert standing(men) == [("Ann", "03-05 07:00")]


def test_what_was_done_can_be_taken_back(men: Watchmen, shifts: Shifts) -> None:
    shift = shifts.write(TYPED)
    other = shifts.change(shift.shift_id, TYPED | {"person": "Ben", "rank": "2"})
    assert standing(men) == [("Ben", "03-05 07:00")]
    # The shift that was written stands no more, so only the change can be taken back.
    assert numbers(shifts).keys() == {"duty.change"}
    shifts.undo(numbers(shifts)["duty.change"])
    assert standing(men) == [("Ann", "03-05 07:00")]
    again = men.store.rota.between(men.clock(), men.clock() + timedelta(days=30))[0]
    assert again.shift_id not in (shift.shift_id, other.shift_id)
    Duty(men.home, men.store, men.ids["Ann"]).remove(again.shift_id)
    assert standing(men) == []
    number = numbers(shifts)["duty.remove"]
    shifts.undo(number)
    assert standing(men) == [("Ann", "03-05 07:00")]
    with pytest.raises(ConflictError):
        shifts.undo(number)
    assert standing(men) == [("Ann", "03-05 07:00")]
    assert len(men.store.audit.entries(verb="duty.undo")) == 2


def test_only_who_did_it_takes_it_back_and_for_ten_minutes(men: Watchmen, shifts: Shifts) -> None:
    shifts.write(TYPED)
    number = numbers(shifts)["duty.add"]
    with pytest.raises(ConflictError):
        Shifts(men.home, men.store, men.ids["Ben"]).undo(number)
    men.clock.pass_time(minutes=11)
    with pytest.raises(ConflictError):
        shifts.undo(number)
    assert standing(men) == [("Ann", "03-05 07:00")]


def test_nobody_is_put_back_on_duty_who_takes_no_calls_any_more(
    men: Watchmen, shifts: Shifts
) -> None:
    shift = shifts.write(TYPED | {"person": "Ben"})
    Duty(men.home, men.store, men.ids["Ann"]).remove(shift.shift_id)
    men.store.people.disable(men.ids["Ben"])
    with pytest.raises(DeniedError, match="may not enter"):
        shifts.undo(numbers(shifts)["duty.remove"])
    assert standing(men) == []
