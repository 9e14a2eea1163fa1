"""The norms of a case as both doors list them: first those that bind somebody whom it concerns.

The law of a state that has no part in a case, and a treaty to which none of those concerned was a
party when it began, may well be met word for word; listed first, they would read as if they
applied. They stand apart, unless a person stated that one binds, such as by custom.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import DutyStated
from legation.safeguards.cases.law.assessing import Assessment

NOT_MET: Final = "not met"
_NOT_BOUND: Final = frozenset({"not a party", "signed only", "suspended"})


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Norms in three lists.

    Attributes:
        first: Met, disputed or not known, and not known to bind nobody concerned.
        afar: The same, of norms that bind nobody concerned.
        rest: Not met by what is answered.
    """

    first: tuple[Assessment, ...]
    afar: tuple[Assessment, ...]
    rest: tuple[Assessment, ...]


def listed(case: Case, told: Iterable[Assessment]) -> Listed:
    """Return the norms of a case in three lists, each in the order in which they come."""
    stated = {body.norm.casefold() for _, body in case.of(DutyStated) if body.binds != "no"}
    first: list[Assessment] = []
    afar: list[Assessment] = []
    rest: list[Assessment] = []
    for one in told:
        said = not stated.isdisjoint((one.name.casefold(), one.key))
        if one.result == NOT_MET:
            rest.append(one)
        elif binds_nobody(one) and not said:
            afar.append(one)
        else:
            first.append(one)
    return Listed(first=tuple(first), afar=tuple(afar), rest=tuple(rest))


def binds_nobody(one: Assessment) -> bool:
    """Tell whether a norm is known to bind nobody whom the case concerns."""
    known = bool(one.bound) and all(each.said in _NOT_BOUND for each in one.bound)
    return one.elsewhere or known
