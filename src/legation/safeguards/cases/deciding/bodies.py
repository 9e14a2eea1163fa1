"""What a decision states, and what a signature under it states.

A decision is changed by a further one that names it; nothing is written over. A signature carries
the hash of the bytes that its hand had before it, so it can never stand under others.
"""

from typing import Annotated

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases import patterns
from legation.safeguards.cases.bodies import (
    Body,
    Confidence,
    Likelihood,
    Line,
    Number,
    Short,
    Words,
)
from legation.safeguards.cases.dossier.bodies import Day

Digest = Annotated[str, msgspec.Meta(pattern=patterns.DIGEST)]


class Considered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An option that was weighed and not taken.

    Attributes:
        option: What it would have been, in a line.
        answer: Entry of the case that proposes it; None: it was only spoken of.
        why_not: Why it was not taken.
    """

    option: Line
    answer: Number | None = None
    why_not: Words


class Decision(Body, frozen=True, kw_only=True, tag="decision"):
    """A decision, or a change of one.

    Attributes:
        what: What is decided.
        answers: Entries of the case that hold the answers chosen; taking no action is one too.
        considered: Options that were not taken.
        legal_basis: The law on which each answer stands, or why none is needed.
        attribution: Entry of the attribution that it relies on; None: it relies on none.
        likelihood: How likely that attribution is held to be.
        confidence: How much that estimate can be leaned on.
        rights_test: Entry of the rights test that the answers passed; None: they touch no person.
        touches_persons: Whether any answer touches persons.
        review: Day by which the decision is looked at again.
        changes: The decision that this one changes; None: it is a new one.
    """

    what: Words
    answers: Annotated[tuple[Number, ...], msgspec.Meta(max_length=50)] = ()
    considered: Annotated[tuple[Considered, ...], msgspec.Meta(max_length=50)] = ()
    legal_basis: Words | None = None
    attribution: Number | None = None
    likelihood: Likelihood | None = None
    confidence: Confidence | None = None
    rights_test: Number | None = None
    touches_persons: bool
    review: Day | None = None
    changes: Number | None = None

    def __post_init__(self) -> None:
        """Refuse an attribution without its two words, or the words without it."""
        told = (self.attribution, self.likelihood, self.confidence)
        if any(part is None for part in told) and any(part is not None for part in told):
            raise RecordError(
                "an attribution is relied on with its likelihood and its confidence",
                place="attribution",
                hint="give all three, or none where the decision relies on no attribution",
            )


class Signed(Body, frozen=True, kw_only=True, tag="signed"):
    """Somebody signs a decision; who it is the entry says.

    Attributes:
        to: Entry of the decision as it was first made.
        role: In which role.
        sha256: Hash of the bytes that were signed.
        words: What the hand adds.
    """

    to: Number
    role: Line
    sha256: Digest
    words: Short = ""
