"""The verbs of TAXII 2.1, asked of one partner's server.

Strict in what is sent: the media type with its version, dates with microseconds, ids as one
segment of a path, envelopes of the very bytes that were handed in. A client keeps to one place;
an API root that discovery names elsewhere needs a client of its own.

Adding is the one verb that is not simply asked again. Where nobody knows whether an envelope
arrived, that is what is told; to push it again is harmless, because a server knows versions by
their id and time.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, Self
from urllib.parse import quote

import msgspec

from legation.errors import BadInputError, LegationError, UsageError
from legation.sources.taxii.access import Access, checked, joined
from legation.sources.taxii.body import check_type
from legation.sources.taxii.failures import REFUSED, Failure
from legation.sources.taxii.feed import Filter
from legation.sources.taxii.line import Answer, Bounds, Line, Question
from legation.sources.taxii.messages import (
    ApiRoot,
    Collection,
    Discovery,
    ManifestPage,
    ObjectsPage,
    Status,
    VersionsPage,
    api_root_of,
    collection_of,
    discovery_of,
    manifest_page,
    mapping,
    mappings,
    objects_page,
    status_of,
    versions_page,
)
from legation.sources.taxii.patience import Patience, Tempo
from legation.sources.taxii.refusals import refusal

if TYPE_CHECKING:
    import httpx2

_FRONT: Final = b'{"objects":['
_BACK: Final = b"]}"
_NO_SUCCESS: Final = 300
_MISSING: Final = 404


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How a page is asked for.

    Attributes:
        filter: What of the collection.
        added_after: Only what was added later, as `…T….ffffffZ`; empty: all.
        limit: Most entries of the page; 0 lets the server choose.
        next: Cursor that the page before gave.
    """

    filter: Filter = Filter()
    added_after: str = ""
    limit: int = 0
    next: str = ""

    def query(self) -> dict[str, str]:
        """Return it as the standard writes it."""
        found = self.filter.query()
        if self.added_after:
            found["added_after"] = self.added_after
        if self.limit:
            found["limit"] = str(self.limit)
        if self.next:
            found["next"] = self.next
        return found


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an envelope.

    Attributes:
        state: `complete`: the server is done; see the counts of `status` for what it took.
            `pending`: it took the envelope and is not done; ask `TaxiiClient.status` later.
            `unknown`: nobody knows whether it arrived; push it again.
        status: What the server last said; None where it said nothing.
        words: What there is to tell beside it; empty where all went well.
        hint: What the reader can do.
    """

    state: Literal["complete", "pending", "unknown"]
    status: Status | None = None
    words: str = ""
    hint: str = ""


class TaxiiClient:
    """A client of one partner's server.

    Args:
        address: Of the discovery resource (`https://partner.example/taxii2/`) or an API root.
        access: How to get in.
        bounds: What one answer may cost.
        patience: When to ask again.
        tempo: What waiting rests on.
        transport: What carries requests; None: the network.

    Raises:
        UsageError: The address, a credential or a file of certificates cannot be used.
        DeniedError: The address is plain http to another machine.

    All verbs raise `UnreachableError` where there is no usable answer, `DeniedError` where the
    server does not let us, `NotFoundError` where something is not there, and `BadInputError` where
    an answer is too large or no TAXII message.
    """

    def __init__(
        self,
        address: str,
        access: Access | None = None,
        *,
        bounds: Bounds | None = None,
        patience: Patience | None = None,
        tempo: Tempo | None = None,
        transport: "httpx2.BaseTransport | None" = None,
    ) -> None:
        """Check all that is given; connect to nothing yet."""
        access = access or Access()
        self.address = checked(address, plain_http=access.plain_http)
        self._plain_http = access.plain_http
        self._patience = patience or Patience()
        self._tempo = tempo or Tempo()
        self._line = Line(
            self.address,
            access,
            bounds=bounds or Bounds(),
            patience=self._patience,
            tempo=self._tempo,
            transport=transport,
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def discovery(self) -> Discovery:
        """Ask what the server is (4.1); addresses of API roots are made whole."""
        found = discovery_of(self._mapping(Question(address=self.address)))
        return msgspec.structs.replace(
            found,
            default=joined(self.address, found.default) if found.default else "",
            api_roots=tuple(joined(self.address, each) for each in found.api_roots),
        )

    def api_root(self, api_root: str) -> ApiRoot:
        """Ask what an API root is (4.2)."""
        return api_root_of(self._mapping(Question(address=self._at(api_root))))

    def collections(self, api_root: str) -> tuple[Collection, ...]:
        """Ask for the collections that we may know of (5.1)."""
        address = self._at(api_root, "collections")
        said = self._mapping(Question(address=address))
        found = mappings(said, "collections")
        return tuple(collection_of(each, place=address) for each in found)

    def collection(self, api_root: str, collection: str) -> Collection:
        """Ask for one collection (5.2)."""
        address = self._at(api_root, "collections", collection)
        return collection_of(self._mapping(Question(address=address)), place=address)

    def manifest(self, api_root: str, collection: str, asked: Asked | None = None) -> ManifestPage:
        """Ask for a page of a manifest (5.3)."""
        address = self._at(api_root, "collections", collection, "manifest")
        answer = self._good(_page_question(address, asked))
        return manifest_page(mapping(answer.body, place=address), answer.headers, place=address)

    def objects(self, api_root: str, collection: str, asked: Asked | None = None) -> ObjectsPage:
        """Ask for a page of objects (5.4)."""
        return self._objects(self._at(api_root, "collections", collection, "objects"), asked)

    def object(
        self, api_root: str, collection: str, object_id: str, asked: Asked | None = None
    ) -> ObjectsPage:
        """Ask for the versions of one object (5.6)."""
        return self._objects(
            self._at(api_root, "collections", collection, "objects", object_id), asked
        )

    def versions(
        self, api_root: str, collection: str, object_id: str, asked: Asked | None = None
    ) -> VersionsPage:
        """Ask what versions of one object there are (5.8)."""
        address = self._at(api_root, "collections", collection, "objects", object_id, "versions")
        answer = self._good(_page_question(address, asked))
        return versions_page(mapping(answer.body, place=address), answer.headers, place=address)

    def delete(
        self, api_root: str, collection: str, object_id: str, filter_: Filter | None = None
    ) -> None:
        """Delete an object, or those of its versions that a filter names (5.7).

        Where it had to be asked more than once, an object that is not there was deleted.
        """
        address = self._at(api_root, "collections", collection, "objects", object_id)
        query = (filter_ or Filter()).query()
        got = self._line.ask(Question(method="DELETE", address=address, query=query))
        if isinstance(got, Answer) and got.status == _MISSING and got.tries > 1:
            return
        self._checked(got, address)

    def status(self, api_root: str, status_id: str) -> Status:
        """Ask what became of an envelope (4.3)."""
        return status_of(self._mapping(Question(address=self._at(api_root, "status", status_id))))

    def add(
        self, api_root: str, collection: str, objects: Sequence[bytes], *, polls: int = 10
    ) -> Added:
        """Add one envelope of objects (5.5), and ask until the server is done with it.

        Args:
            api_root: Address of the API root.
            collection: Id or alias of the collection.
            objects: The JSON of each; it is sent as it is.
            polls: How often to ask for the status before it is left pending.

        Raises:
            UsageError: There is no object.
            UnreachableError: The server was not reached: nothing was sent. Or it is busy or sent
                us elsewhere: nothing was taken.
        """
        address = self._at(api_root, "collections", collection, "objects")
        question = Question(method="POST", address=address, body=envelope(objects), repeat="never")
        try:
            got = self._line.ask(question)
        except BadInputError as bad:
            return _unknown(str(bad))
        if isinstance(got, Failure) and got.sent and got.status not in REFUSED:
            return _unknown(got.words)
        answer = self._checked(got, address)
        try:
            check_type(answer.headers, place=address)
            status = status_of(mapping(answer.body, place=address))
        except BadInputError as bad:
            return _unknown(str(bad))
        return self._polled(api_root, status, polls)

    def _polled(self, api_root: str, status: Status, polls: int) -> Added:
        for poll in range(1, polls + 1):
            if _is_done(status):
                return Added(state="complete", status=status)
            if not status.id:
                break
            self._tempo.sleep(self._patience.wait(poll, self._tempo.chance(), None))
            try:
                status = self.status(api_root, status.id)
            except LegationError as bad:
                return Added(state="pending", status=status, words=str(bad), hint=bad.hint)
        if _is_done(status):
            return Added(state="complete", status=status)
        return Added(
            state="pending",
            status=status,
            words="the partner is not done with the objects",
            hint="ask for the status later"
            if status.id
            else "the partner gave no id to ask with: look for the objects in its collection",
        )

    def _at(self, api_root: str, *segments: str) -> str:
        """Return an address below an API root."""
        root = checked(joined(self.address, api_root), plain_http=self._plain_http)
        for segment in segments:
            if not segment or segment in (".", "..") or not segment.isprintable():
                raise UsageError(f"{segment!r:.60} is no id", hint="copy it from the list")
        return root + "".join(f"{quote(segment, safe='')}/" for segment in segments)

    def _objects(self, address: str, asked: Asked | None) -> ObjectsPage:
        answer = self._good(_page_question(address, asked))
        return objects_page(answer.body, answer.headers, place=address)

    def _mapping(self, question: Question) -> dict[str, Any]:
        return mapping(self._good(question).body, place=question.address)

    def _good(self, question: Question) -> Answer:
        answer = self._checked(self._line.ask(question), question.address)
        check_type(answer.headers, place=question.address)
        return answer

    def _checked(self, got: Answer | Failure, address: str) -> Answer:
        if isinstance(got, Failure):
            raise got.error()
        if got.status >= _NO_SUCCESS:
            raise refusal(got, address)
        return got


def envelope(objects: Iterable[bytes]) -> bytes:
    """Return an envelope (3.7) of objects as they are.

    >>> envelope([b'{"type":"note"}'])
    b'{"objects":[{"type":"note"}]}'

    Raises:
        UsageError: There is no object.
    """
    body = b",".join(objects)
    if not body:
        raise UsageError("an envelope without objects", hint="push at least one object")
    return _FRONT + body + _BACK


def envelopes(
    objects: Iterable[bytes], *, most_bytes: int | None, most_objects: int = 1000
) -> Iterator[tuple[bytes, ...]]:
    """Share objects out to envelopes, in their order.

    >>> [len(each) for each in envelopes([b"{}"] * 5, most_bytes=20, most_objects=9)]
    [2, 2, 1]

    Args:
        objects: The JSON of each.
        most_bytes: The API root's `max_content_length`; None: nobody said.
        most_objects: Objects of one envelope.

    Raises:
        UsageError: One object alone is larger than an envelope may be.
    """
    taken: list[bytes] = []
    size = len(_FRONT) + len(_BACK)
    for each in objects:
        if most_bytes is not None and len(_FRONT) + len(each) + len(_BACK) > most_bytes:
            raise UsageError(
                f"an object of {len(each):,} bytes is larger than the partner takes",
                hint=f"the partner takes envelopes of {most_bytes:,} bytes",
            )
        more = len(each) + (1 if taken else 0)
        full = most_bytes is not None and size + more > most_bytes
        if taken and (full or len(taken) >= most_objects):
            yield tuple(taken)
            taken, size, more = [], len(_FRONT) + len(_BACK), len(each)
        taken.append(each)
        size += more
    if taken:
        yield tuple(taken)


def _page_question(address: str, asked: Asked | None) -> Question:
    asked = asked or Asked()
    return Question(
        address=address, query=asked.query(), repeat="once" if asked.next else "harmless"
    )


def _unknown(words: str) -> Added:
    return Added(
        state="unknown",
        words=f"{words}; nobody knows whether the objects arrived",
        hint="push them again: what the partner has already is known by its version",
    )


def _is_done(status: Status) -> bool:
    """Tell whether nothing more will come; some servers say so by their counts alone."""
    return status.complete or 0 < status.total == status.success + status.failure
