"""What a decision record lacks before it can be shown years later.

The gaps are those of the content and those of the hands. Nothing here says whether the decision
is right; it says whether a reader could see on what it stood.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from legation.errors import ConflictError
from legation.safeguards.cases.bodies import Confidence, Likelihood, Number
from legation.safeguards.cases.deciding.bodies import Decision
from legation.safeguards.cases.deciding.records import HANDS, Record

DecisionGapKind = Literal[
    "answer-missing",
    "answer-unknown",
    "considered-missing",
    "option-unknown",
    "option-chosen",
    "legal-basis-missing",
    "attribution-unknown",
    "attribution-differs",
    "rights-missing",
    "rights-unknown",
    "rights-other",
    "answer-untested",
    "review-missing",
    "review-malformed",
    "review-past",
    "unsigned",
    "one-hand",
    "signed-before-change",
]
WORDS: Final[Mapping[DecisionGapKind, tuple[str, str]]] = {
    "answer-missing": (
        "no answer is chosen",
        "name the entry of an answer; taking no action is one",
    ),
    "answer-unknown": ("what is chosen is no answer of the case", "name the entry of an answer"),
    "considered-missing": (
        "no other option was weighed",
        "name at least one, and why it was not taken",
    ),
    "option-unknown": ("what was weighed is no answer of the case", "name its entry, or none"),
    "option-chosen": ("an option is both chosen and refused", "keep one of the two"),
    "legal-basis-missing": (
        "no legal basis is named",
        "name the law, or say why none is needed",
    ),
    "attribution-unknown": (
        "what is relied on is no attribution of the case",
        "name the entry of one that was set",
    ),
    "attribution-differs": (
        "the attribution says another likelihood or confidence",
        "take its words over, or set the attribution anew",
    ),
    "rights-missing": (
        "the answers touch persons, and no rights test is cited",
        "make the test and cite its entry",
    ),
    "rights-unknown": ("what is cited is no rights test that was passed", "cite its entry"),
    "rights-other": (
        "the rights test that is cited was made for another answer",
        "cite the test that was made for an answer of this decision",
    ),
    "answer-untested": (
        "an answer touches persons, and no rights test of its own passed",
        "make the test for the number of that choice",
    ),
    "review-missing": ("no day of review is set", "set one"),
    "review-malformed": ("the day of review is no day", "write 2027-05-15"),
    "review-past": ("the day of review has passed", "review the decision and set a new day"),
    "unsigned": ("nobody has signed", "two different persons sign"),
    "one-hand": ("only one person has signed", "a second person signs"),
    "signed-before-change": (
        "a signature was given to an earlier state",
        "whoever gave it reads the decision as it stands and signs again",
    ),
}


class DecisionGap(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a decision record lacks.

    Attributes:
        kind: Key of `WORDS`.
        place: Field of the decision, or the entry of a signature.
        about: What it is about; empty: all is said.
    """

    kind: DecisionGapKind
    place: str
    about: str = ""

    @property
    def says(self) -> str:
        """Return what is missing, in one sentence."""
        return WORDS[self.kind][0]

    @property
    def hint(self) -> str:
        """Return what can be done about it."""
        return WORDS[self.kind][1]


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """What the case holds that a decision may cite.

    Attributes:
        today: The day on which it is judged.
        answers: Entries that hold an answer.
        touching: Of them, those that touch persons.
        attributions: Likelihood and confidence of each attribution that was set, by its entry.
        rights_tests: Entries that hold a rights test which was passed.
        tested: The entry of the test of each answer that has one which was passed.
    """

    today: date
    answers: frozenset[Number] = frozenset()
    touching: frozenset[Number] = frozenset()
    attributions: Mapping[Number, tuple[Likelihood, Confidence]] = msgspec.field(
        default_factory=dict
    )
    rights_tests: frozenset[Number] = frozenset()
    tested: Mapping[Number, Number] = msgspec.field(default_factory=dict)


def decision_gaps(record: Record, stands: Stands) -> tuple[DecisionGap, ...]:
    """Return each gap of a decision record, its content first; none: it can be shown."""
    parts = (_of_answers, _of_attribution, _of_rights, _of_review)
    found = [gap for part in parts for gap in part(record.body, stands)]
    return (*found, *_of_hands(record))


def require_decided(record: Record, stands: Stands) -> None:
    """Require a decision record without a gap.

    Raises:
        ConflictError: It has gaps; the hint lists each with its place.
    """
    found = decision_gaps(record, stands)
    if found:
        listed = "; ".join(f"{gap.place}: {gap.says}" for gap in found)
        raise ConflictError(f"the decision is not complete ({len(found)})", hint=listed)


def _of_answers(body: Decision, stands: Stands) -> Iterator[DecisionGap]:
    if not body.answers:
        yield DecisionGap(kind="answer-missing", place="answers")
    for number in body.answers:
        if number not in stands.answers:
            yield DecisionGap(kind="answer-unknown", place="answers", about=str(number))
    if not body.considered:
        yield DecisionGap(kind="considered-missing", place="considered")
    for one in body.considered:
        if one.answer is None:
            continue
        if one.answer not in stands.answers:
            yield DecisionGap(kind="option-unknown", place="considered", about=str(one.answer))
        if one.answer in body.answers:
            yield DecisionGap(kind="option-chosen", place="considered", about=str(one.answer))
    if not (body.legal_basis or "").strip():
        yield DecisionGap(kind="legal-basis-missing", place="legal_basis")


def _of_attribution(body: Decision, stands: Stands) -> Iterator[DecisionGap]:
    if body.attribution is None:
        return
    about = str(body.attribution)
    said = stands.attributions.get(body.attribution)
    if said is None:
        yield DecisionGap(kind="attribution-unknown", place="attribution", about=about)
    elif said != (body.likelihood, body.confidence):
        yield DecisionGap(kind="attribution-differs", place="attribution", about=", ".join(said))


def _of_rights(body: Decision, stands: Stands) -> Iterator[DecisionGap]:
    # Whoever writes the decision may overlook that an answer touches persons; the answer does not.
    touches = body.touches_persons or not stands.touching.isdisjoint(body.answers)
    if body.rights_test is None:
        if touches:
            yield DecisionGap(kind="rights-missing", place="rights_test")
    elif body.rights_test not in stands.rights_tests:
        about = str(body.rights_test)
        yield DecisionGap(kind="rights-unknown", place="rights_test", about=about)
    else:
        yield from _of_tests(body, body.rights_test, stands)


def _of_tests(body: Decision, cited: Number, stands: Stands) -> Iterator[DecisionGap]:
    """Yield where a test that passed is none of the answers, which need one each."""
    known = [one for one in body.answers if one in stands.answers]
    if known and cited not in {stands.tested.get(one) for one in known}:
        yield DecisionGap(kind="rights-other", place="rights_test", about=str(cited))
        return
    for one in known:
        if one in stands.touching and one not in stands.tested:
            yield DecisionGap(kind="answer-untested", place="answers", about=str(one))


def _of_review(body: Decision, stands: Stands) -> Iterator[DecisionGap]:
    if body.review is None:
        yield DecisionGap(kind="review-missing", place="review")
        return
    try:
        day = date.fromisoformat(body.review)
    except ValueError:
        yield DecisionGap(kind="review-malformed", place="review", about=body.review)
        return
    if day <= stands.today:
        yield DecisionGap(kind="review-past", place="review", about=body.review)


def _of_hands(record: Record) -> Iterator[DecisionGap]:
    counting = {hand.who for hand in record.counting}
    if not counting:
        yield DecisionGap(kind="unsigned", place="signatures")
    elif len(counting) < HANDS:
        yield DecisionGap(kind="one-hand", place="signatures", about=record.counting[0].who)
    for hand in record.hands:
        if not hand.counts and hand.who not in counting and len(counting) < HANDS:
            yield DecisionGap(
                kind="signed-before-change", place=f"entry {hand.entry}", about=hand.who
            )
