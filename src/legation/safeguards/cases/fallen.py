"""What stands in a case and rests on entries that were taken back: it opens nothing any more.

The parts of a case count it for less, each in its own way. Here it is listed, so that each page
that shows what is left says why.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

import msgspec

from legation.safeguards.cases.attribution.layers import Layered
from legation.safeguards.cases.attribution.state_link import Linked
from legation.safeguards.cases.bodies import Body, Number
from legation.safeguards.cases.case import Case, numbers_named
from legation.safeguards.cases.circumstances import Circumstances, DutyStated
from legation.safeguards.cases.gathering import numbered
from legation.safeguards.cases.law.answers import Answered

# What rests on entries, and what of it a later entry of its kind takes the place of.
_FALLING: Final[Mapping[type[Body], Callable[[Any], Hashable]]] = {
    Answered: lambda body: body.question,
    Linked: lambda body: (body.test, body.party, body.actor),
    Layered: lambda body: body.layer,
    Circumstances: lambda _: "",
    DutyStated: lambda body: body.norm.casefold(),
}


class Fallen(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that rests on others that were taken back, and opens nothing any more.

    Attributes:
        on: Numbers of those.
    """

    entry: Number
    on: tuple[Number, ...]


def fallen_in(case: Case, *kinds: type[Body]) -> tuple[Fallen, ...]:
    """Return what stands in a case and rests on what was taken back, the first at the front.

    Args:
        case: The case.
        kinds: Only entries of these kinds; of what is stated anew the last counts.
    """
    gone = case.taken_back().keys()
    last = {
        (type(body), _FALLING[type(body)](body)): (number, body)
        for number, body in numbered(case)
        if type(body) in _FALLING and (not kinds or isinstance(body, kinds))
    }
    found = [
        Fallen(
            entry=number,
            on=tuple(sorted({at for name, at in numbers_named(body) if name == "rests_on"} & gone)),
        )
        for number, body in last.values()
    ]
    return tuple(sorted((one for one in found if one.on), key=lambda one: one.entry))
