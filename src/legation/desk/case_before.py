"""What stands above a form that gives a hand to something, or takes something back.

Nobody agrees to a number, or signs a hash: the proposal and the decision are shown whole, with
what they rest on and what they lack, and who gave their hand before. Whoever takes an entry back
sees what rests on it first.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from legation.app.cases.resting import Falls, falls_with, resting_on
from legation.app.cases.seconds import Bar, bar_to_agree, bar_to_sign
from legation.app.cases.sheets import EntryLine, entry_line
from legation.desk.case_showing import Shown, shown
from legation.desk.plain import plain
from legation.safeguards.cases.attribution.gaps import attribution_gaps
from legation.safeguards.cases.attribution.naming import Attributed, wording
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, numbers_named
from legation.safeguards.cases.deciding.gaps import decision_gaps
from legation.safeguards.cases.deciding.records import Hand
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.gathering import items_of, records_in, rows_of, stands_in

# By the kind of entry, the field that names what it is about.
ABOUT: Mapping[str, str] = {"agreed": "to", "signed": "to", "withdrawn": "what"}


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is missing, or that weakens it."""

    words: str
    place: str = ""
    of: tuple[int, ...] = ()
    bars: bool = False


class Resting(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that rests on what is taken back, and the numbers by which it does."""

    line: EntryLine
    by: tuple[int, ...]


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above a form.

    Attributes:
        number: Of the entry that it is about.
        sentence: It in one sentence, where there is one.
        fields: All that it says; nothing of what a dossier says.
        cited: Entries that it rests on.
        text: The very text that is signed.
        hands: Who gave their hand before.
        bar: Why this reader does not give theirs.
        resting: What rests on it.
        fixed: Fields that are not typed.
    """

    kind: str
    number: int
    sentence: str = ""
    fields: tuple[Shown, ...] = ()
    author: str = ""
    written: datetime | None = None
    cited: tuple[EntryLine, ...] = ()
    gaps: tuple[Lack, ...] = ()
    text: str = ""
    hands: tuple[Hand, ...] = ()
    bar: Bar = ""
    resting: tuple[Resting, ...] = ()
    falls: Falls = Falls()
    fixed: Mapping[str, str] = {}


class Choosable(msgspec.Struct, frozen=True, kw_only=True):
    """Something to which a hand can be given."""

    number: int
    words: str


def before(
    case: Case, book: Book, kind: str, number: int, *, person: str, names: Mapping[str, str],
    day: date,
) -> Before | None:  # fmt: skip
    """Return what stands above a form; None: there is nothing of that number.

    Args:
        case: The case.
        book: What it is judged by.
        kind: Of the entry that the form writes.
        number: Of what it is about.
        person: Who looks.
        names: What people are called, by id.
        day: Today.
    """
    if kind == "agreed":
        return _proposal(case, number, person, names)
    if kind == "signed":
        return _decision(case, number, person, names, day)
    return _taken(case, book, number, names) if kind == "withdrawn" else None


def choosable(case: Case, kind: str) -> tuple[Choosable, ...]:
    """Return what a hand can be given to, by the kind of entry that gives it."""
    if kind == "agreed":
        return tuple(
            Choosable(number=number, words=wording(body)) for number, body in case.of(Attributed)
        )
    return tuple(Choosable(number=one.entry, words=one.body.what) for one in records_in(case))


def _proposal(case: Case, number: int, person: str, names: Mapping[str, str]) -> Before | None:
    body = dict(case.of(Attributed)).get(number)
    if body is None:
        return None
    # The gaps are those of this proposal, whatever was proposed after it.
    rows = [row for row in rows_of(case) if row[0] == number or not isinstance(row[3], Attributed)]
    gaps = [one for one in attribution_gaps(rows, items_of(case)) if one.kind != "hands"]
    return Before(
        kind="agreed",
        number=number,
        sentence=wording(body),
        gaps=tuple(
            Lack(words=one.words, place=one.place, of=one.of, bars=one.bars) for one in gaps
        ),
        bar=bar_to_agree(case, number, person),
        fixed={"to": str(number)},
        **_said(case, number, names),
    )


def _decision(
    case: Case, number: int, person: str, names: Mapping[str, str], day: date
) -> Before | None:
    record = next((one for one in records_in(case) if one.entry == number), None)
    if record is None:
        return None
    gaps = decision_gaps(record, stands_in(case, day))
    return Before(
        kind="signed",
        number=number,
        gaps=tuple(
            Lack(words=one.says, place=one.place)
            for one in gaps
            if one.kind not in ("unsigned", "one-hand")
        ),
        text=plain(record.signed_bytes.decode()),
        hands=record.hands,
        bar=bar_to_sign(record, person),
        fixed={"to": str(number), "sha256": record.sha256},
        **_said(case, record.stands, names),
    )


def _taken(case: Case, book: Book, number: int, names: Mapping[str, str]) -> Before | None:
    if case.cited(number) is None:
        return None
    resting = tuple(
        Resting(line=entry_line(case, one.entry, names), by=one.by)
        for one in resting_on(case, number)
    )
    return Before(
        kind="withdrawn",
        number=number,
        resting=resting,
        falls=falls_with(case, book, number),
        fixed={"what": str(number)},
        **_said(case, number, names),
    )


def _said(case: Case, number: int, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what an entry says, by whom, and the entries that it rests on."""
    entry = case.cited(number) or case.entry(number)
    personal = isinstance(entry.body, OfDossier)
    return {
        "fields": () if personal else shown(entry.body),
        "author": names.get(entry.author, entry.author),
        "written": entry.written,
        "cited": cited_by(case, entry, names),
    }


def cited_by(case: Case, entry: Entry, names: Mapping[str, str]) -> tuple[EntryLine, ...]:
    """Return the entries that an entry rests on, as they stand now; also what was taken back."""
    numbers = dict.fromkeys(number for _, number in numbers_named(entry.body))
    known = {one.number: one for one in case.entries}
    found = [case.cited(number) or known.get(number) for number in numbers]
    return tuple(entry_line(case, one, names) for one in found if one is not None)
