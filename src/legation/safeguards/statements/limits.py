"""What a statement may hold: lengths, counts, and which signs stand in it.

A statement is read by strangers' programs, so nothing in it may be hidden, turn the reading order,
or lead a file elsewhere. Whoever writes one is told what to change; whoever reads one that breaks
these rules is told that it is no statement.
"""

import re
import unicodedata
from typing import Final

from legation.errors import BadInputError
from legation.text.wording import is_plainly_tidy, tidy

MAX_SIGNED: Final = 4_000_000
"""Bytes of the signed part."""
MAX_HEADER: Final = 200_000
"""Bytes of its lines before the texts."""
MAX_TEXT: Final = 400_000
"""Bytes of one language version."""
MAX_LINE: Final = 500
"""Characters of an issuer, an office, a reason."""
MAX_NAME: Final = 150
"""Characters of an attachment's name."""
MAX_TEXTS: Final = 40
MAX_ATTACHMENTS: Final = 100
MAX_CHANGES: Final = 50
MAX_PROOF: Final = 200_000
"""Bytes of the log proof, and of the witnesses' cosignatures."""

NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_-]{0,63}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[0-9A-Za-z]{2,8}){0,3}")

# Direction controls, tags, annotations, invisible operators: none is seen, some turn the order.
_HIDDEN: Final = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNSAFE: Final = re.compile(r'[/\\:*?"<>|]')
_DEVICE: Final = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_UNASSIGNED: Final = ("Cn", "Co")


def check_text(text: str, place: str) -> None:
    """Refuse a language version that is not tidy, too long, or hides something.

    Raises:
        BadInputError: With what to change.
    """
    _check(text, place)
    if len(text.encode()) > MAX_TEXT:
        raise BadInputError(
            f"the text has over {MAX_TEXT} bytes", place=place, hint="put its parts into annexes"
        )


def check_line(line: str, place: str, most: int = MAX_LINE) -> None:
    """Refuse a line of a header that is empty, too long, or hides something.

    Raises:
        BadInputError: With what to change.
    """
    _check(line, place)
    if "\n" in line or len(line) > most:
        raise BadInputError(
            f"{line!r:.60} is not one line of at most {most} characters",
            place=place,
            hint="shorten it; the rest belongs into the text",
        )


def check_name(name: str, place: str) -> None:
    """Refuse a file name that leads out of its folder or stands for a device.

    Raises:
        BadInputError: With what to change.
    """
    check_line(name, place, MAX_NAME)
    if _UNSAFE.search(name) or name[0] in ".-~" or name[-1] in ". " or _DEVICE.fullmatch(name):
        raise BadInputError(
            f"{name!r:.60} is no safe name for a file",
            place=place,
            hint='rename it: no / \\ : * ? " < > |, no dot or dash at its beginning, no device',
        )


def check_written(text: str, place: str) -> None:
    """Refuse signs that no program knows yet: their normal form could change (at issue only).

    Raises:
        BadInputError: With the sign.
    """
    for sign in () if text.isascii() else text:
        if unicodedata.category(sign) in _UNASSIGNED:
            raise BadInputError(
                f"the sign U+{ord(sign):04X} stands for nothing in Unicode"
                f" {unicodedata.unidata_version}",
                place=place,
                hint="leave it out; other programs may show something else",
            )


def _check(text: str, place: str) -> None:
    if text and is_plainly_tidy(text):
        return
    found = _CONTROL.search(text) or _HIDDEN.search(text)
    if found:
        raise BadInputError(
            f"the hidden sign U+{ord(found[0]):04X} at character {found.start() + 1}",
            place=place,
            hint="type the word at that place anew, without it",
        )
    if not text or tidy(text) != text:
        raise BadInputError(
            f"{text!r:.60} is empty or not tidy",
            place=place,
            hint="write it in NFC, with one blank between words and none at line ends",
        )
