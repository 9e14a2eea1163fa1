"""What the rules of the answers are told of a case, and nothing more.

Whoever holds the case gathers it from the entries: what was attributed, which duties' elements
are met, which tests and calls are on record. A part that was not gathered says so by its default,
and then what needs it is not open.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

import msgspec

from legation.safeguards.cases import patterns
from legation.safeguards.cases.bodies import Answer, Confidence, Key, Likelihood, Number, On

# What no countermeasure touches (ARSIWA 50).
Obligation = Literal[
    "force",
    "human-rights",
    "humanitarian",
    "peremptory",
    "dispute-settlement",
    "inviolability",
]
OBLIGATIONS: Final[tuple[Obligation, ...]] = get_args(Obligation)
OBLIGATION_WORDS: Final[dict[Obligation, str]] = {
    "force": "the duty to refrain from the threat or use of force",
    "human-rights": "duties that protect fundamental human rights",
    "humanitarian": "humanitarian duties that forbid reprisals",
    "peremptory": "duties under peremptory norms",
    "dispute-settlement": "a procedure to settle disputes that is in force between the two",
    "inviolability": "the inviolability of diplomatic or consular agents, premises, archives "
    "and documents",
}
Status = Literal["reported", "triaged", "assessed", "attributed", "answered", "closed"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
# "genuine": of citizens; the others are what a takedown may never be asked for.
Speech = Literal["genuine", "criticism", "opinion"]
Guarded = Literal["protected disclosure", "press source"]
# A state's own law, or what binds states alone: a treaty, a norm, a rule.
Ground = Literal["law", "between states"]
# What a rights test says of those whom the law guards; "unknown" is not yet a pass.
Excluded = Literal["neither", "protected disclosure", "press source", "unknown"]
LIKELIHOODS: Final[tuple[Likelihood, ...]] = get_args(Likelihood)
CONFIDENCES: Final[tuple[Confidence, ...]] = get_args(Confidence)
Day = Annotated[str, msgspec.Meta(pattern=patterns.TIME_OR_NONE)]
# What is owed to a state before a countermeasure (ARSIWA 52(1)).
Call = Literal["called", "notified", "offered"]
CALLS: Final[tuple[Call, ...]] = get_args(Call)
# Why a call on record does not count: it came before the act, or nobody can tell by its day.
Uncounted = Literal["before", "cannot tell"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a situation."""


class Attributed(_Part, frozen=True, kw_only=True):
    """The attribution that stands on the day.

    Attributes:
        kind: To what; `none`: to nobody.
        party: The state's code, or the name of the group.
        likelihood: How likely it is thought; None: not said.
        confidence: How much that can be leaned on; None: not said.
        agreed: Whether two persons set it.
        state_link: Whether the link to the state is met by a legal test.
        layer: In which sense it is meant: technical, operational, legal, political; empty: unsaid.
    """

    kind: Literal["state", "group", "none"] = "none"
    party: str = ""
    likelihood: Likelihood | None = None
    confidence: Confidence | None = None
    agreed: bool = False
    state_link: Answer = "unknown"
    layer: str = ""


class Duty(_Part, frozen=True, kw_only=True):
    """A norm that the case was compared with.

    Attributes:
        key: Its key among the facts.
        kind: What it is: conduct that meets an offence breaks no duty of a state by itself.
        weight: What it is in law.
        met: Whether its elements are met.
        binds: Whether it is in force between the state named and the injured one.
    """

    key: str
    kind: Literal["duty of states", "offence", "domestic law"]
    weight: Literal["binding", "political", "expert", "unilateral", "national position"]
    met: Answer = "unknown"
    binds: Answer = "unknown"


class OnFoot(_Part, frozen=True, kw_only=True):
    """A measure that was taken and has not ended.

    Attributes:
        of: Number of its choice.
        answer: Its key.
        against: To whom it is given; empty: to nobody.
        touches: Whether it touches persons.
    """

    of: Number
    answer: Key
    against: str = ""
    touches: bool = False


class Situation(_Part, frozen=True, kw_only=True):
    """What the rules are told.

    Attributes:
        status: How far the case is.
        day: For which day they are asked.
        attributed: The attribution in force.
        norms: What the case was compared with.
        injured: Who is injured, as seen by this desk: its own state, another one, or a group of
            states to which the duty is owed.
        touching: Whether an answer touches persons, where somebody said so.
        tests: Rights tests on record for the next choice of an answer: whom they exclude.
        tested: The same for what was chosen already, by the number of the choice.
        began: Day on which the act began, as far as it is known; empty: nobody said.
        called: Day on which the responsible state was called on to fulfil its duties.
        notified: Day on which it was told of the decision to take countermeasures.
        offered: Day on which it was offered to negotiate.
        uncounted: Which of these three are on record and do not count, and why.
        urgent: Why a countermeasure cannot wait; empty: it can.
        ceased: Day on which the act ended.
        complied: Day on which the responsible state fulfilled its duties.
        pending: Whether the dispute is before a tribunal whose decision binds both.
        obligations: Whether a countermeasure would touch each of what it never may.
        commensurate: Why it is in proportion to the injury.
        speech: What the case is about, where it is speech.
        legal_ground: The law by which a text may be taken down, or persons charged.
        grounds: What each key of a pack is that could be taken for such a law.
        grounds_named: Laws by which answers on record are asked for, by the answer.
        platform_rule: The platform's own rule that a text breaks.
        guarded: Whether the source is guarded by law.
        tried: Answers that were given in this case.
        on_foot: Measures that have not ended.
        signed: How many persons signed the decision on a choice, by its number.
    """

    status: Status
    day: On
    attributed: Attributed = Attributed()
    norms: tuple[Duty, ...] = ()
    injured: Literal["own", "other", "community", "unknown"] = "unknown"
    touching: dict[Key, bool] = {}
    tests: dict[Key, Excluded] = {}
    tested: dict[Number, Excluded] = {}
    began: Day = ""
    called: Day = ""
    notified: Day = ""
    offered: Day = ""
    uncounted: dict[Call, Uncounted] = {}
    urgent: str = ""
    ceased: Day = ""
    complied: Day = ""
    pending: bool = False
    obligations: dict[Obligation, Answer] = {}
    commensurate: str = ""
    speech: frozenset[Speech] = frozenset()
    legal_ground: str = ""
    grounds: Mapping[Key, Ground] = {}
    grounds_named: dict[Key, tuple[Key, ...]] = {}
    platform_rule: str = ""
    guarded: frozenset[Guarded] = frozenset()
    tried: frozenset[Key] = frozenset()
    on_foot: tuple[OnFoot, ...] = ()
    signed: dict[Number, int] = {}


def reaches(said: Likelihood | None, least: Likelihood) -> bool:
    """Tell whether an estimate is as likely as asked, or more.

    >>> reaches("likely", "very likely"), reaches("almost certain", "very likely")
    (False, True)
    """
    return said is not None and LIKELIHOODS.index(said) >= LIKELIHOODS.index(least)


def leans(said: Confidence | None, least: Confidence) -> bool:
    """Tell whether an estimate can be leaned on as much as asked, or more."""
    return said is not None and CONFIDENCES.index(said) >= CONFIDENCES.index(least)
