"""What a campaign says: the terms that mark its members' posts against other people's.

A comparison holds within one language alone: beside posts of another language the function
words of a language look like a message. Where there is too little to compare with, or where
what marks the posts stands in hardly any of them, the answer is that it cannot be told.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from legation.text.language_names import LANGUAGE_NAMES
from legation.text.terms import MIN_AUTHORS, MIN_POSTS, Counted, count_terms, find_terms
from legation.threats.disinformation.findings import (
    Compared,
    LanguageShare,
    Term,
)
from legation.threats.disinformation.naming import LEAST_MARK, marks

if TYPE_CHECKING:
    from legation.threats.disinformation.description import Material

UNDETERMINED: Final = "und"
# Of a term that none of 300 other posts has, the interval begins at a seventeenth of the ratio:
# one in a twelfth of a campaign's posts can just be told to be three times as frequent. With fewer
# posts hardly any term could.
LEAST_BACKGROUND: Final = 300
_MAIN_SHARE: Final = 0.5
_LANGUAGES: Final = 8


@dataclass(frozen=True, slots=True)
class Narrative:
    """What marks a campaign's posts, or why that cannot be told.

    Attributes:
        terms: Those that mark its posts, the most certain first.
        compared: Of which posts all their figures are; None where nothing was compared.
        unknown: Why it cannot be told by what narrative; empty where it can.
    """

    terms: tuple[Term, ...] = ()
    compared: Compared | None = None
    unknown: str = ""


def main_language(languages: Sequence[str]) -> str:
    """Return the language of at least half of the posts whose language can be told, or `und`.

    >>> main_language(["ru", "und", "und", "ru", "en"]), main_language(["ru", "en", "de"])
    ('ru', 'und')
    """
    told = Counter(one for one in languages if one != UNDETERMINED)
    if not told:
        return UNDETERMINED
    language, posts = min(told.items(), key=lambda item: (-item[1], item[0]))
    return language if posts >= _MAIN_SHARE * told.total() else UNDETERMINED


def narrative(material: "Material") -> Narrative:
    """Tell by what terms the members' posts are marked, within their main language."""
    if not material.texts:
        return Narrative(unknown="the data hold no texts of these posts")
    language = main_language(material.text_languages)
    if language == UNDETERMINED:
        return Narrative(unknown="no language has half of the posts whose language can be told")
    own = [at for at, code in enumerate(material.text_languages) if code == language]
    authors = [int(material.text_authors[at]) for at in own]
    given = material.background
    others = given if isinstance(given, Counted) else count_terms(given)
    named = LANGUAGE_NAMES.get(language, language)
    if others.read < LEAST_BACKGROUND:
        return Narrative(
            unknown=f"too few posts of other people in {named} to compare with: "
            f"{others.read} of at least {LEAST_BACKGROUND}"
        )
    compared = Compared(
        language=language,
        posts=len(own),
        accounts=len(set(authors)),
        background=others.read,
        others=len(others.wrote),
    )
    found = find_terms([material.texts[at] for at in own], others, authors=authors)
    terms = tuple(
        Term(
            term=one.term,
            posts=one.posts,
            ratio=one.ratio,
            accounts=one.authors,
            background=one.background,
            low=one.low,
            high=one.high,
        )
        for one in found
    )
    return Narrative(terms=terms, compared=compared, unknown=_unmarked(terms, compared))


def _unmarked(terms: Sequence[Term], compared: Compared) -> str:
    """Say why no term tells by what narrative; nothing where one does."""
    if marks(terms, compared):
        return ""
    if not terms:
        return (
            f"no term stands in {MIN_POSTS} posts of {MIN_AUTHORS} members and clearly in "
            "a larger share of theirs than of other people's"
        )
    most = max(term.posts for term in terms)
    return (
        f"no marking term stands in one post of {round(1 / LEAST_MARK)}; the most frequent "
        f"stands in {most} of {compared.posts}"
    )


def language_shares(languages: Sequence[str]) -> tuple[tuple[LanguageShare, ...], int]:
    """Return the shares of the members' posts by language, most first, and how many are left out.

    >>> shares, more = language_shares(["en"] * 3 + ["fr"])
    >>> [(one.language, one.share) for one in shares], more
    ([('en', 0.75), ('fr', 0.25)], 0)
    """
    spoken = Counter(languages)
    total = spoken.total()
    ordered = sorted(spoken.items(), key=lambda item: (-item[1], item[0]))
    shown = tuple(
        LanguageShare(language=name, share=round(count / total, 4))
        for name, count in ordered[:_LANGUAGES]
    )
    return shown, len(ordered) - len(shown)
