"""The kinds of channel: how an address on each is read, what it lacks, how it sends.

A new kind is one file and one line in each of these tables.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final, get_args

from legation.errors import UsageError
from legation.safeguards.duty import gateway, mail, webhook
from legation.safeguards.duty.outcome import DEADLINE_S, Outcome
from legation.safeguards.duty.wording import Kind, Letter

if TYPE_CHECKING:
    from legation.settings import Settings

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_ROOMS: Final = {"mail": mail, "webhook": webhook, "sms": gateway}


def read_channel(text: str, settings: "Settings") -> tuple[Kind, str]:
    """Read a channel as a person writes it: `mail:name@host`, `sms:+33...`, `https://...`.

    Raises:
        UsageError: It is none.
    """
    kind, colon, rest = text.strip().partition(":")
    if kind == "https":
        return "webhook", webhook.read_address(text, settings)
    if colon and kind == "mail":
        return "mail", mail.read_address(rest)
    if colon and kind == "sms":
        return "sms", gateway.read_address(rest)
    raise UsageError(
        f"{text!r:.60} is no channel", hint="write mail:name@host, sms:+33123456789 or https://..."
    )


def as_written(kind: str, address: str) -> str:
    """Return a channel as a person writes it.

    >>> as_written("mail", "omar@aldria.example")
    'mail:omar@aldria.example'
    """
    return address if kind == "webhook" else f"{kind}:{address}"


def missing(kind: str, settings: "Settings") -> str:
    """Say what a kind of channel lacks in the settings; empty when nothing."""
    return _ROOMS[kind].missing(settings) if kind in _ROOMS else f"no channel is a {kind!r:.20}"


def send(
    settings: "Settings",
    letter: Letter,
    draft_id: str,
    now: datetime,
    *,
    limit_s: float = DEADLINE_S,
) -> Outcome:
    """Send a letter by its channel, once, within a time."""
    if fault := missing(letter.kind, settings):
        return Outcome(state="refused", words=fault)
    outcome: Outcome = _ROOMS[letter.kind].send(settings, letter, draft_id, now, limit_s=limit_s)
    return outcome
