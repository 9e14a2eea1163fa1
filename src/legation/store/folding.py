"""The form in which texts are searched: what a reader takes for the same is the same.

Compatibility forms (NFKC), case, accents and umlauts, Arabic vowel signs and the long line
between letters, forms of alef, ya and kaf, and figures of other scripts are folded. Nothing
is cut into words: Chinese has no blanks, so a text is found by any part of it. Both engines
keep and compare this one form, so they cannot differ in what they find.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

MOST_WORDS: Final = 8
LONGEST_WORD: Final = 200
# Marks above and below Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowel signs.
# Those of other scripts are letters to their readers, and stay.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
)
# Not seen, so not compared: soft hyphen, tatweel, zero width, direction, variation selectors.
_UNSEEN: Final = re.compile(
    "[\u00ad\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_LETTERS: Final = str.maketrans(
    {
        "\u0671": "\u0627",  # alef wasla: alef
        "\u0649": "\u064a",  # alef maqsura: ya
        "\u06cc": "\u064a",  # Persian ya
        "\u06a9": "\u0643",  # Persian kaf
        "\u0629": "\u0647",  # ta marbuta: ha
        "\u0131": "i",  # dotless i
        "\u0142": "l",
        "\u00f8": "o",
        "\u0111": "d",
        "\u00e6": "ae",
        "\u0153": "oe",
    }
    | {
        chr(code): str(unicodedata.digit(chr(code)))
        for first in (0x0660, 0x06F0, 0x0966)
        for code in range(first, first + 10)
    }
)
_QUOTES: Final = re.compile('["\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d]')
# How German writes its umlauts where a keyboard has none.
_WRITTEN_OUT: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_UMLAUTS: Final = str.maketrans(
    {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00c4": "AE", "\u00d6": "OE", "\u00dc": "UE"}
)
Word = tuple[str, ...]
"""A word of a question, in the ways it may be written; one of them must stand in the text."""


def folded(text: str) -> str:
    r"""Return the form in which a text is searched.

    >>> folded("Résumé  STRASSE"), folded("Straße"), folded("الْقُـرآن") == folded("القران")
    ('resume strasse', 'strasse', True)
    """
    plain = text.encode("utf-8", "replace").decode()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", plain).casefold())
    bare = _UNSEEN.sub("", _MARKS.sub("", apart))
    joined = unicodedata.normalize("NFC", bare.translate(_LETTERS)).casefold()
    return _BLANKS.sub(" ", joined).strip()


def words_of(question: str) -> tuple[Word, ...]:
    """Return the words of a question, each in its ways of writing; quoted ones stay together.

    There is no other syntax: what else a person types is looked for as it stands.

    >>> words_of('Müller "two words"'), words_of("mueller")
    ((('muller', 'mueller'), ('two words',)), (('mueller', 'muller'),))
    """
    told: dict[str, Word] = {}
    for place, part in enumerate(_QUOTES.split(question)):
        # The same words in both, one by one: what is written out holds no blank.
        form, spelt = folded(part), folded(_written_out(part))
        pairs = [(form, spelt)] if place % 2 else zip(form.split(), spelt.split(), strict=True)
        for word, other in pairs:
            if word:
                short = word[:LONGEST_WORD]
                told.setdefault(short, _ways(short, other[:LONGEST_WORD]))
    return tuple(told.values())[:MOST_WORDS]


def holds(form: str, words: Sequence[Word]) -> bool:
    """Tell whether a folded text holds every word of a question."""
    return all(any(way in form for way in word) for word in words)


def _written_out(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_UMLAUTS)


def _ways(word: str, spelt: str) -> Word:
    short = word
    for pair, letter in _WRITTEN_OUT:
        short = short.replace(pair, letter)
    return tuple(dict.fromkeys((word, short, spelt)))
