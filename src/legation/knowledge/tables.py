"""The tables of a pack by name, and what a row of each is about and points to.

One place says which tables there are; whoever reads, stores or shows packs asks here.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from legation.knowledge.facts import (
    Agreement,
    Check,
    Control,
    Correction,
    Fact,
    Law,
    Norm,
    Numbering,
    Offence,
    Party,
    Position,
    Quotation,
    Rule,
    StateName,
    Trial,
    Work,
)
from legation.knowledge.forms import Form, Question

TABLES: Final[Mapping[str, type[Fact]]] = {
    "agreement": Agreement,
    "party": Party,
    "norm": Norm,
    "offence": Offence,
    "law": Law,
    "rule": Rule,
    "numbering": Numbering,
    "position": Position,
    "trial": Trial,
    "question": Question,
    "form": Form,
    "control": Control,
    "state_name": StateName,
    "source": Work,
    "quotation": Quotation,
    "correction": Correction,
    "check": Check,
}


# What a row is about, where two publishers may give the same thing two keys.
_ABOUT: Final[Mapping[type[Fact], Callable[[Any], tuple[object, ...]]]] = {
    StateName: lambda row: (row.state,),
    Rule: lambda row: (row.number,),
    Numbering: lambda row: (row.number_2013,),
    Norm: lambda row: (row.agreement, row.number),
    Offence: lambda row: (row.agreement, row.number),
    Control: lambda row: (row.framework, row.number),
    Position: lambda row: (row.about, row.state, row.on),
    Form: lambda row: (row.about, row.number),
    Trial: lambda row: (row.agreement, row.state, row.on),
    Party: lambda row: (row.agreement, row.state),
}


def about_of(fact: Fact) -> tuple[object, ...]:
    """Return what a row is a statement of, whatever its key; empty where its key alone says it."""
    about = _ABOUT.get(type(fact))
    return about(fact) if about else ()


def table_of(fact: Fact) -> str:
    """Return the table that a row belongs to."""
    return next(name for name, shape in TABLES.items() if type(fact) is shape)


def points_to(fact: Fact) -> tuple[str, ...]:
    """Return the facts that a row names, each as `TABLE:KEY`."""
    found: list[str] = []
    agreement = getattr(fact, "agreement", "")
    if agreement:
        found.append(f"agreement:{agreement}")
    if isinstance(fact, Law):
        found += [f"agreement:{key}" for key in fact.implements]
    if isinstance(fact, Position) or (isinstance(fact, Check) and not fact.pack):
        found.append(fact.about)
    if isinstance(fact, Form):
        found += [fact.about, *(f"question:{key}" for key in fact.asks())]
    if isinstance(fact, Correction):
        found += fact.about
    if isinstance(fact, Work | Quotation):
        found += [*fact.supports, *fact.contradicts]
    return tuple(found)


def said_by(fact: Fact) -> bytes:
    """Return what a row states, without its key, where it is from and how far it was checked."""
    value = msgspec.to_builtins(fact)
    left_out = ("key", "source", "as_of", "verified", "checked_by", "checked_on")
    return msgspec.json.encode({name: part for name, part in value.items() if name not in left_out})
