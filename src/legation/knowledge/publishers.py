"""Names of publishers: what they may be written with, and which two of them look the same.

A pack's name belongs to the key that signs it, so a name that a reader takes for another is a
way around the key. The rule: a name is written in its compatibility form (NFKC), with letters,
marks, figures and a few signs; blanks are single; each word has letters of one script; and no
two publishers have the same skeleton. A skeleton folds case, marks and the letters of Latin,
Cyrillic, Greek, Armenian and Cherokee that are drawn alike, after Unicode TR 39; no library
that legation depends on carries that table, so `alike.csv` beside this file lists, by the number
of each, the letters and figures that are drawn like a Latin letter.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from legation.errors import BadInputError, ConflictError

# Whose packs come with the program, and who records what persons checked at this desk.
SHIPPED: Final = "legation"
DESK: Final = "this desk"
_SIGNS: Final = frozenset(" .,-'()&:+\u00b7\u2019")
_HINT: Final = "write the publisher's name plainly, as people read it"
_LEAST_LETTERS: Final = 2
_MIXED: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def verify_publisher(name: str, place: str) -> None:
    """Require that a publisher's name is one that a reader can tell from another.

    Raises:
        BadInputError: It is blank, holds a sign that is not seen, or mixes scripts in a word.
    """
    if unicodedata.normalize("NFKC", name) != name:
        raise _refused("is not in its plain form (NFKC)", place)
    if sum(sign.isalpha() for sign in name) < _LEAST_LETTERS:
        raise _refused("has no letters to be read by", place)
    if " ".join(name.split()) != name or name != name.strip(" "):
        raise _refused("has blanks at an end, or two of them together", place)
    for sign in name:
        if not (unicodedata.category(sign)[0] in "LMN" or sign in _SIGNS) or _unseen(sign):
            raise _refused(f"holds the sign U+{ord(sign):04X}", place)
    for word in name.split():
        scripts = {_script(sign) for sign in word if sign.isalpha()}
        if len(scripts) > 1 and scripts & _MIXED:
            raise _refused(f"mixes the scripts {' and '.join(sorted(scripts))} in a word", place)


def verify_apart(name: str, known: Iterable[str], place: str) -> None:
    """Require that a publisher's name looks like none that is known, or is that one itself.

    Raises:
        ConflictError: A reader would take it for another.
    """
    form = skeleton(name)
    for other in (SHIPPED, DESK, *known):
        if other != name and skeleton(other) == form:
            raise ConflictError(
                f"{place}: the publisher {name!r} looks like the known publisher {other!r}",
                hint="whoever compiled it takes a name of its own; what is known stays",
            )


def skeleton(name: str) -> str:
    r"""Return what a reader sees of a name: the same for two that look alike.

    >>> skeleton("Legation") == skeleton("l\u0435gat\u04560n")
    True
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    bare = "".join(sign for sign in apart if not unicodedata.category(sign).startswith("M"))
    folded = bare.casefold().translate(_folds())
    return "".join(s for s in folded if s.isalnum()).replace("rn", "m").replace("vv", "w")


@cache
def _folds() -> Mapping[int, str]:
    """Return for each letter that is drawn like a Latin one, which."""
    text = files("legation.knowledge").joinpath("alike.csv").read_text("ascii")
    folds = {
        chr(int(number, 16)).casefold(): row["letter"]
        for row in csv.DictReader(text.splitlines())
        for number in row["alike"].split()
    }
    # A capital I, a small l and the figure one are drawn alike in most type.
    folds = {sign: "l" if latin == "i" else latin for sign, latin in folds.items()} | {"i": "l"}
    return str.maketrans(folds)


def _unseen(sign: str) -> bool:
    """Tell whether a letter or mark is drawn as nothing: fillers and variation selectors."""
    return sign in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0" or (
        "VARIATION SELECTOR" in unicodedata.name(sign, "")
    )


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(maxsplit=1)[0]


def _refused(why: str, place: str) -> BadInputError:
    return BadInputError(f"the publisher's name {why}", place=place, hint=_HINT)
