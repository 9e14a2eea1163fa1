"""The document of an answer that was chosen: filled in from the case, and laid ready to be sent.

Rooms that send letters, requests and statements are other rooms. Until one of them takes it, a
prepared document is a draft in the outbox: it waits there, and that it was prepared is an entry of
the case. Both come at once or not at all, and a file of it with them. Of an answer that is not
open any more there is no document.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.home import identity_of
from legation.app.kept import Exported
from legation.app.leaving import Left, leave, marking_to_leave
from legation.errors import RecordError
from legation.formats.marked import named
from legation.safeguards.cases.attribution.naming import InForce
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.facts import Opened
from legation.safeguards.cases.gathering import assessed, attributed_in, situation_of
from legation.safeguards.cases.law.answers import Answered, ThresholdOpened
from legation.safeguards.cases.responses.answering.checking import require_open
from legation.safeguards.cases.responses.answering.drafting import Draft, draft_text
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.answering.takedowns import TakedownCount, takedown_counts
from legation.safeguards.cases.responses.catalogue import response

if TYPE_CHECKING:
    from legation.app.cases.filing import Filing
    from legation.app.scope import Scope

# Who will send the document of each answer; nothing goes out by what has no channel.
CHANNELS: Final[Mapping[str, str]] = {
    "partner-notification": "partner",
    "contact-point-request": "contact-point",
    "hotline-call": "contact-point",
    "takedown-request": "letter",
    "note-verbale": "letter",
    "public-statement": "statement",
    "public-attribution": "statement",
    "retorsion": "letter",
    "criminal-charge": "letter",
    "sanctions-dossier": "letter",
    "countermeasure": "letter",
    "referral": "letter",
    "clarification-request": "letter",
    "joint-technical-finding": "letter",
    "standstill": "letter",
    "good-offices": "letter",
    "phased-lifting": "letter",
}
EXPORT: Final = "draft.export"
_SOURCE: Final = "this desk"


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was prepared.

    Attributes:
        channel: By which the draft waits; empty: it is kept here and sent to nobody.
        draft_id: Of the draft in the outbox; empty: there is none.
        entry: Number of the entry that says so.
    """

    answer: str
    subject: str
    text: str
    missing: tuple[str, ...]
    channel: str
    draft_id: str
    entry: int


def chosen_in(case: Case, number: int) -> Chosen:
    """Return a choice of a case.

    Raises:
        RecordError: That entry is none.
    """
    every = dict(case.of(Chosen))
    if number not in every:
        known = ", ".join(map(str, every)) or "none"
        raise RecordError(
            f"entry {number} is no choice of an answer", place="", hint=f"there are: {known}"
        )
    return every[number]


def document(scope: "Scope", case: Case, book: Book, number: int, told: Mapping[str, str]) -> Draft:
    """Return the document of a choice, with what the case says filled in.

    Args:
        scope: Whose desk it is.
        case: The case.
        book: For the policy's words.
        number: Of the choice.
        told: What a person fills in; it wins over what the case says.

    Raises:
        RecordError: There is no such choice, or its answer is not open any more.
        UsageError: What is filled in has a name that no document knows.
    """
    chosen = chosen_in(case, number)
    require_open(situation_of(case, book, scope.now().date()), number, chosen, book.policy)
    facts = _facts(scope, case, book, chosen)
    facts["marking"] = marking_to_leave(scope, _ids(case, number)).text
    return draft_text(response(chosen.answer), {**facts, **told}, book.policy)


def hand_out(scope: "Scope", case: Case, number: int, made: Draft) -> Exported:
    """Return a document as a file under its label, once the trail says that it leaves.

    Raises:
        DeniedError: The policies do not let this reader take it out.
        StepUpError: It is above AMBER, and no passkey was shown just now.
    """
    ids = _ids(case, number)
    marking = marking_to_leave(scope, ids)
    content = f"{marking.text}\n\n{made.subject}\n\n{made.text}".encode()
    sha256 = hashlib.sha256(content).hexdigest()
    of = Left(page="draft", kind="txt", contents=sha256)
    leave(scope, ids, of, may="case.export", verb=EXPORT, subjects=(case.id,))
    name = named(f"draft-{case.number}-{number}.txt", marking.tag)
    return Exported(name=name, media_type="text/plain;charset=utf-8", content=content)


def prepare(scope: "Scope", filing: "Filing", case: Case, number: int, made: Draft) -> Prepared:
    """Lay a document ready: a draft in the outbox, and an entry that says so.

    Raises:
        LegationError: The entry does not fit the case; then there is no draft either.
    """
    chosen = chosen_in(case, number)
    channel = CHANNELS.get(chosen.answer, "")
    step = Step(
        of=number,
        what="prepared",
        on=scope.now().date().isoformat(),
        words=made.subject,
        source=_SOURCE,
    )
    body = msgspec.json.encode(
        {
            "case": case.number,
            "entry": number,
            "answer": chosen.answer,
            "to": chosen.against or "",
            "subject": made.subject,
            "text": made.text,
            "missing": made.missing,
        }
    )
    with scope.store.transaction():
        (entry,) = filing.add(case.number, [step])
        # Two documents with the same words are two: each is known by its own entry.
        draft = (
            scope.store.outbox.draft(channel, case.id, body, key=f"{case.id} {entry.number}")
            if channel
            else None
        )
    return Prepared(
        answer=chosen.answer,
        subject=made.subject,
        text=made.text,
        missing=made.missing,
        channel=channel,
        draft_id=draft.draft_id if draft else "",
        entry=entry.number,
    )


def is_prepared(case: Case, number: int) -> bool:
    """Tell whether the document of a choice was laid ready before."""
    return any(step.of == number and step.what == "prepared" for _, step in case.of(Step))


def counted_takedowns(cases: Iterable[Case]) -> tuple[TakedownCount, ...]:
    """Return the takedown requests of all cases, by platform and ground, and nobody's name."""
    sums: dict[tuple[str, str, str], TakedownCount] = {}
    for case in cases:
        steps = [body for _, body in case.of(Step)]
        for one in takedown_counts(dict(case.of(Chosen)), steps):
            kind = one.platform, one.ground, one.rule
            sums[kind] = _joined(sums[kind], one) if kind in sums else one
    return tuple(sums[kind] for kind in sorted(sums))


def _joined(one: TakedownCount, other: TakedownCount) -> TakedownCount:
    numbers = ("asked", "granted", "refused", "waiting")
    joined = {name: getattr(one, name) + getattr(other, name) for name in numbers}
    return msgspec.structs.replace(one, **joined)


def _ids(case: Case, number: int) -> tuple[str, ...]:
    """Return the ids of all that a document tells of; what a dossier says is in none."""
    chosen, force = chosen_in(case, number), attributed_in(case).in_force
    cited = {number, *chosen.rests_on}
    cited |= {force.number, force.agreed} if force else set()
    told = (
        one
        for one in case.holding
        if case.cited_as(one) in cited or isinstance(one.body, Opened | Answered | ThresholdOpened)
    )
    return (case.id, *(one.id for one in told))


def _facts(scope: "Scope", case: Case, book: Book, chosen: Chosen) -> dict[str, str]:
    opened, force = case.opened, attributed_in(case).in_force
    told = assessed(case, book)
    facts = {
        "case": case.number,
        "reference": case.number,
        "day": scope.now().date().isoformat(),
        "sender": identity_of(scope.store).name,
        "addressee": book.states.get(chosen.against or "", chosen.against or ""),
        "what": opened.summary or opened.title,
        "happened": opened.began,
        "known": opened.known,
        "evidence": "; ".join(
            f"entry {number}: {body.says} ({body.source})"
            for number, body in case.facts()
            if number in chosen.rests_on
        ),
        "elements": "; ".join(
            f"{one.name} [{one.mark}]" if one.unverified else one.name
            for one in told
            if one.result == "met" and not one.elsewhere
        ),
        "views": "; ".join(
            f"{one.name}: {one.differ or one.views or one.disputed_by}"
            for one in told
            if one.result == "disputed" and not one.elsewhere
        ),
        "deadline": chosen.deadline,
        "ground": chosen.ground or chosen.rule or "",
        "platform": chosen.platform or "",
        "reason": chosen.why,
    }
    return facts | (_attribution(force, book) if force else {})


def _attribution(force: InForce, book: Book) -> dict[str, str]:
    body = force.body
    party = book.states.get(body.party or "", body.party or "")
    return {
        "attributed_to": ", ".join(filter(None, (party, body.actor))),
        "attributed_by": body.by,
        "attributed_on": body.on,
        "likelihood": body.likelihood,
        "confidence": body.confidence,
    }
