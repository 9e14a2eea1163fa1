"""What passed between two parties, as the cases and registers of a reader tell it.

An incident goes from whoever is named to whom it harmed: by the attribution in force, or where
there is none by what others claim, each named as such. An answer goes the other way, on the rung
where it stands; what others did in answer is entered as a reply, on the same ladder. Tone is what
a source said of relations, or what dialogues came to; a move to calm is one; talks are ahead.

The watch counts weeks. What has no day stands on the day on which it became known, which is the
last on which it can have begun; what has neither counts for no pair.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from itertools import chain, combinations, permutations
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.cases.docket import Docket
from legation.app.registers import Registers
from legation.errors import RecordError
from legation.missions.talks import Talk
from legation.safeguards.cases.attribution.naming import Agreed, Attributed, Claimed
from legation.safeguards.cases.bodies import first_day
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.effects import Effect
from legation.safeguards.cases.escalation.signals import Signal
from legation.safeguards.cases.escalation.watch import Watch, watch
from legation.safeguards.cases.facts import Opened, Replied, Victim, Work
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
_TOLD_BY: Final = (
    *(Opened, Victim, Claimed, Attributed, Agreed, Chosen, Step, Replied, Effect, Work),
)
_DAY: Final = len("2026-02-19")
# What became of talks, on the scale of relations: "talks suspended", "warmer words, or a courtesy",
# "a new agreement". That a round ended without one, or that a vote was held, says nothing of tone.
_TONES: Final[Mapping[str, int]] = {"held": 1, "agreed": 3, "suspended": -2, "cancelled": -2}
_MOST_AT_A_TABLE: Final = 10
_PROTEST: Final = -1
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
        told = signals_of(case, own)
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
    rows, _ = docket.rows.find(Wanted(), order="touched", limit=MOST_CASES, concerns=False)
    yield from docket.cases((row for row in rows if row.touched.date() >= since), as_of=as_of)


def signals_of(case: Case, own: str) -> tuple[Signal, ...]:
    """Return what a case says of pairs of parties; `own` is whose answers these are."""
    told = (_incidents(case), _answers(case, own), _replies(case, own))
    return (*chain.from_iterable(told), *_effects(case), *_work(case))


def _incidents(case: Case) -> Iterator[Signal]:
    on = _day(case.opened.began, case.opened.known)
    for actor, source in _named(case).items():
        for party in case.parties():
            if on is not None and actor != party:
                yield Signal(
                    on=on, a=actor, b=party, kind="incident", reference=case.number, source=source
                )


def _answers(case: Case, own: str) -> Iterator[Signal]:
    """Yield each answer on the day on which it first went out: its later steps climb no further."""
    steps: dict[int, list[Step]] = {}
    for _, step in case.of(Step):
        steps.setdefault(step.of, []).append(step)
    for number, choice in case.of(Chosen):
        some = steps.get(number, [])
        out = [one for one in some if one.what in _OUT]
        dated = [(on, one) for one in out if (on := _day(one.on, one.known)) is not None]
        if choice.against is None or choice.against == own or not (own and dated):
            continue
        on, first = min(dated, key=lambda pair: pair[0])
        response = BY_KEY.get(choice.answer)
        rung = response.rung if response is not None else None
        # Only what asked for something can wait for a reply.
        asks = bool(choice.deadline) or any(one.what == "called" for one in out)
        yield Signal(
            on=on,
            a=own,
            b=choice.against,
            kind="move" if rung is None else "answer",
            rung=rung,
            open=asks and not any(one.what in _BACK for one in some),
            reference=f"{case.number}/{number}",
            source=first.source,
        )


def _replies(case: Case, own: str) -> Iterator[Signal]:
    """Yield what others answered, to the own state or to whom it was said to go."""
    for number, reply in case.of(Replied):
        towards, on = reply.towards or own, _day(reply.on, reply.known or "")
        if on is None or not towards or towards == reply.party:
            continue
        yield Signal(
            on=on,
            a=reply.party,
            b=towards,
            kind="move" if reply.rung is None else "answer",
            rung=reply.rung,
            reference=f"{case.number}/{number}",
            source=reply.source,
        )


def _effects(case: Case) -> Iterator[Signal]:
    for number, effect in case.of(Effect):
        if effect.of == "relations" and effect.a and effect.b:
            on, reference = _day(effect.on, effect.known), f"{case.number}/{number}"
            yield from _tone((effect.a, effect.b), on, effect.score, (reference, effect.source))


def _work(case: Case) -> Iterator[Signal]:
    """Yield what dialogues and rounds came to, and those that are planned."""
    for number, work in case.of(Work):
        on, reference = _day(work.on), f"{case.number}/{number}"
        parties = sorted(set(work.parties))
        # What many do at one table says nothing of each two of them.
        for a, b in combinations(parties if len(parties) <= _MOST_AT_A_TABLE else (), 2):
            if work.state == "planned" and on is not None:
                yield Signal(on=on, a=a, b=b, kind="talks", reference=reference, source=work.source)
            elif (tone := _tone_of(work)) is not None:
                yield from _tone((a, b), on, tone, (reference, work.source))


def _tone_of(work: Work) -> int | None:
    if work.kind == "démarche":
        return _PROTEST if work.state == "held" else None
    return None if work.kind == "vote" else _TONES.get(work.state)


def _tone(
    pair: tuple[str, str], on: date | None, score: int, told: tuple[str, str]
) -> Iterator[Signal]:
    """Yield a tone from each side: what is said of two is said of neither alone."""
    if on is None:
        return
    reference, source = told
    for a, b in permutations(pair):
        yield Signal(on=on, a=a, b=b, kind="tone", tone=score, reference=reference, source=source)


def _day(on: str, known: str = "") -> date | None:
    """Return the day of something; None where none is known, or what is written is no day."""
    for one in (on, known):
        if len(one) >= _DAY:
            with suppress(RecordError):
                return first_day(one)
    return None


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
        several = sorted(set(talk.parties))
        for one, other in combinations(several if len(several) <= _MOST_AT_A_TABLE else (), 2):
            signal = Signal(
                on=talk.starts.date(),
                a=one,
                b=other,
                kind="talks",
                reference=talk.key,
                source=talk.source,
            )
            yield signal, kept.object_id
