"""A case of one store that was opened, with whatever is stated of it, for tests of gathering."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from legation.knowledge.norms import Norms
from legation.safeguards.cases.attribution.matrix import STANDING, Weighed
from legation.safeguards.cases.attribution.naming import Agreed, Attributed
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Opened, Said

from .lawbooks import TODAY, lawbook

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = date(2026, 3, 10)
ID = "incident--11111111-1111-4111-8111-111111111111"
NORMS = Norms([lawbook()], today=TODAY)
BOOK = Book(norms=NORMS, own="XA")
OPENED = Opened(
    title="A store", type="T3", domain="economic", began="2026-02-10", known="2026-02-12"
)
FACT = Said(says="the store was opened", on="2026-02-10", source="the keeper", reliability="B")
STANDS = [key for key, _ in STANDING.values()]

Told = Body | tuple[str, Body] | tuple[str, Body, int]


def case(*told: Told, first: Opened = OPENED) -> Case:
    """Return a case whose entry 1 opens it, and whose entry 2 is a fact."""
    entries = []
    for number, one in enumerate((first, FACT, *told), 1):
        author, body, corrects = (
            ("ann", one, None) if isinstance(one, Body) else (*one, *(None,) * (3 - len(one)))
        )
        entries.append(
            Entry(
                number=number,
                author=author,
                written=START + timedelta(hours=number),
                body=body,
                corrects=corrects,
            )
        )
    return case_of("2026-0001", ID, entries)


def weighed() -> list[Body]:
    """Return what must be weighed before anybody is named: 3 entries."""
    return [Weighed(item=2, hypothesis=key, fit=-1, why="so") for key in STANDS]


def named(party: str | None = "XB", layer: Any = "political", **more: Any) -> Attributed:
    fields = {"likelihood": "very likely", "confidence": "moderate", **more}
    return Attributed(
        layer=layer, party=party, by="the ministry", on="2026-03-02", rests_on=(2,), **fields
    )


def agreed(number: int) -> tuple[str, Body]:
    return "bob", Agreed(to=number, words="it is so")
