"""Who is meant, so that nobody else is hit.

A name alone names every namesake. What the regime asks is given with its evidence, or said to be
unavailable; what it does not ask is not kept.
"""

from collections.abc import Iterator
from typing import Final

from legation.errors import LegationError, RecordError
from legation.formats.follow_the_money import GENDERS
from legation.knowledge.states import verify_state
from legation.safeguards.cases.bodies import Number, first_day
from legation.safeguards.cases.dossier.beside import Beside
from legation.safeguards.cases.dossier.bodies import Identified
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps.words import Gap, GapKind
from legation.safeguards.cases.dossier.regimes import NAME, Field, Regime
from legation.safeguards.cases.dossier.wording import plain

_DAY_SIGNS: Final = frozenset("0123456789-")
# Of a year, a month or a day: how many letters it has.
_DAY_LENGTHS: Final = frozenset({4, 7, 10})


def gaps_in(dossier: Dossier, regime: Regime, beside: Beside) -> Iterator[Gap]:
    """Yield the gaps of the identifying fields."""
    asked = {field.key: field for field in regime.fields_of(dossier.kind)}
    given: dict[str, list[Identified]] = {}
    for number, one in dossier.identified:
        field = asked.get(one.field)
        if field is None:
            known = any(one.field == other.key for other in regime.field)
            kind: GapKind = "field-not-asked" if known else "key-unknown"
            yield Gap(kind=kind, place=f"field {one.field}", entry=number)
            continue
        given.setdefault(one.field, []).append(one)
        yield from _of_one(number, one, field, beside)
    yield from _missing(asked, given)
    yield from _same_subject(dossier, beside)


def _missing(asked: dict[str, Field], given: dict[str, list[Identified]]) -> Iterator[Gap]:
    for key, field in asked.items():
        if field.needed == "always":
            if not any(one.value for one in given.get(key, ())):
                kind: GapKind = "name-missing" if key == NAME else "field-missing"
                yield Gap(kind=kind, place=f"field {key}", about=field.title)
        elif key not in given:
            yield Gap(kind="field-missing", place=f"field {key}", about=field.title)
    telling = [key for key, field in asked.items() if field.distinguishes]
    if telling and not any(one.value for key in telling for one in given.get(key, ())):
        yield Gap(kind="namesake", place="fields")


def _of_one(number: Number, one: Identified, field: Field, beside: Beside) -> Iterator[Gap]:
    place = f"field {one.field}"
    if not one.value:
        return
    if not one.rests_on:
        yield Gap(kind="field-unsourced", place=place, about=field.title, entry=number)
    if field.kind == "day":
        yield from _of_day(number, one, beside)
    elif field.kind == "state":
        try:
            verify_state(one.value)
        except LegationError:
            yield Gap(kind="state-unknown", place=place, about=one.value, entry=number)
    elif field.kind == "gender" and one.value.casefold() not in GENDERS:
        yield Gap(kind="gender-unknown", place=place, about=one.value, entry=number)


def _of_day(number: Number, one: Identified, beside: Beside) -> Iterator[Gap]:
    place = f"field {one.field}"
    try:
        day = first_day(one.value) if _looks_a_day(one.value) else None
    except RecordError:
        day = None
    if day is None:
        yield Gap(kind="day-malformed", place=place, about=one.value, entry=number)
    elif day > beside.today:
        yield Gap(kind="day-ahead", place=place, about=one.value, entry=number)


def _looks_a_day(value: str) -> bool:
    return len(value) in _DAY_LENGTHS and _DAY_SIGNS.issuperset(value)


def _same_subject(dossier: Dossier, beside: Beside) -> Iterator[Gap]:
    """Yield a gap for each other dossier whose subject is told by the same fields."""
    mine = _told_by(dossier)
    for other in beside.others:
        if (other.regime, other.kind) == (dossier.regime, dossier.kind) and _told_by(other) == mine:
            yield Gap(kind="subject-twice", place="fields", about=other.key)


def _told_by(dossier: Dossier) -> frozenset[tuple[str, str]]:
    return frozenset((one.field, plain(one.value)) for _, one in dossier.identified if one.value)
