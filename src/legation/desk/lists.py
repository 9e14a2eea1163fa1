"""The lists of the desk that are no list of campaigns: jobs, imports, people, filters, acts.

Each can be narrowed and put in order by what stands here, and by nothing else.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.heads import SignedHead
from legation.desk.listing import Listing, said
from legation.store.bulk import Act
from legation.store.calls import Call
from legation.store.decisions import Request
from legation.store.folding import folded
from legation.store.imports import Import
from legation.store.jobs import Job
from legation.store.notices import Notice
from legation.store.people import Person
from legation.store.rota import Shift
from legation.store.saved_filters import SavedFilter
from legation.store.shift_log import ShiftEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST: Final = 10_000

JOBS: Final[Listing[Job]] = Listing(
    path="/jobs",
    order="when",
    keys={
        "when": lambda one: one.seq,
        "job": lambda one: (folded(one.title), one.seq),
        "state": lambda one: (one.state, one.seq),
        "done": lambda one: (one.percent, one.seq),
    },
    key=lambda one: one.job_id,
    fits={
        "state": lambda one, asked: one.state == asked,
        "words": lambda one, asked: said(one.title, one.words)(asked),
    },
)
IMPORTS: Final[Listing[Import]] = Listing(
    path="/imports",
    order="when",
    keys={
        "when": lambda one: one.seq,
        "file": lambda one: (folded(one.name), one.seq),
        "state": lambda one: (one.state, one.seq),
        "rows": lambda one: (one.good, one.seq),
    },
    key=lambda one: one.import_id,
    fits={
        "state": lambda one, asked: one.state == asked,
        "words": lambda one, asked: said(one.name, one.rule)(asked),
    },
)
PEOPLE: Final[Listing[Person]] = Listing(
    path="/people",
    order="name",
    keys={
        "name": lambda one: (folded(one.name), one.person_id),
        "when": lambda one: (one.created, one.person_id),
    },
    key=lambda one: one.person_id,
    fits={
        "role": lambda one, asked: asked in one.roles,
        "words": lambda one, asked: said(one.name)(asked),
    },
)
FILTERS: Final[Listing[SavedFilter]] = Listing(
    path="/filters",
    order="name",
    keys={
        "name": lambda one: (folded(one.name), one.filter_id),
        "list": lambda one: (one.list, folded(one.name), one.filter_id),
    },
    key=lambda one: one.filter_id,
    fits={
        "list": lambda one, asked: one.list == asked,
        "words": lambda one, asked: said(one.name)(asked),
    },
)
DECISIONS: Final[Listing[Request]] = Listing(
    path="/decisions",
    order="when",
    keys={
        "when": lambda one: one.seq,
        "title": lambda one: (folded(one.title), one.seq),
        "until": lambda one: (one.until, one.seq),
        "state": lambda one: (one.state, one.seq),
    },
    key=lambda one: one.request_id,
    fits={
        "act": lambda one, asked: one.act == asked,
        "state": lambda one, asked: one.state == asked,
        "words": lambda one, asked: said(one.title, one.reason, one.words)(asked),
    },
)
NOTICES: Final[Listing[Notice]] = Listing(
    path="/notices",
    order="when",
    keys={
        "when": lambda one: one.seq,
        "kind": lambda one: (one.kind, one.seq),
        "grade": lambda one: (str(one.facts.get("grade", "")), one.seq),
        "state": lambda one: (one.read, one.seq),
    },
    key=lambda one: str(one.seq),
    fits={
        "kind": lambda one, asked: one.kind == asked,
        "unread": lambda one, _asked: not one.read,
    },
)
CALLS: Final[Listing[Call]] = Listing(
    path="/duty",
    order="when",
    keys={
        "when": lambda one: one.seq,
        "cause": lambda one: (one.cause, one.seq),
        "urgency": lambda one: (one.urgency, one.seq),
        "state": lambda one: (one.state, one.seq),
    },
    key=lambda one: one.ref,
    fits={
        "state": lambda one, asked: one.state == asked,
        "cause": lambda one, asked: one.cause == asked,
    },
)
ROTA: Final[Listing[Shift]] = Listing(
    path="/duty/rota",
    order="from",
    keys={
        "from": lambda one: (one.starts, one.rank, one.shift_id),
        "to": lambda one: (one.ends, one.rank, one.shift_id),
        "who": lambda one: (one.person_id, one.starts, one.shift_id),
        "rank": lambda one: (one.rank, one.starts, one.shift_id),
    },
    key=lambda one: one.shift_id,
    fits={"person": lambda one, asked: one.person_id == asked},
)
HANDOVER: Final[Listing[ShiftEntry]] = Listing(
    path="/handover",
    order="when",
    keys={
        "when": lambda one: one.seq,
        "kind": lambda one: (one.kind, one.seq),
        "who": lambda one: (one.person_id, one.seq),
    },
    key=lambda one: str(one.seq),
    fits={
        "kind": lambda one, asked: one.kind == asked,
        "person": lambda one, asked: asked in (one.person_id, one.to_person_id),
        "words": lambda one, asked: said(one.words)(asked),
    },
)
HEADS: Final[Listing[SignedHead]] = Listing(
    path="/log/heads",
    order="when",
    keys={
        "when": lambda one: (one.signed, one.name),
        "entries": lambda one: (one.entries, one.name),
    },
    key=lambda one: one.name,
    fits={
        "since": lambda one, asked: one.date >= asked,
        "until": lambda one, asked: one.date <= asked,
    },
)
ACTS: Final[Listing[Act]] = Listing(
    path="/acts",
    order="when",
    keys={
        "when": lambda one: (one.at, one.act_id),
        "act": lambda one: (one.act, one.at, one.act_id),
    },
    key=lambda one: one.act_id,
    fits={"act": lambda one, asked: one.act == asked},
)


class JobLine(msgspec.Struct, frozen=True, kw_only=True):
    """A job in a file."""

    job_id: str
    title: str
    state: str
    percent: int
    words: str
    asked_by: str
    created: datetime
    ended: datetime | None


class ImportLine(msgspec.Struct, frozen=True, kw_only=True):
    """An import in a file.

    Attributes:
        state: As the page says it in English: not finished, done, failed or undone.
        good: Rows taken in; of a failed import those that stand all the same; None where it is
            not finished, since nobody has counted them.
        rejected: Likewise.
    """

    import_id: str
    file: str
    state: str
    good: int | None
    rejected: int | None
    read_as: str
    sha256: str
    started: datetime
    ended: datetime | None


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """A person in a file."""

    person_id: str
    name: str
    roles: tuple[str, ...]
    created: datetime
    disabled: datetime | None


def job_line(one: Job, names: "Mapping[str, str]") -> JobLine:
    """Return a job as a file tells it."""
    return JobLine(
        job_id=one.job_id,
        title=one.title,
        state=one.state,
        percent=one.percent,
        words=one.words,
        asked_by=names.get(one.actor, one.actor),
        created=one.created,
        ended=one.ended,
    )


def import_line(one: Import) -> ImportLine:
    """Return an import as a file tells it."""
    good, rejected = one.rows
    return ImportLine(
        import_id=one.import_id,
        file=one.name,
        state=one.said,
        good=good,
        rejected=rejected,
        read_as=one.rule,
        sha256=one.sha256,
        started=one.started,
        ended=one.ended,
    )


def person_line(one: Person) -> PersonLine:
    """Return a person as a file tells them."""
    return PersonLine(
        person_id=one.person_id,
        name=one.name,
        roles=one.roles,
        created=one.created,
        disabled=one.disabled,
    )
