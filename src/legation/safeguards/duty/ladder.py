"""The ladder of a call: every way of every person, one after the other, then the lead.

Who cannot be woken is a rung too, with the reason: nobody is passed over in silence. The
ladder is made anew at each step, so who has gone off duty is not woken and who has come on is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from legation.store.rota import Channel, Shift

NOBODY = "nobody is on duty"
NO_CHANNEL = "has no channel"


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One way to wake somebody.

    Attributes:
        person_id: Whom; empty when nobody is on duty.
        kind: By which kind of channel; empty when they cannot be woken.
        address: Where.
        words: Why they cannot be woken; empty when they can.
    """

    person_id: str
    kind: str = ""
    address: str = ""
    words: str = ""


def ladder(
    duty: Sequence[Shift],
    lead: str,
    channels: Iterable[Channel],
    barred: Mapping[str, str],
) -> list[Rung]:
    """Return the rungs of this moment, the first to be tried at the top.

    Args:
        duty: Shifts of this moment, in order.
        lead: Who is woken last; empty for nobody.
        channels: Of all of them, in order.
        barred: Why somebody must not be woken, by id.
    """
    ways: dict[str, list[Channel]] = {}
    for way in channels:
        ways.setdefault(way.person_id, []).append(way)
    rungs = [] if duty else [Rung(person_id="", words=NOBODY)]
    people = [one.person_id for one in duty] + ([lead] if lead else [])
    for person in dict.fromkeys(people):
        if person in barred:
            rungs.append(Rung(person_id=person, words=barred[person]))
        elif person not in ways:
            rungs.append(Rung(person_id=person, words=NO_CHANNEL))
        else:
            rungs += [
                Rung(person_id=person, kind=way.kind, address=way.address) for way in ways[person]
            ]
    return rungs


def next_rung(rungs: Iterable[Rung], tried: Collection[Rung]) -> Rung | None:
    """Return the first rung that was not tried in this round; None when all were."""
    return next((rung for rung in rungs if rung not in tried), None)
