"""The cover note of a letter: for the desk alone, what whoever sends it has to know.

A letter says what is meant for its receiver. What it rests on, what nobody checked, where views
differ, how sure the desk is and who signs stands here, apart, under the marking of the case.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from legation.safeguards.cases.responses.answering.naming_persons import RULE

HEAD: Final = "COVER NOTE FOR THE DESK: it does not go to the receiver."
CONFIRM: Final = "[to be confirmed by the drafter]"
NOT_OPEN: Final = "no open source: not in the letter"
PERSON: Final = "left out of the letter, it may name a person"
NONE: Final = "nothing"


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """An entry on which a document rests.

    Attributes:
        entry: Its number.
        says: What it says, with its source.
        grade: Of the source and of what it says.
        unverified: What nobody checked of it; empty: it was compared with its source.
        left_out: Why it is not in the letter; empty: it is.
        names: The words that may name a person.
    """

    entry: int
    says: str
    grade: str
    unverified: str = ""
    left_out: str = ""
    names: str = ""


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What a cover note tells.

    Attributes:
        marking: Of all that it tells.
        about: Which document of which case it goes with.
        why: Why the answer was chosen.
        rests_on: Entries on which the document rests.
        norms: Of each norm that is met, whether the letter names it and why not.
        unverified: What else nobody checked.
        views: Where views differ.
        attribution: In whose words, how likely, how far it can be leaned on.
        signs: Who signs, and who did.
        open: What is open still in the letter.
    """

    marking: str
    about: str
    why: str
    rests_on: tuple[Ground, ...] = ()
    norms: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def cover_text(told: Cover) -> str:
    """Return the text of a cover note."""
    unverified = [f"entry {one.entry}: {one.unverified}" for one in told.rests_on if one.unverified]
    names = [f"entry {one.entry}: {one.names}" for one in told.rests_on if one.names]
    parts = (
        ("It was chosen because", [told.why]),
        ("It rests on", [_ground(one) for one in told.rests_on]),
        (f"Left out, as it may name a person ({RULE}; an address is not looked at)", names),
        ("Not verified", [*unverified, *told.unverified]),
        ("Norms", told.norms),
        ("Where views differ", told.views),
        ("Attribution and confidence", told.attribution),
        ("Who signs", told.signs),
        ("Open in the letter, for the drafter to choose", told.open),
    )
    text = "\n\n".join(_part(title, lines) for title, lines in parts)
    return f"{told.marking}\n{HEAD}\n{told.about}\n\n{text}\n"


def _ground(one: Ground) -> str:
    grade = f" ({one.grade})" if one.grade else ""
    return f"entry {one.entry}{grade}: {one.says}" + (f" [{one.left_out}]" if one.left_out else "")


def _part(title: str, lines: Iterable[str]) -> str:
    # An entry may have lines of its own: none of them may look like a heading of this note.
    told = [" ".join(line.split()) for line in lines] or [NONE]
    return "\n".join((f"{title}:", *(f"- {line}" for line in told)))
