"""How a page tells what a campaign says, and on which days it spoke far above its usual.

Each figure stands with the posts that it is of; what cannot be told is said with its reason.
"""

from legation.desk.saying import count, language, many, of_many, share, told_text
from legation.desk.tongues import gettext, ngettext
from legation.threats.disinformation.findings import Campaign, Term
from legation.threats.disinformation.naming import marks

__all__ = [
    "bursts_words",
    "compared_words",
    "more_languages_words",
    "narrative_words",
    "rest_share",
    "term_ratio",
    "term_share",
]


def compared_words(campaign: Campaign) -> str:
    """Say of which posts the figures of the terms are."""
    of = campaign.compared
    if of is None:  # kept before it was told
        return gettext(
            "Terms used more than in the background; counted in other posts than the ratio"
        )
    return gettext(
        "Terms used more than by other people. All figures are of the same posts in %(language)s, "
        "at most 20 of each account: %(posts)s by %(accounts)s of the campaign, against "
        "%(background)s by %(others)s in no campaign. Behind each ratio stands its 95 %% interval"
    ) % {
        "language": language(of.language),
        "posts": many(of.posts, "post"),
        "accounts": of_many(of.accounts, "account"),
        "background": many(of.background, "post"),
        "others": of_many(of.others, "account"),
    }


def term_share(term: Term, campaign: Campaign) -> str:
    """Say in which share of the posts a term stands."""
    of = campaign.compared
    return share(term.posts / of.posts) if of and of.posts else gettext("not kept")


def term_ratio(term: Term, campaign: Campaign) -> str:
    """Say how many times as often a term is used, with its interval where that was kept."""
    if campaign.compared is None:
        return f"{count(term.ratio)} \N{MULTIPLICATION SIGN}"
    return gettext("%(ratio)s \N{MULTIPLICATION SIGN} (%(low)s to %(high)s)") % {
        "ratio": count(term.ratio),
        "low": count(term.low),
        "high": count(term.high),
    }


def narrative_words(campaign: Campaign) -> str:
    """Say why it cannot be told by what narrative; nothing where the terms tell it."""
    if campaign.no_narrative:
        return gettext("Cannot tell by what narrative: %(reason)s.") % {
            "reason": told_text(campaign.no_narrative)
        }
    if marks(campaign.terms, campaign.compared):
        return ""
    return gettext("Cannot tell by what narrative; why was not kept.")


def bursts_words(campaign: Campaign) -> str:
    """Say of how many days far above the usual some are listed, and what is usual."""
    shown, every = len(campaign.bursts), campaign.burst_days
    if every is None:  # kept before they were counted
        return gettext(
            "Days far above their own usual, flagged in the chart; at most 10 were kept:"
        )
    if shown < every:
        listed = gettext(
            "The %(shown)s with most posts of %(all)s days far above their usual, flagged in the "
            "chart."
        ) % {"shown": count(shown), "all": count(every)}
    else:
        listed = gettext("Days far above their usual, flagged in the chart.")
    usual = gettext(
        "Usual is the median of the days with posts around, up to 14 before and 14 after; days "
        "without a post are left out."
    )
    return f"{listed} {usual}"


def more_languages_words(campaign: Campaign) -> str:
    """Say how many languages are not listed."""
    return ngettext(
        "%(number)s more language", "%(number)s more languages", campaign.more_languages
    ) % {"number": count(campaign.more_languages)}


def rest_share(campaign: Campaign) -> str:
    """Say which share of the posts the languages have that are not listed."""
    return share(max(1 - sum(one.share for one in campaign.languages), 0.0001))
