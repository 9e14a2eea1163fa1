"""Why there is no answer: told as a value, which says whether anything was sent.

What a library says of a failure may hold an address with a password, so only the kind of the
failure is told on.
"""

import ssl
from typing import Final

import msgspec

from legation.errors import UnreachableError
from legation.sources.taxii.access import named

REFUSED: Final = frozenset({429, 503})
_CHAIN: Final = 10


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer.

    Attributes:
        words: In one sentence.
        hint: What the reader can do.
        sent: Whether the server may have done what was asked.
        again: Whether it may help to ask again.
        wait_s: What the server asked to wait, in seconds.
        status: Of the answer; 0 where none came.
    """

    words: str
    hint: str
    sent: bool = True
    again: bool = True
    wait_s: float | None = None
    status: int = 0

    def error(self) -> UnreachableError:
        """Return what to raise."""
        return UnreachableError(self.words, hint=self.hint)


def broken(fault: Exception, place: str) -> Failure:
    """Tell a failure of the line; its own words may hold an address with a password."""
    import httpx2

    certificate = _cause(fault, ssl.SSLError)
    if certificate is not None and isinstance(fault, httpx2.ConnectError):
        reason = getattr(certificate, "verify_message", "") or type(certificate).__name__
        return Failure(
            words=f"no trusted line to {place}: {reason!r:.80}",
            hint="check the address, the file of certificates to trust, and our own certificate",
            sent=False,
            again=False,
        )
    # A name that cannot be looked up at all is a UnicodeError of the resolver.
    unsent = isinstance(
        fault,
        UnicodeError
        | httpx2.ConnectError
        | httpx2.ConnectTimeout
        | httpx2.ProxyError
        | httpx2.UnsupportedProtocol,
    )
    return Failure(
        words=f"{place} cannot be reached ({type(fault).__name__})"
        if unsent
        else f"{place} broke off ({type(fault).__name__})",
        hint="check the address and the network, or pull later",
        sent=not unsent,
    )


def too_late(place: str) -> Failure:
    """Tell that the line was cut because its time was over."""
    return Failure(
        words=f"{place} takes too long for one answer", hint="ask for smaller pages, or pull later"
    )


def _cause(fault: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    for _ in range(_CHAIN):
        if fault is None or isinstance(fault, kind):
            return fault
        fault = fault.__cause__ or fault.__context__
    return None


def unwell(status: int, wait_s: float | None, place: str) -> Failure:
    """Tell of a server that is busy or has failed, by its own account."""
    refused = status in REFUSED
    later = "" if wait_s is None else f" in {wait_s:,.0f} s"
    return Failure(
        words=f"{place} is busy ({status})" if refused else f"{place} failed ({status})",
        hint=f"try again{later or ' later'}",
        wait_s=wait_s,
        status=status,
    )


def elsewhere(address: str) -> Failure:
    """Tell of an address at another place, where nobody goes with our password."""
    return Failure(
        words=f"the server sends us to another place: {named(address)!r:.100}",
        hint="where that place is right, give its address for this partner",
        sent=False,
        again=False,
    )
