"""What a norm asks for, and what a person is asked about an act: both as rows of a pack.

A form says of one norm by which answers its elements are met. It knows a few words: `all` (a no
decides), `any` (a yes decides), `disputed_when` (there, and no more than that: the norm stays
disputed) and `differ` (states differ on the norm itself: met is told as disputed). There is no
"not", so one more element that is there never takes a met norm away. A new norm or the law of
another state is a new row, never code.
"""

from typing import Annotated, ClassVar

import msgspec

from legation.knowledge.facts import Fact, Key, Kind, Title

Place = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Question(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person is asked about an act; the answer is yes, no, disputed or unknown.

    Attributes:
        subject: Under which heading it is asked.
        place: Where among all questions, from the first.
        text: What is asked.
        means: What counts.
    """

    subject: Title
    place: Place
    text: Title
    means: str = ""


class Form(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one norm asks for, by questions.

    Attributes:
        about: The norm: `offence:KEY`, `norm:KEY`, `rule:KEY` or `law:KEY`.
        name: As a person writes it, such as `budapest 2`.
        number: Of the section, for a state's own law.
        title: Of the section, for a state's own law.
        all: All of them must be there.
        any: One of them must be there.
        disputed_when: One of them that is there leaves the norm disputed, without the others.
        beside: Asked beside it, weighed by people, counted for nothing.
        differ: How states differ on the norm itself; whatever is met is then disputed.
        views: How views differ on a part of it; it changes no result.
        asks_not: What the norm asks too, and the form does not: intent, reservations, who.
        threshold: Whether it is a rule for armed conflict.
    """

    ages: ClassVar[Kind] = "standing"

    about: Title
    name: Title
    number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    title: Annotated[str, msgspec.Meta(max_length=300)] = ""
    all: tuple[Key, ...] = ()
    any: tuple[Key, ...] = ()
    disputed_when: tuple[Key, ...] = ()
    beside: tuple[Key, ...] = ()
    differ: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    views: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    asks_not: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    threshold: bool = False

    def elements(self) -> tuple[Key, ...]:
        """Return the questions that decide it."""
        return (*self.all, *self.any, *self.disputed_when)

    def asks(self) -> tuple[Key, ...]:
        """Return all questions that it asks."""
        return (*self.elements(), *self.beside)
