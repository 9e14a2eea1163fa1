"""Sheets of the balance: of all missions, of one, and of one tree down to its evidence.

No number stands without its interval, and each line says what share of its weight is unknown
and what is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import msgspec

from legation.app.balancing import Balance, Standing
from legation.app.caveats import BALANCE
from legation.app.sheets.sheet import Sheet, SheetPage
from legation.balance.bounds import Bounds
from legation.balance.nodes import Node

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.stix.objects import StixObject
    from legation.stix.vocabulary import Note


class StandingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A mission's balance of one threat; each bar with its interval."""

    mission: str
    name: str
    state: str
    answer: str
    day: str
    threat: str
    verdict: str
    exposure: float
    exposure_low: float
    exposure_high: float
    safeguards: float
    safeguards_low: float
    safeguards_high: float
    unknown_share: float
    missing: tuple[str, ...]


class NodeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A node of a tree; `depth` is 0 for the balance itself, `names` are those of its evidence."""

    depth: int
    part: str
    of: str
    value: float
    low: float
    high: float
    weight: float
    unknown_share: float
    rung: str
    verdict: str
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    names: tuple[str, ...]


class ToldStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A mission with its six balances, as a paper prints it."""

    mission: str
    name: str
    state: str
    answer: str
    lines: tuple[StandingLine, ...]


class ToldTree(msgspec.Struct, frozen=True, kw_only=True):
    """One balance with its tree, as a paper prints it."""

    line: StandingLine
    nodes: tuple[NodeLine, ...]


def balance_sheet(
    weighed: Balance, standings: Sequence[Standing], *, backwards: bool = False
) -> Sheet:
    """Return the sheet of missions, in the order in which they are given.

    Args:
        weighed: What was weighed.
        standings: Which missions.
        backwards: Whether that order runs backwards, so that the threats do too.
    """
    told = tuple(_told(one, weighed) for one in standings)
    sheet = _sheet("balance", "balance", weighed, standings, told)
    if not backwards:
        return sheet
    rows = [line for one in told for line in reversed(one.lines)]
    return msgspec.structs.replace(sheet, rows=tuple(rows))


def mission_sheet(weighed: Balance, standing: Standing) -> Sheet:
    """Return the sheet of one mission."""
    told = _told(standing, weighed)
    return _sheet("mission", f"balance-{standing.mission.key}", weighed, [standing], told)


def tree_sheet(weighed: Balance, standing: Standing, node: Node) -> Sheet:
    """Return the sheet of one balance, opened down to its evidence."""
    nodes = tuple(_nodes(node, weighed, 0))
    ids = _ids_of([node], weighed)
    return Sheet(
        page="tree",
        name=f"balance-{standing.mission.key}-{node.threat}",
        caveat=BALANCE,
        day=weighed.day,
        ids=(standing.id, *ids),
        rows=nodes,
        shape=NodeLine,
        told=ToldTree(line=line_of(standing, node, weighed), nodes=nodes),
        things=lambda scope: _things(scope, weighed, [(standing, node)]),
    )


def line_of(standing: Standing, node: Node, weighed: Balance) -> StandingLine:
    """Return one balance as a line; what is missing names its object by its name."""
    exposure, safeguards = (weighed.nodes[child].bounds for child in node.children)
    return StandingLine(
        mission=standing.mission.key,
        name=standing.mission.name,
        state=standing.mission.state,
        answer=standing.answer.verdict,
        day=weighed.day.isoformat(),
        threat=str(node.threat),
        verdict=node.verdict,
        exposure=exposure.mid,
        exposure_low=exposure.low,
        exposure_high=exposure.high,
        safeguards=safeguards.mid,
        safeguards_low=safeguards.low,
        safeguards_high=safeguards.high,
        unknown_share=node.unknown,
        missing=tuple(named(word, weighed.names) for word in node.missing),
    )


def named(word: str, names: Mapping[str, str]) -> str:
    """Return what is missing with the name of its object in place of the object's id."""
    said, _, object_id = word.rpartition(": ")
    return f"{said}: {names[object_id]}" if object_id in names else word


def _sheet(
    page: SheetPage, name: str, weighed: Balance, standings: Sequence[Standing], told: Any
) -> Sheet:
    pairs = [(one, node) for one in standings for node in one.balances]
    ids = _ids_of([node for _, node in pairs], weighed)
    return Sheet(
        page=page,
        name=name,
        caveat=BALANCE,
        day=weighed.day,
        ids=tuple(dict.fromkeys([*(one.id for one in standings), *ids])),
        rows=tuple(line_of(one, node, weighed) for one, node in pairs),
        shape=StandingLine,
        told=told,
        things=lambda scope: _things(scope, weighed, pairs),
    )


def _told(one: Standing, weighed: Balance) -> ToldStanding:
    return ToldStanding(
        mission=one.mission.key,
        name=one.mission.name,
        state=one.mission.state,
        answer=one.answer.verdict,
        lines=tuple(line_of(one, node, weighed) for node in one.balances),
    )


def _nodes(node: Node, weighed: Balance, depth: int) -> Iterator[NodeLine]:
    subject = node.id.partition("|")[0]
    yield NodeLine(
        depth=depth,
        part=node.kind,
        of=weighed.names.get(subject, ""),
        value=node.bounds.mid,
        low=node.bounds.low,
        high=node.bounds.high,
        weight=node.weight,
        unknown_share=node.unknown,
        rung=node.rung or "",
        verdict=node.verdict,
        missing=tuple(named(word, weighed.names) for word in node.missing),
        evidence=node.evidence,
        names=tuple(weighed.names.get(one, "") for one in node.evidence),
    )
    for child in node.children:
        yield from _nodes(weighed.nodes[child], weighed, depth + 1)


def _ids_of(nodes: Iterable[Node], weighed: Balance) -> tuple[str, ...]:
    """Return the ids of all objects that nodes rest on, each once."""
    found: dict[str, None] = {}
    for node in nodes:
        found |= dict.fromkeys(node.evidence)
        found |= dict.fromkeys(_ids_of((weighed.nodes[one] for one in node.children), weighed))
    return tuple(found)


def _things(
    scope: "Scope", weighed: Balance, pairs: Sequence[tuple[Standing, Node]]
) -> "list[StixObject]":
    """Return what is weighed as it is kept, and after it a note of each balance."""
    from legation.stix.codec import decode_object

    ids = [one.id for one, _ in pairs] + list(_ids_of([node for _, node in pairs], weighed))
    known = scope.objects.get_many(list(dict.fromkeys(ids)))
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
        "nodes": [_plainly(one) for one in _tree(node, weighed)],
    }
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
        f"exposure {line.exposure:.2f} ({line.exposure_low:.2f} to {line.exposure_high:.2f}), "
        f"safeguards {line.safeguards:.2f} ({line.safeguards_low:.2f} to "
        f"{line.safeguards_high:.2f}), {line.unknown_share:.0%} of the weight unknown"
    )
    lacks = f"\nMissing: {'; '.join(line.missing)}." if line.missing else ""
    return f"{line.name}, {line.threat}, on {line.day}: {line.verdict}; {bars}.{lacks}\n{BALANCE}"


def _tree(node: Node, weighed: Balance) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _tree(weighed.nodes[child], weighed)


def _plainly(node: Node) -> dict[str, Any]:
    bounds: Bounds = node.bounds
    told = {
        "id": node.id,
        "part": node.kind,
        "value": bounds.mid,
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
