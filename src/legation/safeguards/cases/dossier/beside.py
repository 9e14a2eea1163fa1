"""What a dossier is judged beside: the facts of its case, the day, and other dossiers.

The rules of the dossier open no store. Whoever holds the case hands over, for each entry that
states a fact, what the dossier needs to know of it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from legation.safeguards.cases.bodies import (
    UNVERIFIED,
    Credibility,
    Number,
    Reliability,
)
from legation.safeguards.cases.dossier.folding import Dossier


class Exhibit(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of the case, as a dossier uses it.

    Attributes:
        says: What it states.
        source: Who says so, or where it stands.
        url: Where anybody can read it; empty: nowhere that is known.
        on: When it was published or happened, as far as known.
        reliability: Of the source (Admiralty code); None: nobody graded it.
        credibility: Of what it says; None: nobody graded it.
        verified: How far it was checked.
        withdrawn: Whether it was taken back.
        files: SHA-256 of the files of its evidence.
    """

    says: str
    source: str
    url: str = ""
    on: str = ""
    reliability: Reliability | None = None
    credibility: Credibility | None = None
    verified: str = UNVERIFIED
    withdrawn: bool = False
    files: tuple[str, ...] = ()


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A choice to propose a listing, as it stands on the day.

    Attributes:
        choice: Number of its entry.
        barred: Why the answer is not open, each reason in words; none: it is open.
        test: Entry of the rights test of this choice, which passed; 0: it has none.
        signed: How many persons signed the decision on it.
        persons: How many must.
    """

    choice: Number
    barred: tuple[str, ...] = ()
    test: Number | Literal[0] = 0
    signed: int = 0
    persons: int = 2


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands beside a dossier.

    Attributes:
        today: The day on which it is judged.
        facts: The facts of the case by the number of their entry.
        rights_tests: Entries of the case that hold a rights test which was passed.
        listings: The choices of the case to propose a listing.
        states: Names of states by their code, for sentences that name one.
        others: Other dossiers of the ministry, of this case or another.
    """

    today: date
    facts: Mapping[Number, Exhibit]
    rights_tests: frozenset[Number] = frozenset()
    listings: tuple[Listing, ...] = ()
    states: Mapping[str, str] = msgspec.field(default_factory=dict)
    others: tuple[Dossier, ...] = ()
