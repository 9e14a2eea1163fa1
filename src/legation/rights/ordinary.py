"""Words that name nobody: a handle that is one of them stays where it stands as a plain word.

Somebody's handle may be "the". Were it replaced wherever it stands, every text would be
spoilt, and nothing of the person hidden. So a plain word stays when seeing it tells nothing:
it has one or two letters of a script with blanks, up to four digits (a year, an amount), or
is a function word of a language (by stopwords-iso) or a word of public affairs that ships, the
same notions in each language. How often a word stands in a file decides nothing: who wanted to
unmask a rare handle would only have to write it often. Where it is marked as a handle it is
replaced all the same: behind "@" or "u/", as "RT name:", "from:name", `?user=name`, in the
address of a profile or of a post.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

_WORDS: Final = Path(__file__).with_name("ordinary_words.toml")
# Handles of so many letters are words of a language before they are names.
_LONGEST_WORD: Final = 2
# In these scripts two letters are a person's name, and no blank parts it from its neighbours.
_SPACELESS: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "THAI", "LAO", "KHMER")
# Years and amounts; the ids of accounts have more on all networks that have grown.
_LONGEST_NUMBER: Final = 4

_STEPS: Final = (
    "u|usr|users?|user_?name|user_?id|uid|screen_?name|handle|accounts?|acct|authors?|by|members?|"
    "people|person|profiles?|channels?|c|who|add|from"
)
_HOSTS: Final = (
    r"youtube\.com|twitch\.tv|pinterest\.com|gab\.com|rumble\.com|parler\.com|weibo\.com|ok\.ru|"
    r"soundcloud\.com|patreon\.com|github\.com|telegram\.me|fb\.com|medium\.com|tumblr\.com|"
    r"threads\.net|truthsocial\.com|livejournal\.com|linktr\.ee|minds\.com"
)
# What stands before and behind a plain word that is marked as a handle; a few letters are read.
_READ: Final = 32
_BEFORE: Final = re.compile(
    rf"(?:(?<![0-9a-z_])(?:(?:{_STEPS})[/=]|(?:from|to|user|author|by):|(?:{_HOSTS})/)|[~@])\Z"
)
_REPOST: Final = re.compile(r"(?<![0-9a-z_])rt +\Z")
_BEHIND: Final = re.compile(
    r"/status(?:es)?/|\.(?:tumblr|substack|livejournal|wordpress|blogspot|medium|deviantart)\.com"
    r"|\.bsky\.social"
)


def is_ordinary(word: str) -> bool:
    """Tell whether a handle is a word, or a number, that names nobody.

    >>> [is_ordinary(word) for word in ("the", "News", "новости", "2024", "harbour_watch")]
    [True, True, True, True, False]
    """
    return _is_ordinary(written(word))


def written(word: str) -> str:
    """Return a word as the list has it: accents and vowel signs count, case and width do not."""
    plain = word if word.isascii() else unicodedata.normalize("NFKC", word)
    plain = plain.casefold().strip().removeprefix("@")
    if plain.isascii():
        return plain
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")


def is_marked(text: str, start: int, end: int) -> bool:
    """Tell whether a word of a text, in the form in which it is searched, is marked as a handle."""
    before = text[max(start - _READ, 0) : start]
    if _BEFORE.search(before) or _BEHIND.match(text, end):
        return True
    return text[end : end + 1] == ":" and _REPOST.search(before) is not None


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words that stay, in the form of `written`."""
    import stopwordsiso

    ours = tomllib.loads(_WORDS.read_text("utf-8"))
    shipped = " ".join([ours["addresses"], ours["organisations"], *ours["words"].values()]).split()
    said = [*stopwordsiso.stopwords(stopwordsiso.langs()), *shipped]
    return frozenset(filter(_has_letters_only, map(written, said)))


def _has_letters_only(word: str) -> bool:
    return bool(word) and all(unicodedata.category(letter)[0] in "LM" for letter in word)


def _is_ordinary(plain: str) -> bool:
    if plain.isdecimal():
        return len(plain) <= _LONGEST_NUMBER
    if plain in ordinary_words():
        return True
    return 0 < len(plain) <= _LONGEST_WORD and all(
        letter.isalpha() and not _spaceless(letter) for letter in plain
    )


@cache
def _spaceless(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_SPACELESS)
