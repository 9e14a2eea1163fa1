"""States and territories by code (ISO 3166-1 alpha-2), and their short names in English.

A code or a name here says nothing about status, borders or recognition. Codes that the
standard leaves to users (AA, QM to QZ, XA to XZ, ZZ) name whom an exercise or a knowledge
pack invents; XK is used as the European Commission and the IMF use it.
"""

import csv
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

from legation.errors import UsageError

_USERS: Final = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")


@cache
def states() -> Mapping[str, str]:
    """Return the short name of each code of the standard."""
    return {row["code"]: row["name"] for row in _rows()}


def state_name(code: str, named: Mapping[str, str] | None = None) -> str:
    """Return the name of a code; one of a user's own that nobody named is its own name.

    >>> state_name("FR"), state_name("XA", {"XA": "Aldria"}), state_name("XB")
    ('France', 'Aldria', 'XB')
    """
    return (named or {}).get(code) or states().get(code, code)


def alpha2(code: str) -> str:
    """Return the code of two letters for one of three (ISO 3166-1); any other stays as it is.

    >>> alpha2("FRA"), alpha2("FR"), alpha2("XYZ")
    ('FR', 'FR', 'XYZ')
    """
    return _three().get(code, code)


def verify_state(code: str) -> None:
    """Require a code of the standard, or one that it leaves to users.

    Raises:
        UsageError: There is no such code; the hint names the nearest, by code or by name.
    """
    if code in states() or _USERS.fullmatch(code):
        return
    by_name = {name.casefold(): known for known, name in states().items()}
    near = by_name.get(code.casefold()) or next(iter(get_close_matches(code, states(), 1)), "")
    near = near or next((by_name[n] for n in get_close_matches(code.casefold(), by_name, 1)), "")
    raise UsageError(
        f"unknown country {code[:40]!r}",
        hint=(f"did you mean {near} ({states()[near]})? " if near else "")
        + "give the two letters of ISO 3166-1, such as SE",
    )


@cache
def _three() -> Mapping[str, str]:
    return {row["alpha3"]: row["code"] for row in _rows()}


def _rows() -> list[dict[str, str]]:
    text = files("legation.knowledge").joinpath("states.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
