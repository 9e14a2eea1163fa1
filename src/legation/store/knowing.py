"""Need-to-know, decided once: the condition that a reader may know an object.

Every list, count, facet, search, neighbourhood, history and export that serves a person
carries this condition; `readable.KnownObjects` adds it, and has no way around it. A reader
must meet the label in force, and must be allowed to know whatever the object tells of: an
arrow to a hidden object, or a finding over a hidden member, is hidden with it. The same SQL
runs on every engine. `rights/need_to_know.cedar` says the same about labels in words that
a security officer can read, and a test proves that the two agree.
"""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final, Protocol, final

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, exists, or_, select

from legation.store.labels import COMPARTMENT, LEVEL, PARTY
from legation.store.selection import Condition
from legation.store.tables import label_kinds, label_names, object_label_heads, object_needs
from legation.store.tables import object_heads as heads

# Made once: to copy a table's columns costs more than to write a condition on them.
_IN_FORCE: Final = object_label_heads.alias()
_TOLD_IN_FORCE: Final = object_label_heads.alias()
_CLOSED_IN_FORCE: Final = object_label_heads.alias()
_NEEDS: Final = object_needs.alias()
_CLOSED_NEEDS: Final = object_needs.alias()
_CLOSED_HEADS: Final = heads.alias()
_LABEL: Final = label_kinds.alias()
_LEVELS, _COMPARTMENTS, _PARTIES = (label_names.alias() for _ in range(3))
# People who hold the same are asked for by the same conditions.
_HOLDINGS: Final = 256


class Cleared(Protocol):
    """What a reader holds; `rights.clearance.Clearance` is one."""

    @property
    def tlp(self) -> int:
        """Highest TLP level."""

    @property
    def pap(self) -> int:
        """Highest PAP level."""

    @property
    def levels(self) -> Collection[str]:
        """Rungs that are held."""

    @property
    def compartments(self) -> Collection[str]:
        """Compartments that are held."""

    @property
    def party(self) -> str:
        """The reader's party."""


@final
class NeedToKnow:
    """What one reader may know, as conditions of a statement."""

    def __init__(self, reader: Cleared) -> None:
        """Write the conditions for somebody who holds this."""
        self._met = _met(reader)
        # One expression for all conditions of a statement, so it is worked out once.
        self._hidden = _hidden(*_held(reader))

    def known(self, source: FromClause, *, latest: bool = False) -> Condition:
        """Return the condition that a row of `selection.believed` may be known.

        A past version is judged by the label of today, and by what it and the latest tell of.

        Args:
            source: Rows of versions.
            latest: Whether they are the latest ones, as the rows of heads are.
        """
        in_force = _IN_FORCE
        met = in_force.c.object_id == source.c.object_id, in_force.c.label_id.in_(self._met)
        conditions = [exists(select(1).where(*met)), self.not_hidden(source.c.object_id)]
        if source is not heads and not latest:
            hidden = self._hidden.c.object_id
            told = select(1).where(_NEEDS.c.seq == source.c.seq, _NEEDS.c.target_id == hidden)
            conditions.append(~exists(told))
        return and_(*conditions)

    def may_be_told(self, object_id: ColumnElement[str]) -> Condition:
        """Return the condition that a row which tells of an object may be shown.

        An empty id is that of no object.
        """
        in_force = _TOLD_IN_FORCE
        met = in_force.c.object_id == object_id, in_force.c.label_id.in_(self._met)
        return or_(object_id == "", and_(exists(select(1).where(*met)), self.not_hidden(object_id)))

    def not_hidden(self, object_id: ColumnElement[str]) -> Condition:
        """Return the condition that an id is not that of an object which may not be known."""
        return ~exists(select(1).where(self._hidden.c.object_id == object_id))


def label_met(reader: Cleared, label_id: ColumnElement[str]) -> Condition:
    """Return the condition that a reader meets a label, for what has one and is no object."""
    return label_id.in_(_met(reader))


def _held(reader: Cleared) -> tuple[int, int, tuple[str, ...], tuple[str, ...], str]:
    levels, compartments = sorted(reader.levels), sorted(reader.compartments)
    return int(reader.tlp), int(reader.pap), tuple(levels), tuple(compartments), reader.party


def _met(reader: Cleared) -> Select[str]:
    """Return the ids of the labels that the reader meets: of all kinds, which are few."""
    return _met_by(*_held(reader))


@lru_cache(_HOLDINGS)
def _hidden(
    tlp: int, pap: int, levels: tuple[str, ...], compartments: tuple[str, ...], party: str
) -> CTE:
    """Return the ids of all objects whose label is not met, or that tell of such, near or far.

    It grows with what is hidden, not with what the store holds.
    """
    met = _met_by(tlp, pap, levels, compartments, party)
    in_force, needs, head = _CLOSED_IN_FORCE, _CLOSED_NEEDS, _CLOSED_HEADS
    unmet = select(label_kinds.c.label_id).where(label_kinds.c.label_id.not_in(met))
    closed = select(in_force.c.object_id).where(in_force.c.label_id.in_(unmet))
    hidden = closed.cte("hidden", recursive=True)
    telling = (
        select(head.c.object_id)
        .join_from(hidden, needs, needs.c.target_id == hidden.c.object_id)
        .join(head, head.c.seq == needs.c.seq)
    )
    return hidden.union(telling)


@lru_cache(_HOLDINGS)
def _met_by(
    tlp: int, pap: int, levels: tuple[str, ...], compartments: tuple[str, ...], party: str
) -> Select[str]:
    label = _LABEL

    def named(
        names: FromClause, kind: str, condition: Callable[[ColumnElement[str]], Condition]
    ) -> Condition:
        same = (names.c.label_id == label.c.label_id, names.c.kind == kind)
        return exists(select(1).where(*same, condition(names.c.name)))

    return select(label.c.label_id).where(
        label.c.tlp <= tlp,
        label.c.pap <= pap,
        ~named(_LEVELS, LEVEL, lambda name: name.not_in(levels)),
        ~named(_COMPARTMENTS, COMPARTMENT, lambda name: name.not_in(compartments)),
        or_(~label.c.restricted, named(_PARTIES, PARTY, lambda name: name == party)),
    )
