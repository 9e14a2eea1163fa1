"""A technique is suggested where it is how a campaign acts, with the figures that say so."""

import numpy as np
import pytest

from legation.threats.disinformation.batches import LAYERS
from legation.threats.disinformation.findings import Technique
from legation.threats.disinformation.suggested import suggested
from worlds.crowds import Row, batches_of
from worlds.readers import require_told

HOUR = 3600


def acts(layer: str, *, members: int, objects: int, apart_s: int = 30, first: int = 0) -> list[Row]:
    """Return members who act one after another on each object."""
    number = LAYERS.index(layer)
    return [
        (
            number,
            first + item,
            account,
            first + 1000 * item + account,
            10 * HOUR * item + apart_s * account,
        )
        for item in range(objects)
        for account in range(members)
    ]


def told(*rows: list[Row], clock_s: int = 1) -> dict[str, Technique]:
    batches = batches_of([row for some in rows for row in some], accounts=40)
    every = np.arange(len(batches.co_actions.object))
    found = suggested(batches, every, clock_s)
    require_told(one.because for one in found)
    return {one.id: one for one in found}


def test_three_accounts_with_few_links_are_no_flood() -> None:
    found = told(acts("link", members=3, objects=8, apart_s=900))
    assert set(found) == {"T0118"}


def test_many_members_on_many_links_in_a_window_are_a_flood_with_their_figures() -> None:
    because = told(acts("link", members=8, objects=12))["T0049"].because
    assert because.endswith(
        "; seen: 336 in link; of all co-actions a share of 1.00; by 8 accounts of 8 that met, on "
        "12 objects; half of the pairs of posts lie within 90 s; on 12 of the objects 5 members or "
        "more posted within 3600 s of one of them"
    )


def test_one_image_among_many_links_is_no_technique() -> None:
    links = acts("link", members=8, objects=12)
    assert "T0084" not in told(links, acts("image", members=2, objects=1, first=10**6))
    # Many images of half of the members do suggest it.
    assert "T0084" in told(links, acts("image", members=8, objects=12, first=10**6))


def test_what_few_of_the_members_do_is_no_technique_of_the_campaign() -> None:
    links = acts("link", members=12, objects=4)
    assert "T0084" not in told(links, acts("image", members=5, objects=12, first=10**6))
    assert "T0084" in told(links, acts("image", members=6, objects=12, first=10**6))


def test_five_reposts_are_no_amplification_by_bots() -> None:
    assert "T0049.003" not in told(acts("repost", members=3, objects=2, apart_s=10))


@pytest.mark.parametrize(("apart_s", "clock_s", "fast"), [(15, 1, True), (60, 1, False)])
def test_automated_forwarding_needs_half_of_the_pairs_within_a_minute(
    apart_s: int, clock_s: int, *, fast: bool
) -> None:
    found = told(acts("repost", members=6, objects=12, apart_s=apart_s), clock_s=clock_s)
    assert ("T0049.003" in found) == fast


@pytest.mark.parametrize(("apart_s", "within"), [(0, 60), (15, 90)])
def test_a_clock_of_minutes_says_no_lag_that_it_cannot_know(apart_s: int, within: int) -> None:
    rows = acts("repost", members=6, objects=12, apart_s=apart_s)
    found = told(rows, clock_s=60)
    assert ("T0049.003" in found) == (within <= 60)
    assert f"lie within {within} s" in found["T0118"].because


def test_layers_that_were_not_seen_suggest_nothing() -> None:
    assert set(told(acts("reply", members=5, objects=5))) == {"T0092"}
