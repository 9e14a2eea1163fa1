"""A dossier that lacks nothing in a case of a desk: its facts, its choice, its test, its hands."""

from datetime import date
from typing import Any, Final

import msgspec

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.filing import Filing
from legation.safeguards.cases.entries import read_body
from legation.safeguards.cases.gathering import records_in
from worlds import dossiers
from worlds.case_desk import CaseDesk
from worlds.case_shell import LISTING, PASSED, PEOPLE, RIGHTS, moved

PATH: Final = f"dossier/{dossiers.PERSON}"
PURPOSE: Final = "to hand it to the council"
_GRADED: Final = {"reliability": "B", "credibility": "2", "verified": "verified-excerpt"}


def facts(desk: CaseDesk, case: str) -> int:
    """Write the facts on which the dossier rests; return the number of the first."""
    for fact in (dossiers.exhibit(number) for number in range(1, 5)):
        told = {"says": fact.says, "on": fact.on, "url": fact.url, "source": fact.source}
        desk.entered("Dan", case, "said", **told, **_GRADED)
    return desk.store.cases.get(case).entries - 3


def with_test(desk: CaseDesk, case: str, answer: str = LISTING) -> int:
    """Make the rights test for the next choice of an answer; return its number."""
    told = dict(part.split("=", 1) for part in RIGHTS) | {"for": answer}
    return desk.entered("Dan", case, "rights-test", **told)


def chosen(desk: CaseDesk, case: str, fact: int) -> int:
    """Choose to propose a listing, once the case was assessed; return the number of the choice."""
    answered = {"question": "forged", "answer": "yes", "rests_on": str(fact)}
    desk.entered("Dan", case, "answered", **answered)
    for status in ("triaged", "assessed"):
        desk.entered("Dan", case, "moved", to=status)
    told = {"why": "to propose whoever gave the orders", "rests_on": str(fact), "touches": "yes"}
    passed = "\n".join(f"{rung} | it was weighed here" for rung in PASSED)
    return desk.entered("Dan", case, "chosen", answer=LISTING, instead_of=passed, **told)


def signed(desk: CaseDesk, case: str, choice: int, test: int, *hands: str) -> None:
    """Decide on a choice, and have it signed."""
    told: dict[str, Any] = {"what": "a listing is proposed", "touches_persons": "yes"}
    entry = desk.entered(
        "Dan", case, "decision", answers=str(choice), rights_test=str(test), **told
    )
    for who in hands:
        found = Docket(desk.home.library(desk.store, "command line").scope()).case(case)
        (record,) = (one for one in records_in(found) if one.entry == entry)
        told = {"to": str(entry), "role": PEOPLE[who], "sha256": record.sha256}
        desk.entered(who, case, "signed", **told)


def dossier(desk: CaseDesk, case: str, first: int, test: int, today: date) -> None:
    """Write the dossier, each part of which rests on the facts from the first on."""
    scope = desk.home.library(desk.store, "command line").scope()
    filing = Filing(scope, desk.home.folder / "evidence", book_of(scope))
    bodies = [msgspec.to_builtins(one) for one in dossiers.person().bodies]
    filing.add(case, [read_body(moved(one, first, test, today)) for one in bodies])
