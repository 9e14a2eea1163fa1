"""Words that may name a person, by a plain rule: a letter leaves out what holds them.

Two capitalised words in a row that are no known state, organisation or month, a title with a
capitalised word after it, a handle, an address of mail or a number: that is all the rule sees. It
finds what names nobody, and misses a name of one word. In a script without capitals it cannot
tell, and says so. A person reads each letter all the same.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from legation.knowledge.organisations import organisations
from legation.knowledge.states import states
from legation.safeguards.cases.persons import naming_somebody

RULE: Final = (
    "a plain rule: two capitalised words in a row that are no known state, organisation or month, "
    "a title with a name, a handle, an address or a number"
)
NO_CAPITALS: Final = "a script without capitals"
_WORD: Final = re.compile(r"[^\W\d_]\.(?=\s?[^\W\d_])|[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")


def _words(said: str) -> frozenset[str]:
    return frozenset(said.split())


_MONTHS: Final = _words(
    "january february march april may june july august september october november december"
)
_TITLES: Final = _words(
    "mr mrs ms miss dr prof professor sir dame lord lady herr frau monsieur madame president "
    "minister ambassador consul general colonel major captain lieutenant admiral judge senator "
    "deputy chancellor secretary director spokesman spokeswoman spokesperson"
)
# Words that begin a sentence, and words of institutions and of texts: no part of a name.
_NO_NAME: Final = _words(
    "a an the this that these those its our their his her it he she they we you i in on at by for "
    "from of to with after before during since until when while as and but or if not no all some "
    "two three four five six seven eight nine ten several many most each every one both "
    "monday tuesday wednesday thursday friday saturday sunday "
    "ministry ministries office council court committee commission parliament senate assembly "
    "federal national state states government embassy consulate mission service services agency "
    "bureau department police army navy bank university institute party union republic kingdom "
    "foreign affairs interior defence defense justice press security internal external public "
    "prime vice chief former high central european international united nations north south east "
    "west article articles section regulation decision directive convention protocol charter act "
    "law annex rule resolution treaty official journal unit group team house city"
)
_PARTICLES: Final = _words("von van der den de la le di da del bin ibn al el ben dos das")


def may_name(words: str) -> str:
    """Return the first words that may name a person; empty: the rule sees none.

    >>> may_name("The Ministry of Foreign Affairs said in April that Jane Roe wrote it")
    'Jane Roe'
    >>> may_name("In May 2015 the United Kingdom told the European Union")
    ''
    """
    if found := naming_somebody(words):
        return found
    if any(letter.isalpha() and letter.lower() == letter.upper() for letter in words):
        return NO_CAPITALS
    text = _several_words().sub("|", words)
    for run in _runs(text):
        told = [one.group().rstrip(".").casefold() for one in run]
        names = [one for one in told if one not in _TITLES]
        known = all(one in _MONTHS or one in _one_word() for one in names)
        if names and not known and (told[0] in _TITLES or len(names) > 1):
            return text[run[0].start() : run[-1].end()]
    return ""


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield capitalised words that stand in a row; what is known breaks the row."""
    run: list[re.Match[str]] = []
    end = 0
    for found in _WORD.finditer(text):
        said = found.group().casefold()
        if run and text[end : found.start()].strip():
            yield run
            run = []
        end = found.end()
        if found.group()[0].isupper() and said not in _NO_NAME:
            run.append(found)
        elif run and said not in _PARTICLES:
            yield run
            run = []
    if run:
        yield run


@cache
def _one_word() -> frozenset[str]:
    return frozenset(name.casefold() for name in _names() if " " not in name)


@cache
def _several_words() -> re.Pattern[str]:
    """Return what finds the names of states and organisations that have more than one word."""
    several = sorted((name for name in _names() if " " in name), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, several))})\b", re.IGNORECASE)


def _names() -> Iterable[str]:
    bodies = organisations().values()
    return (*states().values(), *(one.name for one in bodies), *(one.code for one in bodies))
