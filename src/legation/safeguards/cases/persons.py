"""The rights test of steps that touch persons, and whom no step may touch at all.

An interference is lawful only if a law provides for it, for a legitimate aim, where nothing less
would do, in proportion, and under safeguards (ICCPR 17 and 19); whoever is touched is told, is
heard, and can have it reviewed. A program cannot judge the words; it can refuse a step that has
none. A protected disclosure, a source of the press and the genuine speech of citizens are named
as what they are, and the steps that they bar are barred from then on.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import DeniedError, RecordError, UsageError
from legation.rights.intrusion import PARTS, require_statement
from legation.safeguards.cases import patterns
from legation.safeguards.cases.bodies import Body, Number, Words
from legation.safeguards.cases.data_file import require_known
from legation.safeguards.cases.playbooks.plays import Playbook
from legation.safeguards.cases.responses.answering.steps import Chosen
from legation.safeguards.cases.responses.catalogue import response
from legation.safeguards.cases.responses.situation import Excluded, Speech

# What a test is made for, where it is no choice: the key of an answer, or PLAYBOOK/STEP.
Tested = Annotated[str, msgspec.Meta(pattern=patterns.TESTED, max_length=161)]
Right = Literal["privacy", "expression", "fair hearing"]
# What each right rests on, as the form and the decision show it.
RIGHTS: Final[dict[Right, str]] = {
    "privacy": "privacy and correspondence (ICCPR 17; ECHR 8; EU Charter 7 and 8)",
    "expression": "opinion and expression (ICCPR 19; ECHR 10; EU Charter 11)",
    "fair hearing": "fair hearing and remedy (ICCPR 2(3) and 14; EU Charter 41 and 47)",
}
REMEDIES: Final = {
    "notice": "when and how those concerned are told, or until when that would defeat the aim",
    "observations": "how those concerned are heard, and by whom",
    "review": "who reviews the step, independently of who took it, and by when",
}
# A handle, an address of mail, or a number by which somebody is reached or known.
_NAMES_SOMEBODY: Final = re.compile(r"@\w|\w@|\+?\d[\d /()-]{6,}\d")
# Numbers that name an act of law, a day or a case, and nobody: 2019/796, 269/2014, 2026-03-01.
_ACT: Final = r"(?:(?:19|20)\d\d/\d{1,4}|\d{1,4}/(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)"
_ACTS: Final = re.compile(rf"{_ACT}(?:[ ,/()-]+{_ACT})*")
# What stands before the number of an article, a section or a page of a journal.
_OF_LAW: Final = re.compile(
    r"(?:\b(?:arts?\.?|articles?|sections?|sec\.|paragraphs?|para\.?|rules?|points?|[LC])|§§?)\s*$",
    re.IGNORECASE,
)
_SECTION: Final = r"\d{1,4}(?: ?\(\d{1,3}\)?)*"
_SECTIONS: Final = re.compile(rf"{_SECTION}(?: {_SECTION})?")
_CASE: Final = re.compile(r"\bcase\s+$", re.IGNORECASE)
_CASE_NUMBER: Final = re.compile(r"20\d\d-\d{4}")


class RightsTest(Body, frozen=True, kw_only=True, tag="rights-test"):
    """The test of a step that touches persons.

    Attributes:
        for_: Key of the answer that is to be chosen next, a step as PLAYBOOK/STEP, or number of a
            choice already made.
        persons: Who is concerned, in words and without names.
        rights: Which of their rights the step touches.
        legality: The law or mandate that allows it.
        aim: The legitimate aim.
        necessity: Why nothing less would do.
        proportionality: Why the gain outweighs the interference.
        safeguards: What limits it.
        notice: How those concerned are told.
        observations: How they are heard.
        review: Who reviews it.
        excluded: Whether a protected disclosure or a source of the press is concerned.
    """

    for_: Tested | Number = msgspec.field(name="for")
    persons: Words
    rights: Annotated[tuple[Right, ...], msgspec.Meta(min_length=1, max_length=3)]
    legality: Words
    aim: Words
    necessity: Words
    proportionality: Words
    safeguards: Words
    notice: Words
    observations: Words
    review: Words
    excluded: Excluded
    rests_on: tuple[Number, ...] = ()


class SpeechNamed(Body, frozen=True, kw_only=True, tag="genuine-speech"):
    """That what the case is about is speech, and of which kind.

    Attributes:
        kind: `genuine`: of citizens, and no threat; the others are never asked to be taken down.
        why: Why it is that.
    """

    kind: Speech = "genuine"
    why: Words
    rests_on: tuple[Number, ...] = ()


class Protected(Body, frozen=True, kw_only=True, tag="protected"):
    """That the source is guarded: a disclosure protected by law, or a source of the press."""

    kind: Literal["protected disclosure", "press source"]
    why: Words
    rests_on: tuple[Number, ...] = ()


def verify_rights_test(
    body: RightsTest, chosen: Mapping[int, Chosen], playbooks: Mapping[str, Playbook]
) -> None:
    """Require a test that says something, of a step that there is.

    Args:
        body: The test.
        chosen: The choices of the case, by their numbers.
        playbooks: The playbooks that are known, by key.

    Raises:
        RecordError: A part says too little, or names somebody; or there is no such step.
    """
    _verify_tested(body.for_, chosen, playbooks)
    require_sentence(body.persons, "persons", "who is concerned")
    for name in (*PARTS, *REMEDIES):
        require_sentence(getattr(body, name), name, f"the {name}")
    if len(set(body.rights)) != len(body.rights):
        raise RecordError("a right is named twice", place="rights", hint="name each once")
    for name in ("persons", *PARTS, *REMEDIES):
        if found := naming_somebody(getattr(body, name)):
            raise RecordError(
                f"it names somebody: {found!r:.80}",
                place=name,
                hint="say who they are by what they do; names stay in their sealed place",
            )


def _verify_tested(
    for_: str | int, chosen: Mapping[int, Chosen], playbooks: Mapping[str, Playbook]
) -> None:
    if isinstance(for_, str) and "/" in for_:
        playbook, _, step = for_.partition("/")
        require_known(playbook, playbooks, "playbook", place="for")
        steps = {one.key: one for one in playbooks[playbook].step}
        require_known(step, steps, "step", place="for")
        touches = steps[step].touches_persons
    else:
        if isinstance(for_, int) and for_ not in chosen:
            raise RecordError(
                f"entry {for_} is no choice of an answer",
                place="for",
                hint="name a choice of this case, or the key of an answer",
            )
        key = chosen[for_].answer if isinstance(for_, int) else for_
        try:
            touches = response(key).touches != "never"
        except UsageError as bad:
            raise RecordError(str(bad), place="for", hint=bad.hint) from bad
    if not touches:
        said = chosen[for_].answer if isinstance(for_, int) else for_
        raise RecordError(f"{said} touches no person", place="for", hint="no test is asked for it")


def verify_speech_named(body: SpeechNamed) -> None:
    """Require a reason.

    Raises:
        RecordError: It says too little.
    """
    require_sentence(body.why, "why", "the reason")


def verify_protected(body: Protected) -> None:
    """Require a reason that names nobody: it is a source that is guarded.

    Raises:
        RecordError: It says too little, or names somebody.
    """
    require_sentence(body.why, "why", "the reason")
    if found := naming_somebody(body.why):
        raise RecordError(
            f"it names somebody: {found!r:.80}",
            place="why",
            hint="say why the source is guarded, not who it is",
        )


def naming_somebody(words: str) -> str:
    """Return the first words by which somebody is reached or known; empty: there are none.

    Numbers of acts, of their articles and sections, of days and of cases name nobody.

    >>> naming_somebody("Regulation (EU) 2019/796, OJ L 129, Art. 3")
    ''
    >>> naming_somebody("ask ana@example.org")
    'ana@example.org'
    """
    for found in _NAMES_SOMEBODY.finditer(words):
        said, before = found.group(), words[: found.start()]
        if _ACTS.fullmatch(said):
            continue
        if _OF_LAW.search(before) and _SECTIONS.fullmatch(said):
            continue
        if _CASE.search(before) and _CASE_NUMBER.fullmatch(said):
            continue
        if "@" not in said:
            return said
        begun = before.split()[-1] if before and not before[-1].isspace() else ""
        return begun + words[found.start() :].split(maxsplit=1)[0]
    return ""


def require_sentence(words: str, place: str, told: str) -> None:
    """Require that a part says something.

    Raises:
        RecordError: It says too little.
    """
    try:
        require_statement(words, told, place)
    except DeniedError as bad:
        raise RecordError(str(bad), place=place, hint=bad.hint) from bad
