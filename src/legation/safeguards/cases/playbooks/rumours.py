"""Whether a rumour is answered: an answer can carry it further than it would have gone.

A guide is data: questions, and rules that are read from the top. The first rule whose conditions
hold gives the advice; where it hangs on a question that nobody can answer, nothing is advised and
the question is named. Criticism and opinion are no rumour, and are never answered as one.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

import msgspec

from legation.safeguards.cases.bodies import Answer, Key, Line, Verified, Words
from legation.safeguards.cases.data_file import read_data, require_apart, require_known

_DATA: Final = "rumours.toml"
Advice = Literal["answer", "watch", "pre-bunk", "stay silent", "no rumour"]
Answers = Annotated[tuple[Answer, ...], msgspec.Meta(min_length=1)]


class Literature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A work on which a rule stands."""

    key: Key
    title: Line
    author: Line
    year: int
    says: Words
    verified: Verified


class RumourQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question about a rumour, and why it matters."""

    key: Key
    asks: Line
    because: Line


class RumourRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule: conditions, an advice, and the works on which it stands.

    Attributes:
        when: For each question that it hangs on, the answers that it takes.
        how: How the advice is carried out.
        works: Keys of the literature.
    """

    key: Key
    when: Mapping[Key, Answers] = msgspec.field(default_factory=dict)
    advice: Advice
    because: Words
    how: Words
    works: tuple[Key, ...] = ()


class RumourGuide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A guide."""

    key: Key
    title: Line
    source: Words
    as_of: date
    verified: Verified
    question: Annotated[tuple[RumourQuestion, ...], msgspec.Meta(min_length=1)]
    rule: Annotated[tuple[RumourRule, ...], msgspec.Meta(min_length=1)]
    work: tuple[Literature, ...] = ()


class Advised(msgspec.Struct, frozen=True, kw_only=True):
    """What a guide says of a rumour.

    Attributes:
        rule: The rule that speaks; None: it cannot be told.
        missing: Questions whose answer would tell, by key.
    """

    rule: RumourRule | None
    missing: tuple[str, ...] = ()


def read_guide(content: bytes, *, place: str) -> RumourGuide:
    """Read a guide.

    Raises:
        BadInputError: It does not fit; the place names the row and the key.
    """
    guide = read_data(content, RumourGuide, place=place)
    for table in ("question", "rule", "work"):
        require_apart((row.key for row in getattr(guide, table)), table, place=place)
    asked = {one.key for one in guide.question}
    works = {one.key for one in guide.work}
    for rule in guide.rule:
        for key in rule.when:
            require_known(key, asked, "question", place=f"{place}: rule {rule.key} when")
        for key in rule.works:
            require_known(key, works, "work", place=f"{place}: rule {rule.key} works")
    return guide


@cache
def shipped_guide() -> RumourGuide:
    """Return the guide that ships."""
    return read_guide(files(__package__).joinpath(_DATA).read_bytes(), place=_DATA)


def advise(guide: RumourGuide, answers: Mapping[str, Answer]) -> Advised:
    """Return what a guide says of a rumour.

    A rule that could still hold, once its open questions are answered, stops those below it: what
    they say might be wrong.

    Raises:
        RecordError: An answer is to a question that the guide does not ask.
    """
    asked = {one.key for one in guide.question}
    for key in answers:
        require_known(key, asked, "question", place="answers")
    for rule in guide.rule:
        open_ones = [key for key, takes in rule.when.items() if _is_open(answers.get(key), takes)]
        fails = any(
            key not in open_ones and answers[key] not in takes for key, takes in rule.when.items()
        )
        if fails:
            continue
        return Advised(rule=None, missing=tuple(open_ones)) if open_ones else Advised(rule=rule)
    return Advised(rule=None)


def _is_open(answer: Answer | None, takes: tuple[Answer, ...]) -> bool:
    """Tell whether a condition cannot be told; a rule may take `unknown` for an answer."""
    return answer is None or (answer in ("unknown", "disputed") and answer not in takes)
