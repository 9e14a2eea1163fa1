"""A campaign said short, wherever it is met first: who, when, how sure, what, what is not known.

The sentence holds what was measured and nothing beyond it: "coordinated" is never
turned into "inauthentic", and nobody is named as a target.
"""

from typing import Final

import msgspec

from legation.desk.plain import excerpt
from legation.desk.saying import day, language, listed, many, quotation, share
from legation.desk.tongues import gettext, tongue
from legation.desk.vocabulary import word
from legation.threats.disinformation.findings import Campaign
from legation.threats.disinformation.naming import marks

# With fewer words a post is a link or a call, and tells no story.
_WORDS: Final = 5


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign in one sentence; strangers' words stand apart, to be shown as theirs.

    Attributes:
        beside: What stands behind each of the terms: its share of the posts.
    """

    before: str
    terms: tuple[str, ...]
    after: str
    beside: tuple[str, ...] = ()

    def marks(self) -> tuple[tuple[str, str], ...]:
        """Return each term with what stands behind it."""
        return tuple(zip(self.terms, self.beside, strict=True))

    def text(self) -> str:
        """Return the sentence as one text."""
        marks = (quotation(term) + beside for term, beside in self.marks())
        return self.before + listed(marks) + self.after


def sentence(campaign: Campaign) -> Sentence:
    """Say a campaign: who acted when and how sure, by what words, and what is not known.

    A term stands with its share of the members' posts; one in fewer of them than one of 20 is
    no narrative.
    Whom it is aimed at is no part of what is measured, so the sentence never names anybody.
    """
    of = campaign.compared
    marking = tuple(one for one in marks(campaign.terms, of)[:3] if one.term.strip())
    worded = _worded(campaign) if marking else _unworded()
    unknown = gettext(
        "not known: whom this is aimed at, who directs the accounts, and whether they deceive."
    )
    whole = tongue().semicolon.join((_acted(campaign), worded, unknown))
    before, _, after = whole.partition("\0")
    return Sentence(
        before=before,
        terms=tuple(excerpt(one.term, 40).text for one in marking),
        after=after,
        beside=tuple(f" {share(one.posts / of.posts)}" if of else "" for one in marking),
    )


def _acted(campaign: Campaign) -> str:
    first, last = day(campaign.first), day(campaign.last)
    if first == last:
        said = gettext("%(accounts)s acted together on %(first)s, with %(grade)s confidence")
    else:
        said = gettext(
            "%(accounts)s acted together from %(first)s to %(last)s, with %(grade)s confidence"
        )
    return said % {
        "accounts": many(len(campaign.accounts), "account"),
        "first": first,
        "last": last,
        "grade": word(campaign.grade, "confidence"),
    }


def _worded(campaign: Campaign) -> str:
    """Say what sets the posts apart, with a gap for the terms."""
    if campaign.compared is None:  # kept before it was told of which posts
        return gettext("words that set their posts apart: %(terms)s") % {"terms": "\0"}
    return gettext(
        "words that set their posts in %(language)s apart, each with its share of these posts: "
        "%(terms)s"
    ) % {"language": language(campaign.compared.language), "terms": "\0"}


def _unworded() -> str:
    return gettext("what they push cannot be told from their words")


def headline(campaign: Campaign) -> str:
    """Say a campaign in one sentence, as one text."""
    return sentence(campaign).text()


def example(campaign: Campaign) -> str:
    """Return a post that lets a reader know what it is about; empty where none is readable.

    Of the posts on what most members share, the first with some words besides names and links.
    """
    for one in campaign.quotations:
        words = [each for each in one.text.split() if each.isalpha() or each[:-1].isalpha()]
        if len(words) >= _WORDS:
            return one.text
    return ""
