"""Choices, steps and rights tests of invented cases, and what their record tells the rules."""

from typing import Any, Final

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.persons import RightsTest
from legation.safeguards.cases.policy.pack import default_policy
from legation.safeguards.cases.responses.answering.recording import on_record
from legation.safeguards.cases.responses.answering.steps import Chosen, PassedOver, Step, What
from legation.safeguards.cases.responses.situation import Situation
from worlds.answered_cases import OTHER, all_open

SHIPPED: Final = default_policy()
BARE: Final = all_open(
    called="", notified="", offered="", tests={}, tried=frozenset(), on_foot=(), signed={}
)


def chosen(answer: str = "note-verbale", **said: Any) -> Chosen:
    given: dict[str, Any] = {
        "against": OTHER,
        "touches": False,
        "why": "to ask what they know of it",
        "rests_on": (1,),
        "instead_of": tuple(PassedOver(rung=rung, why="it was tried") for rung in range(12)),
    }
    return Chosen(answer=answer, **{**given, **said})


def step(what: What, of: int = 4, on: str = "2026-03-09", **said: Any) -> Step:
    return Step(of=of, what=what, on=on, words="it was done", source="the mission", **said)


def whole_test(step_of: str | int, excluded: Any = "neither") -> RightsTest:
    words = "a sentence that says enough"
    names = ("legality", "aim", "necessity", "proportionality", "safeguards")
    remedy = ("notice", "observations", "review")
    parts: dict[str, Any] = dict.fromkeys(("persons", *names, *remedy), words)
    return RightsTest(for_=step_of, rights=("privacy",), excluded=excluded, **parts)


def recorded(*bodies: Body, base: Situation = BARE) -> Situation:
    return on_record(base, enumerate(bodies, 1))
