"""Whether an entry names somebody whom a dossier of the case is about.

A dossier is for few, and names a person; every other entry is for all who know the case, and says
what somebody is. A name is found by two of its words near each other, in any order. One word
alone, or a name in another writing, is not found: nobody is told that a text is free of names.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.bodies import texts_in
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.dossier.bodies import DossierOpened, Identified, OfDossier
from legation.safeguards.cases.entries import Entry

_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAST_LETTERS: Final = 3
# Words within which two words of a name must stand: one may be between them.
_NEAR: Final = 3


def require_unnamed(case: Case, entry: Entry, book: Book) -> None:
    """Require that an entry names nobody whom a dossier of the case is about.

    Raises:
        RecordError: It does; the place is the field.
    """
    if isinstance(entry.body, OfDossier):
        return
    names = [words for name in _names(case, book) if len(words := _words(name)) > 1]
    if not names:
        return
    for place, text in texts_in(msgspec.to_builtins(entry.body)):
        said = _words(text)
        near = [set(said[at : at + _NEAR]) for at in range(len(said))]
        if any(len(set(name) & some) > 1 for name in names for some in near):
            raise RecordError(
                "this names somebody whom a dossier of this case is about",
                place=place,
                hint="say what the person is; the dossier alone has the name",
            )


def _names(case: Case, book: Book) -> Iterator[str]:
    """Yield the names that the dossiers of a case hold, also those that were taken back."""
    regimes = {
        one.body.dossier: one.body.regime
        for one in case.entries
        if isinstance(one.body, DossierOpened)
    }
    if not regimes:
        return
    fields = {
        key: {field.key for field in book.regimes[regime].field if field.kind == "name"}
        for key, regime in regimes.items()
        if regime in book.regimes
    }
    for one in case.entries:
        if isinstance(one.body, Identified) and one.body.field in fields.get(one.body.dossier, ()):
            yield one.body.value


def _words(text: str) -> list[str]:
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return [word for word in _WORD.findall(plain) if len(word) >= _LEAST_LETTERS]
