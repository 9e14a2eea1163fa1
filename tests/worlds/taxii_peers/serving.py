"""How a peer's server is put on loopback: on a free port, told in one line, until it is let go.

It runs in the peer's own environment, with nothing of legation at hand. When whoever started it
closes its standard input, or dies, it ends.
"""

import importlib
import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

Application = Any


def serve(made: Callable[[str], tuple[Application, dict[str, Any]]]) -> None:
    """Listen, and print one JSON line that says where.

    Args:
        made: Makes of the address an application and what to tell beside it.
    """
    late: dict[str, Application] = {}

    def asked(environ: Any, start: Any) -> Any:
        return late["application"](environ, start)

    serving: Any = importlib.import_module("werkzeug.serving")

    class Quiet(serving.WSGIRequestHandler):  # type: ignore[misc]  # it is imported by name
        def log(self, *_: object) -> None:
            """Say nothing."""

    server = serving.make_server("127.0.0.1", 0, asked, threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    late["application"], told = made(address)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.stdout.write(json.dumps({"address": address, **told}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
