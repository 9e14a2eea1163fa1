"""How long to wait, and how often to ask again.

Waits grow by doubling up to a limit, and of each only a random part is waited ("full jitter"),
so that many clients of a server that fell do not come back in one moment. Where the server
says when to come back (RFC 9110, 10.2.3), it is not asked earlier. Sleep, clock and chance are
handed in; tests wait for nothing.

Source: M. Brooker, Exponential Backoff And Jitter, 2015.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Final

import msgspec

# After so many doublings the longest wait is reached, whatever it is.
_DOUBLINGS: Final = 60
_DIGITS: Final = 9


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of asking again.

    Attributes:
        tries: How often one question is asked at most.
        first_s: Longest first wait, in seconds.
        longest_s: Longest wait, in seconds, unless the server asks for more.
        total_s: Seconds that waiting and asking may take together.
    """

    tries: Annotated[int, msgspec.Meta(ge=1, le=100)] = 6
    first_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 0.5
    longest_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 60.0
    total_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 300.0

    def wait(self, tried: int, chance: float, asked_for: float | None) -> float:
        """Return how long to wait after a try that failed, in seconds.

        >>> Patience().wait(3, 0.5, None), Patience().wait(1, 0.0, 30.0)
        (1.0, 30.0)

        Args:
            tried: How many tries there were, from 1.
            chance: A random number from 0 to 1.
            asked_for: What the server asked for, in seconds.
        """
        ceiling = min(self.longest_s, self.first_s * 2.0 ** min(tried - 1, _DOUBLINGS))
        jitter = ceiling * chance
        return jitter if asked_for is None else max(asked_for, min(asked_for + jitter, ceiling))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """What waiting rests on.

    Attributes:
        sleep: Waits so many seconds.
        chance: A random number from 0 to 1.
        monotonic: A clock that never steps back, in seconds.
        now: The time, for a server that says at what time to come back.
    """

    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def asked_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` asks for; None where there is none to be read.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> asked_for({"retry-after": "90"}, noon)
    90.0
    >>> asked_for({"retry-after": "Sun, 01 Mar 2026 12:01:00 GMT"}, noon)
    60.0
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) <= _DIGITS else float(10**_DIGITS)
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())
