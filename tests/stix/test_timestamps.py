"""Timestamps are kept as written, and read as instants."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.stix.timestamps import Timestamp

_INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(_INSTANTS)
def test_an_instant_comes_back_exactly(instant: datetime) -> None:
    assert Timestamp.of(instant).instant == instant


@given(_INSTANTS, st.integers(0, 12))
def test_trailing_zeros_are_kept_and_do_not_move_the_instant(instant: datetime, zeros: int) -> None:
    plain = Timestamp.of(instant)
    longer = Timestamp(f"{plain.text[:-1]}{'0' * zeros}Z")
    assert longer.text.count("0", -zeros - 1) >= zeros
    assert longer.moment == plain.moment
    assert (longer == plain) is (zeros == 0)


@given(_INSTANTS, _INSTANTS)
def test_moments_are_ordered_like_instants(first: datetime, second: datetime) -> None:
    a, b = Timestamp.of(first), Timestamp.of(second)
    assert (a.moment < b.moment) is (first < second)


def test_digits_finer_than_a_microsecond_are_kept_and_order() -> None:
    early = Timestamp("2026-11-23T10:00:00.123456788Z")
    late = Timestamp("2026-11-23T10:00:00.123456789Z")
    assert early.instant == late.instant
    assert early.moment < late.moment
    assert Timestamp("2026-11-23T10:00:00Z").moment < early.moment


def test_a_leap_second_is_valid() -> None:
    leap = Timestamp("2016-12-31T23:59:60.5Z")
    assert leap.instant == datetime(2017, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)


def test_at_least_milliseconds_are_written_in_utc() -> None:
    zone = timezone(timedelta(hours=2))
    assert Timestamp.of(datetime(2026, 1, 1, 1, tzinfo=zone)).text == "2025-12-31T23:00:00.000Z"
    assert Timestamp.at(0).text == "1970-01-01T00:00:00.000Z"
    assert Timestamp.at(-1).text == "1969-12-31T23:59:59.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:00:00",
        "2026-11-23T10:00:00+00:00",
        "2026-11-23 10:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-11-23T10:00:00.Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:00:61Z",
        "٢٠٢٦-11-23T10:00:00Z",
        "2026-11-23T10:00:00Z\n",
        "",
    ],
)
def test_what_is_no_timestamp_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="no STIX timestamp"):
        Timestamp(text)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(RecordError, match="without a zone"):
        Timestamp.of(datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test


def test_milliseconds_taken_for_seconds_are_refused_with_a_hint() -> None:
    with pytest.raises(RecordError) as caught:
        Timestamp.at(1_770_000_000_000)
    assert "milliseconds" in caught.value.hint
