"""What is stated in a sanctions dossier, entry by entry.

A dossier is no file beside the case: it is those entries of the case that name its key, folded
by `folding`. It cites the facts of the case by their numbers, so nothing in it is told twice. A
listing is of named persons and bodies; `PERSONAL` says which parts hold data about a person, for
whoever shows, keeps or erases them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases import patterns
from legation.safeguards.cases.bodies import Answer, Body, Key, Number, Short, Words

SubjectKind = Literal["person", "body"]
Admissibility = Literal["admissible", "disputed", "not admissible", "not judged"]
Cites = Annotated[tuple[Number, ...], msgspec.Meta(max_length=100)]
# One sentence; an act of the Council has none that is longer.
OneSentence = Annotated[str, msgspec.Meta(min_length=1, max_length=1200)]
# Its place in the statement, from 1.
Placed = Annotated[int, msgspec.Meta(ge=1, le=200)]
Day = Annotated[str, msgspec.Meta(pattern=patterns.DAY)]


class OfDossier(Body, frozen=True, kw_only=True):
    """What every entry of a dossier has: the key of the dossier."""

    dossier: Key


class DossierOpened(OfDossier, frozen=True, kw_only=True, tag="dossier"):
    """A dossier is begun.

    Attributes:
        regime: Key of the regime under which a listing is to be proposed.
        kind: Whether the subject is a natural person, or a legal person, entity or body.
    """

    regime: Key
    kind: SubjectKind


class Identified(OfDossier, frozen=True, kw_only=True, tag="identified"):
    """One thing that identifies the subject; of a field that takes one value the last holds.

    Attributes:
        field: Key of a field of the regime.
        value: As it is known; a state by its code, a day as a day.
        unavailable: That it was asked and cannot be had; then there is no value.
        rests_on: Facts of the case that show it.
    """

    field: Key
    value: Short = ""
    unavailable: bool = False
    rests_on: Cites = ()

    def __post_init__(self) -> None:
        """Refuse a field of which nothing is said, or two things."""
        if bool(self.value.strip()) == self.unavailable:
            raise RecordError(
                "a field has a value, or is unavailable",
                place="value",
                hint="give the value, or say that it cannot be had",
            )


class ThresholdMet(OfDossier, frozen=True, kw_only=True, tag="threshold-met"):
    """An answer to one question of the regime's threshold; the last holds."""

    question: Key
    answer: Answer
    rests_on: Cites = ()
    why: Words


class FactorMet(OfDossier, frozen=True, kw_only=True, tag="factor-met"):
    """A factor of the significance of the effect that is present."""

    factor: Key
    rests_on: Cites = ()
    why: Words


class Ground(OfDossier, frozen=True, kw_only=True, tag="ground"):
    """The ground on which the subject may be listed."""

    ground: Key
    rests_on: Cites = ()


class Reasoned(OfDossier, frozen=True, kw_only=True, tag="reasoned"):
    """One sentence of the individual statement of reasons; at one place the last holds.

    Attributes:
        at: Its place in the statement.
        serves: Parts of the statement, by the regime's keys, that it belongs to.
        rests_on: Facts of the case that show what it says.
    """

    at: Placed
    sentence: OneSentence
    serves: tuple[Key, ...] = ()
    rests_on: Cites = ()


class SourceJudged(OfDossier, frozen=True, kw_only=True, tag="source-judged"):
    """How one fact of the case may be used before a court; the last holds.

    Attributes:
        fact: Number of the entry that states it.
        open: Whether anybody can read the source.
    """

    fact: Number
    open: bool
    admissibility: Admissibility
    why: Words


class RemedySet(OfDossier, frozen=True, kw_only=True, tag="remedy-set"):
    """How the subject is heard: one part of the remedy that the regime asks for; the last holds."""

    remedy: Key
    how: Words


class RightsCited(OfDossier, frozen=True, kw_only=True, tag="rights-cited"):
    """The rights test that the listing passed, by its entry; the last holds."""

    test: Number


class ReviewSet(OfDossier, frozen=True, kw_only=True, tag="review"):
    """The day by which the listing is looked at again; the last holds."""

    on: Day

    def __post_init__(self) -> None:
        """Refuse what is no day."""
        try:
            date.fromisoformat(self.on)
        except ValueError as bad:
            raise RecordError(
                f"{self.on!r:.40} is no day", place="on", hint="write 2027-05-15"
            ) from bad


PERSONAL: Final[Mapping[type[OfDossier], tuple[str, ...]]] = {
    Identified: ("value",),
    Reasoned: ("sentence",),
}
