"""Whether what is judged, attributed, chosen or signed fits the case that it comes to.

Each kind of entry has its rules beside it, in its own part. They are asked here with what the case
has on record, so that no door can leave one of them out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from legation.errors import LegationError, RecordError
from legation.knowledge.states import verify_party
from legation.safeguards.cases.attribution.gaps import require_agreement
from legation.safeguards.cases.attribution.layers import Layered
from legation.safeguards.cases.attribution.matrix import Hypothesis, Weighed, matrix, require_whole
from legation.safeguards.cases.attribution.naming import Agreed, Attributed, Claimed
from legation.safeguards.cases.attribution.naming import Withdrawn as AttributionWithdrawn
from legation.safeguards.cases.attribution.state_link import Linked
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import DutyStated
from legation.safeguards.cases.deciding.bodies import Decision, Signed
from legation.safeguards.cases.deciding.records import require_decision
from legation.safeguards.cases.dossier.bodies import OfDossier, SourceJudged
from legation.safeguards.cases.dossier.folding import require_fits
from legation.safeguards.cases.effects import Effect
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Said
from legation.safeguards.cases.gathering import (
    items_of,
    numbered,
    rights_tests,
    rows_of,
    situation_of,
)
from legation.safeguards.cases.law.answers import (
    Answered,
    PowerNeeded,
    ThresholdOpened,
    forms_named,
    verify_answered,
    verify_power,
    verify_threshold,
)
from legation.safeguards.cases.persons import (
    Protected,
    RightsTest,
    SpeechNamed,
    verify_protected,
    verify_rights_test,
    verify_speech_named,
)
from legation.safeguards.cases.playbooks.bodies import RumourWeighed, Ticked
from legation.safeguards.cases.playbooks.standing import require_tick
from legation.safeguards.cases.responses.answering.checking import verify_chosen, verify_step
from legation.safeguards.cases.responses.answering.steps import Chosen, Step

Rule = Callable[[Case, Entry, Book, datetime], None]
_PARTIES: Final = ("party", "a", "b", "against")


def judge(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    """Require that an entry of a kind with rules of its own fits the case.

    Raises:
        RecordError: A part of it cannot be so; the place is the field.
        ConflictError: It does not fit what stands there.
        DeniedError: Who writes it may not, or something that must be there is missing.
        NotFoundError: It names what is not there.
    """
    body = entry.body
    for name in _PARTIES:
        code = getattr(body, name, None)
        if code:
            _known_party(code, name)
    rule = _RULES.get(type(body))
    if rule is None and isinstance(body, OfDossier):
        rule = _of_dossier
    if rule is not None:
        rule(case, entry, book, now)


def _answered(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del now
    body: Any = entry.body
    verify_answered(body, book.norms.questions, _numbers(case))


def _threshold(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del book, now
    body: Any = entry.body
    verify_threshold(body, _numbers(case))


def _power(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del now
    body: Any = entry.body
    verify_power(body, book.norms.names(), _numbers(case))


def _duty(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del case, now
    body: Any = entry.body
    forms_named(body.norm, book.norms.forms)


def _weighed(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del book, now
    body: Any = entry.body
    # What was weighed before was judged when it came: of it nothing is drawn again.
    hypotheses = (one for one in case.holding if isinstance(one.body, Hypothesis))
    rows = [(one.number, one.author, one.written, one.body) for one in (*hypotheses, entry)]
    try:
        require_whole(matrix(rows, items_of(case, only=body.item)))
    except RecordError as stray:
        place = stray.place.rpartition(": ")[2]
        said = str(stray).removeprefix(f"{stray.place}: ")
        raise RecordError(said, place=place, hint=stray.hint) from stray


def _agreed(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del book, now
    body: Any = entry.body
    rows, items = rows_of(case), items_of(case)
    require_agreement(rows, items, body, entry.author, gone=case.taken_back())


def _taken_back(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del book, now
    body: Any = entry.body
    named = next((one for number, one in numbered(case) if number == body.to), None)
    if not isinstance(named, Attributed | Agreed):
        raise RecordError(
            f"entry {body.to} is no attribution",
            place="to",
            hint="name a proposal, or a yes to one",
        )


def _rights(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del now
    body: Any = entry.body
    verify_rights_test(body, dict(case.of(Chosen)), book.playbooks)


def _speech(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del case, book, now
    body: Any = entry.body
    verify_speech_named(body)


def _protected(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del case, book, now
    body: Any = entry.body
    verify_protected(body)


def _chosen(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    body: Any = entry.body
    verify_chosen(body, situation_of(case, book, now.date()), book.policy)


def _step(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    body: Any = entry.body
    steps = [one for _, one in case.of(Step) if one.of == body.of]
    situation = situation_of(case, book, now.date())
    chosen = dict(case.of(Chosen)).get(body.of)
    verify_step(body, chosen, steps, situation, book.policy, now=now)


def _decided(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del book, now
    body: Any = entry.body
    require_decision(body, rows_of(case), case=case.number)


def _of_dossier(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del now
    body: Any = entry.body
    require_fits(body, numbered(case), book.regimes)
    if isinstance(body, SourceJudged):
        fact = next((one for number, one in numbered(case) if number == body.fact), None)
        if not isinstance(fact, Said):
            raise RecordError(
                f"entry {body.fact} is no fact", place="fact", hint="name an entry that says one"
            )


def _ticked(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del now
    body: Any = entry.body
    genuine = any(one.kind == "genuine" for _, one in case.of(SpeechNamed))
    require_tick(body, book.playbooks, rights_tests(case), genuine=genuine)


def _rumour(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    del case, now
    body: Any = entry.body
    if body.guide != book.guide.key:
        raise RecordError(
            f"no guide {body.guide!r:.60}", place="guide", hint=f"there is: {book.guide.key}"
        )
    known = {one.key for one in book.guide.question}
    for key in body.answers:
        if key not in known:
            raise RecordError(
                f"unknown question {key!r:.60}",
                place="answers",
                hint=f"the guide asks: {', '.join(sorted(known))}",
            )


def _numbers(case: Case) -> frozenset[int]:
    return frozenset(number for number, _ in numbered(case))


def _known_party(code: str, place: str) -> None:
    try:
        verify_party(code)
    except LegationError as unknown:
        raise RecordError(str(unknown), place=place, hint=unknown.hint) from unknown


_RULES: Final[Mapping[type[Body], Rule]] = {
    Answered: _answered,
    ThresholdOpened: _threshold,
    PowerNeeded: _power,
    DutyStated: _duty,
    Weighed: _weighed,
    Agreed: _agreed,
    AttributionWithdrawn: _taken_back,
    RightsTest: _rights,
    SpeechNamed: _speech,
    Protected: _protected,
    Chosen: _chosen,
    Step: _step,
    Decision: _decided,
    Signed: _decided,
    Ticked: _ticked,
    RumourWeighed: _rumour,
}
# Kinds that nothing of the case can gainsay: their own parts say all.
FREE: Final = (Hypothesis, Layered, Linked, Claimed, Attributed, Effect)
