"""A score has its words and its interval; a change between polls is told only beyond chance."""

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.safeguards.cases.effects import (
    FELL,
    NO_SIZE,
    RELATIONS,
    ROSE,
    TRUST,
    WITHIN,
    Effect,
    Poll,
    change,
    interval,
    meaning,
    wilson,
)


def poll(share: float, asked: int | None = None, on: str = "2024-01", **ends: Any) -> Poll:
    return Poll(share=share, asked=asked, on=on, source="an institute", **ends)


def effect(**fields: Any) -> Effect:
    told: dict[str, Any] = {
        "of": "relations",
        "a": "XA",
        "b": "XB",
        "score": -1,
        "low": -2,
        "high": 0,
        "source": "press",
        "on": "2025-05",
        "known": "2025-06",
    }
    return Effect(**{**told, **fields})


# Newcombe (1998), table II: a of m, b of n, and the interval of a/m - b/n by method 10.
PUBLISHED = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize("published", PUBLISHED)
def test_the_interval_of_a_change_is_the_published_one(
    published: tuple[int, int, int, int, float, float],
) -> None:
    a, m, b, n, low, high = published
    told = change(poll(b / n, n), poll(a / m, m))
    assert told.low is not None
    assert told.high is not None
    assert (round(told.low, 4), round(told.high, 4)) == (low, high)
    assert told.says == (ROSE if low > 0 else WITHIN)


SHARES = st.floats(0, 1)
SIZES = st.integers(1, 5000)


@given(SHARES, SIZES, SHARES, SIZES)
def test_polls_that_change_places_turn_the_change_around(
    one: float, m: int, other: float, n: int
) -> None:
    told, turned = change(poll(one, m), poll(other, n)), change(poll(other, n), poll(one, m))
    assert told.low is not None
    assert turned.high is not None
    assert math.isclose(told.low, -turned.high, abs_tol=1e-12)
    assert {ROSE: FELL, FELL: ROSE}.get(told.says, told.says) == turned.says


@given(SHARES, SIZES)
def test_an_interval_holds_its_share_and_lies_within_0_and_1(share: float, asked: int) -> None:
    low, high = wilson(share, asked)
    assert 0 <= low <= share <= high <= 1


@given(SHARES, SIZES)
def test_polls_that_agree_tell_no_change(share: float, asked: int) -> None:
    assert change(poll(share, asked), poll(share, asked)).says == WITHIN


def test_without_a_size_or_an_interval_nothing_is_told() -> None:
    told = change(poll(0.9, 1000), poll(0.1))
    assert (told.low, told.high, told.says) == (None, None, NO_SIZE)
    assert change(poll(0.9, 1000), poll(0.1, low=0.05, high=0.15)).says == FELL


def test_an_interval_that_a_poll_states_counts_where_it_is_wider() -> None:
    low, high = wilson(0.5, 1000)
    assert interval(poll(0.5, 1000, low=0.4, high=0.51)) == (0.4, high)
    assert interval(poll(0.5, 1000, low=0.49, high=0.6)) == (low, 0.6)
    assert change(poll(0.5, 1000), poll(0.56, 1000)).says == ROSE
    assert change(poll(0.5, 1000), poll(0.56, 1000, low=0.48, high=0.64)).says == WITHIN


def test_each_step_has_words_of_its_own_on_each_scale() -> None:
    assert [*RELATIONS] == [*TRUST] == [*range(-3, 4)]
    told = effect(of="trust", a=None, b=None, institution="the electoral commission", score=-2)
    assert meaning(told) == TRUST[-2]
    assert meaning(effect()) == RELATIONS[-1]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"b": None}, "a"),
        ({"b": "XA"}, "a"),
        ({"institution": "a court"}, "a"),
        ({"of": "trust"}, "institution"),
        ({"of": "trust", "a": None, "b": None, "institution": "  "}, "institution"),
        ({"low": 0}, "score"),
        ({"high": -2}, "score"),
        ({"known": "2025-04"}, "known"),
        ({"known": "2024"}, "known"),
        ({"before": poll(0.5, 9), "after": poll(0.5, 9)}, "after.on"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_place(
    fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(RecordError) as refused:
        effect(**fields)
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("ends", "place"), [({"low": 0.1}, "low"), ({"low": 0.6, "high": 0.7}, "share")]
)
def test_an_interval_that_is_none_is_refused(ends: dict[str, Any], place: str) -> None:
    with pytest.raises(RecordError) as refused:
        poll(0.5, **ends)
    assert refused.value.place == place


@pytest.mark.parametrize("fields", [{"score": 4}, {"low": -4}, {"source": ""}, {"a": "x"}])
def test_a_score_off_the_scale_or_without_a_source_is_no_entry(fields: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(effect()), **fields}, Effect)


@pytest.mark.parametrize("known", ["2025", "2025-05", "2025-05-01", "2026"])
def test_a_day_that_is_known_in_part_is_compared_as_far_as_it_is(known: str) -> None:
    assert effect(known=known).known == known


def test_an_effect_comes_back_as_it_was_written() -> None:
    told = effect(before=poll(0.5, 900), after=poll(0.4, on="2025-06", low=0.3, high=0.5))
    assert msgspec.json.decode(msgspec.json.encode(told), type=Effect) == told
