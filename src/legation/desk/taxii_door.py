"""TAXII over HTTP: requests of partners to the server, and its answers back.

It stands beside the pages of the desk in one process, and alone behind `share serve`. Partners
come by token or certificate, so nothing of the desk's gate, sessions and forms lies on their
way. A body is read to its limit and no further, and many large ones wait for one another.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, final
from urllib.parse import parse_qsl

import msgspec

from legation.desk.taking import Room, body_of, live, refuse_larger, sent
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
# Bytes of a body that may come before its sender is known: what a line buffers anyway. Asking who
# sends by itself costs as much as all else that a small request needs.
_SMALL: Final = 64_000
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
        self._room = Room(_IN_HAND)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection's request."""
        ours = scope["type"] == "http" and _is_ours(scope["path"])
        if not ours and self._beside is not None:
            await self._beside(scope, receive, send)
            return
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        if scope["type"] != "http":
            return
        answer = await self._answer(scope, receive)
        await sent(answer.status, answer.headers, answer.body, (scope, receive, send))

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        asked = _asked(scope, headers)
        stated = headers.get("content-length", "0")
        largest = self._server.offer.largest if asked.method == "POST" else _LARGEST_QUESTION
        try:
            # Whoever cannot say who they are sends no large body here.
            small = "transfer-encoding" not in headers and _is_small(stated)
            who = None if small else await self._run(self._server.who, asked)
            refuse_larger(stated, largest)
            expected = int(stated) if "transfer-encoding" not in headers else largest
            # A small one takes no room, so that whoever is not known yet takes none from others.
            async with self._room.taken(0 if small or asked.method != "POST" else expected):
                body = await asyncio.wait_for(body_of(receive, largest), _SLOWEST)
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


def _is_ours(path: str) -> bool:
    return path == f"/{PREFIX}" or path.startswith(f"/{PREFIX}/")


def _is_small(stated: str) -> bool:
    return stated.isdecimal() and len(stated) <= len(str(_SMALL)) and int(stated) <= _SMALL


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
