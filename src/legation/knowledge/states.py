"""States and territories by code (ISO 3166-1 alpha-2), and their short names in English.

A code or a name here says nothing about status, borders or recognition. Codes that the
standard leaves to users (AA, QM to QZ, XA to XZ, ZZ) name whom an exercise or a knowledge
pack invents; XK is used as the European Commission and the IMF use it. An organisation of states
is a party as a state is, and is none.
"""

import csv
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

from legation.errors import UsageError
from legation.knowledge.organisations import organisations

_USERS: Final = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")
# What others write for a code: the custom of the European Union, and ISO's reservations.
_OTHERWISE: Final = {"UK": "GB", "EL": "GR"}
_LONGEST: Final = 60


@cache
def states() -> Mapping[str, str]:
    """Return the short name of each code of the standard."""
    return {row["code"]: row["name"] for row in _rows()}


def state_name(code: str, named: Mapping[str, str] | None = None) -> str:
    """Return the name of a state or an organisation; of a code that nobody named, the code.

    >>> state_name("FR"), state_name("XA", {"XA": "Aldria"}), state_name("XB"), state_name("NATO")
    ('France', 'Aldria', 'XB', 'North Atlantic Treaty Organization')
    """
    body = organisations().get(code)
    return (named or {}).get(code) or states().get(code) or (body.name if body else code)


def alpha2(code: str) -> str:
    """Return the code of two letters for one of three (ISO 3166-1); any other stays as it is.

    >>> alpha2("FRA"), alpha2("FR"), alpha2("XYZ")
    ('FR', 'FR', 'XYZ')
    """
    return _three().get(code, code)


def verify_state(code: str) -> None:
    """Require the code of a state: one of the standard, or one that it leaves to users.

    Raises:
        UsageError: There is no such code; the hint names the one that was meant.
    """
    if code in states() or _USERS.fullmatch(code):
        return
    body = organisations().get(code)
    if body is not None:
        raise UsageError(
            f"{code} is an organisation ({body.name}), not a state", hint="name a state here"
        )
    near = _meant(code, states())
    raise UsageError(
        f"unknown country {code[:40]!r}",
        hint=f"did you mean {near} ({states()[near]})? Give the two letters of ISO 3166-1, "
        "such as SE"
        if near
        else "give the two letters of ISO 3166-1, such as SE",
    )


def verify_party(code: str) -> None:
    """Require the code of a state or of an organisation of states.

    Raises:
        UsageError: There is no such code; the hint names the one that was meant.
    """
    if code in states() or code in organisations() or _USERS.fullmatch(code):
        return
    sides = {**states(), **{one.code: one.name for one in organisations().values()}}
    near = _meant(code, sides)
    raise UsageError(
        f"unknown country or organisation {code[:40]!r}",
        hint=f"did you mean {near} ({sides[near]})? Give the two letters of ISO 3166-1, such as "
        "SE, or the code of an organisation, such as EU"
        if near
        else "give the two letters of ISO 3166-1, such as SE, or the code of an organisation, such "
        "as EU",
    )


def _meant(given: str, known: Mapping[str, str]) -> str:
    """Return the code that was meant by one of three letters, another custom or a name; or none."""
    code = given.strip().upper()
    near = _OTHERWISE.get(code) or alpha2(code)
    return near if near in known else _by_name(given.strip().casefold()[:_LONGEST], known)


def _by_name(given: str, known: Mapping[str, str]) -> str:
    # Names are compared with those of the same first letter: a table may hold many wrong ones.
    names = {
        name.casefold(): code for code, name in known.items() if name.casefold()[:1] == given[:1]
    }
    return names.get(given) or next((names[one] for one in get_close_matches(given, names, 1)), "")


@cache
def _three() -> Mapping[str, str]:
    return {row["alpha3"]: row["code"] for row in _rows()}


def _rows() -> list[dict[str, str]]:
    text = files("legation.knowledge").joinpath("states.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
