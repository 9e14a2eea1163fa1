"""What a caller keeps of a feed, so that the next pull goes on where the last one was stored.

The state is one value with a JSON form. It says up to which date everything was taken over, as
the server wrote that date, and which objects of that very instant are known: some servers give
one date to all objects of an envelope, so a page can end in the middle of an instant. Objects are
known by a digest of their bytes, because a version that comes again with another content is a
conflict that must be seen, and not skipped.
"""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from legation.errors import BadInputError, LegationError, RecordError, UsageError
from legation.stix.timestamps import Timestamp

MOST_KNOWN: Final = 100_000
_DIGEST: Final = 12
_LONGEST_ERROR: Final = 500
_TICK: Final = timedelta(microseconds=1)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What of a collection is asked for (3.4); empty parts ask for all.

    Attributes:
        ids: Of objects.
        types: Of objects.
        versions: `first`, `last`, `all`, or `modified` times; empty: what the server takes for
            the newest.
        spec_versions: Of STIX.
    """

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    spec_versions: tuple[str, ...] = ()

    def query(self) -> dict[str, str]:
        """Return it as the standard writes it.

        >>> Filter(types=("report", "note")).query()
        {'match[type]': 'report,note'}

        Raises:
            UsageError: A value holds what would make several of it.
        """
        parts = {
            "match[id]": self.ids,
            "match[type]": self.types,
            "match[version]": self.versions,
            "match[spec_version]": self.spec_versions,
        }
        for value in (value for values in parts.values() for value in values):
            if not value or not value.isprintable() or "," in value:
                raise UsageError(f"{value!r:.60} is nothing to match", hint="give single values")
        return {name: ",".join(values) for name, values in parts.items() if values}


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A collection to pull, and what one run of it may cost.

    Attributes:
        api_root: Address of the API root, at the place of the client.
        collection: Id or alias of the collection.
        filter: What of it; all versions where nothing else is said, so that none is missed.
        page: Objects to ask for in each page; 0 lets the server choose, and accepts any number.
        most_objects: Objects in one run; it ends before a page that could pass it.
        most_bytes: Bytes in one run; it ends after the page that passes it.
        overlap_s: Seconds before the newest date to ask for again, for servers whose dates do not
            grow in the order in which objects appear; what is not known by then comes twice.
    """

    api_root: str
    collection: str
    filter: Filter = Filter(versions=("all",))
    page: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 1000
    most_objects: Annotated[int, msgspec.Meta(ge=1)] = 1_000_000
    most_bytes: Annotated[int, msgspec.Meta(ge=1)] = 10_000_000_000
    overlap_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a feed was taken over.

    Attributes:
        api_root: Of the feed that this belongs to.
        collection: Likewise.
        filter: Likewise.
        added_after: Newest date up to which all was taken over, as the server wrote it; of that
            very instant only what is in `known`. Empty: nothing yet, or the server gives no dates.
        known: Digests of objects that may have that date.
        next: Cursor to go on with; empty at the end of a walk.
        next_asked: Whether the page behind the cursor may have been asked for already. Then it is
            not trusted: some servers hand out a page once.
        walk_after: What `added_after` was asked with in the walk that the cursor belongs to.
        walking: Whether the last page that was stored was not the last of its walk.
        pages: Since ever, like objects and bytes.
        repeated: Objects that came again and were skipped.
        last_success: When a walk last came to its end.
        last_error: What ended the last run, where an error did.
        last_error_at: When.
    """

    api_root: str
    collection: str
    filter: Filter
    added_after: str = ""
    known: tuple[str, ...] = ()
    next: str = ""
    next_asked: bool = False
    walk_after: str = ""
    walking: bool = False
    pages: int = 0
    objects: int = 0
    bytes: int = 0
    repeated: int = 0
    last_success: datetime | None = None
    last_error: str = ""
    last_error_at: datetime | None = None


class PulledPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page, and the state to keep once its objects are stored.

    Attributes:
        objects: Each as the bytes that came; not checked to be STIX.
        repeated: How many of the page were known and are left out.
        first: Date of its first object, as sent; empty where the server gives none.
        last: Date of its last likewise.
        size: Bytes of the page as it came, unpacked.
        more: Whether the server has more than this.
        state: To be kept after the objects, in the same transaction or later, never before.
    """

    objects: tuple[bytes, ...]
    repeated: int
    first: str
    last: str
    size: int
    more: bool
    state: FeedState


def new_state(feed: Feed) -> FeedState:
    """Return the state of a feed that was never pulled."""
    return FeedState(api_root=feed.api_root, collection=feed.collection, filter=feed.filter)


def write_state(state: FeedState) -> bytes:
    """Return the JSON form of a state."""
    return msgspec.json.encode(state)


def read_state(data: bytes) -> FeedState:
    """Read the JSON form of a state.

    Raises:
        BadInputError: It is none.
    """
    try:
        return msgspec.json.decode(data, type=FeedState)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise BadInputError(
            "no state of a feed", place="", hint="pull the feed anew, from its beginning"
        ) from bad


def failed(state: FeedState, error: LegationError, now: datetime) -> FeedState:
    """Return the same state with what ended a run; how far the feed was taken stays."""
    return msgspec.structs.replace(state, last_error=str(error)[:_LONGEST_ERROR], last_error_at=now)


def check_belongs(state: FeedState, feed: Feed) -> None:
    """Refuse a state that was kept of another feed.

    Raises:
        UsageError: It was.
    """
    mine = (feed.api_root, feed.collection, feed.filter)
    if (state.api_root, state.collection, state.filter) != mine:
        raise UsageError(
            "this state belongs to another feed, or to the same with another filter",
            hint="begin with a new state: what is known already is recognised when it is stored",
        )


def digest(data: bytes) -> str:
    """Return what an object is known by.

    >>> digest(b"{}")
    'v3jkqVO0Du4jjKLp'
    """
    found = hashlib.blake2b(data, digest_size=_DIGEST).digest()
    return base64.b64encode(found).decode("ascii")


def instant_of(text: str) -> datetime:
    """Return the instant that a server wrote; an offset is read too, as Python's own form has.

    >>> instant_of("2026-03-01T12:00:00+00:00").isoformat()
    '2026-03-01T12:00:00+00:00'

    Raises:
        RecordError: It is none.
    """
    try:
        return Timestamp(text).instant
    except RecordError:
        try:
            found = datetime.fromisoformat(text)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise


def just_before(text: str, overlap_s: float = 0.0) -> str:
    """Return the date to ask after, so that all of an instant comes again.

    >>> just_before("2026-03-01T12:00:00.000000Z")
    '2026-03-01T11:59:59.999999Z'

    Raises:
        RecordError: The text is no date.
    """
    try:
        return written(instant_of(text) - _TICK - timedelta(seconds=overlap_s))
    except OverflowError:
        return written(datetime.min.replace(tzinfo=UTC))


def written(instant: datetime) -> str:
    """Write an instant as TAXII asks for it: in UTC, with microseconds (2.1).

    >>> from datetime import UTC, datetime
    >>> written(datetime(2026, 3, 1, tzinfo=UTC))
    '2026-03-01T00:00:00.000000Z'
    """
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
