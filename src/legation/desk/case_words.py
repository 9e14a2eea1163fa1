"""Words of cases that stand on pages: kinds of entries, statuses, answers, estimates.

They are kept in English and shown in the reader's language. Questions of law, reasons of answers,
steps of playbooks and all else that packs and files hold are data: they are shown as they are
written, marked as English.
"""

from collections.abc import Mapping
from typing import Any, Final, get_args

from legation.app.cases.sheets import CAVEAT
from legation.app.cases.signals import CAVEAT as WATCH_CAVEAT
from legation.knowledge.binding import Bound
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
from legation.safeguards.cases.dossier.bodies import SubjectKind
from legation.safeguards.cases.entries import TAGS
from legation.safeguards.cases.escalation.watch import Verdict, sentences
from legation.safeguards.cases.facts import (
    STATUSES,
    Domain,
    LinkKind,
    Outcome,
    Purpose,
    Type,
    VictimKind,
)
from legation.safeguards.cases.law.logic import Result
from legation.safeguards.cases.playbooks.standing import StepState
from legation.safeguards.cases.responses.answering.options import State
from legation.safeguards.cases.responses.answering.steps import What
from legation.safeguards.cases.responses.response import Kind as ReasonKind


def _words(*kinds: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for kind in kinds for one in get_args(kind) if one))


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
    "state of a step": _words(StepState),
    "kind of subject": _words(SubjectKind),
    "verdict of a watch": _words(Verdict),
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
