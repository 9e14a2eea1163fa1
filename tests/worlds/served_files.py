"""A host of one test that serves files by https on this machine."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from worlds.certificates import make_certificate


@contextmanager
def https_host(folder: Path, files: Mapping[str, bytes]) -> Iterator[tuple[str, Path]]:
    """Serve files; a value that begins with `https://` is a redirect.

    Yields:
        The host with its port, and the certificate that a client must trust.
    """

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            if body is None:
                self.send_error(404)
            elif body.startswith(b"https://"):
                self.send_response(302)
                self.send_header("Location", body.decode())
                self.end_headers()
            else:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    certificate, key = make_certificate(folder, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"localhost:{server.server_address[1]}", certificate
        finally:
            server.shutdown()
            thread.join()
