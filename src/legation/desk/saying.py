"""How values are said on a page: times, numbers, chances, layers, one sentence for a campaign.

A reader who is no statistician must be able to repeat aloud what stands here. A
chance is never shown as 0, a time never without its zone, and "coordinated" is never
turned into "inauthentic".
"""

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from legation.app.history import Sighting
from legation.desk.plain import excerpt
from legation.store.rota import Shift
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


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign in one sentence; strangers' words stand apart, to be shown as theirs."""

    before: str
    terms: tuple[str, ...]
    after: str

    def text(self) -> str:
        """Return the sentence as one text."""
        return self.before + ", ".join(f"“{term}”" for term in self.terms) + self.after


def sentence(campaign: Campaign) -> Sentence:
    """Say a campaign: how many, by what narrative, since when, how sure, what is not known.

    Whom it is aimed at is no part of what is measured, so the sentence never names anybody.
    """
    terms = tuple(excerpt(one.term, 40).text for one in campaign.terms[:3] if one.term.strip())
    who = many(len(campaign.accounts), "account")
    when = f"since {day(campaign.first)} (last on {day(campaign.last)})"
    sure = f"with {campaign.grade} confidence"
    unknown = "who directs them, and whether they deceive, is not known"
    if terms:
        before = f"{who} together spread what is marked by "
        after = f", {when}, {sure}; cannot tell whom it is aimed at; {unknown}."
    else:
        before = f"{who} acted together {when}, {sure}; "
        after = f"cannot tell by what narrative, nor whom it is aimed at; {unknown}."
    return Sentence(before=before, terms=terms, after=after)


def headline(campaign: Campaign) -> str:
    """Say a campaign in one sentence, as one text."""
    return sentence(campaign).text()


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


def direction(text: str) -> str:
    """Return in which direction a text runs, by its first letter that has one.

    A browser tells by itself (`dir="auto"`); paper has to be told.

    >>> direction("2026: صور"), direction("read page 14")
    ('rtl', 'ltr')
    """
    for letter in text[:1000]:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def locally(shift: Shift) -> str:
    """Return when a shift is, by the clock of the zone in which it was written."""
    zone = ZoneInfo(shift.zone)
    starts, ends = shift.starts.astimezone(zone), shift.ends.astimezone(zone)
    return f"{starts:%d %b %H:%M} to {ends:%d %b %H:%M} {shift.zone}"


def changed(newer: Sighting, older: Sighting | None) -> str:
    """Say what changed from one run's sighting of a campaign to the next."""
    if older is None:
        return "the first that is kept"
    told = []
    if newer.came:
        told.append(f"{many(newer.came, 'account')} came")
    if newer.went:
        told.append(f"{many(newer.went, 'account')} went")
    if newer.grade != older.grade:
        told.append(f"confidence from {older.grade} to {newer.grade}")
    if newer.ties != older.ties:
        told.append(f"ties from {count(older.ties)} to {count(newer.ties)}")
    if newer.first != older.first:
        told.append(f"first act from {day(older.first)} to {day(newer.first)}")
    if newer.last != older.last:
        told.append(f"last act from {moment(older.last)} to {moment(newer.last)}")
    if newer.window_s != older.window_s:
        told.append(f"window from {span(older.window_s)} to {span(newer.window_s)}")
    return "; ".join(told) or "nothing"


def looked_at(run: Run) -> str:
    """Say what a run looked at."""
    return (
        f"{many(run.posts, 'post')} by {many(run.accounts, 'account')}, "
        f"{day(run.first)} to {day(run.last)}"
    )
