"""A feed is walked page by page: nothing is lost, nothing runs in circles, any end can be gone on
from. A simulated partner answers.
"""

import os
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import BadInputError, DeniedError, LegationError, UnreachableError, UsageError
from legation.sources.taxii.client import TaxiiClient
from legation.sources.taxii.feed import (
    Feed,
    FeedState,
    Filter,
    PulledPage,
    failed,
    new_state,
    read_state,
    write_state,
)
from legation.sources.taxii.pull import pull
from worlds.taxii_partner import COLLECTION, MEDIA_TYPE, NOW, ROOT, Partner, Said, Way, stamp
from worlds.taxii_time import direct

EXAMPLES = int(os.environ.get("LEGATION_TEST_TAXII", "150"))


def feed(page: int = 10, **given_: Any) -> Feed:
    return Feed(api_root=ROOT, collection=COLLECTION, page=page, **given_)


def pages(
    partner: Partner, one: Feed, state: FeedState | None = None, client: TaxiiClient | None = None
) -> Iterator[PulledPage]:
    return pull(client or direct(partner), one, state or new_state(one), now=lambda: NOW)


def walked(
    partner: Partner, one: Feed, state: FeedState | None = None
) -> tuple[list[bytes], FeedState]:
    """Pull to the end, as a caller does that stores each page and then its state."""
    stored: list[bytes] = []
    state = state or new_state(one)
    for page in pages(partner, one, state):
        stored += page.objects
        state = read_state(write_state(page.state))
    return stored, state


@pytest.fixture(params=["cursor", "once", "dates"])
def partner(request: pytest.FixtureRequest) -> Partner:
    return Partner(request.param)


def test_a_walk_brings_every_object_once_as_the_bytes_that_were_sent(partner: Partner) -> None:
    partner.add(*[1] * 35)
    stored, state = walked(partner, feed())
    assert stored == partner.objects()
    assert b'{ "type":"note" , "n":1,' in stored[0]
    assert (state.objects, state.walking, state.next) == (35, False, "")
    assert state.added_after == stamp(partner.rows[-1][0])
    assert state.last_success == NOW


def test_a_second_run_brings_what_is_new_and_nothing_else(partner: Partner) -> None:
    partner.add(*[1] * 25)
    _, state = walked(partner, feed())
    stored, state = walked(partner, feed(), state)
    assert stored == []
    partner.add(*[1] * 15)
    stored, state = walked(partner, feed(), state)
    assert stored == partner.objects()[25:]
    assert state.objects == 40


@pytest.mark.parametrize("way", ["cursor", "once"])
def test_a_thousand_objects_of_one_date_are_neither_lost_nor_repeated(way: Way) -> None:
    partner = Partner(way)
    partner.add(3, 1000, 2)
    stored, state = walked(partner, feed(page=64))
    assert stored == partner.objects()
    partner.add_late(5)
    again, state = walked(partner, feed(page=64), state)
    assert again == partner.objects()[1005:]
    assert state.repeated > 0


def test_what_comes_later_with_the_newest_date_is_found(partner: Partner) -> None:
    partner.add(1, 1, 2)
    _, state = walked(partner, feed())
    partner.add_late(3)
    stored, _ = walked(partner, feed(), state)
    assert stored == partner.objects()[4:]


def test_the_pages_of_a_walk_are_asked_with_the_same_filter_and_limit() -> None:
    partner = Partner("cursor")
    partner.add(*[1] * 25)
    one = feed(filter=Filter(types=("note",), versions=("all",)))
    walked(partner, one)
    asked = [query for _, query in partner.asked]
    assert len(asked) == 3
    assert {query.pop("next", "") for query in asked} == {"", "10", "20"}
    assert asked[0] == asked[1] == asked[2]
    assert asked[0] == {"match[type]": "note", "match[version]": "all", "limit": "10"}


def test_dates_are_asked_for_with_microseconds_whatever_the_server_writes() -> None:
    partner = Partner()
    partner.add(1, 1)
    partner.bend = lambda _page, headers: headers.update(
        {"X-TAXII-Date-Added-Last": "2026-01-01T00:00:02+00:00"}
    )
    _, state = walked(partner, feed())
    assert state.added_after == "2026-01-01T00:00:02+00:00"
    walked(partner, feed(), state)
    assert partner.asked[-1][1]["added_after"] == "2026-01-01T00:00:01.999999Z"


def test_a_run_that_is_killed_repeats_the_page_that_was_not_stored(partner: Partner) -> None:
    partner.add(*[1] * 35)
    state = new_state(feed())
    run = pages(partner, feed())
    stored: list[bytes] = []
    for _ in range(2):
        page = next(run)
        stored += page.objects
        state = page.state
    # The third page is asked for, and lost before it is stored.
    lost = next(run)
    assert len(lost.objects) >= 9
    del run
    rest, _ = walked(partner, feed(), state)
    assert stored + rest == partner.objects()


def test_a_feed_without_dates_is_walked_again_after_a_kill_and_loses_nothing() -> None:
    partner = Partner("once", dated=False)
    partner.add(*[1] * 35)
    run = pages(partner, feed())
    page = next(run)
    next(run)
    stored, state = walked(partner, feed(), page.state)
    assert set(page.objects) | set(stored) == set(partner.objects())
    assert state.added_after == ""


def test_a_run_ends_at_its_own_limit_and_the_next_goes_on_by_the_cursor() -> None:
    partner = Partner("once")
    partner.add(100)
    one = feed(page=10, most_objects=35)
    state, stored = new_state(one), []
    for _ in range(4):
        new, state = walked(partner, one, state)
        assert len(new) <= 35
        stored += new
    assert stored == partner.objects()
    assert [query.get("limit") for _, query in partner.asked] == ["10"] * 10
    assert not state.walking


def test_a_run_ends_after_the_page_that_passes_its_bytes(partner: Partner) -> None:
    partner.add(*[1] * 40)
    one = feed(most_bytes=700)
    first, state = walked(partner, one)
    assert 10 <= len(first) < 40
    assert state.walking
    rest, state = walked(partner, feed(), state)
    assert first + rest == partner.objects()


def test_a_cursor_that_expired_between_two_runs_is_gone_on_from_by_date() -> None:
    partner = Partner("once")
    partner.add(5, 30, 5)
    one = feed(most_objects=15)
    first, state = walked(partner, one)
    assert state.next
    partner._left.clear()
    rest, state = walked(partner, feed(), state)
    assert first + rest == partner.objects()


def test_a_cursor_that_was_used_by_a_run_that_was_killed_is_not_used_again() -> None:
    partner = Partner("once")
    partner.add(*[1] * 40)
    stored, state = walked(partner, feed(most_objects=10))
    run = pages(partner, feed(), state)
    told = next(run)
    assert (told.objects, told.state.next_asked, len(partner.asked)) == ((), True, 1)
    assert next(run).objects
    rest, _ = walked(partner, feed(), told.state)
    assert stored + rest == partner.objects()


def test_a_cursor_of_a_later_walk_is_asked_with_the_date_of_that_walk() -> None:
    partner = Partner("once")
    partner.add(1, 1)
    _, state = walked(partner, feed())
    partner.add(*[1] * 25)
    first, state = walked(partner, feed(most_objects=10), state)
    assert state.walk_after
    partner.asked.clear()
    rest, _ = walked(partner, feed(), state)
    assert first + rest == partner.objects()[2:]
    assert {query["added_after"] for _, query in partner.asked} == {state.walk_after}


def test_a_cursor_that_leads_to_nothing_is_gone_on_from_by_date() -> None:
    partner = Partner("cursor")
    partner.add(*[1] * 25)

    def nothing(page: dict[str, Any], _headers: dict[str, str]) -> None:
        if "next" in partner.asked[-1][1] and len(partner.asked) == 2:
            page.clear()

    partner.bend = nothing
    assert walked(partner, feed())[0] == partner.objects()


def test_a_page_that_comes_again_after_a_cursor_failed_is_no_circle() -> None:
    partner = Partner("once")
    partner.add(40)
    run = pages(partner, feed())
    stored = [*next(run).objects, *next(run).objects]
    partner.instead = [Said(502, {}, b"")]
    stored += [each for page in run for each in page.objects]
    assert stored == partner.objects()


def test_cursors_that_never_lead_anywhere_end_the_run() -> None:
    partner = Partner("cursor")
    partner.add(40)
    run = pages(partner, feed())
    assert len(next(run).objects) == 10
    partner.way = "once"  # it knows none of the cursors that it gives
    partner.bend = lambda page, _headers: page.update(next="gone")
    with pytest.raises(BadInputError, match="400"):
        list(run)
    assert len(partner.asked) < 8


def test_a_cursor_that_leads_to_the_beginning_after_a_restart_is_gone_on_from_by_date() -> None:
    partner = Partner("cursor")
    partner.add(*[1] * 30)
    first, state = walked(partner, feed(most_objects=10))
    state = msgspec.structs.replace(state, next="0")
    rest, _ = walked(partner, feed(), state)
    assert first + rest == partner.objects()


def test_a_page_that_broke_off_behind_a_cursor_is_not_asked_for_twice() -> None:
    """Such a server has forgotten the page: it would hand out the one after."""
    partner = Partner("once")
    partner.add(*[1] * 40)
    run = pages(partner, feed())
    stored = list(next(run).objects)
    partner._left[next(iter(partner._left))][:10] = []  # it was handed out, and lost on the way
    partner.instead = [Said(502, {}, b"")]
    stored += [each for page in run for each in page.objects]
    assert stored == partner.objects()


def test_a_server_that_hands_out_no_cursor_and_one_date_for_all_is_told() -> None:
    partner = Partner("dates")
    partner.add(25)
    run = pages(partner, feed())
    assert len(next(run).objects) == 10
    with pytest.raises(BadInputError, match="one date for more objects than a page holds"):
        list(run)
    assert walked(partner, feed(page=30))[0] == partner.objects()


def test_a_feed_without_dates_and_cursors_is_told() -> None:
    partner = Partner("dates", dated=False)
    partner.add(25)
    with pytest.raises(BadInputError, match="without a cursor and without dates"):
        walked(partner, feed())


def bent(**changes: Any) -> Partner:
    partner = Partner("cursor")
    partner.add(*[1] * 40)
    partner.bend = lambda page, _headers: page.update(changes)
    return partner


@pytest.mark.parametrize(
    ("partner_", "words"),
    [
        (bent(more=True, objects=[]), "promises more and gives nothing"),
        (bent(more=False, next="10"), "a cursor and says that there is no more"),
        (bent(objects=["{}"] * 11), "gives 11 objects where 10 were asked for"),
    ],
)
def test_paging_that_contradicts_itself_ends_before_a_page_is_taken(
    partner_: Partner, words: str
) -> None:
    with pytest.raises(BadInputError, match=words) as told:
        next(pages(partner_, feed()))
    assert told.value.hint


def test_a_server_that_ignores_the_limit_can_be_let_choose() -> None:
    partner = Partner("cursor")
    partner.add(*[1] * 40)
    stored, _ = walked(partner, feed(page=0))
    assert stored == partner.objects()
    assert "limit" not in partner.asked[0][1]


@pytest.mark.parametrize("dated", [True, False])
def test_a_cursor_that_leads_round_in_a_circle_ends(*, dated: bool) -> None:
    partner = Partner("cursor", dated=dated)
    partner.add(40)
    partner.bend = lambda page, _headers: page.update(next=str(10 * (len(partner.asked) % 2)))
    with pytest.raises(BadInputError, match="same page again and again"):
        walked(partner, feed())
    assert len(partner.asked) < 10


def test_dates_that_go_back_end_the_run(partner: Partner) -> None:
    partner.add(*[1] * 40)
    partner.rows.reverse()
    with pytest.raises(BadInputError, match="go back within a page"):
        walked(partner, feed())


def test_dates_that_go_back_from_page_to_page_end_the_run() -> None:
    partner = Partner("cursor")
    partner.add(*[1] * 20)
    partner.rows = partner.rows[10:] + partner.rows[:10]
    run = pages(partner, feed())
    next(run)
    with pytest.raises(BadInputError, match="go back from page to page"):
        next(run)


def test_a_server_that_ignores_the_date_is_told() -> None:
    partner = Partner("cursor")
    partner.add(*[1] * 5)
    _, state = walked(partner, feed())
    partner.ignores_dates = True
    with pytest.raises(BadInputError, match="before the date that was asked for"):
        walked(partner, feed(), state)


@pytest.mark.parametrize("date", ["yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"])
def test_what_is_no_date_is_quoted(date: str) -> None:
    partner = Partner()
    partner.add(1)
    partner.bend = lambda _page, headers: headers.update({"X-TAXII-Date-Added-Last": date})
    with pytest.raises(BadInputError, match="as a date"):
        walked(partner, feed())


def test_a_date_far_ahead_does_not_hide_what_comes_later() -> None:
    partner = Partner()
    partner.add(1)
    partner.bend = lambda _page, headers: headers.update(
        {"X-TAXII-Date-Added-Last": stamp(NOW + timedelta(days=400))}
    )
    with pytest.raises(BadInputError, match="lie ahead"):
        walked(partner, feed())


def test_an_endless_feed_ends_at_the_limit_of_the_run() -> None:
    partner = Partner("cursor")

    def endless(page: dict[str, Any], _headers: dict[str, str]) -> None:
        partner.add(1)
        page.update(objects=[partner.objects()[-1].decode()], more=True, next="0")

    partner.bend = endless
    stored, state = walked(partner, feed(page=1, most_objects=200))
    assert len(stored) == 200
    assert state.walking


def test_a_failure_leaves_how_far_the_feed_was_taken() -> None:
    partner = Partner("cursor")
    partner.add(*[1] * 20)
    run = pages(partner, feed())
    state = next(run).state
    partner.instead = [Said(500, {}, b"")] * 100
    with pytest.raises(UnreachableError) as told:
        next(run)
    kept = read_state(write_state(failed(state, told.value, NOW)))
    assert (kept.last_error, kept.last_error_at) == (str(told.value), NOW)
    assert (kept.added_after, kept.known) == (state.added_after, state.known)
    long = failed(state, BadInputError("x" * 10_000, place="", hint="h"), NOW)
    assert len(long.last_error) == 500
    partner.instead.clear()
    rest, kept = walked(partner, feed(), kept)
    assert rest == partner.objects()[10:]
    assert kept.last_error == ""


def test_being_refused_ends_the_run_at_once() -> None:
    partner = Partner()
    partner.instead = [Said(401, {}, b"")]
    with pytest.raises(DeniedError, match="asks who we are"):
        walked(partner, feed())
    assert partner.instead == []


def test_a_state_of_another_feed_or_filter_is_refused() -> None:
    partner = Partner()
    with pytest.raises(UsageError, match="another feed"):
        walked(partner, feed(), new_state(feed(filter=Filter(types=("note",)))))


@pytest.mark.parametrize("data", [b"", b"[]", b'{"api_root":1}', b"\xff", b"[" * 10**6])
def test_what_is_no_state_is_refused(data: bytes) -> None:
    with pytest.raises(BadInputError, match="no state"):
        read_state(data)


def test_an_overlap_brings_what_appeared_late_with_an_older_date() -> None:
    partner = Partner()
    partner.add(*[1] * 20)
    _, state = walked(partner, feed())
    partner.rows.insert(18, (partner.rows[17][0], partner._new()))
    assert walked(partner, feed(), state)[0] == []
    late, _ = walked(partner, feed(overlap_s=5), state)
    assert late == [partner.objects()[18]]


def test_a_version_that_comes_again_with_another_content_is_not_skipped() -> None:
    partner = Partner()
    partner.add(2)
    _, state = walked(partner, feed())
    date, raw = partner.rows[1]
    partner.rows[1] = (date, raw.replace(b'"n"', b'"m"'))
    assert walked(partner, feed(), state)[0] == [partner.objects()[1]]


def test_a_walk_over_fifty_pages_does_not_grow() -> None:
    body = b'{"more":true,"next":"%d","objects":[' + b",".join(
        b'{"type":"note","id":"note--%06d-%04d","content":"' + b"x" * 2000 + b'"}'
        for _ in range(400)
    )

    def page(number: int) -> Said:
        numbers = [part for each in range(400) for part in (number, each)]
        more = body % (number, *numbers) + b"]}"
        date = stamp(NOW - timedelta(seconds=100 - number))
        headers = {"Content-Type": MEDIA_TYPE, "X-TAXII-Date-Added-First": date}
        return Said(200, headers | {"X-TAXII-Date-Added-Last": date}, more)

    class Endless(Partner):
        def answer(self, *_: Any) -> Said:
            self.asked.append(("", {}))
            return page(len(self.asked))

    peaks = []
    tracemalloc.start()
    try:
        run = pages(Endless(), feed(page=400))
        for _ in range(50):
            tracemalloc.reset_peak()
            size = next(run).size
            peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    assert size > 800_000
    # The body as the simulated partner holds it counts too.
    assert max(peaks) < 7 * size
    assert max(peaks[40:]) < 1.1 * max(peaks[5:15])


Act = st.one_of(
    st.tuples(st.just("pull"), st.integers(0, 6), st.booleans()),
    st.tuples(st.just("add"), st.integers(1, 5), st.booleans()),
    st.tuples(st.just("forget"), st.just(0), st.booleans()),
)


class Story(NamedTuple):
    """What happens to a feed."""

    way: Way
    dated: bool
    groups: list[int]
    acts: list[tuple[str, int, bool]]
    sizes: list[int]
    most: int


STORIES = st.builds(
    Story,
    way=st.sampled_from(["cursor", "once"]),
    dated=st.booleans(),
    groups=st.lists(st.integers(1, 9), min_size=1, max_size=8),
    acts=st.lists(Act, max_size=8),
    sizes=st.lists(st.integers(1, 12), min_size=1),
    most=st.integers(1, 40),
)


@settings(max_examples=EXAMPLES)
@given(STORIES)
def test_whatever_the_pages_kills_and_runs_all_objects_are_pulled(story: Story) -> None:
    """A kill repeats at most its page; without one, and with dates, nothing comes twice."""
    partner = Partner(story.way, dated=story.dated)
    partner.add(*story.groups)
    stored: list[bytes] = []
    state = new_state(feed())
    lost = 0
    for number, (act, count, late) in enumerate(story.acts):
        if act == "add":
            partner.add_late(count) if late else partner.add(count)
        elif act == "forget":
            partner._left.clear()
        else:
            size = story.sizes[number % len(story.sizes)]
            run = pages(partner, feed(page=size, most_objects=story.most), state)
            for page in islice(run, count):
                stored += page.objects
                state = read_state(write_state(page.state))
            if late and (last := next(run, None)):  # its objects are stored, its state is not
                stored += last.objects
                lost += len(last.objects)
    for _ in range(2):  # a walk that was begun may not know of what came after its beginning
        rest, state = walked(partner, feed(page=story.sizes[0]), state)
        stored += rest
    assert set(stored) == set(partner.objects())
    if story.dated:
        assert len(stored) - len(set(stored)) <= lost
        assert walked(partner, feed(page=story.sizes[0]), state)[0] == []


@settings(max_examples=EXAMPLES)
@given(
    groups=st.lists(st.integers(1, 4), min_size=1, max_size=12),
    sizes=st.lists(st.integers(6, 12), min_size=1, max_size=5),
    stops=st.lists(st.integers(0, 4), max_size=5),
)
def test_a_server_without_cursors_is_walked_by_date_whatever_the_kills(
    groups: list[int], sizes: list[int], stops: list[int]
) -> None:
    partner = Partner("dates")
    partner.add(*groups)
    stored: list[bytes] = []
    state = new_state(feed())
    for number, stop in enumerate(stops):
        run = pages(partner, feed(page=sizes[number % len(sizes)]), state)
        for page in islice(run, stop):
            stored += page.objects
            state = page.state
    stored += walked(partner, feed(page=sizes[0]), state)[0]
    assert stored == partner.objects()


def test_errors_of_a_run_are_the_houses_own() -> None:
    partner = Partner()
    partner.instead = [Said(418, {}, b"")]
    with pytest.raises(LegationError, match="no usable answer"):
        walked(partner, feed())
