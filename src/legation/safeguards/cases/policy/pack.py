"""A policy pack: a state's own rules for its answers, on top of those that nobody can lift.

It is a TOML file. It may close an answer, ask for more, name the domestic law, and give the words;
what it leaves out holds as each answer says of itself. The floor stays: the rights test, what no
countermeasure may touch, two persons where two must sign, no takedown for criticism or
opinion, and no countermeasure below "likely". A file that would lower it is refused as a whole.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final

import msgspec

from legation.errors import BadInputError, UsageError
from legation.knowledge.states import verify_party
from legation.knowledge.toml_file import read_toml
from legation.rights.roles import Role
from legation.safeguards.cases.attribution.estimates import canonical
from legation.safeguards.cases.bodies import Confidence, Key, Likelihood, Line
from legation.safeguards.cases.policy.words import faults
from legation.safeguards.cases.responses.catalogue import BY_KEY
from legation.safeguards.cases.responses.response import Response
from legation.safeguards.cases.responses.situation import (
    OBLIGATIONS,
    Obligation,
    Speech,
    reaches,
)

LARGEST: Final = 200_000
_HEAD: Final = ("name", "state", "note", "answers")
_HINT: Final = "compare with the policy that ships"
_TAKEDOWN: Final = "takedown-request"
_TWO: Final = 2
_NEVER: Final = frozenset({"criticism", "opinion"})
_TABLE: Final = re.compile(r"\s*\[\s*answers\s*\.\s*[\"']?([^\"'\]]+?)[\"']?\s*\]")


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a policy says of one answer.

    Attributes:
        open: Whether it may be used; None: as the answer says of itself.
        likelihood: How likely an attribution must be for it.
        confidence: How much the estimate must be leaned on.
        persons: How many persons must sign it.
        roles: Which of the roles that may use it do; empty: all of them.
        law: Key of the domestic law that allows it.
        subject: Subject of its document.
        words: Text of its document.
        rights_test: Stands here so that a file which would lift it is refused.
        never_for: Speech for which it is never used.
        spares: What a countermeasure never touches; it can only be all of it.
    """

    open: bool | None = None
    likelihood: Likelihood | None = None
    confidence: Confidence | None = None
    persons: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    roles: tuple[Role, ...] = ()
    law: Key | None = None
    subject: Annotated[str, msgspec.Meta(max_length=300)] = ""
    words: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    rights_test: bool = True
    never_for: tuple[Speech, ...] = ()
    spares: tuple[Obligation, ...] = ()


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state's policy.

    Attributes:
        name: Its name.
        state: Whose it is; empty: nobody's, such as the one that ships.
        note: What whoever wrote it says of it.
        answers: What it says of each answer that it speaks of.
    """

    name: Line
    state: str = ""
    note: str = ""
    answers: dict[Key, Asked] = {}


def read_policy(content: bytes, *, place: str) -> Policy:
    """Read a policy.

    Args:
        content: The file: TOML in UTF-8.
        place: Its name, for errors.

    Raises:
        BadInputError: It is no policy, or would lower the floor; the place names line and field.
    """
    value = read_toml(content, place=place, longest=LARGEST, hint=_HINT)
    text = content.decode("utf-8-sig")
    _refuse_unknown(value, _HEAD, lambda name: _at(text, place, "", name))
    tables = value.get("answers", {})
    if not isinstance(tables, dict):
        raise BadInputError("answers is no table", place=place, hint="write [answers.no-action]")
    _refuse_unknown(tables, tuple(BY_KEY), lambda name: _at(text, place, name, ""))
    answers = {key: _asked(key, fields, text, place) for key, fields in tables.items()}
    try:
        policy = msgspec.convert({**value, "answers": {}}, Policy)
    except msgspec.ValidationError as bad:
        at = _at(text, place, "", _field_of(bad))
        raise BadInputError(_plainly(bad), place=at, hint=_HINT) from bad
    if policy.state:
        try:
            verify_party(policy.state)
        except UsageError as bad:
            at = _at(text, place, "", "state")
            raise BadInputError(str(bad), place=at, hint=bad.hint) from bad
    return msgspec.structs.replace(policy, answers=answers)


@cache
def default_policy() -> Policy:
    """Return the policy that ships: neutral, and open where the floor allows it."""
    name = "default.toml"
    content = files("legation.safeguards.cases.policy").joinpath(name).read_bytes()
    return read_policy(content, place=name)


def asked_of(response: Response, policy: Policy) -> Asked:
    """Return all that is asked of an answer: by the policy, else by the answer itself."""
    said = policy.answers.get(response.key, Asked())
    floor = _TWO if response.two_persons else 1
    likelihood, least = said.likelihood or response.least, response.floor
    if likelihood and least and not reaches(likelihood, least):
        likelihood = least  # no file says so, and no other way leads around the floor
    return msgspec.structs.replace(
        said,
        open=response.open if said.open is None else said.open,
        likelihood=likelihood,
        confidence=said.confidence or response.confidence,
        persons=max(said.persons or floor, floor),
        roles=said.roles or response.roles,
    )


def template_of(key: str, policy: Policy) -> tuple[str, str]:
    """Return subject and words of an answer's document, part by part those that ship if need be."""
    said, shipped = policy.answers.get(key, Asked()), default_policy().answers.get(key, Asked())
    return said.subject or shipped.subject, said.words or shipped.words


def _asked(key: str, fields: Any, text: str, place: str) -> Asked:
    if not isinstance(fields, dict):
        at = _at(text, place, key, "")
        raise BadInputError(f"{key} is no table", place=at, hint=f"write [answers.{key}]")
    known = Asked.__struct_fields__
    _refuse_unknown(fields, known, lambda name: _at(text, place, key, name))
    if isinstance(word := fields.get("likelihood"), str):
        fields = {**fields, "likelihood": canonical(word)}
    try:
        asked = msgspec.convert(fields, Asked)
    except msgspec.ValidationError as bad:
        at = _at(text, place, key, _field_of(bad))
        raise BadInputError(_plainly(bad), place=at, hint=_HINT) from bad
    for field, message, hint in (*_lowered(BY_KEY[key], asked), *_worded(asked)):
        raise BadInputError(message, place=_at(text, place, key, field), hint=hint)
    return asked


def _lowered(response: Response, asked: Asked) -> Iterator[tuple[str, str, str]]:
    """Yield where a policy asks for less than nobody may lift."""
    keep = "a policy may ask for more, never for less"
    if not asked.rights_test:
        yield "rights_test", "the rights test cannot be lifted", keep
    if asked.persons is not None and asked.persons < _TWO and response.two_persons:
        yield "persons", "two persons must sign it", keep
    if asked.never_for and response.key == _TAKEDOWN and not {*asked.never_for} >= _NEVER:
        yield "never_for", "no takedown is asked for criticism or opinion", keep
    if asked.spares and not response.stops:
        yield "spares", "only a countermeasure is asked what it spares", "leave it out"
    elif asked.spares and {*asked.spares} != {*OBLIGATIONS}:
        yield "spares", "a countermeasure touches none of them (ARSIWA 50)", keep
    if asked.open is False and response.rung == 0 and response.touches == "never":
        yield "open", "to do nothing is always open", "leave it open"
    floor = response.floor
    if asked.likelihood and floor and not reaches(asked.likelihood, floor):
        yield (
            "likelihood",
            f"below {floor!r} the state would act on what it thinks no more likely than not",
            keep,
        )
    if outside := [one for one in asked.roles if one not in response.roles]:
        may = ", ".join(response.roles)
        yield "roles", f"{outside[0]} may not use it", f"choose among: {may}"


def _worded(asked: Asked) -> Iterator[tuple[str, str, str]]:
    for field in ("subject", "words"):
        for message, hint in faults(getattr(asked, field)):
            yield field, message, hint


def _refuse_unknown(value: dict[str, Any], known: tuple[str, ...], at: Any) -> None:
    for name in value:
        if name not in known:
            near = get_close_matches(name[:80], known, 1, cutoff=0.0)[0]
            raise BadInputError(
                f"unknown key {name[:80]!r}", place=at(name), hint=f"did you mean {near!r}?"
            )


def _at(text: str, place: str, answer: str, field: str) -> str:
    """Return file, line and field of a fault; the line is left out where it cannot be told."""
    named = ".".join(part for part in ("answers" if answer else "", answer, field) if part)
    line, table = 0, ""
    for number, one in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(one):
            table = head[1]
            line = number if table == answer else line
        elif one.lstrip().startswith("["):
            table = one
        if field and table == answer and re.match(rf"\s*[\"']?{re.escape(field)}[\"']?\s*=", one):
            line = number
            break
    at = f"{place}:{line}" if line else place
    return f"{at}: {named}" if named else at


def _field_of(bad: msgspec.ValidationError) -> str:
    found = re.search(r"`\$\.([\w]+)", str(bad))
    return found[1] if found else ""


def _plainly(bad: msgspec.ValidationError) -> str:
    said = re.sub(r" - at `.*", "", str(bad)).replace("`", "")
    return said[:1].lower() + said[1:]
