"""The rooms Balance and Missions: what is protected, what was tried, and what they weigh.

Each number opens down to the objects that prove it. What somebody may not know is neither
listed nor weighed for them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.balancing import Balance, Balancing, Standing
from legation.app.caveats import REGISTERS
from legation.app.days import end_of_day
from legation.app.knowledge.packs import Knowledge
from legation.app.marking import kept_label
from legation.app.registers import Kept, Registers
from legation.app.scope import Scope
from legation.app.weighable import Altered, with_names
from legation.balance.counting import Use
from legation.balance.evidence import THREATS
from legation.balance.nodes import WEAKEST_FIRST, Node
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.case_beside import cases_about, ids_beside
from legation.desk.exports import download, left_as
from legation.desk.listing import Listing, said
from legation.desk.reading import Download, Reading
from legation.errors import NotFoundError
from legation.missions.register import Voice
from legation.missions.talks import Talk, raised
from legation.store.folding import folded

Weighing = NamedDependency[SkipValidation[Balancing]]
_ANSWERS: Final[tuple[str, ...]] = WEAKEST_FIRST
# Of one leaf, on a page; what it rests on is worked out from all of them.
_MOST_SHOWN: Final = 500

STANDINGS: Final[Listing[Standing]] = Listing(
    path="/balance",
    order="answer",
    keys={
        "answer": lambda one: (
            _ANSWERS.index(one.answer.verdict),
            one.answer.bounds.mid,
            one.mission.key,
        ),
        "name": lambda one: (folded(one.mission.name), one.mission.key),
        "state": lambda one: (one.mission.state, one.mission.key),
    },
    key=lambda one: one.mission.key,
    fits={
        "answer": lambda one, asked: one.answer.verdict == asked,
        # What was believed on a day is asked of the balance itself: see `believed`.
        "as_of": lambda _, __: True,
        "state": lambda one, asked: one.mission.state == asked.upper(),
        "words": lambda one, asked: said(one.mission.name, one.mission.seat, one.mission.kind)(
            asked
        ),
    },
)
TALKS: Final[Listing[Talk]] = Listing(
    path="/talks",
    order="starts",
    keys={
        "starts": lambda one: (one.starts, one.key),
        "name": lambda one: (folded(one.name), one.key),
        "kind": lambda one: (one.kind, one.starts, one.key),
    },
    key=lambda one: one.key,
    fits={
        "kind": lambda one, asked: one.kind == asked,
        "status": lambda one, asked: one.status == asked,
        "party": lambda one, asked: asked.upper() in one.parties,
        "words": lambda one, asked: said(one.name, one.stakes, one.seat, *one.others)(asked),
    },
)
VOICES: Final[Listing[Voice]] = Listing(
    path="/voices",
    order="state",
    keys={
        "state": lambda one: (one.state, one.key),
        "name": lambda one: (folded(one.name), one.key),
        "platform": lambda one: (one.platform, one.key),
        "as_of": lambda one: (one.as_of, one.key),
    },
    key=lambda one: one.key,
    fits={
        "state": lambda one, asked: one.state == asked.upper(),
        "kind": lambda one, asked: one.kind == asked,
        "words": lambda one, asked: said(one.name, one.office, one.rule)(asked),
    },
)


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A node as a page shows it.

    Attributes:
        subject: What the object is called that it speaks of; empty for a mission.
        evidence: Id and name of each object that it rests on, and what it counts for there.
        more: How many more there are than are shown.
    """

    node: Node
    subject: str
    children: tuple["Branch", ...]
    evidence: tuple[tuple[str, str, Use | None], ...]
    more: int = 0


@get("/balance", sync_to_thread=False, verb="mission.read")
def balance(request: Ask, reading: Given, weighing: Weighing, pages: Writer) -> Response[str]:
    """List the missions with what exposure and safeguards weigh."""
    scope = scope_of(reading)
    weighed = weighing.balance(scope, as_of=believed(request))
    turn = STANDINGS.page(request, weighed.standings)
    return page(
        pages.write(
            "balance",
            named=Knowledge(scope).names(),
            marking=_marking(scope, [one.id for one in turn.rows]),
            turn=turn,
            balance=weighed,
            threats=THREATS,
            states=sorted({one.mission.state for one in weighed.standings}),
        )
    )


@get("/mission/{key:str}", sync_to_thread=False, verb="mission.read")
def mission(
    request: Ask, reading: Given, weighing: Weighing, pages: Writer, key: Name
) -> Response[str]:
    """Show one mission: its bars, channels, papers, people by role, plan and proofs."""
    scope, asked = scope_of(reading), only(request, "as_of")
    weighed = weighing.balance(scope, as_of=believed(request))
    standing = standing_of(weighed, key)
    every = Registers(scope).every(as_of=believed(request))
    parts = {
        name: [one for one in rows if belongs(one, key)]
        for name, rows in every.items()
        if name != "missions"
    }
    cases = cases_about(request, reading, f"mission:{key}", believed(request))
    talks_of = [one.row for one in parts["talks"] if isinstance(one.row, Talk)]
    ids = {one.row.key: one.object_id for one in parts["proofs"]}
    bars = {
        node.threat: tuple(weighed.nodes[child] for child in node.children)
        for node in standing.balances
    }
    return page(
        pages.write(
            "mission",
            named=Knowledge(scope).names(),
            standing=standing,
            bars=bars,
            parts_of=parts,
            watches=raised(talks_of, believed(request) or scope.now()),
            balance=weighed,
            altered=_altered(scope, weighed, key),
            asked=asked,
            ids=ids,
            threats=THREATS,
            marking=_marking(
                scope,
                [
                    standing.id,
                    *(one.object_id for rows in parts.values() for one in rows),
                    *ids_beside(cases),
                ],
            ),
            cases=cases,
        )
    )


@get("/mission/{key:str}/{threat:str}", sync_to_thread=False, verb="mission.read")
def why(  # noqa: PLR0917 - the parts of an address, and what draws its page
    request: Ask, reading: Given, weighing: Weighing, pages: Writer, key: Name, threat: Name
) -> Response[str]:
    """Open a balance down to its evidence."""
    scope, asked = scope_of(reading), only(request, "as_of")
    weighed = weighing.balance(scope, as_of=believed(request))
    standing = standing_of(weighed, key)
    node = balance_of(standing, threat)
    missing = [word.rpartition(": ") for word in node.missing]
    uses = [use for use in weighed.uses(standing.id) if use.threat == node.threat]
    return page(
        pages.write(
            "why",
            marking=_marking(scope, [standing.id, *_evidence(node, weighed)]),
            standing=standing,
            balance=weighed,
            altered=_altered(scope, weighed, key),
            asked=asked,
            tree=_branch(node, weighed, {(use.part, use.fact): use for use in uses}),
            idle=[(use, weighed.names[use.fact]) for use in uses if use.why][:_MOST_SHOWN],
            missing=[
                (said_of if object_id in weighed.names else word, weighed.names.get(object_id, ""))
                for (said_of, _, object_id), word in zip(missing, node.missing, strict=True)
            ],
        )
    )


@get("/talks", sync_to_thread=False, verb="mission.read")
def talks(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the talks, and the watches that are raised for them."""
    scope = scope_of(reading)
    kept = Registers(scope).rows("talks")
    rows = [one.row for one in kept if isinstance(one.row, Talk)]
    watches, marking = raised(rows, scope.now()), _marking(scope, ids_of(kept))
    turn = TALKS.page(request, rows)
    return page(
        pages.write(
            "talks", named=Knowledge(scope).names(), turn=turn, watches=watches, marking=marking
        )
    )


@get("/talks/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def talks_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same; `ics` holds all talks."""
    registers = Registers(scope_of(reading))
    kept = registers.rows("talks")
    if kind == "ics":
        content = registers.calendar()
        made = Download(name="talks.ics", media_type="text/calendar", content=content)
    else:
        rows = [one.row for one in kept if isinstance(one.row, Talk)]
        made = download("talks", kind, TALKS.whole(request, rows), Talk, caveat=REGISTERS)
    return leave(reading, "talks", made, ids_of(kept))


@get("/voices", sync_to_thread=False, verb="mission.read")
def voices(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the official accounts and domains, of every state by the same rule."""
    scope = scope_of(reading)
    kept = Registers(scope).rows("voices")
    rows = [one.row for one in kept if isinstance(one.row, Voice)]
    marking = _marking(scope, ids_of(kept))
    states = sorted({one.state for one in rows})
    return page(
        pages.write(
            "voices",
            named=Knowledge(scope).names(),
            turn=VOICES.page(request, rows),
            states=states,
            marking=marking,
        )
    )


@get("/voices/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def voices_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    kept = Registers(scope_of(reading)).rows("voices")
    rows = [one.row for one in kept if isinstance(one.row, Voice)]
    made = download("voices", kind, VOICES.whole(request, rows), Voice, caveat=REGISTERS)
    return leave(reading, "voices", made, ids_of(kept))


MISSION_VIEWS: Final = (
    balance,
    mission,
    why,
    talks,
    talks_file,
    voices,
    voices_file,
)


def believed(request: Ask) -> datetime | None:
    """Return the time whose belief an address asks for; None: now.

    Raises:
        UsageError: What it says is no day.
    """
    return end_of_day(request.query_params.get("as_of", ""))


def scope_of(reading: Reading) -> Scope:
    """Return the reader before the store.

    Raises:
        NotFoundError: This desk has no store.
    """
    library = reading.library()
    if library is None:
        raise NotFoundError("this desk keeps no registers", hint="open a desk with a home")
    return library.scope()


def leave(reading: Reading, of: str, made: Download, ids: Iterable[str]) -> Response[bytes]:
    """Hand out a file, once its leaving is in the trail."""
    return file(left_as(scope_of(reading), of, made, ids))


def ids_of(kept: Iterable[Kept]) -> list[str]:
    """Return the ids of the objects of rows."""
    return [one.object_id for one in kept]


def no_mission(key: str) -> NotFoundError:
    """Return the error of a mission that is not there, or that somebody may not know."""
    return NotFoundError(f"no mission {key!r:.60}", hint="go back to the list of missions")


def belongs(one: Kept, key: str) -> bool:
    """Tell whether a row is of a mission."""
    return getattr(one.row, "mission", "") == key or key in getattr(one.row, "missions", ())


def balance_of(standing: Standing, threat: str) -> Node:
    """Return a mission's balance of one threat.

    Raises:
        NotFoundError: There is no such threat.
    """
    for node in standing.balances:
        if node.threat == threat.upper():
            return node
    raise NotFoundError(f"no threat {threat!r:.20}", hint="choose one of T1 to T6")


def _altered(scope: Scope, weighed: Balance, key: str) -> tuple[Altered, ...]:
    """Return the breaches of a mission that say less than they did."""
    return with_names(scope, {key: weighed.altered.get(key, ())})[key]


def standing_of(weighed: Balance, key: str) -> Standing:
    """Return a mission with its answer.

    Raises:
        NotFoundError: No such mission is on record, or it may not be known.
    """
    for one in weighed.standings:
        if one.mission.key == key:
            return one
    raise no_mission(key)


def _branch(node: Node, weighed: Balance, uses: Mapping[tuple[str, str], Use]) -> Branch:
    names = weighed.names
    part = "safeguards" if node.kind == "credit" else node.kind
    shown = sorted(node.evidence, key=lambda name: names[name])[:_MOST_SHOWN]
    return Branch(
        node=node,
        subject=names.get(node.id.partition("|")[0], "") if node.kind == "credit" else "",
        children=tuple(_branch(weighed.nodes[child], weighed, uses) for child in node.children),
        evidence=tuple((name, names[name], uses.get((part, name))) for name in shown),
        more=len(node.evidence) - len(shown),
    )


def _marking(scope: Scope, ids: Iterable[str]) -> str:
    """Return the highest label of what a page shows; empty where it shows nothing."""
    shown = list(ids)
    return kept_label(scope.store, shown).text(scope.ladder) if shown else ""


def _evidence(node: Node, weighed: Balance) -> set[str]:
    found = set(node.evidence)
    for child in node.children:
        found |= _evidence(weighed.nodes[child], weighed)
    return found
