"""One question to a partner's server, asked until it is answered or patience is over.

The line goes to one place alone: scheme, host and port of the partner's address. A redirect
within that place is followed, for what is only read; one to elsewhere ends the question, so a
name and password are never shown to others. What failed is told as a value that says whether
anything was sent, because only that decides what may be asked again:

- what only reads, or deletes, is asked again after connection failures, 429 and 5xx;
- a page behind a cursor is asked again only if the server cannot have handed it out, because some
  servers forget a page once they gave it (medallion does);
- what adds objects is asked again only if nothing was sent.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import msgspec

from legation import __version__
from legation.errors import LegationError, UsageError
from legation.sources.taxii.access import Access, checked, joined, named, place_of
from legation.sources.taxii.body import MEDIA_TYPE, read
from legation.sources.taxii.failures import (
    REFUSED,
    Failure,
    broken,
    elsewhere,
    too_late,
    unwell,
)
from legation.sources.taxii.patience import Patience, Tempo, asked_for

if TYPE_CHECKING:
    import httpx2

_MOST_REDIRECTS: Final = 3
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_FAILED: Final = 500
_MOST_ERROR: Final = 65_536
_GOOD: Final = range(200, 300)

Repeat = Literal["harmless", "once", "never"]


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer may cost.

    Attributes:
        page_bytes: Bytes, packed and unpacked.
        connect_s: Seconds until there is a line.
        silence_s: Seconds in which nothing comes.
        answer_s: Seconds for the whole answer, however steadily it drips.
    """

    page_bytes: int = 100_000_000
    connect_s: float = 10.0
    silence_s: float = 60.0
    answer_s: float = 600.0


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked.

    Attributes:
        address: Where.
        query: Names and values behind the question mark.
        body: What is sent; None: nothing.
        media: Type of what is sent and taken.
        repeat: When it may be asked again; see the module.
    """

    method: Literal["GET", "POST", "DELETE"] = "GET"
    address: str
    query: dict[str, str] = {}
    body: bytes | None = None
    media: str = MEDIA_TYPE
    repeat: Repeat = "harmless"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered, good or not.

    Attributes:
        headers: With lower-case names.
        tries: How often it was asked.
    """

    status: int
    headers: dict[str, str]
    body: bytearray
    tries: int = 1


class Line:
    """A line to one place.

    Args:
        address: Of the partner; only its place is kept to.
        access: How to get in.
        bounds: What one answer may cost.
        patience: When to ask again.
        tempo: What waiting rests on.
        transport: What carries requests; None: the network.

    Raises:
        UsageError: An address or a credential cannot be used.
        DeniedError: It is plain http to another machine.
    """

    def __init__(
        self,
        address: str,
        access: Access,
        *,
        bounds: Bounds,
        patience: Patience,
        tempo: Tempo,
        transport: "httpx2.BaseTransport | None" = None,
    ) -> None:
        """Check all that is given; connect to nothing yet."""
        self._plain_http = access.plain_http
        self._place = place_of(checked(address, plain_http=access.plain_http))
        self._bounds = bounds
        self._patience = patience
        self._tempo = tempo
        self._open = _opener(address, access, bounds, transport)
        self._shared = transport is not None
        try:
            self._client = self._open()
        except ValueError:
            # Its own words would show the address, and with it a password.
            raise UsageError(
                "this is no address of a proxy", hint="give http://host:port"
            ) from None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def ask(self, question: Question) -> Answer | Failure:
        """Ask until there is an answer, or patience is over.

        Raises:
            BadInputError: The answer is larger than it may be, or cannot be unpacked.
        """
        begun = self._tempo.monotonic()
        tried = 0
        while True:
            tried += 1
            got = self._once(question)
            if isinstance(got, Answer):
                return msgspec.structs.replace(got, tries=tried)
            if tried >= self._patience.tries or not _may_repeat(question, got):
                return got
            wait = self._patience.wait(tried, self._tempo.chance(), got.wait_s)
            if self._tempo.monotonic() - begun + wait > self._patience.total_s:
                return got
            self._tempo.sleep(wait)

    def _once(self, question: Question) -> Answer | Failure:
        address = checked(question.address, plain_http=self._plain_http)
        if question.media != MEDIA_TYPE and not question.address.endswith("/"):
            address = address.removesuffix("/")  # of TAXII's addresses each ends with one
        if place_of(address) != self._place:
            return elsewhere(address)
        # A line that was kept may be dead; whether something was sent over it, nobody knows.
        fresh = question.repeat == "never" and not self._shared
        client = self._open() if fresh else self._client
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                got = self._sent(client, question, address)
                if not isinstance(got, str):
                    return got
                address = got
        finally:
            if fresh:
                client.close()
        return Failure(
            words=f"{named(question.address)} leads on and on",
            hint="ask the partner for the address of the API root",
            again=False,
        )

    def _sent(
        self, client: "httpx2.Client", question: Question, address: str
    ) -> Answer | Failure | str:
        """Ask once; return the next address where the answer lies elsewhere in the same place."""
        import httpx2

        request = client.build_request(
            question.method,
            address,
            params=question.query,
            content=question.body,
            headers=_heads(question),
            extensions={"trace": self._traced},
        )
        place = named(address)
        with self._deadline() as late:
            try:
                answer = client.send(request, stream=True)
                try:
                    if answer.status_code in _MOVED:
                        return self._moved(question, address, answer)
                    got = self._read(answer, place)
                    # A body without a length ends where the line was cut.
                    return too_late(place) if late.is_set() else got
                finally:
                    answer.close()
            except (httpx2.TransportError, OSError, UnicodeError) as fault:
                return too_late(place) if late.is_set() else broken(fault, place)

    def _read(self, answer: "httpx2.Response", place: str) -> Answer | Failure:
        headers = {name.lower(): text for name, text in answer.headers.items()}
        status = answer.status_code
        if status in REFUSED or status >= _FAILED:
            return unwell(status, asked_for(headers, self._tempo.now()), place)
        if status in _GOOD:
            most = self._bounds.page_bytes
            body = read(answer.iter_raw(), headers, most=most, place=place)
        else:
            body = _glimpse(answer.iter_raw())
        return Answer(status=status, headers=headers, body=body)

    def _moved(self, question: Question, address: str, answer: "httpx2.Response") -> Failure | str:
        target = answer.headers.get("location", "")
        try:
            bare = joined(address, target).partition("#")[0].partition("?")[0]
            # Whether it may be asked is a question of the place, which is asked below.
            bare = checked(bare, plain_http=True)
        except LegationError:
            return Failure(
                words=f"{named(address)} sends us to no address",
                hint="ask the partner for the address of the API root",
                sent=False,
                again=False,
            )
        if place_of(bare) != self._place:
            return elsewhere(bare)
        if question.method != "GET":
            return Failure(
                words=f"{named(address)} has moved",
                hint=f"give the address {named(bare)} for this partner",
                sent=False,
                again=False,
                status=answer.status_code,
            )
        return bare

    def _traced(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep the socket of the line, so that it can be cut."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def _deadline(self) -> Iterator[threading.Event]:
        """Cut the line when its time is over: a steady drip would never time out."""
        late = threading.Event()

        def cut() -> None:
            late.set()
            if self._socket is not None:
                with suppress(OSError):
                    # Of the plain socket: TLS would wait for the other side.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

        timer = threading.Timer(self._bounds.answer_s, cut)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()


def _opener(
    address: str, access: Access, bounds: Bounds, transport: "httpx2.BaseTransport | None"
) -> Callable[[], "httpx2.Client"]:
    import httpx2

    try:
        httpx2.URL(address)
    except httpx2.InvalidURL:
        raise UsageError("this is no address of a server", hint="check its host") from None
    trust = access.trust() if transport is None else False
    headers = access.headers() | {
        "Accept": MEDIA_TYPE,
        "Accept-Encoding": "gzip",
        "User-Agent": f"legation/{__version__}",
    }
    timeout = httpx2.Timeout(bounds.silence_s, connect=bounds.connect_s)

    def opened() -> "httpx2.Client":
        return httpx2.Client(
            headers=headers,
            verify=trust,
            trust_env=access.proxy_of_environment,
            proxy=access.proxy or None,
            timeout=timeout,
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
            follow_redirects=False,
            transport=transport,
        )

    return opened


def _heads(question: Question) -> dict[str, str]:
    sent = {} if question.body is None else {"Content-Type": question.media}
    return sent if question.media == MEDIA_TYPE else sent | {"Accept": "*/*"}


def _may_repeat(question: Question, got: Failure) -> bool:
    if not got.again:
        return False
    if question.repeat == "harmless" or not got.sent:
        return True
    # What was refused for now was not done; a page was not handed out.
    return question.repeat == "once" and got.status in REFUSED


def _glimpse(pieces: Iterable[bytes]) -> bytearray:
    """Return the front of what a refusal says; it is quoted, never trusted."""
    front = bytearray()
    for piece in pieces:
        front += piece[: _MOST_ERROR - len(front)]
        if len(front) >= _MOST_ERROR:
            break
    return front
