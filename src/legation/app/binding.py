"""Where the desk listens, and under which name a browser knows it.

Passkeys, cookies and the check of a form's origin hang on one name. On this machine alone it is
`localhost`, without TLS: browsers trust it as they trust TLS. To others the desk
shows itself with TLS of its own, or behind a proxy that has it; never without.
"""

import ipaddress
import ssl
from pathlib import Path
from typing import final

import msgspec

from legation.errors import BadInputError, DeniedError, UsageError

LOOPBACK = "127.0.0.1"
_LOCAL = "localhost"


@final
class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """One way to be reached.

    Attributes:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        name: Host name as browsers know it, without a port.
        public_port: The port in that address; None for the one that is listened on.
        tls_cert: Certificate chain; None without TLS of its own.
        tls_key: Its key.
        behind_proxy: Whether a proxy with TLS stands before it.
    """

    host: str = LOOPBACK
    port: int = 0
    name: str = _LOCAL
    public_port: int | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach it over TLS."""
        return self.behind_proxy or self.tls_cert is not None

    def origin(self, port: int) -> str:
        """Return the origin of its pages, when it listens on this port."""
        shown = self.public_port or (443 if self.behind_proxy else port)
        scheme, usual = ("https", 443) if self.secure else ("http", 80)
        return f"{scheme}://{self.name}" + ("" if shown == usual else f":{shown}")


def read_binding(
    *,
    host: str,
    port: int,
    name: str,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    behind_proxy: bool = False,
) -> Binding:
    """Return a binding that is safe to open.

    Args:
        host: Address to listen on.
        port: Port to listen on.
        name: Name for browsers, with the port where it is not the usual one; empty for none.
        tls_cert: Certificate chain.
        tls_key: Its key.
        behind_proxy: Whether a proxy with TLS stands before it.

    Raises:
        DeniedError: Others would reach it without TLS.
        UsageError: An option lacks the one that it needs.
        BadInputError: Certificate and key cannot be read or do not fit.
    """
    if (tls_cert is None) != (tls_key is None):
        raise UsageError(
            "a certificate needs its key", hint="give both: --tls-cert FILE --tls-key FILE"
        )
    if tls_cert and behind_proxy:
        raise UsageError("either the proxy has the certificate or the desk", hint="leave one out")
    if not (tls_cert or behind_proxy) and not _is_loopback(host):
        raise DeniedError(
            f"on {host} others would reach the desk without TLS",
            hint="give --tls-cert FILE --tls-key FILE, or --behind-proxy when a proxy has them",
        )
    if tls_cert is not None:
        _refuse_unusable(tls_cert, tls_key)
    known, public_port = _named(name) if tls_cert or behind_proxy else (_LOCAL, None)
    return Binding(
        host=LOOPBACK if host == _LOCAL else host,
        port=port,
        name=known,
        public_port=public_port,
        tls_cert=tls_cert,
        tls_key=tls_key,
        behind_proxy=behind_proxy,
    )


def _is_loopback(host: str) -> bool:
    if host == _LOCAL:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _named(given: str) -> tuple[str, int | None]:
    """Return the host name and the port of a name as it was given."""
    name, colon, port = given.partition(":")
    labels = name.lower().split(".")
    good = all(label and label.isascii() and label.replace("-", "a").isalnum() for label in labels)
    if not good or labels[-1].isdigit() or (colon and not (port.isascii() and port.isdigit())):
        raise UsageError(
            f"{given!r} is no name for the desk" if given else "the desk needs its name",
            hint="give the host name that people type, since passkeys belong to it: "
            "--name desk.example, or the setting desk_name",
        )
    return name.lower(), int(port) if colon else None


def _refuse_unusable(cert: Path, key: Path | None) -> None:
    for file in (cert, key):
        # What cannot be opened is told with its name here; `ssl` tells none.
        if file is not None:
            file.open("rb").close()
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except ssl.SSLError as bad:
        raise BadInputError(
            f"certificate and key cannot be used ({bad.reason or 'not PEM'})",
            place=str(cert),
            hint="give the chain and its own key, both as PEM, the key without a passphrase",
        ) from bad
