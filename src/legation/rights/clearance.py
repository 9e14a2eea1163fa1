"""Clearances: what a reader holds, on the scales of `stix.labels`.

Nothing here defaults to everything: whoever makes a clearance states each part of it.
Whether it suffices for an object is decided in one place for lists (`store.knowing`, in
SQL) and written once more as a policy (`need_to_know.cedar`) that a person can read.
"""

from collections.abc import Iterable, Sequence
from typing import Self

import msgspec

from legation.errors import UsageError
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp


class Clearance(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader may know.

    Attributes:
        tlp: Highest TLP level.
        pap: Highest PAP level.
        levels: Rungs of the national ladder that are held: the highest and all beneath.
        compartments: Compartments that are held.
        party: Code of the reader's party; empty for none.
    """

    tlp: Tlp
    pap: Pap
    levels: frozenset[str]
    compartments: frozenset[str]
    party: str

    @classmethod
    def up_to(
        cls,
        level: str,
        ladder: Sequence[str],
        *,
        tlp: Tlp,
        pap: Pap,
        compartments: Iterable[str],
        party: str,
    ) -> Self:
        """Return the clearance of somebody who holds a rung and all beneath it.

        Args:
            level: The rung; empty for none.
            ladder: All rungs, the lowest first.
            tlp: Highest TLP level.
            pap: Highest PAP level.
            compartments: Compartments that are held.
            party: Code of the reader's party; empty for none.

        Raises:
            UsageError: The rung is not on the ladder.
        """
        if level and level not in ladder:
            raise UsageError(
                f"no level {level!r} on the ladder",
                hint=f"choose from: {', '.join(ladder) or 'none; set `ladder` first'}",
            )
        held = ladder[: ladder.index(level) + 1] if level else ()
        return cls(
            tlp=tlp,
            pap=pap,
            levels=frozenset(held),
            compartments=frozenset(compartments),
            party=party,
        )

    def bounded_by(self, other: Self) -> Self:
        """Return what is held by this and by another: never more than either.

        A party is one name, so of two different ones none is left.
        """
        return msgspec.structs.replace(
            self,
            tlp=min(self.tlp, other.tlp),
            pap=min(self.pap, other.pap),
            levels=self.levels & other.levels,
            compartments=self.compartments & other.compartments,
            party=self.party if self.party == other.party else "",
        )


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who reads.

    Attributes:
        actor: Who, for the audit trail.
        roles: What they are, for the policies.
        clearance: What they may know.
        proven: Whether they have shown just now who they are, which taking out what is above AMBER
            asks for. The host and its jobs have nobody to ask, so it holds for them.
    """

    actor: str
    roles: frozenset[str]
    clearance: Clearance
    proven: bool = True
