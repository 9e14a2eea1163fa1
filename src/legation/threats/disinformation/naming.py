"""By which of its terms a campaign may be named: in its own name, and wherever it is told short."""

from collections.abc import Sequence
from typing import Final

from legation.threats.disinformation.findings import Compared, Term

# A term in fewer of a campaign's posts does not name it: who opens 20 of them would meet none.
LEAST_MARK: Final = 0.05
_LONG: Final = 4
_BEYOND_CYRILLIC: Final = "\u0530"


def marks(terms: Sequence[Term], compared: Compared | None) -> tuple[Term, ...]:
    """Return the terms by which a campaign may be named, the most certain first.

    Each stands in one of 20 of its posts or more. Of findings kept before the share was told
    all are returned. Words of three letters or fewer name nothing where longer ones do.
    """
    if compared is None:
        return tuple(terms)
    often = tuple(one for one in terms if one.posts >= LEAST_MARK * compared.posts)
    return tuple(one for one in often if not _short(one.term)) or often


def _short(term: str) -> bool:
    """Tell whether a word of a term is most likely one of grammar: the, und, les, для.

    Of the Latin, Greek and Cyrillic scripts alone, whose shortest words are such; a hashtag or a
    number is none.

    >>> _short("ask"), _short("again and"), _short("harbour fees"), _short("#ask"), _short("حرب")
    (True, True, False, False, False)
    """
    return any(
        len(word) < _LONG and word.isalpha() and max(word) < _BEYOND_CYRILLIC
        for word in term.split()
    )
