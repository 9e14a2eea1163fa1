"""In which encoding a text is written: told when it can be told, and not guessed.

A mark at the start, valid UTF-8, or the pattern of zero bytes of UTF-16 settle it. Octets
of an old national encoding fit several; then no one is chosen: the candidates are named, the
letters in doubt are shown as such, and a person who knows may state which it is.
"""

import codecs
from typing import Final

from legation.errors import BadInputError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
STATED: Final = (
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "koi8-r",
    "iso-8859-6",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "euc-kr",
    "utf-8",
    "utf-16-le",
    "utf-16-be",
)
"""Encodings that a person may state."""

_DOUBT: Final = "�"
_SAMPLE: Final = 65_536
_ESCAPES: Final = b"\x1b$"


def read_letters(raw: bytes, *, stated: str = "") -> tuple[str, str, tuple[str, ...]]:
    """Return the text, its encoding, and the candidates where that cannot be told.

    >>> read_letters("naïve".encode())
    ('naïve', 'UTF-8', ())

    Args:
        raw: The octets.
        stated: Encoding that the document or a person states; empty for none.

    Raises:
        BadInputError: The octets do not fit what is stated.
    """
    if stated:
        return _as_stated(raw, stated), stated, ()
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(codec, "replace"), name, ()
    for codec, name in _without_mark(raw):
        try:
            return raw.decode(codec), name, ()
        except UnicodeDecodeError:
            continue
    fitting = tuple(codec for codec in STATED if _fits(raw[:_SAMPLE], codec))
    text = raw.decode("ascii", "replace")
    return text, "", fitting


def _without_mark(raw: bytes) -> list[tuple[str, str]]:
    sample = raw[:_SAMPLE]
    if sample and sample.count(0) > len(sample) // 4:
        codec = "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le"
        return [(codec, f"{codec.upper()}, by its zero bytes")]
    if _ESCAPES in sample:
        return []  # seven-bit encodings of East Asia look like ASCII
    return [("ascii", "ASCII"), ("utf-8", "UTF-8")]


def _as_stated(raw: bytes, stated: str) -> str:
    try:
        return raw.decode(stated)
    except (UnicodeDecodeError, LookupError) as bad:
        raise BadInputError(
            f"these octets are no {stated!r:.40}", place="", hint="state another encoding"
        ) from bad


def _fits(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return False
    return codec not in ("utf-8", "utf-16-le", "utf-16-be")
