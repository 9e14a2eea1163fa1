"""What may be entered into a case: whether an entry fits what stands there already.

Each refusal names the part at fault and what to do. Nothing is written unless all of it fits.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from legation.errors import ConflictError, LegationError, RecordError
from legation.safeguards.cases import patterns
from legation.safeguards.cases.attribution.naming import Claimed
from legation.safeguards.cases.bodies import Body, first_day, require_day, require_past
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, numbers_named
from legation.safeguards.cases.dossier.bodies import ReviewSet
from legation.safeguards.cases.dossier.unnamed import require_unnamed
from legation.safeguards.cases.effects import Effect
from legation.safeguards.cases.entries import Entry, tag_of
from legation.safeguards.cases.facts import (
    DAYS,
    DIRECTED,
    STATUSES,
    Link,
    Moved,
    Opened,
    Replied,
    Said,
    Status,
    Task,
    TaskDone,
    Told,
    Victim,
    Withdrawn,
    Work,
)
from legation.safeguards.cases.gathering import attributed_in
from legation.safeguards.cases.judging import judge
from legation.safeguards.cases.law.answers import Answered
from legation.safeguards.cases.objects import entry_id
from legation.safeguards.cases.persons import SpeechNamed
from legation.safeguards.cases.responses.answering.steps import Chosen
from legation.safeguards.cases.withdrawals import verify_withdrawn

_LEAST_LETTERS: Final = 10
_WRITTEN_DAY: Final = re.compile(patterns.TIME)
# What may be corrected: what says what happened. All else is stated anew, or taken back.
CORRECTED: Final = (Opened, Victim, Said, Replied, Task, Work, Link, Told, Effect, Claimed)
Verify = Callable[[Case, Any, datetime], None]


def verify_entry(case: Case, entry: Entry, book: Book, now: datetime) -> None:
    """Require that an entry fits the case that it comes to.

    Args:
        case: As it stands before.
        entry: What comes.
        book: What the desk judges its cases by.
        now: The clock.

    Raises:
        RecordError: A part of it cannot be so; the place is the field.
        ConflictError: It does not fit what stands there.
    """
    body = entry.body
    if case.entries and isinstance(body, Opened) and entry.corrects is None:
        raise ConflictError(
            f"case {case.number} is open already", hint="correct its first entry instead"
        )
    if entry.corrects is not None:
        _verify_correction(case, entry)
    for name, number in numbers_named(body):
        _verify_cited(case, number, name)
    require_unnamed(case, entry, book)
    for name, told in days_in(body):
        require_day(told, name)
    for name in ("on", "began", "ended", "known", "ceased"):
        told = getattr(body, name, "")
        if told and not _may_lie_ahead(body):
            require_past(told, now, name)
    if type(body) in _RULES:
        _RULES[type(body)](case, body, now)
    else:
        judge(case, entry, book, now)


def days_in(body: msgspec.Struct, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield all that an entry and its parts write as a day, each with its place."""
    for name in body.__struct_fields__:
        value, where = getattr(body, name), f"{place}{name}"
        if isinstance(value, str) and name in DAYS and _WRITTEN_DAY.match(value):
            yield where, value
        elif isinstance(value, msgspec.Struct):
            yield from days_in(value, f"{where}/")
        for number, one in enumerate(value if isinstance(value, tuple) else (), 1):
            if isinstance(one, msgspec.Struct):
                yield from days_in(one, f"{where}/{number}/")


def next_statuses(case: Case) -> tuple[Status, ...]:
    """Return the statuses that a case can be given now."""
    here = STATUSES.index(case.status)
    return ("triaged",) if case.status == "closed" else STATUSES[here + 1 :]


def _verify_correction(case: Case, entry: Entry) -> None:
    number = entry.corrects or 0
    before = case.cited(number)
    if before is None:
        instead = case.entry(number).corrects
        raise ConflictError(
            f"entry {number} does not hold any more",
            hint=f"it stood for entry {instead}: correct that" if instead else "it was taken back",
        )
    if type(before.body) is not type(entry.body):
        raise RecordError(
            f"entry {number} is of the kind {tag_of(before.body)}",
            place="corrects",
            hint="correct it with an entry of its own kind, or take it back",
        )
    if not isinstance(entry.body, CORRECTED):
        # What somebody agreed to, signed, or did on it must not become something else under them.
        raise RecordError(
            "an entry of this kind is not corrected",
            place="corrects",
            hint="state it anew: a later one holds; or take it back",
        )


def _verify_cited(case: Case, number: int, place: str) -> None:
    if case.cited(number) is not None:
        return
    instead = next((one.corrects for one in case.entries if one.number == number), None)
    raise RecordError(
        f"there is no entry {number} that holds",
        place=place,
        hint=f"it stands for entry {instead}: cite that"
        if instead
        else "name entries of this case by their numbers, as its list shows them",
    )


def _may_lie_ahead(body: Body) -> bool:
    if isinstance(body, ReviewSet):
        return True
    return isinstance(body, Work) and body.state in ("planned", "suspended", "cancelled")


def _opened(case: Case, body: Opened, now: datetime) -> None:
    del case, now
    if body.ended:
        _in_order(body.began, body.ended, "ended", "it ends before it begins")
    _in_order(body.began, body.known, "known", "it was known before it began")


def _replied(case: Case, body: Replied, now: datetime) -> None:
    del case, now
    if body.known:
        _in_order(body.on, body.known, "known", "it was known before it happened")


def _said(case: Case, body: Said, now: datetime) -> None:
    del case, now
    if body.known:
        _in_order(body.on, body.known, "known", "it was known before it happened")
    if len({one.evidence for one in body.files}) < len(body.files):
        raise RecordError("a file comes twice", place="files", hint="name each file once")


def _victim(case: Case, body: Victim, now: datetime) -> None:
    del case, now
    from legation.knowledge.states import verify_party

    if body.party:
        _verify_party(verify_party, body.party, "party")


def _work(case: Case, body: Work, now: datetime) -> None:
    del case, now
    from legation.knowledge.states import verify_party

    for party in body.parties:
        _verify_party(verify_party, party, "parties")


def _task(case: Case, body: Task, now: datetime) -> None:
    del case, now
    first_day(body.due)


def _task_done(case: Case, body: TaskDone, now: datetime) -> None:
    del now
    if body.task not in {number for number, _ in case.open_tasks()}:
        raise RecordError(
            f"entry {body.task} is no open task", place="task", hint="see the open tasks"
        )


def _told(case: Case, body: Told, now: datetime) -> None:
    del case, now
    from legation.knowledge.states import verify_party

    if body.party:
        _verify_party(verify_party, body.party, "party")


def _link(case: Case, body: Link, now: datetime) -> None:
    del now
    if body.to == case.id:
        raise RecordError(
            "a case does not lead to itself", place="to", hint="name another case or finding"
        )
    if body.to in {entry_id(case.id, one.number) for one in case.entries}:
        raise RecordError(
            "a case does not lead to an entry of its own",
            place="to",
            hint="cite the entry by its number, in the entry that rests on it",
        )
    if body.to.startswith("identity--"):
        raise RecordError(
            "a case does not lead to whoever keeps it, or to a person or body",
            place="to",
            hint="name a state or mission as a victim, and who did it as an attribution",
        )
    if body.kind in DIRECTED and not body.to.startswith("incident--"):
        raise RecordError(
            f"{body.kind!r} leads from case to case", place="kind", hint='write kind = "about"'
        )


def _moved(case: Case, body: Moved, now: datetime) -> None:
    del now
    may = next_statuses(case)
    if body.to not in may:
        raise ConflictError(
            f"case {case.number} is {case.status}: it cannot become {body.to}",
            hint=f"it can become: {', '.join(may) or 'nothing else'}",
        )
    skips = STATUSES.index(body.to) > STATUSES.index(case.status) + 1
    told = sum(map(str.isalnum, body.why)) >= _LEAST_LETTERS
    if (skips or body.to == "closed" or case.status == "closed") and not told:
        raise RecordError(
            "no reason is given", place="why", hint="say in a sentence why, and what is left out"
        )
    _verify_far_enough(case, body)
    if (body.to == "closed") != bool(body.outcome):
        raise RecordError(
            "a case closes with an outcome" if body.to == "closed" else "this ends nothing yet",
            place="outcome",
            hint="answered, no threat, cannot tell, not pursued, handed on",
        )


def _verify_far_enough(case: Case, body: Moved) -> None:
    """Require that a status says what stands in the case."""
    lacks = {
        "assessed": ("no question of law was answered", not case.of(Answered)),
        "attributed": (
            "no attribution is in force",
            attributed_in(case).in_force is None,
        ),
        "answered": ("no answer was chosen", not case.of(Chosen)),
    }
    said, missing = lacks.get(body.to, ("", False))
    if missing:
        raise ConflictError(
            f"case {case.number} cannot become {body.to}: {said}",
            hint="enter that first, or close the case with its reason",
        )
    genuine = any(one.kind == "genuine" for _, one in case.of(SpeechNamed))
    if genuine and body.to in ("attributed", "answered"):
        raise ConflictError(
            f"case {case.number} is genuine speech of citizens: it is no threat",
            hint="close it with the outcome: no threat",
        )
    if genuine and body.to == "closed" and body.outcome != "no threat":
        raise RecordError(
            "genuine speech of citizens closes as no threat",
            place="outcome",
            hint="write: no threat; or take back that it is genuine speech",
        )


def _in_order(first: str, then: str, place: str, said: str) -> None:
    """Require an order of two days; of one that names a month or a year, all its days count."""
    shared = min(len(first), len(then), 10)
    if then[:shared] < first[:shared]:
        raise RecordError(said, place=place, hint="look at both days again")


def _verify_party(verify: Callable[[str], None], code: str, place: str) -> None:
    try:
        verify(code)
    except LegationError as unknown:
        raise RecordError(str(unknown), place=place, hint=unknown.hint) from unknown


_RULES: Final[Mapping[type[msgspec.Struct], Verify]] = {
    Opened: _opened,
    Said: _said,
    Replied: _replied,
    Victim: _victim,
    Work: _work,
    Task: _task,
    TaskDone: _task_done,
    Told: _told,
    Link: _link,
    Moved: _moved,
    Withdrawn: verify_withdrawn,
}
