"""Who is on duty is told for every instant; a gap is a gap, and an overlap is one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import UsageError
from legation.safeguards.duty.hours import gaps, is_quiet, on_duty, overlaps, read_quiet, zone_named
from legation.store.rota import Shift

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def shift(starts: int, ends: int, person: str = "ann", rank: int = 1) -> Shift:
    return Shift(
        shift_id=f"{person} {starts} {ends} {rank}",
        person_id=person,
        starts=START + starts * HOUR,
        ends=START + ends * HOUR,
        zone="UTC",
        rank=rank,
    )


HOURS = st.integers(0, 40)
SHIFTS = st.lists(
    st.builds(
        lambda start, long, person, rank: shift(start, start + long, person, rank),
        HOURS,
        st.integers(1, 12),
        st.sampled_from(["ann", "ben", "cid"]),
        st.integers(1, 2),
    ),
    max_size=12,
)


@given(SHIFTS)
def test_an_hour_is_in_a_gap_exactly_when_nobody_is_on_duty(shifts: list[Shift]) -> None:
    start, end = START + 5 * HOUR, START + 45 * HOUR
    found = gaps(shifts, start, end)
    for hour in range(5, 45):
        at = START + hour * HOUR
        inside = any(gap.starts <= at < gap.ends for gap in found)
        assert inside == (on_duty(shifts, at) == [])
    assert all(start <= gap.starts < gap.ends <= end for gap in found)
    assert all(a.ends < b.starts for a, b in pairwise(found))


@given(SHIFTS)
def test_an_overlap_is_told_exactly_when_two_of_one_rank_meet(shifts: list[Shift]) -> None:
    meet = any(
        a.rank == b.rank and a.starts < b.ends and b.starts < a.ends
        for number, a in enumerate(shifts)
        for b in shifts[number + 1 :]
    )
    found = overlaps(shifts)
    assert bool(found) == meet
    for one in found:
        assert one.first.rank == one.second.rank
        assert {one.first, one.second} <= set(on_duty(shifts, one.starts))


@given(SHIFTS, HOURS)
def test_who_is_woken_first_is_at_the_top(shifts: list[Shift], hour: int) -> None:
    duty = on_duty(shifts, START + hour * HOUR)
    assert [one.rank for one in duty] == sorted(one.rank for one in duty)


def test_shifts_that_touch_leave_no_gap_and_do_not_overlap() -> None:
    shifts = [shift(0, 8), shift(8, 16, "ben")]
    assert gaps(shifts, START, START + 16 * HOUR) == []
    assert overlaps(shifts) == []
    assert [one.person_id for one in on_duty(shifts, START + 8 * HOUR)] == ["ben"]


@pytest.mark.parametrize(
    ("hour", "quiet"), [(20, False), (21, True), (23, True), (5, True), (6, False)]
)
def test_quiet_hours_pass_midnight_by_the_clock_of_their_place(hour: int, quiet: bool) -> None:
    at = datetime(2026, 1, 10, hour, tzinfo=UTC)
    assert is_quiet("22:00-07:00", "Europe/Paris", at) is quiet


def test_quiet_hours_of_a_day_do_not_pass_midnight() -> None:
    assert is_quiet("12:00-14:00", "UTC", START + 13 * HOUR)
    assert not is_quiet("12:00-14:00", "UTC", START + 14 * HOUR)
    assert not is_quiet("", "UTC", START)


@pytest.mark.parametrize("text", ["22:00", "x-y", "22-25", "-"])
def test_quiet_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_quiet(text)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        zone_named("Europe/Atlantis")
