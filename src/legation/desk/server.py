"""The desk as a server: the views behind the fence, on loopback only.

`build_app` joins a reading with the pages; `serve` runs it until it is told to stop.
Refusals and faults are pages too: what went wrong, and what the reader can do.
"""

import logging
import socket
from collections.abc import Callable
from importlib.resources import files
from typing import Final

import uvicorn
from litestar import Litestar, MediaType, Response, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from legation.desk.fence import Fence
from legation.desk.forms import Forms
from legation.desk.import_views import WORKING_VIEWS
from legation.desk.reading import Reading
from legation.desk.rendering import Pages
from legation.desk.views import VIEWS
from legation.desk.working import DeskWork
from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    DeniedError,
    LegationError,
    NotFoundError,
    UsageError,
)

LOOPBACK: Final = "127.0.0.1"
_LAST_PORT = 65535
_ASSETS: Final = {"desk.css": "text/css", "icon.svg": "image/svg+xml", "job.js": "text/javascript"}
_STATUS: Final[tuple[tuple[type[LegationError], int], ...]] = (
    (NotFoundError, 404),
    (UsageError, 400),
    (BadInputError, 400),
    (DeniedError, 403),
    (ConflictError, 409),
    (BusyError, 503),
)
_log = logging.getLogger(__name__)


def build_app(reading: Reading, *, banner: str | None, work: DeskWork | None = None) -> Litestar:
    """Join a reading with the pages.

    Args:
        reading: What the desk shows.
        banner: Classification on top of every page, such as `TLP:AMBER`; None for none.
        work: What the desk may change; None for a desk that is read-only.
    """
    forms = Forms()
    pages = Pages(
        banner=banner,
        kinds=reading.kinds(),
        stale=reading.stale,
        form_token=forms.token if work else None,
    )
    app = Litestar(
        route_handlers=[*VIEWS, *(WORKING_VIEWS if work else ()), _asset],
        dependencies={
            "reading": Provide(lambda: reading, sync_to_thread=False),
            "pages": Provide(lambda: pages, sync_to_thread=False),
            "forms": Provide(lambda: forms, sync_to_thread=False),
            "desk_work": Provide(lambda: work, sync_to_thread=False),
        },
        exception_handlers={
            LegationError: lambda _, fault: _told(pages, fault),
            HTTPException: lambda _, fault: _misled(pages, fault),
            Exception: lambda _, fault: _broken(pages, fault),
        },
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = Fence(app.asgi_handler)
    return app


def serve(app: Litestar, port: int, *, announce: Callable[[str], object] = print) -> None:
    """Run the desk on loopback until the process is told to stop (Ctrl-C or SIGTERM).

    Args:
        app: From `build_app`.
        port: Port on 127.0.0.1; 0 takes a free one.
        announce: Is told the address once the port is held.

    Raises:
        BusyError: Another program holds the port.
    """
    with listen(port) as listening:
        announce(f"http://{LOOPBACK}:{listening.getsockname()[1]}/")
        try:
            server_of(app).run(sockets=[listening])
        except KeyboardInterrupt:
            _log.debug("the desk was stopped")


def listen(port: int) -> socket.socket:
    """Hold a port on loopback."""
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"{port} is no port", hint="choose one from 1024 to 65535, or 0")
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError as taken:
        listening.close()
        raise BusyError(
            f"port {port} cannot be had: {taken.strerror}",
            hint="choose another port, or 0 for a free one",
        ) from taken
    return listening


def server_of(app: Litestar) -> uvicorn.Server:
    """Return the server that runs the desk; `should_exit` stops it."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
    )


@get("/static/{name:str}", sync_to_thread=False)
def _asset(name: FromPath[str]) -> Response[bytes]:
    if name not in _ASSETS:
        raise NotFoundError(f"there is no {name!r}", hint="go to the first page")
    content = files("legation.desk").joinpath("static", name).read_bytes()
    return Response(content, media_type=_ASSETS[name])


def _told(pages: Pages, fault: LegationError) -> Response[str]:
    status = next((code for kind, code in _STATUS if isinstance(fault, kind)), 500)
    return _fault(pages, status, str(fault), fault.hint)


def _misled(pages: Pages, fault: HTTPException) -> Response[str]:
    if fault.status_code == 404:  # noqa: PLR2004 - the status code
        return _fault(pages, 404, "There is no such page.", "go to the first page")
    if fault.status_code == 405:  # noqa: PLR2004 - the status code
        return _fault(pages, 405, "This page is read-only.", "open the page without sending a form")
    return _fault(pages, fault.status_code, fault.detail, "go back and try again")


def _broken(pages: Pages, fault: Exception) -> Response[str]:
    _log.error("a page failed", exc_info=fault)
    return _fault(
        pages,
        500,
        "This page failed: that is a fault of the program, not yours.",
        "the terminal that runs the desk holds the details; the other pages go on",
    )


def _fault(pages: Pages, status: int, message: str, hint: str) -> Response[str]:
    text = pages.write("error", status=status, message=message, hint=hint)
    return Response(text, media_type=MediaType.HTML, status_code=status)
