"""How often an address may fail at the door before it has to wait.

Passkeys and links cannot be guessed; what is bounded here is the noise: entries of the audit
trail, and the work of checking. The memory is bounded too: the address that failed
longest ago is forgotten first.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, final

from litestar.exceptions import TooManyRequestsException

WINDOW: Final = timedelta(minutes=5)
MOST: Final = 10
ADDRESSES: Final = 4096
_NETWORK_BITS: Final = 64  # whoever has one address of IPv6 has the whole network of it


@final
class Limits:
    """Counts failures by address.

    Args:
        now: The clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Know of nobody."""
        self._now = now
        self._failed: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def refuse_tired(self, address: str) -> None:
        """Refuse an address that failed too often.

        Raises:
            TooManyRequestsException: It has to wait.
        """
        began, failed = self._failed.get(network_of(address), (self._now(), 0))
        left = began + WINDOW - self._now()
        if failed >= MOST and timedelta(0) < left <= WINDOW:
            seconds = int(left.total_seconds()) + 1
            raise TooManyRequestsException(
                f"Too many failed attempts from here; wait {seconds} seconds.",
                headers={"Retry-After": str(seconds)},
            )

    def count(self, address: str) -> None:
        """Count a failure."""
        key = network_of(address)
        began, failed = self._failed.pop(key, (self._now(), 0))
        if not began <= self._now() < began + WINDOW:
            began, failed = self._now(), 0
        self._failed[key] = (began, failed + 1)
        while len(self._failed) > ADDRESSES:
            self._failed.popitem(last=False)

    def __len__(self) -> int:
        """Return how many addresses are known."""
        return len(self._failed)


def network_of(address: str) -> str:
    """Return what an address is counted under.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1") == network_of("2001:db8::2")
    ('192.0.2.7', True)
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:_NETWORK_BITS]
    if known.version == 4:  # noqa: PLR2004 - the version of the protocol
        return str(known)
    return str(ipaddress.ip_network((int(known), _NETWORK_BITS), strict=False))
