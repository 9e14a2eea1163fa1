"""A letter and its cover note, each filled in from the case with what is meant for its reader.

Of the case a letter tells what its receiver may read: facts with an open source, norms that bound
the receiver when it happened, an attribution in the words of its layer. All else stands in the
cover note: a letter that went out cannot be called back.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.cases.laws import law_told
from legation.app.home import identity_of
from legation.knowledge.organisations import organisations
from legation.knowledge.states import state_name
from legation.safeguards.cases.attribution.estimates import CONFIDENCE, RANGES
from legation.safeguards.cases.attribution.layers import MEANINGS, layers
from legation.safeguards.cases.attribution.naming import InForce, wording
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import DutyStated
from legation.safeguards.cases.facts import Said
from legation.safeguards.cases.gathering import (
    answers_of,
    assessed,
    attributed_in,
    began,
    numbered,
    records_in,
    rows_of,
    states_of,
)
from legation.safeguards.cases.law.answers import threshold_open
from legation.safeguards.cases.law.assessing import Assessment, classify
from legation.safeguards.cases.policy.pack import asked_of
from legation.safeguards.cases.responses.answering.cover import (
    CONFIRM,
    NOT_OPEN,
    PERSON,
    Cover,
    Ground,
    cover_text,
)
from legation.safeguards.cases.responses.answering.drafting import Draft, draft_text
from legation.safeguards.cases.responses.answering.naming_persons import may_name
from legation.safeguards.cases.responses.answering.steps import Chosen
from legation.safeguards.cases.responses.catalogue import response

if TYPE_CHECKING:
    from legation.app.scope import Scope

# What is judged by the law of the own state, whoever is written to.
_OWN_LAW: Final = ("criminal-charge", "takedown-request")
_PUBLIC: Final = ("public-statement", "public-attribution")
# Read by this desk alone: why it was chosen may stand in them.
_INTERNAL: Final = ("no-action", "technical-measure")
_FROM_MEMORY: Final = "from memory, not compared with its source"
_IN_FORCE: Final = "bound"


def letter_of(
    scope: "Scope",
    case: Case,
    book: Book,
    number: int,
    *,
    chosen: Chosen,
    told: Mapping[str, str],
    marking: str,
) -> Draft:
    """Return the document of a choice with its cover note.

    Args:
        scope: Whose desk it is.
        case: The case.
        book: For the policy's words, and the norms.
        number: Of the choice.
        chosen: The choice.
        told: What a person fills in; it wins over what the case says.
        marking: Of all that the cover note tells.

    Raises:
        UsageError: What is filled in has a name that no document knows.
    """
    one, force = response(chosen.answer), attributed_in(case).in_force
    grounds = _grounds(case, chosen)
    norms = _norms(case, book, chosen, force)
    silent = _unsaid(case, chosen) if force else ""
    opened = [body for body, ground in grounds if not ground.left_out]
    facts = {
        **_from_case(scope, case, book, chosen),
        "what": _listed(f"{body.says} {CONFIRM}" for body in opened),
        "evidence": _listed(f"{body.source}, {body.url} {CONFIRM}" for body in opened),
        "elements": _listed(_cited(norm) for norm, bound in norms if bound),
    }
    if force and not silent:
        facts |= _attribution(case, force, book, estimate=chosen.answer == "public-attribution")
    made = draft_text(one, {**facts, **told}, book.policy)
    cover = Cover(
        marking=marking,
        about=f"Case {case.number} ({case.opened.title}), entry {number}: {one.title}"
        + (f", to {state_name(chosen.against, book.states)}" if chosen.against else ""),
        why=chosen.why,
        rests_on=tuple(ground for _, ground in grounds),
        norms=tuple(_norm_told(one, bound=bound, receiver=_bound_one(book, chosen, force))
                    for one, bound in norms),
        unverified=tuple(_unverified(book, chosen, norms)),
        views=tuple(_views(case, book)),
        attribution=tuple(_attribution_told(case, force, book, silent)),
        signs=tuple(_signs(scope, case, book, number, chosen)),
        open=made.missing,
    )  # fmt: skip
    return msgspec.structs.replace(made, cover=cover_text(cover))


def _from_case(scope: "Scope", case: Case, book: Book, chosen: Chosen) -> dict[str, str]:
    opened = case.opened
    return {
        "case": case.number,
        "reference": case.number,
        "day": scope.now().date().isoformat(),
        "sender": identity_of(scope.store).name,
        "addressee": state_name(chosen.against, book.states) if chosen.against else "",
        "happened": opened.began,
        "known": opened.known,
        "deadline": chosen.deadline,
        "ground": _law_of(book, chosen),
        "platform": chosen.platform or "",
        "reason": chosen.why if chosen.answer in _INTERNAL else "",
    }


def _law_of(book: Book, chosen: Chosen) -> str:
    if not chosen.ground:
        return chosen.rule or ""
    law = book.norms.law(chosen.ground)
    return law.title if law else f"{chosen.ground} {CONFIRM}"


def _grounds(case: Case, chosen: Chosen) -> list[tuple[Said, Ground]]:
    """Return the facts on which a choice rests, each with what a cover note tells of it."""
    found = []
    for number, body in case.facts():
        if number not in chosen.rests_on:
            continue
        names = may_name(f"{body.says}\n{body.source}")
        left_out = PERSON if names else "" if body.url else NOT_OPEN
        ground = Ground(
            entry=number,
            says=f"{body.says} ({body.source}{f', {body.url}' if body.url else ''})",
            grade=f"{body.reliability}{body.credibility}",
            unverified=_FROM_MEMORY if body.verified == "from-memory" else "",
            left_out=left_out,
            names=names,
        )
        found.append((body, ground))
    return found


def _listed(some: Iterable[str]) -> str:
    return "; ".join(some)


def _bound_one(book: Book, chosen: Chosen, force: InForce | None) -> str:
    """Return whose norms a letter cites: of its receiver; of a body, those of whom it speaks."""
    if chosen.answer in _OWN_LAW:
        return book.own
    if chosen.against and chosen.against not in organisations():
        return chosen.against
    return (force.body.party if force else None) or ""


def _norms(
    case: Case, book: Book, chosen: Chosen, force: InForce | None
) -> list[tuple[Assessment, bool]]:
    """Return the norms whose elements are met, each with whether it bound the receiver then."""
    receiver = _bound_one(book, chosen, force)
    told = classify(
        answers_of(case),
        book.norms,
        states=tuple(dict.fromkeys((*states_of(case, book), *filter(None, [receiver])))),
        on=began(case),
        conflict=threshold_open(numbered(case)),
    )
    customs = {
        body.norm.casefold()
        for _, body in numbered(case)
        if isinstance(body, DutyStated) and body.by == "custom" and body.binds == "yes"
    }
    found = []
    for one in told:
        if one.result != "met" or one.elsewhere:
            continue
        bound = any(each.state == receiver and each.said == _IN_FORCE for each in one.bound)
        custom = bool({one.name.casefold(), one.key} & customs)
        found.append((one, bool(receiver) and (bound or custom) and _of_ground(one, chosen, book)))
    return found


def _of_ground(one: Assessment, chosen: Chosen, book: Book) -> bool:
    """Tell whether a norm stands in the law by which a platform is asked; others it does not."""
    if chosen.answer != "takedown-request":
        return True
    law = book.norms.law(chosen.ground or "")
    return law is not None and one.about == f"law:{law.key}"


def _cited(one: Assessment) -> str:
    return f"{one.agreement}, {one.number} ({one.title})"


def _norm_told(one: Assessment, *, bound: bool, receiver: str) -> str:
    said = "met" if bound else f"met, not in the letter: {_why_not(one, receiver)}"
    return f"{one.name}: {said}"


def _why_not(one: Assessment, receiver: str) -> str:
    if not receiver:
        return "no state is named that it could bind"
    told = next((each for each in one.bound if each.state == receiver), None)
    if told is None:
        return f"it is not known to bind {receiver}"
    note = f", {told.note}" if told.note else ""
    return f"{receiver} when it happened: {told.said}{note}"


def _unverified(book: Book, chosen: Chosen, norms: list[tuple[Assessment, bool]]) -> Iterator[str]:
    if mark := law_told(book, chosen):
        yield f"law {chosen.ground}: {mark}"
    for one, bound in norms:
        if bound and one.unverified:
            yield f"{one.name}: {one.mark}"
    if norms:
        yield "who was bound follows from lists of parties: compare them with the depositary's"


def _views(case: Case, book: Book) -> Iterator[str]:
    for one in assessed(case, book):
        if one.result == "disputed" and not one.elsewhere:
            yield f"{one.name}: {one.differ or one.views or one.disputed_by}"


def _unsaid(case: Case, chosen: Chosen) -> str:
    """Return why an attribution that is in force is not said in this letter; empty: it is."""
    political = layers(rows_of(case)).get("political")
    form = political[1].form if political else None
    if form == "none":
        return "the political layer says that it is not said at all"
    if form == "private" and chosen.answer in _PUBLIC:
        return "the political layer says it in private alone"
    return ""


def _attribution(case: Case, force: InForce, book: Book, *, estimate: bool) -> dict[str, str]:
    body = force.body
    party = state_name(body.party, book.states) if body.party else ""
    told = {
        "attributed_to": ", ".join(filter(None, (party, body.actor))),
        "attributed_by": body.by,
        "attributed_on": body.on,
        "attributed_as": _sense(case, force),
    }
    if not estimate:
        return told
    return told | {
        "likelihood": f"{body.likelihood} ({_percent(force)})",
        "confidence": f"{body.confidence} confidence ({CONFIDENCE[body.confidence]})",
    }


def _sense(case: Case, force: InForce) -> str:
    """Return in which sense an attribution is meant, in the words of its layer and form."""
    layer = force.body.layer
    if layer != "political":
        law = "" if layer == "legal" else "; it is no attribution in law"
        return f"in the {layer} sense: {MEANINGS[layer]}{law}"
    political = layers(rows_of(case)).get("political")
    form = f": said in {political[1].form}" if political else ""
    return f"in the political sense{form}; it is no attribution in law"


def _percent(force: InForce) -> str:
    of = RANGES[force.body.likelihood]
    return f"{of.low} to {of.high} percent"


def _attribution_told(case: Case, force: InForce | None, book: Book, silent: str) -> Iterator[str]:
    if force is None:
        yield "nobody is named: two persons have not set an attribution"
        return
    body = force.body
    yield f"{wording(body, book.states)}, {_sense(case, force)} (entry {force.number})"
    yield f"{body.likelihood} ({_percent(force)})"
    yield f"{body.confidence} confidence: {CONFIDENCE[body.confidence]}"
    if silent:
        yield f"it is not in the letter: {silent}"


def _signs(scope: "Scope", case: Case, book: Book, number: int, chosen: Chosen) -> Iterator[str]:
    asked = asked_of(response(chosen.answer), book.policy)
    yield f"{asked.persons or 1} must sign; it may be used by: {', '.join(asked.roles)}"
    names = {one.person_id: one.name for one in scope.store.roster.now().people}
    records = [one for one in records_in(case) if number in one.body.answers]
    for one in records:
        hands = [f"{names.get(hand.who, hand.who)} ({hand.role})" for hand in one.counting]
        yield f"decision of entry {one.entry}: signed by {', '.join(hands) or 'nobody'}"
    if not records:
        yield "no decision names this choice yet"
