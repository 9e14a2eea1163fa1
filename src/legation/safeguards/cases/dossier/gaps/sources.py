"""Each fact that a dossier rests on: whether it is one, still stands, and could be shown in court.

A source that nobody graded or checked is not refused elsewhere in a case; here somebody's rights
hang on it.
"""

from collections.abc import Iterator

from legation.safeguards.cases.bodies import UNVERIFIED, Number
from legation.safeguards.cases.dossier.beside import Beside, Exhibit
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps.words import Gap
from legation.safeguards.cases.dossier.regimes import Regime

# Marks of facts that nobody held against their source.
_UNCHECKED = frozenset({UNVERIFIED, "from-memory", ""})


def gaps_in(dossier: Dossier, regime: Regime, beside: Beside) -> Iterator[Gap]:
    """Yield the gaps of each fact that is cited."""
    del regime
    for number in dossier.cited():
        place = f"source {number}"
        fact = beside.facts.get(number)
        if fact is None:
            yield Gap(kind="cites-no-fact", place=place, entry=number)
        elif fact.withdrawn:
            yield Gap(kind="cites-withdrawn", place=place, about=fact.source, entry=number)
        else:
            yield from _of_fact(number, fact, dossier)


def _of_fact(number: Number, fact: Exhibit, dossier: Dossier) -> Iterator[Gap]:
    place = f"source {number}"
    judged = dossier.judged.get(number)
    if judged is None or judged.admissibility == "not judged":
        yield Gap(kind="admissibility-missing", place=place, about=fact.source, entry=number)
    if judged is not None and judged.open and not fact.url:
        yield Gap(kind="open-without-address", place=place, about=fact.source, entry=number)
    if fact.reliability is None or fact.credibility is None:
        yield Gap(kind="ungraded", place=place, about=fact.source, entry=number)
    if fact.verified in _UNCHECKED:
        yield Gap(kind="unverified", place=place, about=fact.source, entry=number)
