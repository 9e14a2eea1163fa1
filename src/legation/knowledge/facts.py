"""What a knowledge pack may state: one type for each of its tables.

Every row names its source, the day that the source speaks for, and how far it was checked, in
the words of those who compiled it. A state is entered by its code, by the same rule whichever
it is; nothing here says who is whose friend.
"""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.knowledge.states import states, verify_state

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
# A day, or as much of it as the source gives; empty: the source does not say.
Day = Annotated[str, msgspec.Meta(pattern=r"^(|\d{4}(-\d\d(-\d\d)?)?)$")]
# Whether and when something was done: empty means that the source does not say.
Done = Annotated[str, msgspec.Meta(pattern=r"^(|yes|no|\d{4}(-\d\d(-\d\d)?)?)$")]
Verified = Literal[
    "verified-excerpt",
    "verified-excerpt-press",
    "verified-excerpt-signature-only",
    "verified-excerpt-ratification-only",
    "from-memory",
]
Weight = Literal["binding", "political", "expert", "unilateral"]
AgreementKind = Literal[
    "treaty",
    "bilateral",
    "norms",
    "cbm",
    "forum",
    "declaration",
    "coalition",
    "regime",
    "manual",
    "codification",
]
# How much of who takes part stands in the table of parties.
Listed = Literal["complete", "incomplete", "none"]
# The exceptional reservation of ISO 3166-1 for the Union, which signs treaties beside states.
UNION: Final = "EU"
_CODE: Final = re.compile(r"[A-Z]{2}")
_DAYS: Final = ("opened", "in_force", "signed", "ratified", "suspended", "withdrawn", "on", "when")


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every row has.

    Attributes:
        key: Names it among the rows of its table.
        source: Where the fact is from.
        as_of: Day that the source speaks for.
        verified: How far it was checked.
    """

    key: Key
    source: Text
    as_of: date
    verified: Verified


class Agreement(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A treaty, a commitment, a norm set, a regime or a manual.

    Attributes:
        body: Under whose roof, or between whom.
        weight: What it is in law.
        weight_note: Where one word for it is not enough.
        contact: Whether it names a way to reach each other.
        mechanism: Which.
        standing: How it stands, in the words of the source.
        parties: How much of who takes part stands in the table of parties.
        article: Whether the article speaks of it.
    """

    title: Title
    kind: AgreementKind
    body: str = ""
    weight: Weight
    weight_note: str = ""
    opened: Day = ""
    in_force: Day = ""
    contact: bool = False
    mechanism: str = ""
    standing: str = ""
    parties: Listed = "none"
    article: bool = False


class Party(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one state stands to one agreement, for one stretch of time."""

    agreement: Key
    state: str
    signed: Done = ""
    ratified: Done = ""
    in_force: Done = ""
    suspended: Day = ""
    withdrawn: Day = ""
    reservation: str = ""


class Norm(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One norm, measure or article that is no offence.

    Attributes:
        agreement: Where it stands.
        number: Its number there.
        use: What it serves here.
    """

    agreement: Key
    number: Title
    title: Title
    kind: str = ""
    weight: Weight
    use: str = ""


class Offence(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an article obliges states to make a crime."""

    agreement: Key
    number: Title
    title: Title
    threats: tuple[Literal["T1", "T2", "T3", "T4", "T5", "T6"], ...] = ()


class Law(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state's own law.

    Attributes:
        implements: Keys of agreements that it carries out, by the source.
    """

    state: str
    title: Title
    year: Annotated[int, msgspec.Meta(ge=1000, le=9999)]
    implements: tuple[Key, ...] = ()
    note: str = ""


class Rule(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of the Tallinn Manual 2.0 (2017), by number and short title alone.

    Attributes:
        number_2013: Its number in the edition of 2013; None: there was none, or it is not known.
    """

    number: Annotated[int, msgspec.Meta(ge=1, le=154)]
    title: Title
    chapter: str = ""
    number_2013: Annotated[int, msgspec.Meta(ge=1, le=95)] | None = None
    use: str = ""


class Position(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a state said of a rule or norm; silence is a position that somebody looked for.

    Attributes:
        about: `rule:KEY` or `norm:KEY`.
    """

    about: Title
    state: str
    stance: Literal["adopted", "rejected", "silent"]
    on: Day = ""
    note: str = ""


class Trial(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A try of an agreement's contact mechanism, as one state answered."""

    agreement: Key
    state: str
    on: Day
    outcome: Literal["held", "failed"]


class Control(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A control of a framework, by number and title."""

    number: Title
    title: Title
    framework: Title


class StateName(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name for a code that ISO 3166-1 leaves to its users."""

    state: str
    name: Title


class Work(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A work that is cited.

    Attributes:
        cited_by: Who cites it: `article`, or empty.
        supports: Facts that it supports, each as `TABLE:KEY`.
        contradicts: Facts that it contradicts.
        checked_by: Who compared it; empty: nobody.
    """

    title: Title
    author: str = ""
    published: Day = ""
    kind: str = ""
    cited_by: str = ""
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    checked_by: str = ""
    note: str = ""


class Quotation(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody said, and what that speaks for.

    Attributes:
        anecdote: Whether nobody knows that it was ever said.
    """

    who: Title
    what: Text
    when: Day = ""
    where: str = ""
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    checked_by: str = ""
    anecdote: bool = False


class Correction(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the article is wrong or imprecise, and what the register states.

    Attributes:
        about: Facts that it is about, each as `TABLE:KEY`.
    """

    article_says: Text
    register_states: Text
    basis: Text
    about: tuple[str, ...] = ()


TABLES: Final[Mapping[str, type[Fact]]] = {
    "agreement": Agreement,
    "party": Party,
    "norm": Norm,
    "offence": Offence,
    "law": Law,
    "rule": Rule,
    "position": Position,
    "trial": Trial,
    "control": Control,
    "state_name": StateName,
    "source": Work,
    "quotation": Quotation,
    "correction": Correction,
}


def table_of(fact: Fact) -> str:
    """Return the table that a row belongs to."""
    return next(name for name, shape in TABLES.items() if type(fact) is shape)


def points_to(fact: Fact) -> tuple[str, ...]:
    """Return the facts that a row names, each as `TABLE:KEY`."""
    found: list[str] = []
    agreement = getattr(fact, "agreement", "")
    if agreement:
        found.append(f"agreement:{agreement}")
    if isinstance(fact, Law):
        found += [f"agreement:{key}" for key in fact.implements]
    if isinstance(fact, Position):
        found.append(fact.about)
    if isinstance(fact, Correction):
        found += fact.about
    if isinstance(fact, Work | Quotation):
        found += [*fact.supports, *fact.contradicts]
    return tuple(found)


def verify_fact(fact: Fact) -> None:
    """Require what the types alone cannot say.

    Raises:
        UsageError: A country is not known.
        RecordError: A day is none, or days are out of order, or a part does not fit.
    """
    state = getattr(fact, "state", "")
    if isinstance(fact, StateName):
        verify_state(fact.state)
        if fact.state in states():
            raise _wrong(f"{fact.state} has a name of the standard", "name only codes such as XA")
    elif state and not (isinstance(fact, Party) and state == UNION):
        verify_state(state)
    for name in _DAYS:
        said = getattr(fact, name, "")
        if said not in ("", "yes", "no"):
            _verify_day(name, said)
    if isinstance(fact, Party):
        _verify_party(fact)


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


def _wrong(what: str, hint: str) -> RecordError:
    return RecordError(what, place="", hint=hint)
