"""What passed between two parties, as the cases and registers of a reader tell it.

An incident goes from whoever is named to whom it harmed: by the attribution in force, or where
there is none by what others claim, each named as such. An answer goes the other way, on the rung
where it stands. Tone is what a source said of relations; a move to calm is one; talks are ahead.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.cases.docket import Docket
from legation.app.registers import Registers
from legation.missions.talks import Talk
from legation.safeguards.cases.attribution.naming import Agreed, Attributed, Claimed
from legation.safeguards.cases.bodies import first_day
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.effects import Effect
from legation.safeguards.cases.escalation.signals import Signal
from legation.safeguards.cases.escalation.watch import Watch, watch
from legation.safeguards.cases.facts import Opened, Victim
from legation.safeguards.cases.gathering import attributed_in
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.catalogue import BY_KEY
from legation.store.cases import Wanted

if TYPE_CHECKING:
    from datetime import datetime

    from legation.app.scope import Scope

CAVEAT: Final = (
    "A warning says that more passes between two parties than before, by stated rules. It says "
    "nothing of who is right, and silence is no all-clear."
)
# The watch compares four weeks with a year; what was last written on before is past.
_WEEKS: Final = 60
# Cases that are read for one look, the latest first; more would make a page of minutes.
MOST_CASES: Final = 2_000
# Entries from which a signal is told.
_TOLD_BY: Final = (Opened, Victim, Claimed, Attributed, Agreed, Chosen, Step, Effect)
_OUT: Final = ("called", "notified", "offered", "taken", "sent")
_BACK: Final = ("acknowledged", "refused", "complied")


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to watch for between each two parties.

    Attributes:
        ids: Of all objects from which it is told: their label is that of the whole.
    """

    pairs: tuple[Watch, ...]
    ids: tuple[str, ...]


def watched(scope: "Scope", own: str, day: date, *, as_of: "datetime | None" = None) -> Watched:
    """Return what there is to watch for between each two parties.

    Args:
        scope: Who reads.
        own: Code of the state that the desk serves, whose answers these are; empty: nobody said.
        day: The day on which is looked.
        as_of: By what was on record at that time.
    """
    found: list[Signal] = []
    ids: list[str] = []
    for case in _cases(scope, day, as_of):
        told = tuple(_of_case(case, own))
        if told:
            found += told
            ids += [case.id, *(one.id for one in case.holding if isinstance(one.body, _TOLD_BY))]
    for signal, object_id in _talks(scope, day, as_of):
        found.append(signal)
        ids.append(object_id)
    return Watched(pairs=watch(found, day), ids=tuple(dict.fromkeys(ids)))


def _cases(scope: "Scope", day: date, as_of: "datetime | None") -> Iterator[Case]:
    docket = Docket(scope)
    since = day - timedelta(weeks=_WEEKS)
    rows, _ = docket.rows.find(Wanted(), order="touched", limit=MOST_CASES)
    yield from docket.cases((row for row in rows if row.touched.date() >= since), as_of=as_of)


def _of_case(case: Case, own: str) -> Iterator[Signal]:
    named = _named(case)
    harmed = [party for party in case.parties() if party]
    for actor, source in named.items():
        for party in harmed:
            if actor != party:
                yield Signal(
                    on=first_day(case.opened.began),
                    a=actor,
                    b=party,
                    kind="incident",
                    reference=case.number,
                    source=source,
                )
    yield from _answers(case, own)
    for number, effect in case.of(Effect):
        if effect.of == "relations" and effect.a and effect.b:
            yield Signal(
                on=first_day(effect.on),
                a=effect.a,
                b=effect.b,
                kind="tone",
                tone=effect.score,
                reference=f"{case.number}/{number}",
                source=effect.source,
            )


def _answers(case: Case, own: str) -> Iterator[Signal]:
    chosen = dict(case.of(Chosen))
    steps = [step for _, step in case.of(Step)]
    for number, step in case.of(Step):
        choice = chosen.get(step.of)
        if choice is None or choice.against is None or step.what not in _OUT:
            continue
        if not own or own == choice.against:
            continue
        response = BY_KEY.get(choice.answer)
        rung = response.rung if response is not None else None
        replied = any(one.of == step.of and one.what in _BACK for one in steps)
        yield Signal(
            on=first_day(step.on),
            a=own,
            b=choice.against,
            kind="move" if rung is None else "answer",
            rung=rung,
            open=not replied,
            reference=f"{case.number}/{number}",
            source=step.source,
        )


def _named(case: Case) -> dict[str, str]:
    """Return the states and organisations that are named, each with who names it."""
    force = attributed_in(case).in_force
    if force is not None:
        return {force.body.party: force.body.by} if force.body.party else {}
    return {body.party: body.by for _, body in case.of(Claimed) if body.party}


def _talks(scope: "Scope", day: date, as_of: "datetime | None") -> Iterator[tuple[Signal, str]]:
    for kept in Registers(scope).rows("talks", as_of=as_of):
        talk = kept.row
        if not isinstance(talk, Talk) or talk.starts.date() < day or talk.status == "cancelled":
            continue
        parties = sorted(set(talk.parties))
        for place, one in enumerate(parties):
            for other in parties[place + 1 :]:
                signal = Signal(
                    on=talk.starts.date(),
                    a=one,
                    b=other,
                    kind="talks",
                    reference=talk.key,
                    source=talk.source,
                )
                yield signal, kept.object_id
