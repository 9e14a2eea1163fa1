"""Texts with their escapes resolved: each reading of what stands for a letter by its number.

Links, pages, style sheets, programs and mails write letters by numbers, each in its own way, and
one escape may mean two things: after a backslash, three digits are octal in a program and
hexadecimal in a style sheet. So each way is read by itself. Letters that do not show, and such as
are written from right to left to be read the other way, are ways of the kind, too.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from legation.rights.folding import unescaped

_LAST: Final = 0x10FFFF
_BACKSLASHED: Final = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U([0-9A-Fa-f]{8}))"
)
_OCTAL: Final = re.compile(r"(?:\\[0-3][0-7]{2})+")
_HEXADECIMAL: Final = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+")
_STYLED: Final = re.compile(r"\\([0-9A-Fa-f]{1,6})[ \t\n]?")
_PERCENT_U: Final = re.compile(r"%u([0-9A-Fa-f]{4})", re.IGNORECASE)
_CODE_POINT: Final = re.compile(r"U\+([0-9A-F]{4,6})[ ,]?", re.IGNORECASE)
_PRINTABLE: Final = re.compile(r"(?:=[0-9A-Fa-f]{2})+")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")
_ASCII_HOST: Final = re.compile(r"xn--[a-z0-9-]{1,63}", re.IGNORECASE)
_UTF_7: Final = re.compile(r"\+[A-Za-z0-9+/]{3}")
# Tags (Unicode 23.9) are the letters of ASCII, unseen.
_TAGS: Final = {0xE0000 + number: number for number in range(0x20, 0x7F)}
# Selectors of variants, unseen too, can stand for octets: 16 of them, and 240 more.
_SELECTED: Final = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_SELECTORS: Final = (0xFE00, 0xE0100)
_FEW: Final = 16
# From here on letters run from right to left, until this sign or the end of the line.
_OVERRIDDEN: Final = re.compile(r"\u202e([^\u202c\u202d\u202e\n]*+)")
_UNSEEN: Final = re.compile(r"[\u202e\ufe00-\ufe0f\U000e0020-\U000e01ef]")


def unescapings(text: str) -> Iterator[str]:
    """Yield a text with its escapes resolved, once for each kind of escape that stands in it."""
    if "%" in text:
        yield unescaped(text)[0]
        yield _joined(_PERCENT_U.sub(_letter, text))
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield _joined(_BACKSLASHED.sub(_letter, text))
        yield _HEXADECIMAL.sub(_hexadecimal, text)
        yield _OCTAL.sub(_octal, text)
        yield _joined(_STYLED.sub(_letter, text))
    if "=" in text:
        yield _PRINTABLE.sub(_octets, _SOFT_BREAK.sub("", text))
    if "xn--" in text.lower():
        yield _ASCII_HOST.sub(_host, text)
    if "+" in text:
        yield _joined(_CODE_POINT.sub(_letter, text))
        if _UTF_7.search(text):
            yield text.encode("ascii", "replace").decode("utf-7", "replace")
    if not text.isascii() and _UNSEEN.search(text):
        yield text.translate(_TAGS)
        yield _SELECTED.sub(_selected, text)
        yield _OVERRIDDEN.sub(lambda found: found[1][::-1], text)


def _letter(found: re.Match[str]) -> str:
    number = int(next(one for one in found.groups() if one), 16)
    return chr(number) if number <= _LAST else found[0]


def _joined(text: str) -> str:
    # Two escapes of a surrogate pair are one letter.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _octets(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("=", "")).decode("utf-8", "replace")


def _hexadecimal(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("\\x", "")).decode("utf-8", "replace")


def _octal(found: re.Match[str]) -> str:
    return bytes(int(one, 8) for one in found[0][1:].split("\\")).decode("utf-8", "replace")


def _selected(found: re.Match[str]) -> str:
    few, many = _SELECTORS
    numbers = (ord(one) for one in found[0])
    octets = bytes(n - many + _FEW if n >= many else n - few for n in numbers)
    return octets.decode("utf-8", "ignore")


def _host(found: re.Match[str]) -> str:
    try:
        return found[0][4:].encode().decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return found[0]
