"""The languages of the desk: what a page is written in while it is drawn.

Messages come from gettext catalogues by the standard library. Numbers and dates follow a few
conventions of each language, which stand here: the library that holds all languages of the
world weighs more than the rest of the desk. What is stored, and what the command line
says, stays English: outside of a request the language is always English.
"""

import gettext as catalogues
import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, Literal, final

from legation.text.language_names import LANGUAGE_NAMES

TOLD: Final = "told"
_DOMAIN: Final = "desk"
_FIELD: Final = re.compile(r"%\((\w+)\)s")
# What may fill a gap, by its name without its number; any other takes any text.
GAPS: Final[Mapping[str, str]] = {
    "num": r"[\d.,e+-]+",
    "accounts": r"\d+ accounts?",
    "posts": r"[\d,]+ posts?",
    "rows": r"[\d,]+ rows?",
    "campaigns": r"[\d,]+ campaigns?",
    "files": r"[\d,]+ files?",
    "register": "missions|channels|jewels|holders|plans|proofs|voices|talks",
    "layer": "repost|link|image|text|near-text|hashtags|reply|similarity",
    "language": "|".join(map(re.escape, sorted(LANGUAGE_NAMES.values(), key=len, reverse=True))),
    "day": r"\d{4}-\d{2}-\d{2}",
    "roles": r"[a-z, ]{4,150}",
}
_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
# A word, or what has no blank in it: the name of a file, an address.
_RUN: Final = re.compile(r"\w+(?:[-.@/+:]+\w+)*")
_BETWEEN: Final = "\x04"  # gettext puts it between a context and a message


class Catalogue(catalogues.GNUTranslations):
    """Messages of one language, with what the parts below the desk say as patterns."""

    def sentences(self) -> dict[str, str]:
        """Return the messages in the context `told`: English sentence, translation."""
        known: Mapping[object, str] = self._catalog  # type: ignore[attr-defined]  # the library keeps it for subclasses
        start = TOLD + _BETWEEN
        return {
            key.removeprefix(start): text
            for key, text in known.items()
            if isinstance(key, str) and key.startswith(start)
        }


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class Tongue:
    """A language as the desk writes it.

    Attributes:
        code: Its name in HTML and HTTP.
        name: Its name in itself.
        direction: In which its lines run.
        thousands: Between thousands of a number.
        point: Before the decimals.
        comma: Between the parts of a list.
        semicolon: Between parts that hold commas.
        first: How the first day of a month is written.
        quotes: Before and after quoted words.
        messages: Its catalogue.
    """

    code: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"
    thousands: str = ","
    point: str = "."
    comma: str = ", "
    semicolon: str = "; "
    first: str = "1"
    quotes: tuple[str, str] = ("“", "”")
    messages: catalogues.NullTranslations = field(default_factory=catalogues.NullTranslations)

    def quoted(self, words: str) -> str:
        """Return words as a quotation.

        >>> ENGLISH.quoted("grain")
        '“grain”'
        """
        before, after = self.quotes
        return f"{before}{words}{after}"

    def told(self, sentence: str, fill: Callable[[str, str], str] | None = None) -> str | None:
        """Return a sentence of the parts below in this language; None where it is not known.

        Args:
            sentence: In English.
            fill: Says what fills a gap, from its name without its number and the English there;
                None: it stays as it is.
        """
        if self.code == ENGLISH.code:
            return sentence
        exact = self.messages.pgettext(TOLD, sentence)
        if exact != sentence:
            return exact
        for shape, text in _shapes(self.messages):
            if found := shape.fullmatch(sentence):
                return text % {
                    name: fill(name.rstrip(string.digits), part) if fill else isolated(part)
                    for name, part in found.groupdict().items()
                }
        return None


ENGLISH: Final = Tongue(code="en", name="English")
_speaking: ContextVar[Tongue] = ContextVar("tongue", default=ENGLISH)


@cache
def tongues() -> dict[str, Tongue]:
    """Return the languages of the desk by code."""
    every = (
        ENGLISH,
        Tongue(
            code="fr",
            name="Français",
            thousands="\N{NARROW NO-BREAK SPACE}",
            point=",",
            semicolon="\N{NARROW NO-BREAK SPACE}; ",
            first="1er",
            quotes=("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"),
            messages=_catalogue("fr"),
        ),
        Tongue(
            code="ar",
            name="العربية",
            direction="rtl",
            comma="، ",
            semicolon="؛ ",
            quotes=("«", "»"),
            messages=_catalogue("ar"),
        ),
    )
    return {one.code: one for one in every}


def tongue() -> Tongue:
    """Return the language that is spoken now."""
    return _speaking.get()


@contextmanager
def speaking(one: Tongue) -> Iterator[None]:
    """Speak a language within the block."""
    before = _speaking.set(one)
    try:
        yield
    finally:
        _speaking.reset(before)


def gettext(message: str) -> str:
    """Return a message in the language that is spoken now."""
    return tongue().messages.gettext(message)


def ngettext(one: str, more: str, number: int) -> str:
    """Return a message about a number of things."""
    return tongue().messages.ngettext(one, more, number)


def pgettext(context: str, message: str) -> str:
    """Return a message that means something else elsewhere."""
    return tongue().messages.pgettext(context, message)


def npgettext(context: str, one: str, more: str, number: int) -> str:
    """Return a message about a number of things that means something else elsewhere."""
    return tongue().messages.npgettext(context, one, more, number)


def isolated(text: str) -> str:
    """Keep a foreign piece, such as an id, from turning the line around it.

    >>> isolated("campaign--1")
    'campaign--1'
    """
    return text if tongue().direction == "ltr" else _isolated(text)


def name_isolated(text: str) -> str:
    """Keep a name from turning the line around it, in each language; where no element can.

    >>> name_isolated("posts.csv"), len(name_isolated("سوق")) - len("سوق")
    ('posts.csv', 2)
    """
    return _isolated(text) if _runs_left(text) else isolated(text)


def words_isolated(text: str) -> str:
    """Keep what runs to the left within an English or French text from turning the line.

    >>> words_isolated("no column 'سوق-x', from") == f"no column '{name_isolated('سوق-x')}', from"
    True
    """
    if not _runs_left(text) or _ISOLATE in text:
        return text
    return _RUN.sub(lambda at: _isolated(at[0]) if _runs_left(at[0]) else at[0], text)


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def _runs_left(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL") for letter in text
    )


def _catalogue(code: str) -> Catalogue:
    place = files("legation.desk").joinpath("locale", code, "LC_MESSAGES", f"{_DOMAIN}.mo")
    with place.open("rb") as stream:
        return Catalogue(stream)


@cache
def _shapes(messages: catalogues.NullTranslations) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the sentences that have gaps, each with its translation; the most exact first."""
    if not isinstance(messages, Catalogue):
        return ()
    found = [(said, text) for said, text in messages.sentences().items() if _FIELD.search(said)]
    found.sort(key=lambda pair: -len(_FIELD.sub("", pair[0])))
    return tuple((shape_of(said), text) for said, text in found)


def shape_of(sentence: str) -> re.Pattern[str]:
    """Return what finds a sentence whose gaps are filled.

    >>> shape_of("no group %(key)s").fullmatch("no group '9'")["key"]
    "'9'"
    """
    parts = _FIELD.split(sentence.replace("%%", "%"))
    text = re.escape(parts[0])
    for name, after in zip(parts[1::2], parts[2::2], strict=True):
        gap = f"(?P<{name}>{GAPS.get(name.rstrip(string.digits), '.+?')})" + re.escape(after)
        # A gap ends where what follows it stands first, and is not tried again: two that were
        # would take the square of a stranger's text.
        text += f"(?>{gap})" if after and (name, after) != (parts[-2], parts[-1]) else gap
    return re.compile(text, re.DOTALL)
