"""How MISP names sectors and states: its galaxies, by name and by tag.

The sectors are CERT-EU's, with the divisions of NACE that they belong to. A state's tag is MISP's
own spelling, two galaxies have two, and it says nothing about status, borders or recognition:
inside there is the code alone (`states.py`). Nothing is read before the first question.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, final

import msgspec

from legation.knowledge.framework_tables import TableSource, framework_tables
from legation.knowledge.frameworks import parsed_tag

_STATES: Final = "state-tags"


@final
class Sector(msgspec.Struct, frozen=True, kw_only=True):
    """A sector of activity.

    Attributes:
        name: Its name, which is its value in the galaxy too.
        nace: Sections of NACE, the European classification of economic activities.
        synonyms: Other names that the galaxy gives it.
        galaxy: Name of MISP's galaxy.
        cluster: Its UUID there.
        source: Where the facts were taken from.
    """

    name: str
    nace: tuple[str, ...]
    synonyms: tuple[str, ...]
    galaxy: str
    cluster: str
    source: TableSource

    @property
    def misp_tag(self) -> str:
        """Return MISP's tag of it."""
        return f'misp-galaxy:{self.galaxy}="{self.name}"'


@cache
def sectors() -> tuple[Sector, ...]:
    """Return the sectors, by galaxy and name."""
    return tuple(_sectors())


def sector(name: str) -> Sector | None:
    """Return the sector with a name or another name, whatever its case.

    A name comes before another sector's other name; where both galaxies have it, or two sectors
    give it as another name, the answer is None.

    >>> sector("diplomacy").misp_tag, sector("financial").name
    ('misp-galaxy:sector="Diplomacy"', 'Finance')
    """
    key = _folded(name)
    found = _named().get(key) or _otherwise().get(key, ())
    return found[0] if len(found) == 1 else None


def sector_of_tag(tag: str) -> Sector | None:
    """Return the sector of a tag such as `misp-galaxy:sector="Diplomacy"`."""
    parts = parsed_tag(tag)
    if parts is None:
        return None
    found = [one for one in _named().get(_folded(parts[1]), ()) if one.galaxy == parts[0]]
    return found[0] if len(found) == 1 else None


def state_of_tag(tag: str) -> str | None:
    """Return the code of the state that a tag of MISP names.

    >>> state_of_tag('misp-galaxy:country="sweden"'), state_of_tag('misp-galaxy:country="x"')
    ('SE', None)
    """
    parts = parsed_tag(tag)
    return _codes().get((parts[0], parts[1].casefold())) if parts else None


def tags_of_state(code: str) -> tuple[str, ...]:
    """Return MISP's tags of a state, one or more of a galaxy; none where no galaxy has it.

    >>> tags_of_state("SE")
    ('misp-galaxy:country="sweden"', 'misp-galaxy:target-information="Sweden"')
    """
    return _tags().get(code, ())


@cache
def _named() -> Mapping[str, tuple[Sector, ...]]:
    found: dict[str, tuple[Sector, ...]] = {}
    for one in sectors():
        found[_folded(one.name)] = (*found.get(_folded(one.name), ()), one)
    return found


@cache
def _otherwise() -> Mapping[str, tuple[Sector, ...]]:
    found: dict[str, tuple[Sector, ...]] = {}
    for one in sectors():
        for name in one.synonyms:
            found[_folded(name)] = (*found.get(_folded(name), ()), one)
    return found


@cache
def _codes() -> Mapping[tuple[str, str], str]:
    return {(galaxy, tag.casefold()): code for galaxy, tag, code in _state_rows()}


@cache
def _tags() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for galaxy, tag, code in _state_rows():
        found[code] = (*found.get(code, ()), f'misp-galaxy:{galaxy}="{tag}"')
    return found


def _sectors() -> Iterator[Sector]:
    for table in framework_tables("sector"):
        source = table.head.source()
        for row in table.rows:
            yield Sector(
                name=row["name"],
                nace=tuple(filter(None, row["nace"].split("|"))),
                synonyms=tuple(filter(None, row["synonyms"].split("|"))),
                galaxy=table.head.galaxy,
                cluster=row["cluster"],
                source=source,
            )


def _state_rows() -> Iterator[tuple[str, str, str]]:
    for table in framework_tables("state-tag"):
        for row in table.rows:
            yield row["galaxy"], row["tag"], row["code"]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
