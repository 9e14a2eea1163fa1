"""From what a case records of its answers to what the rules are told of it.

The entries are read in their order, those that stand: whatever a later entry corrected is left out
by whoever holds the case. What passed with the responsible state is told by its days, whatever
the order in which it was entered; where two days cannot be told apart the stricter holds.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from legation.safeguards.cases.bodies import Body, first_day, surely_before, surely_since
from legation.safeguards.cases.persons import Protected, SpeechNamed
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.answering.testing import Made, Tests
from legation.safeguards.cases.responses.catalogue import BY_KEY
from legation.safeguards.cases.responses.situation import CALLS, OnFoot, Situation, Uncounted

_GIVEN: Final = (*CALLS, "taken", "sent")


def on_record(base: Situation, entries: Iterable[tuple[int, Body]]) -> Situation:
    """Return a situation with what the entries record.

    Args:
        base: What others gathered: the attribution, the norms, the status, the day.
        entries: Numbers and bodies, in their order; those of other parts are passed over.
    """
    told = _Told(base)
    for number, body in entries:
        told.tests.read(number, body)
        if isinstance(body, Chosen):
            told.choose(number, body)
        elif isinstance(body, Step):
            told.step(body)
        elif isinstance(body, SpeechNamed):
            told.speech.add(body.kind)
        elif isinstance(body, Protected):
            told.guarded.add(body.kind)
    return told.situation()


def for_choice(situation: Situation, number: int, chosen: Chosen) -> Situation:
    """Return a situation as the rules of one choice see it: with its own test and its own words."""
    tests = dict(situation.tests)
    tests.pop(chosen.answer, None)
    if number in situation.tested:
        tests[chosen.answer] = situation.tested[number]
    return as_chosen(msgspec.structs.replace(situation, tests=tests), chosen)


def as_chosen(situation: Situation, chosen: Chosen) -> Situation:
    """Return a situation with what a choice says of itself."""
    return msgspec.structs.replace(
        situation,
        touching={**situation.touching, chosen.answer: chosen.touches},
        legal_ground=chosen.ground or situation.legal_ground,
        platform_rule=chosen.rule or situation.platform_rule,
    )


class _Told:
    """What was read so far."""

    def __init__(self, base: Situation) -> None:
        self._base = base
        self.tests = Tests()
        self.tests.waiting |= {key: Made(said=said) for key, said in base.tests.items()}
        self.tests.of_choices |= {of: Made(said=said) for of, said in base.tested.items()}
        self._chosen: dict[int, Chosen] = {}
        self._with_state: list[Step] = []
        self._tried = set(base.tried)
        self._on_foot = {one.of: one for one in base.on_foot}
        self.speech = set(base.speech)
        self.guarded = set(base.guarded)

    def choose(self, number: int, body: Chosen) -> None:
        self._chosen[number] = body
        if body.answer == "no-action":
            self._tried.add(body.answer)

    def step(self, body: Step) -> None:
        chosen = self._chosen.get(body.of)
        if chosen is None:
            return
        if body.what in _GIVEN:
            self._tried.add(chosen.answer)
        if body.what == "taken":
            self._on_foot[body.of] = OnFoot(
                of=body.of,
                answer=chosen.answer,
                against=chosen.against or "",
                touches=chosen.touches,
            )
        elif body.what == "stopped":
            self._on_foot.pop(body.of, None)
        # What passed with others than the responsible state is none of it.
        who = self._base.attributed
        if who.kind == "state" and chosen.against == who.party:
            self._with_state.append(body)

    def situation(self) -> Situation:
        days, uncounted = self._calls()
        return msgspec.structs.replace(
            self._base,
            tests={key: one.said for key, one in self.tests.waiting.items()},
            tested={of: one.said for of, one in self.tests.of_choices.items()},
            tried=frozenset(self._tried),
            on_foot=tuple(self._on_foot.values()),
            speech=frozenset(self.speech),
            guarded=frozenset(self.guarded),
            complied=self._complied(),
            uncounted=uncounted,
            **days,
        )

    def _calls(self) -> tuple[dict[str, str], dict[str, Uncounted]]:
        """Return the last day of each call that came after the act began, and why others do not."""
        days: dict[str, str] = {what: getattr(self._base, what) for what in CALLS}
        uncounted: dict[str, Uncounted] = {}
        for what in CALLS:
            made = [one.on for one in self._with_state if one.what == what]
            began = self._base.began
            since = [on for on in made if not began or surely_since(on, began)]
            if since:
                days[what] = max(since, key=first_day)
            elif made:
                before = all(surely_before(on, began) for on in made)
                uncounted[what] = "before" if before else "cannot tell"
        return days, uncounted

    def _complied(self) -> str:
        """Return the last day on which the state complied and was not surely called on since."""
        called = [one for one in self._with_state if one.what == "called"]
        complied = [self._base.complied] if self._base.complied else []
        for one in self._with_state:
            response = BY_KEY.get(self._chosen[one.of].answer)
            asked = any(call.of == one.of for call in called)
            # That a contact point gave what it was asked for is no compliance with a duty.
            if one.what == "complied" and (asked or (response is not None and response.stops)):
                complied.append(one.on)
        stands = [on for on in complied if not any(surely_before(on, call.on) for call in called)]
        return max(stands, key=first_day, default="")
