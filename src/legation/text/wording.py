r"""The wording of a text: what is left when a copy has passed through mail, Word, a PDF, a phone.

Programs change how a text is laid out, never what it says: lines are wrapped, blanks become
no-break blanks, quotes are turned, letters parted from their accents. `wording` undoes exactly
that, so that a pasted copy has the hash of the text as it was issued. A character is folded only
onto one that reads the same wherever it stands. What could change what is read stays, and shows as
a difference: case, dashes, digits, look-alike letters, and whatever turns the reading order.

The rule needs Unicode's normal forms and the tables below, nothing else; docs/reference/statements
gives it in words, with vectors, for those who write it in another language.
"""

import hashlib
import re
import unicodedata
from typing import Final

# Not seen and of no weight: zero-width space, left-to-right mark, word joiner, byte order mark,
# variation selectors. Programs add and lose them.
_UNSEEN: Final = re.compile("[\u200b\u200e\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
# Right-to-left marks are usual in texts of these scripts; in others they could turn "10 - 20".
_MARKS: Final = re.compile("[\u200f\u061c]")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u0619\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LINE_ENDS: Final = "\n\v\f\r\u0085\u2028\u2029"
_BLANKS: Final = re.compile(f"[\t {_LINE_ENDS}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_END: Final = re.compile(f"\r\n|[{_LINE_ENDS}]")
# `str.split` takes these four for blanks.
_SEPARATORS: Final = re.compile("[\x1c-\x1f]")
# A soft hyphen at a line's end parts one word in two.
_BROKEN_WORD: Final = re.compile(f"\u00ad(?:\r\n|[{_LINE_ENDS}])?")
# Joiners part words of Persian and letters of India; elsewhere they only part ligatures.
_JOINERS: Final = re.compile("([\u200c\u200d])[\u200c\u200d]+")
_JOINING: Final = "\u0590-\u167f\u1681-\u1dff\u2c00-\u2fff\u3001-\U0010ffff"
_IDLE_JOINER: Final = re.compile(f"(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])")
# Letters in the shape that a PDF draws them: Latin ligatures, Arabic letters by their place.
_SHAPES: Final = re.compile("[\ufb00-\ufb06\ufb50-\ufbb1\ufbd3-\ufbff\ufe80-\ufefc]")
_SAME_TO_READ: Final = str.maketrans(
    {
        "\u2010": "-",  # hyphen
        "\u2011": "-",  # no-break hyphen
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2026": "...",
    }
)
# Chinese and Japanese part no words by blanks; a blank there is a line's end or an indent.
_SOLID: Final = (
    "\u2e80-\u2fdf\u3001-\u3029\u3030-\u3096\u309b-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9d\U00020000-\U000323af"
)
_SOLID_BLANK: Final = re.compile(f"(?<=[{_SOLID}]) (?=[{_SOLID}])")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def wording(text: str) -> str:
    r"""Return what a text says, in one line; equal for a text and each faithful copy of it.

    >>> wording("  The \u201ctalks\u201d\r\nbegin on\u00a0Mon\u00ad\nday. ")
    'The "talks" begin on Monday.'
    """
    if not text.isascii():
        text = _SHAPES.sub(_plain_shape, text).translate(_SAME_TO_READ)
        text = _composed(text)
    elif text.isprintable() or not _SEPARATORS.search(text):
        return " ".join(text.split())  # the same, ten times as fast
    text = _BLANKS.sub(" ", text).strip(" ")
    return text if text.isascii() else _SOLID_BLANK.sub("", text)


def tidy(text: str) -> str:
    r"""Return a text in the form in which it is issued: as it was written, with clean lines.

    Paragraphs, quotes and dashes stay. Its wording is that of the text as given.

    >>> tidy("One.  \r\n\r\n\r\nTwo\u00a0words. ")
    'One.\n\nTwo words.'
    """
    if is_plainly_tidy(text):
        return text
    if not text.isascii():
        text = _composed(text)
    lines = (_BLANKS.sub(" ", line).strip(" ") for line in _LINE_END.split(text))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def is_plainly_tidy(text: str) -> bool:
    r"""Tell whether a text is ASCII and tidy already, with nothing in it that is not seen.

    >>> is_plainly_tidy("One.\n\nTwo."), is_plainly_tidy("One. ")
    (True, False)
    """
    return (
        text.isascii()
        and text.replace("\n", "").isprintable()
        and not any(run in text for run in ("  ", " \n", "\n ", "\n\n\n"))
        and text.strip(" \n") == text
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a text's wording, in hexadecimal: what a pasted text is found by."""
    return hashlib.sha256(wording(text).encode("utf-8", "surrogatepass")).hexdigest()


def _composed(text: str) -> str:
    """Take away what is not seen, then compose letters and accents (NFC)."""
    text = _UNSEEN.sub("", text)
    if _RIGHT_TO_LEFT.search(text):
        text = _MARKS.sub("", text)
    text = _BROKEN_WORD.sub("", text)
    text = _IDLE_JOINER.sub("", _JOINERS.sub(r"\1", text))
    return unicodedata.normalize("NFC", text)


def _plain_shape(shape: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", shape[0])
