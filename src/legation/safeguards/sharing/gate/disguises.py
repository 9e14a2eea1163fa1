"""The other forms in which a text may hold a name, so that a name is found in each of them.

Texts travel in layers: an address is percent-escaped, a mail is base64, a log is escaped JSON.
Read here are percent-escapes, character references of HTML, backslash escapes, quoted-printable,
base64 and base64url (of UTF-8 and UTF-16), hexadecimal, and names of hosts in their ASCII form,
and any two of these in each other. Not read: compressed or encrypted bytes, ciphers such as ROT13,
letters replaced by look-alikes of another script or by digits, a name in another spelling or
transliteration, a name whose parts stand in two properties, and
base64 of less than twelve letters that looks like a plain word.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Final

from legation.rights.folding import unescaped

_LAYERS: Final = 2
# Seven letters of base64 hold five octets, the shortest name that is found anywhere.
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{7,}={0,2}")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:]?){4,}")
_BACKSLASHED: Final = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))"
)
_PRINTABLE: Final = re.compile(r"(?:=[0-9A-Fa-f]{2})+")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")
_ASCII_HOST: Final = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
_GROUP: Final = 4
# What is shorter and has none of these signs is in no disguise.
_SHORT: Final = 7
_SIGNS: Final = re.compile(r"[%&=\\]")
# Of base64, one token in a hundred thousand of so many letters has small letters only.
_LONG: Final = 12


def forms(text: str) -> Iterator[str]:
    """Yield a text in every form that it can be read in, the text itself first."""
    yield text
    if len(text) < _SHORT and not _SIGNS.search(text):
        return
    seen = {text}
    layer = [text]
    for _ in range(_LAYERS):
        found = {form for one in layer for form in _forms(one)} - seen
        yield from sorted(found)
        seen |= found
        layer = sorted(found)


def _forms(text: str) -> Iterator[str]:
    if "%" in text:
        yield unescaped(text)[0]
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield _joined(_BACKSLASHED.sub(_letter, text))
    if "=" in text:
        yield _PRINTABLE.sub(_octets, _SOFT_BREAK.sub("", text))
    if "xn--" in text.lower():
        yield _ASCII_HOST.sub(_host, text)
    for token in _BASE64.findall(text):
        if not _is_word(token):
            yield from _decoded(token)
    for token in _HEX.findall(text):
        yield from _readings(bytes.fromhex(re.sub(r"[\s:]", "", token)))


def _letter(found: re.Match[str]) -> str:
    number = int(found[1] or found[2] or found[3], 16)
    return chr(number) if number <= 0x10FFFF else found[0]  # noqa: PLR2004 - the last of Unicode


def _joined(text: str) -> str:
    # Two escapes of a surrogate pair are one letter.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _octets(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("=", "")).decode("utf-8", "replace")


def _host(found: re.Match[str]) -> str:
    try:
        return found[0][4:].encode().decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return found[0]


def _is_word(token: str) -> bool:
    return len(token) < _LONG and token.isalpha() and token[1:].islower()


def _decoded(token: str) -> Iterator[str]:
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    # Where letters are glued to its front, it begins at one of four places.
    for start in range(_GROUP):
        part = bare[start:]
        if len(part) % _GROUP == 1:
            part = part[:-1]
        try:
            octets = base64.b64decode(part + "=" * (-len(part) % _GROUP), validate=True)
        except (binascii.Error, ValueError):
            continue
        yield from _readings(octets)


def _readings(octets: bytes) -> Iterator[str]:
    """Yield octets as text, where they may be text: a plain word is no base64 of one."""
    kept = octets.decode("utf-8", "ignore")
    if len(kept.encode()) * 5 >= len(octets) * 3:
        yield kept
    for code in ("utf-16-le", "utf-16-be"):
        yield octets.decode(code, "replace")
