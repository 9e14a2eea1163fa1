"""Organisations of states, by one rule for all of them.

States are the members, an instrument founds it, and it has a seat of its own that can speak.
Such an organisation takes part in talks, has official accounts and may keep a desk, and is no
state: whatever is said of states alone passes it over. ISO 3166-1 reserves EU and UN; every
other one is known by its English initials, of three letters or more, with ORG behind where they
are the code of a state. A group without a founding instrument stands among the other parties.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

RESERVED: Final = frozenset({"EU", "UN"})


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation of states.

    Attributes:
        instrument: What founded it, and when.
        verified: How far that was checked.
    """

    code: str
    name: str
    instrument: str
    verified: str


@cache
def organisations() -> Mapping[str, Organisation]:
    """Return the organisations by their codes.

    >>> organisations()["EU"].name
    'European Union'
    """
    text = files("legation.knowledge").joinpath("organisations.csv").read_text("utf-8")
    rows = msgspec.convert(list(csv.DictReader(text.splitlines())), list[Organisation])
    return {one.code: one for one in rows}
