"""The other side of each channel, on loopback: a mail server, a webhook, a gateway's program.

Each keeps every byte that it was sent, after TLS was taken off, and can be told to fail.
"""

import asyncio
import http.server
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from .certificates import make_certificate

KEY = "a key that both sides have"


@final
class MailServer:
    """A mail server with STARTTLS.

    Attributes:
        heard: Every byte of every client.
        letters: Sender, receivers and content of each message that was taken.
        answer: What is said at the end of each message.
    """

    def __init__(self) -> None:
        self.heard = bytearray()
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.answer = "250 taken"
        self.wait_s = 0.0
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        del server, session
        await asyncio.sleep(self.wait_s)
        if self.answer.startswith("250"):
            content = bytes(envelope.original_content)
            self.letters.append((envelope.mail_from, list(envelope.rcpt_tos), content))
        return self.answer


@contextmanager
def mail_server(folder: Path, *, tls: bool = True) -> Iterator[MailServer]:
    """Run a mail server as long as the block."""
    server = MailServer()
    context = _tls(folder) if tls else None

    class Listening(SMTP):
        def data_received(self, data: bytes) -> None:
            server.heard += data
            super().data_received(data)

    class Held(Controller):
        def factory(self) -> SMTP:
            return Listening(
                server, tls_context=context, require_starttls=tls, hostname="mail.test"
            )

    controller = Held(server, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


@final
class Webhook:
    """A webhook over HTTPS.

    Attributes:
        heard: Every byte of every request.
        bodies: Headers and body of each request.
        status: What is answered, or each in turn.
        wait_s: How long an answer takes.
    """

    def __init__(self) -> None:
        self.heard = bytearray()
        self.bodies: list[tuple[dict[str, str], bytes]] = []
        self.status: list[int] = []
        self.wait_s = 0.0
        self.drops = False
        self.ended = threading.Event()
        self.port = 0

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"


@contextmanager
def webhook(folder: Path) -> Iterator[Webhook]:
    """Run a webhook as long as the block."""
    hook = Webhook()

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.heard += f"{self.requestline}\r\n".encode() + bytes(self.headers) + body
            hook.bodies.append((dict(self.headers.items()), body))
            hook.ended.wait(hook.wait_s)
            if hook.drops:
                self.close_connection = True
                return
            status = hook.status.pop(0) if hook.status else 204
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"https://{hook.host}/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            hook.heard += b"GET "
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    server.socket = _tls(folder).wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield hook
    finally:
        hook.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def gateway(folder: Path, *, code: int = 0, sleep: str = "0") -> Path:
    """Write a gateway's program; what it was given stands in `heard` beside it."""
    program = folder / "gateway.sh"
    heard = folder / "heard"
    program.write_text(
        f'#!/bin/sh\n{{ for word in "$@"; do printf "%s\\n" "$word"; done; env; cat; }} '
        f">> {heard}\nsleep {sleep}\nexit {code}\n"
    )
    program.chmod(stat.S_IRWXU)
    return program


def secret_file(folder: Path) -> Path:
    """Write a key for its owner alone."""
    path = folder / "webhook.key"
    path.write_text(f"{KEY}\n")
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    return path


def authority(folder: Path) -> Path:
    """Return the certificate that both servers show; made when it is not there."""
    if not (folder / "cert.pem").exists():
        make_certificate(folder, "localhost")
    return folder / "cert.pem"


def _tls(folder: Path) -> ssl.SSLContext:
    authority(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
