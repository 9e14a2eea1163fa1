"""Messages of a calendar: the newest counts, and what none says stays as it is on record."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from legation.formats.rows import Rows
from legation.missions.calendar import Assumed, read_calendar, write_calendar
from legation.missions.messages import talks_of
from legation.missions.talks import Talk, raised

TIMES = ("DTSTART:20261126T100000Z", "DTEND:20261126T120000Z")
BARE = ("UID:4711@office.example", "SUMMARY:Visit of the minister", *TIMES)
BESIDE = Assumed(kind="visit", parties=("XA",))
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def calendar(*events: tuple[str, ...], before: tuple[str, ...] = ()) -> bytes:
    lines = [line for one in events for line in ("BEGIN:VEVENT", *one, "END:VEVENT")]
    return "\r\n".join(("BEGIN:VCALENDAR", *before, *lines, "END:VCALENDAR", "")).encode()


def heard(content: bytes, *known: Talk, assumed: Assumed = BESIDE) -> Rows[Talk]:
    messages = read_calendar(content, assumed, place="t.ics").messages
    return talks_of(messages, {one.key: one for one in known})


def one(rows: Rows[Talk]) -> Talk:
    assert rows.refused == ()
    ((_, talk),) = rows.good
    return talk


def message(*lines: str, sequence: int | None = None, method: str = "REQUEST") -> bytes:
    number = () if sequence is None else (f"SEQUENCE:{sequence}",)
    return calendar((*BARE, *number, *lines), before=(f"METHOD:{method}",))


def test_an_older_message_does_not_plan_again_what_a_newer_one_called_off() -> None:
    invited = one(heard(message(sequence=0)))
    off = one(heard(message(sequence=1, method="CANCEL"), invited))
    assert (off.status, off.sequence) == ("cancelled", 1)
    late = heard(message(sequence=0), off)
    assert late.good == ()
    (refused,) = late.refused
    assert (refused.line, refused.column) == (3, "SEQUENCE")
    assert refused.reason == (
        "an older message of this calendar: its SEQUENCE is 0, and 1 has come"
    )
    assert refused.hint
    again = one(heard(message(sequence=2), off))
    assert (again.status, again.sequence) == ("planned", 2)
    assert raised([again], NOW)


@pytest.mark.parametrize("sequence", [None, 0])
def test_what_is_called_off_is_not_planned_by_a_message_that_is_no_newer(
    sequence: int | None,
) -> None:
    invited = one(heard(message(sequence=sequence)))
    off = one(heard(message(method="CANCEL"), invited))
    (refused,) = heard(message(sequence=sequence), off).refused
    assert "were called off, and this message is no newer (SEQUENCE 0)" in refused.reason
    # What was called off by hand is not planned by a calendar that comes again, either.
    by_hand = msgspec.structs.replace(invited, status="cancelled")
    assert heard(message(sequence=sequence), by_hand).refused


def test_an_older_message_neither_calls_off_nor_moves_what_a_newer_one_says() -> None:
    moved = one(heard(message(sequence=3)))
    for late in (message(sequence=2, method="CANCEL"), message("LOCATION:Oslo", method="CANCEL")):
        (refused,) = heard(late, moved).refused
        assert "an older message of this calendar" in refused.reason
    (refused,) = heard(message("LOCATION:Oslo", sequence=1), moved).refused
    assert "its SEQUENCE is 1, and 3 has come" in refused.reason
    same = one(heard(message("LOCATION:Oslo", sequence=3), moved))
    assert (same.seat, same.sequence) == ("Oslo", 3)


def test_an_older_message_that_says_what_is_on_record_is_never_refused() -> None:
    moved = one(heard(message(sequence=3)))
    assert one(heard(message(sequence=1), moved)) == moved


def test_of_several_messages_in_one_file_the_newest_counts() -> None:
    first, last = (*BARE, "SEQUENCE:4"), (*BARE, "SEQUENCE:5", "LOCATION:Oslo")
    rows = heard(calendar(first, last))
    assert [(talk.seat, talk.sequence) for _, talk in rows.good] == [("Oslo", 5)]
    assert ["older message" in each.reason for each in rows.refused] == [True]


@pytest.mark.parametrize("text", ["-1", "one", "1.5", "\u0661", "2147483648", "9" * 40])
def test_a_number_that_is_none_is_refused_with_its_column(text: str) -> None:
    (refused,) = heard(message(f"SEQUENCE:{text}")).refused
    assert refused.column == "SEQUENCE"
    assert "is no number of a message" in refused.reason


def test_the_number_leaves_with_the_talks_and_comes_in_again() -> None:
    talk = one(heard(message(sequence=7)))
    content = write_calendar([talk], now=NOW)
    assert b"\r\nSEQUENCE:7\r\n" in content
    mine = one(heard(content, assumed=Assumed()))
    assert mine.sequence == 7
    assert heard(content.replace(b"SEQUENCE:7", b"SEQUENCE:8"), mine).refused == ()


FULL = Assumed(
    kind="round",
    parties=("XA", "XB"),
    missions=("paris", "oslo"),
    before="30",
    after="0",
    stakes="the grain accord",
    source="protocol office",
)


def test_what_an_event_does_not_say_is_as_it_was_said_beside_it() -> None:
    talk = one(heard(message(), assumed=FULL))
    assert (talk.kind, talk.parties, talk.missions) == ("round", ("XA", "XB"), ("paris", "oslo"))
    assert (talk.before, talk.after, talk.stakes) == (30, 0, "the grain accord")
    assert talk.source == "protocol office"
    own = ("CATEGORIES:VOTE", "X-LEGATION-MISSIONS:bevora", "X-LEGATION-BEFORE:3", "DESCRIPTION:a")
    talk = one(heard(message(*own), assumed=FULL))
    assert (talk.kind, talk.missions, talk.before, talk.stakes) == ("vote", ("bevora",), 3, "a")


@pytest.mark.parametrize("lines", [(), ("DESCRIPTION:", "LOCATION:", "CATEGORIES:Office")])
def test_what_neither_an_event_nor_the_caller_says_stays_as_it_is_on_record(
    lines: tuple[str, ...],
) -> None:
    talk = one(heard(message("LOCATION:Oslo", "X-LEGATION-OTHERS:A group"), assumed=FULL))
    assert one(heard(message(*lines), talk, assumed=Assumed())) == talk
    moved = message(*lines).replace(b"T120000Z", b"T130000Z")
    later = msgspec.structs.replace(talk, ends=talk.ends + timedelta(hours=1))
    assert one(heard(moved, talk, assumed=Assumed())) == later
    # What is said beside it changes what is on record.
    other = one(heard(message(*lines), talk, assumed=Assumed(kind="vote", before="0")))
    assert other == msgspec.structs.replace(talk, kind="vote", before=0)


@pytest.mark.parametrize(
    ("assumed", "column"),
    [
        (Assumed(before="121"), "before"),
        (Assumed(after="soon"), "after"),
        (Assumed(missions=("Paris",)), "missions"),
        (Assumed(kind="dance"), "CATEGORIES"),
    ],
)
def test_what_is_wrong_beside_an_event_is_refused_with_its_column(
    assumed: Assumed, column: str
) -> None:
    talk = one(heard(message()))
    (refused,) = heard(message(), talk, assumed=assumed).refused
    assert refused.column == column
    assert refused.hint


ELSEWHERE = (
    "UID:1",
    "SUMMARY:one",
    "DTSTART;TZID=Customized Time Zone:20261126T100000",
    "DTEND;TZID=Customized Time Zone:20261126T120000",
)


def test_a_zone_that_nobody_knows_is_the_one_that_the_caller_says_and_that_is_told() -> None:
    assumed = msgspec.structs.replace(BESIDE, zone="Europe/Paris")
    found = read_calendar(calendar(ELSEWHERE), assumed, place="t.ics")
    assert found.unknown == ("Customized Time Zone",)
    talk = one(talks_of(found.messages, {}))
    assert talk.starts == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert talk.ends - talk.starts == timedelta(hours=2)
    # A zone that is known, or that the calendar brings along, stays what it is.
    known = [line.replace("Customized Time Zone", "Asia/Tokyo") for line in ELSEWHERE]
    found = read_calendar(calendar(tuple(known)), assumed, place="t.ics")
    assert found.unknown == ()
    assert one(talks_of(found.messages, {})).starts == datetime(2026, 11, 26, 1, tzinfo=UTC)


def test_a_zone_that_nobody_knows_is_refused_with_a_hint_that_helps() -> None:
    google = ("X-WR-TIMEZONE:Europe/Paris",)
    (refused,) = heard(calendar(ELSEWHERE, before=google)).refused
    assert refused.reason == "the zone 'Customized Time Zone' is not known"
    assert refused.hint == "name one such as Europe/Paris, or --zone"
    wrong = msgspec.structs.replace(BESIDE, zone="Mars")
    (refused,) = heard(calendar(ELSEWHERE), assumed=wrong).refused
    assert refused.reason == "the zone 'Mars' is not known"


@pytest.mark.parametrize(
    ("times", "zone", "starts"),
    [
        (("DTSTART;VALUE=DATE:20261126",), "", "2026-11-25T23:00:00Z"),
        (("DTSTART:20261126T100000", "DURATION:PT1H"), "", "2026-11-26T09:00:00Z"),
        (("DTSTART:20261126T100000Z", "DURATION:PT1H"), "", "2026-11-26T10:00:00Z"),
        (("DTSTART;TZID=Asia/Tokyo:20261126T100000", "DURATION:PT1H"), "", "2026-11-26T01:00:00Z"),
        (("DTSTART;VALUE=DATE:20261126",), "UTC", "2026-11-26T00:00:00Z"),
    ],
)
def test_the_zone_that_a_calendar_names_for_itself_is_that_of_days_and_of_times_without_one(
    times: tuple[str, ...], zone: str, starts: str
) -> None:
    content = calendar(("UID:1", "SUMMARY:one", *times), before=("X-WR-TIMEZONE:Europe/Paris",))
    talk = one(heard(content, assumed=msgspec.structs.replace(BESIDE, zone=zone)))
    assert talk.starts == datetime.fromisoformat(starts)


def test_stakes_that_nobody_stated_leave_no_line_in_the_calendar_that_goes_out() -> None:
    talk = one(heard(message()))
    assert talk.stakes == "not stated"
    content = write_calendar([talk], now=NOW)
    assert b"DESCRIPTION" not in content
    assert b"not stated" not in content
    # An older export that said so wipes nothing, either.
    stated = msgspec.structs.replace(talk, stakes="the accord")
    assert one(heard(message("DESCRIPTION:not stated"), stated)).stakes == "the accord"
