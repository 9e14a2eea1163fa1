"""Which elements of which norm are met, by whose answers, and where views differ.

The answers are people's. What is worked out is which elements of a norm they meet, and beside
it stand its weight in law, who is bound, what states said of it, and what was never asked.
That an act was unlawful is said nowhere here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from legation.knowledge.binding import Bound, Views
from legation.knowledge.facts import Weight
from legation.knowledge.norms import Norms, Read
from legation.safeguards.cases.bodies import UNVERIFIED, Answer
from legation.safeguards.cases.law.answers import Given
from legation.safeguards.cases.law.logic import DisputedBy, Result, judge

CAVEAT: Final = (
    "Which elements are met, by the answers of people; "
    "the program does not say whether an act is unlawful."
)
NOT_ASKED: Final = "no: nothing on record says so"


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """One element of a norm, as it was answered.

    Attributes:
        question: Key of the question.
        answer: Of people; "no" where nobody gave one.
        asked: Whether somebody answered it; else nothing on record says so.
        entry: The entry that answers; None: there is none.
        rests_on: Entries of the case that the answer cites.
        fallen: Those of them that were taken back; the answer is then "unknown".
    """

    question: str
    answer: Answer
    asked: bool
    entry: int | None = None
    rests_on: tuple[int, ...] = ()
    note: str = ""
    fallen: tuple[int, ...] = ()


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers of a case say of one norm.

    Attributes:
        key: Of its form.
        pack: Publisher and name of the pack of that form.
        name: As a person writes it, such as `budapest 2`.
        about: The fact that states the norm, as `TABLE:KEY`.
        result: Whether its elements are met.
        disputed_by: By what it is disputed: elements, or states on the norm itself.
        elements: Those that decide.
        beside: Questions that are asked beside them and counted for nothing.
        weight: What the norm is in law.
        bound: How the states concerned stood to it; empty: it binds nobody, or none is known.
        positions: What states said of it.
        differ: How states differ on the norm itself.
        views: How views differ on a part of it.
        asks_not: What the norm asks too, and nobody was asked here.
        unverified: Whether a fact behind it was not checked.
        mark: What must stand beside it; begins with "unverified" where it is so.
        caveat: What the result does not say.
    """

    key: str
    pack: str
    name: str
    about: str
    number: str
    title: str
    agreement: str
    result: Result
    disputed_by: DisputedBy
    elements: tuple[Element, ...]
    beside: tuple[Element, ...]
    weight: Weight
    weight_note: str
    bound: tuple[Bound, ...]
    positions: Views
    differ: str
    views: str
    asks_not: str
    threshold: bool
    source: str
    as_of: date
    unverified: bool
    mark: str
    stale: bool
    caveat: str = CAVEAT

    @property
    def unasked(self) -> tuple[str, ...]:
        """Return the questions that nobody answered: of those it is said that nothing says so."""
        return tuple(one.question for one in self.elements if not one.asked)

    @property
    def elsewhere(self) -> bool:
        """Tell whether it is the own law of states that the case does not concern."""
        own = self.about.startswith("law:")
        return own and not any(one.said == "bound" for one in self.bound)


def offered(norms: Norms, *, conflict: bool) -> tuple[Read, ...]:
    """Return the forms that are offered: those for armed conflict once that question is open."""
    return tuple(one for one in norms.forms if conflict or not one.form.threshold)


def classify(
    given: Mapping[str, Given],
    norms: Norms,
    *,
    states: Sequence[str] = (),
    on: date,
    conflict: bool = False,
) -> tuple[Assessment, ...]:
    """Return what the answers of a case say of each norm, in the order of the packs.

    Args:
        given: Answers that stand, by question.
        norms: All forms, with their norms.
        states: Those concerned, by code.
        on: The day of the act: who was bound, and what had been said by then.
        conflict: Whether a person said that the question of armed conflict is open.
    """
    standings = norms.standings(states, on)
    bound: dict[str, tuple[Bound, ...]] = {}
    found = []
    for read in offered(norms, conflict=conflict):
        if read.binder not in bound:
            bound[read.binder] = norms.bound(read.binder, standings, on)
        views = norms.views(read.form.about, states, on)
        found.append(_assessed(read, given, bound[read.binder], views))
    return tuple(found)


def _assessed(
    read: Read, given: Mapping[str, Given], bound: tuple[Bound, ...], positions: Views
) -> Assessment:
    form = read.form

    def answer_of(key: str) -> Answer:
        known = given.get(key)
        return known.answer if known else "no"

    result, disputed_by = judge(form, answer_of)
    return Assessment(
        key=form.key,
        pack=read.pack,
        name=form.name,
        about=form.about,
        number=read.number,
        title=read.title,
        agreement=read.agreement,
        result=result,
        disputed_by=disputed_by,
        elements=_elements(form.elements(), given),
        beside=_elements(form.beside, given),
        weight=read.weight,
        weight_note=read.weight_note,
        bound=bound,
        positions=positions,
        differ=form.differ,
        views=form.views,
        asks_not=form.asks_not,
        threshold=form.threshold,
        source=read.source,
        as_of=read.as_of,
        unverified=read.unchecked,
        mark=f"{UNVERIFIED}: {read.mark}" if read.unchecked else read.mark,
        stale=read.stale,
    )


def _elements(keys: Iterable[str], given: Mapping[str, Given]) -> tuple[Element, ...]:
    found = []
    for key in keys:
        known = given.get(key)
        if known is None:
            found.append(Element(question=key, answer="no", asked=False, note=NOT_ASKED))
        else:
            found.append(
                Element(
                    question=key,
                    answer=known.answer,
                    asked=True,
                    entry=known.entry,
                    rests_on=known.rests_on,
                    note=known.note,
                    fallen=known.fallen,
                )
            )
    return tuple(found)
