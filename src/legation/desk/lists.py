"""The lists of the desk that are no list of campaigns: jobs, imports, people, filters, acts.

Each can be narrowed and put in order by what stands here, and by nothing else.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.desk.listing import Listing, said
from legation.store.bulk import Act
from legation.store.decisions import Request
from legation.store.folding import folded
from legation.store.imports import Import
from legation.store.jobs import Job
from legation.store.people import Person
from legation.store.saved_filters import SavedFilter

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
    """An import in a file."""

    import_id: str
    file: str
    state: str
    good: int
    rejected: int
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
    return ImportLine(
        import_id=one.import_id,
        file=one.name,
        state=one.state,
        good=one.good,
        rejected=one.rejected,
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
