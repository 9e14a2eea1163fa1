"""A walk over a collection, page by page, that can end anywhere and be gone on with.

Each page comes with the state to keep after it; whoever pulls stores the objects first, then
the state. A run that is killed between two pages loses nothing and repeats that page at most.

How a walk goes on:

- Within a run, by the server's cursor, asked with the same filter and limit.
- Where a run ended at its own limit, by that cursor, which nobody has asked with yet.
- Else by date: all of the newest instant is asked for again, and what is known is skipped. So it
  does not matter that a server gives one date to a whole envelope, ends a page in the middle of
  it, forgets cursors (medallion, after 30 seconds), hands each page out once (medallion), or
  leaves out versions of one object and instant behind a cursor (OpenTAXII).
- A server without cursors is walked by date alone (3.5), one without dates from its beginning.

What would never end, or hide something, is an error that says so: a page that comes twice, one
that holds nothing and promises more, more objects than were asked for, a cursor without more,
dates that go back or lie ahead, an instant that no page gets past. The state stays as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from legation.errors import BadInputError, NotFoundError, RecordError, UnreachableError
from legation.sources.taxii.client import Asked, TaxiiClient
from legation.sources.taxii.feed import (
    MOST_KNOWN,
    Feed,
    FeedState,
    PulledPage,
    check_belongs,
    digest,
    instant_of,
    just_before,
)
from legation.sources.taxii.messages import ObjectsPage

_AHEAD: Final = timedelta(days=1)
# Servers may keep dates more finely than they compare them.
_SLACK: Final = timedelta(seconds=1)
_HINT: Final = "tell the partner; the feed stays where it was"


def pull(
    client: TaxiiClient, feed: Feed, state: FeedState, *, now: Callable[[], datetime]
) -> Iterator[PulledPage]:
    """Yield what is new in a feed, page by page; at least one page, which may be empty.

    Each state is to be kept, that of an empty page too: it says that a cursor is used up.

    Args:
        client: Of the partner's server.
        feed: What to pull.
        state: As it was kept after the last page that was stored.
        now: The time.

    Yields:
        Pages, each with the state to keep once its objects are stored.

    Raises:
        UsageError: The state belongs to another feed.
        UnreachableError: The server does not answer.
        DeniedError: It does not let us.
        NotFoundError: The collection is not there.
        BadInputError: What it sends cannot be read, or its paging cannot be trusted.
    """
    check_belongs(state, feed)
    walk = _Walk(client, feed, state, now)
    if walk.resumed:
        yield walk.announce()
    while not walk.over:
        yield walk.step()


class _Walk:
    """One run: where it stands, and what it has seen."""

    def __init__(
        self, client: TaxiiClient, feed: Feed, state: FeedState, now: Callable[[], datetime]
    ) -> None:
        self.over = False
        self._client = client
        self._feed = feed
        self._state = state
        self._now = now
        self._limit = min(feed.page, feed.most_objects)
        self._objects = self._bytes = 0
        # Whether something came since the walk last had to be gone on with by date.
        self._moved = True
        self._pages: set[str] = set()
        self._asked = self._begin()
        # A cursor of an earlier run may lead anywhere by now.
        self.resumed = bool(self._asked.next)

    def announce(self) -> PulledPage:
        """Return what says, before it is asked for, that a cursor was used."""
        self._state = msgspec.structs.replace(self._state, next_asked=True)
        return PulledPage(
            objects=(), repeated=0, first="", last="", size=0, more=True, state=self._state
        )

    def step(self) -> PulledPage:
        """Take one page."""
        page = self._page()
        self._check(page)
        marks = [digest(each) for each in page.objects]
        known = set(self._state.known)
        new = tuple(
            each for each, mark in zip(page.objects, marks, strict=True) if mark not in known
        )
        self._check_moves(page, marks, new=bool(new))
        self._objects += len(new)
        self._bytes += page.size
        self._moved = self._moved or bool(new)
        self.over = not page.more or self._is_spent()
        repeated = len(page.objects) - len(new)
        self._state = self._after(page, marks, len(new), repeated)
        if not self.over:
            self._asked = self._following(page)
        return PulledPage(
            objects=new,
            repeated=repeated,
            first=page.first,
            last=page.last,
            size=page.size,
            more=page.more,
            state=self._state,
        )

    def _begin(self) -> Asked:
        """Return what to ask first."""
        state = self._state
        if state.next and not state.next_asked:
            return self._ask_after(state.walk_after, state.next)
        return self._by_date()

    def _by_date(self) -> Asked:
        """Return what asks for all from the newest instant on, and forget the cursor."""
        newest = self._state.added_after
        if not newest:
            return self._ask_after(self._state.walk_after, "")
        return self._ask_after(just_before(newest, self._feed.overlap_s), "")

    def _ask_after(self, after: str, cursor: str) -> Asked:
        return Asked(filter=self._feed.filter, added_after=after, limit=self._limit, next=cursor)

    def _following(self, page: ObjectsPage) -> Asked:
        """Return what asks for the next page."""
        if page.next:
            return self._ask_after(self._asked.added_after, page.next)
        return self._by_date()

    def _page(self) -> ObjectsPage:
        """Ask; where a cursor leads nowhere, go on by date, as long as that leads somewhere."""
        way_back = bool(self._state.added_after) or self.resumed
        if not (self._asked.next and self._moved and way_back):
            return self._request()
        with suppress(UnreachableError, NotFoundError, BadInputError):
            page = self._request()
            if page.objects:
                if self.resumed:
                    self._check(page)
                self.resumed = False
                return page
        self.resumed = False
        self._moved = False
        self._pages.clear()
        self._asked = self._by_date()
        return self._request()

    def _request(self) -> ObjectsPage:
        return self._client.objects(self._feed.api_root, self._feed.collection, self._asked)

    def _check(self, page: ObjectsPage) -> None:
        """Refuse what no walk can trust."""
        if self._limit and len(page.objects) > self._limit:
            raise _untrusted(
                f"gives {len(page.objects):,} objects where {self._limit:,} were asked for",
                hint="set the feed's page to 0, so that the server chooses, or tell the partner",
            )
        if page.more and not page.objects:
            raise _untrusted("promises more and gives nothing")
        if page.next and not page.more:
            raise _untrusted("gives a cursor and says that there is no more")
        first, last = _date(page.first), _date(page.last)
        newest = _date(self._state.added_after)
        if first and last and first > last:
            raise _untrusted("gives dates that go back within a page")
        if last and last > self._now() + _AHEAD:
            raise _untrusted(f"gives dates that lie ahead ({page.last!r:.40})")
        start = _date(self._asked.added_after)
        if first and start and first + _SLACK <= start:
            raise _untrusted("gives objects of before the date that was asked for")
        if self._asked.next and first and newest and first < newest:
            raise _untrusted("gives dates that go back from page to page")

    def _check_moves(self, page: ObjectsPage, marks: list[str], *, new: bool) -> None:
        """Refuse a page that leads round in a circle."""
        if page.more and not page.next and not page.last:
            raise _untrusted("promises more, without a cursor and without dates")
        if page.more and not page.next and not new:
            raise _untrusted(
                "has no cursors, and one date for more objects than a page holds",
                hint="ask for larger pages, or tell the partner",
            )
        mark = digest("".join(marks).encode("ascii"))
        if page.more and mark in self._pages:
            raise _untrusted("gives the same page again and again")
        self._pages.add(mark)

    def _is_spent(self) -> bool:
        """Tell whether this run may take no further page."""
        expected = self._limit or 1
        return (
            self._objects + expected > self._feed.most_objects
            or self._bytes >= self._feed.most_bytes
        )

    def _after(self, page: ObjectsPage, marks: list[str], taken: int, repeated: int) -> FeedState:
        state = self._state
        ended = not page.more
        newest, known = _advanced(state, page, marks)
        return msgspec.structs.replace(
            state,
            added_after=newest,
            known=known,
            next=page.next,
            next_asked=bool(page.next) and not self.over,
            walk_after="" if ended else self._asked.added_after,
            walking=not ended,
            pages=state.pages + 1,
            objects=state.objects + taken,
            bytes=state.bytes + page.size,
            repeated=state.repeated + repeated,
            last_success=self._now() if ended else state.last_success,
            last_error="",
            last_error_at=None,
        )


def _advanced(state: FeedState, page: ObjectsPage, marks: list[str]) -> tuple[str, tuple[str, ...]]:
    """Return the newest date, and what is known of that instant after a page.

    Which objects of a page have its last date is not told, so all of them may have it. Where the
    page lies wholly in the instant that was the newest before, it adds to what is known of it.
    """
    last, newest = _date(page.last), _date(state.added_after)
    if last is None:
        # Without any date there is no instant to ask for again, and so nothing to skip.
        return state.added_after, _merged(state.known, marks) if newest else ()
    if newest is not None and last <= newest:
        return state.added_after, _merged(state.known, marks)
    return page.last, _merged((), marks)


def _merged(known: tuple[str, ...], marks: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *marks)))[:MOST_KNOWN]


def _date(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return instant_of(text)
    except RecordError as bad:
        raise _untrusted(f"gives {text!r:.40} as a date") from bad


def _untrusted(words: str, *, hint: str = _HINT) -> BadInputError:
    return BadInputError(f"the server {words}", place="", hint=hint)
