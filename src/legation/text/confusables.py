"""Letters that look alike: one skeleton for the many spellings of a name.

Two names with one skeleton can be taken for each other at a glance, whatever their scripts
(Unicode Technical Standard 39, confusable detection). The table holds the letters and digits of
other scripts that stand for a Latin one; it follows the data of the Unicode Consortium
(confusables.txt, under the Unicode License v3), folded to small letters. A skeleton is for
comparing, never for showing.
"""

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

# Of letters and digits that are plain Latin: capital I, small l and 1; 0 and O; two for one.
_WITHIN: Final = str.maketrans({"i": "l", "1": "l", "|": "l", "0": "o"})
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Cc"})


def skeleton(text: str) -> str:
    """Return the skeleton of a name.

    >>> skeleton("MFA_Aldria") == skeleton("\u041cFA_\u0410ldria") == skeleton("mfa_a\u200b1dria")
    True
    >>> skeleton("rnfa") == skeleton("mfa"), skeleton("mfa") == skeleton("mfb")
    (True, False)
    >>> skeleton("alclria") == skeleton("aldria") == skeleton("alc1ria")
    True
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one for one in letters if unicodedata.category(one) not in _UNSEEN)
    plain = kept.translate(_table()).translate(_WITHIN)
    for two, one in _PAIRS:
        plain = plain.replace(two, one)
    return plain


@cache
def _table() -> Mapping[int, str]:
    text = files("legation.text").joinpath("confusables.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {ord(sign): row["latin"] for row in rows for sign in row["look_alikes"]}
