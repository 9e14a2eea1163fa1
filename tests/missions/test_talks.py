"""The calendar of talks: watch that is raised for a reason and ends by itself."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, LegationError
from legation.missions.calendar import Assumed, read_calendar, write_calendar
from legation.missions.talks import Talk, TalkKind, near, raised, verify_talk, watch_of

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
    stakes=WORDS,
    seat=st.just("") | WORDS,
    starts=st.integers(0, 10**6).map(lambda second: NOW + timedelta(seconds=second)),
    ends=st.integers(10**6, 10**7).map(lambda second: NOW + timedelta(seconds=second)),
    parties=st.lists(st.sampled_from(["XA", "XB", "SE", "FR"]), min_size=1, unique=True),
    missions=st.lists(st.sampled_from(["paris", "oslo"]), unique=True),
    before=st.integers(0, 120),
    after=st.integers(0, 120),
)


@given(TALKS)
def test_what_is_written_as_a_calendar_is_read_again(one: Talk) -> None:
    content = write_calendar([one], now=NOW)
    rows = read_calendar(content, Assumed(), place="t.ics")
    assert rows.refused == ()
    assert [row for _, row in rows.good] == [one]
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


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
    with pytest.raises(LegationError, match=said) as refused:
        verify_talk(talk(**change))
    assert refused.value.hint


def calendar(*lines: str) -> bytes:
    inside = "\r\n".join(lines)
    return f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR".encode()


FOREIGN = (
    "UID:4711@office.example",
    "DTSTART;TZID=Europe/Paris:20261126T100000",
    "DTEND;TZID=Europe/Paris:20261126T120000",
    "SUMMARY:Visit of the minister",
)


def test_an_event_of_another_program_is_completed_by_what_the_caller_says() -> None:
    assumed = Assumed(kind="visit", parties=("XA",), source="office")
    rows = read_calendar(calendar(*FOREIGN), assumed, place="t.ics")
    ((line, found),) = rows.good
    assert (line, found.key, found.kind, found.parties) == (
        2,
        "4711-office-example",
        "visit",
        ("XA",),
    )
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
    rows = read_calendar(calendar(*lines), Assumed(), place="t.ics")
    ((line, reason),) = [(one.line, one.reason) for one in rows.refused]
    assert (line, rows.good) == (2, ())
    assert said in reason


def test_a_cancelled_event_is_no_talk() -> None:
    rows = read_calendar(calendar(*FOREIGN, "STATUS:CANCELLED"), Assumed(), place="t.ics")
    assert (rows.good, rows.refused) == ((), ())


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
