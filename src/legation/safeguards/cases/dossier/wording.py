"""How a sentence of a statement of reasons is read: by lists of words, which are data.

It is a reader's aid and errs to the side of asking: a sentence that is asked about is looked at
by a person, one that slips through is not. A list of words is no proof that none of them was
said otherwise. Nothing here tells whether a sentence is true.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final
from unicodedata import category

import msgspec

from legation.safeguards.cases.bodies import Verified
from legation.safeguards.cases.data_file import read_data
from legation.text.confusables import skeleton

_DATA: Final = "statement_words.toml"
# A state this near after the words is the one they speak of; further on it is another matter.
_NEAR: Final = 60
# What may stand between the name of a state and its verb: blanks and the sign of a genitive.
_TIGHT: Final = 3
_YEAR_LETTERS: Final = 4
_DAY_LETTERS: Final = len("2020-10-22")
# What begins another clause: a claim that is cited does not reach over it.
_PARTING: Final = re.compile(r"[;:.!?](\s|$)")
# What a cited claim leaves behind: no letter, so that no word reaches over it.
_CITED: Final = " ; "
# A shorter stem makes words that have nothing to do with the state.
_STEM: Final = 4
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
# "on 5. Mai": the number of a day before a stop ends nothing, a year does.
_DAY_FIGURES: Final = 2


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a claim of somebody is cited: to whom, by whom, on which day."""

    to: str
    by: str
    on: str


class StatementWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words by which a sentence is read.

    Attributes:
        generic: Say of nobody in particular that something was done.
        before_state: Lay conduct at the door of the state whose name follows.
        after_state: Do so where they follow the name.
        alone: Do so without a name.
        actors: Parts of a state that are spoken of without its name.
        people: Who acts for a state whose name or adjective stands in front.
        endings: By which the name of a state becomes an adjective.
        cut_off: Words that are written with a stop and end no sentence.
        claim: The forms in which a claim is cited.
    """

    source: str
    as_of: date
    verified: Verified
    generic: tuple[str, ...]
    before_state: tuple[str, ...]
    after_state: tuple[str, ...]
    alone: tuple[str, ...]
    actors: tuple[str, ...]
    people: tuple[str, ...]
    endings: tuple[str, ...]
    cut_off: tuple[str, ...]
    claim: tuple[Claim, ...]


@cache
def statement_words() -> StatementWords:
    """Return the words that ship."""
    content = files(__package__).joinpath(_DATA).read_bytes()
    return read_data(content, StatementWords, place=_DATA)


def plain(text: str) -> str:
    """Return a text as it is compared: lower case, one blank between words, nothing unseen.

    >>> plain("  State-Sponsored  act ")
    'state-sponsored act'
    """
    shown = (sign for sign in unicodedata.normalize("NFKC", text) if category(sign) != "Cf")
    return " ".join("".join(shown).casefold().split())


def is_generic(sentence: str) -> bool:
    """Tell whether a sentence uses general words and names no day and no number.

    >>> is_generic("He is known to take part."), is_generic("He is known to have acted in 2015.")
    (True, False)
    """
    said = plain(sentence)
    return not any(sign.isdigit() for sign in said) and any(
        holds(said, word) for word in statement_words().generic
    )


def is_dated(sentence: str) -> bool:
    """Tell whether a sentence names a year.

    >>> is_dated("On 4 May 2015 he sent it."), is_dated("He sent 20,150 letters.")
    (True, False)
    """
    words = "".join(sign if sign.isalnum() or sign in ",." else " " for sign in sentence).split()
    return any(
        len(bare) == _YEAR_LETTERS and bare.isdecimal() and _FIRST_YEAR <= int(bare) <= _LAST_YEAR
        for bare in (word.strip(",.") for word in words)
    )


def names_any(sentence: str, names: Iterable[str]) -> bool:
    """Tell whether a sentence holds one of the names, as whole words."""
    said = plain(sentence)
    return any(holds(said, plain(name)) for name in names if name.strip())


def is_several(sentence: str) -> bool:
    """Tell whether there is more than one sentence.

    >>> is_several("He wrote it. She sent it."), is_several("He lives at No. 5, as Mr. B. said.")
    (True, False)
    """
    words = sentence.split()
    return any(
        word[-1] in "!?" or (word[-1] == "." and _ends(word)) or word[-1] in "。؟"
        for word, after in pairwise(words)
        if after.lstrip("«“\"'([")[:1].isupper() or not after[:1].isascii()
    )


def attributes_to_state(sentence: str, states: Iterable[str]) -> bool:
    """Tell whether a sentence lays conduct at the door of a state without citing whose claim it is.

    Args:
        sentence: The sentence.
        states: Names by which states are called.

    >>> attributes_to_state("The attack was ordered by Aldria.", ["Aldria"])
    True
    >>> said = "The attack was attributed to Aldria by Borland on 2020-10-22."
    >>> attributes_to_state(said, ["Aldria", "Borland"])
    False
    >>> attributes_to_state(f"{said[:-1]}, and Aldrian officers directed it.", ["Aldria"])
    True
    """
    words, names = _folded(), [plain(name) for name in states if name.strip()]
    # Letters that look alike are one letter, once what cites a claim is out of the sentence.
    said = skeleton(_without_claims(plain(sentence), names))
    if any(holds(said, word) for word in words.alone):
        return True
    called = (form for name in names for form in _forms(name) if form in said)
    return any(_tied(said, name, words) for name in (*words.actors, *called))


def masked(sentence: str, names: Iterable[str]) -> str:
    """Return a sentence with the names of its subject taken out, to hold it against another."""
    said = plain(sentence)
    for name in sorted((plain(one) for one in names), key=len, reverse=True):
        said = said.replace(name, "*") if name else said
    return said


def holds(said: str, word: str) -> bool:
    """Tell whether a text holds a word or words, with nothing of another word around them."""
    return bool(_places(said, word))


def _places(said: str, word: str) -> list[int]:
    found, at = [], said.find(word)
    while word and at >= 0:
        before, after = said[at - 1 : at], said[at + len(word) : at + len(word) + 1]
        if not before.isalnum() and not after.isalnum():
            found.append(at)
        at = said.find(word, at + 1)
    return found


def _tied(said: str, name: str, words: StatementWords) -> bool:
    names = _places(said, name)
    if not names:
        return False
    for word in words.before_state:
        for at in _places(said, word):
            end = at + len(word)
            if any(end <= place <= end + _NEAR for place in names):
                return True
    for word in words.after_state:
        for at in _places(said, word):
            if any(_is_tight(said[place + len(name) : at], words) for place in names if place < at):
                return True
    return False


def _is_tight(between: str, words: StatementWords) -> bool:
    """Tell whether what stands between leaves a state, or who acts for it, the one who acts."""
    return 0 < len(between) <= _TIGHT or between.strip() in words.people


def _without_claims(said: str, names: list[str]) -> str:
    """Return a sentence without the clauses that cite a claim: to whom, by whom, on which day.

    The clause ends with its day, and is one clause: what stands beside it, or is put into it as
    a finding, is read like the rest.
    """
    for form in statement_words().claim:
        for at in reversed(_places(said, form.to)):
            end = _end_of_claim(said, at + len(form.to), form)
            if end and not _is_finding(said[at + len(form.to) : end], names):
                said = f"{said[:at]}{_CITED}{said[end:]}"
    return said


def _end_of_claim(said: str, start: int, form: Claim) -> int:
    """Return where the clause of a claim ends; 0: it is none."""
    rest = said[start:]
    by = next(iter(_places(rest, form.by)), None)
    if by is None:
        return 0
    for place in _places(rest, form.on):
        day = place + len(form.on)
        begins = day + len(rest[day:]) - len(rest[day:].lstrip())
        if place > by and _is_day(rest[begins:]) and not _PARTING.search(rest[:place]):
            return start + begins + _DAY_LETTERS
    return 0


def _is_finding(clause: str, names: list[str]) -> bool:
    words, said = _folded(), skeleton(clause)
    called = (form for name in names for form in _forms(name) if form in said)
    return any(_tied(said, name, words) for name in called)


@cache
def _folded() -> StatementWords:
    """Return the words that ship in the letters that stand for those that look alike."""
    words = statement_words()
    parts = ("before_state", "after_state", "alone", "actors", "people")
    folded = {part: tuple(map(skeleton, map(plain, getattr(words, part)))) for part in parts}
    return msgspec.structs.replace(words, **folded)


@lru_cache(maxsize=4096)
def _forms(name: str) -> tuple[str, ...]:
    """Return how a state is called: by its name, and as an adjective that is made from it."""
    bare = name.rstrip("aeiouy")
    stems = (name, bare) if len(bare) >= _STEM and " " not in name else (name,)
    made = (f"{stem}{ending}" for stem in stems for ending in statement_words().endings)
    every = (name, *made) if len(name) >= _STEM and " " not in name else (name,)
    return tuple(dict.fromkeys(skeleton(one) for one in every))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text.strip()[:10])
    except ValueError:
        return False
    return True


def _ends(word: str) -> bool:
    bare = word.rstrip(".").rpartition(".")[2].strip("()[]\"'")
    if bare.isdigit():
        return len(bare) > _DAY_FIGURES
    # An initial ends nothing, and neither does a word that is cut off.
    return len(bare) > 1 and bare.casefold() not in statement_words().cut_off


def state_names(states: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of states that a sentence may use, with the short one that stands in front.

    >>> state_names({"XA": "Aldria (Federation of)", "XB": "Borland, Kingdom of"})
    ('Aldria (Federation of)', 'Aldria', 'Borland, Kingdom of', 'Borland')
    """
    found = [
        part
        for name in states.values()
        for part in (name, name.partition(" (")[0], name.partition(", ")[0])
    ]
    return tuple(dict.fromkeys(found))
