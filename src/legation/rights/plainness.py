"""Whether an order is plainly about hostile conduct: only such a one holds at once.

A list of people whom no order may be aimed at is never whole. So this asks the other way round:
the order must name a conduct of a closed list, and every word of it must be known to name nobody,
in aim and target more narrowly than in the reasons. What is left, such as a name, a group, a
place, a nickname or a misspelt word, waits for a second person. Nothing here refuses anything, and
nothing reads a setting.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from legation.rights.aims import any_of, every_word
from legation.rights.lettering import folded, readings, words_of

_DATA: Final = "plain_words.toml"
_HAN: Final = re.compile("[\u4e00-\u9fff]+")
_ARABIC_BEFORE: Final = re.compile(
    "^(?:[\u0648\u0641])?(?:[\u0628\u0644\u0643])?(?:\u0627\u0644|\u0644)?(?=\\w{2})"
)
# A longer ending makes another word: "accountant" is no account.
_ENDING: Final = 4
# Two capitals side by side within a sentence are how a person is named.
_NAMED: Final = re.compile(r"(?<=[\w,;] )[^\W\d_a-z][^\W\d_]+ [^\W\d_a-z][^\W\d_]+")
# One letter wrong in a word of so many is a slip or a disguise; in shorter ones, another word.
_LONG: Final = 8
_BACKWARDS: Final = 6


def names_hostile(text: str) -> bool:
    """Tell whether a text names a hostile conduct of the list.

    >>> names_hostile("domains that imitate ours"), names_hostile("accounts that post a slogan")
    (True, False)
    """
    return _holds("hostile", text)


def points_outside(text: str) -> bool:
    """Tell whether a text points to accounts that were picked, or to a list elsewhere."""
    return _holds("outside", text)


def names_groups(text: str) -> bool:
    """Tell whether a text mentions a group, a place of assembly, or what may be a personal name.

    >>> names_groups("only those of Ana Kovic are read"), names_groups("only public posts")
    (True, False)
    """
    named = (one.group().split() for one in _NAMED.finditer(text))
    return _holds("groups", text) or any(all(map(str.istitle, words)) for words in named)


def all_plain(text: str) -> bool:
    """Tell whether every word of a text is known, in one language, to name nobody.

    >>> all_plain("find domains that imitate the embassy"), all_plain("find what Ivan posts")
    (True, False)
    """
    words = folded(text).split()
    return any(all(_plain(word, language) for word in words) for language in words_of("known")) or (
        bool(_HAN.search(text)) and all(_plain_signs(word) for word in words)
    )


def names_nobody(text: str) -> bool:
    """Tell whether every word of a reason is known, in one language, to name nobody.

    >>> names_nobody("nothing less would show it"), names_nobody("those meant are of the valley")
    (True, False)
    """
    words = folded(text).split()
    return any(all(_reasons(word, language) for word in words) for language in words_of("known"))


def almost_listed(text: str) -> bool:
    """Tell whether a word is a refused one with a letter wrong, or one written backwards.

    >>> almost_listed("the jurnalists"), almost_listed("stsilanruoj"), almost_listed("a treaty")
    (True, True, False)
    """
    return any(
        _slips(word) or _backwards(word)
        for word in folded(text).split()
        if not word.startswith(_long_stems())
    )


def _holds(table: str, text: str) -> bool:
    return any(any_of(table, each, _DATA) for each in readings(text))


def _plain(word: str, language: str) -> bool:
    exact, stems = _vocabulary(language)
    for each in {word, _ARABIC_BEFORE.sub("", word)} if language == "ar" else {word}:
        if each in exact or each.isdecimal():
            return True
        if any(each.startswith(stem) and len(each) <= len(stem) + _ENDING for stem in stems):
            return True
    return False


def _reasons(word: str, language: str) -> bool:
    return word in _reasoning(language) or _plain(word, language)


@cache
def _reasoning(language: str) -> frozenset[str]:
    turning, reasons = words_of("turning", _DATA), words_of("reasons", _DATA)
    listed = [*turning.get(language, ()), *reasons.get(language, ())]
    return frozenset(part for word in listed for part in folded(word).split())


def _plain_signs(word: str) -> bool:
    exact, _ = _vocabulary("zh")
    rest = word
    for known in sorted(exact, key=len, reverse=True):
        rest = rest.replace(known, " ")
    return not rest.strip()


@cache
def _vocabulary(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the whole words of a language that name nobody, and the stems."""
    plain = words_of("plain", _DATA)
    small = set(words_of("known").get(language, ())) - set(
        words_of("turning", _DATA).get(language, ())
    )
    listed = [*plain["every"], *plain[language]]
    whole = {word for word in listed if not word.endswith("*")} | small
    folds = frozenset(part for word in whole for part in folded(word).split())
    return folds, tuple(folded(word).strip() for word in listed if word.endswith("*"))


def _backwards(word: str) -> bool:
    turned = word[::-1]
    return len(word) >= _BACKWARDS and any(
        turned.startswith(stem) for stem in _stems() if len(stem) >= _BACKWARDS
    )


def _slips(word: str) -> bool:
    """Tell whether the beginning of a word is a long refused one but for one letter."""
    near = _near()
    for size in range(_LONG - 1, len(word) + 1):
        start = word[:size]
        if any(
            _one_apart(start, stem)
            for left in (start, *_shorter(start))
            for stem in near.get(left, ())
        ):
            return True
    return False


def _one_apart(one: str, other: str) -> bool:
    """Tell whether two words are one letter added, dropped, changed or moved by one apart."""
    if one == other:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return abs(len(one) - len(other)) == 1
    return (
        one[at + 1 :] == other[at + 1 :]
        or one[at + 1 :] == other[at:]
        or one[at:] == other[at + 1 :]
        or (one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :])
    )


def _shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


@cache
def _stems() -> frozenset[str]:
    return frozenset(stem for stem in every_word() if " " not in stem and not _HAN.search(stem))


@cache
def _long_stems() -> tuple[str, ...]:
    """Return the refused words that are too long to begin another word by chance."""
    return tuple(stem for stem in _stems() if len(stem) >= _LONG - 1)


@cache
def _near() -> dict[str, list[str]]:
    """Return the long refused words by what is left of each without one letter."""
    found: dict[str, list[str]] = {}
    for stem in _stems():
        if len(stem) >= _LONG:
            for left in (stem, *_shorter(stem)):
                found.setdefault(left, []).append(stem)
    return found
