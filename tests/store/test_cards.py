"""A card is read off an object's bytes, or the bytes are refused with their place."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.store.cards import read_card
from legation.store.values import indexed, instant, microseconds, moment, plain, sortable

from .objects_made import CAMPAIGN, GREEN, OTHER, RED, account, campaign, encoded, marking


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"id":1,"type":"campaign"}',
        b'{"id":"campaign--1","type":"campaign"}',
        encoded({"id": "bundle--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a01", "type": "bundle"}),
        encoded({"id": CAMPAIGN, "type": "identity"}),
        encoded({"id": CAMPAIGN, "type": "campaign", "created": "2026-02-01T00:00:00Z"}),
        campaign("yesterday"),
        campaign("2026-02-30T00:00:00Z"),
        campaign("2026-02-01T00:00:00+01:00"),
        campaign("٢٠٢٦-02-01T00:00:00Z"),
    ],
)
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInputError):
        read_card(raw)


def test_references_are_read_at_any_depth() -> None:
    card = read_card(
        campaign(
            object_marking_refs=[GREEN],
            granular_markings=[{"marking_ref": RED, "selectors": ["name"]}],
            extensions={"x": {"inner": [{"seen_ref": OTHER, "bad_ref": "no id", "n_refs": [1]}]}},
        )
    )
    assert card.references == (
        ("extensions.x.inner.seen_ref", OTHER),
        ("granular_markings.marking_ref", RED),
        ("object_marking_refs", GREEN),
    )


def test_what_tells_versions_apart_depends_on_the_kind_of_object() -> None:
    assert read_card(campaign("2026-02-03T00:00:00.100Z")).version == "2026-02-03T00:00:00.1"
    assert read_card(marking()).version == "2026-02-01T00:00:00"
    assert read_card(account()).version == read_card(account()).content_sha256


def test_only_a_true_revocation_revokes() -> None:
    assert read_card(campaign(revoked=True)).revoked
    assert not read_card(campaign(revoked="false")).revoked


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "\ud800"])
def test_every_value_can_be_indexed(name: str) -> None:
    kept = indexed(name)
    assert "\0" not in kept
    assert len(kept.encode()) <= 800


@given(st.text())
def test_plain_text_stays_as_it_is(name: str) -> None:
    clean = plain(name)
    assert plain(clean) == clean
    assert clean == name or "\0" in name


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-01-02T03:04:00Z", "2026-01-02T03:04:00"),
        ("2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05.1200Z", "2026-01-02T03:04:05.12"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00"),
    ],
)
def test_an_instant_has_one_sortable_form(text: str, form: str) -> None:
    assert instant(text, "modified") == form


times = st.datetimes(timezones=st.just(UTC))


@given(times, times)
def test_the_order_of_the_text_is_the_order_of_time(one: datetime, other: datetime) -> None:
    assert (sortable(one) < sortable(other)) == (one < other)


@given(times)
def test_a_time_comes_back_from_its_microseconds(time: datetime) -> None:
    assert moment(microseconds(time)) == time


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(BadInputError):
        microseconds(datetime(2026, 1, 1) + timedelta())  # noqa: DTZ001 (that is the fault)
