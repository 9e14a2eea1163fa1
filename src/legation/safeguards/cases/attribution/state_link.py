"""Whether conduct is a state's in law: the tests, what was answered, and what that comes to.

Conduct of an organ (ARSIWA 4), of whom the law empowers (5), of whom a state instructs, directs or
controls (8), or conduct that it adopts (11). Which answers meet a test is data, and so are
the views where they differ. What is found is whether a test is met; whether an act was wrongful
is another question, and not asked here.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import msgspec

from legation.errors import RecordError
from legation.knowledge.organisations import organisations
from legation.safeguards.cases.attribution.rows import Row, of_kind
from legation.safeguards.cases.bodies import (
    Answer,
    Body,
    Key,
    Number,
    Party,
    Short,
    Verified,
)

Test = Literal["organ", "empowered", "directed", "adopted"]
Result = Literal["met", "disputed", "unknown", "not met"]
_RESULTS: Final[Mapping[Answer, Result]] = {
    "yes": "met",
    "disputed": "disputed",
    "unknown": "unknown",
    "no": "not met",
}
# What one of several is worth where any is enough, and where all are needed: the first found holds.
_ANY: Final[tuple[Answer, ...]] = ("yes", "disputed", "unknown", "no")
_ALL: Final[tuple[Answer, ...]] = ("no", "unknown", "disputed", "yes")
# These may carry an attribution to a state.
CARRIES: Final[frozenset[Result]] = frozenset({"met", "disputed"})


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What one body with standing holds."""

    who: str
    says: str
    source: str
    verified: Verified


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """What a test asks.

    Attributes:
        views: Where they differ whether a yes is enough; empty where they do not.
    """

    asks: str
    views: tuple[View, ...] = ()


class LinkTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test by which conduct is linked to a state.

    Attributes:
        groups: Keys of elements; the test needs one of each group.
    """

    article: str
    title: str
    weight: str
    verified: Verified
    source: str
    groups: tuple[tuple[str, ...], ...]
    elements: dict[str, Element]


class LinkAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is answered to one element, and the entries that it rests on."""

    element: Key
    answer: Answer
    rests_on: tuple[Number, ...] = ()
    says: Short = ""


class Linked(Body, frozen=True, kw_only=True, tag="state-link"):
    """The answers to one test of one state; a later one of the same takes its place.

    Attributes:
        party: The state.
        actor: Whose conduct it is.
    """

    test: Test
    party: Party
    actor: Short = ""
    answers: tuple[LinkAnswer, ...]

    def __post_init__(self) -> None:
        """Refuse an element that the test does not have, and a yes that rests on nothing."""
        if self.party in organisations():
            raise RecordError(
                f"{self.party} is an organisation, and these are tests of states",
                place="party",
                hint="name a state",
            )
        elements = link_tests()[self.test].elements
        seen: set[str] = set()
        for at, one in enumerate(self.answers):
            if one.element not in elements:
                raise RecordError(
                    f"{one.element!r:.60} is no element of this test",
                    place=f"answers.{at}.element",
                    hint=f"answer one of: {', '.join(elements)}",
                )
            if one.element in seen:
                raise RecordError(
                    f"{one.element!r} is answered twice",
                    place=f"answers.{at}.element",
                    hint="answer each element once",
                )
            seen.add(one.element)
            if one.answer in ("yes", "disputed") and not one.rests_on:
                raise RecordError(
                    f"the answer to {one.element!r} rests on nothing",
                    place=f"answers.{at}.rests_on",
                    hint="name the entries that say so, or answer unknown",
                )


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An element with its answer.

    Attributes:
        answer: As given; unknown where nobody answered.
        counts: What it counts as; of a yes of which views differ whether it is enough, disputed.
        answered: Whether anybody answered.
        fallen: Entries that it rests on and that were taken back; it counts as unknown then.
    """

    element: str
    asks: str
    answer: Answer
    counts: Answer
    answered: bool
    rests_on: tuple[int, ...]
    views: tuple[View, ...]
    fallen: tuple[int, ...] = ()


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers to a test come to.

    Attributes:
        open: Keys of the elements that keep it from being met.
    """

    test: Test
    article: str
    verified: Verified
    source: str
    result: Result
    elements: tuple[Asked, ...]
    open: tuple[str, ...]


@cache
def link_tests() -> Mapping[Test, LinkTest]:
    """Return the tests by their keys.

    >>> link_tests()["directed"].article
    'ARSIWA 8'
    """
    told = _data()
    return msgspec.convert({key: told[key] for key in told if key != "as_of"}, dict[Test, LinkTest])


@cache
def as_of() -> date:
    """Return the day that the tests and views speak for."""
    return msgspec.convert(_data()["as_of"], date)


def link(body: Linked, gone: Collection[int] = ()) -> Link:
    """Return what the answers to a test come to, and which elements that hangs on.

    Args:
        body: The answers.
        gone: Numbers of entries that were taken back.
    """
    told = link_tests()[body.test]
    given = {one.element: one for one in body.answers}
    asked = {
        key: _asked(key, element, given.get(key), gone) for key, element in told.elements.items()
    }
    counted = {key: one.counts for key, one in asked.items()}
    groups = [_first(_ANY, (counted[key] for key in group)) for group in told.groups]
    return Link(
        test=body.test,
        article=told.article,
        verified=told.verified,
        source=told.source,
        result=_RESULTS[_first(_ALL, groups)],
        elements=tuple(asked.values()),
        open=tuple(
            key
            for group, worth in zip(told.groups, groups, strict=True)
            if worth != "yes"
            for key in group
        ),
    )


def links(rows: Iterable[Row], party: str) -> list[tuple[int, Linked]]:
    """Return the answers that stand of each test and actor of a state, with their numbers."""
    latest = {
        (body.test, body.actor): (number, body)
        for number, body in of_kind(rows, Linked)
        if body.party == party
    }
    return sorted(latest.values(), key=lambda one: one[0])


def _asked(key: str, element: Element, given: LinkAnswer | None, gone: Collection[int]) -> Asked:
    answer: Answer = given.answer if given else "unknown"
    fallen = tuple(one for one in given.rests_on if one in gone) if given else ()
    counts: Answer = "disputed" if answer == "yes" and element.views else answer
    return Asked(
        element=key,
        asks=element.asks,
        answer=answer,
        # A "no" says less whatever it rests on.
        counts="unknown" if fallen and answer != "no" else counts,
        answered=given is not None,
        rests_on=given.rests_on if given else (),
        views=element.views,
        fallen=fallen,
    )


def _first(order: tuple[Answer, ...], among: Iterable[Answer]) -> Answer:
    found = set(among)
    return next(one for one in order if one in found)


def _data() -> dict[str, object]:
    folder = files("legation.safeguards.cases.attribution")
    return tomllib.loads(folder.joinpath("state_link.toml").read_text("utf-8"))
