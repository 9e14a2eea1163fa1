"""What is stated about a playbook in a case: a step ticked, a rumour weighed.

Time and hand are the entry's. A tick is never taken back: a later one of the same step holds.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from legation.safeguards.cases.bodies import Answer, Body, Key, Number, On, Short, Words

Done = Literal["done", "not done", "does not apply"]


class Ticked(Body, frozen=True, kw_only=True, tag="ticked"):
    """One step of a playbook, as it stands by this hand.

    Attributes:
        playbook: Key of the playbook.
        step: Key of the step.
        on: When it was done, where that is not when it was written.
        rights_test: Entry of the rights test, for a step that touches persons.
        words: What was found, or why it does not apply.
    """

    playbook: Key
    step: Key
    done: Done
    on: On | None = None
    rights_test: Number | None = None
    words: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class RumourWeighed(Body, frozen=True, kw_only=True, tag="rumour-weighed"):
    """A rumour was held against a guide before anybody answered it.

    Attributes:
        guide: Key of the guide.
        rumour: What is said, in the words of the desk.
        answers: The answer to each question of the guide.
        rests_on: Facts of the case that show the answers.
        words: Why it was answered otherwise than advised, if it was.
    """

    guide: Key
    rumour: Words
    answers: Mapping[Key, Answer]
    rests_on: tuple[Number, ...] = ()
    words: Short = ""
