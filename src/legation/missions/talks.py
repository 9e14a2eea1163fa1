"""The talks ahead: visits, rounds, votes, accessions, referendums, summits.

Manipulation gathers around them, so detectors are handed the calendar. A watch that is raised
for talks says why, and ends by itself: it is never kept longer than what it was raised for.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError, UsageError
from legation.knowledge.states import verify_party
from legation.missions.register import Key, Name, Text

TalkKind = Literal["visit", "round", "vote", "accession", "referendum", "summit"]
TalkStatus = Literal["planned", "cancelled"]
Days = Annotated[int, msgspec.Meta(ge=0, le=120)]
Sequence = Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]
_DAY: Final = timedelta(days=1)
# No talks of today lie outside; a day is added and taken away from them.
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """Talks, or a vote.

    Attributes:
        starts: First instant, with a zone.
        ends: Last instant, with a zone.
        parties: States that take part (ISO 3166-1 alpha-2), and organisations by their codes.
        others: Other parties: groups without a code, companies.
        stakes: What may be won or lost, in a sentence.
        seat: City, or platform of talks by video.
        missions: Keys of the missions that they concern.
        before: Days of raised watch before they begin.
        after: Days of raised watch after they end.
        status: Whether they are still to come; talks that are cancelled raise no watch.
        sequence: Number of the last message of a calendar about them (RFC 5545: SEQUENCE).
    """

    key: Key
    kind: TalkKind
    name: Name
    starts: datetime
    ends: datetime
    parties: tuple[str, ...]
    others: tuple[str, ...] = ()
    stakes: Text
    seat: str = ""
    missions: tuple[Key, ...] = ()
    before: Days = 14
    after: Days = 7
    status: TalkStatus = "planned"
    sequence: Sequence = 0
    source: Text


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Why watch is raised, and until when.

    Attributes:
        talk: Key of the talks.
        starts: From this instant.
        ends: Up to this instant: then it is over by itself.
        because: The reason, in a sentence.
    """

    talk: str
    starts: datetime
    ends: datetime
    because: str


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A raised watch within which accounts were active: why to look closer, and until when.

    It says nothing of what the accounts were after: that two things fall into one time ties them
    by nothing else.

    Attributes:
        watch: Why watch was raised, and until when.
        posts: Posts of the accounts on its days.
        of: All their posts.
        share: Which share of the days of their activity lies within it.
    """

    watch: Watch
    posts: int
    of: int
    share: float


def verify_talk(talk: Talk) -> None:
    """Require what the types alone cannot say.

    Raises:
        RecordError: A party is not known, it has no zone, ends before it begins, or nobody takes
            part; the place is the column at fault.
    """
    for code in talk.parties:
        try:
            verify_party(code)
        except UsageError as unknown:
            raise RecordError(str(unknown), place="parties", hint=unknown.hint) from unknown
    for column, at in (("starts", talk.starts), ("ends", talk.ends)):
        if at.tzinfo is None:
            raise RecordError(
                "a time without a zone", place=column, hint="write 2026-03-02T10:00+01:00"
            )
    if talk.ends < talk.starts:
        raise RecordError("ends before it begins", place="ends", hint="swap `starts` and `ends`")
    for column, at in (("starts", talk.starts), ("ends", talk.ends)):
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            said = f"not within the years {_FIRST_YEAR} to {_LAST_YEAR}"
            raise RecordError(said, place=column, hint="check the year of `starts` and `ends`")
    if not talk.parties and not talk.others:
        raise RecordError("nobody takes part", place="parties", hint="fill `parties` or `others`")
    if len(set(talk.parties)) < len(talk.parties):
        raise RecordError("a party comes twice", place="parties", hint="name each state once")


def watch_of(talk: Talk) -> Watch:
    """Return the raised watch of talks."""
    return Watch(
        talk=talk.key,
        starts=talk.starts - talk.before * _DAY,
        ends=talk.ends + talk.after * _DAY,
        because=f"{talk.kind} {talk.name!r}: {talk.stakes}",
    )


def raised(talks: Iterable[Talk], now: datetime) -> tuple[Watch, ...]:
    """Return the watches that are raised now, those that end first before others."""
    standing = (watch_of(talk) for talk in talks if talk.status != "cancelled")
    return tuple(
        sorted(
            (one for one in standing if one.starts <= now < one.ends),
            key=lambda one: (one.ends, one.talk),
        )
    )


def near(talks: Iterable[Talk], activity: Iterable[tuple[int, int]]) -> tuple[Near, ...]:
    """Return the watches that were raised on days of an activity, the most posts first.

    Args:
        talks: The calendar.
        activity: Days as epoch seconds of their beginning, UTC, and the posts of each.
    """
    days = [(datetime.fromtimestamp(day, UTC), posts) for day, posts in activity if posts]
    found = []
    for watch in map(watch_of, talks):
        within = [posts for day, posts in days if day < watch.ends and watch.starts < day + _DAY]
        if within:
            every = sum(posts for _, posts in days)
            share = len(within) / len(days)
            found.append(Near(watch=watch, posts=sum(within), of=every, share=share))
    return tuple(sorted(found, key=lambda one: (-one.posts, one.watch.ends, one.watch.talk)))
