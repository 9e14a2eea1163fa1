"""What of a row must hold that its type cannot say: days in order, within reach, known states.

A fact's own day lies within the years 1000 to 2999, since it may be history or a plan. The day
that a source speaks for lies from 1900 on and is not to come: a fact dated ahead would never
grow stale.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from legation.errors import RecordError
from legation.knowledge.facts import (
    UNION,
    Check,
    Fact,
    Law,
    Party,
    Quotation,
    StateName,
    Trial,
    Work,
)
from legation.knowledge.forms import Form
from legation.knowledge.states import states, verify_state

# Somewhere on earth it is tomorrow already.
AHEAD: Final = timedelta(days=1)
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999
_OLDEST_YEAR: Final = 1000
# Tables whose rows a form may be about.
_NORMS: Final = ("offence", "norm", "rule", "law")
_DAYS: Final = (
    *("opened", "in_force", "signed", "ratified", "suspended", "withdrawn", "ended", "on", "when"),
    *("published", "checked_on"),
)


def verify_fact(fact: Fact) -> None:
    """Require what the types alone cannot say.

    Raises:
        UsageError: A country is not known.
        RecordError: A day is none, or days are out of order, or a part does not fit.
    """
    state = getattr(fact, "state", "")
    if isinstance(fact, StateName):
        verify_state(fact.state[:40])
        if fact.state in states():
            raise _wrong(f"{fact.state} has a name of the standard", "name only codes such as XA")
    elif state and not (isinstance(fact, Party) and state == UNION):
        verify_state(state[:40])
    verify_year("as_of", fact.as_of)
    for name in _DAYS:
        said = getattr(fact, name, "")
        if said not in ("", "yes", "no"):
            _verify_day(name, said)
    if isinstance(fact, Law):
        _verify_day("year", str(fact.year))
    if isinstance(fact, Party):
        _verify_party(fact)
    if isinstance(fact, Form):
        _verify_form(fact)
    if isinstance(fact, Work | Quotation) and fact.checked_on and not fact.checked_by.strip():
        raise _wrong("checked_on without checked_by", "say who compared it, or leave out the day")


def verify_year(name: str, day: date) -> None:
    """Require that the day a source speaks for lies within reach.

    Raises:
        RecordError: It does not.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _wrong(
            f"{name} {day} is outside of {FIRST_YEAR} to {LAST_YEAR}",
            "give the day that the source speaks for",
        )


def to_come(fact: Fact, today: date) -> str:
    """Return the name of a day that cannot have been yet, though the row says that it was.

    >>> one = Check(key="a", about="rule:b", by="c", on="2026-03-09", found="holds", source="x",
    ...             as_of=date(2026, 3, 1), verified="verified-excerpt")
    >>> to_come(one, date(2026, 3, 1)), to_come(one, date(2026, 3, 9))
    ('on', '')
    """
    last = (today + AHEAD).isoformat()
    if fact.as_of.isoformat() > last:
        return "as_of"
    names = ["checked_on"] + ["on"] * isinstance(fact, Check | Trial)
    names += ["when"] * isinstance(fact, Quotation)
    said = ((name, getattr(fact, name, "")) for name in names)
    return next((name for name, day in said if day and earliest(day) > last), "")


def span(party: Party) -> tuple[str, str]:
    """Return first and last day of a row about a party, as far as it may reach.

    >>> span(Party(key="a", agreement="b", state="XA", signed="2001", withdrawn="2010-05",
    ...            source="x", as_of=date(2020, 1, 1), verified="from-memory"))
    ('2001-01-01', '2010-05-31')
    """
    begun = [
        said
        for said in (party.signed, party.ratified, party.in_force)
        if said not in ("", "yes", "no")
    ]
    first = min(map(earliest, begun), default="0001-01-01")
    return first, latest(party.withdrawn) if party.withdrawn else "9999-12-31"


def earliest(day: str) -> str:
    """Return the first day that a day, month or year may mean."""
    return f"{day}-01-01"[:10] if len(day) == len("2001") else f"{day}-01"[:10]


def latest(day: str) -> str:
    """Return the last day that a day, month or year may mean."""
    if len(day) == len("2001"):
        return f"{day}-12-31"
    if len(day) == len("2001-01"):
        return f"{day}-{_last(int(day[:4]), int(day[5:]))}"
    return day


def _last(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _verify_day(name: str, said: str) -> None:
    try:
        date.fromisoformat(earliest(said))
    except ValueError as bad:
        raise _wrong(f"{name} {said!r} is no day", "write it as 2001-11-23, or 2001") from bad
    if not _OLDEST_YEAR <= int(said[:4]) <= LAST_YEAR:
        raise _wrong(f"{name} {said} is outside of {_OLDEST_YEAR} to {LAST_YEAR}", "check the year")


def _verify_party(party: Party) -> None:
    first, last = span(party)
    if party.withdrawn and last < first:
        raise _wrong("withdrawn before it began", "swap the days")
    steps = [said for said in (party.signed, party.ratified, party.in_force) if said[:1].isdigit()]
    for before, after in pairwise(steps):
        if latest(after) < earliest(before):
            raise _wrong(
                f"{after} stands after {before}", "signature, ratification, entry into force"
            )
    if party.signed == "no" and (party.ratified[:1].isdigit() or party.in_force[:1].isdigit()):
        raise _wrong("not signed and yet a party", "leave `signed` empty for an accession")


def _verify_form(form: Form) -> None:
    if form.about.partition(":")[0] not in _NORMS:
        raise _wrong(
            f"{form.about[:40]!r} is no norm", f"name {', '.join(_NORMS)}, each as TABLE:KEY"
        )
    if not form.elements():
        raise _wrong("asks for nothing", "name questions under `all`, `any` or `disputed_when`")
    # A question that came twice could not be told to decide the form, or not to.
    if twice := next((one for one in form.asks() if form.asks().count(one) > 1), ""):
        raise _wrong(f"asks {twice} twice", "name each question once")
    own = form.about.startswith("law:")
    if bool(form.number and form.title) != own or bool(form.number or form.title) != own:
        raise _wrong(
            "number and title belong to a section of a law",
            "give both for `law:KEY`; a norm has its own",
        )


def _wrong(what: str, hint: str) -> RecordError:
    return RecordError(what, place="", hint=hint)
