"""What protects the subject: the choice and its hands, the rights test, the remedy, the review.

A dossier can be written before anybody chose to propose it, and read for a purpose; it leaves
only by a choice that stands, is open, was tested and was signed.
"""

import calendar
from collections.abc import Iterator
from datetime import date
from typing import Final

from legation.safeguards.cases.dossier.beside import Beside
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps.words import Gap
from legation.safeguards.cases.dossier.regimes import Regime

_ANSWER: Final = "answer sanctions-dossier"
_YEAR: Final = 12


def gaps_in(dossier: Dossier, regime: Regime, beside: Beside) -> Iterator[Gap]:
    """Yield the gaps of choice, rights test, remedy and review."""
    yield from _of_choice(dossier, beside)
    if dossier.rights is None:
        yield Gap(kind="rights-missing", place="rights")
    elif dossier.rights[1].test not in beside.rights_tests:
        number, cited = dossier.rights
        yield Gap(kind="rights-unknown", place="rights", about=str(cited.test), entry=number)
    elif beside.listings and not any(one.test == dossier.rights[1].test for one in beside.listings):
        number, cited = dossier.rights
        yield Gap(kind="rights-other", place="rights", about=str(cited.test), entry=number)
    known = {row.key: row.title for row in regime.remedy}
    said = {one.remedy: number for number, one in dossier.remedies}
    for key, title in known.items():
        if key not in said:
            yield Gap(kind="remedy-missing", place=f"remedy {key}", about=title)
    for key in sorted(said.keys() - known.keys()):
        yield Gap(kind="key-unknown", place=f"remedy {key}", entry=said[key])
    yield from _of_review(dossier, regime, beside)


def _of_choice(dossier: Dossier, beside: Beside) -> Iterator[Gap]:
    """Yield what lacks of the choice whose test the dossier cites, or of the last one."""
    if not beside.listings:
        yield Gap(kind="not-chosen", place=_ANSWER)
        return
    cited = dossier.rights[1].test if dossier.rights else 0
    mine = next((one for one in beside.listings if cited and one.test == cited), None)
    chosen = mine or beside.listings[-1]
    for why in chosen.barred:
        yield Gap(kind="not-open", place=_ANSWER, about=why, entry=chosen.choice)
    if chosen.signed < chosen.persons:
        about = f"{chosen.signed} / {chosen.persons}"
        yield Gap(kind="not-signed", place="signatures", about=about, entry=chosen.choice)


def _of_review(dossier: Dossier, regime: Regime, beside: Beside) -> Iterator[Gap]:
    if dossier.review is None:
        yield Gap(kind="review-missing", place="review")
        return
    number, review = dossier.review
    day = date.fromisoformat(review.on)
    if day <= beside.today:
        yield Gap(kind="review-past", place="review", about=review.on, entry=number)
    elif day > months_after(beside.today, regime.review_months):
        yield Gap(kind="review-late", place="review", about=review.on, entry=number)


def months_after(day: date, months: int) -> date:
    """Return the day so many months later, or the last one of a shorter month.

    >>> months_after(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, _YEAR)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
