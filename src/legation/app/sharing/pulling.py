"""Pulling feeds: what a partner's server has is taken in by pages, and judged like all that comes.

The source does the walk; here its objects are checked and kept, and the state after each page
stands in the same transaction as the page. So a pull that ends anywhere loses nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.sharing.taking import post
from legation.errors import BadInputError, LegationError, UsageError
from legation.sources.taxii.access import Access
from legation.sources.taxii.client import TaxiiClient
from legation.sources.taxii.feed import (
    Feed,
    FeedState,
    PulledPage,
    failed,
    new_state,
    read_state,
    write_state,
)
from legation.sources.taxii.pull import pull
from legation.store.audit import Event
from legation.store.exchange.feeds import KeptFeed
from legation.store.faults import lacking

if TYPE_CHECKING:
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store

Connect = Callable[[str, Access], TaxiiClient]
_LONGEST_NAME: Final = 60
_FIRST_LINE: Final = "give a file whose first line is the secret"
_LONGEST_LINE: Final = 10_000
_log = logging.getLogger(__name__)


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to get into a partner's server: files, so that no secret stands in the store.

    Attributes:
        user: Name for Basic; empty means none.
        password_file: File whose first line is the password.
        token_file: File whose first line is the bearer token.
        ca_file: Certificates (PEM) to trust; empty means the system's.
        certificate: Our client certificate (PEM).
        key: Its key (PEM); empty means that it stands in the same file.
    """

    user: str = ""
    password_file: str = ""
    token_file: str = ""
    ca_file: str = ""
    certificate: str = ""
    key: str = ""

    def access(self) -> Access:
        """Read the files."""
        return Access(
            user=self.user,
            password=_first_line(self.password_file),
            token=_first_line(self.token_file),
            ca_file=self.ca_file,
            certificate=self.certificate,
            key=self.key,
        )


class Pulled(msgspec.Struct, frozen=True, kw_only=True):
    """What a pull brought.

    Attributes:
        pages: How many pages.
        new: Versions that were not here.
        known: Versions that were.
        contradicting: Versions that contradict what is here, in quarantine.
        refused: Objects that are not as the standard asks, in quarantine.
    """

    pages: int = 0
    new: int = 0
    known: int = 0
    contradicting: int = 0
    refused: int = 0


@final
class Pulling:
    """Feeds of an open store, for somebody."""

    def __init__(
        self,
        store: "Store",
        now: Callable[[], datetime],
        actor: str,
        connect: Connect = TaxiiClient,
    ) -> None:
        """Act for somebody; `connect` makes the client of an address."""
        self._store, self._now, self._actor, self._connect = store, now, actor, connect

    def add(self, name: str, partner: str, address: str, collection: str, entry: Entry) -> KeptFeed:
        """Keep a new feed; nothing is asked of its server yet.

        Raises:
            UsageError: A part of it cannot be used.
            ConflictError: There is a feed of this name that did not end.
        """
        if not name.strip() or len(name) > _LONGEST_NAME:
            raise UsageError("a feed has a name", hint=f"give up to {_LONGEST_NAME} characters")
        with self._connect(address, entry.access()) as client:
            api_root = client.address
        feed = KeptFeed(
            name=name,
            partner_id=self._store.partners.get(partner).partner_id,
            address=api_root,
            collection=collection,
            access=msgspec.json.encode(entry),
            created=self._now(),
        )
        with self._store.transaction():
            self._store.feeds.add(feed)
            self._note("feed.add", feed)
        return feed

    def end(self, name: str) -> KeptFeed:
        """Pull a feed no more."""
        feed = self._store.feeds.get(name)
        with self._store.transaction():
            self._store.feeds.end(name, self._now())
            self._note("feed.end", feed)
        return feed

    def pull(self, name: str) -> Pulled:
        """Take in what is new in a feed.

        Raises:
            LegationError: Its server does not give it, or a fault of ours met it; how far it was
                taken stays, with the error.
        """
        kept = self._store.feeds.get(name)
        partner = self._store.partners.get(kept.partner_id)
        if partner.ended is not None:
            raise UsageError(
                f"the sharing with {partner.name} has ended", hint="see legation partner list"
            )
        feed = Feed(api_root=kept.address, collection=kept.collection)
        state = read_state(kept.state) if kept.state else new_state(feed)
        done = Pulled()
        try:
            with self._connect(kept.address, _entry(kept).access()) as client:
                for page in pull(client, feed, state, now=self._now):
                    done = self._keep(kept, partner, page, done)
                    state = page.state
        except Exception as fault:  # noqa: BLE001 - what a partner sends keeps no other feed back
            bad = _told(fault)
            self._store.feeds.keep_state(kept.name, write_state(failed(state, bad, self._now())))
            self._note("feed.pull", kept, failed=str(bad)[:200], **msgspec.structs.asdict(done))
            raise bad from fault.__cause__ if bad is fault else fault
        self._note("feed.pull", kept, **msgspec.structs.asdict(done))
        return done

    def state(self, feed: KeptFeed) -> FeedState | None:
        """Return how far a feed was taken over; None: it was never pulled."""
        return read_state(feed.state) if feed.state else None

    def _keep(self, kept: KeptFeed, partner: "Partner", page: PulledPage, done: Pulled) -> Pulled:
        with self._store.transaction():
            outcomes, refused = post(self._store, partner, page.objects, kept.name, self._now())
            self._store.feeds.keep_state(kept.name, write_state(page.state))
        states = [one.state for one in outcomes]
        return Pulled(
            pages=done.pages + 1,
            new=done.new + states.count("new"),
            known=done.known + states.count("known") + page.repeated,
            contradicting=done.contradicting + states.count("conflict"),
            refused=done.refused + refused,
        )

    def _note(self, verb: str, feed: KeptFeed, **detail: Any) -> None:
        self._store.audit.append(
            Event(
                at=self._now(),
                actor=self._actor,
                verb=verb,
                subject=feed.partner_id,
                detail={"feed": feed.name, **detail},
            )
        )


def _told(fault: Exception) -> LegationError:
    """Return what to tell of what ended a pull; a fault of the program goes to the log as well."""
    found = fault if isinstance(fault, LegationError) else lacking(fault)
    if found is None:
        _log.error("a pull ended with a fault of the program", exc_info=fault)
        found = LegationError(
            f"a fault of the program ({type(fault).__name__})",
            hint="nothing you did: the log has more, and the other feeds were not kept back",
        )
    return found


def _entry(feed: KeptFeed) -> Entry:
    try:
        return msgspec.json.decode(feed.access, type=Entry)
    except msgspec.DecodeError as bad:
        raise BadInputError(
            f"the feed {feed.name!r:.60} cannot be read", place="", hint="end it, and add it anew"
        ) from bad


def _first_line(path: str) -> str:
    if not path:
        return ""
    try:
        with Path(path).open(encoding="utf-8") as stream:
            found = stream.readline(_LONGEST_LINE).rstrip("\r\n")
    except OSError as bad:
        said = f"{path!r:.200}: {bad.strerror or type(bad).__name__}"
        raise UsageError(said, hint=_FIRST_LINE) from bad
    except UnicodeDecodeError as bad:
        raise UsageError(f"{path!r:.200} is no text", hint=_FIRST_LINE) from bad
    if not found.strip():
        raise UsageError(f"the first line of {path!r:.200} is empty", hint=_FIRST_LINE)
    return found
