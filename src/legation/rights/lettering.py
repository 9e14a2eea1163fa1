"""Letters as they are compared, and the ways in which a word hides behind them.

A list of words is worth nothing if a Cyrillic letter, a blank or a sign that nobody sees leads past
it. So texts and lists are folded alike before they are compared: no case, no accents, one letter
for those that look the same, simplified signs for traditional ones. What has no use but to hide a
word, such as letters of two alphabets in one, is named as such.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Literal

Disguise = Literal[
    "signs that cannot be seen",
    "letters of two alphabets in one word",
    "letters with blanks or signs between them",
    "letters under heaps of accents",
    "signs that are drawn as letters",
]

# What no name is written with; rare letters and initials with blanks are.
HIDING: Final[frozenset[Disguise]] = frozenset(
    {"signs that cannot be seen", "letters of two alphabets in one word"}
)
_DATA: Final = "order_words.toml"
_SAME: Final = str.maketrans({"\u0649": "\u064a", "\u0629": "\u0647", "\u0640": None})
_BETWEEN: Final = re.compile(r"[\W_]+")
_UNSEEN: Final = frozenset({"Mn", "Mc", "Me", "Cf"})
_MARKS: Final = frozenset({"Mn", "Me"})
# Five letters that stand alone in a row are no five words in any language.
_PARTED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][\W_]{1,3}){4,}[^\W\d_](?![^\W_])")
_DOTTED: Final = re.compile(r"\w(?:\.\w)+\.?")
# Between two digits and letters they stand for letters: j0urna1ists.
_DIGITS: Final = (
    str.maketrans("013457$", "oleasts"),
    str.maketrans("013457$", "oieasts"),
)
_WORD: Final = re.compile(r"[^\W_$]+(?:\$[^\W_$]*)*")
# Alphabets with letters that look like another one's.
_ALPHABETS: Final = frozenset(
    {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET", "GEORGIAN"}
)
# Latin letters that no language of today's states needs.
_RARE: Final = re.compile("[\u0250-\u02af\u1d00-\u1dbf\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f]")
_SPACES: Final = "\u200b\u2060\ufeff\u180e\u00ad"
_TURNS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_JOINERS: Final = "\u200c\u200d"
_MOST_MARKS: Final = 3


@cache
def words_of(table: str, data: str = _DATA) -> dict[str, list[str]]:
    """Return a table of `order_words.toml` or of another file; words in one text are parted."""
    import tomllib

    listed = tomllib.loads(files("legation.rights").joinpath(data).read_text("utf-8"))
    return {
        name: words.split() if isinstance(words, str) else list(words)
        for name, words in listed[table].items()
    }


def folded(text: str) -> str:
    """Return a text as it is compared, with a blank before and after it.

    >>> folded("Jour\u0430nal\u00edst"), folded("\u8a18\u8005")
    (' jouranalist ', ' \u8bb0\u8005 ')
    """
    plain = unicodedata.normalize("NFKC", text).translate(_table("chinese")).casefold()
    plain = unicodedata.normalize("NFKD", plain)
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN)
    kept = kept.translate(_SAME).translate(_table("alike"))
    return " " + _BETWEEN.sub(" ", kept).strip() + " "


@lru_cache(maxsize=2048)
def readings(text: str) -> tuple[str, ...]:
    """Return a folded text in each way that it can be read.

    As it is; with its capitals as the Latin ones that they look like; with digits as letters.
    """
    plain = unicodedata.normalize("NFKC", text)
    ways = [plain, plain.translate(_table("capital"))]
    for digits in _DIGITS:
        ways += [" ".join(word.translate(digits) for word in _mixed(plain))]
    return tuple(dict.fromkeys(map(folded, ways)))


def disguises(text: str) -> tuple[Disguise, ...]:
    """Return the ways in which a text hides its words; none in what is plainly written.

    >>> disguises("j o u r n a l i s t s"), disguises("the VPN of the O.S.C.E.")
    (('letters with blanks or signs between them',), ())
    """
    return tuple(dict.fromkeys(_disguises(text)))


def scripts(text: str) -> dict[str, int]:
    """Return how many letters of each script a text has, by the standard's names."""
    found: dict[str, int] = {}
    for sign in unicodedata.normalize("NFKC", text):
        if sign.isalpha():
            script = _script(sign)
            found[script] = found.get(script, 0) + 1
    return found


def _mixed(text: str) -> list[str]:
    """Return the words of a text that have digits between their letters."""
    found = []
    for word in _WORD.findall(text):
        inner = word.strip("0123456789$")
        if inner and not inner.isalpha():
            found.append(word)
    return found


def _disguises(text: str) -> Iterator[Disguise]:
    inner = text.lstrip("\ufeff")
    if any(sign in inner for sign in _SPACES + _TURNS) or _joined_oddly(inner):
        yield "signs that cannot be seen"
    plain = unicodedata.normalize("NFKC", "".join(c for c in inner if c not in _SPACES + _JOINERS))
    for word in re.findall(r"[^\W\d_]+", plain):
        if len({_script(sign) for sign in word} & _ALPHABETS) > 1:
            yield "letters of two alphabets in one word"
            break
    bare = "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN)
    if any(
        not (_DOTTED.fullmatch(each) and each == each.upper()) for each in _PARTED.findall(bare)
    ):
        yield "letters with blanks or signs between them"
    row = 0
    for sign in unicodedata.normalize("NFD", plain):
        row = row + 1 if unicodedata.category(sign) in _MARKS else 0
        if row >= _MOST_MARKS:
            yield "letters under heaps of accents"
            break
    if _RARE.search(plain) or any(_drawn(sign) for sign in plain):
        yield "signs that are drawn as letters"


def _joined_oddly(text: str) -> bool:
    """Tell whether a joiner stands in a word of a script that needs none."""
    for at, sign in enumerate(text):
        if sign in _JOINERS:
            around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
            if any(_script(one) in _ALPHABETS or one.isascii() for one in around if one.isalnum()):
                return True
    return False


def _drawn(sign: str) -> bool:
    name = unicodedata.name(sign, "")
    return unicodedata.category(sign) == "So" and (
        "REGIONAL INDICATOR" in name or "LATIN CAPITAL LETTER" in name
    )


def _script(sign: str) -> str:
    return unicodedata.name(sign, "NONE").split(" ", 1)[0].split("-", 1)[0]


@cache
def _table(name: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in words_of("letters")[name]}
