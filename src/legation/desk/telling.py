"""How findings are told on a page: what changed, what a tie shows, what a list was asked for.

The sentences join what `saying` says of times, numbers and chances.
"""

from legation.app.history import Sighting
from legation.app.listing import Query
from legation.desk.plain import excerpt
from legation.desk.reading import Tie
from legation.desk.saying import (
    chance,
    count,
    day,
    language,
    layer,
    many,
    moment,
    of_many,
    span,
)
from legation.desk.tongues import gettext, isolated, ngettext, tongue
from legation.desk.vocabulary import word
from legation.threats.disinformation.findings import (
    Burst,
    Campaign,
    Quotation,
    Run,
    Significance,
)

_LIKENESS = "similarity"


def changed(newer: Sighting, older: Sighting | None) -> str:
    """Say what changed from one run's sighting of a campaign to the next."""
    if older is None:
        return gettext("the first that is kept")
    told_of = []
    if newer.came:
        came = ngettext("%(number)s account came", "%(number)s accounts came", newer.came)
        told_of.append(came % {"number": count(newer.came)})
    if newer.went:
        went = ngettext("%(number)s account went", "%(number)s accounts went", newer.went)
        told_of.append(went % {"number": count(newer.went)})
    if newer.grade != older.grade:
        sure = gettext("confidence from %(before)s to %(after)s")
        told_of.append(sure % {"before": _sure(older.grade), "after": _sure(newer.grade)})
    parts = (
        (older.ties, newer.ties, gettext("ties from %(before)s to %(after)s"), count),
        (older.first, newer.first, gettext("first act from %(before)s to %(after)s"), day),
        (older.last, newer.last, gettext("last act from %(before)s to %(after)s"), moment),
        (older.window_s, newer.window_s, gettext("window from %(before)s to %(after)s"), span),
    )
    told_of += [
        sentence % {"before": say(before), "after": say(after)}
        for before, after, sentence, say in parts
        if after != before
    ]
    return tongue().semicolon.join(told_of) or gettext("nothing")


def surprise(campaign: Campaign) -> str:
    """Say how far a campaign is from chance."""
    of = campaign.significance
    said = gettext(
        "The probability that people of the same hours, layers and languages go as far by "
        "chance, corrected for the search, is %(chance)s."
    ) % {"chance": chance(of.p_value)}
    if of.look is None:
        return said
    found = {
        "pairs": of_many(of.trials, "pair"),
        "reached": count(of.reached),
        "expected": by_chance(of),
    }
    if of.look == "far":
        shape = gettext(
            "Of %(pairs)s of accounts that meet often, %(reached)s go further than one in a "
            "thousand does by chance, where chance explains %(expected)s."
        )
    elif of.look == "near":
        shape = gettext(
            "Of the %(pairs)s of accounts that it takes to hold the campaign together, "
            "%(reached)s go further than one in twenty does by chance, where chance explains "
            "%(expected)s."
        )
    else:
        shape = gettext(
            "Of %(pairs)s of accounts that meet often, one goes so far that chance explains "
            "%(expected)s such pairs."
        )
    return f"{shape % found} {said}"


def by_chance(of: Significance) -> str:
    """Return how many of the pairs that were counted chance explains, never as none."""
    expected = of.trials * of.rate
    return count(expected) if expected >= 0.01 else chance(expected)  # noqa: PLR2004 - as `count` rounds


def looked_at(run: Run) -> str:
    """Say what a run looked at."""
    if not run.posts:
        return gettext("no posts: all were taken back")
    return gettext("%(posts)s by %(accounts)s, %(first)s to %(last)s") % {
        "posts": many(run.posts, "post"),
        "accounts": of_many(run.accounts, "account"),
        "first": day(run.first),
        "last": day(run.last),
    }


def burst_words(burst: Burst) -> str:
    """Say a day far above the usual."""
    return gettext("%(day)s: %(posts)s, where %(usual)s are usual") % {
        "day": day(burst.start),
        "posts": many(burst.posts, "post"),
        "usual": count(burst.usual),
    }


def quoted_words(quotation: Quotation) -> str:
    """Say how many posts have a text, and how many share the object for which it stands."""
    had = {
        "posts": many(quotation.posts, "post"),
        "accounts": of_many(quotation.accounts, "account"),
    }
    if not quotation.layer:  # kept before the two were counted apart
        return gettext("%(posts)s by %(accounts)s share what this one shares") % had
    text = gettext("Exactly this text: %(posts)s by %(accounts)s") % had
    return tongue().semicolon.join(
        (
            text,
            gettext("%(act)s: %(posts)s by %(accounts)s")
            % {
                "act": layer(quotation.layer),
                "posts": many(quotation.object_posts, "post"),
                "accounts": of_many(quotation.object_accounts, "account"),
            },
        )
    )


def read_words(campaign: Campaign) -> str:
    """Say of which posts the words were read: for terms and languages."""
    every = sum(campaign.hours)
    if campaign.posts_read is None:
        return gettext("How many posts were read was not kept.")
    if campaign.posts_read >= every:
        return gettext("Read: %(posts)s, all that the members wrote.") % {
            "posts": many(campaign.posts_read, "post")
        }
    return gettext("Read: %(posts)s of %(all)s, evenly spaced in time.") % {
        "posts": many(campaign.posts_read, "post"),
        "all": count(every),
    }


def share_words(campaign: Campaign) -> str:
    """Say of what a language's share is one."""
    if campaign.posts_read is None:
        return gettext("Share of the members")
    return gettext("Share of the posts of the members")


def pairs_words(shown: int, pairs: int, campaign: Campaign) -> str:
    """Say of how many pairs of accounts some are shown, and how many of those are ties."""
    return gettext(
        "The strongest %(shown)s of %(pairs)s of accounts in its evidence; validated ties: %(ties)s"
    ) % {"shown": count(shown), "pairs": of_many(pairs, "pair"), "ties": count(campaign.ties)}


def asked_words(query: Query) -> str:
    """Say a filter of the list of campaigns."""
    parts = (
        (query.grade, gettext("confidence: %(value)s"), _sure),
        (query.layer, gettext("layer: %(value)s"), _layer_name),
        (query.language, gettext("language: %(value)s"), language),
        (query.words, gettext("words: %(value)s"), _quoted),
        (query.mark, gettext("mark: %(value)s"), str),
    )
    told_of = [sentence % {"value": say(value)} for value, sentence, say in parts if value]
    return tongue().semicolon.join(told_of)


def layers_of(campaign: Campaign) -> tuple[str, ...]:
    """Return the layers of a campaign's lists: those of its co-actions, and likeness last.

    A likeness of wording is no co-action, and its pairs of posts stand in the lists all the same.
    """
    return (*campaign.co_actions, *((_LIKENESS,) if likened_of(campaign) else ()))


def likened_of(campaign: Campaign) -> int:
    """Return how many members joined by likeness; no co-action counts them."""
    return sum(_LIKENESS in one.layers for one in campaign.accounts)


def tie_words(tie: Tie, window_s: int) -> str:
    """Say of a tie what was seen, what chance explains, and how sure that is."""
    if _LIKENESS in tie.layers:
        seen = gettext(
            "They wrote the same sentences, in %(pairs)s of posts, any time apart, between "
            "%(first)s and %(last)s."
        )
    else:
        seen = gettext(
            "They met in %(pairs)s of posts within %(window)s of each other, between %(first)s "
            "and %(last)s."
        )
    if tie.tie == "joined":
        proves = gettext(
            "One of the two joined the campaign as a single account: the pair is no validated "
            "tie, and these posts alone prove nothing about the two."
        )
    elif tie.expected is None:
        proves = gettext("What chance explains for these two was not kept.")
    else:
        about = gettext("Chance explains about %(number)s.")
        proves = about % {"number": count(tie.expected)}
    told_of = [
        seen
        % {
            "pairs": of_many(tie.post_pairs, "pair"),
            "window": span(window_s),
            "first": day(tie.first),
            "last": day(tie.last),
        },
        proves,
    ]
    if tie.q is not None:
        rate = gettext(
            "Of all ties at least as strong as this one, a share of %(share)s is expected to be "
            "false."
        )
        told_of.append(rate % {"share": chance(tie.q)})
    return " ".join(told_of)


def _sure(grade: str) -> str:
    return word(grade, "confidence")


def _layer_name(name: str) -> str:
    return word(name, "layer")


def _quoted(text: str) -> str:
    return isolated(tongue().quoted(excerpt(text, 300).text))
