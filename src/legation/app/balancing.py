"""The balance of a home: its registers, weighed for one reader on one day.

What somebody may not know is not weighed for them. The balance of an earlier day is worked out
from what the store believed then, so its history needs no table of its own. Whoever asks again
gets what nothing has touched since as it was; only the ancestors of what changed are made anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.registers import Kept
from legation.app.weighable import Altered, protected, stands, weighable
from legation.balance.counting import NO_MISSION, Use, uses
from legation.balance.evidence import (
    THREATS,
    Protected,
    Threat,
)
from legation.balance.nodes import WEAKEST_FIRST, Node
from legation.balance.telling import statement, where_words
from legation.balance.weighing import Scale, Weighed, weigh
from legation.errors import UsageError
from legation.missions.register import Mission
from legation.missions.talks import Talk, Watch, raised

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.rights.clearance import Clearance

_ROWS: Final = ("missions", "channels", "jewels", "proofs")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One mission with its answer.

    Attributes:
        id: Id of its object.
        answer: The node of the whole; its verdict is that of the weakest threat.
        balances: A node for each threat, T1 first.
    """

    id: str
    mission: Mission
    answer: Node
    balances: tuple[Node, ...]

    @property
    def said(self) -> str:
        """Return the answer as a sentence, the same at every door."""
        return statement(self.balances)


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What was weighed.

    Attributes:
        day: The day that it speaks of.
        standings: Missions, the weakest first.
        nodes: All nodes, by id.
        names: What an object is called, by its id.
        watches: Watches that are raised, because talks are near.
        made: How many nodes were worked out now; the rest was kept.
        scale: By what was weighed.
        weighed: What was weighed of each mission, by its id.
        altered: Breaches of each mission that say less than they did, by its key.
        proofs: Each as what counts of it.
    """

    day: date
    standings: tuple[Standing, ...]
    nodes: Mapping[str, Node]
    names: Mapping[str, str]
    watches: tuple[Watch, ...]
    made: int
    scale: Scale
    weighed: Mapping[str, Protected]
    altered: Mapping[str, tuple[Altered, ...]]
    proofs: tuple[Kept, ...]

    def uses(self, mission: str) -> tuple[Use, ...]:
        """Return what each proof of a mission counts for, by the id of the mission."""
        return tuple(uses(self.weighed[mission], self.scale)) if mission in self.weighed else ()

    def node(self, name: str) -> Node | None:
        """Return a node by its id."""
        return self.nodes.get(name)


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Where a proof counts.

    Attributes:
        key: Of its row.
        nowhere: Whether it counts in no balance at all.
        wholly: Whether it counts wherever it could.
        said: Where it counts, then where it does not and why, as sentences.
    """

    key: str
    nowhere: bool
    wholly: bool
    said: tuple[str, ...]


class _Before(msgspec.Struct, frozen=True, kw_only=True):
    """What was weighed last for a clearance."""

    scale: Scale
    versions: Mapping[str, str]
    weighed: Weighed


@final
class Balancing:
    """Weighs, and keeps what it has weighed for those who ask again."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._before: dict[Clearance, _Before] = {}

    def balance(self, scope: "Scope", *, as_of: datetime | None = None) -> Balance:
        """Return the balance for a reader.

        Args:
            scope: Who asks, of which store.
            as_of: What was believed at this time; None: now.

        Raises:
            UsageError: The day is still ahead.
        """
        now = as_of or scope.now()
        if now.astimezone(UTC).date() > scope.now().astimezone(UTC).date():
            raise UsageError("nobody knows what will be believed", hint="name a day up to today")
        rows, altered = weighable(scope, as_of)
        scale = Scale(day=now.astimezone(UTC).date(), tested_days=scope.tested_days)
        known = tuple(protected(rows, scale.day))
        weighed = self._weighed(scope.reader.clearance, rows, known, scale, keep=as_of is None)
        missions = [one for one in rows["missions"] if stands(one, scale.day)]
        return Balance(
            day=scale.day,
            standings=tuple(sorted((_standing(one, weighed) for one in missions), key=_worst)),
            nodes=weighed.nodes,
            names={one.object_id: _name(one) for some in rows.values() for one in some},
            watches=raised((one.row for one in rows["talks"] if isinstance(one.row, Talk)), now),
            made=len(weighed.made),
            scale=scale,
            weighed={one.id: one for one in known},
            altered=altered,
            proofs=tuple(rows["proofs"]),
        )

    def _weighed(
        self,
        clearance: "Clearance",
        rows: "dict[str, list[Kept]]",
        known: tuple[Protected, ...],
        scale: Scale,
        *,
        keep: bool,
    ) -> Weighed:
        versions = {one.object_id: one.modified for name in _ROWS for one in rows[name]}
        before = self._before.get(clearance) if keep else None
        if before is None or before.scale != scale:
            weighed = weigh(known, scale)
        else:
            changed = {
                name
                for name in versions.keys() | before.versions.keys()
                if versions.get(name) != before.versions.get(name)
            }
            weighed = weigh(known, scale, before.weighed.nodes, changed)
        if keep:
            self._before[clearance] = _Before(scale=scale, versions=versions, weighed=weighed)
        return weighed


def counted(scope: "Scope", keys: Iterable[str]) -> tuple[Counted, ...]:
    """Return where proofs count today, those first that count nowhere, then those in part.

    Args:
        scope: Who asks, of which store.
        keys: Keys of rows of the register of proofs.
    """
    rows, _ = weighable(scope, None)
    scale = Scale(day=scope.now().astimezone(UTC).date(), tested_days=scope.tested_days)
    asked = set(keys)
    ids = {one.row.key: one.object_id for one in rows["proofs"] if one.row.key in asked}
    by: dict[str, list[Use]] = defaultdict(list)
    for mission in protected(rows, scale.day):
        for use in uses(mission, scale):
            by[use.fact].append(use)
    found = [_counted(key, by.get(object_id, [])) for key, object_id in ids.items()]
    return tuple(sorted(found, key=lambda one: (not one.nowhere, one.wholly, one.key)))


def balance_id(mission: str, threat: Threat) -> str:
    """Return the id of a balance's node, by the id of its mission's object."""
    return f"{mission}|{threat}|balance"


def _counted(key: str, some: list[Use]) -> Counted:
    return Counted(
        key=key,
        nowhere=not any(use.weight for use in some),
        wholly=bool(some) and all(use.weight for use in some),
        said=where_words(some) or (f"does not count: {NO_MISSION}",),
    )


def _standing(one: "Kept", weighed: Weighed) -> Standing:
    nodes = weighed.nodes
    assert isinstance(one.row, Mission)  # noqa: S101 - of the register of missions
    return Standing(
        id=one.object_id,
        mission=one.row,
        answer=nodes[f"{one.object_id}|mission"],
        balances=tuple(nodes[balance_id(one.object_id, threat)] for threat in THREATS),
    )


def _worst(one: Standing) -> tuple[int, float, str]:
    return (
        [str(each) for each in WEAKEST_FIRST].index(one.answer.verdict),
        one.answer.bounds.mid,
        one.mission.key,
    )


def _name(one: "Kept") -> str:
    name = getattr(one.row, "name", "")
    return name or one.row.key
