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

from legation.app.cases.letters import letter_of
from legation.app.kept import Exported
from legation.app.leaving import Left, leave, marking_to_leave
from legation.errors import RecordError
from legation.formats.marked import named
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.facts import Opened
from legation.safeguards.cases.gathering import attributed_in, situation_of
from legation.safeguards.cases.law.answers import Answered, ThresholdOpened
from legation.safeguards.cases.responses.answering.checking import require_open
from legation.safeguards.cases.responses.answering.drafting import Draft
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.answering.takedowns import TakedownCount, takedown_counts

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
# No room drains it: cover notes stay at the desk.
COVER: Final = "cover-note"
_SOURCE: Final = "this desk"


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was prepared.

    Attributes:
        channel: By which the draft waits; empty: it is kept here and sent to nobody.
        draft_id: Of the draft in the outbox; empty: there is none.
        cover_id: Of its cover note there, which no room sends.
        entry: Number of the entry that says so.
    """

    answer: str
    subject: str
    text: str
    missing: tuple[str, ...]
    channel: str
    draft_id: str
    cover_id: str
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
    """Return the document of a choice and its cover note, with what the case says filled in.

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
    marking = marking_to_leave(scope, _ids(case, number)).text
    return letter_of(scope, case, book, number, chosen=chosen, told=told, marking=marking)


def hand_out(scope: "Scope", case: Case, number: int, made: Draft) -> tuple[Exported, Exported]:
    """Return a letter and its cover note as two files, once the trail says that they leave.

    Both names have the label; of the two the cover note alone says it within: what a receiver
    reads holds nothing of how the desk marks its case.

    Raises:
        DeniedError: The policies do not let this reader take it out.
        StepUpError: It is above AMBER, and no passkey was shown just now.
    """
    ids = _ids(case, number)
    marking = marking_to_leave(scope, ids)
    files = []
    for part, text in (("draft", f"{made.subject}\n\n{made.text}"), ("cover-note", made.cover)):
        content = text.encode()
        sha256 = hashlib.sha256(content).hexdigest()
        of = Left(page=part, kind="txt", contents=sha256)
        leave(scope, ids, of, may="case.export", verb=EXPORT, subjects=(case.id,))
        name = named(f"{part}-{case.number}-{number}.txt", marking.tag)
        files.append(Exported(name=name, media_type="text/plain;charset=utf-8", content=content))
    return files[0], files[1]


def prepare(scope: "Scope", filing: "Filing", case: Case, number: int, made: Draft) -> Prepared:
    """Lay a document ready: a draft in the outbox, its cover note apart, an entry that says so.

    The draft holds what its receiver reads, and nothing of the case.

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
    letter = {"to": chosen.against or "", "subject": made.subject, "text": made.text}
    cover = {"case": case.number, "entry": number, "text": made.cover, "missing": made.missing}
    with scope.store.transaction():
        (entry,) = filing.add(case.number, [step])
        # Two documents with the same words are two: each is known by its own entry.
        key = f"{case.id} {entry.number}"
        draft = note = None
        if channel:
            outbox = scope.store.outbox
            draft = outbox.draft(channel, case.id, msgspec.json.encode(letter), key=key)
            note = outbox.draft(COVER, case.id, msgspec.json.encode(cover), key=key)
    return Prepared(
        answer=chosen.answer,
        subject=made.subject,
        text=made.text,
        missing=made.missing,
        channel=channel,
        draft_id=draft.draft_id if draft else "",
        cover_id=note.draft_id if note else "",
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
