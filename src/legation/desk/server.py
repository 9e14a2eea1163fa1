"""The desk as a server: the views behind gate and fence.

`build_app` joins a reading with the pages and the gate; `serve` runs it until it is told to
stop. Refusals and faults are pages too: what went wrong, and what the reader can do.
"""

import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, final

import uvicorn
from litestar import Litestar, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from legation.app.balancing import Balancing
from legation.app.binding import LOOPBACK, Binding
from legation.desk.aside import GivingBack
from legation.desk.assets import ASSETS
from legation.desk.case_dossier_views import CASE_DOSSIERS
from legation.desk.case_draft_views import CASE_DRAFTS
from legation.desk.case_entry_views import CASE_ENTRIES
from legation.desk.case_forms import CASE_FORMS
from legation.desk.case_lists import CASE_LISTS, CASE_OPENING
from legation.desk.case_views import CASE_TABS, CASE_VIEWS
from legation.desk.decision_papers import DECISION_PAPERS
from legation.desk.decision_views import DECISIONS
from legation.desk.duty_views import DUTY_VIEWS
from legation.desk.entering import ENTERING
from legation.desk.escalation_views import ESCALATION
from legation.desk.evidence_views import EVIDENCE_VIEWS
from legation.desk.fact_views import FACT_CHECKING, FACT_VIEWS
from legation.desk.faults import Asking, broken, misled, told, unproven
from legation.desk.fence import Fence
from legation.desk.gate import Gate
from legation.desk.graph_views import GRAPHS, settled_in
from legation.desk.heard_views import HEARD_VIEWS
from legation.desk.help import HELP, place_of, topic_of
from legation.desk.history_views import HISTORY
from legation.desk.import_views import WORKING_VIEWS
from legation.desk.key_views import KEYS
from legation.desk.keys import KEYS as SHORTCUTS
from legation.desk.ledger_views import LEDGER, RECALLING
from legation.desk.listening import listen
from legation.desk.log_views import LOG
from legation.desk.looking import LOOKING
from legation.desk.mission_files import MISSION_FILES
from legation.desk.mission_views import MISSION_VIEWS
from legation.desk.notice_views import NOTICE_VIEWS
from legation.desk.own_views import OWN
from legation.desk.packing import Packing
from legation.desk.paper_views import PAPERS
from legation.desk.partner_views import PARTNER_VIEWS, PARTNER_WRITING
from legation.desk.people import PEOPLE
from legation.desk.proof_views import evidence_row
from legation.desk.provider import Provider
from legation.desk.provider_views import PROVIDED, Ways
from legation.desk.quarantine_views import QUARANTINE_VIEWS
from legation.desk.quick import Quick
from legation.desk.reading import Reading
from legation.desk.received_views import RECEIVED_VIEWS
from legation.desk.received_writing import RECEIVED_WRITING
from legation.desk.refusals import FencedProtocol, ProxiedProtocol
from legation.desk.register_views import REGISTER_VIEWS, REGISTER_WRITING
from legation.desk.rendering import Pages
from legation.desk.rights_views import RIGHTS_VIEWS
from legation.desk.search_views import SEARCH
from legation.desk.sending_views import SENDING
from legation.desk.sheet_views import SHEET_VIEWS
from legation.desk.shift_views import SHIFT_VIEWS
from legation.desk.spoken import Spoken, choose_language
from legation.desk.state_views import STATE_VIEWS
from legation.desk.statement_copy_views import STATEMENT_COPIES
from legation.desk.statement_forms import STATEMENT_FORMS
from legation.desk.statement_register_views import STATEMENT_REGISTER
from legation.desk.statement_views import STATEMENT_VIEWS
from legation.desk.streams import Streams
from legation.desk.tabs import TABS
from legation.desk.taking import live
from legation.desk.tongues import Tongue, tongues
from legation.desk.views import VIEWS
from legation.desk.watch_views import WATCH
from legation.desk.working import DeskWork
from legation.errors import (
    BusyError,
    DeniedError,
    LegationError,
    StepUpError,
)

_LARGEST_BODY: Final = 65_536
_log = logging.getLogger(__name__)


def build_app(
    reading: Reading,
    *,
    banner: str | None,
    gate: Gate,
    work: DeskWork | None = None,
    provider: Provider | None = None,
    language: str = "en",
    known: Mapping[str, Tongue] | None = None,
    more: Sequence[Any] = (),
) -> Litestar:
    """Join a reading with the pages.

    Args:
        reading: What the desk shows.
        banner: Classification on top of every page, such as `TLP:AMBER`; None for none.
        gate: Who may pass.
        work: Where imports and jobs are asked for; None for a desk without these rooms.
        provider: The identity provider that may let people in; None for none.
        language: Of pages where neither person nor browser says which.
        known: Languages that pages can be asked in; None for all.
        more: Handlers of further addresses.
    """
    library = reading.library()
    quick = Quick(library.scope().store.stamp if library else object)
    drawn = Pages(
        banner=banner,
        kinds=reading.kinds(),
        stale=reading.stale,
        writes=work is not None,
        searches=library is not None,
        provider=provider.name if provider else "",
        waking=work.waking if work else None,
    )
    desk = _Desk(reading=reading, gate=gate, drawn=drawn, work=work, ways=Ways(provider))
    # Pages are routed once in a process; what they show hangs on the state of the desk they are of.
    routed = _routed(work is not None) if not more else _routes(work is not None, more)
    app = copy(routed)
    app.state = State(
        {"desk": desk, "streams": desk.streams, "quick": quick, "lazily": reading.for_one_page}
    )
    spoken = Spoken(routed.asgi_handler, known or tongues(), language)
    app.asgi_handler = Fence(Packing(GivingBack(spoken)), gate.binding)
    return app


@final
@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What one desk has of its own."""

    reading: Reading
    gate: Gate
    drawn: Pages
    work: DeskWork | None
    ways: Ways
    streams: Streams = field(default_factory=Streams)
    weighing: Balancing = field(default_factory=Balancing)

    def pages(self, request: Asking) -> Pages:
        """Return the pages as who asks sees them."""
        place = place_of(topic_of(request.url.path))
        seen = self.drawn.seen_by(self.gate.seen(request)).helped_by(place)
        # What the page itself reads need not be asked for again.
        return seen.told_by(lambda: request.state.get("reading", self.reading).stale())


def _desk(request: Asking) -> _Desk:
    found: _Desk = request.app.state["desk"]
    return found


def _pages(request: Asking) -> Pages:
    return _desk(request).pages(request)


def _reading(request: Asking) -> Reading:
    own = _desk(request).reading.for_one_page(request.scope["user"])
    request.state.reading = own
    return own


def _denied(request: Asking, fault: DeniedError) -> Response[Any]:
    _desk(request).gate.note_refused(request)
    return told(_pages(request), request, fault)


async def _guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    gate: Gate = connection.app.state["desk"].gate
    await gate.guard(connection, handler)


def _given(of: Callable[[_Desk], object]) -> Provide:
    def give(request: Asking) -> Any:
        return of(_desk(request))

    return Provide(give, sync_to_thread=False)


@final
class _Routed(Litestar):
    """Pages under their addresses, of which each desk has a copy that begins and ends by itself."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer; with the program nothing begins and nothing ends."""
        if scope["type"] == "lifespan":
            await live(receive, send)
        else:
            await super().__call__(scope, receive, send)


def _routes(writes: bool, more: Sequence[Any] = ()) -> Litestar:
    """Return the pages under their addresses; those of work only where it is done."""
    return _Routed(
        route_handlers=[
            *VIEWS,
            *WATCH,
            *MISSION_VIEWS,
            evidence_row,
            *MISSION_FILES,
            *REGISTER_VIEWS,
            *STATE_VIEWS,
            *RIGHTS_VIEWS,
            *FACT_VIEWS,
            *CASE_LISTS,
            *CASE_VIEWS,
            *CASE_ENTRIES,
            *CASE_TABS,
            *CASE_DOSSIERS,
            *DECISION_PAPERS,
            *ESCALATION,
            *PARTNER_VIEWS,
            *LEDGER,
            *RECEIVED_VIEWS,
            *QUARANTINE_VIEWS,
            *HEARD_VIEWS,
            *SHEET_VIEWS,
            *SEARCH,
            *OWN,
            *TABS,
            *HISTORY,
            *GRAPHS,
            *PAPERS,
            *ENTERING,
            *PROVIDED,
            *KEYS,
            *PEOPLE,
            *HELP,
            *LOG,
            *SHORTCUTS,
            choose_language,
            *(
                (
                    *WORKING_VIEWS,
                    *REGISTER_WRITING,
                    *FACT_CHECKING,
                    *CASE_OPENING,
                    *CASE_FORMS,
                    *CASE_DRAFTS,
                    *RECEIVED_WRITING,
                    *DECISIONS,
                    *PARTNER_WRITING,
                    *SENDING,
                    *RECALLING,
                    *STATEMENT_VIEWS,
                    *STATEMENT_FORMS,
                    *STATEMENT_REGISTER,
                    *STATEMENT_COPIES,
                    *EVIDENCE_VIEWS,
                    *LOOKING,
                    *NOTICE_VIEWS,
                    *DUTY_VIEWS,
                    *SHIFT_VIEWS,
                )
                if writes
                else ()
            ),
            *ASSETS,
            *more,
        ],
        guards=[_guard],
        dependencies={
            "reading": Provide(_reading, sync_to_thread=False),
            "pages": Provide(_pages, sync_to_thread=False),
            "gate": _given(lambda desk: desk.gate),
            "ways": _given(lambda desk: desk.ways),
            "settled": _given(lambda desk: settled_in(desk.work)),
            "streams": _given(lambda desk: desk.streams),
            "weighing": _given(lambda desk: desk.weighing),
            "desk_work": _given(lambda desk: desk.work),
            "waking": _given(lambda desk: desk.work and desk.work.waking),
        },
        exception_handlers={
            StepUpError: lambda asking, fault: unproven(_pages(asking), asking, fault),
            DeniedError: _denied,
            LegationError: lambda asking, fault: told(_pages(asking), asking, fault),
            HTTPException: lambda asking, fault: misled(_pages(asking), asking, fault),
            Exception: lambda asking, fault: broken(_pages(asking), asking, fault),
        },
        request_max_body_size=_LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
    )


_routed = cache(_routes)


def serve(app: Litestar, binding: Binding, *, announce: Callable[[str], object] = print) -> None:
    """Run the desk until the process is told to stop (Ctrl-C or SIGTERM).

    Args:
        app: From `build_app`.
        binding: Where to listen; port 0 takes a free one.
        announce: Is told the address once the port is held.

    Raises:
        BusyError: Another program holds the port.
    """
    with ExitStack() as held:
        first = held.enter_context(listen(binding.port, binding.host))
        sockets, port = [first], int(first.getsockname()[1])
        if binding.host == LOOPBACK and socket.has_ipv6:
            # Browsers may try ::1 first for localhost, where no other program must answer for us.
            try:
                sockets.append(held.enter_context(listen(port, "::1")))
            except BusyError as taken:
                _log.warning("the desk has no ::1: %s", taken)
        announce(f"{binding.origin(port)}/")
        try:
            server_of(app, binding).run(sockets=sockets)
        except KeyboardInterrupt:
            _log.debug("the desk was stopped")


def server_of(app: Litestar, binding: Binding | None = None) -> uvicorn.Server:
    """Return the server that runs the desk; `should_exit` stops it."""
    bound = binding or Binding()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
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
    app.state.streams.stopping = lambda: server.should_exit
    return server
