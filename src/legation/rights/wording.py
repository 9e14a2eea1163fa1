"""Whether the words of an order can be understood at all: their script, language and length.

The lists of `aims` are written in some languages. Of a text in another one they find nothing, which
says nothing about it: such an order is no refusal and no permission, and somebody must read it.
"""

import re
from functools import cache
from typing import Final

from legation.rights.aims import stems
from legation.rights.lettering import folded, scripts, words_of

_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC", "CJK", "MODIFIER", "NONE"})
_HAN: Final = "CJK"
# Letters of Persian, Urdu, Pashto and Uyghur that Arabic lacks.
_NOT_ARABIC: Final = re.compile("[\u0679-\u06d3\u06d5]")
# At least one word in eight: the poorest of the labelled orders has one in seven.
_SHARE: Final = 1 / 8
LEAST_WORDS: Final = 5
# Fewer words than these say nothing of their language; the whole order does.
_TELLING: Final = 4
_SIGNS_TO_A_WORD: Final = 2


def length(text: str) -> int:
    """Return how many words a text has; two signs of Chinese count as one.

    >>> length("accounts that post"), length("反对派的账号")
    (3, 3)
    """
    signs = scripts(text).get(_HAN, 0)
    return len(re.findall(r"[^\W\d_\u4e00-\u9fff]+", text)) + signs // _SIGNS_TO_A_WORD


def understood(text: str, *, cites: bool = False) -> bool:
    """Tell whether a text is in a script and a language that the lists are written in.

    A text of a few words is taken to be, where its script is. One that cites a law is a name and
    a number, so it may have twice as many.

    >>> understood("accounts that post the same text within seconds")
    True
    >>> understood("tilit, jotka julkaisevat saman tekstin")
    False
    """
    found = scripts(text)
    if not found:
        return True
    if not found.keys() <= _SCRIPTS or _NOT_ARABIC.search(text):
        return False
    if found.get(_HAN, 0) * 2 >= sum(found.values()):
        return True
    words = folded(text).split()
    if len(words) < _TELLING:
        return True
    few = len(words) < 2 * _TELLING
    small = {name: sum(word in kept for word in words) for name, kept in _small("known").items()}
    foreign = max(sum(word in kept for word in words) for kept in _small("foreign").values())
    if foreign > max(small.values()):
        return False
    return (cites and few) or any(
        small[name] + sum(word not in kept and _begins(word, name) for word in words)
        >= _SHARE * len(words)
        for name, kept in _small("known").items()
        if small[name] or few
    )


def _begins(word: str, language: str) -> bool:
    return any(word.startswith(stem) for stem in stems(language))


@cache
def _small(table: str) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(folded(word).strip() for word in words)
        for name, words in words_of(table).items()
    }
