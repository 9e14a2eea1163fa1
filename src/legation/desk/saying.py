"""How values are said on a page: times, numbers, chances, layers, one sentence for a campaign.

A reader who is no statistician must be able to repeat aloud what stands here. A
chance is never shown as 0, a time never without its zone, and "coordinated" is never
turned into "inauthentic".
"""

from datetime import UTC, datetime

from legation.threats.disinformation.findings import Campaign, Run

LAYERS = {
    "repost": "reposting the same post",
    "link": "posting the same link",
    "image": "posting the same picture",
    "text": "posting the same text",
    "near-text": "posting nearly the same text",
    "hashtags": "using the same hashtags in the same order",
    "reply": "answering the same post",
    "similarity": "writing the same sentences",
}
TRAITS = {
    "rhythm": "hours of posting",
    "hashtags": "hashtags used",
    "hosts": "hosts linked to",
    "style": "shape of own texts",
}
LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "und": "cannot tell",
    "zh": "Chinese",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_LEAST_CHANCE = 0.0001


def day(at: float) -> str:
    """Return the day of a time.

    >>> day(1772409600)
    '2 March 2026'
    """
    when = datetime.fromtimestamp(at, UTC)
    return f"{when.day} {when:%B %Y}"


def short_day(at: float) -> str:
    """Return a day for the foot of a chart.

    >>> short_day(1772409600)
    '2 Mar'
    """
    when = datetime.fromtimestamp(at, UTC)
    return f"{when.day} {when:%b}"


def moment(at: float) -> str:
    """Return a time to the second, with its zone.

    >>> moment(1772409600)
    '2026-03-02 00:00:00 UTC'
    """
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"


def machine_time(at: float) -> str:
    """Return a time as the `datetime` attribute wants it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def count(number: float) -> str:
    """Return a number with its thousands apart; one decimal where it is small and broken.

    >>> count(1204), count(0.4321), count(31.25)
    ('1,204', '0.43', '31.2')
    """
    if float(number).is_integer():
        return f"{int(number):,}"
    return f"{number:.2f}" if number < 10 else f"{number:,.1f}"  # noqa: PLR2004 - two digits


def chance(p: float) -> str:
    """Return a probability, never as zero.

    >>> chance(0.0), chance(0.0123)
    ('under 0.0001', '0.012')
    """
    return f"under {_LEAST_CHANCE}" if p < _LEAST_CHANCE else f"{p:.2g}"


def span(seconds: float) -> str:
    """Return a length of time.

    >>> span(24), span(150), span(7200), span(1.5)
    ('24 s', '2 min 30 s', '2 h', '1.5 s')
    """
    if seconds < _MINUTE:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min" + (f" {rest} s" if rest else "")
    unit, name = (_HOUR, "h") if whole < 2 * _DAY else (_DAY, "days")
    return f"{count(round(whole / unit, 1))} {name}"


def layer(name: str) -> str:
    """Return what two accounts did together in a layer."""
    return LAYERS.get(name, name)


def trait(name: str) -> str:
    """Return what a trait is about."""
    return TRAITS.get(name, name)


def language(code: str) -> str:
    """Return a language's name, or its code where we have no name."""
    return LANGUAGES.get(code, code)


def share(part: float) -> str:
    """Return a share in percent.

    >>> share(0.731), share(0.0004)
    ('73 %', 'under 1 %')
    """
    return "under 1 %" if 0 < part < 0.01 else f"{part:.0%}".replace("%", " %")  # noqa: PLR2004


def many(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun.

    >>> many(1, "account"), many(1200, "account"), many(2, "campaign")
    ('1 account', '1,200 accounts', '2 campaigns')
    """
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def headline(campaign: Campaign) -> str:
    """Say a campaign in one sentence: how many, since when, how sure, what is not known."""
    return (
        f"{many(len(campaign.accounts), 'account')} acted together from {day(campaign.first)} "
        f"to {day(campaign.last)}, with {campaign.grade} confidence; who directs them, "
        "and whether they deceive, is not known."
    )


def surprise(campaign: Campaign) -> str:
    """Say how far a campaign is from chance."""
    of = campaign.significance
    far = ""
    if of.beyond:
        by_chance = of.pairs / 1000
        far = (
            f"Of {many(of.pairs, 'pair')} of accounts that meet often, {of.beyond:,} go further "
            f"than one in a thousand does by chance, where chance explains "
            f"{count(by_chance) if by_chance >= 1 else 'fewer than 1'}. "
        )
    return (
        f"{far}The probability that people of the same hours, layers and languages go as far by "
        f"chance, corrected for the search, is {chance(of.p_value)}."
    )


def looked_at(run: Run) -> str:
    """Say what a run looked at."""
    return (
        f"{many(run.posts, 'post')} by {many(run.accounts, 'account')}, "
        f"{day(run.first)} to {day(run.last)}"
    )
