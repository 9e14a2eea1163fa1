"""How far the laws are known by which a case's answers are asked for, told to whoever reads them.

Packs have gaps, so a law that none of them has may be named. It is told beside the answer, in the
cover note, and to each person who signs.
"""

from collections.abc import Collection

from legation.safeguards.cases.bodies import UNVERIFIED
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.responses.answering.steps import Chosen
from legation.safeguards.cases.responses.grounds import ASKED_BY_LAW, NO_PACK


def law_told(book: Book, chosen: Chosen) -> str:
    """Return how far the law is known by which an answer is asked for; empty: it was checked."""
    if not chosen.ground or chosen.answer not in ASKED_BY_LAW:
        return ""
    law = book.norms.law(chosen.ground)
    if law is None:
        return NO_PACK
    mark = book.norms.mark(f"law:{law.key}")
    return f"{UNVERIFIED}: {mark}" if mark else ""


def unknown_laws(case: Case, book: Book, answers: Collection[int] | None = None) -> tuple[str, ...]:
    """Return the laws that no pack has, each with the choice that names it.

    Args:
        case: The case.
        book: For the packs.
        answers: Numbers of the choices that are looked at; None: of all.
    """
    return tuple(
        f"entry {number}, {body.ground}: {NO_PACK}"
        for number, body in case.of(Chosen)
        if (answers is None or number in answers) and law_told(book, body) == NO_PACK
    )
