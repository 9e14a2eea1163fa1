"""A list of 10,000 cases with 200,000 entries: questions for a page, and how its time grows.

    python benchmarks/many_cases.py --keep

The same home is measured with a tenth of the cases and with all of them. Questions are held to a
goal; the time of a page is held to growing no faster than the logarithm of the cases.
"""

import math
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import data
import results

sys.path.insert(0, str(data.CHECKOUT / "tests"))

from legation.app.cases.books import book_of
from legation.app.cases.filing import Filing
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.facts import Opened, Said, Task, Victim
from worlds.case_desk import CaseDesk, case_desk

_FEW, _MANY, _ENTRIES = 1_000, 10_000, 20
_MOST = 10
_TIMES = 40
_PAGES = (
    "/cases",
    "/cases?order=due",
    "/cases?status=reported",
    "/cases?party=DE",
    "/cases?type=T5&order=-number",
)
_PARTIES = ("DE", "FR", "SE", "BR", "KE", "IN")


def main() -> None:
    """Measure, print, and end with 1 when a page asks too much or its time grows too fast."""
    given = data.options(__doc__).parse_args()
    with data.workplace(given.work) as work:
        asked, few, many = _measured(Path(work))
    # What grows as log n grows by this much from the one number to the other.
    allowed = math.log(_MANY) / math.log(_FEW)
    grown = max(many[page] / few[page] for page in _PAGES)
    worst = max(_PAGES, key=lambda page: many[page] / few[page])
    told = ", ".join(f"{page} {few[page]:.1f} and {many[page]:.1f} ms" for page in _PAGES)
    result = results.Result(
        name="cases-many",
        figure=f"at most {asked} questions for a page; {grown:.2f} times the CPU time for 10 times",
        detail=(
            f"{_FEW:,} and {_MANY:,} cases, {_ENTRIES} entries each, invented; median CPU time of "
            f"{_TIMES} looks: {told}; the one that grew most: {worst}"
        ),
        goal=f"at most {_MOST} questions; no faster than log n ({allowed:.2f} times)",
        command="benchmarks/many_cases.py",
    )
    results.show([result], keep=given.keep)
    if asked > _MOST or grown > allowed:
        sys.exit("more than it must be")


def _measured(work: Path) -> tuple[int, dict[str, float], dict[str, float]]:
    with case_desk(work) as desk:
        desk.client.get("/")
        _open(desk, 0, _FEW)
        asked, few = _look(desk)
        _open(desk, _FEW, _MANY)
        more, many = _look(desk)
        return max(asked, more), few, many


def _open(desk: CaseDesk, first: int, end: int) -> None:
    scope = desk.home.library(desk.store, "command line").scope()
    filing = Filing(scope, desk.home.folder / "evidence", book_of(scope))
    for number in range(first, end):
        desk.clock.pass_time(milliseconds=1)
        filing.open(_bodies(number))


def _bodies(number: int) -> list[Body]:
    opened = Opened(
        title=f"Case {number} of letters in the name of a ministry",
        type=("T1", "T2", "T3", "T4", "T5", "T6")[number % 6],  # type: ignore[arg-type]  # one of them
        domain="political",
        began="2025",
        known="2026-01",
    )
    facts = [
        Said(says=f"fact {place} of {number}", on="2026-01-02", source=f"source {place % 5}")
        for place in range(_ENTRIES - 3)
    ]
    task = Task(what="ask again", owner="analyst", due=f"2026-{number % 9 + 3:02}-11")
    victim = Victim(kind="state", party=_PARTIES[number % len(_PARTIES)])
    return [opened, victim, task, *facts]


def _look(desk: CaseDesk) -> tuple[int, dict[str, float]]:
    """Return the most questions that a page asks, and the median time of each in milliseconds.

    Desk, store and reader are one process here, and its time is what is measured: what others do
    on the machine meanwhile is no part of it.
    """
    person: Any = desk.people["Ann"]
    most, times = 0, {}
    for page in _PAGES:
        person.page(page)
        spans = []
        for _ in range(_TIMES):
            desk.asked.clear()
            begun = time.process_time()
            person.page(page)
            spans.append((time.process_time() - begun) * 1000)
            most = max(most, len(desk.asked))
        times[page] = statistics.median(spans)
    return most, times


if __name__ == "__main__":
    main()
