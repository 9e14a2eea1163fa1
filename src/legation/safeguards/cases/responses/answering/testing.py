"""Which rights test serves which choice, and whether it still speaks for it.

A test serves one choice: the next one of that answer needs its own, since it may touch others.
One that was made before the source was named as guarded did not ask about that source: of it
nothing is known until the test is made anew.
"""

from collections.abc import Iterable
from typing import Final, final

import msgspec

from legation.safeguards.cases.bodies import Body, Number
from legation.safeguards.cases.persons import Protected, RightsTest
from legation.safeguards.cases.responses.answering.steps import Chosen
from legation.safeguards.cases.responses.situation import Excluded

# What passes: no source that the law guards is concerned.
PASSED: Final[Excluded] = "neither"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A rights test on record.

    Attributes:
        entry: Its number; 0: of a situation that was not read from entries.
        said: Whom it excludes, as far as it still speaks.
    """

    entry: Number | int = 0
    said: Excluded


@final
class Tests:
    """The tests that were read so far.

    Attributes:
        waiting: For the next choice of an answer, or for a step of a playbook, by its name.
        of_choices: For what was chosen, by the number of the choice.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.waiting: dict[str, Made] = {}
        self.of_choices: dict[Number, Made] = {}

    def read(self, number: Number, body: Body) -> None:
        """Read one entry; what is no test and concerns none is passed over."""
        if isinstance(body, RightsTest):
            made = Made(entry=number, said=body.excluded)
            if isinstance(body.for_, int):
                self.of_choices[body.for_] = made
            else:
                self.waiting[body.for_] = made
        elif isinstance(body, Chosen) and body.answer in self.waiting:
            self.of_choices[number] = self.waiting.pop(body.answer)
        elif isinstance(body, Protected):
            self.waiting = {key: _unsure(one) for key, one in self.waiting.items()}
            self.of_choices = {of: _unsure(one) for of, one in self.of_choices.items()}


def tests_of_choices(entries: Iterable[tuple[Number, Body]]) -> dict[Number, Number]:
    """Return the entry of the test of each choice that has one which passes, by its number."""
    told = Tests()
    for number, body in entries:
        told.read(number, body)
    return {of: one.entry for of, one in told.of_choices.items() if one.said == PASSED}


def passing_tests(entries: Iterable[tuple[Number, Body]]) -> dict[Number, str | Number]:
    """Return what each test that passes was made for, by the number of its entry.

    Of a test that was made before the source was named as guarded nothing is known.
    """
    found: dict[Number, str | Number] = {}
    for number, body in entries:
        if isinstance(body, RightsTest) and body.excluded == PASSED:
            found[number] = body.for_
        elif isinstance(body, Protected):
            found.clear()
    return found


def _unsure(one: Made) -> Made:
    return Made(entry=one.entry, said="unknown") if one.said == PASSED else one
