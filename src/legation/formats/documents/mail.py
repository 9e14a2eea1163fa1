"""A mail's words, or those of a page that a browser saved as one (MHTML).

Attachments are listed with their hash, so that they can be told apart, and are not opened.
"""

import email
import email.policy
import hashlib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any, Final

from legation.errors import BadInputError
from legation.formats.documents.html import read_html
from legation.formats.documents.letters import read_letters
from legation.formats.documents.told import MOST_PARTS, Listing, Told, bounded, refused

_SHOWN: Final = ("From", "To", "Cc", "Date", "Subject")
_HINTS: Final = "text/html"


def read_mail(raw: bytes, *, stated: str = "") -> Told:
    """Read a mail: its head, its first text, and a list of the rest."""
    message, listing = _parsed(raw), Listing()
    head = "".join(f"{name}: {_header(message, name)}\n" for name in _SHOWN if name in message)
    body, encoding = _body(message, listing, stated=stated)
    text, left_out = bounded((head, "\n", body))
    return Told(
        text=text,
        title=_header(message, "Subject")[:300],
        encoding=encoding,
        left_out=left_out,
        found=listing.all(),
        tool="email",
    )


def read_saved_page(raw: bytes, *, stated: str = "") -> Told:
    """Read a page that a browser saved with all its parts."""
    message, listing = _parsed(raw), Listing()
    place = _header(message, "Snapshot-Content-Location")
    if place:
        listing.add("saved from", place)
    if "Date" in message:
        listing.add("saved on", _header(message, "Date"))
    body, encoding = _body(message, listing, stated=stated)
    text, left_out = bounded((body,))
    return Told(
        text=text,
        title=_header(message, "Subject")[:300],
        encoding=encoding,
        left_out=left_out,
        found=listing.all(),
        tool="email and html.parser",
    )


def _parsed(raw: bytes) -> EmailMessage:
    try:
        return email.message_from_bytes(raw, policy=email.policy.default)
    except RecursionError as deep:
        raise refused("the parts of the mail nest too deep") from deep


def _parts(message: EmailMessage) -> Iterator[Any]:
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            raise refused(f"the mail has more than {MOST_PARTS:,} parts")
        if not part.is_multipart():
            yield part


def _body(message: EmailMessage, listing: Listing, *, stated: str) -> tuple[str, str]:
    """Return the first text among the parts, plain before HTML, and list the others."""
    found: dict[str, tuple[str, str]] = {}
    for part in _parts(message):
        kind, content = part.get_content_type(), part.get_payload(decode=True) or b""
        is_text = kind in ("text/plain", _HINTS) and part.get_content_disposition() != "attachment"
        if not is_text or kind in found:
            place = str(part.get("Content-Location", "") or part.get_filename() or "")
            note = f", {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}"
            listing.add("attachment", f"{place} {kind}", note)
        elif kind == _HINTS:
            page = read_html(content, stated=stated or _charset(part))
            listing.extend(page.found)
            found[kind] = page.text, page.encoding
        else:
            text, encoding, _ = _letters(content, stated or _charset(part))
            found[kind] = text, encoding
    return found.get("text/plain") or found.get(_HINTS) or ("", "")


def _letters(content: bytes, stated: str) -> tuple[str, str, tuple[str, ...]]:
    try:
        return read_letters(content, stated=stated)
    except BadInputError:
        return read_letters(content)


def _charset(part: Any) -> str:
    """Return the encoding that a part states, when its octets fit it."""
    said = str(part.get_content_charset() or "")
    try:
        (part.get_payload(decode=True) or b"").decode(said)
    except (UnicodeDecodeError, LookupError):
        return ""
    return said


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError):
        return ""  # a header that the parser cannot take apart
