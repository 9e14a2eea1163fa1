"""From what a case records of its answers to what the rules are told of it.

The entries are read in their order, those that stand: whatever a later entry corrected is left out
by whoever holds the case. A rights test serves one choice: the next one of that answer needs its
own, since it may touch others.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.persons import Protected, RightsTest, SpeechNamed
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.catalogue import BY_KEY
from legation.safeguards.cases.responses.situation import Excluded, OnFoot, Situation

_GIVEN: Final = ("called", "notified", "offered", "taken", "sent")


def on_record(base: Situation, entries: Iterable[tuple[int, Body]]) -> Situation:
    """Return a situation with what the entries record.

    Args:
        base: What others gathered: the attribution, the norms, the status, the day.
        entries: Numbers and bodies, in their order; those of other parts are passed over.
    """
    told = _Told(base)
    for number, body in entries:
        if isinstance(body, RightsTest):
            told.test(body)
        elif isinstance(body, Chosen):
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
        self._tests = dict(base.tests)
        self._tested = dict(base.tested)
        self._days = {
            name: getattr(base, name) for name in ("called", "notified", "offered", "complied")
        }
        self._chosen: dict[int, Chosen] = {}
        self._called: set[int] = set()
        self._tried = set(base.tried)
        self._on_foot = {one.of: one for one in base.on_foot}
        self.speech = set(base.speech)
        self.guarded = set(base.guarded)

    def test(self, body: RightsTest) -> None:
        said: Excluded = body.excluded
        if isinstance(body.for_, int):
            self._tested[body.for_] = said
        else:
            self._tests[body.for_] = said

    def choose(self, number: int, body: Chosen) -> None:
        self._chosen[number] = body
        if body.answer in self._tests:
            self._tested[number] = self._tests.pop(body.answer)
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
                of=body.of, answer=chosen.answer, touches=chosen.touches
            )
        elif body.what == "stopped":
            self._on_foot.pop(body.of, None)
        self._with_the_state(body, chosen)

    def _with_the_state(self, body: Step, chosen: Chosen) -> None:
        """Note what passed with the responsible state; what passed with others is none of it."""
        who = self._base.attributed
        if who.kind != "state" or chosen.against != who.party:
            return
        if body.what in ("called", "notified", "offered"):
            self._days[body.what] = body.on
        if body.what == "called":
            self._called.add(body.of)
            self._days["complied"] = ""
        response = BY_KEY.get(chosen.answer)
        asked = body.of in self._called or (response is not None and response.stops)
        # That a contact point gave what it was asked for is no compliance with a duty.
        if body.what == "complied" and asked:
            self._days["complied"] = body.on

    def situation(self) -> Situation:
        return msgspec.structs.replace(
            self._base,
            tests=self._tests,
            tested=self._tested,
            tried=frozenset(self._tried),
            on_foot=tuple(self._on_foot.values()),
            speech=frozenset(self.speech),
            guarded=frozenset(self.guarded),
            **self._days,
        )
