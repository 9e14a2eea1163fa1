"""By webhook: a signed POST over HTTPS, to hosts that the settings name and no other.

No redirect is followed and no proxy of the environment is asked, so nobody but whoever wrote
the settings decides where the desk connects. Of the answer only its status is read. The
receiver knows us by an HMAC over time and body, and one that is sent twice by its key.
"""

import hashlib
import hmac
import http.client
import ssl
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from legation.errors import LegationError, UsageError
from legation.safeguards.duty.outcome import DEADLINE_S, Outcome, within
from legation.safeguards.duty.wording import Letter

if TYPE_CHECKING:
    from legation.settings import Settings

_TIMEOUT_S: Final = 10.0
_TAKEN: Final = range(200, 300)
_ELSEWHERE: Final = range(300, 400)
_LATER: Final = (408, 425, 429)
_LONGEST: Final = 500
SIGNATURE: Final = "Legation-Signature"


def missing(settings: "Settings") -> str:
    """Say what webhooks lack to be sent; empty when nothing."""
    ready = settings.webhook_hosts and settings.webhook_key_file
    return "" if ready else "webhooks are not set up"


def read_address(text: str, settings: "Settings") -> str:
    """Return an address to post to.

    Raises:
        UsageError: It is none, or its host is not among those that the settings name.
    """
    text = text.strip()
    parts = urlsplit(text)
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= _LONGEST
    if not plain or parts.scheme != "https" or "@" in parts.netloc or parts.fragment:
        raise UsageError(
            "this is no address of a webhook", hint="write it as https://host/path, without a name"
        )
    if parts.netloc.lower() not in settings.webhook_hosts:
        named = ", ".join(settings.webhook_hosts) or "none is named yet"
        raise UsageError(
            f"the host {parts.netloc} is not among those of the setting webhook_hosts",
            hint=f"choose one of them: {named}",
        )
    return text


def signature(key: str, moment: int, body: bytes) -> str:
    """Return what proves that a body is ours, and from when.

    >>> signature("key", 1, b"{}")[:16]
    't=1,v1=1ba6b8171'
    """
    digest = hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def send(
    settings: "Settings",
    letter: Letter,
    draft_id: str,
    now: datetime,
    *,
    limit_s: float = DEADLINE_S,
) -> Outcome:
    """Post once."""
    from legation.safeguards.duty.secret import read_secret

    try:
        place = urlsplit(read_address(letter.address, settings))
        key = read_secret(settings.webhook_key_file)
        context = ssl.create_default_context(cafile=settings.webhook_ca or None)
        port = place.port or 443
    except (OSError, ValueError, ssl.SSLError, LegationError) as fault:
        return Outcome(state="refused", words=f"the webhook is not set up well: {fault}")
    body = _body(letter, draft_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "legation",
        "Idempotency-Key": draft_id[:32],
        SIGNATURE: signature(key, int(now.timestamp()), body),
    }
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    line = http.client.HTTPSConnection(
        place.hostname or "", port, timeout=_TIMEOUT_S, context=context
    )
    try:
        with within(limit_s, lambda: line.sock):
            return _posted(line, path, body, headers)
    finally:
        line.close()


def _posted(
    line: http.client.HTTPSConnection, path: str, body: bytes, headers: dict[str, str]
) -> Outcome:
    try:
        line.connect()
    except OSError as fault:
        return Outcome(state="unreached", words=f"the webhook: {type(fault).__name__}")
    try:
        line.request("POST", path, body=body, headers=headers)
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        return Outcome(state="unsure", words=f"no answer came: {type(fault).__name__}")
    if status in _TAKEN:
        return Outcome(state="taken", words=f"the webhook took it ({status})")
    if status in _ELSEWHERE:
        return Outcome(
            state="refused", words=f"the webhook leads elsewhere ({status}), which is not followed"
        )
    if status in _LATER or status >= 500:  # noqa: PLR2004 - the codes of the standard
        return Outcome(state="unreached", words=f"the webhook answered {status}")
    return Outcome(state="refused", words=f"the webhook answered {status}")


def _body(letter: Letter, draft_id: str) -> bytes:
    told = {
        "text": letter.text,
        "ref": letter.ref,
        "urgency": letter.urgency,
        "link": letter.link,
        "id": draft_id[:32],
    }
    return msgspec.json.encode(told, order="sorted")
