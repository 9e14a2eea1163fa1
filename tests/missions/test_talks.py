"""The calendar of talks: watch that is raised for a reason and ends by itself."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, LegationError, RecordError
from legation.formats.rows import Rows
from legation.missions.calendar import Assumed, read_calendar, write_calendar
from legation.missions.messages import NOT_STATED, talks_of
from legation.missions.talks import Talk, TalkKind, TalkStatus, near, raised, verify_talk, watch_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def talk(**more: object) -> Talk:
    said = {
        "key": "round-1",
        "kind": "round",
        "name": "First round",
        "starts": NOW,
        "ends": NOW + DAY,
        "parties": ["XA", "XB"],
        "stakes": "the grain accord",
        "source": "invitation",
    }
    return msgspec.convert(said | more, Talk)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).map(
    lambda text: text.strip("'") or "x"
)
TALKS = st.builds(
    talk,
    kind=st.sampled_from(get_args(TalkKind)),
    name=WORDS,
    stakes=st.just(NOT_STATED) | WORDS,
    seat=st.just("") | WORDS,
    starts=st.integers(0, 10**6).map(lambda second: NOW + timedelta(seconds=second)),
    ends=st.integers(10**6, 10**7).map(lambda second: NOW + timedelta(seconds=second)),
    parties=st.lists(st.sampled_from(["XA", "XB", "SE", "EU", "NATO"]), min_size=1, unique=True),
    missions=st.lists(st.sampled_from(["paris", "oslo"]), unique=True),
    before=st.integers(0, 120),
    after=st.integers(0, 120),
    status=st.sampled_from(get_args(TalkStatus)),
    sequence=st.integers(0, 2_147_483_647),
)


@given(TALKS)
def test_what_is_written_as_a_calendar_is_read_again(one: Talk) -> None:
    content = write_calendar([one], now=NOW)
    found = heard(content, Assumed())
    assert found.refused == ()
    assert [row for _, row in found.good] == [one]
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    content.replace(b"\r\n ", b"").decode()  # no fold stands within a letter


def test_a_raised_watch_says_why_and_ends_by_itself() -> None:
    one = talk(before=2, after=1)
    watch = watch_of(one)
    assert watch.because == "round 'First round': the grain accord"
    assert [bool(raised([one], NOW + n * DAY)) for n in (-3, -2, 0, 1, 2)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert raised([one], watch.ends) == ()


def test_watches_stand_in_the_order_in_which_they_end() -> None:
    long, short = talk(after=50), talk(key="round-2", after=3)
    assert [watch.talk for watch in raised([long, short], NOW)] == ["round-2", "round-1"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"parties": ["Aldria"]}, "unknown country"),
        ({"parties": []}, "nobody takes part"),
        ({"parties": ["XA", "XA"]}, "comes twice"),
        ({"ends": NOW - DAY}, "ends before it begins"),
        ({"starts": datetime(2026, 1, 1)}, "without a zone"),  # noqa: DTZ001 - what is refused
    ],
)
def test_talks_that_cannot_be_are_refused_in_words(change: dict[str, object], said: str) -> None:
    with pytest.raises(RecordError, match=said) as refused:
        verify_talk(talk(**change))
    assert refused.value.hint
    assert refused.value.place == next(iter(change))


def calendar(*lines: str) -> bytes:
    inside = "\r\n".join(lines)
    return f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR".encode()


def heard(content: bytes, assumed: Assumed, *known: Talk) -> Rows[Talk]:
    """Return what a calendar makes of the talks on record."""
    messages = read_calendar(content, assumed, place="t.ics").messages
    return talks_of(messages, {one.key: one for one in known})


def read(content: bytes, **assumed: object) -> Rows[Talk]:
    said = {"kind": "visit", "parties": ("XA",)} | assumed
    return heard(content, msgspec.convert(said, Assumed))


def events(*each: Sequence[str], before: Sequence[str] = ()) -> bytes:
    """Return a calendar of several events."""
    lines = [line for one in each for line in ("BEGIN:VEVENT", *one, "END:VEVENT")]
    return "\r\n".join(("BEGIN:VCALENDAR", *before, *lines, "END:VCALENDAR", "")).encode()


FOREIGN = (
    "UID:4711@office.example",
    "DTSTART;TZID=Europe/Paris:20261126T100000",
    "DTEND;TZID=Europe/Paris:20261126T120000",
    "SUMMARY:Visit of the minister",
)


def test_an_event_of_another_program_is_completed_by_what_the_caller_says() -> None:
    assumed = Assumed(kind="visit", parties=("XA",), source="office")
    rows = heard(calendar(*FOREIGN), assumed)
    ((line, found),) = rows.good
    assert (line, found.kind, found.parties) == (2, "visit", ("XA",))
    assert re.fullmatch(r"4711-office-example-[0-9a-f]{16}", found.key)
    assert found.starts == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert found.stakes == "not stated"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (FOREIGN, "nothing says what it is"),
        ((*FOREIGN, "CATEGORIES:PARTY"), "is no kind of talks"),
        ((*FOREIGN, "CATEGORIES:VISIT"), "nobody takes part"),
        ((*FOREIGN, "CATEGORIES:VISIT", "X-LEGATION-PARTIES:Aldria"), "unknown country"),
        ((*FOREIGN, "CATEGORIES:VISIT", "RRULE:FREQ=DAILY;COUNT=2"), "a repetition is not read"),
        (("UID:1", "SUMMARY:x", "DTSTART:20261126T100000", "CATEGORIES:VISIT"), "no zone"),
        (("UID:1", "SUMMARY:x", "DTSTART:20261126T100000Z", "CATEGORIES:VISIT"), "no end"),
    ],
)
def test_an_event_that_says_too_little_is_refused_with_its_line(
    lines: tuple[str, ...], said: str
) -> None:
    rows = heard(calendar(*lines), Assumed())
    ((line, reason),) = [(one.line, one.reason) for one in rows.refused]
    assert (line, rows.good) == (2, ())
    assert said in reason


@pytest.mark.parametrize(
    "content",
    [
        events((*FOREIGN, "STATUS:CANCELLED")),
        events(FOREIGN, before=("METHOD:CANCEL",)),
        events(("UID:4711@office.example",), before=("METHOD:CANCEL",)),
    ],
)
def test_a_cancelled_event_calls_off_the_talks_of_its_uid(content: bytes) -> None:
    before = read(events(FOREIGN)).good[0][1]
    found = heard(content, Assumed(), before)
    assert found.refused == ()
    assert [row for _, row in found.good] == [msgspec.structs.replace(before, status="cancelled")]


def test_cancelled_talks_raise_no_watch() -> None:
    assert raised([talk()], NOW)
    assert raised([talk(status="cancelled")], NOW) == ()


def test_one_round_of_a_repetition_that_is_called_off_calls_off_nothing_else() -> None:
    lines = (*FOREIGN, "RECURRENCE-ID:20261126T090000Z", "STATUS:CANCELLED")
    found = heard(events(lines), Assumed(), read(events(FOREIGN)).good[0][1])
    assert found.good == ()
    assert "a repetition is not read: RECURRENCE-ID" in found.refused[0].reason


SINGLE = ("SUMMARY:one", "DTSTART:20261126T100000Z", "DTEND:20261126T120000Z")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("RRULE:FREQ=DAILY;COUNT=2", "RRULE"),
        ("RDATE:20261127T100000Z", "RDATE"),
        ("EXDATE:20261127T100000Z", "EXDATE"),
        ("RECURRENCE-ID:20261127T100000Z", "RECURRENCE-ID"),
        ("DTSTART:20261126T110000Z", "DTSTART"),
        ("UID:other", "UID"),
        ("BEGIN:VEVENT\r\nUID:in\r\nEND:VEVENT", ""),
        ("DURATION:PT1H", ""),
        ("CATEGORIES:PARTY", "CATEGORIES"),
        ("X-LEGATION-PARTIES:EL", "parties"),
        ("X-LEGATION-MISSIONS:Paris", "missions"),
        ("X-LEGATION-BEFORE:soon", "before"),
        ("DESCRIPTION:a\u202eb", "DESCRIPTION"),
    ],
)
def test_one_event_that_is_not_read_is_named_and_the_others_are_kept(
    line: str, column: str
) -> None:
    kind = "CATEGORIES:VISIT"
    rows = read(
        events(
            ("UID:a", *SINGLE, kind),
            ("UID:b", *SINGLE, line, *(() if column == "CATEGORIES" else (kind,))),
            ("UID:c", *SINGLE, kind),
        ),
        kind="",
    )
    assert len(rows.good) == 2
    assert [(one.line, one.column) for one in rows.refused] == [(9, column)]
    assert rows.refused[0].hint


def test_an_alarm_inside_an_event_is_passed_over() -> None:
    lines = ("UID:a", "BEGIN:VALARM", "DURATION:PT5M", "SUMMARY:ring", "END:VALARM", *SINGLE)
    ((_, found),) = read(events(lines)).good
    assert (found.name, found.ends - found.starts) == ("one", timedelta(hours=2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("переговоры-1", "переговоры-2"),
        ("会谈", "谈会"),
        ("a@b.example", "a-b.example"),
        ("A@b", "a@b"),
        ("x" * 80 + "1", "x" * 80 + "2"),
        ("мир@legation", "mir@legation"),
    ],
)
def test_two_uids_never_come_to_one_key(one: str, other: str) -> None:
    rows = read(events((f"UID:{one}", *SINGLE), (f"UID:{other}", *SINGLE)))
    keys = {row.key for _, row in rows.good}
    assert len(keys) == 2
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", key) for key in keys)
    # The same event has the same key when it comes again.
    assert keys == {
        row.key for _, row in read(events((f"UID:{one}", *SINGLE), (f"UID:{other}", *SINGLE))).good
    }


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_only_the_ends_of_lines_that_the_standard_knows_end_a_line(sign: str) -> None:
    lines = (
        "UID:a",
        "SUMMARY:first" + sign + "STATUS:CANCELLED",
        "DESCRIPTION:stakes" + sign + "UID:b",
        *SINGLE[1:],
    )
    ((_, found),) = read(events(lines)).good
    assert found.name == "first STATUS:CANCELLED"
    assert found.stakes == "stakes UID:b"


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_fold_may_stand_within_a_letter(end: str) -> None:
    name = "Переговоры: третий раунд — 谈判".encode()
    folds = (end.encode() + b" ").join(name[at : at + 1] for at in range(len(name)))
    content = events(("UID:a", "SUMMARY:NAME", *SINGLE[1:]), ("UID:b", "RRULE:x", *SINGLE))
    rows = read(content.replace(b"NAME", folds).replace(b"\r\n", end.encode()))
    assert [row.name for _, row in rows.good] == [name.decode()]
    assert [one.line for one in rows.refused] == [8 + len(name) - 1]


@pytest.mark.parametrize(
    ("times", "starts", "hours"),
    [
        (("DTSTART:20261126T100000Z", "DURATION:PT90M"), "2026-11-26T10:00:00Z", 1.5),
        (("DTSTART:20261126T100000Z", "DURATION:P1W"), "2026-11-26T10:00:00Z", 168),
        (("DTSTART:20261126T100060Z", "DTEND:20261126T110000Z"), "2026-11-26T10:00:59Z", None),
        (("DTSTART;VALUE=DATE:20261126",), "2026-11-25T23:00:00Z", 24),
        (
            ("DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261128"),
            "2026-11-25T23:00:00Z",
            48,
        ),
        (("DTSTART;VALUE=DATE:20261126", "DURATION:P2D"), "2026-11-25T23:00:00Z", 48),
        # A day on which the clocks change has its own length.
        (("DTSTART;VALUE=DATE:20261025",), "2026-10-24T22:00:00Z", 25),
    ],
)
def test_when_an_event_begins_and_ends_is_read_as_the_standard_says(
    times: tuple[str, ...], starts: str, hours: float | None
) -> None:
    rows = read(events(("UID:a", "SUMMARY:one", *times)), zone="Europe/Paris")
    assert rows.refused == ()
    ((_, found),) = rows.good
    assert found.starts == datetime.fromisoformat(starts)
    if hours is not None:
        assert found.ends - found.starts == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (("DTSTART:20261126T1000Z", "DTEND:20261126T110000Z"), "is no time"),
        (("DTSTART:20261126T240000Z", "DTEND:20261127T110000Z"), "is no time"),
        (("DTSTART:2026-11-26T10:00:00Z", "DURATION:PT1H"), "is no time"),
        (("DTSTART:20261131T100000Z", "DURATION:PT1H"), "is no time"),
        (("DTEND:20261126T110000Z",), "DTSTART is missing"),
        (("DTSTART:20261126T100000Z",), "has no end"),
        (("DTSTART:20261126T100000Z", "DURATION:PT"), "is no length of time"),
        (("DTSTART:20261126T100000Z", "DURATION:-PT1H"), "is no length of time"),
        (("DTSTART:20261126T100000Z", "DTEND;VALUE=DATE:20261127"), "are not of one kind"),
        (("DTSTART:20261126T100000Z", "DTEND:20261126T090000Z"), "ends before it begins"),
        (("DTSTART;VALUE=DATE:20261126",), "the time has no zone"),
        (("DTSTART;TZID=Mars/Olympus:20261126T100000", "DURATION:PT1H"), "is not known"),
        (("DTSTART;TZID=Europe/Paris:20261025T023000", "DURATION:PT1H"), "exists twice"),
        (("DTSTART;TZID=Europe/Paris:20260329T023000", "DURATION:PT1H"), "does not exist"),
    ],
)
def test_a_time_that_says_too_little_is_refused(times: tuple[str, ...], said: str) -> None:
    rows = read(events(("UID:a", "SUMMARY:one", *times)))
    assert rows.good == ()
    assert said in rows.refused[0].reason
    assert rows.refused[0].hint


ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:W. Europe Standard Time",
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


@pytest.mark.parametrize(
    "day", [f"2026{month:02}{day}" for month in range(1, 13) for day in ("01", "28")]
)
def test_a_zone_that_a_calendar_brings_along_is_that_of_its_rules(day: str) -> None:
    times = (f"DTSTART;TZID=ZONE:{day}T120000", f"DTEND;TZID=ZONE:{day}T130000")
    event = ("UID:a", "SUMMARY:one", *times)
    own = events([line.replace("ZONE", '"W. Europe Standard Time"') for line in event], before=ZONE)
    known = events([line.replace("ZONE", "Europe/Berlin") for line in event])
    assert read(own).good[0][1].starts == read(known).good[0][1].starts


@pytest.mark.parametrize(
    ("at", "said"),
    [("20261025T023000", "exists twice"), ("20260329T023000", "does not exist")],
)
def test_a_time_that_is_not_one_in_a_calendar_s_own_zone_is_refused(at: str, said: str) -> None:
    event = (
        "UID:a",
        "SUMMARY:one",
        f'DTSTART;TZID="W. Europe Standard Time":{at}',
        "DURATION:PT1H",
    )
    rows = read(events(event, before=ZONE))
    assert said in rows.refused[0].reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FREQ=YEARLY", "FREQ=MONTHLY"),
        ("BYDAY=-1SU", "BYDAY=SU"),
        ("BYMONTH=10", "BYMONTH=10;BYHOUR=3"),
        ("BYMONTH=10", "BYMONTH=13"),
        ("TZOFFSETFROM:+0200", "TZOFFSETFROM:2"),
        ("TZOFFSETTO:+0100", "TZOFFSETTO:+9999"),
        ("DTSTART:16010101T030000", "DTSTART:16010101"),
        ("DTSTART:16010101T030000", "RDATE:16010101T030000"),
    ],
)
def test_a_zone_of_other_rules_is_refused_by_its_name(old: str, new: str) -> None:
    zone = [line.replace(old, new) for line in ZONE]
    event = (
        "UID:a",
        "SUMMARY:one",
        'DTSTART;TZID="W. Europe Standard Time":20260101T100000',
        "DURATION:PT1H",
    )
    rows = read(events(event, ("UID:b", *SINGLE), before=zone))
    assert len(rows.good) == 1
    assert (
        "the zone 'W. Europe Standard Time' has rules that are not read" in rows.refused[0].reason
    )


def test_parts_of_a_calendar_that_stand_too_deep_are_refused_at_once() -> None:
    deep = b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 100_000
    with pytest.raises(BadInputError, match="line 17: VEVENT begins within 16 others"):
        read(deep)


def test_an_invitation_s_long_text_is_cut_where_it_shows() -> None:
    ((_, found),) = read(events(("UID:a", "DESCRIPTION:" + "word " * 900, *SINGLE))).good
    assert len(found.stakes) <= 1000
    assert found.stakes.endswith("word\u2026")


def test_a_category_among_others_says_what_talks_they_are() -> None:
    lines = ("UID:a", "CATEGORIES:Red\\, urgent,SUMMIT", "CATEGORIES:Office", *SINGLE)
    ((_, found),) = read(events(lines), kind="").good
    assert found.kind == "summit"


@pytest.mark.parametrize("content", [b"", b"key,kind\n", b"\xff\xfe"])
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(BadInputError):
        read_calendar(content, Assumed(), place="t.ics")


@pytest.mark.parametrize(
    "change", [{"ends": "9999-12-31T23:00:00Z"}, {"starts": "0001-01-01T00:00:00Z"}]
)
def test_talks_so_far_away_that_no_day_can_be_added_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(LegationError, match="within the years"):
        verify_talk(talk(**change))
    verify_talk(talk(starts="1900-01-01T00:00:00Z", ends="2999-12-31T23:00:00Z"))
    watch_of(talk(starts="1900-01-01T00:00:00Z", ends="2999-12-31T23:00:00Z"))


def test_a_calendar_of_very_many_folds_or_rules_is_read_or_refused_and_never_counted_over() -> None:
    folds = read(events(("UID:a", "SUMMARY:" + "a\r\n " * 300_000, *SINGLE[1:])))
    assert "length" in folds.refused[0].reason
    rules = [*ZONE[:2], *(ZONE[2:8] * 20_000), "END:VTIMEZONE"]
    times = ('DTSTART;TZID="W. Europe Standard Time":20260101T100000', "DURATION:PT1H")
    many = [(f"UID:{number}", "SUMMARY:one", *times) for number in range(500)]
    rows = read(events(*many, before=rules))
    assert len(rows.refused) == 500
    assert "rules that are not read" in rows.refused[0].reason


def day(offset: int) -> int:
    """Return the beginning of a day before or after the talks, as an activity has it."""
    return int((NOW.replace(hour=0) + offset * DAY).timestamp())


def test_an_activity_meets_the_watch_that_was_raised_on_its_days_and_no_other() -> None:
    here = talk(before=2, after=1)
    far = talk(key="far", starts=NOW + 90 * DAY, ends=NOW + 91 * DAY, before=2)
    (one,) = near([far, here], [(day(-9), 5), (day(-1), 3), (day(1), 4), (day(8), 8)])
    assert one.watch == watch_of(here)
    assert (one.posts, one.of, one.share) == (7, 20, 0.5)
    assert near([here], []) == near([], [(day(0), 1)]) == ()
    assert near([here], [(day(0), 0)]) == ()


@pytest.mark.parametrize(
    ("offset", "met"), [(-3, False), (-2, True), (0, True), (2, True), (3, False)]
)
def test_the_first_and_the_last_day_of_a_watch_count_and_none_beside_them(
    offset: int, *, met: bool
) -> None:
    # Raised from noon two days before until noon two days after.
    assert bool(near([talk(before=2, after=1)], [(day(offset), 1)])) is met


@given(st.lists(TALKS, unique_by=lambda one: one.key + one.name), st.permutations(["XA", "XB"]))
def test_near_talks_are_told_by_their_time_whoever_the_parties_are(
    talks: list[Talk], turned: list[str]
) -> None:
    swap = dict(zip(("XA", "XB"), turned, strict=True))
    other = [
        msgspec.structs.replace(one, parties=tuple(swap.get(code, code) for code in one.parties))
        for one in talks
    ]
    days = [(day(n), n + 1) for n in range(20)]
    assert near(talks, days) == near(other, days)


@pytest.mark.parametrize(
    ("lines", "said", "line"),
    [
        (("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1"), "VEVENT never ends", 2),
        (("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "END:VCALENDAR"), "VEVENT never ends", 2),
        (("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "END:VEVENT"), "VCALENDAR never ends", 1),
        (("BEGIN:VCALENDAR", "VERSION:2.0"), "VCALENDAR never ends", 1),
        (("BEGIN:VCALENDAR", "END:VEVENT", "END:VCALENDAR"), "VEVENT ends and never began", 2),
    ],
)
def test_a_calendar_that_was_cut_off_is_refused_by_what_never_ends(
    lines: tuple[str, ...], said: str, line: int
) -> None:
    with pytest.raises(BadInputError, match=said) as refused:
        read_calendar("\r\n".join([*lines, ""]).encode(), Assumed(), place="talks.ics")
    assert refused.value.place == f"line {line}"
