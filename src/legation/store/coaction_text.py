"""The rules of text, lent to the store: how texts become equal, and which are alike.

The room `text` owns the rules and stands beside the store, so neither imports the other:
whoever assembles the program hands the rules over as data. They become one SQL expression,
because a million texts are normalised in the database and not in Python.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.store.reading.cells import quoted

Replacements = tuple[tuple[str, str], ...]
Group = Callable[[Sequence[str]], NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """How posts' texts are compared; `text.normalise` holds the values.

    Attributes:
        before_nfc: Pattern and what takes its place, applied to the text in lower case. They
            touch no ASCII but NUL: texts of plain ASCII skip them.
        after_nfc: The same, applied after NFC; blanks at both ends then go.
        least_characters: Characters below which a normal form ties nobody.
        substantial: Pattern that a normal form must match to tie anybody.
        group: For each of many normal forms, the position of the one that stands for it.
    """

    before_nfc: Replacements
    after_nfc: Replacements
    least_characters: int
    substantial: str
    group: Group

    def normal_sql(self, text: str) -> str:
        """Write the normal form of an SQL expression."""
        lower = f"lower({text})"
        folded = f"nfc_normalize({_replaced(lower, self.before_nfc)})"
        # NFC leaves ASCII alone; the functions for the rest of Unicode are the slow ones.
        plain = f"strlen({text}) = length({text}) AND NOT contains({text}, chr(0))"
        return f"CASE WHEN {plain} THEN {self._finished(lower)} ELSE {self._finished(folded)} END"

    def sha256(self) -> str:
        """Return the hash of what decides a normal form; how texts are grouped is left out."""
        told = [self.before_nfc, self.after_nfc, self.least_characters, self.substantial]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()

    def substantial_sql(self, normal: str) -> str:
        """Write the test that a normal form says enough to tie accounts."""
        return (
            f"(length({normal}) >= {self.least_characters} "
            f"AND regexp_matches({normal}, {quoted(self.substantial)}))"
        )

    def _finished(self, text: str) -> str:
        return f"trim({_replaced(text, self.after_nfc)}, ' ')"


def _replaced(text: str, replacements: Replacements) -> str:
    for pattern, by in replacements:
        text = f"regexp_replace({text}, {quoted(pattern)}, {quoted(by)}, 'g')"
    return text
