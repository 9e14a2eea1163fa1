"""What each kind of entry says, in a line: in lists, in files and in a terminal.

A list of which some lines are empty hides what was answered, agreed to or signed. So each kind
has its sentence here, made of its own fields; the entry's page shows all of them.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from legation.safeguards.cases import circumstances, effects, facts, persons
from legation.safeguards.cases.attribution import layers, matrix, naming, state_link
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.deciding import bodies as deciding
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.law import answers
from legation.safeguards.cases.playbooks import bodies as playbooks
from legation.safeguards.cases.responses.answering import steps

_B = TypeVar("_B", bound=Body)
# Stands in the place of what an entry of a dossier says: it may be of a person.
PERSONAL: Final = "of a dossier: look at it there, for a stated purpose"
NO_LAW: Final = "no law in force allows it"
_SAYS: Final[dict[type[Body], Callable[[Any], str]]] = {}


def words_of(body: Body) -> str:
    """Return what an entry says, in a line.

    >>> words_of(answers.Answered(question="forged", answer="yes", rests_on=(2,)))
    'forged: yes'
    """
    return PERSONAL if isinstance(body, OfDossier) else _SAYS[type(body)](body)


def _of(
    kind: type[_B],
) -> Callable[[Callable[[_B], tuple[str, ...]]], Callable[[_B], tuple[str, ...]]]:
    """Keep what a kind of entry says: a few parts, of which those that are empty are left out."""

    def keep(says: Callable[[_B], tuple[str, ...]]) -> Callable[[_B], tuple[str, ...]]:
        _SAYS[kind] = lambda body: "; ".join(part for part in says(body) if part)
        return says

    return keep


@_of(facts.Opened)
def _opened(body: facts.Opened) -> tuple[str, ...]:
    return body.title, body.summary


@_of(facts.Victim)
def _victim(body: facts.Victim) -> tuple[str, ...]:
    whose = f" of {body.party}" if body.party else ""
    return f"{body.kind}{whose}", body.what, body.mission or ""


@_of(facts.Said)
def _said(body: facts.Said) -> tuple[str, ...]:
    return (body.says,)


@_of(facts.Replied)
def _replied(body: facts.Replied) -> tuple[str, ...]:
    rung = "a move to calm" if body.rung is None else f"rung {body.rung}"
    return f"{body.party}{f' towards {body.towards}' if body.towards else ''}, {rung}", body.says


@_of(facts.Task)
def _task(body: facts.Task) -> tuple[str, ...]:
    return body.what, f"{body.owner}, due {body.due}"


@_of(facts.TaskDone)
def _task_done(body: facts.TaskDone) -> tuple[str, ...]:
    return f"task {body.task}: {body.outcome}", body.words


@_of(facts.Work)
def _work(body: facts.Work) -> tuple[str, ...]:
    return f"{body.kind}, {body.state}", body.level, ", ".join(body.parties), body.outcome


@_of(facts.Link)
def _link(body: facts.Link) -> tuple[str, ...]:
    return f"{body.kind} {body.to}", body.words


@_of(facts.Told)
def _told(body: facts.Told) -> tuple[str, ...]:
    whose = f" ({body.party})" if body.party else ""
    return f"{body.partner}{whose}, under TLP:{body.marking.upper()}", body.what


@_of(facts.Moved)
def _moved(body: facts.Moved) -> tuple[str, ...]:
    return f"{body.to}{f': {body.outcome}' if body.outcome else ''}", body.why


@_of(facts.Withdrawn)
def _withdrawn(body: facts.Withdrawn) -> tuple[str, ...]:
    return f"entry {body.what} is taken back", body.why


@_of(answers.Answered)
def _answered(body: answers.Answered) -> tuple[str, ...]:
    return f"{body.question}: {body.answer}", body.note


@_of(answers.ThresholdOpened)
def _threshold(body: answers.ThresholdOpened) -> tuple[str, ...]:
    return f"the question of armed conflict is {body.stands}", body.why


@_of(answers.PowerNeeded)
def _power(body: answers.PowerNeeded) -> tuple[str, ...]:
    return body.needed, body.law or NO_LAW, body.state or "", body.note


@_of(matrix.Hypothesis)
def _hypothesis(body: matrix.Hypothesis) -> tuple[str, ...]:
    return f"{body.key} ({body.kind})", _named(body), body.says


@_of(matrix.Weighed)
def _weighed(body: matrix.Weighed) -> tuple[str, ...]:
    fit = f"{body.fit:+d}, {matrix.FITS[body.fit]}"
    return f"entry {body.item} against {body.hypothesis}: {fit}", body.why


@_of(layers.Layered)
def _layered(body: layers.Layered) -> tuple[str, ...]:
    named = _named(body) or "nobody is named"
    return f"{body.layer}: {named}, {_sure(body)}", body.basis


@_of(state_link.Linked)
def _linked(body: state_link.Linked) -> tuple[str, ...]:
    told = state_link.link(body)
    given = ", ".join(f"{one.element}: {one.answer}" for one in body.answers)
    return f"{_named(body)}: {told.article}, {told.result}", given


@_of(naming.Claimed)
def _claimed(body: naming.Claimed) -> tuple[str, ...]:
    return naming.wording(body), body.how


@_of(naming.Attributed)
def _attributed(body: naming.Attributed) -> tuple[str, ...]:
    return naming.wording(body), f"{body.layer}, {_sure(body)}"


@_of(naming.Agreed)
def _agreed(body: naming.Agreed) -> tuple[str, ...]:
    return f"entry {body.to} is agreed to", body.words


@_of(naming.Withdrawn)
def _taken_back(body: naming.Withdrawn) -> tuple[str, ...]:
    return f"entry {body.to} is taken back", body.words


@_of(effects.Effect)
def _effect(body: effects.Effect) -> tuple[str, ...]:
    what = f"{body.a} and {body.b}" if body.of == "relations" else body.institution
    score = f"{body.score:+d} ({body.low:+d} to {body.high:+d})"
    return f"{body.of}, {what}: {score}", effects.meaning(body)


@_of(circumstances.Circumstances)
def _circumstances(body: circumstances.Circumstances) -> tuple[str, ...]:
    touched = ", ".join(f"{name}: {answer}" for name, answer in body.obligations.items())
    return (
        f"injured: {body.injured}",
        body.urgent,
        f"ceased {body.ceased}" if body.ceased else "",
        "before a tribunal" if body.pending else "",
        touched,
        body.commensurate,
    )


@_of(circumstances.DutyStated)
def _duty(body: circumstances.DutyStated) -> tuple[str, ...]:
    return f"{body.norm} binds by {body.by}: {body.binds}", body.why


@_of(persons.RightsTest)
def _rights_test(body: persons.RightsTest) -> tuple[str, ...]:
    of = f"entry {body.for_}" if isinstance(body.for_, int) else body.for_
    guarded = "no guarded source" if body.excluded == "neither" else f"source: {body.excluded}"
    return f"test of {of}: {guarded}", ", ".join(body.rights), body.necessity


@_of(persons.SpeechNamed)
def _speech(body: persons.SpeechNamed) -> tuple[str, ...]:
    return f"speech: {body.kind}", body.why


@_of(persons.Protected)
def _protected(body: persons.Protected) -> tuple[str, ...]:
    return body.kind, body.why


@_of(steps.Chosen)
def _chosen(body: steps.Chosen) -> tuple[str, ...]:
    return f"{body.answer}{f' to {body.against}' if body.against else ''}", body.why


@_of(steps.Step)
def _step(body: steps.Step) -> tuple[str, ...]:
    return f"choice {body.of}: {body.what}", body.words, body.outcome


@_of(deciding.Decision)
def _decision(body: deciding.Decision) -> tuple[str, ...]:
    return body.what, f"changes entry {body.changes}" if body.changes else ""


@_of(deciding.Signed)
def _signed(body: deciding.Signed) -> tuple[str, ...]:
    return f"entry {body.to} is signed, as {body.role}", body.words


@_of(playbooks.Ticked)
def _ticked(body: playbooks.Ticked) -> tuple[str, ...]:
    return f"{body.playbook}/{body.step}: {body.done}", body.words


@_of(playbooks.RumourWeighed)
def _rumour(body: playbooks.RumourWeighed) -> tuple[str, ...]:
    given = ", ".join(f"{key}: {answer}" for key, answer in body.answers.items())
    return body.rumour, given, body.words


def _named(body: Any) -> str:
    return ", ".join(one for one in (body.party or "", body.actor) if one)


def _sure(body: Any) -> str:
    return f"{body.likelihood}, confidence: {body.confidence}"
