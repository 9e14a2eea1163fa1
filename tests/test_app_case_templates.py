"""What a case begins with for its occasion: first tasks, for a role and a day, and none twice."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest

from legation.app.cases.templates import opening, without_tasks
from legation.knowledge.norms import Norms
from legation.knowledge.states import states
from legation.rights.roles import ROLES
from legation.safeguards.cases.bodies import first_day
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import case_of
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Task, Template
from legation.safeguards.cases.rules import verify_entry
from worlds.invented_cases import FACT, OPENED, TASK, VICTIM

NOW = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
BOOK = Book(norms=Norms([], today=NOW.date()))
TEMPLATES: tuple[Template, ...] = get_args(Template)


@pytest.mark.parametrize("template", [one for one in TEMPLATES if one])
def test_an_occasion_brings_tasks_that_fit_for_a_role_and_a_day_ahead(template: Template) -> None:
    given = (msgspec.structs.replace(OPENED, template=template), VICTIM, FACT)
    told = opening(given, NOW)
    assert told[:3] == given
    tasks = [one for one in told[3:] if isinstance(one, Task)]
    assert len(tasks) == len(told) - 3 >= 4
    assert len({one.what for one in tasks}) == len(tasks)
    case = case_of("2026-0001", "incident--11111111-1111-4111-8111-111111111111", ())
    for number, body in enumerate(told, 1):
        entry = Entry(number=number, author="ann", written=NOW, body=body)
        verify_entry(case, entry, BOOK, NOW)
        case = case_of(case.number, case.id, (*case.entries, entry))
    for one in tasks:
        assert one.owner in ROLES
        assert NOW.date() < first_day(one.due) <= NOW.date() + timedelta(days=30)


@pytest.mark.parametrize(
    ("began", "ended", "over"),
    [
        ("2026-02", None, False),
        ("2025-03-10", None, False),
        ("2025-02-20", None, True),
        ("2025", None, False),
        ("2024", None, True),
        ("2025-10", "2026-02-10", False),
        ("2025-10", "2026-01-20", True),
        ("2025-10", "2026-01", False),
        ("2025-10", "2025-12", True),
    ],
)
def test_an_occasion_that_is_long_over_brings_no_task(
    began: str, ended: str | None, *, over: bool
) -> None:
    first = msgspec.structs.replace(OPENED, began=began, ended=ended)
    told = opening((first, FACT), NOW)
    assert (told == (first, FACT)) == over
    assert without_tasks(told, NOW) == over
    assert not without_tasks((first, TASK), NOW)
    assert not without_tasks((msgspec.structs.replace(first, template=""),), NOW)


def test_without_an_occasion_nothing_is_added() -> None:
    given = (msgspec.structs.replace(OPENED, template=""), FACT)
    assert opening(given, NOW) == given


def test_where_tasks_are_given_none_is_added() -> None:
    given = (OPENED, TASK)
    assert opening(given, NOW) == given


def test_what_opens_no_case_is_left_as_it_is() -> None:
    assert opening((), NOW) == ()
    assert opening((FACT,), NOW) == (FACT,)


def test_no_task_names_a_state_or_a_person() -> None:
    names = set(states().values())
    for template in TEMPLATES:
        for one in opening((msgspec.structs.replace(OPENED, template=template),), NOW)[1:]:
            assert isinstance(one, Task)
            assert not [name for name in names if name in one.what]
