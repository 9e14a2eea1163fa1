"""The process of `statement witness serve`: C2SP's `add-checkpoint`, and nothing of the desk.

Whoever runs a witness need not run a desk, so no page and no store is loaded. Anybody may ask:
what a request is worth, its log's signatures say. A body is bounded in bytes and time, and many
large ones wait for one another; room is taken by bytes that have come, not by a stated length.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Final, final

import uvicorn

from legation.app.binding import Binding
from legation.desk.listening import listen
from legation.desk.refusals import FencedProtocol, ProxiedProtocol
from legation.desk.taking import Held, Room, body_of, live, refuse_larger, sent
from legation.errors import RefusedError
from legation.safeguards.statements.witness import LARGEST_REQUEST, PLAIN, StatementWitness, Told

_ADD: Final = "/add-checkpoint"
_LAST: Final = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_HANDS: Final = 4
# Bytes of requests that are in memory at once.
_IN_HAND: Final = 32_000_000
_SLOWEST: Final = 60.0
_log = logging.getLogger(__name__)


@final
class WitnessDoor:
    """An ASGI application that a witness answers through."""

    def __init__(self, witness: StatementWitness) -> None:
        """Serve logs.

        Args:
            witness: Decides.
        """
        self._witness = witness
        self._hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="witness")
        self._room = Room(_IN_HAND)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection's request."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        if scope["type"] != "http":
            return
        told = await self._told(scope, receive)
        if told.evidence:
            _log.warning("two histories of one log: evidence/%s", told.evidence)
        headers = {"content-type": told.kind}
        await sent(told.status, headers, told.body, (scope, receive, send))

    async def _told(self, scope: Any, receive: Any) -> Told:
        try:
            return await self._asked(scope, receive)
        except RefusedError as refused:
            return _short(refused.status, str(refused))
        except TimeoutError:
            return _short(408, "the request came too slowly")
        except Exception:  # noqa: BLE001 - one of the doors: the server goes on
            _log.exception("a request was not answered")
            return _short(500, "this is a fault of the witness, and was noted")

    async def _asked(self, scope: Any, receive: Any) -> Told:
        path, method = scope["path"], scope["method"]
        last = _LAST.fullmatch(path)
        if path != _ADD and last is None:
            return _short(404, "ask POST /add-checkpoint, or GET /HASH/checkpoint")
        if method not in (("POST",) if path == _ADD else ("GET", "HEAD")):
            return _short(405, f"{path} is asked by another method")
        if last is not None:
            return await self._run(self._witness.last, last[1])
        return await self._added(scope, receive)

    async def _added(self, scope: Any, receive: Any) -> Told:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        stated = headers.get(b"content-length", "0")
        refuse_larger(stated, LARGEST_REQUEST)
        async with Held(self._room) as held:
            body = await asyncio.wait_for(body_of(receive, LARGEST_REQUEST, held), _SLOWEST)
            return await self._run(self._witness.answer, body)

    async def _run(self, what: Callable[..., Told], *given: Any) -> Told:
        return await asyncio.get_running_loop().run_in_executor(self._hands, what, *given)


def serve_witness(
    witness: StatementWitness, binding: Binding, announce: Callable[[str], object] = print
) -> None:
    """Serve logs until the process is told to stop (Ctrl-C or SIGTERM).

    Args:
        witness: Answers them.
        binding: Where to listen; port 0 takes a free one.
        announce: Is told the address once the port is held.
    """
    with ExitStack() as held:
        listening = held.enter_context(listen(binding.port, binding.host))
        try:
            announce(f"{binding.origin(int(listening.getsockname()[1]))}/")
            witness_process(witness, binding).run(sockets=[listening])
        except KeyboardInterrupt:
            return


def witness_process(witness: StatementWitness, binding: Binding | None = None) -> uvicorn.Server:
    """Return the server process; `should_exit` stops it."""
    bound = binding or Binding()
    return uvicorn.Server(
        uvicorn.Config(
            WitnessDoor(witness),
            http=ProxiedProtocol if bound.behind_proxy else FencedProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            ssl_certfile=bound.tls_cert,
            ssl_keyfile=bound.tls_key,
            timeout_graceful_shutdown=5,
        )
    )


def _short(status: int, why: str) -> Told:
    return Told(status=status, kind=PLAIN, body=f"{why}\n".encode())
