"""How values are said on a page: times, numbers, chances, layers.

A reader who is no statistician must be able to repeat aloud what stands here. A
chance is never shown as 0, a time never without its zone, and "coordinated" is never
turned into "inauthentic".
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup

from legation.balance.telling import CLAUSE
from legation.desk.plain import excerpt
from legation.desk.tongues import (
    ENGLISH,
    gettext,
    isolated,
    npgettext,
    tongue,
    words_isolated,
)
from legation.desk.vocabulary import ACTS, LANGUAGES, MONTHS, SHORT_MONTHS, TRAITS, word
from legation.knowledge.states import state_name, states
from legation.missions.register import THREATS
from legation.threats.disinformation.findings import LEAST_SHOWN

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_LONGEST_TOLD = 600


def day(at: float) -> str:
    """Return the day of a time.

    >>> day(1772409600)
    '2 March 2026'
    """
    when = datetime.fromtimestamp(at, UTC)
    return gettext("%(day)s %(month)s %(year)s") % {
        "day": tongue().first if when.day == 1 else when.day,
        "month": word(MONTHS[when.month - 1], "month"),
        "year": when.year,
    }


def short_day(at: float) -> str:
    """Return a day for the foot of a chart.

    >>> short_day(1772409600)
    '2 Mar'
    """
    when = datetime.fromtimestamp(at, UTC)
    month = word(SHORT_MONTHS[when.month - 1], "month, short")
    return gettext("%(day)s %(month)s") % {"day": when.day, "month": month}


def moment(at: float) -> str:
    """Return a time to the second, with its zone: the same in all languages (ISO 8601).

    >>> moment(1772409600)
    '2026-03-02 00:00:00 UTC'
    """
    return _level(f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC")


def machine_time(at: float) -> str:
    """Return a time as the `datetime` attribute wants it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def count(number: float) -> str:
    """Return a number with its thousands apart; one decimal where it is small and broken.

    >>> count(1204), count(0.4321), count(31.25)
    ('1,204', '0.43', '31.2')
    """
    if float(number).is_integer():
        return _figures(f"{int(number):,}")
    return _figures(f"{number:.2f}" if number < 10 else f"{number:,.1f}")  # noqa: PLR2004 - two digits


def decimal(number: float) -> str:
    """Return a number with two decimals.

    >>> decimal(0.5)
    '0.50'
    """
    return _figures(f"{number:.2f}")


def chance(p: float) -> str:
    """Return a probability, never as zero.

    >>> chance(0.0), chance(0.0123)
    ('under 0.0001', '0.012')
    """
    if p < LEAST_SHOWN:
        return gettext("under %(number)s") % {"number": _figures(f"{LEAST_SHOWN:f}".rstrip("0"))}
    return _figures(f"{p:.2g}")


def span(seconds: float) -> str:
    """Return a length of time.

    >>> span(24), span(150), span(7200), span(1.5)
    ('24 s', '2 min 30 s', '2 h', '1.5 s')
    """
    if seconds < _MINUTE:
        return gettext("%(seconds)s s") % {"seconds": _figures(f"{seconds:.3g}")}
    whole = round(seconds)
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        told = gettext("%(minutes)s min %(seconds)s s") if rest else gettext("%(minutes)s min")
        return told % {"minutes": minutes, "seconds": rest}
    if whole < 2 * _DAY:
        return gettext("%(hours)s h") % {"hours": count(round(whole / _HOUR, 1))}
    days = round(whole / _DAY, 1)
    return many(days, "day")


def layer(name: str) -> str:
    """Return what two accounts did together in a layer."""
    return word(ACTS.get(name, name), "what two accounts did")


def trait(name: str) -> str:
    """Return what a trait is about."""
    return word(TRAITS.get(name, name), "trait")


def threat(code: str) -> str:
    """Return what a threat is called."""
    return word(THREATS.get(code, code), "threat")


def state(code: str, named: Mapping[str, str] | None = None) -> Markup:
    """Return a state's name in the reader's language; what a pack has named stays as it is.

    >>> state("FR")
    Markup('France')
    """
    return state_called(state_name(code, named), code)


def state_called(name: str, code: str) -> Markup:
    """Return a state's name as it is called in the reader's language, by whoever named it.

    >>> state_called("France", "FR"), state_called("Aldria", "XA")
    (Markup('France'), Markup('Aldria'))
    """
    if name == states().get(code):
        return Markup.escape(word(name, "name of a state"))
    return Markup.escape(code) if name == code else english(name)


def language(code: str) -> str:
    """Return a language's name, or its code where we have no name."""
    return word(LANGUAGES.get(code, code), "language")


def share(part: float) -> str:
    """Return a share in percent.

    >>> share(0.731), share(0.0004)
    ('73 %', 'under 1 %')
    """
    if 0 < part < 0.01:  # noqa: PLR2004 - a hundredth
        return gettext("under 1 %%") % {}
    return percent(round(100 * part))


def percent(number: int) -> str:
    """Return whole hundredths.

    >>> percent(73)
    '73 %'
    """
    return gettext("%(number)s %%") % {"number": number}


def many(number: float, one: str, more: str = "") -> str:
    """Return a number with its noun.

    >>> many(1, "account"), many(1200, "account"), many(2, "campaign")
    ('1 account', '1,200 accounts', '2 campaigns')
    """
    return _counted("counted", number, one, more)


def of_many(number: float, one: str, more: str = "") -> str:
    """Return a number with its noun as it stands behind a preposition, where that differs.

    >>> of_many(2, "account")
    '2 accounts'
    """
    return _counted("counted, behind a preposition", number, one, more)


def listed(names: Iterable[str], context: str = "") -> str:
    """Return a list as one text, each name as the word that it is in a context.

    >>> listed(["high", "low"], "confidence")
    'high, low'
    """
    return tongue().comma.join(word(name, context) if context else name for name in names)


def told(sentence: str, *, opening: bool = False) -> Markup:
    """Return what a part below says, in the reader's language; else marked as English.

    >>> told("no group '9'", opening=True)
    Markup('No group &#39;9&#39;')
    """
    shown = excerpt(sentence, _LONGEST_TOLD).text
    known = _known(shown)
    text = shown if known is None else known
    text = text[:1].upper() + text[1:] if opening else text
    if known is None or tongue().direction == "ltr":
        text = words_isolated(text)
    return english(text) if known is None else Markup.escape(text)


def apart(text: str) -> Markup:
    """Return what a person wrote, so that it does not turn the line of ours that it stands in.

    >>> apart("a <b> name")
    Markup('<bdi>a &lt;b&gt; name</bdi>')
    """
    return Markup("<bdi>{}</bdi>").format(excerpt(text, 300).text)


def told_text(sentence: str) -> str:
    """Return what a part below says as plain text, in the reader's language where it is known."""
    known = _known(sentence)
    return sentence if known is None else known


def _known(sentence: str) -> str | None:
    """Return a sentence in the reader's language; its clauses one by one where it has some."""
    # The clauses first: a list that fills a gap would take in those that follow it.
    known = [tongue().told(clause, _filled) for clause in sentence.split(CLAUSE)]
    if None in known:
        return tongue().told(sentence, _filled)
    return tongue().semicolon.join(clause for clause in known if clause is not None)


def called(name: str) -> str:
    """Return the name of a campaign, which says what was measured, in the reader's language.

    >>> called("English repost campaign since 2026-03-02: grain")
    'English repost campaign since 2026-03-02: grain'
    """
    known = tongue().told(name, _filled)
    return known if known and tongue().direction == "rtl" else words_isolated(known or name)


def english(text: str) -> Markup:
    """Return a text that stays English, so marked that it is read aloud as English.

    >>> english("Develop memes")
    Markup('Develop memes')
    """
    if tongue().code == ENGLISH.code:
        return Markup.escape(text)
    return Markup('<span lang="en" dir="ltr">{}</span>').format(text)


def _counted(context: str, number: float, one: str, more: str) -> str:
    text = npgettext(
        context, f"%(number)s {one}", f"%(number)s {more or one + 's'}", math.ceil(number)
    )
    return text % {"number": count(number)}


# What says a number with its noun, by the gap that holds the two.
_COUNTS: Final[Mapping[str, Callable[[int], str]]] = {
    "accounts": lambda number: many(number, "account"),
    "posts": lambda number: many(number, "post"),
    "rows": lambda number: many(number, "row"),
    "campaigns": lambda number: many(number, "campaign"),
    "files": lambda number: many(number, "file"),
}


# What fills a gap with a name that is translated by itself: the context of the name.
_NAMES: Final[Mapping[str, str]] = {"register": "register", "state": "name of a state"}


def _filled(gap: str, piece: str) -> str:
    """Return what fills a gap of a sentence of a finding; what is not known stays English."""
    if counts := _COUNTS.get(gap):
        return counts(int(piece.partition(" ")[0].replace(",", "")))
    if context := _NAMES.get(gap):
        return isolated(word(piece, context))
    if fills := _FILLS.get(gap):
        return fills(piece)
    return isolated(told_text(piece) if gap == "told" else piece)


def _day_named(text: str) -> str:
    try:
        return day(datetime.fromisoformat(f"{text}T00:00Z").timestamp())
    except ValueError:  # a name may come from elsewhere
        return isolated(text)


def _roles(text: str) -> str:
    return listed(re.split(", | and ", text), "role of a person")


_FILLS: Final[Mapping[str, Callable[[str], str]]] = {
    "layer": lambda piece: word(piece, "layer"),
    "language": lambda piece: word(piece, "language"),
    "day": _day_named,
    "roles": _roles,
    "list": lambda piece: tongue().comma.join(map(told_text, piece.split(", "))),
    "num": lambda piece: isolated(_figures(piece)),
}


def _figures(text: str) -> str:
    """Write a number of English form as the language writes it."""
    speaks = tongue()
    return text.translate({ord(","): speaks.thousands, ord("."): speaks.point})


def quotation(words: str) -> str:
    """Return a stranger's words in quotation marks, apart from the line they stand in."""
    return isolated(tongue().quoted(words))


def _level(text: str) -> str:
    """Keep digits and Latin letters in their order within a line that runs to the left."""
    if tongue().direction == "ltr":
        return text
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
