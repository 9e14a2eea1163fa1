"""The other forms in which a text may hold a name, so that a name is found in each of them.

Texts travel in layers: an address is percent-escaped, a mail is base64, a log is escaped JSON.
Read here are escapes (`escapes`), base64 and base64url (of UTF-8 and UTF-16, in lines of a mail,
too), base32, base85, hexadecimal and decimal octets, and any two of these in each other. Not read:
compressed or encrypted bytes, ciphers such as ROT13, letters replaced by look-alikes of another
script or by digits, a name in another spelling or transliteration, a name whose parts stand in two
properties, and base64 of less than twelve letters that looks like a plain word.
Each form costs no more than some readings of the text: no pattern here looks back.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from legation.safeguards.sharing.gate.escapes import unescapings

_LAYERS: Final = 2
# Seven letters of base64 hold five octets, the shortest name that is found anywhere.
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{7,}+={0,2}")
# Lines of a mail, quoted or not: RFC 2045 folds at 76 letters, others sooner.
_FOLD: Final = re.compile(
    r"(?<=[A-Za-z0-9+/_=-]{16})[ \t]{0,8}\r?\n[ \t>]{0,16}(?=[A-Za-z0-9+/_=-])"
)
_GROUPS: Final = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:(?:[A-Za-z0-9+/_-]{4}){1,19}+[ \t]){2,}+"
    r"(?:[A-Za-z0-9+/_-]{2,76}+={0,2})?"
)
_BASE32: Final = re.compile(r"[A-Z2-7]{8,}+|[a-z2-7]{12,}+")
_BASE85: Final = re.compile(r"[0-9A-Za-z!#$%&()*+\-;<=>?@^_`{|}~]{7,}+")
_SIGNS_85: Final = re.compile(r"[!#$%&()*;<>?@^`{|}~]")
_ASCII85: Final = re.compile(r"<~([^~]{4,200000}+)~>")
_HEX: Final = re.compile(r"(?:(?:0[xX]|\\x)?+[0-9A-Fa-f]{2}[\s:,;\-]{0,3}+){4,}+")
_NO_HEX: Final = re.compile(r"0[xX]|[^0-9A-Fa-f]")
_DECIMAL: Final = re.compile(r"(?:\d{2,3}(?:[\s,;]{1,2}+|(?!\d))){4,}+", re.ASCII)
_GROUP: Final = 4
_OCTETS: Final = 8
_BYTE: Final = 256
# What is shorter and has none of these signs is in no disguise.
_SHORT: Final = 7
_SIGNS: Final = re.compile(r"[%&=\\+]|[^\x00-\u1fff]")
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
    yield from unescapings(text)
    for token in _tokens(text):
        if not _is_word(token):
            yield from _decoded(token)
    for token in _HEX.findall(text):
        yield from _readings(bytes.fromhex(_even(_NO_HEX.sub("", token))))
    for token in _DECIMAL.findall(text):
        numbers = [int(one) for one in re.findall(r"\d+", token, re.ASCII)]
        yield from _readings(bytes(one for one in numbers if one < _BYTE))
    yield from _of_32(text)
    yield from _of_85(text)


def _tokens(text: str) -> Iterator[str]:
    """Yield what may be base64, its lines and groups joined."""
    whole = _FOLD.sub("", text) if "\n" in text else text
    yield from _BASE64.findall(whole)
    if " " in whole or "\t" in whole:
        yield from (re.sub(r"[ \t]", "", found[0]) for found in _GROUPS.finditer(whole))


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


def _of_32(text: str) -> Iterator[str]:
    whole = _FOLD.sub("", text) if "\n" in text else text
    for token in _BASE32.findall(whole):
        # One, three or six letters over make no octet.
        bare = token[: len(token) - (len(token) % _OCTETS in (1, 3, 6))]
        try:
            octets = base64.b32decode(bare + "=" * (-len(bare) % _OCTETS), casefold=True)
        except (binascii.Error, ValueError):
            continue
        yield from _readings(octets)


def _of_85(text: str) -> Iterator[str]:
    found = [(base64.b85decode, token) for token in _BASE85.findall(text) if _is_85(token)]
    found += [(base64.a85decode, token) for token in _ASCII85.findall(text)]
    for decode, token in found:
        try:
            yield from _readings(decode(token.encode("ascii", "ignore")))
        except ValueError:
            continue


def _is_85(token: str) -> bool:
    return _SIGNS_85.search(token) is not None


def _even(digits: str) -> str:
    return digits[: len(digits) // 2 * 2]


def _readings(octets: bytes) -> Iterator[str]:
    """Yield octets as text, where they may be text: a plain word is no base64 of one."""
    kept = octets.decode("utf-8", "ignore")
    if len(kept.encode()) * 5 >= len(octets) * 3:
        yield kept
    for code in ("utf-16-le", "utf-16-be"):
        yield octets.decode(code, "replace")
