"""The words by which an order's aim is refused: opinion, protest, press, opposition.

A list of words cannot know what somebody is after; it stands behind the class that a person
must declare, and catches the order that says one thing in its class and another in its words. It
errs to refusal: what holds a word of the list is refused, and so is what names no conduct of
accounts, domains or programs at all. It reads no setting, and nothing lifts it.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

Listed = Literal["domestic-political-speech", "protest", "journalists", "opposition", "conduct"]
Language = Literal["en", "fr", "es", "ru", "ar", "zh"]

_CONDUCT: Final = "conduct"
_DATA: Final = "refused_aims.toml"
# Arabic joins articles and prepositions to a word, Chinese puts no blanks between words.
_ANYWHERE: Final = frozenset({"ar", "zh"})
_SAME: Final = str.maketrans({"\u0649": "\u064a", "\u0629": "\u0647", "\u0640": None})
_BETWEEN: Final = re.compile(r"[\W_]+")
_UNSEEN: Final = frozenset({"Mn", "Mc", "Me", "Cf"})


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the list that stands in a text.

    Attributes:
        target: The refused class that it points to.
        word: As the list has it; nothing of the text itself.
    """

    target: Listed
    word: str


def refused_words(text: str) -> list[Found]:
    """Return the words of the list that stand in a text, in the order of the list.

    >>> [(one.target, one.word) for one in refused_words("Who joins the PROTESTS?")]
    [('protest', 'protest')]
    """
    folded = _folded(text)
    found: dict[str, Found] = {}
    for target, entries in _patterns().items():
        for word, pattern in entries if target != _CONDUCT else ():
            if word not in found and pattern.search(folded):
                found[word] = Found(target=target, word=word)
    return list(found.values())


def names_conduct(text: str) -> bool:
    """Tell whether a text names something that accounts, domains or programs do.

    >>> names_conduct("accounts that post one text"), names_conduct("people who are angry")
    (True, False)
    """
    folded = _folded(text)
    return any(pattern.search(folded) for _, pattern in _patterns()[_CONDUCT])


@cache
def _patterns() -> dict[Listed, list[tuple[str, re.Pattern[str]]]]:
    import tomllib

    listed = tomllib.loads(files("legation.rights").joinpath(_DATA).read_text("utf-8"))
    listed.pop("as_of")
    return {
        target: [
            (word.strip(), _pattern(word, language))
            for language, words in languages.items()
            for word in words
        ]
        for target, languages in msgspec.convert(
            listed, dict[Listed, dict[Language, list[str]]]
        ).items()
    }


def _pattern(word: str, language: Language) -> re.Pattern[str]:
    body = r"\w*".join(re.escape(_folded(part).strip(" ")) for part in word.split("*"))
    # What follows a star begins the next word; its blank was taken off with the others.
    body = body.replace(r"\w*", r"\w*\ ") if "* " in word else body
    end = r"(?!\w)" if word.endswith(" ") else ""
    return re.compile(("" if language in _ANYWHERE else r"(?<!\w)") + body + end)


def _folded(text: str) -> str:
    """Return a text as it is compared: no case, accents, signs or unseen letters."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN)
    return " " + _BETWEEN.sub(" ", kept.translate(_SAME)).strip() + " "
