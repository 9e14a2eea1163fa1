"""TAXII over HTTP: requests of partners to the server, and its answers back.

It stands beside the pages of the desk in one process, and alone behind `share serve`. Partners
come by token or certificate, so nothing of the desk's gate, sessions and forms lies on their
way. A body is read to its limit and no further, and many large ones wait for one another.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, final
from urllib.parse import parse_qsl

import msgspec

from legation.errors import LegationError, RefusedError
from legation.safeguards.sharing.taxii.asking import Answer, Asked, put_off, refusal
from legation.safeguards.sharing.taxii.server import PREFIX, TaxiiServer

# Threads that read and write; more than wait for one another at the disk.
_HANDS: Final = 12
# Bytes of bodies that are in memory at once.
_IN_HAND: Final = 64_000_000
# Bytes of a body that says nothing, such as that of a GET.
_LARGEST_QUESTION: Final = 64_000
_SLOWEST: Final = 60.0
# Seconds in which the rest of a refused body is let come and dropped.
_LINGERS: Final = 5.0
_LONGEST_NUMBER: Final = 18
# Under which name a connection keeps the hash of the certificate that its client showed.
CERTIFICATE: Final = "legation.certificate"
_log = logging.getLogger(__name__)


@final
class TaxiiDoor:
    """An ASGI application for the paths of TAXII; all others go on to another one."""

    def __init__(self, server: TaxiiServer, beside: Any = None) -> None:
        """Serve partners.

        Args:
            server: Answers them.
            beside: The application for all other paths; None: there is nothing else.
        """
        self._server, self._beside = server, beside
        self._hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="taxii")
        self._room = _Room(_IN_HAND)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection's request."""
        ours = scope["type"] == "http" and _is_ours(scope["path"])
        if not ours and self._beside is not None:
            await self._beside(scope, receive, send)
            return
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        answer = await self._answer(scope, receive)
        await _send(answer, scope, receive, send)

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        asked = _asked(scope, headers)
        stated = headers.get("content-length", "0")
        largest = self._server.offer.largest if asked.method == "POST" else _LARGEST_QUESTION
        try:
            # Whoever cannot say who they are sends no body here.
            who = await self._run(self._server.who, asked)
            _refuse_larger(stated, largest)
            expected = int(stated) if "transfer-encoding" not in headers else largest
            async with self._room.taken(expected if asked.method == "POST" else 0):
                body = await asyncio.wait_for(_body(receive, largest), _SLOWEST)
                answer: Answer = await self._run(
                    self._server.answer, msgspec.structs.replace(asked, body=body), who
                )
                return answer
        except RefusedError as refused:
            return refusal(refused)
        except LegationError as bad:
            return put_off(bad)
        except TimeoutError:
            return refusal(RefusedError(408, "the request came too slowly"))
        except Exception:  # noqa: BLE001 - one of the doors: the server goes on
            _log.exception("a request to TAXII was not answered")
            return refusal(RefusedError(500, "this is a fault of ours, and was noted"))

    async def _run(self, what: Any, *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._hands, what, *given)


class _Room:
    """So many bytes that bodies may take in memory; who finds no room waits."""

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._freed = asyncio.Condition()

    def taken(self, size: int) -> "_Taken":
        return _Taken(self, min(size, self._size))

    async def take(self, size: int) -> None:
        async with self._freed:
            await self._freed.wait_for(lambda: self._free >= size)
            self._free -= size

    async def give(self, size: int) -> None:
        async with self._freed:
            self._free += size
            self._freed.notify_all()


class _Taken:
    def __init__(self, room: _Room, size: int) -> None:
        self._room, self._size = room, size

    async def __aenter__(self) -> None:
        if self._size:
            await self._room.take(self._size)

    async def __aexit__(self, *_: object) -> None:
        if self._size:
            await self._room.give(self._size)


def _refuse_larger(stated: str, largest: int) -> None:
    if not stated.isdecimal() or len(stated) > _LONGEST_NUMBER or int(stated) > largest:
        raise RefusedError(413, f"a request has at most {largest:,} bytes")


def _is_ours(path: str) -> bool:
    return path == f"/{PREFIX}" or path.startswith(f"/{PREFIX}/")


def _asked(scope: Any, headers: dict[str, str]) -> Asked:
    state = scope.get("state") or {}
    query = scope["query_string"].decode("latin-1")
    given = parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=None)
    return Asked(
        method="GET" if scope["method"] == "HEAD" else scope["method"],
        path=scope["path"],
        query=tuple(given),
        headers=headers,
        certificate=state.get(CERTIFICATE, ""),
        head=scope["method"] == "HEAD",
    )


async def _body(receive: Any, largest: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(400, "the line broke before the request was whole")
        part = message.get("body", b"")
        size += len(part)
        if size > largest:
            raise RefusedError(413, f"a request has at most {largest:,} bytes")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(answer: Answer, scope: Any, receive: Any, send: Any) -> None:
    headers = {
        "cache-control": "no-store",
        "content-length": str(len(answer.body)),
        "x-content-type-options": "nosniff",
    } | {name.lower(): value for name, value in answer.headers.items()}
    packed = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    unread = answer.status in (408, 413)
    if unread:
        packed.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": packed})
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": unread})
    if unread:
        # Most clients read no answer before they have sent all: a line closed at once tells them
        # only that it broke.
        with suppress(TimeoutError):
            await asyncio.wait_for(_let_come(receive), _LINGERS)
        await send({"type": "http.response.body", "body": b""})


async def _let_come(receive: Any) -> None:
    """Drop what still comes of a request."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
