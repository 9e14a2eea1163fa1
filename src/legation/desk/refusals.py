"""What the server itself answers, below all pages: to bytes that are no request.

Such an answer passes no fence, so it brings the fence's headers with it: no answer of
this desk is without them.
"""

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from legation.desk.fence import HEADERS


class FencedProtocol(AutoHTTPProtocol):  # type: ignore[valid-type, misc]  # chosen when it is loaded
    """The server's protocol, whose own refusals are fenced too."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read as a request."""
        body = f"{msg}\n".encode("ascii", "replace")
        headers = HEADERS | {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        lines = ["HTTP/1.1 400 Bad Request", *(f"{name}: {said}" for name, said in headers.items())]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        self.transport.close()
