"""The process of `share serve`: TAXII alone, with TLS of its own and client certificates.

Whoever shows a certificate that the authority of the house signed is known by its hash, which
must be on the roster besides. Bytes that are no request are refused as TAXII refuses.
"""

import hashlib
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from legation.app.binding import Binding
from legation.desk.listening import listen
from legation.desk.refusals import FencedProtocol
from legation.desk.taxii_door import CERTIFICATE, TaxiiDoor
from legation.safeguards.sharing.taxii.media import TAXII
from legation.safeguards.sharing.taxii.server import TaxiiServer


class TaxiiProtocol(FencedProtocol):
    """The server's protocol, which says by which certificate its client came."""

    def on_message_begin(self) -> None:
        """Begin a request, and note who shows what."""
        super().on_message_begin()
        shown = self.transport.get_extra_info("ssl_object")
        certificate = shown.getpeercert(binary_form=True) if shown is not None else None
        if certificate:
            self.scope["state"] = dict(self.scope.get("state") or {}) | {
                CERTIFICATE: hashlib.sha256(certificate).hexdigest()
            }

    def refusal(self, status: int, said: str) -> tuple[str, bytes]:
        """Return a refusal below all requests as an error resource."""
        told = {"title": said, "http_status": str(status)}
        return TAXII, msgspec.json.encode(told)


def serve_taxii(
    server: TaxiiServer,
    binding: Binding,
    *,
    authority: Path | None = None,
    announce: Callable[[str], object] = print,
) -> None:
    """Serve partners until the process is told to stop (Ctrl-C or SIGTERM).

    Args:
        server: Answers them.
        binding: Where to listen; port 0 takes a free one.
        authority: Certificates (PEM) of who signs those of clients; None: none are asked for.
        announce: Is told the address once the port is held.
    """
    with ExitStack() as held:
        listening = held.enter_context(listen(binding.port, binding.host))
        try:
            # Whoever is told the address may end the program at once.
            announce(f"{binding.origin(int(listening.getsockname()[1]))}/taxii2/")
            taxii_process(server, binding, authority).run(sockets=[listening])
        except KeyboardInterrupt:
            return


def taxii_process(
    server: TaxiiServer, binding: Binding | None = None, authority: Path | None = None
) -> uvicorn.Server:
    """Return the server process; `should_exit` stops it."""
    bound = binding or Binding()
    asks: dict[str, Any] = {}
    if authority is not None:
        asks = {"ssl_ca_certs": str(authority), "ssl_cert_reqs": ssl.CERT_OPTIONAL}
    return uvicorn.Server(
        uvicorn.Config(
            TaxiiDoor(server),
            http=TaxiiProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            ssl_certfile=bound.tls_cert,
            ssl_keyfile=bound.tls_key,
            timeout_graceful_shutdown=5,
            **asks,
        )
    )
