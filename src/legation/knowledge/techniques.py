"""DISARM techniques: names for behaviour, not verdicts about people.

A technique is suggested where its layers were seen, with what it takes to confirm it.
The facts live in `disarm.toml` beside this file, each with its source, version and
as-of date; a technique with no layer can only be stated by an analyst.
"""

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import msgspec

from legation.errors import BadInputError

_FILE = "disarm.toml"


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a fact was taken from.

    Attributes:
        name: The work.
        publisher: Who keeps it.
        version: The edition that was read.
        as_of: The day that the edition speaks for.
        licence: Terms of the work.
    """

    name: str
    publisher: str
    version: str
    as_of: date
    licence: str


class TechniqueFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One technique.

    Attributes:
        id: Its number in the framework.
        name: Its name in the framework.
        stix_id: Its attack-pattern in the framework's STIX edition.
        tactic: Short name of the tactic it serves there.
        observed_in: Layers of co-action that may suggest it; none when posts cannot.
        when: What an observation must show, in legation's words.
        source: Where the fact was taken from.
    """

    id: str
    name: str
    stix_id: str
    tactic: str
    observed_in: tuple[str, ...]
    when: str
    source: Source


def techniques() -> tuple[TechniqueFact, ...]:
    """Return the techniques that legation knows, by number."""
    return read_techniques(files("legation.knowledge").joinpath(_FILE).read_text("utf-8"))


def read_techniques(text: str, *, place: str = _FILE) -> tuple[TechniqueFact, ...]:
    """Read a data file of techniques.

    Args:
        text: TOML with one `[source]` and many `[[technique]]`.
        place: Its name, for errors.

    Raises:
        BadInputError: The text is no TOML, a fact does not fit, or a number comes twice.
    """
    hint = "compare with disarm.toml in legation.knowledge"
    try:
        content: dict[str, Any] = tomllib.loads(text)
        source = msgspec.convert(content.pop("source", {}), Source)
        facts = msgspec.convert(
            [
                fact | {"source": msgspec.to_builtins(source)}
                for fact in content.pop("technique", [])
            ],
            tuple[TechniqueFact, ...],
        )
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, TypeError) as bad:
        raise BadInputError(str(bad), place=place, hint=hint) from bad
    if content:
        raise BadInputError(f"unknown part {min(content)!r}", place=place, hint=hint)
    if len({fact.id for fact in facts}) < len(facts):
        raise BadInputError("a number comes twice", place=place, hint=hint)
    return tuple(sorted(facts, key=lambda fact: fact.id))
