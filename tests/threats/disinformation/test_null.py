"""What the nulls know: popularity, hours, minutes, layers, languages; and what they must not ask.

Each test changes one thing in a small crowd and looks at what is expected of a pair.
"""

import numpy as np
import pytest

from legation.threats.disinformation.batches import Batches
from legation.threats.disinformation.coordination import Coordination
from legation.threats.disinformation.exposure import DAY, HOUR, expose
from legation.threats.disinformation.significance import candidates
from legation.threats.disinformation.ties import gather
from worlds.crowds import Row, batches_of, crowd, planted

MINUTE = 60


def expected(batches: Batches, a: int, b: int, *, length_s: int = HOUR) -> float:
    ties, pair = gather(batches.co_actions), (np.array([a]), np.array([b]))
    seen = batches.co_actions
    return float(expose(batches).expected(seen, ties.share(), *pair, length_s=length_s)[0])


def hourly(account: int, minute: int, *, hours: int, first_post: int, item: int) -> list[Row]:
    """Posts on the hour's object, at one minute of each hour."""
    return [
        (0, item + hour, account, first_post + hour, hour * HOUR + minute * MINUTE)
        for hour in range(hours)
    ]


def test_newsrooms_that_post_at_one_minute_are_expected_to_meet_in_a_short_window() -> None:
    """Accounts 0 and 1 post at the full hour, 2 and 3 at other minutes; all on one object an hour.

    With a window of five minutes only 0 and 1 can meet, and that they do is expected.
    """
    rows = [
        row
        for account, minute in ((0, 0), (1, 1), (2, 20), (3, 40))
        for row in hourly(account, minute, hours=24, first_post=100 * account, item=0)
    ]
    batches = batches_of(rows, accounts=4, window_s=5 * MINUTE)
    assert expected(batches, 0, 1) == pytest.approx(24)
    assert expected(batches, 2, 3) == expected(batches, 0, 2) == 0


def test_a_viral_hour_expects_more_of_its_people_than_a_quiet_one() -> None:
    viral = [(0, 1, account, account, 10 * account) for account in range(40)]
    quiet = [
        (0, 100 + account // 2, account, 1000 + account, 50 * HOUR + account)
        for account in range(40)
    ]
    batches = batches_of(viral + quiet, accounts=40)
    of_both = expected(batches, 0, 1)
    assert of_both == pytest.approx(1 + 20 / (40 * 39 / 2))


def test_an_hour_of_another_language_says_nothing_of_this_one() -> None:
    """Speakers of one language share one object, speakers of the other share none with them."""
    one = [(0, 1, account, account, account) for account in range(0, 20, 2)]
    other = [(0, 10 + account // 4, account, account, account) for account in range(1, 20, 2)]
    apart = batches_of(one + other, accounts=20, languages=2)
    mixed = batches_of(one + other, accounts=20, languages=1)
    assert expected(apart, 0, 2) == pytest.approx(1)
    assert expected(mixed, 0, 2) < 0.5


def test_layers_are_combined_by_adding_what_each_expects() -> None:
    """A tie's weight is over all layers, so its expectation is the sum over them."""
    reposts = [(0, 1, account, account, account) for account in range(6)]
    links = [(1, 2, account, 100 + account, 5 * HOUR + account) for account in range(6)]
    both = batches_of(reposts + links, accounts=6)
    assert expected(both, 0, 1) == pytest.approx(
        expected(batches_of(reposts, accounts=6), 0, 1)
        + expected(batches_of(links, accounts=6), 0, 1)
    )


def test_who_meets_again_and_again_does_not_raise_the_background_of_all() -> None:
    """The background counts each pair once, so a campaign cannot hide behind its own activity."""
    people = planted(crowd(8), 8)
    batches = batches_of(people.rows, accounts=people.accounts)
    ties, exposure = gather(batches.co_actions), expose(batches)
    hidden = np.array([people.accounts - 2]), np.array([people.accounts - 1])
    once, every = (
        exposure.expected(batches.co_actions, weight, *hidden, length_s=DAY)[0]
        for weight in ((1 / ties.rows)[ties.tie_of], ties.share())
    )
    assert once < every


def test_the_more_is_expected_of_a_pair_the_more_it_needs_to_become_a_candidate() -> None:
    people = planted(crowd(8), 8)
    batches = batches_of(people.rows, accounts=people.accounts)
    chosen = candidates(
        expose(batches), batches.co_actions, gather(batches.co_actions), min_objects=3
    )
    order = np.argsort(chosen.expected, kind="stable")
    assert (np.diff(chosen.needed[order]) >= 0).all()
    assert chosen.needed.max() > chosen.needed.min() == 3


@pytest.mark.parametrize("hours", [1, 5])
def test_no_floor_on_posts_days_or_span(hours: int) -> None:
    """Ten accounts with ten posts each, and nothing else, in one busy hour or in five."""
    draw = np.random.default_rng(9)
    people = 600
    rows: list[Row] = [
        (0, int(draw.integers(0, 400)) + 1000 * hour, int(draw.integers(0, people)),
         10_000 * hour + number, hour * HOUR + int(draw.integers(0, HOUR)))
        for hour in range(5)
        for number in range(2000)
    ]  # fmt: skip
    for item in range(10):
        start = (item % hours) * HOUR + 120 * item
        rows += [
            (0, 10**7 + item, people + member, 10**6 + 20 * item + member,
             start + (member + item) % 10)
            for member in range(10)
        ]  # fmt: skip
    found = Coordination().detect(batches_of(rows, accounts=people + 10))
    hidden = set(range(people, people + 10))
    assert [set(each.accounts.tolist()) == hidden for each in found.clusters] == [True]
