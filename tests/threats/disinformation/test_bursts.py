"""Days far above the usual: what is usual, and how many there are beyond those shown."""

import numpy as np

from legation.threats.disinformation.bursts import bursts

DAY = 86_400


def of(counts: list[int]) -> tuple[list[tuple[int, int, float]], int]:
    shown, every = bursts(np.arange(len(counts)) * DAY, np.array(counts))
    return [(one.start // DAY, one.posts, one.usual) for one in shown], every


def test_of_many_bursts_those_with_most_posts_are_shown_and_all_are_counted() -> None:
    counts = [500 + day if day % 20 == 10 else 4 for day in range(400)]
    shown, every = of(counts)
    assert every == 20
    assert [day for day, *_ in shown] == list(range(210, 400, 20))


def test_usual_is_the_median_of_the_days_around() -> None:
    # Three years of growth are no burst; a day that stands out of its own weeks is one.
    counts = [4] * 100 + [400] * 100
    assert of(counts)[1] <= 7  # the days of the step itself
    counts[150] = 9000
    assert (150, 9000, 400.0) in of(counts)[0]


def test_who_posts_on_few_days_does_not_burst_on_each_of_them() -> None:
    days = np.arange(30) * 40 * DAY
    assert bursts(days, np.full(30, 60)) == ((), 0)


def test_two_days_have_no_usual() -> None:
    assert of([1, 900]) == ([], 0)
