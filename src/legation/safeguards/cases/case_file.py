"""A case as a file: what somebody typed in, in TOML, to be entered as a whole.

The file says what the case is about, who was harmed, what is said to have happened, whom others
name, and what each says of the questions of law. Each part becomes an entry; those that rest
on others are numbered by their order in the file.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from legation.errors import BadInputError, RecordError
from legation.knowledge.toml_file import read_toml
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.entries import read_body
from legation.safeguards.cases.facts import DAYS, Opened

_ABOUT: Final = tuple(Opened.__struct_fields__)
_LISTS: Final = {"victims": "victim", "tasks": "task", "links": "link", "work": "work"}
_KNOWN: Final = (*_ABOUT, *_LISTS, "evidence", "attributed", "entries")
_HINT: Final = "see the how-to: Open a case from a file"
_MOST: Final = 5_000_000


def read_case_file(raw: bytes, place: str) -> tuple[Body, ...]:
    """Read the entries that a file gives.

    Args:
        raw: The file.
        place: Its name, for errors.

    Raises:
        BadInputError: It is no TOML, or too large.
        RecordError: A part of it is no entry; the place has its name and number.
    """
    told = read_toml(raw, place=place, longest=_MOST, hint=_HINT)
    unknown = [name for name in told if name not in _KNOWN]
    if unknown:
        raise RecordError(
            f"unknown part {unknown[0]!r:.60}",
            place=f"{place}: {unknown[0]:.60}",
            hint=f"a case has: {', '.join(_KNOWN)}",
        )
    about = {name: _year(name, _text(told[name])) for name in _ABOUT if name in told}
    bodies: list[Body] = [_body("opened", about, place)]
    for name, kind in _LISTS.items():
        bodies += [_body(kind, one, where) for where, one in _each(told, name, place)]
    for where, one in _each(told, "attributed", place):
        bodies.append(_claim(one, where))
    for where, one in _each(told, "evidence", place):
        bodies += _evidence(one, where, len(bodies) + 1)
    for where, one in _each(told, "entries", place):
        bodies.append(read_body(_plain(one), where))
    return tuple(bodies)


def read_entries(raw: bytes, place: str) -> tuple[Body, ...]:
    """Read the entries of a file, each under `[[entries]]`, that come to a case.

    Raises:
        BadInputError: It is no TOML, too large, or has no entries.
        RecordError: One of them is no entry; the place has its number.
    """
    told = read_toml(raw, place=place, longest=_MOST, hint=_HINT)
    unknown = [name for name in told if name != "entries"]
    if unknown:
        raise RecordError(
            f"unknown part {unknown[0]!r:.60}", place=place, hint="write [[entries]] alone"
        )
    found = tuple(read_body(_plain(one), where) for where, one in _each(told, "entries", place))
    if not found:
        raise BadInputError("there are no entries", place=place, hint="write [[entries]]")
    return found


def _evidence(one: Mapping[str, Any], where: str, number: int) -> list[Body]:
    """Return a fact and what it says of the questions of law, which rests on it."""
    if not isinstance(one, Mapping):
        raise RecordError("this is no table", place=where, hint=_HINT)
    answers = one.get("answers", {})
    if not isinstance(answers, Mapping):
        raise RecordError("answers is no table", place=f"{where}/answers", hint=_HINT)
    fact = {name: part for name, part in one.items() if name != "answers"}
    bodies = [_body("said", fact, where)]
    for question, answer in answers.items():
        stated = {"question": question, "answer": answer, "rests_on": [number]}
        bodies.append(_body("answered", stated, f"{where}/answers/{question:.60}"))
    return bodies


def _claim(one: Mapping[str, Any], where: str) -> Body:
    """Return what somebody else says of who it was: of it a file calls the state `state`."""
    if not isinstance(one, Mapping):
        raise RecordError("this is no table", place=where, hint=_HINT)
    told = {("party" if name == "state" else name): part for name, part in one.items() if part}
    # Who names somebody is the source of that, unless another one is given.
    return _body("claimed", {"source": told.get("by", "")} | told, where)


def _body(kind: str, value: Any, where: str) -> Body:
    if not isinstance(value, Mapping):
        raise RecordError("this is no table", place=where, hint=_HINT)
    told = {
        ("party" if name == "state" and kind == "victim" else name): part
        for name, part in value.items()
    }
    if "entry" in told:
        raise RecordError("there is no field entry", place=where, hint=_HINT)
    return read_body({"entry": kind} | _plain(told), where)


def _each(told: Mapping[str, Any], name: str, place: str) -> list[tuple[str, Any]]:
    listed = told.get(name, [])
    if not isinstance(listed, list):
        raise RecordError(
            f"{name} is no list of tables", place=f"{place}: {name}", hint=f"write [[{name}]]"
        )
    return [(f"{place}: {name}/{number}", one) for number, one in enumerate(listed, 1)]


def _plain(value: Any) -> Any:
    """Return TOML values as JSON has them: days and instants as text."""
    if isinstance(value, Mapping):
        return {name: _year(name, _plain(part)) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return _text(value)


def _year(name: str, value: Any) -> Any:
    """Return a year that was written without marks as text; other numbers stay."""
    written = type(value) is int and name in DAYS and len(str(value)) == len("2026")
    return str(value) if written else value


def _text(value: Any) -> Any:
    return msgspec.to_builtins(value) if hasattr(value, "isoformat") else value
