"""An entry of a case: what is stated, by whom, and when it was written.

The kinds are listed here, one line each. An entry is never changed: a correction is a new one
that names the old, and both can be read.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final
from unicodedata import category

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases import circumstances, effects, facts, persons
from legation.safeguards.cases.attribution import layers, matrix, naming, state_link
from legation.safeguards.cases.attribution.estimates import canonical
from legation.safeguards.cases.bodies import Body, Number
from legation.safeguards.cases.deciding import bodies as deciding
from legation.safeguards.cases.dossier import bodies as dossier
from legation.safeguards.cases.law import answers
from legation.safeguards.cases.misfits import misfit
from legation.safeguards.cases.playbooks import bodies as playbooks
from legation.safeguards.cases.responses.answering import steps

KINDS: Final[tuple[type[Body], ...]] = (
    facts.Opened,
    facts.Victim,
    facts.Said,
    facts.Replied,
    facts.Task,
    facts.TaskDone,
    facts.Work,
    facts.Link,
    facts.Told,
    facts.Moved,
    facts.Withdrawn,
    answers.Answered,
    answers.ThresholdOpened,
    answers.PowerNeeded,
    matrix.Hypothesis,
    matrix.Weighed,
    layers.Layered,
    state_link.Linked,
    naming.Claimed,
    naming.Attributed,
    naming.Agreed,
    naming.Withdrawn,
    effects.Effect,
    circumstances.Circumstances,
    circumstances.DutyStated,
    persons.RightsTest,
    persons.SpeechNamed,
    persons.Protected,
    steps.Chosen,
    steps.Step,
    deciding.Decision,
    deciding.Signed,
    dossier.DossierOpened,
    dossier.Identified,
    dossier.ThresholdMet,
    dossier.FactorMet,
    dossier.Ground,
    dossier.Reasoned,
    dossier.SourceJudged,
    dossier.RemedySet,
    dossier.RightsCited,
    dossier.ReviewSet,
    playbooks.Ticked,
    playbooks.RumourWeighed,
)
# Format characters and unassigned ones: a text of these alone shows nothing.
_UNSEEN: Final = frozenset({"Cf", "Cc", "Cn", "Mn"})
ANY_BODY: Final[Any] = reduce(or_, KINDS)
# By which less was said; what they took back is stated anew.
LASTING: Final = (facts.Withdrawn, naming.Withdrawn)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry.

    Attributes:
        number: Its place in the case, from 1; a number that is missing is not for this reader.
        author: Who states it: a person of the desk by their id, or a door of the machine.
        written: When it was written, aware; the second clock of every event.
        corrects: Number by which the entry is cited in whose place it stands.
        id: Of its object; empty before it is kept.
    """

    number: Number
    author: str
    written: datetime
    body: Body
    corrects: int | None = None
    id: str = ""


def tag_of(body: Body | type[Body]) -> str:
    """Return the name of an entry's kind."""
    return str(body.__struct_config__.tag)


TAGS: Final[dict[str, type[Body]]] = {tag_of(kind): kind for kind in KINDS}


def read_body(value: Any, place: str = "") -> Body:
    """Read what an entry states from JSON values.

    Raises:
        RecordError: It is no entry of any kind; the place names the part at fault.
    """
    tag = value.get("entry") if isinstance(value, dict) else None
    if not isinstance(tag, str) or tag not in TAGS:
        raise RecordError(
            f"{tag!r:.60} is no kind of entry", place=place, hint=f"there are: {', '.join(TAGS)}"
        )
    # What is left empty, or holds nothing that can be seen, was not said.
    said_of = {name: part for name, part in value.items() if not _is_empty(part)}
    if isinstance(word := said_of.get("likelihood"), str):
        said_of["likelihood"] = canonical(word)
    try:
        body: Body = msgspec.convert(said_of, TAGS[tag])
    except RecordError as unfit:
        # A body that does not fit in itself says so, with its own place.
        raise _placed(unfit, place) from unfit
    except msgspec.ValidationError as bad:
        raise misfit(bad, TAGS[tag], place, _hint(tag)) from bad
    return body


def _is_empty(part: Any) -> bool:
    if not isinstance(part, str):
        return part is None
    return all(one.isspace() or category(one) in _UNSEEN for one in part)


def standing(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that hold: neither taken back nor corrected since, by number.

    An entry is cited by the number that it had first; a correction, which has one of its own,
    names that.
    """
    some = tuple(entries)
    gone = taken_back(some)
    held = (one for cited, one in latest(some).items() if cited not in gone)
    return tuple(sorted(held, key=lambda one: one.number))


def latest(entries: Iterable[Entry]) -> dict[int, Entry]:
    """Return what each entry says last, by the number that it is cited by; also what fell."""
    ordered = sorted(entries, key=lambda one: one.number)
    return {one.number if one.corrects is None else one.corrects: one for one in ordered}


def taken_back(entries: Iterable[Entry]) -> dict[int, int]:
    """Return the numbers of what was taken back, each with that of the entry that did it first.

    One person may always say less, so to have said less is never undone by one person: a
    withdrawal stays, also where a store holds a withdrawal of it.
    """
    ordered = sorted(entries, key=lambda one: one.number)
    stays = {one.number for one in ordered if isinstance(one.body, LASTING)}
    found: dict[int, int] = {}
    for one in ordered:
        if isinstance(one.body, facts.Withdrawn) and one.body.what not in stays:
            found.setdefault(one.body.what, one.number)
    return found


def _placed(fault: RecordError, place: str) -> RecordError:
    said = str(fault).removeprefix(f"{fault.place}: ")
    where = "/".join(part for part in (place, fault.place) if part)
    return RecordError(said, place=where, hint=fault.hint)


def _hint(tag: str) -> str:
    return f"{tag} has: {', '.join(TAGS[tag].__struct_fields__)}"
