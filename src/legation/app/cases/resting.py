"""What rests on an entry, and what falls when it is taken back.

An entry that was taken back stays, and so does what cites it; but what was worked out from it does
not hold as it did. Whoever takes it back is told so first, at each door by the same reckoning.
"""

import msgspec

from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, case_of, numbers_named
from legation.safeguards.cases.entries import Entry, standing
from legation.safeguards.cases.facts import Withdrawn
from legation.safeguards.cases.gathering import assessed, attributed_in


class Resting(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that rests on another.

    Attributes:
        by: Numbers by which it does: of that entry itself, or of one that rests on it.
    """

    entry: Entry
    by: tuple[int, ...]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A norm of which something else is found."""

    name: str
    before: str
    after: str


class Falls(msgspec.Struct, frozen=True, kw_only=True):
    """What no longer holds once an entry is taken back.

    Attributes:
        attribution: Number of the attribution that was in force; 0: none falls.
        norms: Norms of which something else is found.
    """

    attribution: int = 0
    norms: tuple[Changed, ...] = ()


def resting_on(case: Case, number: int) -> tuple[Resting, ...]:
    """Return every entry that holds and rests on one, itself or by another, by number."""
    cited = {number}
    found: dict[int, Resting] = {}
    while True:
        more = {
            case.cited_as(one): Resting(entry=one, by=by)
            for one in case.holding
            if case.cited_as(one) != number and (by := _cites(one, cited))
        }
        if more.keys() == found.keys():
            return tuple(more[each] for each in sorted(more))
        found, cited = more, {number, *more}


def falls_with(case: Case, book: Book, number: int) -> Falls:
    """Return what no longer holds once an entry is taken back."""
    left = tuple(one for one in case.entries if case.cited_as(one) != number)
    if number not in {case.cited_as(one) for one in case.holding} or not left:
        return Falls()
    after = case_of(case.number, case.id, left)
    if after.last(type(case.opened)) is None:
        return Falls()
    force, then = attributed_in(case).in_force, attributed_in(after).in_force
    fallen = force.number if force and (then is None or then.number != force.number) else 0
    found = {one.key: one.result for one in assessed(after, book)}
    norms = tuple(
        Changed(name=one.name, before=one.result, after=found[one.key])
        for one in assessed(case, book)
        if one.key in found and found[one.key] != one.result and not one.elsewhere
    )
    return Falls(attribution=fallen, norms=norms)


def taken_back(case: Case, number: int) -> Entry | None:
    """Return the entry that took another back."""
    return next(
        (
            one
            for one in standing(case.entries)
            if isinstance(one.body, Withdrawn) and one.body.what == number
        ),
        None,
    )


def _cites(entry: Entry, cited: set[int]) -> tuple[int, ...]:
    if isinstance(entry.body, Withdrawn):
        return ()
    named = {number for _, number in numbers_named(entry.body)}
    return tuple(sorted(named & cited))
