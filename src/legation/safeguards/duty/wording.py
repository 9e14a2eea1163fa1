"""The words that leave: that something waits, a reference, how urgent, and where.

They are the same for every matter. Nothing is asked of the store to write them, so no name,
label or party can come into them; a test plants marked words everywhere and searches what left.
"""

from typing import Literal

import msgspec

from legation.settings import Settings
from legation.store.calls import Urgency

Kind = Literal["mail", "webhook", "sms"]
SUBJECT = "legation: something waits"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent, and where.

    Attributes:
        kind: Of the channel.
        address: Where on it.
        ref: The reference.
        urgency: How urgent; empty for a digest.
        link: An address of the desk, which asks for a log-in.
        text: The same in one line.
    """

    kind: Kind
    address: str
    ref: str
    urgency: str
    link: str
    text: str


def call_letter(
    settings: Settings, kind: Kind, address: str, *, ref: str, urgency: Urgency
) -> Letter:
    """Return what wakes somebody.

    >>> settings = Settings(desk_name="desk.example")
    >>> call_letter(settings, "sms", "+33", ref="AB23CD45", urgency="urgent").text
    'legation: something waits, ref AB23CD45, urgent, https://desk.example/duty/AB23CD45'
    """
    link = f"{origin(settings)}/duty/{ref}"
    text = f"{SUBJECT}, ref {ref}, {urgency}, {link}"
    return Letter(kind=kind, address=address, ref=ref, urgency=urgency, link=link, text=text)


def trial_letter(settings: Settings, kind: Kind, address: str, *, ref: str) -> Letter:
    """Return what tries a channel."""
    link = f"{origin(settings)}/duty/channels"
    text = f"legation: a test, nothing waits, ref {ref}, {link}"
    return Letter(kind=kind, address=address, ref=ref, urgency="test", link=link, text=text)


def digest_letter(
    settings: Settings, kind: Kind, address: str, *, digest_id: str, new: int, whole: int
) -> Letter:
    """Return what tells of a list: how much is new in it, and nothing of what."""
    link = f"{origin(settings)}/digest/{digest_id}"
    text = f"legation: your list, {new} new, {whole} in all, ref {digest_id}, {link}"
    return Letter(kind=kind, address=address, ref=digest_id, urgency="", link=link, text=text)


def origin(settings: Settings) -> str:
    """Return where the desk is opened."""
    if settings.desk_name:
        return f"https://{settings.desk_name}"
    return f"http://localhost:{settings.desk_port}"
