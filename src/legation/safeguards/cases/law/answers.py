"""What people state about the law of a case: answers, an open threshold, a power that was needed.

An answer rests on entries of the case; only "unknown" may rest on nothing. Rules for armed
conflict are offered and counted once a person says, with reasons, that this question is open.
What a case needed to do is entered with the law that allows it, or with none.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.knowledge.norms import Read
from legation.safeguards.cases import patterns
from legation.safeguards.cases.bodies import (
    Answer,
    Body,
    Key,
    Line,
    Number,
    Party,
    Short,
    Verified,
    Words,
)

# A fact of a pack, by its table and key.
FactName = Annotated[str, msgspec.Meta(pattern=patterns.FACT, max_length=100)]
_TABLES: Final = ("norm", "offence", "law")


class Answered(Body, frozen=True, kw_only=True, tag="answered"):
    """What somebody answers to a question about the act.

    Attributes:
        rests_on: Entries of the case; an answer other than "unknown" has one.
        note: Why, where the entries do not say it.
    """

    question: Key
    answer: Answer
    rests_on: tuple[Number, ...] = ()
    note: Short = ""


class ThresholdOpened(Body, frozen=True, kw_only=True, tag="threshold"):
    """That the question of armed conflict is open, or is so no more.

    Attributes:
        why: What speaks for it.
        rests_on: Entries of the case that show it.
    """

    stands: Literal["open", "closed"] = "open"
    why: Words
    rests_on: tuple[Number, ...]


class PowerNeeded(Body, frozen=True, kw_only=True, tag="power"):
    """What the case needed to do, and the law that allows it.

    Attributes:
        needed: What, in a sentence.
        state: Whose power it is; None: of no state.
        law: The law and its section, in words; empty: none in force allows it.
        fact: The same in a knowledge pack, as `law:KEY`, `norm:KEY` or `offence:KEY`.
        verified: How far it was compared with the text.
    """

    needed: Line
    state: Party | None = None
    law: Short = ""
    fact: FactName = ""
    verified: Verified = "from-memory"
    rests_on: tuple[Number, ...] = ()
    note: Short = ""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it stands in a case.

    Attributes:
        entry: Number of the entry that gives it.
        rests_on: Entries that it cites.
        fallen: Those of them that were taken back: then nothing is known, whatever was answered.
    """

    answer: Answer
    entry: Number
    rests_on: tuple[Number, ...] = ()
    note: str = ""
    fallen: tuple[Number, ...] = ()


def given_of(entries: Iterable[tuple[int, Body]], gone: Collection[int] = ()) -> dict[str, Given]:
    """Return the answers that stand, by question: the latest of each.

    Args:
        entries: Those that count, each with its number; others than answers are passed over.
        gone: Numbers of entries that were taken back.
    """
    found: dict[str, Given] = {}
    for number, body in sorted(entries, key=lambda one: one[0]):
        if isinstance(body, Answered):
            fallen = tuple(one for one in body.rests_on if one in gone)
            found[body.question] = Given(
                answer="unknown" if fallen else body.answer,
                entry=number,
                rests_on=body.rests_on,
                note=body.note,
                fallen=fallen,
            )
    return found


def threshold_open(entries: Iterable[tuple[int, Body]]) -> bool:
    """Tell whether somebody said last that the question of armed conflict is open."""
    said = [(number, body) for number, body in entries if isinstance(body, ThresholdOpened)]
    return bool(said) and max(said, key=lambda one: one[0])[1].stands == "open"


def verify_answered(body: Answered, questions: Collection[str], entries: Collection[int]) -> None:
    """Require that an answer is one to a known question, and rests on something.

    Args:
        body: The answer.
        questions: Keys of those that the packs ask.
        entries: Numbers of the entries before it.

    Raises:
        RecordError: It does not hold; the place names the part.
    """
    if body.question not in questions:
        near = get_close_matches(body.question, questions, 1)
        raise RecordError(
            f"unknown question {body.question!r:.60}",
            place="question",
            hint=f"did you mean {near[0]!r}?" if near else "list the questions of the forms",
        )
    if body.answer != "unknown":
        _require_ground(body.rests_on)
    _verify_there(body.rests_on, entries)


def verify_threshold(body: ThresholdOpened, entries: Collection[int]) -> None:
    """Require that the threshold is opened, or closed, on what stands in the case.

    Raises:
        RecordError: It rests on nothing, or on an entry that is not there.
    """
    _require_ground(body.rests_on)
    _verify_there(body.rests_on, entries)


def verify_power(body: PowerNeeded, known: Collection[str], entries: Collection[int]) -> None:
    """Require that a power names a law that is known, if it names a fact.

    Args:
        body: The power.
        known: Facts of the packs, each as `TABLE:KEY`.
        entries: Numbers of the entries before it.

    Raises:
        RecordError: The fact is unknown, of another table, or without the law in words.
    """
    table = body.fact.partition(":")[0]
    if body.fact and (table not in _TABLES or body.fact not in known):
        near = get_close_matches(body.fact, [one for one in known if one.startswith(table)], 1)
        raise RecordError(
            f"unknown article or law {body.fact!r:.110}",
            place="fact",
            hint=f"did you mean {near[0]!r}?" if near else f"name one of {', '.join(_TABLES)}",
        )
    if body.fact and not body.law:
        raise RecordError(
            "a fact without the law in words",
            place="law",
            hint="write the law and its section, or leave out both where none is in force",
        )
    _verify_there(body.rests_on, entries)


def forms_named(name: str, forms: Iterable[Read]) -> tuple[Read, ...]:
    """Return the forms that a person names, by name or key: one for each pack that has it.

    Raises:
        RecordError: There is none, such as for an unknown number of an article.
    """
    several = tuple(forms)
    said = " ".join(name.casefold().split())
    found = tuple(one for one in several if said in (one.form.name.casefold(), one.form.key))
    if found:
        return found
    names = dict.fromkeys(one.form.name for one in several)
    first = said.partition(" ")[0]
    beside = [one for one in names if one.casefold().partition(" ")[0] == first]
    near = beside or get_close_matches(said, names, 3)
    hint = f"known: {', '.join(near)}" if near else ""
    raise RecordError(
        f"unknown article number {name!r:.60}",
        place="norm",
        hint=hint or "list the forms; a new norm is a row of a pack",
    )


def _require_ground(rests_on: tuple[int, ...]) -> None:
    if not rests_on:
        raise RecordError(
            "rests on nothing",
            place="rests_on",
            hint="cite the entries of the case that show it, or answer unknown",
        )


def _verify_there(rests_on: tuple[int, ...], entries: Collection[int]) -> None:
    for number in rests_on:
        if number not in entries:
            raise RecordError(
                f"there is no entry {number} before this one",
                place="rests_on",
                hint="cite entries of this case by their numbers",
            )
