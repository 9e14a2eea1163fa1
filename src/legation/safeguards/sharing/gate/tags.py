"""TLP and PAP as words, in `labels` and in the texts of definitions.

Programs put a level into `labels`, each in its own way: "tlp:amber", "TLP RED", "[TLP:RED]",
"misp:tlp:red". So a label is folded first, then the name of the protocol is looked for, with a
sign behind it and a level behind that. A colon or "=" with no known level behind it is meant to be
a level, and nobody can tell which: it is read as RED.
"""

import re
import unicodedata
from typing import Final

from legation.rights.folding import shows
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.text.confusables import skeleton

_NAME: Final = r"(?P<name>tlp|traffic[\W_]{0,3}light(?:[\W_]{0,3}protocol)?|pap)"
_LEVEL: Final = r"(?P<level>clear|white|green|amber(?:[\W_]{0,3}strict)?|red)"
_TOKEN: Final = re.compile(
    rf"(?<![^\W_]){_NAME}(?P<sign>[\W_]{{1,8}})(?:v?[12](?:\.0)?[\W_]{{1,8}})?"
    rf"(?:{_LEVEL}(?![^\W_]))?"
)
# A label that says a level and nothing else.
_WHOLE: Final = re.compile(
    rf"[\W_]*(?:(?:misp|opencti|marking|label|tag)[\W_]{{1,4}})?{_NAME}[\W_]{{1,8}}"
    rf"(?:v?[12](?:\.0)?[\W_]{{1,8}})?{_LEVEL}?[\W_]*"
)
_UNKNOWN: Final = re.compile(r"\s*(?:tlp|pap)\s*[:=]")
_TLP_WORDS: Final = re.compile(r"tlp[\s_:.\-]*(clear|white|green|amber[\s_+\-]*strict|amber|red)?")
_PAP_WORDS: Final = re.compile(r"pap[\s_:.\-]+(clear|white|green|amber|red)?")

Levels = tuple[Tlp | None, Pap | None]


def levels_of_tag(label: str) -> Levels:
    """Return the levels that a label says; of several the strictest.

    >>> [str(level) for level in levels_of_tag("[TLP-RED]")]
    ['TLP:RED', 'None']
    """
    found = [_one(token) for text in _readings(label) for token in _TOKEN.finditer(text)]
    tlp = [level for level, _ in found if level is not None]
    pap = [level for _, level in found if level is not None]
    return max(tlp, default=None), max(pap, default=None)


def is_tag(label: str) -> bool:
    """Tell whether a label says a level and nothing else."""
    text = plain(label)
    return bool(_WHOLE.fullmatch(text) or _UNKNOWN.match(text)) and levels_of_tag(label) != (
        None,
        None,
    )


def levels_in_words(told: str) -> Levels:
    """Return the levels in the text of a definition; where it names a protocol alone, RED."""
    text = plain(told)
    tlp = [_tlp(found[1]) for found in _TLP_WORDS.finditer(text)]
    pap = [_pap(found[1]) for found in _PAP_WORDS.finditer(text)]
    return max(tlp, default=None), max(pap, default=None)


def plain(label: str) -> str:
    """Return a label without case, width and signs that do not show."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    return "".join(letter for letter in folded if shows(letter))


def _readings(label: str) -> list[str]:
    """Return a label as it is read, and with letters of other scripts as those they look like."""
    text = plain(label)
    return [text] if text.isascii() else [text, skeleton(label)]


def _one(found: re.Match[str]) -> Levels:
    level = found["level"]
    if level is None and not set(found["sign"]) & set(":="):
        return None, None
    return (None, _pap(level)) if found["name"] == "pap" else (_tlp(level), None)


def _tlp(word: str | None) -> Tlp:
    if word is None:
        return Tlp.RED
    if "strict" in word:
        return Tlp.AMBER_STRICT
    return Tlp.CLEAR if word == "white" else Tlp[word.upper()]


def _pap(word: str | None) -> Pap:
    if word is None:
        return Pap.RED
    return Pap.CLEAR if word == "white" else Pap[word.upper()]
