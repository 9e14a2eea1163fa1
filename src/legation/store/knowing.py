"""Need-to-know, decided once: the condition that a reader may know an object.

Every list, count, facet, search, neighbourhood, history and export that serves a person
carries this condition; `readable.KnownObjects` adds it, and has no way around it. A reader
must meet the label in force, and must be allowed to know whatever the object tells of: an
arrow to a hidden object, or a finding over a hidden member, is hidden with it. The same SQL
runs on every engine. `rights/need_to_know.cedar` says the same about labels in words that
a security officer can read, and a test proves that the two agree.
"""

from collections.abc import Callable, Collection
from typing import Protocol, final

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, exists, or_, select

from legation.store.labels import COMPARTMENT, LEVEL, PARTY
from legation.store.selection import Condition
from legation.store.tables import label_kinds, label_names, object_label_heads, object_needs
from legation.store.tables import object_heads as heads


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
        self._hidden = _hidden(self._met)

    def known(self, source: FromClause, *, latest: bool = False) -> Condition:
        """Return the condition that a row of `selection.believed` may be known.

        A past version is judged by the label of today, and by what it and the latest tell of.

        Args:
            source: Rows of versions.
            latest: Whether they are the latest ones, as the rows of heads are.
        """
        in_force = object_label_heads.alias()
        met = in_force.c.object_id == source.c.object_id, in_force.c.label_id.in_(self._met)
        conditions = [exists(select(1).where(*met)), self.not_hidden(source.c.object_id)]
        if source is not heads and not latest:
            needs, hidden = object_needs.alias(), self._hidden.c.object_id
            told = select(1).where(needs.c.seq == source.c.seq, needs.c.target_id == hidden)
            conditions.append(~exists(told))
        return and_(*conditions)

    def may_be_told(self, object_id: ColumnElement[str]) -> Condition:
        """Return the condition that a row which tells of an object may be shown.

        An empty id is that of no object.
        """
        in_force = object_label_heads.alias()
        met = in_force.c.object_id == object_id, in_force.c.label_id.in_(self._met)
        return or_(object_id == "", and_(exists(select(1).where(*met)), self.not_hidden(object_id)))

    def not_hidden(self, object_id: ColumnElement[str]) -> Condition:
        """Return the condition that an id is not that of an object which may not be known."""
        return ~exists(select(1).where(self._hidden.c.object_id == object_id))


def label_met(reader: Cleared, label_id: ColumnElement[str]) -> Condition:
    """Return the condition that a reader meets a label, for what has one and is no object."""
    return label_id.in_(_met(reader))


def _hidden(met: Select[str]) -> CTE:
    """Return the ids of all objects whose label is not met, or that tell of such, near or far.

    It grows with what is hidden, not with what the store holds.
    """
    in_force, needs, head = object_label_heads.alias(), object_needs.alias(), heads.alias()
    unmet = select(label_kinds.c.label_id).where(label_kinds.c.label_id.not_in(met))
    closed = select(in_force.c.object_id).where(in_force.c.label_id.in_(unmet))
    hidden = closed.cte("hidden", recursive=True)
    telling = (
        select(head.c.object_id)
        .join_from(hidden, needs, needs.c.target_id == hidden.c.object_id)
        .join(head, head.c.seq == needs.c.seq)
    )
    return hidden.union(telling)


def _met(reader: Cleared) -> Select[str]:
    """Return the ids of the labels that the reader meets: of all kinds, which are few."""
    label = label_kinds.alias()

    def named(kind: str, *conditions: Callable[[ColumnElement[str]], Condition]) -> Condition:
        names = label_names.alias()
        same = (names.c.label_id == label.c.label_id, names.c.kind == kind)
        return exists(select(1).where(*same, *(each(names.c.name) for each in conditions)))

    return select(label.c.label_id).where(
        label.c.tlp <= int(reader.tlp),
        label.c.pap <= int(reader.pap),
        ~named(LEVEL, lambda name: name.not_in(sorted(reader.levels))),
        ~named(COMPARTMENT, lambda name: name.not_in(sorted(reader.compartments))),
        or_(~label.c.restricted, named(PARTY, lambda name: name == reader.party)),
    )
