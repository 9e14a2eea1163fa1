"""How to get into a partner's server: who we are, whom we trust, and where we may go.

A name and password, a token or a certificate never stand in an address, in an error or in what
is printed of these values. Addresses are https; plain http is for this machine alone, unless
somebody says otherwise. What an address leads to stays at its host and port.
"""

import base64
import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from legation.errors import BadInputError, DeniedError, UsageError

_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2000
_LOCAL: Final = "localhost"
_HINT: Final = "write it as https://host/path/, without a name, a question or a fragment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a partner's server asks of us, and what we ask of it.

    Attributes:
        user: Name for basic authentication (RFC 7617); empty means none.
        password: Its password.
        token: Bearer token (RFC 6750); empty means none.
        ca_file: Certificates (PEM) to trust; empty means the system's.
        certificate: Our certificate (PEM), where the server asks for one.
        key: Its private key (PEM, unencrypted); empty means that it stands in the same file.
        plain_http: Whether http may be spoken to other machines.
        proxy: Address of the proxy to go through; empty means none.
        proxy_of_environment: Whether the variables of the environment may name one.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca_file: str = ""
    certificate: str = ""
    key: str = ""
    plain_http: bool = False
    proxy: str = field(default="", repr=False)
    proxy_of_environment: bool = False

    def headers(self) -> dict[str, str]:
        """Return what says who we are.

        Raises:
            UsageError: There are two ways at once, or one that no header can carry.
        """
        if self.token and (self.user or self.password):
            raise UsageError("a password and a token at once", hint="give one of the two")
        if self.token:
            if not (self.token.isascii() and self.token.isprintable()) or " " in self.token:
                raise UsageError("the token has signs that no token has", hint="copy it again")
            return {"Authorization": f"Bearer {self.token}"}
        if self.password and not self.user:
            raise UsageError("a password without a name", hint="give the name too")
        if not self.user:
            return {}
        if ":" in self.user:
            raise UsageError("a name with a colon", hint="basic authentication has no such names")
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
        return {"Authorization": f"Basic {pair}"}

    def trust(self) -> ssl.SSLContext:
        """Return what verifies the server, and shows our certificate.

        Raises:
            UsageError: A file of certificates cannot be read.
        """
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
        except (OSError, ValueError) as bad:
            raise UsageError(
                f"the certificates in {self.ca_file!r:.200} cannot be read", hint="give a PEM file"
            ) from bad
        if self.certificate:
            try:
                # A password is never asked for at a terminal: an encrypted key is an error.
                context.load_cert_chain(self.certificate, self.key or None, password="")
            except (OSError, ValueError) as bad:
                raise UsageError(
                    f"our certificate in {self.certificate!r:.200} cannot be used",
                    hint="give PEM files of a certificate and of its key, unencrypted",
                ) from bad
        return context


def checked(address: str, *, plain_http: bool = False) -> str:
    """Return an address that may be asked, with a slash at its end.

    >>> checked("https://partner.example/taxii2")
    'https://partner.example/taxii2/'

    Args:
        address: Of a discovery resource or an API root.
        plain_http: Whether http may be spoken to other machines.

    Raises:
        UsageError: It is no address, or holds what does not belong there.
        DeniedError: It is plain http to another machine.
    """
    plain = address.isascii() and address.isprintable() and " " not in address
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as bad:
        raise UsageError("this is no address of a server", hint=_HINT) from bad
    known = parts.scheme in _PORTS and parts.hostname and port != 0
    if not plain or not known or len(address) > _LONGEST or "\\" in address:
        raise UsageError("this is no address of a server", hint=_HINT)
    if "@" in parts.netloc or "?" in address or "#" in address:
        raise UsageError("the address holds more than a place", hint=_HINT)
    if parts.scheme == "http" and not plain_http and not _is_here(parts.hostname or ""):
        raise DeniedError(
            f"{parts.hostname!r:.80} is asked over plain http, which anybody on the way reads",
            hint="ask the partner for an address with https",
        )
    return address if address.endswith("/") else f"{address}/"


def place_of(address: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address; two with the same are one place.

    >>> place_of("https://Partner.example/a/") == place_of("https://partner.example:443/b/")
    True
    """
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)


def joined(base: str, said: str) -> str:
    """Return where an address leads that a server wrote, without going there.

    It may be relative, as OpenTAXII's API roots are, and may be at another place.

    Raises:
        BadInputError: It is no address.
    """
    try:
        return urljoin(base, said)
    except ValueError as bad:
        raise BadInputError(
            f"{said!r:.80} is no address", place=named(base), hint="ask the partner"
        ) from bad


def named(address: str) -> str:
    """Return the place that errors name: never a name, a password or a question.

    >>> named("https://partner.example/taxii2/?next=abc")
    'https://partner.example/taxii2/'
    """
    scheme, host, port = place_of(address)
    shown = f"[{host}]" if ":" in host else host
    at = "" if port == _PORTS.get(scheme) else f":{port}"
    return f"{scheme}://{shown}{at}{urlsplit(address).path}"[:120]


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine.

    >>> _is_here("127.0.0.1"), _is_here("localhost"), _is_here("10.0.0.1"), _is_here("a.example")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host.lower() == _LOCAL
