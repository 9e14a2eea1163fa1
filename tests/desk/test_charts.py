"""Charts stay inside their frame, keep every post, and never grow without end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.desk.charts import HEIGHT, WIDTH, Bars, hours, strip, timeline
from legation.threats.disinformation.findings import Burst

DAY = 86400
ACTIVITY = st.dictionaries(st.integers(0, 4000), st.integers(0, 10**6), min_size=1, max_size=60)


def _inside(chart: Bars) -> bool:
    return all(
        bar.x >= 0 and bar.x + bar.width <= WIDTH + 1
        and bar.y >= 0 and bar.y + bar.height <= HEIGHT + 0.02
        for bar in chart.bars
    )  # fmt: skip


@given(ACTIVITY)
def test_a_timeline_keeps_every_post_in_at_most_120_bars(days: dict[int, int]) -> None:
    chart = timeline(sorted((day * DAY, posts) for day, posts in days.items()))
    assert chart is not None
    assert sum(bar.value for bar in chart.bars) == sum(days.values())
    assert len(chart.bars) <= 120
    assert len(chart.across) <= 9
    assert _inside(chart)


def test_a_day_without_posts_stands_in_the_timeline() -> None:
    chart = timeline([(0, 5), (3 * DAY, 7)])
    assert chart is not None
    assert [bar.value for bar in chart.bars] == [5, 0, 0, 7]
    assert chart.unit == "day"


def test_a_burst_is_marked_where_it_happened() -> None:
    burst = Burst(start=2 * DAY, end=3 * DAY, posts=9, usual=1.0)
    chart = timeline([(0, 1), (DAY, 1), (2 * DAY, 9), (3 * DAY, 1)], [burst])
    assert chart is not None
    assert [bar.marked for bar in chart.bars] == [False, False, True, False]


def test_a_long_campaign_says_how_many_days_a_bar_covers() -> None:
    chart = timeline([(0, 1), (999 * DAY, 1)])
    assert chart is not None
    assert chart.unit == "9 days"
    assert chart.bars[0].label == "9 days from 1 January 1970"


@given(st.lists(st.integers(0, 10**5), min_size=24, max_size=24))
def test_hours_have_24_bars_or_no_chart(counts: list[int]) -> None:
    chart = hours(counts)
    assert (chart is None) == (not any(counts))
    if chart is not None:
        assert [bar.value for bar in chart.bars] == counts
        assert _inside(chart)


@given(st.lists(st.integers(-4000, 4000), min_size=1, max_size=80), st.integers(0, 3600))
def test_each_pair_of_posts_has_its_dot(lags: list[int], window: int) -> None:
    drawn = strip(lags, window)
    assert drawn is not None
    assert len(drawn.dots) == len(lags)
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= drawn.height for dot in drawn.dots)


@pytest.mark.parametrize("lag", [30, -30])
def test_a_lag_stands_at_its_share_of_the_window(lag: int) -> None:
    drawn = strip([lag], 60)
    assert drawn is not None
    assert drawn.dots[0].x == pytest.approx(WIDTH / 2)


def test_nothing_is_drawn_of_nothing() -> None:
    assert timeline([]) is None
    assert hours([]) is None
    assert strip([], 60) is None
