"""The server: who asks, for what, and the answer (TAXII 2.1, sections 4 and 5).

Whoever cannot say who they are is told nothing but that. What a partner may not know does not
exist for it: 404. What it knows and may not do is 403. Every refusal is an error resource with
its reason.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol, final
from uuid import UUID

import msgspec

from legation.errors import BadInputError, LegationError, RefusedError
from legation.formats.envelope import Refused, Taken, read_envelope
from legation.safeguards.sharing.postings import posting_of
from legation.safeguards.sharing.taxii import resources
from legation.safeguards.sharing.taxii.asking import Answer, Asked, answered, put_off, refusal
from legation.safeguards.sharing.taxii.cursors import cursor, place_of
from legation.safeguards.sharing.taxii.media import accepted, charset_of, is_taxii
from legation.safeguards.sharing.taxii.queries import Question, question
from legation.safeguards.sharing.taxii.resources import Detail
from legation.store.exchange.access import Access, Collection
from legation.store.exchange.collections import Collections, Posting
from legation.store.exchange.filing import Outcome
from legation.store.exchange.reading import Entry

PREFIX: Final = "taxii2"
# The API root that every partner knows; others exist for whom a collection in them was granted.
ROOT: Final = "exchange"
_CHALLENGE: Final = {
    "WWW-Authenticate": 'Bearer realm="taxii", Basic realm="taxii", charset="UTF-8"'
}
# Of objects that are not as the standard asks, in one answer: whoever errs so often errs alike, and
# a reason is longer than the least object.
_REASONS: Final = 1_000
_MORE: Final = "not as the standard asks; reasons are told of the first 1,000"
Commit = Callable[["Request"], list[Outcome]]


class Receipting(Protocol):
    """Keeps what partners fetched."""

    def __call__(self, partner_id: str, added: Sequence[int]) -> None:
        """Note that a partner fetched versions, by when each was added."""

    def flush(self) -> None:
        """Write all that was noted."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says of itself, and its limits.

    Attributes:
        title: Of the server and its roots.
        contact: Whom to ask; may be empty.
        largest: Most bytes of a request.
        page: Most objects of a page.
        page_bytes: Most bytes of a page, where it has more than one object.
    """

    title: str = "legation"
    contact: str = ""
    largest: int = 32_000_000
    page: int = 1_000
    page_bytes: int = 8_000_000


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be kept in one transaction: objects, and the status that tells of them.

    Attributes:
        status: Gives the status resource once it is known what became of the objects.
    """

    posting: Posting
    status_id: str
    root: str
    at: datetime
    status: Callable[[list[Outcome]], bytes]


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is told under a path: by which resource, of one object or all, in which versions."""

    told: Callable[[Sequence[Entry], str], bytes]
    of: str = ""
    which: str = "last"
    raws: bool = True
    methods: tuple[str, ...] = ("GET",)


class LetsIn(Protocol):
    """Knows who may ask."""

    def admit(self, hashes: Sequence[str], now: datetime) -> Access | None:
        """Return whom one of these keys lets in now, with all that they reach."""


@final
class TaxiiServer:
    """Answers requests; it keeps nothing between two of them."""

    def __init__(
        self,
        doorkeeper: LetsIn,
        collections: Collections,
        commit: Commit,
        *,
        now: Callable[[], datetime],
        maker: Callable[[], UUID],
        key: bytes,
        offer: Offer,
        receipts: Receipting | None = None,
    ) -> None:
        """Serve these collections to these partners.

        Args:
            doorkeeper: Knows who may ask.
            collections: What there is.
            commit: Keeps a request, on disk when it returns.
            now: The clock.
            maker: Gives the ids of statuses.
            key: By which cursors are signed.
            offer: What the server says of itself.
            receipts: Are told which versions a partner fetched of what it is sent.
        """
        self._doorkeeper, self._collections, self._commit = doorkeeper, collections, commit
        self._now, self._maker, self._key, self.offer = now, maker, key, offer
        self._receipts = receipts

    def answer(self, asked: Asked, who: Access | None = None) -> Answer:
        """Answer a request; nothing that a client sends raises.

        Args:
            asked: The request.
            who: Who asks, where that was settled before its body was read.
        """
        try:
            return self._answered(asked, who or self.who(asked))
        except RefusedError as refused:
            return refusal(refused)
        except LegationError as bad:
            return put_off(bad)

    def end(self) -> None:
        """Write what was gathered while it served."""
        if self._receipts:
            self._receipts.flush()

    def who(self, asked: Asked) -> Access:
        """Return who asks.

        Raises:
            RefusedError: Nobody that is known.
        """
        shown = [asked.certificate] if asked.certificate else []
        user, token = _credentials(asked.headers.get("authorization", ""))
        if token:
            shown.append(hashlib.sha256(token.encode()).hexdigest())
        partner = self._doorkeeper.admit(shown, self._now()) if shown else None
        if partner is None or user not in (None, "", partner.name, partner.partner_id):
            raise RefusedError(
                401, "show the token or the certificate you were given", headers=_CHALLENGE
            )
        return partner

    def _answered(self, asked: Asked, partner: Access) -> Answer:
        if not accepted(asked.headers.get("accept")):
            raise RefusedError(406, "this server speaks application/taxii+json;version=2.1")
        steps = asked.path.strip("/").split("/")
        # No name has a NUL, and no engine looks for one.
        if steps[0] != PREFIX or "\0" in asked.path or not all(steps):
            raise _absent()
        if len(steps) == 1:
            _only(asked, "GET")
            return answered(self._discovery(partner))
        return self._in_root(asked, partner, steps[1], steps[2:])

    def _discovery(self, partner: Access) -> dict[str, object]:
        names = dict.fromkeys((ROOT, *(one.root for one in partner.reached)))
        roots = [f"/{PREFIX}/{name}/" for name in names]
        return resources.discovery(self.offer.title, self.offer.contact, roots)

    def _in_root(self, asked: Asked, partner: Access, root: str, steps: Sequence[str]) -> Answer:
        reached = [one for one in partner.reached if one.root == root]
        if not reached and root != ROOT:
            raise _absent()
        match steps:
            case []:
                _only(asked, "GET")
                return answered(resources.api_root(self.offer.title, self.offer.largest))
            case ["status", status_id]:
                _only(asked, "GET")
                body = self._collections.status(status_id, partner.partner_id, root)
                if body is None:
                    raise _absent()
                return answered(body)
            case ["collections"]:
                _only(asked, "GET")
                return answered(resources.collections(reached))
            case ["collections", name, *rest]:
                found = next(
                    (one for one in reached if name in (one.collection_id, one.alias)), None
                )
                if found is None:
                    raise _absent()
                return self._in_collection(asked, partner, found, rest)
        raise _absent()

    def _in_collection(
        self, asked: Asked, partner: Access, found: Collection, steps: Sequence[str]
    ) -> Answer:
        match steps:
            case ["objects"] if asked.method == "POST":
                return self._post(asked, partner, found)
            case ["objects", object_id] if asked.method == "DELETE":
                return self._delete(asked, partner, found, object_id)
            case []:
                _only(asked, "GET")
                return answered(resources.collection(found))
        what = _what(steps)
        _only(asked, *what.methods)
        return self._page(asked, partner, found, what)

    def _page(
        self,
        asked: Asked,
        partner: Access,
        found: Collection,
        what: _Told,
    ) -> Answer:
        of = what.of
        if not found.reads:
            raise RefusedError(403, "you may add to this collection, and not read from it")
        wants = question(asked.query, which=what.which)
        if of:
            wants = _about(wants, of)
        bound = msgspec.json.encode((partner.partner_id, found.number, what.told.__name__, of))
        bound += wants.in_one_form()
        after = wants.after_us
        if wants.next is not None:
            after = max(after, place_of(wants.next, self._key, bound))
        limit = min(wants.limit or self.offer.page, self.offer.page)
        with self._collections.reading(found.number) as shelf:
            if of and not shelf.has(of):
                raise _absent()
            entries, more = (
                ([], False)
                if wants.nothing
                else shelf.page(
                    wants.wanted,
                    after_us=after,
                    limit=limit,
                    most_bytes=self.offer.page_bytes,
                    raws=what.raws,
                )
            )
        fetched = what.raws and not asked.head
        if self._receipts and fetched and found.number == partner.outbox:
            self._receipts(partner.partner_id, [one.added_us for one in entries])
        following = cursor(self._key, bound, entries[-1].added_us) if more else ""
        return answered(what.told(entries, following), headers=resources.dates(entries))

    def _post(self, asked: Asked, partner: Access, found: Collection) -> Answer:
        if not found.writes:
            raise RefusedError(403, "you may read from this collection, and not add to it")
        kind = asked.headers.get("content-type")
        if not is_taxii(kind):
            raise RefusedError(415, "send application/taxii+json;version=2.1")
        if charset_of(kind) not in ("utf-8", "utf8") or asked.headers.get(
            "content-encoding", "identity"
        ).lower() not in ("", "identity"):
            raise RefusedError(415, "send JSON in UTF-8 as it is, neither packed nor recoded")
        if len(asked.body) > self.offer.largest:
            raise RefusedError(413, f"a request has at most {self.offer.largest:,} bytes")
        try:
            judged = read_envelope(asked.body, source="request")
        except BadInputError as bad:
            raise RefusedError(422, f"{bad}: {bad.hint}") from bad
        return answered(self._kept(judged, partner, found), status=202)

    def _kept(self, judged: Sequence[Taken | Refused], partner: Access, found: Collection) -> bytes:
        at, status_id = self._now(), str(self._maker())
        taken = [one for one in judged if isinstance(one, Taken)]
        refused = [one for one in judged if isinstance(one, Refused)]
        told: list[bytes] = []

        def status(outcomes: list[Outcome]) -> bytes:
            told.append(_status(status_id, at, taken, outcomes, refused))
            return told[-1]

        posting = posting_of(judged, found.number, partner.partner_id)
        self._commit(
            Request(posting=posting, status_id=status_id, root=found.root, at=at, status=status)
        )
        return told[-1]

    def _delete(self, asked: Asked, partner: Access, found: Collection, object_id: str) -> Answer:
        if not (found.reads or found.writes):
            raise _absent()
        if not (found.reads and found.writes):
            raise RefusedError(403, "only who may read and add may delete here")
        wants = _about(question(asked.query, which="all"), object_id)
        taken = 0
        if not wants.nothing:
            taken = self._collections.delete(
                found.number,
                object_id,
                wants.wanted,
                partner_id=partner.partner_id,
                now=self._now(),
            )
        if not taken:
            raise _absent()
        return Answer(status=200, headers={})


def _status(
    status_id: str,
    at: datetime,
    taken: Sequence[Taken],
    outcomes: Sequence[Outcome],
    refused: Sequence[Refused],
) -> bytes:
    successes, failures = [], []
    for one, outcome in zip(taken, outcomes, strict=True):
        facts = one.facts
        version = facts.version_text or resources.instant(outcome.added_us)
        if outcome.state == "conflict":
            version = facts.version_text or resources.written(at)
            failures.append(Detail(facts.object_id, version, outcome.reason))
        else:
            successes.append(Detail(facts.object_id, version))
    failures += [
        Detail(
            one.object_id,
            one.version_text or resources.written(at),
            str(one.error) if number < _REASONS else _MORE,
        )
        for number, one in enumerate(refused)
    ]
    return resources.status(status_id, at, successes, failures)


def _what(steps: Sequence[str]) -> _Told:
    """Return what is told under a path of a collection.

    Raises:
        RefusedError: There is nothing under it.
    """
    match steps:
        case ["manifest"]:
            return _Told(told=resources.manifest, raws=False)
        case ["objects"]:
            return _Told(told=resources.envelope, methods=("GET", "POST"))
        case ["objects", object_id]:
            return _Told(told=resources.envelope, of=object_id, methods=("GET", "DELETE"))
        case ["objects", object_id, "versions"]:
            return _Told(told=resources.versions, of=object_id, which="all", raws=False)
    raise _absent()


def _about(wants: Question, object_id: str) -> Question:
    """Return the question about one object: filters of ids and types say nothing there."""
    wanted = msgspec.structs.replace(wants.wanted, ids=(object_id,), types=None)
    return msgspec.structs.replace(wants, wanted=wanted)


def _credentials(header: str) -> tuple[str | None, str]:
    """Return user and secret; the user is None where the way of asking has none."""
    scheme, _, given = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return None, given.strip()
    if scheme.lower() != "basic":
        return None, ""
    try:
        user, _, secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None, ""
    return user, secret


def _only(asked: Asked, *methods: str) -> None:
    if asked.method not in methods:
        raise RefusedError(
            405, f"here is only {' and '.join(methods)}", headers={"Allow": ", ".join(methods)}
        )


def _absent() -> RefusedError:
    return RefusedError(404, "there is nothing here, or nothing that you may know of")
