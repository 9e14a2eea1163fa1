"""What a person says of a case that no entry shows: who is injured, what cannot wait, what binds.

Some rules ask for a judgement. It is stated by a person, with what it rests on, and it can be
stated anew; the last holds. That a duty binds as custom is such a judgement too: treaties have
lists of parties, custom has none.
"""

from collections.abc import Collection
from typing import Annotated, Literal

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.bodies import Answer, Body, Line, Number, Words
from legation.safeguards.cases.responses.situation import Day, Obligation

Injured = Literal["own", "other", "community", "unknown"]
Ground = Annotated[tuple[Number, ...], msgspec.Meta(min_length=1)]


class Circumstances(Body, frozen=True, kw_only=True, tag="circumstances"):
    """What the rules of the answers ask a person; the last holds, as a whole.

    Attributes:
        injured: Who is injured: the own state, another one, or all to which the duty is owed.
        urgent: Why a countermeasure cannot wait for notice; empty: it can.
        ceased: Day on which the act ended; empty: it goes on, or nobody knows.
        pending: Whether the dispute is before a tribunal whose decision binds both.
        obligations: Whether a countermeasure would touch each of what it never may (ARSIWA 50).
        commensurate: Why it would be in proportion to the injury (ARSIWA 51).
    """

    injured: Injured = "unknown"
    urgent: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    ceased: Day = ""
    pending: bool = False
    obligations: dict[Obligation, Answer] = msgspec.field(default_factory=dict)
    commensurate: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    rests_on: Ground


def as_left(body: Circumstances, gone: Collection[int]) -> Circumstances:
    """Return what is left of it once entries were taken back: where its ground fell, what bars.

    Args:
        body: What was stated.
        gone: Numbers of entries that were taken back.
    """
    if not any(one in gone for one in body.rests_on):
        return body
    barring = {name: said for name, said in body.obligations.items() if said != "no"}
    return msgspec.structs.replace(
        body, injured="unknown", urgent="", commensurate="", obligations=barring
    )


class DutyStated(Body, frozen=True, kw_only=True, tag="duty"):
    """Whether a norm binds between the state that is named and the one that is injured.

    Attributes:
        norm: Its name, such as `tallinn 4`, or the key of its form.
        binds: Whether it binds.
        by: By what: a treaty in force between both, or custom.
        source: Who holds so: a court, a practice, a legal opinion.
    """

    norm: Line
    binds: Answer
    by: Literal["treaty", "custom"]
    why: Words
    source: Line
    rests_on: tuple[Number, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a duty without its norm."""
        if not self.norm.strip():
            raise RecordError("it names no norm", place="norm", hint="such as: tallinn 4")


def binds_still(body: DutyStated, gone: Collection[int]) -> Answer:
    """Return whether a norm binds by what was stated, once entries were taken back."""
    fell = any(one in gone for one in body.rests_on)
    return "unknown" if fell and body.binds != "no" else body.binds
