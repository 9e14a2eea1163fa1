"""An identity provider on loopback, which keeps the rules, or breaks the one that a test names.

It plays both sides of what a browser sees: `visit` answers as a person who logs in there does,
and the desk asks it for keys and tokens as it would ask any other.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey

CLIENT = "legation-desk"
SECRET = "a secret of the desk"  # noqa: S105 - of a simulated provider


class IdentityProvider:
    """One provider; its attributes can be set to what a hostile or broken one would do."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.published = [self.key]
        self.person: dict[str, Any] = {"sub": "s-1", "name": "Omar Haddad", "groups": ["analysts"]}
        self.changes: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.signed_by: RSAKey | None = None
        self.unsigned = False
        self.confused = False
        self.metadata: dict[str, Any] = {}
        self.answer: dict[str, str] = {}
        self.asked: list[str] = []
        self.instead: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["IdentityProvider"]:
        """Answer until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self.stop()
            thread.join(20)

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def visit(self, address: str) -> dict[str, str]:
        """Log in as the person, and return what the browser brings back to the desk."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]} | self.answer

    def change_keys(self) -> None:
        """Sign with a new key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
        self.published = [self.key]
        self.header["kid"] = "two"

    def weaken_keys(self) -> None:
        """Sign with a key that is too short, as published."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            self.key = RSAKey.generate_key(1024, {"kid": "one"})
        self.published = [self.key]

    def token_for(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer as the token endpoint does."""
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        )
        if (
            asked is None
            or authorization.replace("%20", " ") != f"Basic {known}"
            or challenge.rstrip(b"=").decode() != asked.get("code_challenge")
            or asked.get("code_challenge_method") != "S256"
            or form.get("redirect_uri") != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(self.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | self.person | self.changes
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {
            "access_token": "unused",
            "token_type": "Bearer",
            "id_token": self._signed(claims),
        }

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.unsigned:
            parts = ({"alg": "none"}, claims)
            return ".".join(_text(json.dumps(part).encode()) for part in parts) + "."
        if self.confused:  # the public key, taken for a secret by who believes the header
            head = _text(json.dumps({"alg": "HS256", "kid": "one"}).encode())
            signed = f"{head}.{_text(json.dumps(claims).encode())}"
            secret = bytes(self.key.as_pem(private=False))
            return f"{signed}.{_text(hmac.digest(secret, signed.encode(), 'sha256'))}"
        key = self.signed_by or self.key
        return jwt.encode(dict(self.header), claims, key, algorithms=[self.header["alg"]])

    def page(self, path: str) -> dict[str, Any]:
        """Return what is published at a path."""
        self.asked.append(path)
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.published]}
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.metadata


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in provider.instead:
                provider.instead[self.path](self)
                return
            self._tell(200, provider.page(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            if self.path in provider.instead:
                provider.instead[self.path](self)
                return
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._tell(*provider.token_for(form, self.headers.get("authorization", "")))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _tell(self, status: int, value: dict[str, Any]) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def address_with(path: str, answer: dict[str, str]) -> str:
    """Return a path with what the browser brings back."""
    return f"{path}?{urlencode(answer)}"
