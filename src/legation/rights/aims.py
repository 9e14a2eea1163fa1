"""The words by which an order's aim is refused: opinion, protest, press, opposition.

A list of words cannot know what somebody is after; it stands behind the class that a person
must declare, and catches the order that says one thing in its class and another in its words. A
word of the list near one that turns it ("imitate", "not") is a mention of which nothing can be
told: it refuses nothing and permits nothing. Nothing here reads a setting, and nothing lifts it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

from legation.rights.lettering import folded, readings, words_of

Listed = Literal["domestic-political-speech", "protest", "journalists", "opposition", "conduct"]
Turn = Literal["posed", "spared"]

_CONDUCT: Final = "conduct"
_DATA: Final = "refused_aims.toml"
# Arabic joins articles and prepositions to a word, Chinese puts no blanks between words.
_ANYWHERE: Final = frozenset({"ar", "zh"})
# A word of so many letters is found across blanks too; a shorter one could be made by chance.
_WHOLE: Final = 8
# As far as a word turns another: five words; signs of Chinese, which has no blanks, count each.
_NEAR: Final = re.compile(r"(?:[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+)")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_NEAR_WORDS: Final = 5
_NEAR_SIGNS: Final = 10
# A stop before a blank, a dash, and the stops of Arabic and Chinese.
_CLAUSE: Final = re.compile(
    r"[.;:!?,()\n](?=\s|$)|[\u2013\u2014\u060c\u061b\u061f\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]"
)
# A list of orders is judged anew each time that it is shown.
_REMEMBERED: Final = 2048
Entry = tuple[str, re.Pattern[str], str]
# Of one alphabet: a word of one of these may be an innocent one of another.
_SISTERS: Final = ("en", "fr", "es", "pt", "it", "de", "pl", "tr", "is")
# So many small words tell a language, and a third of them does not make it another one.
_TOLD: Final = 3


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the list that stands in a text.

    Attributes:
        target: The refused class that it points to.
        word: As the list has it; nothing of the text itself.
        turned: Whether each mention of it stands near a word that turns it, or is foreign.
        foreign: Whether the word is of another language than the text clearly is.
    """

    target: Listed
    word: str
    turned: bool = False
    foreign: bool = False


def refused_words(text: str, *turns: Turn) -> list[Found]:
    """Return the words of the list that stand in a text, in the order of the list.

    Args:
        text: As it was written.
        turns: Which words turn a mention; none: a mention is one.

    >>> [(one.target, one.word) for one in refused_words("Who joins the PROTESTS?")]
    [('protest', 'protest')]
    """
    return list(_found(text, turns))


@lru_cache(maxsize=_REMEMBERED)
def _found(text: str, turns: tuple[Turn, ...]) -> tuple[Found, ...]:
    turned: dict[str, bool] = {}
    foreign: dict[str, bool] = {}
    others = _other_languages(text)
    clauses = [_without_harmless(each) for part in _CLAUSE.split(text) for each in readings(part)]
    for word, pattern, language in _refused():
        for clause in clauses:
            for hit in pattern.finditer(clause):
                strange = language in others
                here = strange or any(_turns(clause, hit, turn) for turn in turns)
                turned[word] = turned.get(word, True) and here
                foreign[word] = foreign.get(word, True) and strange
    # What is found in the whole and in no clause was parted by stops or blanks.
    for whole in map(_without_harmless, readings(text)):
        bare = whole.replace(" ", "")
        for word, pattern, _ in _refused():
            if word not in turned and (
                pattern.search(whole) or (_spans(word) and _squeezed(word) in bare)
            ):
                turned[word] = False
    listed = {word: target for target, entries in _patterns().items() for word, *_ in entries}
    return tuple(
        Found(target=listed[word], word=word, turned=is_so, foreign=foreign.get(word, False))
        for word, is_so in turned.items()
    )


def _refused() -> Iterator[Entry]:
    for target, entries in _patterns().items():
        yield from entries if target != _CONDUCT else ()


def _other_languages(text: str) -> frozenset[str]:
    """Return the languages that a text is clearly not in, of those with one alphabet."""
    words = folded(text).split()
    small = {name: sum(word in _small_words(name) for word in words) for name in _SISTERS}
    most = max(small.values())
    if most < _TOLD:
        return frozenset()
    return frozenset(name for name in _SISTERS if small[name] * _TOLD <= most)


@cache
def _small_words(language: str) -> frozenset[str]:
    return frozenset(folded(word).strip() for word in words_of("known")[language])


def names_conduct(text: str) -> bool:
    """Tell whether a text names something that accounts, domains or programs do.

    >>> names_conduct("accounts that post one text"), names_conduct("people who are angry")
    (True, False)
    """
    return any(_any(_patterns()[_CONDUCT], each) for each in readings(text))


def names_people(text: str) -> bool:
    """Tell whether a text names people or what they think, in place of what is done.

    >>> names_people("know who is angry"), names_people("the treaty on grain")
    (True, False)
    """
    return any(_any(_table("people"), each) for each in readings(text))


def names_one(text: str) -> bool:
    """Tell whether a text could be aimed at a single person, or at people by their calling."""
    return any(_any(_table("single"), each) for each in readings(text))


def any_of(table: str, text: str, data: str) -> bool:
    """Tell whether a word of a table of a file of lists stands in a folded text."""
    return _any(_entries_of(table, data), text)


def every_word() -> frozenset[str]:
    """Return the refused words of all languages, as they are compared."""
    return frozenset(
        folded(word).strip()
        for target, languages in _listed().items()
        for words in languages.values()
        for word in words
        if target != _CONDUCT and "*" not in word
    )


def stems(language: str) -> frozenset[str]:
    """Return the beginnings of words of conduct in a language, as they are compared."""
    words = _listed()[_CONDUCT].get(language, [])
    return frozenset(
        folded(word).strip() for word in words if " " not in word.strip() and "*" not in word
    )


def _any(entries: Iterable[Entry], text: str) -> bool:
    return any(pattern.search(text) for _, pattern, _ in entries)


def _turns(clause: str, hit: re.Match[str], turn: Turn) -> bool:
    """Tell whether a word that turns stands near a mention; to be spared, in its clause."""
    if turn == "spared":
        return _any(_table(turn), clause)
    before, after = _NEAR.findall(clause[: hit.start()]), _NEAR.findall(clause[hit.end() :])
    size = _NEAR_SIGNS if _HAN.search(clause) else _NEAR_WORDS
    blank = "" if size == _NEAR_SIGNS else " "
    near = (blank.join(before[-size:]), blank.join(after[:size]))
    return any(_any(_table(turn), f" {each} ") for each in near)


def _without_harmless(text: str) -> str:
    for _, pattern, _ in _table("harmless"):
        text = pattern.sub(" ", text)
    return text


def _spans(word: str) -> bool:
    """Tell whether a word is found across blanks too; one of Chinese signs needs none anyway."""
    long = len(_squeezed(word)) >= _WHOLE or bool(_HAN.search(word))
    return long and " " not in word and "*" not in word


@cache
def _squeezed(word: str) -> str:
    return folded(word).replace(" ", "")


@cache
def _listed() -> dict[Listed, dict[str, list[str]]]:
    import tomllib

    listed = tomllib.loads(files("legation.rights").joinpath(_DATA).read_text("utf-8"))
    listed.pop("as_of")
    return msgspec.convert(listed, dict[Listed, dict[str, list[str]]])


@cache
def _patterns() -> dict[Listed, list[Entry]]:
    return {target: list(_entries(languages)) for target, languages in _listed().items()}


def _table(name: str) -> list[Entry]:
    return _entries_of(name, "order_words.toml")


@cache
def _entries_of(table: str, data: str) -> list[Entry]:
    return list(_entries(words_of(table, data)))


def _entries(languages: dict[str, list[str]]) -> Iterator[Entry]:
    for language, words in languages.items():
        for word in words:
            yield word.strip(" ~"), _pattern(word, language), language


def _pattern(word: str, language: str) -> re.Pattern[str]:
    anywhere = language in _ANYWHERE or word.startswith("~")
    parts = [re.escape(folded(part).strip(" ")) for part in word.lstrip("~").split("*")]
    # What follows a star begins the next word; its blank was taken off with the others.
    body = (r"\w*\ " if "* " in word else r"\w*").join(parts)
    end = r"(?!\w)" if word.endswith(" ") else ""
    return re.compile(("" if anywhere else r"(?<!\w)") + body + end)
