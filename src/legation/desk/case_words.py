"""Words of cases that stand on pages: kinds of entries, statuses, answers, estimates.

They are kept in English and shown in the reader's language. A value that is a code, or too short
to be understood, is shown by what it means. Questions of law, reasons of answers, steps of
playbooks and all else that packs and files hold are data: they are shown as they are written,
marked as English.
"""

from collections.abc import Mapping
from typing import Any, Final, get_args

from legation.app.cases.sheets import CAVEAT
from legation.app.cases.signals import CAVEAT as WATCH_CAVEAT
from legation.knowledge.binding import Bound
from legation.missions.register import THREATS
from legation.safeguards.cases.attribution.estimates import CREDIBILITY, RELIABILITY
from legation.safeguards.cases.attribution.layers import LAYERS
from legation.safeguards.cases.attribution.matrix import FITS
from legation.safeguards.cases.attribution.matrix import Kind as HypothesisKind
from legation.safeguards.cases.attribution.naming import (
    NO_LINK,
    NOBODY_PROPOSED,
    NOTHING_WEIGHED,
    UNWEIGHED,
    WAITS,
    WITHDRAWN,
)
from legation.safeguards.cases.bodies import Answer, Likelihood
from legation.safeguards.cases.dossier.bodies import Admissibility, SubjectKind
from legation.safeguards.cases.entries import TAGS
from legation.safeguards.cases.escalation.watch import Verdict, sentences
from legation.safeguards.cases.facts import (
    STATUSES,
    Domain,
    LinkKind,
    Medium,
    Outcome,
    Purpose,
    Template,
    Type,
    VictimKind,
    WorkKind,
    WorkState,
)
from legation.safeguards.cases.law.logic import Result
from legation.safeguards.cases.persons import RIGHTS
from legation.safeguards.cases.playbooks.bodies import Done
from legation.safeguards.cases.playbooks.standing import StepState
from legation.safeguards.cases.responses.answering.options import State
from legation.safeguards.cases.responses.answering.steps import What
from legation.safeguards.cases.responses.response import Kind as ReasonKind
from legation.safeguards.cases.responses.situation import OBLIGATION_WORDS, Speech

# By context: what is shown in the place of a value, or beside it.
MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "by what a duty binds": {
        "treaty": "a treaty in force between both",
        "custom": "custom",
    },
    "credibility": dict(CREDIBILITY.items()),
    "duty that is not touched": dict(OBLIGATION_WORDS.items()),
    "fit": {str(number): words for number, words in FITS.items()},
    "form of an attribution": {
        "public": "in public",
        "private": "in private",
        "none": "it is not said",
    },
    "guarded source": {
        "neither": "no guarded source is concerned",
        "protected disclosure": "a disclosure that the law protects",
        "press source": "a source of the press",
        "unknown": "not known yet",
    },
    "how far a fact was checked": {
        "verified-excerpt": "compared with the source",
        "verified-excerpt-press": "read in the press, not compared with the source",
        "from-memory": "from memory, not checked",
    },
    "kind of diplomatic work": {
        "round": "round of talks",
        "CBM": "confidence-building measure (CBM)",
    },
    "kind of document": {
        "post": "post on a platform",
        "log": "log of a machine",
    },
    "kind of speech": {"genuine": "genuine speech of citizens"},
    "reliability": dict(RELIABILITY.items()),
    "right": dict(RIGHTS.items()),
    "test of a link to a state": {
        "organ": "an organ of the state acted (ARSIWA 4)",
        "empowered": "somebody acted with authority of the state (ARSIWA 5)",
        "directed": "the state directed or controlled it (ARSIWA 8)",
        "adopted": "the state acknowledged and adopted it (ARSIWA 11)",
    },
    "type of case": THREATS,
    "what an effect is on": {
        "relations": "relations of two parties",
        "trust": "trust in an institution",
    },
    "who is injured": {
        "own": "our own state",
        "other": "another state",
        "community": "all to which the duty is owed",
        "unknown": "not known",
    },
    "who may be told": {
        "clear": "everybody may know it",
        "green": "the circle of the partner, not the public",
        "amber": "the organisation of the partner and whom it serves, if they need to know",
        "amber+strict": "the organisation of the partner alone, if its people need to know",
        "red": "only the persons who are told",
    },
}
# Contexts of which each value has such words, and no other stands in them.
_WHOLE: Final = (
    *("by what a duty binds", "credibility", "duty that is not touched", "form of an attribution"),
    *("guarded source", "how far a fact was checked", "reliability", "right"),
    *("test of a link to a state", "what an effect is on", "who is injured", "who may be told"),
)


def _words(*kinds: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for kind in kinds for one in get_args(kind) if one))


def _meant(context: str, kind: Any) -> tuple[str, ...]:
    """Return what a form shows of the values of a context."""
    return tuple(MEANINGS[context].get(one, one) for one in _words(kind))


CASE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "status of a case": STATUSES,
    "type of case": _words(Type),
    "domain": _words(Domain),
    "what a case touches": _words(Purpose),
    "outcome of a case": _words(Outcome),
    "kind of victim": _words(VictimKind),
    "kind of link": _words(LinkKind),
    "kind of entry": tuple(TAGS),
    "answer to a question": _words(Answer),
    "likelihood": _words(Likelihood),
    "layer of attribution": LAYERS,
    "kind of hypothesis": _words(HypothesisKind),
    "fit": tuple(FITS.values()),
    "result of a norm": _words(Result),
    "whether a state is bound": _words(Bound.__annotations__["said"]),
    "stance": ("adopted", "rejected", "silent"),
    "state of an answer": _words(State),
    "kind of reason": _words(ReasonKind),
    "what was done": _words(What),
    "state of a step": _words(StepState, Done),
    "kind of subject": _words(SubjectKind),
    "verdict of a watch": _words(Verdict),
    "admissibility": _words(Admissibility),
    "how a task ended": ("done", "dropped"),
    "kind of diplomatic work": _meant("kind of diplomatic work", WorkKind),
    "kind of document": _meant("kind of document", Medium),
    "kind of speech": _meant("kind of speech", Speech),
    "occasion of a case": _words(Template),
    "standing of a question": ("open", "closed"),
    "standing of diplomatic work": _words(WorkState),
    **{context: tuple(MEANINGS[context].values()) for context in _WHOLE},
}
CASE_TOLD: Final = (
    CAVEAT,
    WATCH_CAVEAT,
    NOBODY_PROPOSED,
    NOTHING_WEIGHED,
    UNWEIGHED,
    WAITS,
    WITHDRAWN,
    NO_LINK,
    "the purpose of the look",
    *sentences(),
)
