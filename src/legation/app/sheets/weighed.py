"""Sheets of the balance: of all missions, of one, and of one tree down to its evidence.

No number stands without its interval, each line says what share of its weight is unknown and
what is missing, and where too much of a number is unknown it has no middle.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import msgspec

from legation.app.balancing import Balance, Standing
from legation.app.caveats import BALANCE
from legation.app.sheets.sheet import Sheet, SheetPage
from legation.app.weighable import Altered
from legation.balance.bounds import Bounds
from legation.balance.nodes import OPEN_BREACH, UNPLACED_BREACH, Node
from legation.balance.telling import figures, has_middle, unknown_percent

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.stix.objects import StixObject
    from legation.stix.vocabulary import Note


class StandingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A mission's balance of one threat; each bar with its interval.

    Attributes:
        answer: What it comes to for the mission, in a word.
        said: The same in a sentence.
        exposure: Middle of the bar; None where too much of it is unknown.
        exposure_said: The bar in words: `unknown`, or its middle, with its interval.
        altered: Breaches of the mission that say less than they did, each with its key.
    """

    mission: str
    name: str
    state: str
    answer: str
    said: str
    day: str
    threat: str
    verdict: str
    exposure: float | None
    exposure_low: float
    exposure_high: float
    exposure_said: str
    safeguards: float | None
    safeguards_low: float
    safeguards_high: float
    safeguards_said: str
    unknown_share: float
    unknown_percent: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]


class NodeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A node of a tree; `depth` is 0 for the balance itself, `names` are those of its evidence.

    Attributes:
        value: Its middle; None where too much of it is unknown.
        said: The number in words: `unknown`, or its middle, with its interval.
        altered: Of the balance itself, the breaches of its mission that say less than they did.
    """

    depth: int
    part: str
    of: str
    value: float | None
    low: float
    high: float
    said: str
    weight: float
    unknown_share: float
    unknown_percent: int
    rung: str
    verdict: str
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    names: tuple[str, ...]
    altered: tuple[str, ...] = ()


class ToldStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A mission with its six balances, as a paper prints it."""

    mission: str
    name: str
    state: str
    answer: str
    said: str
    unknown_percent: int
    lines: tuple[StandingLine, ...]
    altered: tuple[Altered, ...]


class ToldTree(msgspec.Struct, frozen=True, kw_only=True):
    """One balance with its tree, as a paper prints it."""

    line: StandingLine
    nodes: tuple[NodeLine, ...]
    altered: tuple[Altered, ...]


def balance_sheet(
    weighed: Balance,
    standings: Sequence[Standing],
    *,
    backwards: bool = False,
    as_of: datetime | None = None,
) -> Sheet:
    """Return the sheet of missions, in the order in which they are given.

    Args:
        weighed: What was weighed.
        standings: Which missions.
        backwards: Whether that order runs backwards, so that the threats do too.
        as_of: The time whose belief was weighed; None: now.
    """
    told = tuple(_told(one, weighed) for one in standings)
    sheet = _sheet(("balance", "balance"), weighed, standings, told, as_of)
    if not backwards:
        return sheet
    rows = [line for one in told for line in reversed(one.lines)]
    return msgspec.structs.replace(sheet, rows=tuple(rows))


def mission_sheet(weighed: Balance, standing: Standing, *, as_of: datetime | None = None) -> Sheet:
    """Return the sheet of one mission; `as_of` as of `balance_sheet`."""
    told, name = _told(standing, weighed), f"balance-{standing.mission.key}"
    return _sheet(("mission", name), weighed, [standing], told, as_of)


def tree_sheet(
    weighed: Balance, standing: Standing, node: Node, *, as_of: datetime | None = None
) -> Sheet:
    """Return the sheet of one balance, opened down to its evidence; `as_of` likewise."""
    top, *below = _nodes(node, weighed, 0)
    nodes = (msgspec.structs.replace(top, altered=_said(standing, weighed)), *below)
    ids = _named_in([node], weighed)
    return Sheet(
        page="tree",
        name=f"balance-{standing.mission.key}-{node.threat}",
        caveat=BALANCE,
        day=weighed.day,
        ids=tuple(dict.fromkeys([standing.id, *ids, *_changed([standing], weighed)])),
        rows=nodes,
        shape=NodeLine,
        told=ToldTree(
            line=line_of(standing, node, weighed),
            nodes=nodes,
            altered=_altered(standing, weighed),
        ),
        things=lambda scope: _things(scope, weighed, [(standing, node)], as_of),
    )


def line_of(standing: Standing, node: Node, weighed: Balance) -> StandingLine:
    """Return one balance as a line; what is missing names its object by its name."""
    exposure, safeguards = (weighed.nodes[child] for child in node.children)
    return StandingLine(
        mission=standing.mission.key,
        name=standing.mission.name,
        state=standing.mission.state,
        answer=standing.answer.verdict,
        said=standing.said,
        day=weighed.day.isoformat(),
        threat=str(node.threat),
        verdict=node.verdict,
        exposure=_middle(exposure),
        exposure_low=exposure.bounds.low,
        exposure_high=exposure.bounds.high,
        exposure_said=figures(exposure),
        safeguards=_middle(safeguards),
        safeguards_low=safeguards.bounds.low,
        safeguards_high=safeguards.bounds.high,
        safeguards_said=figures(safeguards),
        unknown_share=node.unknown,
        unknown_percent=unknown_percent(node),
        missing=_missing(node, weighed),
        altered=_said(standing, weighed),
    )


def named(word: str, names: Mapping[str, str]) -> str:
    """Return what is missing with the name of its object in place of the object's id."""
    said, _, object_id = word.rpartition(": ")
    return f"{said}: {names[object_id]}" if object_id in names else word


def _altered(one: Standing, weighed: Balance) -> tuple[Altered, ...]:
    return weighed.altered.get(one.mission.key, ())


def _said(one: Standing, weighed: Balance) -> tuple[str, ...]:
    """Return the breaches of a mission that say less than they did, in sentences."""
    return tuple(f"{change.key}: {change.said}" for change in _altered(one, weighed))


def _changed(some: Iterable[Standing], weighed: Balance) -> list[str]:
    """Return the ids of the objects of breaches that say less than they did."""
    return [change.object_id for one in some for change in _altered(one, weighed)]


def _middle(node: Node) -> float | None:
    return node.bounds.mid if has_middle(node) else None


def _sheet(
    which: tuple[SheetPage, str],
    weighed: Balance,
    standings: Sequence[Standing],
    told: Any,
    as_of: datetime | None,
) -> Sheet:
    page, name = which
    pairs = [(one, node) for one in standings for node in one.balances]
    ids = _named_in([node for _, node in pairs], weighed)
    return Sheet(
        page=page,
        name=name,
        caveat=BALANCE,
        day=weighed.day,
        ids=tuple(
            dict.fromkeys([*(one.id for one in standings), *ids, *_changed(standings, weighed)])
        ),
        rows=tuple(line_of(one, node, weighed) for one, node in pairs),
        shape=StandingLine,
        told=told,
        things=lambda scope: _things(scope, weighed, pairs, as_of),
    )


def _told(one: Standing, weighed: Balance) -> ToldStanding:
    return ToldStanding(
        mission=one.mission.key,
        name=one.mission.name,
        state=one.mission.state,
        answer=one.answer.verdict,
        said=one.said,
        unknown_percent=unknown_percent(one.answer),
        lines=tuple(line_of(one, node, weighed) for node in one.balances),
        altered=_altered(one, weighed),
    )


def _nodes(node: Node, weighed: Balance, depth: int) -> Iterator[NodeLine]:
    subject = node.id.partition("|")[0]
    yield NodeLine(
        depth=depth,
        part=node.kind,
        of=weighed.names.get(subject, ""),
        value=_middle(node),
        low=node.bounds.low,
        high=node.bounds.high,
        said=figures(node),
        weight=node.weight,
        unknown_share=node.unknown,
        unknown_percent=unknown_percent(node),
        rung=node.rung or "",
        verdict=node.verdict,
        missing=_missing(node, weighed),
        evidence=node.evidence,
        names=tuple(weighed.names.get(one, "") for one in node.evidence),
    )
    for child in node.children:
        yield from _nodes(weighed.nodes[child], weighed, depth + 1)


def _missing(node: Node, weighed: Balance) -> tuple[str, ...]:
    """Return what is missing in words; breaches stand by their names, not by their random ids."""
    words = [named(word, weighed.names) for word in node.missing]
    told = (OPEN_BREACH, UNPLACED_BREACH)
    breaches = iter(sorted(word for word in words if word.startswith(told)))
    return tuple(next(breaches) if word.startswith(told) else word for word in words)


def _ids_of(nodes: Iterable[Node], weighed: Balance) -> tuple[str, ...]:
    """Return the ids of all objects that nodes rest on, each once."""
    found: dict[str, None] = {}
    for node in nodes:
        found |= dict.fromkeys(node.evidence)
        found |= dict.fromkeys(_ids_of((weighed.nodes[one] for one in node.children), weighed))
    return tuple(found)


def _named_in(nodes: Iterable[Node], weighed: Balance) -> tuple[str, ...]:
    """Return the ids of all objects that nodes rest on or speak of, each once."""
    found: dict[str, None] = {}
    for top in nodes:
        for node in _tree(top, weighed):
            spoken = (node.id.partition("|")[0], *(one.rpartition(": ")[2] for one in node.missing))
            found |= dict.fromkeys(node.evidence)
            found |= dict.fromkeys(one for one in spoken if one in weighed.names)
    return tuple(found)


def _things(
    scope: "Scope",
    weighed: Balance,
    pairs: Sequence[tuple[Standing, Node]],
    as_of: datetime | None,
) -> "list[StixObject]":
    """Return what was weighed as it was kept then, and after it a note of each balance."""
    from legation.stix.codec import decode_object

    ids = [one.id for one, _ in pairs] + list(_ids_of([node for _, node in pairs], weighed))
    readable = scope.objects
    known = readable.get_many(list(dict.fromkeys(ids)), as_of=as_of)
    kept = [decode_object(one.raw, place=name) for name, one in known.items()]
    return [*kept, *(_note(scope, weighed, one, node) for one, node in pairs)]


def _note(scope: "Scope", weighed: Balance, standing: Standing, node: Node) -> "Note":
    from legation.app.home import author_of
    from legation.stix.extensions import carry
    from legation.stix.ids import fact_id
    from legation.stix.objects import SPEC
    from legation.stix.timestamps import Timestamp
    from legation.stix.vocabulary import Note

    author, line = author_of(scope.store), line_of(standing, node, weighed)
    content = {
        "mission": standing.id,
        "threat": line.threat,
        "day": line.day,
        "verdict": line.verdict,
        "unknown": line.unknown_share,
        "missing": line.missing,
        "altered": [_change(one) for one in _altered(standing, weighed)],
        "nodes": [_plainly(one) for one in _tree(node, weighed)],
    }
    content = {name: part for name, part in content.items() if name != "altered" or part}
    # A statement of another day, or on other evidence, is another note: none is written over.
    told = msgspec.to_builtins([author, content])
    at = Timestamp.of(datetime.combine(weighed.day, time(), UTC))
    refs = dict.fromkeys([standing.id, *_ids_of([node], weighed)])
    return Note(
        spec_version=SPEC,
        id=fact_id("note", "balance", msgspec.json.encode(told, order="sorted").decode()),
        created_by_ref=author,
        created=at,
        modified=at,
        abstract=f"{line.name}, {line.threat}: {line.verdict}",
        content=_words(line),
        object_refs=tuple(refs),
        extensions=carry("balance", content),
    )


def _words(line: StandingLine) -> str:
    bars = (
        f"exposure {line.exposure_said}; safeguards {line.safeguards_said}; "
        f"{line.unknown_percent} % of the weight is unknown"
    )
    lacks = f"\nMissing: {'; '.join(line.missing)}." if line.missing else ""
    less = "".join(f"\n{said}." for said in line.altered)
    said = f"{line.name}, {line.threat}, on {line.day}: {line.verdict}; {bars}.{lacks}{less}"
    return f"{said}\n{BALANCE}"


def _change(one: Altered) -> dict[str, Any]:
    told = {
        "object": one.object_id,
        "day": one.day.isoformat(),
        "by": one.by,
        "columns": one.columns,
        "counts": one.counts,
        "said": one.said,
    }
    return {name: part for name, part in told.items() if part != ""}


def _tree(node: Node, weighed: Balance) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _tree(weighed.nodes[child], weighed)


def _plainly(node: Node) -> dict[str, Any]:
    bounds: Bounds = node.bounds
    told = {
        "id": node.id,
        "part": node.kind,
        "value": bounds.mid if has_middle(node) else (),
        "low": bounds.low,
        "high": bounds.high,
        "weight": node.weight,
        "unknown": node.unknown,
        "rung": node.rung or (),
        "missing": node.missing,
        "children": node.children,
        "evidence": node.evidence,
    }
    return {name: part for name, part in told.items() if part != ()}
