"""What a case records of its answers: which was chosen, and what became of it, step by step."""

from typing import Annotated, Literal

import msgspec

from legation.safeguards.cases.bodies import Body, Key, Line, Number, On, Party, Short, Words
from legation.safeguards.cases.responses.situation import Day

# "called": on the state to fulfil its duties; "notified": of the decision to take countermeasures;
# "offered": to negotiate. "taken" is of what is done, "sent" of what is said or asked.
What = Literal[
    "prepared",
    "called",
    "notified",
    "offered",
    "taken",
    "sent",
    "acknowledged",
    "refused",
    "complied",
    "stopped",
]


class PassedOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a lower rung was not used."""

    rung: Annotated[int, msgspec.Meta(ge=0, le=11)]
    why: Words


class Chosen(Body, frozen=True, kw_only=True, tag="chosen"):
    """That an answer was chosen.

    Attributes:
        answer: Its key.
        against: To whom it is given.
        touches: Whether it touches persons; whoever chooses says so.
        why: Why this answer.
        instead_of: Why each lower rung that is open was passed over.
        ground: Key of the law that it is asked for by.
        rule: Key of the platform's own rule.
        platform: Key of the platform.
        deadline: Day by which an answer is hoped for, or until which it holds.
        rests_on: Numbers of the entries that it rests on.
    """

    answer: Key
    against: Party | None = None
    touches: bool
    why: Words
    instead_of: tuple[PassedOver, ...] = ()
    ground: Key | None = None
    rule: Key | None = None
    platform: Key | None = None
    deadline: Day = ""
    rests_on: Annotated[tuple[Number, ...], msgspec.Meta(min_length=1)]


class Step(Body, frozen=True, kw_only=True, tag="step"):
    """What became of a choice.

    Attributes:
        of: Number of the choice.
        what: What was done, or came back.
        on: When.
        known: When it became known here; empty: at once.
        words: What was said or done.
        outcome: What came of it.
        source: Where that is from.
    """

    of: Number
    what: What
    on: On
    known: Day = ""
    words: Words
    outcome: Short = ""
    source: Line
