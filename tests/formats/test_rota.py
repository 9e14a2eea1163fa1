"""Rotas are read as they were meant, or refused in words; what is written is read again."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.formats.rota import Planned, read_rota, write_csv, write_ics

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40).filter(
    lambda text: text[0] not in "=+-@\t\r'" and not text.startswith("\ufeff")
)
ZONES = st.sampled_from(["UTC", "Europe/Paris", "Asia/Kathmandu", "America/New_York"])
PLANNED = st.builds(
    lambda person, start, long, zone, rank: Planned(
        person=person,
        starts=NOW + timedelta(minutes=start),
        ends=NOW + timedelta(minutes=start + long),
        zone=zone,
        rank=rank,
    ),
    NAMES,
    st.integers(0, 600_000),
    st.integers(1, 3000),
    ZONES,
    st.integers(1, 9),
)


def ics(*lines: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT")
    return "\r\n".join([*head, *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def times(content: bytes, **given: str) -> list[tuple[str, str]]:
    plan = read_rota(content, **given)
    assert plan.rejected == ()
    return [(f"{one.starts:%m-%d %H:%M}", f"{one.ends:%m-%d %H:%M}") for one in plan.shifts]


@given(st.lists(PLANNED, max_size=5))
def test_a_rota_written_is_the_rota_read(shifts: list[Planned]) -> None:
    for content in (write_csv(shifts), write_ics(shifts, now=NOW)):
        plan = read_rota(content)
        assert plan.rejected == ()
        assert [msgspec.structs.replace(one, place="") for one in plan.shifts] == shifts


def test_a_calendar_line_is_no_longer_than_the_standard_allows() -> None:
    long = Planned(person="é" * 200, starts=NOW, ends=NOW + timedelta(hours=1), zone="UTC")
    assert max(map(len, write_ics([long], now=NOW).split(b"\r\n"))) <= 75


def test_times_of_a_table_are_those_of_its_zone_and_summer_time_is_kept() -> None:
    table = b"person;starts;ends;zone\nAnn;2026-03-28 22:00;2026-03-29 06:00;Europe/Paris\n"
    assert times(table) == [("03-28 21:00", "03-29 04:00")]


@pytest.mark.parametrize(
    ("at", "why"),
    [("2026-03-29 02:30", "does not exist"), ("2026-10-25 02:30", "exists twice")],
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_not_guessed(at: str, why: str) -> None:
    table = f"person,starts,ends,zone\nAnn,{at},2026-12-01 06:00,Europe/Paris\n"
    plan = read_rota(table.encode())
    assert plan.shifts == ()
    assert f"line 2: {at} {why} in Europe/Paris" in plan.rejected[0].text()
    assert times(table.replace(at, f"{at}+01:00").encode())


def test_good_rows_of_a_bad_table_are_read_and_the_others_listed() -> None:
    table = (
        b"Person,Starts,Ends,Zone,Rank\n"
        b"Ann,2026-03-02 08:00,2026-03-02 16:00,UTC,1\n"
        b",2026-03-02 08:00,2026-03-02 16:00,UTC,1\n"
        b"Ben,2026-03-02 16:00,2026-03-02 08:00,UTC,1\n"
        b"Ben,soon,2026-03-02 08:00,UTC,1\n"
        b"Ben,2026-03-02 16:00,2026-03-03 08:00,Mars/Olympus,1\n"
        b"Ben,2026-03-02 16:00,2026-03-03 08:00,UTC,first\n"
        b"Ben,2026-03-02 16:00,2026-03-03 08:00,,\n"
    )
    plan = read_rota(table)
    assert [one.person for one in plan.shifts] == ["Ann"]
    assert [why.text().split(":")[0] for why in plan.rejected] == [f"line {n}" for n in range(3, 9)]
    assert len(read_rota(table, zone="UTC").shifts) == 2


def test_a_calendar_is_read_with_its_zones_folds_and_escapes() -> None:
    content = ics(
        'DTSTART;TZID="Europe/Paris":20260302T080000',
        "DURATION:PT8H",
        "SUMMARY:Haddad\\, O",
        " mar",
    )
    (one,) = read_rota(content).shifts
    assert (one.person, one.zone) == ("Haddad, Omar", "Europe/Paris")
    assert (one.starts.hour, one.ends.hour) == (7, 15)


def test_a_repetition_keeps_the_hour_by_the_clock() -> None:
    content = ics(
        "DTSTART;TZID=Europe/Paris:20260327T080000",
        "DTEND;TZID=Europe/Paris:20260327T160000",
        "RRULE:FREQ=DAILY;COUNT=4",
        "SUMMARY:Ann",
    )
    assert [start for start, _ in times(content)] == [
        "03-27 07:00",
        "03-28 07:00",
        "03-29 06:00",
        "03-30 06:00",
    ]


def test_a_repetition_ends_where_it_says() -> None:
    content = ics(
        "DTSTART:20260302T080000Z",
        "DTEND:20260302T160000Z",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260330T080000Z",
        "SUMMARY:Ann",
    )
    assert [start for start, _ in times(content)] == ["03-02 08:00", "03-16 08:00", "03-30 08:00"]


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=MONTHLY;COUNT=2",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=4",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=DAILY;COUNT=x",
        "EXDATE:20260303T080000Z",
        "RECURRENCE-ID:20260303T080000Z",
    ],
)
def test_a_repetition_that_is_not_understood_is_refused_not_guessed(line: str) -> None:
    content = ics("DTSTART:20260302T080000Z", "DTEND:20260302T160000Z", "SUMMARY:Ann", line)
    plan = read_rota(content)
    assert plan.shifts == ()
    assert plan.rejected[0].text().startswith("line 3: ")


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260302T080000Z", "SUMMARY:Ann"),
        ("DTSTART:20260231T080000Z", "DTEND:20260302T160000Z", "SUMMARY:Ann"),
        ("DTSTART:20260302T080000", "DTEND:20260302T160000", "SUMMARY:Ann"),
        ("DTSTART;TZID=W. Europe Standard Time:20260302T080000", "DURATION:PT1H", "SUMMARY:Ann"),
        ("DTSTART:20260302T080000Z", "DTEND:20260302T160000Z"),
    ],
)
def test_an_event_that_says_too_little_is_refused(lines: tuple[str, ...]) -> None:
    plan = read_rota(ics(*lines))
    assert (plan.shifts, len(plan.rejected)) == ((), 1)


def test_an_event_that_was_cancelled_is_no_shift() -> None:
    lines = ("DTSTART:20260302T080000Z", "DTEND:20260302T160000Z", "SUMMARY:Ann")
    assert read_rota(ics(*lines, "STATUS:CANCELLED")).shifts == ()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a,b\n1,2\n", b"", b"x" * 5_000_000])
def test_what_is_no_rota_is_refused(content: bytes) -> None:
    with pytest.raises(BadInputError):
        read_rota(content)


@given(st.binary(max_size=400))
def test_a_hostile_file_is_refused_or_read_and_never_breaks(content: bytes) -> None:
    for head in (b"", b"person,starts,ends\n", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n"):
        try:
            read_rota(head + content)
        except BadInputError:
            continue


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=1200;INTERVAL=0",
        "FREQ=DAILY;COUNT=999999999",
        f"FREQ=DAILY;COUNT={'9' * 5000}",
        "FREQ=DAILY;COUNT=0",
        "FREQ=WEEKLY;INTERVAL=999999;COUNT=9999",
        "FREQ=DAILY;UNTIL=20261399",
    ],
)
def test_a_repetition_beyond_all_measure_is_refused_in_words(rule: str) -> None:
    event = ("DTSTART:20260301T080000Z", "DTEND:20260301T090000Z", "SUMMARY:Ann", f"RRULE:{rule}")
    plan = read_rota(ics(*event))
    assert plan.shifts == ()
    assert len(plan.rejected) == 1


def test_a_time_beyond_the_calendar_is_refused_and_the_others_are_read() -> None:
    rows = (
        b"person,starts,ends\nAnn,9999-12-31T23:00,9999-12-31T23:30\n"
        b"Bo,2026-03-01T08:00,2026-03-01T09:00\n"
    )
    plan = read_rota(rows, zone="America/New_York")
    assert [one.person for one in plan.shifts] == ["Bo"]
    assert len(plan.rejected) == 1
    assert plan.rejected[0].text().startswith("line 2")


def test_the_zones_of_the_system_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each look walks folders: for each time of a rota it kept a desk from answering.
    from legation.formats import icalendar

    looks: list[int] = []

    def walked() -> set[str]:
        looks.append(1)
        return {"Europe/Paris"}

    monkeypatch.setattr(icalendar, "available_timezones", walked)
    icalendar.zones.cache_clear()
    event = ("DTSTART;TZID=Europe/Paris:20260301T080000", "DTEND;TZID=Europe/Paris:20260301T090000")
    plan = read_rota(ics(*event, "SUMMARY:Ann", "RRULE:FREQ=DAILY;COUNT=20"))
    icalendar.zones.cache_clear()
    assert len(plan.shifts) == 20
    assert looks == [1]
