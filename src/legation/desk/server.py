"""The desk as a server: the views behind gate and fence.

`build_app` joins a reading with the pages and the gate; `serve` runs it until it is told to
stop. Refusals and faults are pages too: what went wrong, and what the reader can do.
"""

import logging
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import quote

import msgspec
import uvicorn
from litestar import Litestar, MediaType, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException

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
from legation.desk.fence import Fence
from legation.desk.gate import Gate
from legation.desk.graph_views import GRAPHS, settled_in
from legation.desk.heard_views import HEARD_VIEWS
from legation.desk.help import HELP, place_of, topic_of
from legation.desk.hints import on_a_page
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
from legation.desk.referring import came_from
from legation.desk.refusals import FencedProtocol, ProxiedProtocol
from legation.desk.register_views import REGISTER_VIEWS, REGISTER_WRITING
from legation.desk.rendering import Pages
from legation.desk.rights_views import RIGHTS_VIEWS
from legation.desk.saying import told_text
from legation.desk.search_views import SEARCH
from legation.desk.sending_views import SENDING
from legation.desk.sheet_views import SHEET_VIEWS
from legation.desk.shift_views import SHIFT_VIEWS
from legation.desk.spoken import Spoken, choose_language
from legation.desk.state_views import STATE_VIEWS
from legation.desk.statement_forms import STATEMENT_FORMS
from legation.desk.statement_register_views import STATEMENT_REGISTER
from legation.desk.statement_views import STATEMENT_VIEWS
from legation.desk.streams import Streams
from legation.desk.tabs import TABS
from legation.desk.tongues import Tongue, tongues
from legation.desk.views import VIEWS
from legation.desk.watch_views import WATCH
from legation.desk.working import DeskWork
from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    DeniedError,
    LegationError,
    MissingPartError,
    NotFoundError,
    StepUpError,
    UnreachableError,
    UsageError,
    VerificationError,
)

_LARGEST_BODY: Final = 65_536
_STATUS: Final[tuple[tuple[type[LegationError], int], ...]] = (
    (NotFoundError, 404),
    (UsageError, 400),
    (BadInputError, 400),
    (DeniedError, 403),
    (ConflictError, 409),
    # What stands in the home is another than was put there, and the request is in order.
    (VerificationError, 409),
    (BusyError, 503),
    (UnreachableError, 503),
    (MissingPartError, 501),
)
_log = logging.getLogger(__name__)
Asking = Request[Any, Any, Any]


def build_app(
    reading: Reading,
    *,
    banner: str | None,
    gate: Gate,
    work: DeskWork | None = None,
    provider: Provider | None = None,
    language: str = "en",
    known: Mapping[str, Tongue] | None = None,
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
    way_back = Ways(provider)

    def pages(request: Request[Any, Any, Any]) -> Pages:
        seen = drawn.seen_by(gate.seen(request)).helped_by(place_of(topic_of(request.url.path)))
        # What the page itself reads need not be asked for again.
        return seen.told_by(lambda: read_by(request).stale())

    streams, weighing = Streams(), Balancing()

    def reading_of(request: Request[Any, Any, Any]) -> Reading:
        own = reading.for_one_page(request.scope["user"])
        request.state.reading = own
        return own

    def read_by(request: Request[Any, Any, Any]) -> Reading:
        found: Reading = request.state.get("reading", reading)
        return found

    def denied(request: Request[Any, Any, Any], fault: DeniedError) -> Response[Any]:
        gate.note_refused(request)
        return _told(pages(request), request, fault)

    app = Litestar(
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
                    *EVIDENCE_VIEWS,
                    *LOOKING,
                    *NOTICE_VIEWS,
                    *DUTY_VIEWS,
                    *SHIFT_VIEWS,
                )
                if work
                else ()
            ),
            *ASSETS,
        ],
        guards=[gate.guard],
        dependencies={
            "reading": Provide(reading_of, sync_to_thread=False),
            "gate": Provide(lambda: gate, sync_to_thread=False),
            "pages": Provide(pages, sync_to_thread=False),
            "ways": Provide(lambda: way_back, sync_to_thread=False),
            "settled": Provide(lambda: settled_in(work), sync_to_thread=False),
            "streams": Provide(lambda: streams, sync_to_thread=False),
            "weighing": Provide(lambda: weighing, sync_to_thread=False),
            "desk_work": Provide(lambda: work, sync_to_thread=False),
            "waking": Provide(lambda: work and work.waking, sync_to_thread=False),
        },
        exception_handlers={
            StepUpError: lambda asking, fault: _unproven(pages(asking), asking, fault),
            DeniedError: denied,
            LegationError: lambda asking, fault: _told(pages(asking), asking, fault),
            HTTPException: lambda asking, fault: _misled(pages(asking), asking, fault),
            Exception: lambda asking, fault: _broken(pages(asking), asking, fault),
        },
        request_max_body_size=_LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        state=State({"streams": streams, "quick": quick, "lazily": reading.for_one_page}),
    )
    spoken = Spoken(app.asgi_handler, known or tongues(), language)
    app.asgi_handler = Fence(Packing(GivingBack(spoken)), gate.binding)
    return app


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


def _told(pages: Pages, asking: Asking, fault: LegationError) -> Response[Any]:
    status = next((code for kind, code in _STATUS if isinstance(fault, kind)), 500)
    place = fault.place if isinstance(fault, BadInputError) else ""
    message = str(fault).removeprefix(f"{place}: ") if place else str(fault)
    return _fault(pages, asking, status, message, fault.hint, place=place)


def _unproven(pages: Pages, asking: Asking, fault: StepUpError) -> Response[Any]:
    """Lead who is signed in to the page that asks for their passkey, and back from there."""
    guest = asking.scope["user"]
    if guest is None or guest.by != "session" or _is_program(asking):
        return _told(pages, asking, fault)
    if asking.scope["method"] == "GET":
        place = f"{asking.url.path}?{asking.url.query}" if asking.url.query else asking.url.path
        onward = f"/prove?to={quote(place, safe='')}"
    else:
        # What a form sent is not kept: its page is shown again, and its button pressed anew.
        came = came_from(asking)
        place = f"{came.path}?{came.query}" if came.query else came.path
        onward = f"/prove?anew=1&to={quote(place or '/', safe='')}"
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": onward})


def _misled(pages: Pages, asking: Asking, fault: HTTPException) -> Response[Any]:
    status = fault.status_code
    if status == 303:  # noqa: PLR2004 - the status code
        return Response("", status_code=status, media_type=MediaType.TEXT, headers=fault.headers)
    said = {
        404: ("There is no such page.", "go to the first page"),
        405: ("This page is read-only.", "open the page without sending a form"),
        401: (fault.detail, "log in, or send a token that holds"),
    }
    message, hint = said.get(status, (fault.detail, "go back and try again"))
    return _fault(pages, asking, status, message, hint, headers=fault.headers)


def _broken(pages: Pages, asking: Asking, fault: Exception) -> Response[Any]:
    _log.error("a page failed", exc_info=fault)
    return _fault(
        pages,
        asking,
        500,
        "This page failed: that is a fault of the program, not yours.",
        "the terminal that runs the desk holds the details; the other pages go on",
    )


def _fault(
    pages: Pages,
    asking: Asking,
    status: int,
    message: str,
    hint: str,
    *,
    place: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    """Answer with a page; with JSON to a program, by its token or by what it asks for."""
    hint = on_a_page(hint)
    if _is_program(asking):
        said = f"{place}: {told_text(message)}" if place else told_text(message)
        told = msgspec.json.encode({"error": said, "hint": told_text(hint)})
        return Response(told, media_type=MediaType.JSON, status_code=status, headers=headers)
    sent = asking.scope["method"] not in ("GET", "HEAD")
    text = pages.write("error", status=status, place=place, message=message, hint=hint, sent=sent)
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=headers)


def _is_program(asking: Asking) -> bool:
    """Tell whether a program or a script asks: one with a token reads no page, whatever it says."""
    token = asking.headers.get("authorization", "").lower().startswith("bearer ")
    return token or asking.headers.get("accept", "").startswith("application/json")
