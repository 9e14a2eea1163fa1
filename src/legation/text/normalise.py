r"""The normal form: two posts say the same when their normal forms are equal.

A campaign pastes one sentence with another link, another mention, another case.
So those are taken away before texts are compared. The rules stand here as data,
in regular expressions that Python's `re` and RE2 (DuckDB) read alike, because the
store applies them to millions of rows and this module to single texts; a test
proves that both give the same. Compatibility forms (NFKC) are not folded: DuckDB
has NFC only. Letters dressed up that way are met by near-duplicates.
"""

import re
import unicodedata
from typing import Final

import msgspec


class Replacement(msgspec.Struct, frozen=True):
    """One step of the normal form: each match of `pattern` becomes `by`.

    Attributes:
        pattern: Regular expression, the same in Python (`re.ASCII`) and RE2.
        by: What stands in its place.
    """

    pattern: str
    by: str


# Soft hyphen, zero-width and direction marks, variation selectors: not seen, so not compared.
INVISIBLE: Final = (
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
# Blanks and control characters; inside a class.
_BLANK: Final = r"\x00-\x20\x7f" + "\u0080-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LINK: Final = rf"(?:https?://|www\.|pic\.twitter\.com/)[^{_BLANK}]+"
_MENTION: Final = r"@[a-z0-9_]+(?:[.@-][a-z0-9_]+)*"

# Applied before NFC, so that a mark parted from its letter by an unseen character joins it;
# and DuckDB's nfc_normalize drops whatever follows a NUL.
BEFORE_NFC: Final = (Replacement(INVISIBLE, ""), Replacement(r"\x00", " "))
# Applied after NFC, in this order; then the blanks at both ends are cut.
AFTER_NFC: Final = (
    Replacement(rf"{_LINK}|{_MENTION}", " "),
    Replacement(rf"[{_BLANK}]+", " "),
)

MIN_CHARACTERS: Final = 20
MIN_WORDS: Final = 4
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
# Four words; or, where no blank parts words (Thai, Lao, Burmese, Khmer, kana, Han), 20 letters.
SUBSTANTIAL: Final = (
    rf"^(?:[^ ]+ ){{{MIN_WORDS - 1}}}[^ ]"
    rf"|(?:[{_UNSPACED}][^{_UNSPACED}]*){{{MIN_CHARACTERS}}}"
)

_substantial = re.compile(SUBSTANTIAL, re.ASCII)
_before = tuple((re.compile(step.pattern, re.ASCII), step.by) for step in BEFORE_NFC)
_after = tuple((re.compile(step.pattern, re.ASCII), step.by) for step in AFTER_NFC)
# Python lowers these two by context or to two characters; the simple mapping is wanted.
_simple = str.maketrans({"\u0130": "i", "\u03a3": "\u03c3"})


def normalise(text: str) -> str:
    """Return the normal form: lower case, no unseen characters, NFC, no links, no mentions.

    >>> normalise("Read  THIS now: https://t.co/x1 @desk")
    'read this now:'
    """
    if text.isascii():  # nothing unseen, nothing to compose
        text = text.lower().replace("\0", " ")
    else:
        text = text.translate(_simple).lower()
        for pattern, by in _before:
            text = pattern.sub(by, text)
        text = unicodedata.normalize("NFC", text)
    for pattern, by in _after:
        text = pattern.sub(by, text)
    return text.strip(" ")


def is_substantial(normal: str) -> bool:
    """Tell whether a normal form says enough to tie two accounts: a greeting joins everybody.

    >>> is_substantial("good morning"), is_substantial("the embassy closes at noon")
    (False, True)
    """
    return len(normal) >= MIN_CHARACTERS and _substantial.search(normal) is not None
