"""The form in which names and texts are compared, and escapes resolved, for masking.

Letters are compared without case, width, accents and invisible signs; each knows where it
came from, so that what is found in the compared form is replaced in the text as it stands.
"""

import re
import unicodedata

from legation.rights.pseudonyms import PSEUDONYM

# "%" before a pseudonym is not the escape "%ac".
_ESCAPES = re.compile(rf"(?:%(?!{PSEUDONYM.pattern})[0-9A-Fa-f]{{2}})+")
# "%2540" is an escaped escape; more than this many layers are nobody's link.
_LAYERS = 4
_ESCAPE_LETTERS = 3
# Hangul fillers: letters by category, invisible by nature.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


class Folding(dict[int, str]):
    """What each letter is compared as; filled as letters are met, for `str.translate`."""

    def __missing__(self, number: int) -> str:
        """Work out a letter that is met for the first time."""
        plain = unicodedata.normalize("NFKD", chr(number)).casefold()
        kept = "".join(c for c in unicodedata.normalize("NFKD", plain) if shows(c))
        self[number] = kept
        return kept


def shows(letter: str) -> bool:
    """Tell whether a sign shows by itself and is no mark on another."""
    return unicodedata.category(letter) not in {"Cf", "Mn", "Mc", "Me"} and letter not in _FILLERS


def unescaped(text: str) -> tuple[str, list[int] | None]:
    """Resolve percent-escapes; with them, return where each letter came from."""
    origin: list[int] | None = None
    for _ in range(_LAYERS):
        if not _ESCAPES.search(text):
            break
        text, origin = _one_layer(text, origin or list(range(len(text) + 1)))
    return text, origin


def _one_layer(text: str, origin: list[int]) -> tuple[str, list[int]]:
    parts: list[str] = []
    places: list[int] = []
    cursor = 0
    for escapes in _ESCAPES.finditer(text):
        at = escapes.start()
        parts.append(text[cursor:at])
        places += origin[cursor:at]
        octets = bytes.fromhex(escapes[0].replace("%", ""))
        # Octets that are no UTF-8 become lone surrogates, which are in no handle.
        for letter in octets.decode("utf-8", "surrogateescape"):
            parts.append(letter)
            places.append(origin[at])
            at += _ESCAPE_LETTERS * len(letter.encode("utf-8", "surrogateescape"))
        cursor = escapes.end()
    parts.append(text[cursor:])
    return "".join(parts), places + origin[cursor:]
